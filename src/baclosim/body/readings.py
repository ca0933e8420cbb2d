"""Published summary quantities of baclofen in blood, as the fit sees them: value, kind, standard error, source.

A reading is one fact with use "fit". Its standard error (of the logarithm) comes from the fact's own interval; where
none is given, a spread of 25 % between people is assumed, and six people where the number is not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import EvidenceError, Problem
from ..evidence.library import Fact, library
from .summary import Blood

ASSUMED_CV = 0.25
ASSUMED_PEOPLE = 6


@dataclass(frozen=True)
class Kind:
    """A quantity that papers report: its unit here, and how the model predicts it for the typical adult."""

    unit: str
    predict: Callable[[Blood, float], Any]  # (blood, creatinine clearance [mL/min])

    @property
    def ceiling(self) -> float:
        """The most that it can be: 1 for a fraction."""
        return 1.0 if self in FRACTIONS else math.inf


KINDS: dict[str, Kind] = {
    "apparent clearance": Kind("mL/h", lambda blood, _: blood.apparent_clearance),
    "apparent terminal volume": Kind("mL", lambda blood, _: blood.terminal_volume / blood.bioavailability),
    "apparent central volume": Kind("mL", lambda blood, _: blood.central_volume / blood.bioavailability),
    "steady-state volume": Kind("mL/kg", lambda blood, _: blood.steady_state_volume / 70.0),
    "distribution rate": Kind("1/h", lambda blood, _: blood.rates[0]),
    "half-life": Kind("h", lambda blood, _: blood.half_life),
    "bioavailability": Kind("dimensionless", lambda blood, _: blood.bioavailability),
    "fraction unchanged": Kind("dimensionless", lambda blood, _: blood.fraction_unchanged),
    "fraction metabolised": Kind("dimensionless", lambda blood, _: blood.fraction_metabolised),
    "renal clearance": Kind("mL/h", lambda blood, _: blood.renal_clearance),
    "renal per creatinine clearance": Kind(
        "dimensionless", lambda blood, creatinine: blood.renal_clearance / (60.0 * creatinine)
    ),
    "time of peak": Kind("h", lambda blood, _: blood.time_of_peak),
}

FRACTIONS = tuple(KINDS[name] for name in ("bioavailability", "fraction unchanged", "fraction metabolised"))


@dataclass(frozen=True)
class Reading:
    """One published quantity.

    observed        in the unit of its kind
    standard_error  of its natural logarithm, sampling only
    source          author and year: what is left out together
    """

    fact: str
    kind: str
    observed: float
    standard_error: float
    source: str


def one_compartment_peak(absorption_rate: float, elimination_rate: float) -> float:
    """Time of the peak [h] of a one-compartment oral curve."""
    return math.log(absorption_rate / elimination_rate) / (absorption_rate - elimination_rate)


def simon_peak(absorption_rate: float) -> float:
    """Time of the peak [h] of the curve that Simon 2018 fitted, from its absorption rate constant [1/h]."""
    clearance = library().fact("oral.clearance.simon-2018").amount("L/h").value
    volume = library().fact("oral.volume.simon-2018").amount("L").value
    assert isinstance(clearance, float)
    assert isinstance(volume, float)
    return one_compartment_peak(absorption_rate, clearance / volume)


def _half_life(rate: float) -> float:
    return math.log(2.0) / rate


def _not(share: float) -> float:
    return 1.0 - share


def _without_metabolites(share: float) -> float:
    """The label's 75 % in urine holds 5 % as metabolites."""
    return share - 0.05


READ: tuple[tuple[str, str, str, Callable[[float], float] | None], ...] = (
    # fact, kind, unit in which to take it, how it becomes the kind
    ("oral.clearance.simon-2018", "apparent clearance", "mL/h", None),
    ("oral.clearance.marsot-2014", "apparent clearance", "mL/h", None),
    ("oral.clearance.chevillard-2018", "apparent clearance", "mL/h", None),
    ("oral.clearance.kochak-1985", "apparent clearance", "mL/h", None),
    ("oral.clearance.wuis-1990", "apparent clearance", "mL/h", None),
    ("oral.volume.simon-2018", "apparent terminal volume", "mL", None),
    ("oral.volume.marsot-2014", "apparent terminal volume", "mL", None),
    ("oral.central_volume.kochak-1985", "apparent central volume", "mL", None),
    ("label.volume.swiss", "steady-state volume", "mL/kg", None),
    ("oral.alpha.kochak-1985", "distribution rate", "1/h", None),
    ("oral.beta.kochak-1985", "half-life", "1/h", _half_life),
    ("oral.half_life.wuis-1989", "half-life", "h", None),
    ("oral.half_life.agarwal-2015", "half-life", "h", None),
    ("iv.half_life.agarwal-2015", "half-life", "h", None),
    ("label.half_life.ozobax", "half-life", "h", None),
    ("iv.bioavailability.agarwal-2015", "bioavailability", "dimensionless", None),
    ("stereo.arbaclofen_recovery.agi", "bioavailability", "dimensionless", None),
    ("oral.fraction_unchanged.wuis-1989", "fraction unchanged", "dimensionless", None),
    ("oral.fraction_unchanged.wuis-1990", "fraction unchanged", "dimensionless", None),
    ("label.renal_recovery.swiss", "fraction unchanged", "dimensionless", _without_metabolites),
    ("oral.mass_balance.faigle-1972", "fraction metabolised", "dimensionless", _not),
    ("liver.metabolism.mims", "fraction metabolised", "dimensionless", None),
    ("oral.renal_clearance.kochak-1985", "renal clearance", "mL/h", None),
    ("renal.mechanism.wuis-1989", "renal per creatinine clearance", "dimensionless", None),
    ("oral.absorption_rate.simon-2018", "time of peak", "1/h", simon_peak),
    ("label.tmax.ozobax", "time of peak", "h", None),
    ("cns.effect_peak_time.durant-2018", "time of peak", "h", None),
)
"""What enters the fit. Left out on purpose: `oral.volume_area.kochak-1985` (its clearance over its slow rate, so said
already), `renal.linear_model.derived-kochak` (arithmetic on other facts), half-lives marked context."""


def readings() -> tuple[Reading, ...]:
    """Every reading of the fit. Raises EvidenceError when a fact is missing or is not marked for fitting."""
    return tuple(_reading(*row) for row in READ)


def _reading(fact_id: str, kind: str, unit: str, adapt: Callable[[float], float] | None) -> Reading:
    fact = library().fact(fact_id)
    if fact.use != "fit":
        raise EvidenceError(Problem(fact_id, fact.use, "a fact with use 'fit'"))
    value = fact.amount(unit).value
    assert isinstance(value, float)
    observed = adapt(value) if adapt else value
    return Reading(fact_id, kind, observed, log_standard_error(fact), fact_id.rsplit(".", 1)[1])


def log_standard_error(fact: Fact) -> float:
    """Standard error of the logarithm of a fact's value, from its interval or from assumed numbers."""
    people = math.sqrt(fact.n or ASSUMED_PEOPLE)
    value = fact.value
    if isinstance(value, float) and fact.low and fact.high:
        if fact.interval == "95% CI":
            return math.log(fact.high / fact.low) / 3.92
        if fact.interval.startswith("SD"):
            return (fact.high - fact.low) / 2.0 / value / people
    return (fact.between_subject_cv or ASSUMED_CV) / people
