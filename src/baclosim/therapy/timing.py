"""When doses are taken: at an interval, some times a day, at clock times, once, or without a break.

Every timing offers the same few verbs. `times(start, end, clock)` gives the dose times [h] in [start, end), where
`clock` is the hour on the wall at time 0, counted from midnight of a Monday; `share` is the part of the stated amount
that one dose carries; `per_day` how many stated amounts make a day; `gap` the shortest time between two doses [h].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

START_CLOCK = 8.0
"""Simulations begin on a Monday at 08:00 unless told otherwise [h after midnight]."""

DAY = 24.0
WEEK = 168.0
_SLACK = 1e-9  # h; clock arithmetic in floating point must not lose or double a dose at a boundary

Times = NDArray[np.float64]


def regular(start: float, end: float, interval: float) -> Times:
    """Times every `interval` hours in [start, end), shape (m,)."""
    return start + interval * np.arange(max(0, ceil((end - start) / interval - _SLACK)), dtype=np.float64)


@dataclass(frozen=True)
class Every:
    """One dose every `interval` hours, the first at the start of the step."""

    interval: float
    share = 1.0

    @property
    def per_day(self) -> float:
        """Stated amounts per day."""
        return DAY / self.interval

    @property
    def gap(self) -> float:
        """Shortest time between doses [h]."""
        return self.interval

    def times(self, start: float, end: float, clock: float) -> Times:
        """Dose times [h], shape (m,)."""
        return regular(start, end, self.interval)


@dataclass(frozen=True)
class TimesADay:
    """`count` doses a day, evenly spaced, the first at the start of the step."""

    count: int
    share = 1.0

    @property
    def per_day(self) -> float:
        """Stated amounts per day."""
        return float(self.count)

    @property
    def gap(self) -> float:
        """Shortest time between doses [h]."""
        return DAY / self.count

    def times(self, start: float, end: float, clock: float) -> Times:
        """Dose times [h], shape (m,)."""
        return regular(start, end, self.gap)


@dataclass(frozen=True)
class Divided:
    """The stated amount is for a whole day and is split evenly into `count` doses."""

    count: int
    per_day = 1.0

    @property
    def share(self) -> float:
        """Part of the stated amount in one dose."""
        return 1.0 / self.count

    @property
    def gap(self) -> float:
        """Shortest time between doses [h]."""
        return DAY / self.count

    def times(self, start: float, end: float, clock: float) -> Times:
        """Dose times [h], shape (m,)."""
        return regular(start, end, self.gap)


@dataclass(frozen=True)
class Clock:
    """Doses at these hours after midnight, sorted, in [0, 24)."""

    hours: tuple[float, ...]
    share = 1.0

    @property
    def per_day(self) -> float:
        """Stated amounts per day."""
        return float(len(self.hours))

    @property
    def gap(self) -> float:
        """Shortest time between doses, over midnight too [h]."""
        around = (*self.hours, self.hours[0] + DAY)
        return min(later - sooner for sooner, later in pairwise(around))

    def times(self, start: float, end: float, clock: float) -> Times:
        """Dose times [h], shape (m,)."""
        days = np.arange(floor((start + clock) / DAY), floor((end + clock) / DAY) + 1, dtype=np.float64)
        found = (DAY * days[:, None] + np.array(self.hours)).ravel() - clock
        return found[(found >= start - _SLACK) & (found < end - _SLACK)]


@dataclass(frozen=True)
class Once:
    """A single dose at the start of the step."""

    share = 1.0
    per_day = 1.0
    gap = DAY

    def times(self, start: float, end: float, clock: float) -> Times:
        """Dose times [h], shape (1,)."""
        return np.array([start])


@dataclass(frozen=True)
class Continuous:
    """The stated amount per day flows without a break."""

    share = 1.0
    per_day = 1.0
    gap = 0.0

    def times(self, start: float, end: float, clock: float) -> Times:
        """The start of the flow [h], shape (1,)."""
        return np.array([start])


Timing = Every | TimesADay | Divided | Clock | Once | Continuous


def keeps_rhythm(timing: Timing) -> bool:
    """Whether doses come at an even interval from the first on, whatever the hour of the day."""
    return isinstance(timing, Every | TimesADay | Divided)


def next_on_grid(first: float, gap: float, after: float) -> float:
    """The first of first, first + gap, ... that is not before `after` [h]; `first` itself when that is infinite."""
    if after == inf:
        return first
    due = first + gap * max(0, ceil((after - first) / gap - _SLACK))
    return after if abs(due - after) < _SLACK * max(1.0, after) else due


@dataclass(frozen=True)
class Weekdays:
    """Only on these days of the week; 0 is Monday."""

    days: tuple[int, ...]

    def holds(self, day: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each day, counted from a Monday, is one of them; shape as given."""
        return np.isin(day % 7, self.days)


@dataclass(frozen=True)
class EveryNthDay:
    """On the first day and every `n`-th after it."""

    n: int

    def holds(self, day: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each day is one of them, counted from the first given; shape as given."""
        return (day - day[:1]) % self.n == 0


Days = Weekdays | EveryNthDay


def day_of(timing: Timing, times: Times, start: float, clock: float) -> NDArray[np.int64]:
    """Which day each dose belongs to, counted from a Monday, shape (m,).

    Clock times belong to the calendar day; other doses to the 24 hours that began when the step did, so that all
    three doses of "three times daily on Mondays" count as Monday's.
    """
    if isinstance(timing, Clock):
        return np.floor((times + clock) / DAY + _SLACK).astype(np.int64)
    return (floor((start + clock) / DAY) + np.floor((times - start) / DAY + _SLACK)).astype(np.int64)


def dose_times(timing: Timing, days: Days | None, start: float, end: float, clock: float) -> Times:
    """Dose times [h] in [start, end) on the days asked for, shape (m,)."""
    times = timing.times(start, end, clock)
    if days is None or not len(times):
        return times
    return times[days.holds(day_of(timing, times, start, clock))]
