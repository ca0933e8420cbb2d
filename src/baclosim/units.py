"""Units at the border: people write "68 kg" or "350 ug/day"; inside all is hour, microgram, millilitre, centimetre.

`read` turns text into an internal float, `show` turns an internal float into text. Pint does the arithmetic; it is
loaded only when a unit outside the small table of everyday units is met.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Any

from .errors import Problem, UnitError

# Internal unit of each kind of quantity: what arrays hold everywhere inside the program.
INTERNAL = {
    "time": "hour",
    "age": "year",
    "mass": "microgram",
    "weight": "kilogram",
    "height": "centimeter",
    "length": "centimeter",
    "volume": "milliliter",
    "area": "centimeter**2",
    "concentration": "microgram/milliliter",
    "dose rate": "microgram/hour",
    "flow": "milliliter/hour",
    "clearance": "milliliter/minute",
    "creatinine": "milligram/deciliter",
    "rate constant": "1/hour",
    "flux": "microgram/centimeter**2/hour",
    "temperature": "degC",
    "fraction": "dimensionless",
    "dose per weight": "microgram/kilogram",
}

# What a message suggests, as people write it: a daily dose, for one by the hour would be 24 times as much.
SUGGESTED = INTERNAL | {
    "time": "h", "mass": "ug", "weight": "kg", "height": "cm", "length": "cm", "volume": "mL", "concentration": "ug/mL",
    "dose rate": "ug/day", "flow": "mL/day", "clearance": "mL/min", "creatinine": "mg/dL", "area": "cm²",
    "rate constant": "1/h", "flux": "ug/cm²/h", "fraction": "%", "dose per weight": "ug/kg",
}  # fmt: skip

_NUMBER = re.compile(r"^\s*([-+]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")
_EITHER = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(\d{3})(?![\d.,])")  # 1,000 is one or a thousand; 0,025 a decimal
_THOUSANDS = {  # a mark between groups of three that can be no decimal: it comes twice, or before the other mark
    ",": re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+|(?<=,\d{3},\d{3}))(e[-+]?\d+)?", re.IGNORECASE),
    ".": re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+|(?<=\.\d{3}\.\d{3}))(e[-+]?\d+)?", re.IGNORECASE),
}
_SPELLINGS = {
    "µ": "u", "μ": "u", "mcg": "ug", "cc": "mL", "years": "year", "yrs": "year", "yr": "year", "y": "year",
    "months": "month", "mos": "month", "mo": "month", "weeks": "week", "wks": "week", "wk": "week",
    "days": "day", "hours": "hour", "hrs": "hour", "hr": "hour",
    "minutes": "minute", "mins": "minute", "lbs": "lb", "kilos": "kg", "liter": "liter", "litre": "liter",
}  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_%°.()*/+\- ]{0,200}")
_TIMES = re.compile(r"[·⋅×]")
_TOWER = re.compile(  # what pint would work out as a number without end: 2**99, (2**9)**9, 2**9**9, "2 squared squared"
    r"\*\*(?!\s*[-+]?\d(?![\d.]))|\)\s*\*\*|\*\*\s*[-+]?\d\s*\*\*|\b(squared?|cubed|cubic|sq)\b", re.IGNORECASE
)

# Everyday units as people write them, spelled by `normal_unit`, with their scale to the internal unit of each kind.
EVERYDAY = {
    "time": {"h": 1.0, "hour": 1.0, "min": 1 / 60, "minute": 1 / 60, "day": 24.0, "week": 168.0},
    "age": {"year": 1.0},
    "mass": {"ug": 1.0, "mg": 1e3},
    "weight": {"kg": 1.0, "g": 1e-3},
    "height": {"cm": 1.0, "m": 100.0},
    "length": {"cm": 1.0, "mm": 0.1},
    "volume": {"mL": 1.0},
    "concentration": {"ug/mL": 1.0, "mg/mL": 1e3, "ng/mL": 1e-3},
    "dose rate": {"ug/h": 1.0, "ug/day": 1 / 24, "mg/day": 1e3 / 24},
    "clearance": {"mL/min": 1.0},
    "creatinine": {"mg/dL": 1.0},
    "fraction": {"dimensionless": 1.0},
}


@functools.cache
def registry() -> Any:
    """The one pint registry (cached on disk by pint)."""
    import pint

    units = pint.UnitRegistry(cache_folder=":auto:", autoconvert_offset_to_baseunit=True)
    units.define("percent_ = 0.01")
    return units


def normal_unit(unit: str) -> str:
    """Spell a unit as pint reads it: µg and mcg become ug, d becomes day, `per` becomes `/`."""
    unit = unit.replace("µ", "u").replace("μ", "u").replace("²", "**2").replace("³", "**3").replace("^", "**")
    unit = re.sub(r"\s+per\s+", "/", unit.strip())
    words = re.split(r"([A-Za-z%]+)", unit)
    return "".join(_SPELLINGS.get(word, _SPELLINGS.get(word.lower(), word)) for word in words)


def _readable(unit: str) -> str:
    """A unit as pint reads it; raises ValueError where a power is more than one digit behind a name or a number."""
    spelled = _TIMES.sub("*", normal_unit(unit))
    if not _PLAIN.fullmatch(spelled) or _TOWER.search(spelled):
        raise ValueError("a product of units, each to a power of one digit")
    return spelled


@functools.lru_cache(maxsize=512)
def factor(unit: str, kind: str) -> tuple[float, float]:
    """Scale and offset that take a number in `unit` to the internal unit of `kind`.

    Raises UnitError when the unit is unknown or of another dimension.
    """
    everyday = EVERYDAY.get(kind, {}).get(normal_unit(unit))
    if everyday is not None:
        return everyday, 0.0
    units = registry()
    target = INTERNAL[kind]
    try:
        zero = units.Quantity(0.0, _readable(unit)).to(target).magnitude
        one = units.Quantity(1.0, _readable(unit)).to(target).magnitude
    except Exception as error:  # pint raises many unrelated classes
        raise UnitError(Problem(kind, unit, f"a unit of {kind}, such as {SUGGESTED[kind]}")) from error
    return float(one - zero), float(zero)


def number(digits: str, where: str, given: object = None) -> float:
    """The number that digits stand for, a decimal comma and thousands in groups understood where they are certain.

    Raises UnitError for one group of three behind a comma, which is a decimal or a thousand, and for what is no number;
    `given` is what was typed, where that is more than the digits.

    >>> number("0,5", ""), number("0,025", ""), number("1,000.5", ""), number("1.000,5", ""), number("1,000,000", "")
    (0.5, 0.025, 1000.5, 1000.5, 1000000.0)
    """
    if hint := either_way(given or digits):
        raise UnitError(Problem(where, given or digits, "a number without a thousands separator", hint))
    mark = next((mark for mark, grouped in _THOUSANDS.items() if grouped.fullmatch(digits)), "")
    try:
        return float(digits.replace(mark, "").replace(",", "."))
    except ValueError:
        raise UnitError(Problem(where, given or digits, "a number such as 2.5")) from None


def either_way(given: object) -> str:
    """A hint with both spellings of a number whose comma may part thousands or be a decimal one; else nothing.

    >>> either_way("1,000 ug/day")
    "Write '1000 ug/day' or '1.000 ug/day', whichever is meant."
    """
    both = both_ways(given)
    return f"Write {both[0]!r} or {both[1]!r}, whichever is meant." if both else ""


def both_ways(given: object) -> tuple[str, ...]:
    """A text spelled with its comma as a thousand's and as a decimal one, where it may be either; else empty.

    >>> both_ways("2,000 ug/mL"), both_ways("0,500 ug/mL")
    (('2000 ug/mL', '2.000 ug/mL'), ())
    """
    text = str(given)[:200]
    return tuple(_EITHER.sub(spelled, text) for spelled in (r"\1\2", r"\1.\2")) if _EITHER.search(text) else ()


def read(given: object, kind: str, *, where: str = "", default_unit: str | None = None) -> float:
    """Turn "68 kg" (or a bare number in `default_unit`) into the internal unit of `kind`.

    Raises UnitError naming `where` when the text is no finite number with a unit of that kind.
    """
    name = where or kind
    if isinstance(given, bool) or given is None:
        raise UnitError(Problem(name, given, f"a number with a unit of {kind}, such as '1 {SUGGESTED[kind]}'"))
    if isinstance(given, (int, float)):
        if not math.isfinite(given):
            raise UnitError(Problem(name, given, "a finite number"))
        if default_unit is None and kind != "fraction":
            raise UnitError(Problem(name, given, f"a unit as well, such as '{given:g} {SUGGESTED[kind]}'"))
        return _scaled(float(given), default_unit or "dimensionless", kind, name, given)
    match = _NUMBER.match(str(given)[:200])
    if not match:
        raise UnitError(Problem(name, given, f"a number with a unit of {kind}, such as '1 {SUGGESTED[kind]}'"))
    unit = match[2] or default_unit or ("dimensionless" if kind == "fraction" else "")
    if not unit:
        raise UnitError(Problem(name, given, f"a unit as well, such as '{match[1]} {SUGGESTED[kind]}'"))
    return _scaled(number(match[1], name, given), unit, kind, name, given)


def _scaled(value: float, unit: str, kind: str, where: str, given: object) -> float:
    try:
        scale, offset = factor(unit, kind)
    except UnitError:
        hint = (
            f"Write '{value:g} months' or '{value:g} min', whichever is meant." if (kind, unit) == ("time", "m") else ""
        )
        raise UnitError(Problem(where, given, f"a unit of {kind}, such as {SUGGESTED[kind]}", hint)) from None
    inside = value * scale + offset
    if not math.isfinite(inside):
        raise UnitError(Problem(where, given, "a finite number"))
    return inside


def convert(value: Any, unit: str, to: str) -> Any:
    """Convert a number or array between any two units of one dimension."""
    units = registry()
    return units.Quantity(value, _readable(unit)).to(_readable(to)).magnitude


def parses(unit: str) -> bool:
    """Whether pint can read this unit."""
    try:
        registry().Unit(_readable(unit))
    except Exception:  # pint raises many unrelated classes
        return False
    return True
