"""Dates and clock times of a data file into hours, as NM-TRAN does: from the first record of each subject.

DATE   month day year          TIME  8:30, 14:05:30, or hours
DAT1   day month year          parts of a date stand apart by any sign: 10-1-86, 10/1/1986, 2026-03-01 (DAT2)
DAT2   year month day          a year of one or two digits is 1951 to 2050
DAT3   year day month          one number alone is a day, two are a day and a month
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import Problems

Array = NDArray[np.float64]

ORDERS = {"DATE": "mdy", "DAT1": "dmy", "DAT2": "ymd", "DAT3": "ydm"}
LAST_OF_2000 = 50  # two digits up to this are 20xx, the others 19xx: NM-TRAN's LAST20
NO_YEAR = 1901  # stands in where dates have no year; it is no leap year
CLOCK = re.compile(r"^\s*(\d{1,3}):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?\s*$")
DAY_ALONE = re.compile(r"^\s*[-+]?\d+(?:\.0*)?\s*$")
HOURS = 24.0


def is_clock(cells: NDArray[Any]) -> bool:
    """Whether some cell of a column is a time on the clock."""
    return cells.dtype.kind in "OUT" and any(isinstance(c, str) and CLOCK.match(c) for c in cells.tolist())


def hours(
    time: NDArray[Any], date: NDArray[Any] | None, label: str, starts: Sequence[int], start: dt.datetime | None,
    problems: Problems,
) -> NDArray[Any]:  # fmt: skip
    """Hours (r,) since the first record of each subject, or since `start`; cells that cannot be read stay as they are.

    time    (r,) clock times or hours
    date    (r,) dates in the order of `label`, one of ORDERS; None where there are none
    starts  (subjects + 1,) first row of each subject, then r
    """
    of_day = [hour_of(cell, row, problems) for row, cell in enumerate(time.tolist())]
    days = [0.0] * len(time) if date is None else [day_of(c, label, i, problems) for i, c in enumerate(date.tolist())]
    found = np.array([HOURS * day + hour for day, hour in zip(days, of_day, strict=True)])
    if start is not None and date is not None:
        midnight = dt.datetime(start.year, start.month, start.day)
        return found - HOURS * start.toordinal() - (start - midnight).total_seconds() / 3600.0
    for first, end in pairwise(starts):
        found[first:end] -= found[first]
    return found


def hour_of(cell: Any, row: int, problems: Problems) -> float:
    """Hours after midnight of a clock time, or hours as they are; NaN with the fault noted."""
    clock = CLOCK.match(cell) if isinstance(cell, str) else None
    if clock is None:
        try:
            return float(cell)
        except (TypeError, ValueError):
            problems.add(f"row {row + 1}, TIME", cell, "a time such as 8:30 or 14:05:30, or hours")
            return np.nan
    hour, minute, second = float(clock[1]), float(clock[2]), float(clock[3] or 0.0)
    if minute >= 60.0 or second >= 60.0:
        problems.add(f"row {row + 1}, TIME", cell, "minutes and seconds below 60")
        return np.nan
    return hour + minute / 60.0 + second / 3600.0


def day_of(cell: Any, label: str, row: int, problems: Problems) -> float:
    """The number of a day; NaN with the fault noted."""
    where, allowed = f"row {row + 1}, {label}", "month, day, year" if label == "DATE" else ORDER_WORDS[label]
    if cell is None or cell != cell:
        problems.add(where, None, f"a date: {allowed}")
        return np.nan
    text = f"{cell:g}" if isinstance(cell, float | int) else str(cell)
    if DAY_ALONE.match(text):
        return float(text)
    parts = [int(part) for part in re.findall(r"\d+", text)]
    try:
        return float(dt.date(*year_month_day(parts, ORDERS[label])).toordinal())
    except (ValueError, IndexError):
        problems.add(where, cell, f"a date: {allowed}", other_order(parts, label))
        return np.nan


ORDER_WORDS = {"DAT1": "day, month, year", "DAT2": "year, month, day", "DAT3": "year, day, month"}


def year_month_day(parts: Sequence[int], order: str) -> tuple[int, int, int]:
    """Year, month and day of two or three numbers; raises ValueError for any other count, or years beyond calendars."""
    if len(parts) not in (2, 3) or max(parts) > dt.MAXYEAR:
        raise ValueError("a date has two or three parts, the largest of four digits")
    shown = order if len(parts) == 3 else order.replace("y", "")
    named = dict(zip(shown, parts, strict=True))
    year = named.get("y", NO_YEAR)
    century = 0 if year > 99 else 2000 if year <= LAST_OF_2000 else 1900
    return year + century, named["m"], named["d"]


def other_order(parts: Sequence[int], label: str) -> str:
    """A hint that names the label under which a date could be read."""
    for other, order in ORDERS.items():
        try:
            dt.date(*year_month_day(parts, order))
        except (ValueError, IndexError):
            continue
        if other != label:
            return f"As {ORDER_WORDS.get(other, 'month, day, year')} it is called {other}."
    return ""
