"""The search for a taper: the soonest end within a limit, or the gentlest within a time.

Lower doses sooner leave less adaptation behind, so patients who can bear a lower dose now are never worse off later
for having gone there. For patients who must all be kept within a limit the soonest end is therefore reached by going,
on every step day, to the lowest rung at which the limit would still hold if they stayed there (`soonest`). The
gentlest path within a time is the soonest under the tightest limit that still ends in time (`gentlest`), then improved
rung by rung (`polished`). Which patients must be kept within the limit is chosen in `guarding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ...engine.march import Present
from ..goals import Goal
from ..treatment import Course, Stage
from .trial import COARSE, TAIL, Trial, follow

Array = NDArray[np.float64]
Rungs = tuple[tuple[float, ...], ...]
Path = tuple[tuple[int, int], ...]
"""Day and rung of every step, the last on the lowest rung."""

HOLD = 7
"""Days for which patients are kept on a rung to see whether they can bear it: by then a step's worst is over."""
CLOSE = 0.02  # of the severity, to which the tightest limit is found
MOST_TRIED = 40  # paths, while one is polished


@dataclass(frozen=True)
class Space:
    """What a taper may be.

    rungs   doses (slots,) [ug], from the present ones down to nothing
    lowers  the lowest rung to which one step may go from each, as `farthest` finds them
    gaps    days between steps, used in turn: (7,) is weekly, (3, 4) twice a week
    least   days that the whole taper takes at least
    most    days that it may take at most
    """

    rungs: Rungs
    lowers: tuple[int, ...]
    gaps: tuple[int, ...]
    least: int
    most: int

    @property
    def last(self) -> int:
        """The lowest rung, nothing at all."""
        return len(self.rungs) - 1

    def lowest(self, rung: int, day: int) -> int:
        """The lowest rung to which one step may go on this day; nothing at all only after the least time."""
        reached = self.lowers[rung]
        return reached if reached < self.last or day >= self.least else max(rung, self.last - 1)

    def step_days(self) -> Iterator[int]:
        """The days on which steps may be made, from 0 on."""
        day, turn = 0, 0
        while day <= self.most:
            yield day
            day += self.gaps[turn % len(self.gaps)]
            turn += 1


def farthest(rungs: Rungs, share: float, mass: float) -> tuple[int, ...]:
    """The lowest rung to which one step may go from each.

    share  largest part of the day's dose that one step may take away
    mass   ug/day that a step may take away in any case
    """
    totals = [sum(doses) for doses in rungs]
    floors = [min(now * (1.0 - share), now - mass) - 1e-6 for now in totals]
    last = len(rungs) - 1
    reached = [max(j for j, total in enumerate(totals) if total >= floor) for floor in floors]
    return tuple(min(last, max(i + 1, lowest)) for i, lowest in enumerate(reached))


@dataclass(frozen=True)
class Walk:
    """How far a search has come: the steps so far, and the patients on the morning of `day`.

    worst  (n,) the worst value so far of each patient, of what the limit speaks of
    known  walks that were walked before from the same beginning, by their path and day
    """

    trial: Trial
    space: Space
    path: Path = ()
    day: int = 0
    present: Present | None = None
    worst: Array | None = None
    known: dict[tuple[Path, int], Walk] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rung(self) -> int:
        """The rung stood on."""
        return self.path[-1][1] if self.path else 0

    @property
    def last_drop(self) -> int:
        """How many rungs the last step went down; 1 before the first."""
        before = self.path[-2][1] if len(self.path) > 1 else 0
        return max(1, self.rung - before)

    def on(self, rung: int, until: int, limit: Goal) -> Walk:
        """The patients on this rung from today until the morning of another day."""
        path = self.path if rung == self.rung else (*self.path, (self.day, rung))
        if (path, until) not in self.known:
            self.known[path, until] = self._walked(path, until, limit)
        return self.known[path, until]

    def _walked(self, path: Path, until: int, limit: Goal) -> Walk:
        course = course_of(self.trial, self.space, path)
        ran = follow(self.trial, course, until, self.present, quantities=(limit.condition.quantity,))
        now = limit.decisive(ran)
        worst = now if self.worst is None else np.maximum(now, self.worst)
        return replace(self, path=path, day=until, present=ran.final, worst=worst)

    def holds(self, limit: Goal) -> bool:
        """Whether every patient has kept within the limit so far."""
        return self.worst is None or bool(limit.condition.holds(self.worst).all())


def course_of(trial: Trial, space: Space, path: Path) -> Course:
    """The path as doses."""
    return Course(trial.treatment, tuple(Stage(day, space.rungs[rung]) for day, rung in path))


def soonest(trial: Trial, space: Space, limit: Goal, begin: Walk | None = None) -> Path | None:
    """The path that ends soonest with every patient within the limit; None when none ends within the longest time.

    begin  a walk that has not begun, which remembers what was walked under other levels of the same limit
    """
    walk = begin or Walk(trial, space)
    days = list(space.step_days())
    for after in (*days[1:], space.most + HOLD):
        walk = lowest_borne(walk, after, limit)
        if walk is None or walk.rung == space.last:
            return walk and walk.path
    return None


def lowest_borne(walk: Walk, after: int, limit: Goal) -> Walk | None:
    """The walk on the lowest rung that can be borne from today on, until the day `after`; None when none can."""
    low, high, best = walk.rung, walk.space.lowest(walk.rung, walk.day), None
    guesses = iter((low + walk.last_drop, low + walk.last_drop + 1, low + walk.last_drop - 1))
    while low < high:
        tried = next((g for g in guesses if low < g <= high), (low + high + 1) // 2)
        borne = held(walk, tried, after, limit)
        low, high, best = (tried, high, borne) if borne else (low, tried - 1, best)
    best = best or held(walk, walk.rung, after, limit)
    return best if best is None or best.day == after else walk.on(best.rung, after, limit)


def held(walk: Walk, rung: int, after: int, limit: Goal) -> Walk | None:
    """The walk on a rung until the day `after` or its worst is over; None if the limit does not hold till then."""
    stayed = walk.on(rung, max(after, walk.day + HOLD), limit)
    return stayed if stayed.holds(limit) else None


def gentlest(trial: Trial, space: Space, limit: Goal) -> Path | None:
    """The path within the longest time that keeps the level of every patient lowest.

    None when there is none even at the level of the limit.
    """
    begin = Walk(trial, space)
    best = soonest(trial, space, limit, begin)
    if best is None:
        return None
    low, high = 0.0, limit.condition.level
    while high - low > CLOSE * high:
        level = 0.5 * (low + high)
        found = soonest(trial, space, at_level(limit, level), begin)
        low, high, best = (low, level, found) if found else (level, high, best)
    return polished(begin, best, limit)


def at_level(limit: Goal, level: float) -> Goal:
    """The same limit at another level."""
    return replace(limit, condition=replace(limit.condition, level=level))


def polished(begin: Walk, path: Path, limit: Goal) -> Path:
    """The path with single steps moved by a rung, for as long as that lowers the level of the worst patient."""
    best, level, left, improved = path, reach(begin, path, limit), MOST_TRIED, True
    while improved and left > 0:
        improved = False
        for other in list(neighbours(begin.space, best))[:left]:
            left -= 1
            lower = reach(begin, other, limit)
            if lower < level - 1e-6:
                best, level, improved = other, lower, True
                break
    return best


def neighbours(space: Space, path: Path) -> Iterator[Path]:
    """Every path that differs by one rung on one step day, ends on the same day and may be walked; the end first."""
    ends = path[-1][0]
    days = [day for day in space.step_days() if day < ends]
    rungs = [next(rung for day, rung in reversed(((-1, 0), *path)) if day <= at) for at in days]
    for i in reversed(range(len(rungs))):
        for moved in (rungs[i] + 1, rungs[i] - 1):
            changed = (*rungs[:i], moved, *rungs[i + 1 :])
            if may_be_walked(space, (*days, ends), (*changed, space.last)):
                yield merged(zip((*days, ends), (*changed, space.last), strict=True))


def may_be_walked(space: Space, days: tuple[int, ...], rungs: tuple[int, ...]) -> bool:
    """Whether each step goes down or stays, no farther than it may, and only the last reaches nothing."""
    steps = zip((0, *rungs[:-1]), rungs, days, strict=True)
    return all(a <= b <= space.lowest(a, day) for a, b, day in steps) and rungs[-2:-1] != (space.last,)


def merged(steps: Iterable[tuple[int, int]]) -> Path:
    """Steps without those that stay on their rung."""
    found: list[tuple[int, int]] = []
    for day, rung in steps:
        if rung != (found[-1][1] if found else 0):
            found.append((day, rung))
    return tuple(found)


def reach(begin: Walk, path: Path, limit: Goal) -> float:
    """The level that every patient of the trial keeps on a path and in the days after it."""
    walk = begin
    for (day, rung), after in zip(path, [*(day for day, _ in path[1:]), path[-1][0] + TAIL], strict=True):
        walk = walk if day == walk.day else walk.on(walk.rung, day, limit)
        walk = walk.on(rung, after, limit)
    assert walk.worst is not None
    return float(walk.worst.max())


def worst_of(trial: Trial, course: Course, limit: Goal, step: float = COARSE) -> Array:
    """The worst value of each patient (n,) in a whole course and the days after it."""
    quantity = (limit.condition.quantity,)
    return limit.decisive(follow(trial, course, course.days + TAIL, quantities=quantity, step=step))
