"""Serotonin syndrome over time: when it begins, how severe it is, when it ends, and what stopping and treating change.

Onset follows published cases. From its height on, a toxic load falls as the causal drugs leave the body; a case
carries an excess, its load over the one at which signs end. A case caused by a drug with a half-life of hours is over
in a day, one by fluoxetine lasts while norfluoxetine does. What differs between cases is how many halvings they need.

Load of drugs that raise serotonin R and of MAO inhibitors M, each 1 while taken: R + M + (odds - 2) R M, where `odds`
is what a MAO inhibitor does to the odds of toxicity in people. It is empirical; the synapse model cannot tell it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..drugs.serotonergic import HALF_LIVES, Agent, named
from ..errors import InputError, Problems
from ..parameters import parameters, typical
from ..streams import normal, per_patient

Array = NDArray[np.float64]

TIERS = ("none", "mild", "moderate", "severe")
TREATMENTS = {
    "": "nothing but care",
    "benzodiazepine": "eases agitation, rigidity and fever; leaves load and length as they are",
    "cyproheptadine": "blocks 5-HT2A; lowers the load while it is given, by an assumed share",
}


# --- onset --------------------------------------------------------------------------------------------------------


def onset_probability(hours: ArrayLike) -> Array:
    """Share of cases that have begun by these hours after a drug was started, raised or overdosed; any shape."""
    from scipy.special import ndtr

    p = typical(("syndrome_onset_median", "syndrome_onset_deviation"))
    after = np.maximum(np.asarray(hours, float), 1e-300)
    return ndtr(np.log(after / p["syndrome_onset_median"]) / p["syndrome_onset_deviation"])


def onset_hours(share: ArrayLike) -> Array:
    """Hours by which this share of cases has begun; any shape."""
    from scipy.special import ndtri

    return _onset(ndtri(np.asarray(share, float)))


def _onset(z: Array) -> Array:
    p = typical(("syndrome_onset_median", "syndrome_onset_deviation"))
    return p["syndrome_onset_median"] * np.exp(p["syndrome_onset_deviation"] * z)


def toxicity_risk(
    daily_doses: float,
    *,
    snri: bool = False,
    moclobemide: bool = False,
    olanzapine: bool = False,
    risperidone: bool = False,
) -> float:
    """Probability of toxicity after an overdose of so many usual daily doses of a reuptake inhibitor.

    From the logistic model of one overdose cohort; its extrapolation to one dose is no incidence in ordinary use.
    """
    p = typical()
    base = p["toxicity_at_usual_dose"]
    odds = base / (1.0 - base) * p["toxicity_odds_per_ten_doses"] ** ((daily_doses - 1.0) / 10.0)
    odds *= p["toxicity_odds_snri"] if snri else 1.0
    odds *= p["mao_reuptake_odds"] if moclobemide else 1.0
    odds *= p["toxicity_odds_olanzapine"] if olanzapine else 1.0
    odds *= p["toxicity_odds_risperidone"] if risperidone else 1.0
    return odds / (1.0 + odds)


# --- what is left of the drugs -----------------------------------------------------------------------------------


def remaining(drug: Agent, hours: ArrayLike) -> Array:
    """Share of a long-taken drug's effect that is left these hours after the last dose; 1 before. Any shape.

    Fluoxetine's metabolite counts with it. Raises InputError for a drug whose half-life is not known here.
    """
    after = np.maximum(np.asarray(hours, float), 0.0)
    rate = log(2.0) / _half_life(drug)
    if drug.name != "fluoxetine":
        return np.exp(-rate * after)
    p = typical(("norfluoxetine_half_life", "norfluoxetine_share"))
    slow = log(2.0) / p["norfluoxetine_half_life"]
    parent = np.exp(-rate * after)
    metabolite = (rate * np.exp(-slow * after) - slow * parent) / (rate - slow)
    return (1.0 - p["norfluoxetine_share"]) * parent + p["norfluoxetine_share"] * metabolite


def _half_life(drug: Agent) -> float:
    problems = Problems()
    if drug.half_life is None:
        problems.add("half-life", drug.name, "a drug whose half-life the evidence holds", f"See {HALF_LIVES}.")
    problems.raise_as(InputError)
    return drug.half_life or inf


def load(drugs: Sequence[str], hours: ArrayLike, stops: Mapping[str, float] | None = None) -> Array:
    """Toxic load of drugs taken together, 1 for one that raises serotonin; any shape.

    hours  since onset; stops: hours after onset at which each is stopped, 0 for one that is not named
    Raises InputError for a name that is not in the catalogue, or a drug whose half-life is not known here.
    """
    after = np.asarray(hours, float)
    taken, stopped = named(drugs), stops or {}
    left = {drug.name: _left(drug, after - stopped.get(drug.name, 0.0)) for drug in taken}
    blocked = [left[d.name] for d in taken if d.action == "breakdown"]
    raised = [left[d.name] for d in taken if d.action != "breakdown"]
    r = np.mean(raised, axis=0) if raised else np.zeros_like(after)
    m = np.mean(blocked, axis=0) if blocked else np.zeros_like(after)
    return r + m + (parameters()["mao_reuptake_odds"].value - 2.0) * r * m


def _left(drug: Agent, hours: Array) -> Array:
    return remaining(drug, np.where(np.isfinite(hours), hours, 0.0))


# --- a course -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Course:
    """n cases of one cause.

    time     (t,) h since onset
    onset    (n,) h from the change of drugs to onset
    excess   (n, t) load over the one at which signs end
    ends     (n,) h after onset at which signs end; inf when not within `time`
    """

    time: Array
    onset: Array
    excess: Array
    ends: Array

    @property
    def tiers(self) -> NDArray[np.int64]:
        """Index in TIERS of every case and time, (n, t)."""
        return _tiers(self.excess) * (self.time < self.ends[:, None])

    def resolved(self) -> Array:
        """Share of cases without signs, (t,)."""
        return (self.time >= self.ends[:, None]).mean(axis=0)


def _tiers(excess: Array) -> NDArray[np.int64]:
    """Signs that outlast their cause are mild."""
    p = typical(("moderate_excess", "severe_excess"))
    return 1 + (excess >= p["moderate_excess"]).astype(np.int64) + (excess >= p["severe_excess"])


def course(
    drugs: Sequence[str],
    *,
    until: float = 60.0 * 24.0,
    every: float = 1.0,
    stops: Mapping[str, float] | None = None,
    treatment: str = "",
    cases: int = 400,
    seed: int = 0,
) -> Course:
    """Cases of serotonin syndrome caused by these drugs, from onset.

    until, every  length of the course and of its steps [h]
    stops         hours after onset at which each drug is stopped, 0 unless given, `math.inf` for never
    treatment     one of TREATMENTS, given from onset until signs end
    cases, seed   how many, and of which draw

    Raises InputError for unknown drugs, drugs without a known half-life, unknown treatments.
    """
    _check(drugs, stops, treatment)
    time = np.arange(0.0, until + 0.5 * every, every)
    eased = parameters()["cyproheptadine_odds"].value if treatment == "cyproheptadine" else 1.0
    halvings = _halvings(per_patient(seed, "serotonin syndrome/halvings", 0, cases, normal))
    onset = _onset(per_patient(seed, "serotonin syndrome/onset", 0, cases, normal))
    excess = eased * np.exp2(halvings)[:, None] * load(drugs, time, stops)
    return Course(time, onset, excess, _ends(time, excess))


def _halvings(z: Array) -> Array:
    """Of the load until signs end, in cases whose standard normal draw is z."""
    p = typical(("syndrome_excess", "syndrome_excess_deviation"))
    return np.log2(p["syndrome_excess"]) * np.exp(p["syndrome_excess_deviation"] * z)


def _ends(time: Array, excess: Array) -> Array:
    """Hours at which signs end, (n,), some time after the load fell below what sustains them."""
    over = excess >= 1.0
    last = np.where(over.any(axis=1), over.shape[1] - np.argmax(over[:, ::-1], axis=1), 0)
    found = np.append(time, inf)[last] + parameters()["syndrome_settling"].value
    return np.where(found <= time[-1], found, inf)


def resolved(hours: ArrayLike, drugs: Sequence[str]) -> Array:
    """Share of cases without signs these hours after all drugs were stopped; any shape. Exact, without drawn cases."""
    p = parameters()
    deviation = p["syndrome_excess_deviation"].value
    return resolved_with(p["syndrome_excess"].value, deviation, p["syndrome_settling"].value, hours, drugs)


def resolved_with(excess: float, deviation: float, settling: float, hours: ArrayLike, drugs: Sequence[str]) -> Array:
    """`resolved` under other values of its parameters, for calibration."""
    from scipy.special import ndtr

    after = np.asarray(hours, float) - settling
    halved = -np.log2(load(drugs, after))
    share = ndtr((np.log(np.maximum(halved, 1e-300)) - np.log(np.log2(excess))) / deviation)
    return np.where(after > 0.0, share, 0.0)


@functools.cache
def case_mix() -> tuple[str, ...]:
    """Drugs that stand for published cases, each as often: one of every causal entry of the table of half-lives."""
    return (
        "fluoxetine",
        "paroxetine",
        "sertraline",
        "citalopram",
        "fluvoxamine",
        "venlafaxine",
        "duloxetine",
        "clomipramine",
        "tramadol",
        "linezolid",
        "methylene blue",
        "phenelzine",
        "moclobemide",
    )


def resolved_across(hours: ArrayLike) -> Array:
    """Share of all cases without signs these hours after stopping, over `case_mix`; any shape."""
    return np.mean([resolved(hours, (drug,)) for drug in case_mix()], axis=0)


def _check(drugs: Sequence[str], stops: Mapping[str, float] | None, treatment: str) -> None:
    problems = Problems()
    if not drugs:
        problems.add("drugs", "none", "at least one serotonergic drug", "")
    for drug in named(drugs):
        if not drug.is_serotonergic:
            problems.add("drugs", drug.name, "a serotonergic drug", f"Mechanism: {drug.mechanism}.")
    for name in stops or {}:
        if name not in {drug.name for drug in named(drugs)}:
            problems.add("stops", name, f"one of {', '.join(drugs)}", "")
    if treatment not in TREATMENTS:
        problems.add("treatment", treatment, f"one of {', '.join(t for t in TREATMENTS if t)}", "")
    problems.raise_as(InputError)
