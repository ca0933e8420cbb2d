"""What the sources say of doses by mouth and by pump that stand for each other: they disagree, and it is shown.

An oral dose above the labelled maximum is never written out, not even one that was published.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...evidence.library import library
from ..equivalence import HIGHEST_BY_MOUTH, Exchange, in_milligrams
from ..people import median
from ..plan import Comparison
from ..treatment import Treatment

PAIRS, PANEL, RULE = "rescue.it-to-oral-pairs.shared", "rescue.oral-baclofen.saulino-2016", "oral.csf-level.derived"
START, PLATEAU = "titrate.start-dose-survey.cmsc-2015", "dose.plateau.heetla-2009"
HUNDREDTH = 100.0
"""One hundredth of the oral dose into the canal: a rule of thumb about levels, often read as one of dosing."""
FACTS = (PAIRS, PANEL, RULE, START, PLATEAU)


def by_mouth(dose: float, highest: float = HIGHEST_BY_MOUTH) -> str:
    """An oral dose [ug/day] in words; above the highest without its number."""
    if dose > highest * 1.0001:
        return f"above {in_milligrams(highest)}: never by mouth"
    return f"{dose / 1000.0:.3g} mg/day"


def by_pump(dose: float) -> str:
    """An intrathecal dose [ug/day] in words."""
    return f"{dose:.3g} ug/day"


def sources(virtual: Exchange) -> Comparison:
    """The model and every source, for this dose."""
    treatment = virtual.treatment
    is_pump = treatment.is_pump
    equal = median(virtual.equal())
    rows = [
        (
            "this model: equal effect on tone",
            by_mouth(equal, virtual.highest) if is_pump else by_pump(equal),
            "median of the virtual patients",
        ),
        *(_to_tablets(treatment, virtual.highest) if is_pump else _to_pump(treatment)),
    ]
    return Comparison(
        f"What the sources make of {treatment.says}",
        ("source", "would stand for it", "how it went, or what it is"),
        tuple(rows),
        ("No guideline gives a ratio, and the sources disagree; none replaces a test bolus or a bridge.",),
    )


def _to_tablets(treatment: Treatment, highest: float) -> Iterator[tuple[str, str, str]]:
    daily = treatment.daily
    yield (
        f"one hundredth [{RULE}]",
        by_mouth(daily * HUNDREDTH, highest),
        "a ratio of levels in spinal fluid, not of effects",
    )
    low, high = _ends(PANEL)
    is_adult = highest >= HIGHEST_BY_MOUTH
    panel = f"{4 * low:g} to {4 * high:g} mg/day" if is_adult else "a dose for adults"
    yield f"expert panel [{PANEL}]", panel, "every 6 h, whatever the pump's dose, as a bridge"
    for case, pump, oral, ratio, result in _rows(PAIRS):
        if oral is not None:
            scaled = "–" if ratio is None else by_mouth(10.0 * ratio * daily, highest)  # mg per 100 ug
            had = f"{pump:g} ug/day replaced" if pump else "pump replaced"
            yield f"case {in_words(case)}", scaled, f"{had} by {_published(oral)}; held: {result}"


def _published(oral: float) -> str:
    """An oral dose that somebody was given [mg/day]."""
    highest = HIGHEST_BY_MOUTH / 1000.0
    return f"{oral:g} mg/day" if oral <= highest else f"more than {highest:g} mg/day"


def _to_pump(treatment: Treatment) -> Iterator[tuple[str, str, str]]:
    daily = treatment.daily
    yield f"one hundredth [{RULE}]", by_pump(daily / HUNDREDTH), "a ratio of levels in spinal fluid, not of effects"
    low, high = _ends(START)
    yield (
        f"clinicians asked [{START}]",
        f"{low:g} to {high:g} ug/day",
        "how they start adults, whatever the tablets were",
    )
    yield f"long-term mean [{PLATEAU}]", by_pump(_value(PLATEAU)), "where doses settled after 18 months"
    for case, pump, oral, ratio, _ in _rows(PAIRS):
        if pump and ratio:
            yield (
                f"case {in_words(case)}",
                by_pump(daily / (10.0 * ratio)),
                f"by the same ratio: {pump:g} ug/day for {_published(oral)}",
            )


def in_words(case: str) -> str:
    """The name of a published case as people say it.

    >>> in_words("daleo-2007-pt3"), in_words("greenberg-2003")
    ('Daleo 2007, patient 3', 'Greenberg 2003')
    """
    author, year, *patient = case.split("-")
    return ", patient ".join((f"{author.capitalize()} {year}", *(one.removeprefix("pt") for one in patient)))


def _rows(series: str) -> Any:
    return library().table(series).rows


def _ends(fact: str) -> tuple[float, float]:
    amount = library().fact(fact).amount()
    value = amount.value if isinstance(amount.value, tuple) else (amount.low, amount.high)
    return float(value[0] or 0.0), float(value[1] or 0.0)


def _value(fact: str) -> float:
    value = library().fact(fact).amount().value
    return value[0] if isinstance(value, tuple) else value
