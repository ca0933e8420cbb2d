"""Cohorts who swallow too much: their levels, how deep it takes them, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from _unit_courses import course, unit_course
from baclosim import Patient
from baclosim.body.systemic import CLUMP
from baclosim.body.whole import BLOOD_BODY
from baclosim.effects.breathing import depression
from baclosim.effects.sedation import brain_effect, brain_load, brain_tolerance_rate
from baclosim.parameters import parameters
from baclosim.patient import Patients, virtual_patients
from baclosim.patient.scaling import uraemic_factor

Array = NDArray[np.float64]
Levels = tuple[Array, Array]
"""Plasma and fast brain site [ug/mL], (n, t)."""

PEOPLE = 160  # in a cohort
HOURS = np.arange(0.0, 337.0)
BODY = BLOOD_BODY + CLUMP
OUTPUTS = ("plasma", "brain_fast")
URAEMIC = 3.0, 20.0  # ratio and mL/min: assumed, of hardly any weight in people whose kidneys work
TYPICAL = {name: parameters()[name].value for name in ("overdose_ceiling", "respiratory_ratio", "encephalopathy_ratio")}
SPREAD = {
    "coma_half_effective": 0.1,
    "brain_slow_rate": 0.3,
    "overdose_release_rate": 0.5,
    "respiratory_ratio": 0.1,
    "encephalopathy_ratio": 0.2,
}
"""Between patients, assumed. Of the edge of coma the misfit is least at the smallest spread."""


@dataclass(frozen=True)
class Cohort:
    """People who swallowed something: patients, doses (n,) mg, standard normal liability to coma and pace (n,)."""

    patients: Patients
    dose: Array
    liability: Array
    pace: Array

    def own(self, name: str, value: float) -> Array:
        """Each patient's own value of a parameter whose typical value is this one, (n,)."""
        return self.patients.parameters[name] * (value / TYPICAL[name])

    def spread(self, name: str, value: float, score: Array) -> Array:
        """The same where the spread is the one of SPREAD."""
        return value * np.exp(sqrt(log(1.0 + SPREAD[name] ** 2)) * score)

    def __hash__(self) -> int:
        return id(self)


@cache
def levels(people: Cohort, release: float, ceiling: float) -> Levels:
    """What swallowed doses come to when the clump is released at a median rate [1/h] and forms above a ceiling [ug]."""
    pace = people.spread("overdose_release_rate", release, people.pace)
    own = people.patients.parameters | {"overdose_release_rate": pace}
    hours = HOURS[None, :] - own["absorption_lag"][:, None]
    taken = np.minimum(1e3 * people.dose, people.own("overdose_ceiling", ceiling))
    held = 1e3 * people.dose - taken
    course = taken[:, None, None] * unit_course(BODY, own, "mouth", OUTPUTS, hours)
    course += held[:, None, None] * unit_course(BODY, own, "clump", OUTPUTS, hours)
    return course[:, 0], course[:, 1]


@cache
def on_tablets(people: Cohort, words: str) -> Array:
    """Fast brain site (n, t) [ug/mL] on tablets, hour by hour as long as an overdose is followed."""
    return course(BODY, people.patients, words, ("brain_fast",), HOURS[-1], 1.0)[:, 0]


def cohort(like: Patient, quantile: Any, seed: int) -> Cohort:
    """A cohort whose doses are the quantile function [mg] at evenly spaced shares, in random order."""
    draw = np.random.default_rng(seed)
    share = (np.arange(PEOPLE) + 0.5) / PEOPLE
    scores = [norm.ppf(draw.permutation(share)) for _ in range(2)]
    people = with_usual_kidneys(virtual_patients(PEOPLE, like, seed=seed))
    return Cohort(people, quantile(draw.permutation(share)), scores[0], scores[1])


def with_usual_kidneys(people: Patients) -> Patients:
    """The same people with the kidneys' part in the brain set: `uraemia.py` leans on this fit, this not on it."""
    own, clearance = people.parameters, people.covariates["creatinine_clearance"]
    ratio = own["uraemic_ratio"] * (URAEMIC[0] / parameters()["uraemic_ratio"].value)
    more = uraemic_factor(clearance, ratio, URAEMIC[1])
    more = more / uraemic_factor(clearance, own["uraemic_ratio"], own["uraemic_at"])
    return replace(people, parameters=own | {"brain_blood_weight": own["brain_blood_weight"] * more})


def lognormal(mean: float, sd: float, least: float, most: float) -> Any:
    """Quantile function of doses with this mean and SD, cut to the range."""
    spread = sqrt(log(1.0 + (sd / mean) ** 2))
    middle = log(mean) - spread**2 / 2.0
    low, high = (norm.cdf((log(x) - middle) / spread) for x in (least, most))
    return lambda p: np.exp(middle + spread * norm.ppf(low + p * (high - low)))


def fixed(dose: float) -> Any:
    """Everyone takes the same [mg]."""
    return lambda p: np.full(len(p), dose)


@dataclass(frozen=True)
class Outcome:
    """What became of a cohort, (n,) each: probability of coma and of a ventilator at their highest, hours in coma and
    on it (while either is likelier than not), hour of waking; and plasma (n, t)."""

    coma: Array
    ventilated: Array
    coma_hours: Array
    ventilator_hours: Array
    awake: Array
    plasma: Array


def outcome(people: Cohort, seen: Levels, x: Array) -> Outcome:
    """What becomes of a cohort at its levels; x: logs of PRIORS."""
    plasma, fast = seen
    own = people.patients.parameters
    slope, ratio, drive = np.exp(x[3:6])
    deep = marched(people, fast, x)
    coma = hill(deep, 1.0, slope)
    lost = hill(deep, people.own("respiratory_ratio", ratio)[:, None], drive)
    tube = hill(lost, 0.5, own["ventilation_slope"][:, None])
    asleep = coma > 0.5
    last = np.where(asleep.any(axis=1), HOURS[-1] - asleep[:, ::-1].argmax(axis=1), 0.0)
    hours = (found.sum(axis=1).astype(float) for found in (asleep, tube > 0.5))
    return Outcome(coma.max(axis=1), tube.max(axis=1), *hours, last, plasma)


def marched(people: Cohort, fast: Array, x: Array) -> Array:
    """Depression (n, t) at levels of the fast site (n, t) hour by hour, tolerance on its way; x: logs of PRIORS."""
    own = people.patients.parameters
    threshold, weight, slow_rate = np.exp(x[:3])
    edge = people.spread("coma_half_effective", threshold, people.liability)
    kept = np.exp(-slow_rate)
    slow, tolerance, deep = np.zeros(len(fast)), np.ones(len(fast)), np.empty_like(fast)
    for i, now in enumerate(fast.T):
        deep[:, i] = depression(now, slow, weight, edge, own["brain_resistance"], tolerance)
        effect = brain_effect(brain_load(now, own["brain_half_effective"], own["brain_resistance"], tolerance))
        rate = own["brain_tolerance_rate_constant"]
        tolerance = tolerance + brain_tolerance_rate(tolerance, effect, own["brain_tolerance_gain"], rate)
        slow = now + (slow - now) * kept
    return deep


def hill(level: Array, half: Any, slope: Any) -> Array:
    """The vocabulary's word, for arrays."""
    return 1.0 / (1.0 + (half / np.maximum(level, 1e-12)) ** slope)
