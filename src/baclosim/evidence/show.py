"""Evidence as rows of text, for whoever prints it: a list of entries, one fact or series, one parameter.

A card is a list of (label, text) rows; a table is a header and rows of text. Nothing here knows
about terminals.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .library import READ_AS, Entry, Library
from .records import Cell, Fact, Series, Source, Value

Card = list[tuple[str, str]]
LIST_HEADER = ("id", "value", "read", "use", "says")
_USED_TO = {
    "fit": "may set a parameter",
    "check": "held out to test the model",
    "context": "background",
}


def entry_rows(entries: Iterable[Entry]) -> list[tuple[str, ...]]:
    """One row per entry under LIST_HEADER."""
    return [(e.id, headline(e), READ_AS[e.seen], e.use, e.statement) for e in entries]


def headline(entry: Entry) -> str:
    """The value with its unit, the size of a table, or nothing for a qualitative fact."""
    if isinstance(entry, Series):
        return f"{len(entry.rows)} rows"
    return "" if entry.value is None else with_unit(number_text(entry.value), entry.unit)


def entry_card(entry: Entry) -> Card:
    """Every filled field of a fact or series; the rows of a series are left to `series_table`."""
    return fact_card(entry) if isinstance(entry, Fact) else series_card(entry)


def fact_card(fact: Fact) -> Card:
    """Every filled field of a fact, in words."""
    interval = ""
    if fact.low is not None and fact.high is not None:
        bounds = f"{number_text(fact.low)} to {number_text(fact.high)}"
        interval = f"{with_unit(bounds, fact.unit)} ({fact.interval})"
    spread = "" if fact.between_subject_cv is None else f"{fact.between_subject_cv:.0%}"
    value = [("value", headline(fact)), ("interval", interval), ("spread between people", spread)]
    return _filled([*_what(fact), *value, *_whence(fact)])


def series_card(series: Series) -> Card:
    """Every filled field of a series, in words, without its rows."""
    size = [("columns", ", ".join(series.columns)), ("size", headline(series))]
    return _filled([*_what(series), *size, *_whence(series)])


def series_table(series: Series) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows of a series as text; an empty cell stays empty."""
    return series.columns, [tuple(map(cell_text, row)) for row in series.rows]


def parameter_card(parameter: Any, library: Library) -> Card:
    """A parameter's value, interval, spread, grade and each fact behind it.

    `parameter` is a Parameter, whose home lies above this one. Raises EvidenceError for an unknown fact.
    """
    low, high = parameter.interval
    rows = [
        ("parameter", parameter.name),
        ("says", parameter.says),
        ("value", with_unit(number_text(parameter.value), parameter.unit)),
        ("interval", f"{number_text(low)} to {number_text(high)} ({parameter.interval_is})"),
        ("spread between patients", spread_text(parameter)),
        ("grade", parameter.grade),
        ("computed by", f"calibration/{parameter.script}.py" if parameter.script else ""),
    ]
    return _filled([*rows, *(("fact", fact_line(library.get(name))) for name in parameter.facts)])


def fact_line(entry: Entry) -> str:
    """A fact or series on one line: id, headline, what was read."""
    return " ".join(part for part in (entry.id, headline(entry), f"[{READ_AS[entry.seen]}]") if part)


def spread_text(parameter: Any) -> str:
    """The spread between patients, said in the terms of its distribution."""
    if parameter.spread == 0:
        return "not known to vary"
    if parameter.distribution == "logit":
        return f"{number_text(parameter.spread)} on the logit scale"
    if parameter.distribution == "normal":
        return f"standard deviation {with_unit(number_text(parameter.spread), parameter.unit)}"
    return f"coefficient of variation {parameter.spread:.0%}"


def number_text(value: Value) -> str:
    """A number with up to six significant digits, or several joined by commas."""
    return ", ".join(f"{x:.6g}" for x in (value if isinstance(value, tuple) else (value,)))


def with_unit(text: str, unit: str) -> str:
    """The text with its unit, which is left out when it has none."""
    return text if unit in ("", "dimensionless") else f"{text} {unit}"


def cell_text(cell: Cell) -> str:
    """A cell of a table as text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell if isinstance(cell, str) else number_text(cell)


def _what(entry: Source) -> Card:
    return [("id", entry.id), ("says", entry.statement), ("quantity", entry.quantity)]


def _whence(entry: Source) -> Card:
    return [
        ("population", entry.population),
        ("subjects", "" if entry.n is None else str(entry.n)),
        ("species", entry.species),
        ("source", entry.source),
        ("doi", entry.doi),
        ("page", entry.url),
        ("where", entry.where),
        ("read", READ_AS[entry.seen]),
        ("use", f"{entry.use}: {_USED_TO[entry.use]}"),
        ("note", entry.note),
    ]


def _filled(rows: Card) -> Card:
    return [(label, text) for label, text in rows if text]
