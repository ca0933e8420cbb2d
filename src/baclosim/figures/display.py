"""How numbers are shown to people: scale, unit, digits and the ticks of a time axis. The only place that scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Display:
    """Multiply by `factor` and call the result `unit`."""

    factor: float
    unit: str


def display(unit: str, kind: str = "", peak: float = 0.0) -> Display:
    """How a quantity of this internal unit and kind reads best; `peak` decides between ug and mg.

    Concentrations in ng/mL, probabilities and effects in %, amounts in ug up to 1 mg and in mg beyond.
    """
    if unit == "ug/mL":
        return Display(1000.0, "ng/mL")
    if kind in ("probability", "effect"):
        return Display(100.0, "%")
    if unit == "ug" or unit.startswith("ug/"):
        return Display(1e-3, "mg" + unit[2:]) if peak >= 1000.0 else Display(1.0, unit)
    return Display(1.0, "" if unit == "dimensionless" else unit)


def axis_title(label: str, unit: str, limits: tuple[float, float]) -> str:
    """What stands above an axis: label and unit, or the range of a score that has no unit."""
    if unit:
        return f"{label}, {unit}"
    low, high = limits
    return f"{label}, {low:g} to {high:g}" if math.isfinite(high) else label


def readable(number: float, digits: int = 3) -> str:
    """A number with so many significant digits, no exponent in the everyday range, thin spaces in thousands.

    >>> readable(1234567.0), readable(0.012345), readable(41.98)
    ('1\u202f230\u202f000', '0.0123', '42')
    """
    if not math.isfinite(number):
        return "–" if math.isnan(number) else ("∞" if number > 0 else "−∞")
    if number == 0:
        return "0"
    rounded = float(f"{number:.{digits}g}")
    size = math.floor(math.log10(abs(rounded)))
    if not -4 <= size <= 8:
        return f"{rounded:.{digits - 1}e}".replace("-", "−")
    text = f"{rounded:,.{max(0, digits - 1 - size)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", "\u202f").replace("-", "−")


def alike(*numbers: float, digits: int = 3, decimals: int = 6) -> tuple[str, ...]:
    """Numbers that stand together, with as many decimals as the largest needs for so many significant digits.

    decimals  the most that are shown; numbers that are whole when so rounded are shown without

    >>> alike(1.19, 0.4041, 1.7777), alike(60.0, 15.0, 60.0, decimals=1)
    (('1.19', '0.40', '1.78'), ('60', '15', '60'))
    """
    largest = max((abs(x) for x in numbers if math.isfinite(x)), default=0.0)
    if largest < 1e-9:  # what is left of rounding
        return ("0",) * len(numbers)
    wanted = max(0, digits - 1 - math.floor(math.log10(largest)))
    if largest >= 1e4 or (wanted > 6 and decimals >= 6):
        return tuple(readable(x, digits) for x in numbers)
    shown = min(wanted, decimals)
    texts = tuple(f"{x:.{shown}f}".replace("-", "−") for x in numbers)
    is_whole = shown and all(float(text.replace("−", "-")).is_integer() for text in texts)
    return tuple(text.partition(".")[0] for text in texts) if is_whole else texts


def aligned(rows: Sequence[Sequence[float]]) -> tuple[tuple[str, ...], ...]:
    """Rows of numbers, of which the first is what each is about, as they stand below each other.

    All have the same decimals, unless the first of one row is more than a hundred times that of another.

    >>> aligned([(58.3, 54.3, 62.2), (1.0, 0.46, 2.16)]), aligned([(1500.0,), (0.123,)])
    ((('58.3', '54.3', '62.2'), ('1.0', '0.5', '2.2')), (('1500',), ('0.123',)))
    """
    heads = [abs(row[0]) for row in rows if row[0]]
    if heads and max(heads) > 100.0 * min(heads):
        return tuple(alike(*row) for row in rows)
    texts = iter(alike(*(number for row in rows for number in row)))
    return tuple(tuple(next(texts) for _ in row) for row in rows)


@dataclass(frozen=True)
class TimeScale:
    """A time axis: hours per unit, the unit's name, and ticks in that unit."""

    hours: float
    unit: str
    ticks: NDArray[np.float64]

    @property
    def title(self) -> str:
        """What stands below the axis."""
        return f"{self.unit} since the start"


_SCALES = (
    # longest span [h], hours per unit, unit, tick distances to try
    (96.0, 1.0, "hours", (1, 2, 3, 6, 12, 24)),
    (24.0 * 120, 24.0, "days", (1, 2, 5, 7, 10, 14, 20, 30)),
    (24.0 * 7 * 110, 168.0, "weeks", (2, 4, 8, 13, 26)),
    (math.inf, 24.0 * 365.25, "years", (0.5, 1, 2, 5, 10)),
)


def time_scale(start: float, end: float, most: int = 9) -> TimeScale:
    """Hours, days, weeks or years, whichever reads best from `start` to `end` [h], with at most `most` ticks."""
    span = end - start
    _, hours, unit, steps = next(row for row in _SCALES if span <= row[0])
    step = next((s for s in steps if span / hours / s <= most - 1), span / hours / 4 or 1.0)
    first = math.ceil(start / hours / step - 1e-9)
    last = math.floor(end / hours / step + 1e-9)
    return TimeScale(hours, unit, step * np.arange(first, last + 1, dtype=float))


def time_in_words(hours: float) -> str:
    """A moment or a length of time as people say it.

    >>> time_in_words(36.0), time_in_words(1440.0), time_in_words(0.5)
    ('36 h', '60 days', '30 min')
    """
    if 0 < abs(hours) < 1:
        return f"{readable(hours * 60)} min"
    if abs(hours) <= 72 and hours != 48:
        return f"{readable(hours)} h"
    return f"{readable(hours / 24)} days"
