"""Sentences out of facts: a template names facts, and their numbers, units and populations are put in when it is read.

"Bound: {label.protein_binding.swiss|percent}."                  one number of a fact
"{withdrawal.boxed-warning.fda-2002}"                            the fact's own sentence, with whom it is about
"{aud.regulation.france|event of 2014-03}"                       a cell of a table, by the beginning of its row
"{overdose.signs.leung-2006|top 3 sign count of}"                rows of a table in words
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import EvidenceError, Problem
from ..evidence.library import Entry, Library
from ..evidence.records import Cell, Fact, Series, Value
from ..evidence.show import cell_text, number_text

FIELD = re.compile(r"\{([a-z0-9._-]+)((?:\|[^{}|]+)*)\}")
_UNITS = {
    "d": "days", "day": "days", "week": "weeks", "month": "months", "year": "years", "hour": "h", "minute": "min",
    "mg/d": "mg/day", "ug/d": "ug/day", "percent": "%", "degC": "°C", "delta_degC": "°C", "dimensionless": "",
    "1/min": "per minute", "1/year": "per year", "1/month": "per month",
}  # fmt: skip
_USUAL = {"mL/s": ("mL/min", 60.0)}  # unit of a publication -> that in which people think, and how many of it
_NUMBER_WORDS = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|half|third|quarter|tenth|hundredth|\w+fold)\b"
)
_SHARE = re.compile(r"\b(fraction|share|sensitivity|specificity|frequency|rate)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """What is said, and the ids of the facts that say it."""

    text: str
    facts: tuple[str, ...] = ()


def composed(template: str, evidence: Library) -> Sentence:
    """A template with its facts put in.

    Raises EvidenceError when it names a fact, a cell or a form that does not exist.
    """
    names = tuple(dict.fromkeys(match[1] for match in FIELD.finditer(template)))
    text = FIELD.sub(lambda match: put(evidence.get(match[1]), match[2].split("|")[1:]), template)
    return Sentence(re.sub(r"\.\.(?=\s|$)", ".", text), names)


def put(entry: Entry, forms: list[str]) -> str:
    """A fact or table in one of the forms that templates use. Raises EvidenceError for another form."""
    form, style = (forms[0] if forms else "", forms[1] if len(forms) > 1 else "")
    if form == "":
        return fact_sentence(entry)
    if form == "says":
        return entry.statement.rstrip(".")
    if form in ("n", "people"):
        return str(entry.n if form == "n" else entry.population)
    if isinstance(entry, Series):
        return from_table(entry, form, style)
    if form not in FORMS:
        raise EvidenceError(Problem(entry.id, form, f"one of {', '.join(FORMS)}"))
    return FORMS[form](entry)


def number(value: float) -> str:
    """A number as published, with up to six digits; what a factor of 100 leaves behind the third is rounded away."""
    return number_text(float(f"{value:.12g}"))


def unit_of(fact: Fact) -> str:
    """The unit as people write it after a number, with its blank."""
    unit = _UNITS.get(fact.unit, fact.unit.replace("**", "^"))
    return unit if unit in ("", "%") else f" {unit}"


def value(fact: Fact) -> str:
    """The value, or the first and last of several, with the unit."""
    if fact.value is None:
        raise EvidenceError(Problem(fact.id, None, "a fact with a value"))
    if fact.unit in _USUAL and isinstance(fact.value, float):
        unit, scale = _USUAL[fact.unit]
        return f"{fact.value * scale:.3g} {unit}"
    return numbers(fact.value) + unit_of(fact)


def numbers(given: Value) -> str:
    """A number, or "3 to 5" for several."""
    return f"{number(given[0])} to {number(given[-1])}" if isinstance(given, tuple) else number(given)


def bounds(fact: Fact) -> tuple[float, float]:
    """The interval, or the first and last of several values. Raises EvidenceError where there is neither."""
    if fact.low is not None and fact.high is not None:
        return fact.low, fact.high
    if isinstance(fact.value, tuple):
        return fact.value[0], fact.value[-1]
    raise EvidenceError(Problem(fact.id, fact.value, "a fact with an interval"))


def range_of(fact: Fact) -> str:
    """The interval with the unit, "12 to 72 h"."""
    return numbers(bounds(fact)) + unit_of(fact)


def span(fact: Fact) -> str:
    """The value with its interval, "11.6 L/h (10.8 to 12.3, 95% CI)"."""
    return f"{value(fact)} ({numbers(bounds(fact))}, {fact.interval})" if fact.interval else value(fact)


def percent(fact: Fact) -> str:
    """A fraction as percent."""
    if not isinstance(fact.value, float):
        raise EvidenceError(Problem(fact.id, fact.value, "a fact with one value"))
    return f"{number(100.0 * fact.value)} %"


def percent_range(fact: Fact) -> str:
    """The interval of a fraction as percent."""
    low, high = bounds(fact)
    return f"{number(100.0 * low)} to {number(100.0 * high)} %"


FORMS: dict[str, Callable[[Fact], str]] = {
    "value": value,
    "range": range_of,
    "span": span,
    "percent": percent,
    "percentrange": percent_range,
    "low": lambda fact: number(bounds(fact)[0]) + unit_of(fact),
    "count": lambda fact: numbers(fact.value or 0.0),
}


def fact_sentence(entry: Entry) -> str:
    """The entry's statement as a sentence, with its number when the statement lacks it, and with whom it is about."""
    said = entry.statement.rstrip(".")
    if isinstance(entry, Fact) and is_worth_saying(entry) and not is_said(entry, said):
        said += f": {percent(entry) if is_share(entry) else span(entry)}"
    return f"{said}{about(entry)}."


def is_worth_saying(fact: Fact) -> bool:
    """Whether a fact has a value that tells something without its statement: one with a unit, or a share."""
    return fact.value is not None and (fact.unit not in ("", "dimensionless") or is_share(fact))


def is_share(fact: Fact) -> bool:
    """Whether the value is a fraction that people read as percent."""
    one = isinstance(fact.value, float) and 0.0 < fact.value < 1.0 and fact.unit == "dimensionless"
    return one and bool(_SHARE.search(f"{fact.statement} {fact.quantity}"))


def is_said(fact: Fact, said: str) -> bool:
    """Whether the statement holds the value, or a bound of it, in figures or in words."""
    values = fact.value if isinstance(fact.value, tuple) else (fact.value or 0.0,)
    known = {*values, *(x for x in (fact.low, fact.high) if x is not None)}
    figures = {float(text.replace(",", "")) for text in re.findall(r"\d+(?:,\d{3})+|\d*\.?\d+", said)}
    alike = {scale * x for x in known for scale in (1.0, 100.0, 1000.0, 1e-6)}
    return any(abs(figure - x) <= 0.02 * abs(x) for figure in figures for x in alike) or bool(
        _NUMBER_WORDS.search(said)
    )


def about(entry: Entry) -> str:
    """Whom an entry is about, in brackets, when its statement does not say so."""
    parts = [entry.population] if entry.population and entry.population.lower() not in entry.statement.lower() else []
    if entry.species not in ("human", "chemical", "device", "none", "") and entry.species.lower() not in known(entry):
        parts.append(entry.species)
    if entry.n and str(entry.n) not in entry.statement:
        parts.append(f"n = {entry.n}")
    return f" ({', '.join(parts)})" if parts else ""


def known(entry: Entry) -> str:
    """What the statement and the population say, in lower case."""
    return f"{entry.statement} {entry.population}".lower()


def from_table(series: Series, form: str, style: str) -> str:
    """A cell, "event of 2014-03"; rows, "top 3 sign fraction"; values of a column, "sample 5 drug"; "rows"."""
    if form == "rows":
        return str(len(series.rows))
    first, _, rest = form.partition(" ")
    if first == "top":
        count, label, *columns = rest.split()
        return in_words(series, int(count), label, columns, style)
    if first == "sample":
        count, column = rest.split()
        return ", ".join(cell_text(cell) for cell in series.cells(column)[: int(count)])
    column, _, key = form.partition(" of ")
    return styled(series.cells(column)[row_of(series, key)], style)


def row_of(series: Series, key: str) -> int:
    """The first row whose first cell is the key, or else that begins with it. Raises EvidenceError when none does."""
    texts = [" ".join(cell_text(cell) for cell in row[:2]) for row in series.rows]
    firsts = [cell_text(row[0]) for row in series.rows]
    found = [i for i, cell in enumerate(firsts) if cell == key] + [i for i, t in enumerate(texts) if t.startswith(key)]
    if not found:
        raise EvidenceError(Problem(series.id, key, "the beginning of a row"))
    return found[0]


def in_words(series: Series, count: int, label: str, columns: list[str], style: str) -> str:
    """The first rows of a table, such as "drowsiness 10 to 63, dizziness 5 to 15" or "delirium 8 of 23".

    Fractions come in falling order; words, and names that hold a number, are parted from what follows by a colon.
    """
    rows = list(zip(series.cells(label), *(series.cells(column) for column in columns), strict=True))
    if style == "percent":
        rows.sort(key=lambda row: -float(row[1] if isinstance(row[1], (int, float)) else 0.0))
    joint = " of " if columns[-1] == "of" else " to "
    parted = any(isinstance(row[1], str) or re.search(r"\d", cell_text(row[0])) for row in rows[:count])
    between, after = (": ", "; ") if parted else (" ", ", ")
    return after.join(
        f"{cell_text(name).replace('_', ' ')}{between}{joint.join(styled(cell, style) for cell in cells)}"
        for name, *cells in rows[:count]
    )


def styled(cell: Cell, style: str) -> str:
    """A cell as text; a fraction as percent when that is asked."""
    if style == "percent" and isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return f"{number(100.0 * cell)} %"
    return cell_text(cell).replace("_", " ")
