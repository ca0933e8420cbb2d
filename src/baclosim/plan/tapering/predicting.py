"""What a taper is predicted to do: severity over time, tiers, rebound of tone, for people and for the typical one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...therapy.language.conditions import TIERS, tier_level
from ...trajectory import Trajectory
from ..people import share, told
from ..plan import Odds
from ..treatment import DAY, Course
from .trial import FINE, TAIL, Trial, follow

Array = NDArray[np.float64]

FELT = ("withdrawal", "rebound_tone")


@dataclass(frozen=True)
class Forecast:
    """A course followed to its end and two weeks on, by virtual patients and by the typical one with its draws."""

    people: Trajectory
    typical: Trajectory

    @property
    def worst(self) -> Array:
        """The worst severity of each virtual patient, (n,)."""
        return self.people["withdrawal"].max(axis=1)

    def highest(self, name: str) -> tuple[Array, Array]:
        """The highest value of a quantity, of the virtual patients (n,) and of the typical one and its draws."""
        return self.people[name].max(axis=1), self.typical[name].max(axis=1)

    def day_of_worst(self, begins: float) -> tuple[Array, Array]:
        """The day of the plan on which severity is highest, of both groups."""
        first, second = (
            1.0 + np.floor((course.time[course["withdrawal"].argmax(axis=1)] - begins) / DAY)
            for course in (self.people, self.typical)
        )
        return first, second


def forecast(trial: Trial, typical: Trial, course: Course) -> Forecast:
    """What a course is predicted to do."""
    until = course.days + TAIL
    return Forecast(*(follow(one, course, until, quantities=FELT, step=FINE) for one in (trial, typical)))


def odds(found: Forecast, begins: float) -> tuple[Odds, ...]:
    """The predictions that a plan states; `begins` is the first hour of the plan."""
    levels = ", ".join(f"{tier} from {100.0 * tier_level(tier):g} %" for tier in TIERS)
    return (
        told(f"worst severity of withdrawal ({levels})", "share", *found.highest("withdrawal")),
        told("day of the plan on which it is worst", "day", *found.day_of_worst(begins)),
        *(share(f"patients who reach {tier} withdrawal", found.worst >= tier_level(tier)) for tier in TIERS),
        told("Ashworth points above those without drug, at worst", "points", *found.highest("rebound_tone")),
    )
