"""What a taper is predicted to do: severity over time, tiers, rebound of tone, for people and for the typical person.

How people differ comes from the virtual patients, how uncertain the typical values are from draws of the typical
patient; the two are never added up.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..patient import Patient, Patients, typical_draws
from ..therapy.conditions import TIERS, tier_level
from ..trajectory import Trajectory
from .plan import Band, Odds
from .treatment import DAY, Course
from .trial import FINE, TAIL, Trial, follow, treated

Array = NDArray[np.float64]

DRAWS = 100
FELT = ("withdrawal", "rebound_tone")
PEOPLE = (0.05, 0.5, 0.95)
KNOWN = (0.025, 0.975)


@dataclass(frozen=True)
class Typical:
    """The typical patient, and draws of the typical patient, after their treatment so far."""

    alone: Trial
    draws: Trial


def typical_of(patient: Patient, trial: Trial, seed: int) -> Typical:
    """The typical patient and its draws on the treatment of a trial."""
    groups = (Patients.of(patient), typical_draws(DRAWS, like=patient, seed=seed))
    return Typical(*(treated(group, trial.treatment) for group in groups))


@dataclass(frozen=True)
class Forecast:
    """A course followed to its end and two weeks on: virtual patients, the typical one, its draws."""

    people: Trajectory
    alone: Trajectory
    draws: Trajectory

    @functools.cached_property
    def worst(self) -> Array:
        """The worst severity of each virtual patient, (n,)."""
        return self.people["withdrawal"].max(axis=1)

    def band(self, name: str) -> tuple[Band, Band]:
        """The highest value of a quantity: of the virtual patients, and of the typical patient."""
        people, alone, draws = (course[name].max(axis=1) for course in (self.people, self.alone, self.draws))
        low, middle, high = np.quantile(people, PEOPLE).tolist()
        return Band(middle, low, high), Band(float(alone[0]), *np.quantile(draws, KNOWN).tolist())

    def when_worst(self, begins: float) -> tuple[Band, Band]:
        """The day of the plan on which severity is highest."""
        days = [
            1.0 + np.floor((course.time[course["withdrawal"].argmax(axis=1)] - begins) / DAY)
            for course in (self.people, self.alone, self.draws)
        ]
        low, middle, high = np.quantile(days[0], PEOPLE, method="nearest").tolist()
        return Band(middle, low, high), Band(float(days[1][0]), *np.quantile(days[2], KNOWN, method="nearest").tolist())


def forecast(trial: Trial, typical: Typical, course: Course) -> Forecast:
    """What a course is predicted to do."""
    return Forecast(
        *(
            follow(one, course, course.days + TAIL, quantities=FELT, step=FINE)
            for one in (trial, typical.alone, typical.draws)
        )
    )


def share(inside: NDArray[np.bool_]) -> Band:
    """The share of these patients (n,) with the 95 % interval that so many leave (Wilson 1927)."""
    n, p, z = len(inside), float(inside.mean()), 1.96
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Band(p, max(0.0, middle - half), min(1.0, middle + half))


def odds(found: Forecast, begins: float) -> tuple[Odds, ...]:
    """The predictions that a plan states."""
    levels = ", ".join(f"{tier} from {100.0 * tier_level(tier):g} %" for tier in TIERS)
    return (
        Odds(f"worst severity of withdrawal ({levels})", "share", *found.band("withdrawal")),
        Odds("day of the plan on which it is worst", "day", *found.when_worst(begins)),
        *(
            Odds(f"patients who reach {tier} withdrawal", "share of patients", share(found.worst >= tier_level(tier)))
            for tier in TIERS
        ),
        Odds("Ashworth points above those without drug, at worst", "points", *found.band("rebound_tone")),
    )
