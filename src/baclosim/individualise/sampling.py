"""When the next level would tell most about this person.

What doses are judged by is the mean level of a day. A level at time t reads f(t) with scatter s; over equally likely
versions of the person, knowing it leaves the share 1 - Cov(f, mean)^2 / (Var(mean) (Var(f) + s^2)) of the mean's
variance (the linear Bayes estimate). The best time leaves least.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..therapy.timing import START_CLOCK
from .forecasting import Forecast
from .kinds import kinds

Array = NDArray[np.float64]

DAY = 24.0
OPEN = (7.0, 19.0)  # o'clock between which blood is drawn
TELLS = 0.9  # of the variance left, above which a level is not worth drawing
QUARTER = 0.25  # h, to which a time is told


@dataclass(frozen=True)
class NextLevel:
    """A level worth drawing.

    at        h, on the axis of time of the data
    left      share of the variance of the day's mean level that is left once it is known
    low, high ug/mL, between which nine of ten versions of the person would read, scatter included
    settled   whether it follows a change of dose, on the last day of the forecast
    """

    at: float
    left: float
    low: float
    high: float
    settled: bool


def next_level(ahead: Forecast, clock: float = START_CLOCK) -> NextLevel | None:
    """The best time for a level of plasma; None where none tells much.

    After a change it falls on the last day of the forecast, when the new doses have settled; else on the first day
    after the data. `clock` is the time of day at hour 0 [h].
    """
    course = ahead.change or ahead.unchanged
    if "plasma" not in course or course.time[-1] <= ahead.now:
        return None
    settled = ahead.change is not None
    begin = max(course.time[-1] - DAY, ahead.changed or 0.0) if settled else ahead.now
    of_day = np.mod(course.time + clock, DAY)
    is_open = (course.time > begin) & (course.time <= begin + DAY) & (of_day >= OPEN[0]) & (of_day <= OPEN[1])
    if not is_open.any():
        return None
    levels, times = course["plasma"][:, is_open], course.time[is_open]
    mean = course["plasma"][:, course.time > course.time[-1] - DAY].mean(axis=1)
    left = variance_left(levels, mean)
    best = int(np.argmin(left))
    if left[best] > TELLS:
        return None
    low, high = read_between(levels[:, best])
    return NextLevel(QUARTER * round(float(times[best]) / QUARTER), float(left[best]), low, high, settled)


def variance_left(levels: Array, mean: Array) -> Array:
    """Share of the variance of `mean` (n,) left once a level (n, t) is read, (t,)."""
    about, rest = levels - levels.mean(axis=0), mean - mean.mean()
    together = (about * rest[:, None]).mean(axis=0)
    spread = (about**2).mean(axis=0) + (scatter(levels) ** 2).mean(axis=0)
    return 1.0 - together**2 / np.maximum(spread * (rest**2).mean(), 1e-300)


def scatter(levels: Array) -> Array:
    """SD of a reading of these levels [ug/mL]."""
    kind = kinds()["plasma"]
    return np.hypot(kind.additive, kind.proportional * levels)


def read_between(levels: Array) -> tuple[float, float]:
    """5 and 95 % of what would be read of these levels (n,), each with its scatter."""
    noise = np.linspace(-4.0, 4.0, 81)
    weight = np.exp(-0.5 * noise**2)
    readings = np.maximum(levels[:, None] + scatter(levels)[:, None] * noise, 0.0).ravel()
    order = np.argsort(readings)
    share = np.cumsum(np.tile(weight / weight.sum(), len(levels))[order]) / len(levels)
    low, high = np.interp((0.05, 0.95), share, readings[order]).tolist()
    return low, high
