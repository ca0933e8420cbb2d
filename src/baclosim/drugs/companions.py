"""Drugs that people take beside baclofen: their classes, their kinetics, and what is known of the two together.

A load of 1 is the highest level that a drug's usual regimen reaches at its steady state. So whoever takes a drug as
usual never exceeds 1, short-lived or long-lived, and the first doses of a drug that accumulates stay below it. What
people get used to over weeks of such a regimen is not modelled.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from math import exp, inf, log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, Problem, nearest

LOADS = (
    "sedative_load",
    "opioid_load",
    "reuptake_load",
    "breakdown_load",
    "benzodiazepine_load",
    "propofol_load",
    "dexmedetomidine_load",
    "dantrolene_load",
    "cyproheptadine_load",
    "tizanidine_load",
)
"""What companions put on the body, in highest levels of their usual regimens; drives of the effects. The first two
weigh on the brain, the next two hold what clears serotonin, the others ease signs."""
SEROTONERGIC = ("reuptake_load", "breakdown_load")

KINETICS = (
    "usual",
    "a_day",
    "peak",
    "half_life",
    "lasting",
    "early_half_life",
    "metabolite_half_life",
    "metabolite_share",
)
STEPS = 2000  # in which the interval between doses is searched for the highest level


@dataclass(frozen=True)
class Companion:
    """One drug beside baclofen.

    name       generic name, also the channel and the compartment it enters
    kind       its class, such as "benzodiazepine"
    loads      which of LOADS it raises; none when nothing about it could be put into numbers
    says       what is known of the two together, in words
    facts      ids of the facts behind that
    usual      one usual adult dose [mg], and how often a day
    peak       time of the highest level of one dose [h]
    half_life  in the end [h]; `lasting` is the share of the level that falls so slowly from the start, and the rest,
               which leaves the blood for other tissue, falls with `early_half_life` [h]
    metabolite_half_life, metabolite_share   of a metabolite that acts as well [h], and its share of the effect once
               drug and metabolite are level
    All of these numbers are recalled but those with a fact of their own.
    """

    name: str
    kind: str
    loads: tuple[str, ...]
    says: str
    facts: tuple[str, ...]
    usual: float = 0.0
    a_day: float = 0.0
    peak: float = 0.0
    half_life: float = 0.0
    lasting: float = 1.0
    early_half_life: float = 0.0
    metabolite_half_life: float = 0.0
    metabolite_share: float = 0.0

    @property
    def is_modelled(self) -> bool:
        """Whether a run can carry it."""
        return bool(self.loads)

    @property
    def is_serotonergic(self) -> bool:
        """Whether it holds what clears serotonin."""
        return not set(SEROTONERGIC).isdisjoint(self.loads)

    @functools.cached_property
    def phases(self) -> tuple[tuple[float, float], ...]:
        """Share and rate [1/h] of each phase in which the level falls, the lasting one first."""
        own = log(2.0) / self.half_life
        if self.metabolite_share:
            return self._with_metabolite(own, log(2.0) / self.metabolite_half_life)
        last = (self.lasting, own)
        return (last,) if self.lasting == 1.0 else (last, (1.0 - self.lasting, log(2.0) / self.early_half_life))

    def _with_metabolite(self, own: float, slow: float) -> tuple[tuple[float, float], ...]:
        """The effect of drug and metabolite after one dose, as two phases: what is made from the drug outlasts it.

        A metabolite made at the rate at which the drug leaves, and as strong once level, acts as
        slow (exp(-slow t) - exp(-own t)) / (own - slow) beside exp(-own t) of the drug. The last share may be negative.
        """
        lasting = self.metabolite_made(slow) / (own - slow)
        return (lasting, slow), (1.0 - lasting, own)

    def metabolite_made(self, slow: float) -> float:
        """Rate [1/h] at which drug becomes metabolite that leaves at the rate `slow`, both counted by their effect."""
        return slow * self.metabolite_share / (1.0 - self.metabolite_share)

    def remaining(self, hours: ArrayLike) -> NDArray[np.float64]:
        """Share of the level of long use that is left these hours after the last dose; 1 before it. Any shape."""
        after = np.maximum(np.asarray(hours, dtype=float), 0.0)
        share, rate = np.array(self.phases).T
        return np.exp(-np.multiply.outer(after, rate)) @ (share / rate) / (share / rate).sum()

    def levels(self, taken: ArrayLike, amount: ArrayLike, hours: ArrayLike) -> NDArray[np.float64]:
        """Level [loads] at these hours (t,) of doses [loads] (m,) taken at times (m,) [h]."""
        since = np.subtract.outer(np.asarray(hours, float), np.asarray(taken, float))
        onset, total = self.onset_rate, np.zeros_like(since)
        for share, rate in self.phases:
            waited = np.maximum(since, 0.0)
            total += share * onset / (onset - rate) * (np.exp(-rate * waited) - np.exp(-onset * waited))
        return total @ np.asarray(amount, float)

    @functools.cached_property
    def onset_rate(self) -> float:
        """Absorption [1/h] that puts the highest level of one dose at `peak`."""
        low, high = self.phases[0][1] * (1.0 + 1e-9), self.phases[0][1] * 1e6
        for _ in range(200):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if self._slope(middle) > 0.0 else (low, middle)
        return (low * high) ** 0.5

    def _slope(self, onset: float) -> float:
        """Slope [1/h] of the level of one dose at `peak` when it is absorbed at this rate [1/h]."""
        return sum(
            share * onset / (onset - rate) * (onset * exp(-onset * self.peak) - rate * exp(-rate * self.peak))
            for share, rate in self.phases
        )

    def level(self, hours: float, every: float = inf) -> float:
        """Level [usual doses] so long after one usual dose, the last of many when it is taken `every` so many hours."""
        onset = self.onset_rate
        return sum(
            share * onset / (onset - rate) * (_left(rate, hours, every) - _left(onset, hours, every))
            for share, rate in self.phases
        )

    @functools.cached_property
    def unit(self) -> float:
        """Milligrams that are a load of 1 when they are all in the body."""
        every = 24.0 / self.a_day
        return self.usual * max(self.level(every * i / STEPS, every) for i in range(STEPS))


def _left(rate: float, hours: float, every: float) -> float:
    """What first-order loss leaves of a dose, and of those before it."""
    return exp(-rate * hours) / (1.0 - exp(-rate * every))


def _read() -> dict[str, Any]:
    file = resources.files("baclosim") / "drugs" / "companions.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _made(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Companion:
    kind = classes[entry["class"]]
    kinetics = {key: entry[key] for key in KINETICS if key in entry}
    loads = (*kind.get("loads", ()), *entry.get("loads", ())) if kinetics else ()
    facts = (*kind["facts"], *entry.get("facts", ()))
    return Companion(name, entry["class"], loads, kind["says"], facts, **kinetics)


_TABLES = _read()
KNOWN: dict[str, Companion] = {name: _made(name, entry, _TABLES["class"]) for name, entry in _TABLES["drug"].items()}
"""Every drug that is recognised, by its generic name."""

COMPANIONS: dict[str, Companion] = {name: drug for name, drug in KNOWN.items() if drug.is_modelled}
"""Those that a run can carry."""

NAMES: dict[str, str] = {
    also.lower(): name for name, entry in _TABLES["drug"].items() for also in (name, *entry.get("also", ()))
}
"""Generic name by every name, in lower case."""


def companion(name: str) -> Companion:
    """The drug of this name; raises InputError with near matches for one that is not known."""
    generic = NAMES.get(name.strip().lower())
    if generic is None:
        hint = nearest(name.strip().lower(), NAMES)
        raise InputError(Problem("alongside", name, "a drug that is known here", hint))
    return KNOWN[generic]
