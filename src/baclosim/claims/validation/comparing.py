"""One published number beside what the model predicts for it: intervals, error, verdict."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...evidence.library import library
from ...parameters import parameters
from ...patient import Patient
from ...trajectory import Trajectory
from ..clinic import ADULT, Clinic

Array = NDArray[np.float64]
Scale = Literal["log", "linear"]
Group = Literal["held out", "not used by a fit", "fitted", "source left out"]
Verdict = Literal["agrees", "near", "misses", "too wide to tell", "not predicted"]

GROUPS: tuple[Group, ...] = ("held out", "not used by a fit", "source left out", "fitted")
GROUP_SAYS: dict[Group, str] = {
    "held out": "Facts marked `check`: no parameter was ever set by them.",
    "not used by a fit": "Facts of other marks behind no parameter's value: close to held out, but not promised to be.",
    "source left out": "Facts that set a parameter, each predicted by a fit that saw nothing of its source.",
    "fitted": "Facts that set a parameter: agreement shows that the fit is good, not that the model is right.",
}
TWINS = {
    "regulatory.lactation.milk": "lactation.milk_profile.eriksson-1981",
    "dose.maintenance.cheo": "dose.maintenance-ranges.recalled",
    "withdrawal.case-itb.saveika-2007": "withdrawal.cases.onset-summary-shared",
    "serotonin.risk.probabilities.clintox-2023": "serotonin.risk.logistic-model.clintox-2023",
    "serotonin.baclofen.withdrawal-cyproheptadine.meythaler-2003": "rescue.regimen.meythaler-2003",
}
"""Facts marked `check` whose numbers also stand under another id that may set a parameter: not independent."""
FITTED_BY_CASE = frozenset({"withdrawal.cases.onset-summary-shared"})
"""Tables whose rows set parameters under the ids of the single cases."""
ASSUMED_PEOPLE = 6  # where a source does not say how many
NEAR_FACTOR, NEAR_SHARE = 2.0, 0.15
WIDE_FACTOR, WIDE_SHARE = 10.0, 0.8


@dataclass(frozen=True)
class Prediction:
    """What the model expects of a study's mean: value and 95 % interval; sd on the scale."""

    value: float
    low: float
    high: float
    sd: float


@dataclass(frozen=True)
class Comparison:
    """One row.

    fact, what     the evidence, and which of its numbers
    observed       with its interval as published, or None
    predicted      value, low, high: where the mean of such a study was to be expected, 95 %
    scale          log: errors are ratios; linear: errors are differences of shares
    limit          the observation is only an upper bound
    """

    fact: str
    what: str
    unit: str
    observed: float
    observed_interval: tuple[float, float] | None
    prediction: Prediction | None
    scale: Scale = "log"
    limit: bool = False
    left_out: bool = False

    @property
    def group(self) -> Group:
        """Which kind of comparison this is, from the fact's mark and the parameters that name it."""
        if self.left_out:
            return "source left out"
        if library().get(self.fact).use == "check":
            return "held out"
        return "fitted" if self.fact in behind_parameters() | FITTED_BY_CASE else "not used by a fit"

    @property
    def twin(self) -> str:
        """The fact that repeats a held-out one and may set a parameter; empty when it stands alone."""
        return TWINS.get(self.fact, "")

    @property
    def error(self) -> float:
        """Logarithm of predicted over observed, or predicted minus observed on a linear scale."""
        if self.prediction is None:
            return math.nan
        if self.scale == "linear":
            return self.prediction.value - self.observed
        return math.log(self.prediction.value / self.observed)

    @property
    def deviations(self) -> float:
        """The error in standard deviations of the prediction."""
        return self.error / self.prediction.sd if self.prediction and self.prediction.sd > 0.0 else math.nan

    @property
    def verdict(self) -> Verdict:
        """agrees: within 1.96 SD, or below a limit; near: within a factor of two, or 0.15 of a share; else misses.

        A prediction whose interval is wider than a factor of ten, or than 0.8 of a share, is too wide to tell.
        """
        if self.prediction is None or math.isnan(self.error):
            return "not predicted"
        if self.prediction.sd * 3.92 > (WIDE_SHARE if self.scale == "linear" else math.log(WIDE_FACTOR)):
            return "too wide to tell"
        if (self.limit and self.error <= 0.0) or abs(self.deviations) <= 1.96:
            return "agrees"
        return (
            "near" if abs(self.error) <= (NEAR_SHARE if self.scale == "linear" else math.log(NEAR_FACTOR)) else "misses"
        )


@functools.cache
def behind_parameters() -> frozenset[str]:
    """Ids of all facts that a parameter names."""
    return frozenset(fact for parameter in parameters().values() for fact in parameter.facts)


Reader = Callable[[Trajectory], Array]
"""From a course to one number of each patient, (n,)."""


def study(
    clinic: Clinic,
    therapy: Any,
    until: str | float,
    read: Reader,
    *quantities: str,
    people: int | None = None,
    scale: Scale = "log",
    like: Patient = ADULT,
    **more: Any,
) -> Prediction:
    """Where the mean over `people` patients is to be expected: their spread and the typical value's uncertainty."""
    between = read(clinic.cohort(therapy, until, *quantities, like=like, **more))
    typical = read(clinic.uncertain(therapy, until, *quantities, like=like, **more))
    return expected(between, typical, people, scale)


def expected(between: Array, typical: Array, people: int | None, scale: Scale = "log") -> Prediction:
    """A mean with its interval, from values of virtual patients (n,) and of draws of the typical one (k,)."""
    value = float(np.mean(between))
    n = people or ASSUMED_PEOPLE
    if scale == "linear":
        sd = math.hypot(float(np.std(typical)), float(np.std(between)) / math.sqrt(n))
        return share(value, sd)
    sd = math.hypot(float(np.std(np.log(typical))), float(np.std(np.log(between))) / math.sqrt(n))
    return Prediction(value, value * math.exp(-1.96 * sd), value * math.exp(1.96 * sd), sd)


def share(value: float, sd: float) -> Prediction:
    """A share with its interval, which stays between 0 and 1."""
    return Prediction(value, max(0.0, value - 1.96 * sd), min(1.0, value + 1.96 * sd), sd)


def compared(
    fact: str, what: str, prediction: Prediction | None, unit: str = "", *, observed: float | None = None,
    scale: Scale = "log", limit: bool = False,
) -> Comparison:  # fmt: skip
    """A row whose observation is the fact's own value in this unit, or one number of a series."""
    entry = library().get(fact)
    interval = None
    if observed is None:
        amount = library().fact(fact).amount(unit or "dimensionless")
        if isinstance(amount.value, tuple):
            raise TypeError(f"{fact} has several values")
        observed = amount.value
        if amount.low is not None and amount.high is not None:
            interval = (amount.low, amount.high)
    return Comparison(entry.id, what, unit, float(observed), interval, prediction, scale, limit)


def rows_of(series: str) -> Iterator[dict[str, Any]]:
    """Rows of a series as dictionaries."""
    table = library().table(series)
    return (dict(zip(table.columns, row, strict=True)) for row in table.rows)


def people(fact: str) -> int | None:
    """How many people a source studied, if it says."""
    return library().get(fact).n


def scaled(prediction: Prediction, factor: float) -> Prediction:
    """The same in another unit."""
    return replace(
        prediction, value=prediction.value * factor, low=prediction.low * factor, high=prediction.high * factor
    )
