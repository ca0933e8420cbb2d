"""Numbers with units: read, judged, and turned into findings."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from ..errors import InputError, Problem, nearest
from .vocabulary import Value, values

_READ = re.compile(r"^\s*([-+]?\d[\d,.']*(?:e[-+]?\d+)?)\s*(.*?)\s*$", re.IGNORECASE)


def number_in(text: str) -> float:
    """A number as people write it: "15,200" is fifteen thousand, "39,5" has a decimal comma. Raises ValueError."""
    text = text.replace("'", "")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def read_value(name: str, given: object, where: str) -> float:
    """A number in the unit of that value. Raises InputError for unknown units and impossible numbers."""
    value = values()[name]
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise InputError(Problem(where, given, f"a number with its unit, such as '{example(value)}'"))
    found = _READ.match(given) if isinstance(given, str) else None
    try:
        number, unit = (number_in(found[1]), found[2]) if found else (float(given), "")
    except (ValueError, OverflowError):
        raise InputError(Problem(where, given, f"a number with its unit, such as '{example(value)}'")) from None
    return judged(value, number, unit, given, where)


def judged(value: Value, number: float, unit: str, given: object, where: str) -> float:
    """The number in the unit of the value. Raises InputError with the likely slip."""
    scale, offset = scale_of(value, unit, given, where)
    inside = number * scale + offset
    low, high = value.possible
    if not (math.isfinite(inside) and low <= inside <= high):
        raise InputError(Problem(where, given, f"{low:g} to {high:,g} {value.unit}", slip(value, number, unit)))
    return inside


def scale_of(value: Value, unit: str, given: object, where: str) -> tuple[float, float]:
    """Scale and offset of a unit. Raises InputError naming the units that are understood."""
    key = unit.lower().replace("µ", "u").replace("μ", "u").strip()
    if not key:
        return 1.0, 0.0
    if key not in value.units:
        allowed = f"a unit of {value.label}: {', '.join(value.units)}"
        raise InputError(Problem(where, given, allowed, nearest(key, value.units)))
    return value.units[key]


def slip(value: Value, number: float, unit: str) -> str:
    """The unit in which an impossible number would be possible, as a question."""
    for other, (scale, offset) in value.units.items():
        inside = number * scale + offset
        if (scale, offset) != (1.0, 0.0) and value.possible[0] <= inside <= value.possible[1]:
            shown = {"°f": "F", "k/ul": "thousand/uL", "ku/l": "kU/L", "kpa": "kPa"}.get(other, other)
            return f"Did you mean {number:g} {shown}, which is {inside:.4g} {value.unit}?"
    if unit.lower() in ("f", "°f") and value.possible[0] <= number <= value.possible[1]:
        return f"Did you mean {number:g} C?"
    return ""


def example(value: Value) -> str:
    """A number with unit, to show what is meant."""
    examples = {"temperature": "39.5 C", "ck": "1500 U/L", "white_cells": "14000/uL", "gcs": "8"}
    return examples.get(value.name, f"110 {value.unit}")


def findings_from(measured: Mapping[str, float]) -> Iterator[tuple[str, bool]]:
    """What measured numbers say is there and is not; a pressure counts as high when either of its numbers is."""
    said: dict[str, bool] = {}
    for name, number in measured.items():
        value = values()[name]
        beyond = [(finding, number > limit) for limit, finding in value.above]
        beyond += [(finding, number < limit) for limit, finding in value.below]
        for finding, is_there in beyond:
            said[finding] = said.get(finding, False) or is_there
    if said.get("hypertension") is False and not {"systolic", "diastolic"} <= measured.keys():
        del said["hypertension"]  # one number of two cannot rule it out
    if said.get("coma") is False:
        del said["coma"]  # a score of 9 or more does not say that no coma came before
    yield from said.items()
