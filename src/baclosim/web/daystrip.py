"""A flex program as 24 bars, one for each hour of the day, and back to the words of a scenario file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

HOURS = 24
_STEP = re.compile(r"\s*(\d{1,2}):00\s*-\s*(\d{1,2}):00\s+([\d.]+)\s*ug/h\s*")

Rates = tuple[float, ...]


def rates_of(steps: Sequence[str]) -> Rates | None:
    """Rate of every hour of the day [ug/h]; None for programs by weekday or off the hour, which bars cannot show.

    >>> rates_of(["06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h"])[5:7]
    (12.0, 20.0)
    """
    found: list[float | None] = [None] * HOURS
    for step in steps:
        match = _STEP.fullmatch(step)
        if match is None or int(match[1]) > HOURS or int(match[2]) > HOURS:
            return None
        start, end = int(match[1]) % HOURS, int(match[2]) % HOURS
        for hour in range(start, end if end > start else end + HOURS):
            found[hour % HOURS] = float(match[3])
    return None if None in found else tuple(rate for rate in found if rate is not None)


def steps_of(rates: Rates) -> list[str]:
    """The bars as steps, neighbours of one rate joined, midnight included.

    >>> steps_of((12.0,) * 6 + (20.0,) * 4 + (12.0,) * 14)
    ['06:00-10:00 20 ug/h', '10:00-06:00 12 ug/h']
    """
    if len(set(rates)) == 1:
        return [f"00:00-24:00 {rates[0]:g} ug/h"]
    turn = next(hour for hour in range(HOURS) if rates[hour] != rates[hour - 1])
    hours = [(turn + i) % HOURS for i in range(HOURS)]
    runs = [list(run) for _, run in groupby(hours, key=lambda hour: rates[hour])]
    return [f"{run[0]:02d}:00-{(run[-1] + 1) % HOURS:02d}:00 {rates[run[0]]:g} ug/h" for run in runs]


def with_rate(rates: Rates, hour: int, rate: float) -> Rates:
    """The bars with one changed; rates are kept to a tenth and not below nothing."""
    return (*rates[:hour], max(0.0, round(rate, 1)), *rates[hour + 1 :])
