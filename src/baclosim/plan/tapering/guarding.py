"""Which patients a search keeps within the limit, so that the limit holds in the wanted share of all.

A limit that must hold in 95 % of the patients gives up the 5 % who fare worst. Which these are depends on the taper,
so they are chosen by the taper found, and the search repeated while that helps. Of those kept, only the ones nearest
the limit are searched with; whoever of the others turns out beyond it is added.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..goals import Goal, Verdict, judged
from .search import Path, Space, course_of, worst_of
from .trial import Trial

Array = NDArray[np.float64]
Search = Callable[[Trial, Space, Goal], Path | None]

NEAR = 0.12
"""Share of the patients that is searched with: those nearest the limit among the ones kept within it."""
FEWEST = 16
ROUNDS = 4


@dataclass(frozen=True)
class Found:
    """A path with how it fares among all patients: their worst values (n,) and the verdict on the limit."""

    space: Space
    path: Path
    worst: Array
    verdict: Verdict

    @property
    def days(self) -> int:
        """How long it takes until nothing is given."""
        return self.path[-1][0]

    @property
    def rank(self) -> tuple[bool, int, float]:
        """What makes one better than another: within the limit, sooner, gentler."""
        return (not self.verdict.is_met, self.days, self.verdict.reachable)

    @property
    def gentleness(self) -> tuple[bool, float, int]:
        """The same when gentleness comes first."""
        return (not self.verdict.is_met, self.verdict.reachable, self.days)


def tried(trial: Trial, space: Space, path: Path, limit: Goal) -> Found:
    """How a path fares among all patients."""
    worst = worst_of(trial, course_of(trial, space, path), limit)
    return Found(space, path, worst, judged(limit, worst))


def guarded(
    trial: Trial, space: Space, limit: Goal, search: Search, order: Array,
    better: Callable[[Found], tuple[float, ...]], rounds: int = ROUNDS,
) -> Found | None:  # fmt: skip
    """The best that the search finds when it guards the right patients; None when it finds nothing.

    order   (n,) how badly each patient is expected to fare: their worst values under some taper
    better  what makes one result better than another; the least is best
    rounds  how often the patients are chosen anew
    """
    best: Found | None = None
    chosen = nearest(order, limit.share)
    for _ in range(rounds):
        path = search(trial.of(chosen), space, limit)
        if path is None:
            return best
        found = tried(trial, space, path, limit)
        if best is not None and better(found) >= better(best):
            return best
        best = found
        again = nearest(found.worst, limit.share) if found.verdict.is_met else with_missed(chosen, found, limit)
        if set(again.tolist()) <= set(chosen.tolist()):
            return best
        chosen = again
    return best


def nearest(order: Array, share: float) -> NDArray[np.int64]:
    """Of the patients who fare best, as many as the share wants, those who fare worst."""
    n = len(order)
    kept = np.argsort(order, kind="stable")[: math.ceil(share * n - 1e-9)]
    return np.sort(kept[-max(FEWEST, math.ceil(NEAR * n)) :])


def with_missed(chosen: NDArray[np.int64], found: Found, limit: Goal) -> NDArray[np.int64]:
    """The patients searched with, and those who should have been kept within the limit but were not."""
    kept = np.argsort(found.worst, kind="stable")[: math.ceil(limit.share * len(found.worst) - 1e-9)]
    beyond = kept[~limit.condition.holds(found.worst[kept])]
    return np.unique(np.concatenate((chosen, beyond)))
