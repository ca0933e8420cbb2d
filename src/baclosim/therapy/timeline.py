"""Steps laid on the time axis: when each begins and ends, and what each level of a ramp is.

Doses at an interval keep their rhythm from step to step. A step that ends between two doses does not bring the next
dose forward: by the same route it comes no sooner than the interval after the last, or than the shorter interval of
the two when that changes. So a reduction never adds doses. Steps of whole intervals begin with a dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf

import numpy as np

from .steps import Dosing, For, Intake, Nothing, Percent, Ramp, Route, Span, Step, Steps, Until
from .timing import DAY, WEEK, Clock, Continuous, dose_times, keeps_rhythm, next_on_grid

MOST_LEVELS = 1000
_MINUTE = 1.0 / 60.0


@dataclass(frozen=True)
class Segment:
    """Intakes that stay the same over [start, end) [h].

    step     number of the step, from 0
    firsts   h, when the dosing of each intake begins: the start, or later where doses go on in the rhythm before
    """

    start: float
    end: float
    intakes: tuple[Intake, ...]
    step: int
    firsts: tuple[float, ...]


Rhythms = dict[tuple[Route, float], float]
"""When the next dose is due [h], by route and interval [h]."""


def firsts(intakes: tuple[Intake, ...], start: float, due: Rhythms) -> tuple[float, ...]:
    """When the dosing of each intake begins [h] in a step that starts at `start` [h]."""
    return tuple(max(start, _due(intake, due)) if keeps_rhythm(intake.timing) else start for intake in intakes)


def _due(intake: Intake, due: Rhythms) -> float:
    """The soonest time for the next dose [h]; another rhythm's last dose holds it off by the shorter interval."""
    gap = intake.timing.gap
    if (intake.route, gap) in due:
        return due[intake.route, gap]
    others = [time - max(0.0, before - gap) for (route, before), time in due.items() if route == intake.route]
    return max(others, default=0.0)


def rhythms(segment: Segment, end: float, before: Rhythms) -> Rhythms:
    """What is due after a segment that ends at `end` [h]; a route that it does not dose goes on as before."""
    own: Rhythms = {
        (intake.route, intake.timing.gap): next_on_grid(first, intake.timing.gap, end)
        for intake, first in zip(segment.intakes, segment.firsts, strict=True)
        if keeps_rhythm(intake.timing)
    }
    routes = {route for route, _ in own}
    return {key: time for key, time in before.items() if key[0] not in routes} | own


def day_start(from_day: int | None, otherwise: float) -> float:
    """Start of a day [h]; day 1 starts at 0."""
    return otherwise if from_day is None else (from_day - 1) * DAY


def step_values(intakes: tuple[Intake, ...], ramp: Ramp) -> list[float]:
    """The measure of one dose or one day at each level of a ramp, the target last; at most MOST_LEVELS + 1."""
    value = starting_value(intakes, ramp)
    target = 0.0 if ramp.target is None else ramp.target.measure
    sign = 1.0 if ramp.upward else -1.0
    found = []
    while len(found) <= MOST_LEVELS and abs(value - target) > 1e-9 * max(value, target):
        change = value * ramp.change.percent / 100 if isinstance(ramp.change, Percent) else ramp.change.amount
        value += sign * change
        value = min(value, target) if ramp.upward else max(value, target)
        if value < 1e-9 * target or (target == 0 and value < 1e-6):
            value = target
        found.append(value)
    return found


def starting_value(intakes: tuple[Intake, ...], ramp: Ramp) -> float:
    """The measure of one dose or one day before the ramp."""
    if ramp.basis == "day":
        return sum(intake.per_day for intake in intakes)
    return intakes[0].amount.measure * intakes[0].timing.share


def levels(intakes: tuple[Intake, ...], ramp: Ramp) -> list[tuple[Intake, ...]]:
    """What is taken at each level of a ramp; a level of nothing is left out."""
    start = starting_value(intakes, ramp)
    return [
        tuple(replace(intake, amount=intake.amount.scaled(value / start)) for intake in intakes)
        for value in step_values(intakes, ramp)
        if value > 0
    ]


def lead(step: Step) -> float:
    """After a single dose, how long until the next step begins [h]: that dose stands for the next step's first."""
    if not isinstance(step, Dosing):
        return 0.0
    return min(0.0 if isinstance(i.timing, Continuous) else _gap(i) for i in step.intakes)


def _gap(intake: Intake) -> float:
    return _MINUTE if isinstance(intake.timing, Clock) else intake.timing.gap


def end_of_doses(
    intakes: tuple[Intake, ...], begins: tuple[float, ...], count: int, start: float, clock: float
) -> float:
    """When dose `count` + 1 would be due [h]; some intake must be repeated, and what flows is no dose."""
    both = zip(intakes, begins, strict=True)
    counted = [(intake, first) for intake, first in both if not isinstance(intake.timing, Continuous)]
    horizon = WEEK
    while True:
        times = [dose_times(i.timing, i.days, first, start + horizon, clock) for i, first in counted]
        merged = np.sort(np.concatenate(times))
        if len(merged) > count:
            return float(merged[count])
        horizon *= 2


def span_end(
    span: Span | None, intakes: tuple[Intake, ...], begins: tuple[float, ...], start: float, clock: float
) -> float:
    """When a span that starts at `start` is over [h]; infinite for no span."""
    if isinstance(span, For):
        return start + span.hours
    if isinstance(span, Until):
        return span.day * DAY
    return inf if span is None else end_of_doses(intakes, begins, span.count, start, clock)


def default_end(step: Step, following: Step | None, start: float) -> float:
    """When a step without a span ends [h]."""
    if isinstance(step, Ramp) and step.target is None:
        return start
    if isinstance(step, Dosing) and step.is_single:
        return start if following is None else start + lead(following)
    if following is None or isinstance(step, Nothing):
        return inf
    if isinstance(following, Ramp):
        return start + following.every
    if following.from_day is not None:
        return max(start, day_start(following.from_day, start))
    return start + step.every if isinstance(step, Ramp) else inf


def timeline(steps: Steps, clock: float) -> list[Segment]:
    """All segments in order of time; a step that starts early cuts the one before it short."""
    found: list[Segment] = []
    for segment in laid_out(steps, clock):
        if found and found[-1].end > segment.start:
            found[-1] = replace(found[-1], end=segment.start)
        found.append(segment)
    return [segment for segment in found if segment.intakes]


def laid_out(steps: Steps, clock: float) -> Iterator[Segment]:
    """Every step and level in order, pauses included, not yet cut where the next one starts early."""
    now = 0.0
    due: Rhythms = {}
    current: tuple[Intake, ...] = ()
    previous: Segment | None = None
    for number, (step, following) in enumerate(pairwise((*steps, None))):
        assert step is not None
        *passing, last = stages(step, current)
        now, each = (now, step.every) if isinstance(step, Ramp) else (day_start(step.from_day, now), 0.0)
        for place, stage in enumerate((*passing, last)):
            due = rhythms(previous, min(previous.end, now), due) if previous else due
            begins, end = firsts(stage, now, due), now + each
            if place == len(passing):
                end = _end(step, following, last, begins, now, clock)
            previous = Segment(now, end, stage, number, begins)
            yield previous
            now = end
        current = last


def _end(
    step: Step, following: Step | None, intakes: tuple[Intake, ...], begins: tuple[float, ...], now: float, clock: float
) -> float:
    """When the last stage of a step, which starts at `now`, is over [h]."""
    return span_end(step.span, intakes, begins, now, clock) if step.span else default_end(step, following, now)


def length(steps: Steps, clock: float) -> float:
    """How long the steps last, the last pause included [h]; infinite when its last step has no end."""
    return max(segment.end for segment in laid_out(steps, clock))


def stages(step: Step, current: tuple[Intake, ...]) -> list[tuple[Intake, ...]]:
    """The intakes of each stage of a step: one, or the levels of a ramp, which ends in nothing when it goes to zero."""
    if isinstance(step, Dosing):
        return [step.intakes]
    if isinstance(step, Nothing):
        return [()]
    return levels(current, step) + ([()] if step.target is None else [])
