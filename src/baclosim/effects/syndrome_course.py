"""Serotonin syndrome across cases: when it begins, how severe it is, when it ends, what stopping and treating change.

The equations are those of a run (syndrome.py), here without an engine: for the distribution over published cases, for
its calibration, and for the two numbers of a run that its doses settle: the load that was tolerated before the last
change of drugs, and the load that made ill. A case caused by a drug with a half-life of hours is over in a day, one by
fluoxetine lasts while norfluoxetine does. What differs between cases is how many times their load must fall.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..drugs.companions import COMPANIONS, Companion
from ..drugs.serotonergic import HALF_LIVES, Agent, named
from ..engine.vocabulary import numpy_meanings, rebind
from ..errors import InputError, Problems
from ..parameters import parameters, typical
from ..streams import per_patient, uniform
from . import syndrome

Array = NDArray[np.float64]
GRID = 0.5  # h

TIERS = ("none", "mild", "moderate", "severe")
TREATMENTS = {
    "": "nothing but care",
    "benzodiazepine": "eases agitation, rigidity and fever; leaves load and length as they are",
    "cyproheptadine": "blocks 5-HT2A; lowers the load while it is given, by an assumed share",
}


# --- onset --------------------------------------------------------------------------------------------------------


def onset_probability(hours: ArrayLike) -> Array:
    """Share of cases that have begun by these hours after a drug was started, raised or overdosed; any shape."""
    p = typical(("syndrome_onset_median", "syndrome_onset_slope"))
    return _numpy(syndrome.syndrome_begun)(np.asarray(hours, float), *p.values())


def onset_hours(share: ArrayLike) -> Array:
    """Hours by which this share of cases has begun; any shape."""
    p = typical(("syndrome_onset_median", "syndrome_onset_slope"))
    begun = np.asarray(share, float)
    return p["syndrome_onset_median"] * (begun / (1.0 - begun)) ** (1.0 / p["syndrome_onset_slope"])


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

    Fluoxetine's metabolite counts with it. Raises InputError for a drug whose kinetics are not known here.
    """
    return _kinetics(drug).remaining(hours)


def _kinetics(drug: Agent) -> Companion:
    found = COMPANIONS.get(drug.name)
    if found is None or not found.is_serotonergic:
        problems = Problems()
        problems.add("half-life", drug.name, "a drug whose half-life the evidence holds", f"See {HALF_LIVES}.")
        problems.raise_as(InputError)
    assert found is not None
    return found


def load(drugs: Sequence[str], hours: ArrayLike, stops: Mapping[str, float] | None = None) -> Array:
    """Toxic load of drugs taken together for long, 1 for one that raises serotonin; any shape.

    hours  since onset; stops: hours after onset at which each is stopped, 0 for one that is not named
    Raises InputError for a name that is not in the catalogue, or a drug whose kinetics are not known here.
    """
    after = np.asarray(hours, float)
    levels = {"reuptake_load": np.zeros_like(after), "breakdown_load": np.zeros_like(after)}
    for drug in named(drugs):
        stopped = (stops or {}).get(drug.name, 0.0)
        left = remaining(drug, np.where(np.isfinite(after - stopped), after - stopped, 0.0))
        levels[_target(_kinetics(drug))] += left
    return joined_load(levels["reuptake_load"], levels["breakdown_load"], typical(HOLDING))


HOLDING = ("usual_reuptake_block", "usual_mao_block", "mao_reuptake_odds")


def joined_load(reuptake: ArrayLike, breakdown: ArrayLike, p: Mapping[str, Any]) -> Array:
    """Toxic load of summed levels at transporter and enzyme; any shapes that broadcast."""
    reuptake_block = _numpy(syndrome.reuptake_block)(np.asarray(reuptake, float), p["usual_reuptake_block"])
    mao_block = _numpy(syndrome.mao_block)(np.asarray(breakdown, float), p["usual_mao_block"])
    return _numpy(syndrome.serotonergic_load)(reuptake_block, mao_block, *(p[name] for name in HOLDING))


def _target(drug: Companion) -> str:
    return "reuptake_load" if "reuptake_load" in drug.loads else "breakdown_load"


@functools.cache
def _numpy(equation: Callable[..., Any]) -> Callable[..., Any]:
    """An equation of the network for arrays."""
    return rebind(equation, numpy_meanings())


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
        p = typical(("moderate_excess", "severe_excess"))
        return (self.time < self.ends[:, None]) * (
            1 + (self.excess >= p["moderate_excess"]).astype(np.int64) + (self.excess >= p["severe_excess"])
        )

    def resolved(self) -> Array:
        """Share of cases without signs, (t,)."""
        return (self.time >= self.ends[:, None]).mean(axis=0)


def course(
    drugs: Sequence[str],
    *,
    before: Sequence[str] = (),
    until: float = 60.0 * 24.0,
    every: float = 1.0,
    stops: Mapping[str, float] | None = None,
    treatment: str = "",
    cases: int = 400,
    seed: int = 0,
) -> Course:
    """Cases of serotonin syndrome caused by these drugs, from onset.

    before        those among the drugs that had been taken before without harm: then the others made ill
    until, every  length of the course and of its steps [h]
    stops         hours after onset at which each drug is stopped, 0 unless given, `math.inf` for never
    treatment     one of TREATMENTS, given from onset until signs end
    cases, seed   how many, and of which draw

    Raises InputError for unknown drugs, drugs without known kinetics, unknown treatments.
    """
    _check(drugs, before, stops, treatment)
    time = np.arange(0.0, until + 0.5 * every, every)
    eased = parameters()["cyproheptadine_odds"].value if treatment == "cyproheptadine" else 1.0
    p = typical(("syndrome_excess", "syndrome_excess_slope", "syndrome_settling"))
    drawn = [per_patient(seed, f"serotonin syndrome/{what}", 0, cases, uniform) for what in ("halvings", "onset")]
    heights = p["syndrome_excess"] ** ((drawn[0] / (1.0 - drawn[0])) ** (1.0 / p["syndrome_excess_slope"]))
    felt = lasting(time, _excess(drugs, before, time, stops, eased), p["syndrome_settling"])
    excess = heights[:, None] * felt
    return Course(time, onset_hours(drawn[1]), excess, _ends(time, excess))


def _excess(
    drugs: Sequence[str], before: Sequence[str], time: Array, stops: Mapping[str, float] | None, eased: float = 1.0
) -> Array:
    """Load above what was tolerated over what made ill, (t,)."""
    highest = float(load(drugs, 0.0, dict.fromkeys(drugs, inf)))
    tolerated = float(load(before, 0.0, dict.fromkeys(before, inf))) if before else 0.0
    felt = eased * load(drugs, time, stops)
    return np.maximum(felt - tolerated, 0.0) / (made_ill(tolerated, highest) - tolerated)


def made_ill(tolerated: Any, highest: Any) -> Any:
    """The load that stands for an excess of 1: the highest, but at most that of one usual drug more than before.

    Who falls ill when little is added is easily made ill; who falls ill when much is added is then far above the edge.
    """
    return tolerated + np.clip(highest - tolerated, 1e-6, 1.0)


def lasting(time: Array, excess: Array, settling: float) -> Array:
    """The excess with what lingers of it, (t,), as `lasting_excess` of a run."""
    trail, kept = excess.copy(), np.exp(-np.diff(time) / settling)
    for i, left in enumerate(kept):
        trail[i + 1] = excess[i + 1] + (trail[i] - excess[i + 1]) * left
    return _numpy(syndrome.lasting_excess)(excess, trail)


def _ends(time: Array, excess: Array) -> Array:
    """Hours at which signs end, (n,): from when on the load stays below what sustains them."""
    over = excess >= 1.0
    last = np.where(over.any(axis=1), over.shape[1] - np.argmax(over[:, ::-1], axis=1), 0)
    return np.append(time, inf)[last]


def resolved(hours: ArrayLike, drugs: Sequence[str], before: Sequence[str] = ()) -> Array:
    """Share of cases without signs these hours after all drugs were stopped; any shape. Exact, without drawn cases."""
    p = typical(("syndrome_excess", "syndrome_excess_slope", "syndrome_settling"))
    height, slope, settling = p.values()
    return resolved_with(height, slope, settling, hours, drugs, before)


def resolved_with(
    height: float, slope: float, settling: float, hours: ArrayLike, drugs: Sequence[str], before: Sequence[str] = ()
) -> Array:
    """`resolved` under other values of its parameters, for calibration."""
    after = np.asarray(hours, float)
    time = np.arange(0.0, float(after.max()) + 2.0 * GRID, GRID)
    felt = lasting(time, _excess(drugs, before, time, None), settling)
    return 1.0 - np.interp(after, time, _numpy(syndrome.still)(felt, 1.0, height, slope))


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


def _check(drugs: Sequence[str], before: Sequence[str], stops: Mapping[str, float] | None, treatment: str) -> None:
    problems = Problems()
    if not drugs:
        problems.add("drugs", "none", "at least one serotonergic drug", "")
    for drug in named(drugs):
        if not drug.is_serotonergic:
            problems.add("drugs", drug.name, "a serotonergic drug", f"Mechanism: {drug.mechanism}.")
    taken = {drug.name for drug in named(drugs)}
    for where, names in (("stops", stops or {}), ("before", before)):
        for name in names:
            if name not in taken:
                problems.add(where, name, f"one of {', '.join(drugs)}", "")
    if taken and taken <= set(before):
        problems.add("before", ", ".join(before), "fewer drugs than all", "One of them must have made ill.")
    if treatment not in TREATMENTS:
        problems.add("treatment", treatment, f"one of {', '.join(t for t in TREATMENTS if t)}", "")
    problems.raise_as(InputError)
