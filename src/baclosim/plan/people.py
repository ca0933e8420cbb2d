"""The people a plan is tried on, and what is told of them: how people differ, and how uncertain the typical values are.

The two are kept apart throughout: `virtual` differ as patients do, `typical` is the typical patient followed by draws
of the same person under values that the evidence leaves possible. Where an individual estimate tells who the patient
is, the virtual patients are versions of this very person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..errors import InputError, Problem, Problems
from ..parameters import parameters
from ..patient import Patient, Patients, typical_values, virtual_patients
from .plan import Band, Odds, Plan

Array = NDArray[np.float64]
PATIENT_LEVELS, TYPICAL_LEVELS = (0.5, 0.05, 0.95), (0.025, 0.975)
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, eq=False)
class Known:
    """Who this very person may be, as an individual estimate tells.

    versions  patients, each of whom may be the person, equally likely
    says      what the estimate rests on: "8 observations until 8 days"
    cautions  what the estimate says to be careful about
    """

    versions: Patients
    says: str
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, eq=False)
class People:
    """Virtual patients like one person, or versions of a known one, and the typical such person (first) with draws."""

    like: Patient
    virtual: Patients
    typical: Patients
    known: Known | None = None

    @property
    def groups(self) -> tuple[Patients, Patients]:
        """Both groups."""
        return self.virtual, self.typical

    @property
    def draws(self) -> int:
        """Draws of the typical patient."""
        return self.typical.n - 1

    def tried(self, plan: Plan) -> Plan:
        """The plan, saying whom it was tried on where that is a known person."""
        if self.known is None:
            return plan
        warnings = tuple(dict.fromkeys((*plan.warnings, KNOWN, *self.known.cautions)))
        return replace(plan, known=self.known.says, warnings=warnings)


KNOWN = Caution(
    "individual estimate",
    "shares and ranges are over who this patient may be after the data; what the data do not inform is as in people "
    "like this one",
)


def people_like(patient: Patient, patients: int, draws: int, seed: int, known: Known | None = None) -> People:
    """So many virtual patients, or versions of a known person, and draws of the typical patient.

    Raises InputError when more versions are asked for than there are.
    """
    drawn = typical_values(draws, seed)
    values = {name: np.concatenate(([p.value], drawn[name])) for name, p in parameters().items()}
    typical = Patients.with_values(patient, values)
    if known is None:
        return People(patient, virtual_patients(patients, patient, seed), typical)
    if patients > known.versions.n:
        raise InputError(Problem("--patients", patients, f"at most {known.versions.n}, as the estimate holds no more"))
    return People(patient, replace(known.versions[:patients], like=patient), typical, known)


def check_steady(patient: Patient) -> None:
    """Raise InputError for kidneys that change or dialysis at set times: a plan has no date for them."""
    problems = Problems()
    for name, found in (("kidney", patient.kidney_changes), ("dialysis", patient.dialysis_sessions)):
        if found:
            given = getattr(patient, name)
            allowed = "nothing at set times: the plan begins long after hour 0 of a run"
            problems.add(
                f"patient.{name}", given, allowed, "Leave it out, and give the creatinine clearance without it."
            )
    problems.raise_as(InputError)


def told(says: str, unit: str, virtual: Array, typical: Array | None = None) -> Odds:
    """One quantity (n,) of the virtual patients, and of the typical patient with draws (1 + m,).

    What is infinite or not a number is left out; the range of nobody is not a number.
    """
    return Odds(says, unit, _band(virtual), None if typical is None else _typical(typical))


def share(says: str, holds: NDArray[np.bool_] | Array) -> Odds:
    """The share of the virtual patients in whom something holds, with Wilson's 95 % interval for so many patients.

    holds  (n,) whether it does, or how likely it does
    """
    n, p = len(holds), float(np.mean(holds))
    middle, half = p + Z**2 / (2 * n), Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    low, high = ((middle + sign * half) / (1 + Z**2 / n) for sign in (-1.0, 1.0))
    return Odds(says, "share", Band(p, max(0.0, min(p, float(low))), min(1.0, max(p, float(high)))))


def _band(values: Array) -> Band:
    finite = values[np.isfinite(values)]
    return Band(*np.quantile(finite, PATIENT_LEVELS).tolist()) if len(finite) else Band(np.nan, np.nan, np.nan)


def _typical(values: Array) -> Band | None:
    """The typical patient's own value with the interval of the draws; None where it is not finite."""
    own, draws = float(values[0]), values[1:][np.isfinite(values[1:])]
    if not np.isfinite(own) or len(draws) < len(values) / 2:
        return None
    low, high = np.quantile(draws, TYPICAL_LEVELS).tolist()
    return Band(own, min(own, low), max(own, high))


def median(values: Sequence[float] | Array) -> float:
    """The median of what is finite; not a number when nothing is."""
    return _band(np.asarray(values, dtype=float)).value
