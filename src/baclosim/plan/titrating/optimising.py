"""The best way that a protocol leaves open: what it does not fix is searched, choice by choice.

Wanted is the goal soon and in many: the fewest mean days until a patient is seen at it, those who never are counted
with the whole time that all ways are followed for. A way may stop few more patients by a sign than the published one
does, and every goal and limit across the patients must hold. The search begins with the published way, tries each
choice one value up and one down, and goes to whatever is best until nothing is better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .titration import DAY, Arm, Tried

Way = tuple[float, ...]
"""One value of each choice."""
MOST_TRIED = 40
MORE_STOPPED = 0.05  # share of the patients that a way may stop beyond the published one (assumed)
BETTER = 0.05  # days by which the mean must fall, so that luck alone changes no plan


@dataclass(frozen=True)
class Open:
    """What a protocol leaves open.

    choices    name -> the values it allows, in order
    arm        the way that one value of each makes, in the order of the choices
    published  the values of the published way
    days       for which every way is followed
    """

    choices: Mapping[str, tuple[float, ...]]
    arm: Callable[..., Arm]
    published: Way
    days: float

    def neighbours(self, way: Way) -> Iterator[Way]:
        """Every way that differs in one choice by one value."""
        for i, values in enumerate(self.choices.values()):
            at = values.index(way[i])
            for other in (at - 1, at + 1):
                if 0 <= other < len(values):
                    yield (*way[:i], values[other], *way[i + 1 :])


def searched(left: Open, follow: Callable[[Arm], Tried], keeps: Callable[[Tried], bool]) -> Tried:
    """The best way found; the published one where none is better.

    follow  tries a way on the patients; keeps: whether every goal and limit holds
    """
    known: dict[Way, Tried] = {}

    def tried(way: Way) -> Tried:
        if way not in known:
            known[way] = follow(left.arm(*way))
        return known[way]

    published = tried(left.published)
    most = published.intolerant.mean() + MORE_STOPPED

    def cost(way: Way) -> float:
        found = tried(way)
        return mean_days(found, left.days) if found.intolerant.mean() <= most and keeps(found) else np.inf

    best = left.published
    while len(known) < MOST_TRIED:
        nearest = min(left.neighbours(best), key=cost)
        if not cost(nearest) < cost(best) - BETTER:
            break
        best = nearest
    return tried(best)


def mean_days(tried: Tried, days: float) -> float:
    """Mean days until the goal is seen; those who never come to it count with the whole time."""
    return float(np.minimum(tried.to_goal / DAY, days).mean())
