"""Published steps of a pump's dose, read from the evidence."""

from __future__ import annotations

from typing import Any

from ..evidence.library import library
from ..patient import Covariates

RISES = "titrate.daily-increment.label-us"
START_MULTIPLE = ("titrate.initial-multiple.boster-2016", "titrate.initial-multiple-prolonged.boster-2016")
NO_RISE_AT_FIRST = "titrate.first-24h.recalled"


def daily_rise(person: Covariates) -> tuple[float, float]:
    """The least and the largest share by which the dose is raised, once in 24 h, for a person like this (RISES)."""
    group = "child" if person.is_child else f"adult, {'spinal' if person.origin == 'spinal' else 'cerebral'} origin"
    rows: Any = library().table(RISES).rows
    low, high = next((row[1], row[2]) for row in rows if row[0] == group)
    return low / 100.0, high / 100.0


def start_multiple() -> float:
    """The first daily dose of a pump over the bolus that worked."""
    value = library().fact(START_MULTIPLE[0]).amount().value
    return value[0] if isinstance(value, tuple) else value
