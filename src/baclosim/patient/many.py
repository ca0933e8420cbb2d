"""Many patients at once: every parameter of the model as an array over patients.

Three things are kept apart. `Patients.of` is the typical person with given covariates. `virtual_patients` differ from
that person by the spread between people. `typical_draws` are the same typical person under values of the parameters
that the evidence leaves possible.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..parameters import parameters
from .course import KidneyChange
from .laws import ARGUMENTS, BY_ORIGIN, NO_SPASTICITY, applied, covariates_of, of_origin, scaled
from .one import Patient
from .scaling import CHILD_RATIOS, childhood, uraemic_factor
from .speech import patient_sentence
from .spread import Table, at_deviate, deviates, typical_values, varying

Array = NDArray[np.float64]

NEGLIGIBLE = 0.01  # of the children's excess
GIVEN = ("csf_removal_rate", "charcoal_given")
"""What a therapy sets, without facts of its own."""


@dataclass(frozen=True)
class Patients:
    """n patients as arrays.

    like        the person they are, or vary from
    parameters  name -> (n,), every parameter of the model, in internal units, for each patient's covariates;
                also `renal_clearance`, `dialysis_clearance` [mL/h], `baseline_ashworth`, `baseline_spasms`
                and those of BY_ORIGIN
    covariates  name -> (n,): age [years], weight [kg], height [cm], creatinine_clearance [mL/min], female, drinks
                (0 or 1), ashworth, spasms
    first       number of the first of them in the cohort, from which whatever is random in a therapy is drawn
    notes       their cautions, where they differ from those of `like`
    """

    like: Patient
    parameters: dict[str, Array]
    covariates: dict[str, Array]
    first: int = 0
    notes: tuple[Caution, ...] | None = None

    @classmethod
    def of(cls, patient: Patient, table: Table | None = None) -> Patients:
        """The typical person with these covariates, as a group of one."""
        chosen = parameters() if table is None else table
        return with_covariates(patient, {name: np.array([p.value]) for name, p in chosen.items()})

    @classmethod
    def with_values(cls, patient: Patient, values: Mapping[str, Array]) -> Patients:
        """n persons with these covariates and these values (n,) of every parameter of a 70 kg adult."""
        return with_covariates(patient, dict(values))

    @property
    def n(self) -> int:
        """Number of patients."""
        return len(self.covariates["weight"])

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, which: slice) -> Patients:
        """Some of the patients, one after the other; the arrays are views."""
        start, _, step = which.indices(self.n)
        if step != 1:
            raise ValueError(f"patients are taken one after the other, not every {step}")
        return replace(self.taken(which), first=self.first + start)

    def taken(self, which: slice | NDArray[Any]) -> Patients:
        """The patients that a slice, a mask or indices choose; they keep no numbers."""
        return replace(
            self,
            parameters={name: values[which] for name, values in self.parameters.items()},
            covariates={name: values[which] for name, values in self.covariates.items()},
            first=0,
        )

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Where they lie outside the evidence, and what was assumed about them."""
        return self.like.cautions if self.notes is None else self.notes

    def __repr__(self) -> str:
        """Who they are, in a few lines."""
        return "\n".join((f"{self.n} patients like: {patient_sentence(self.like)}", *self._differing()))

    def _differing(self) -> Iterator[str]:
        """The covariates in which they differ, and how many parameters do."""
        for name, values in self.covariates.items():
            if np.ptp(values) > 0.0:
                yield f"  {name:<20} {values.min():.3g} to {values.max():.3g}, median {np.median(values):.3g}"
        count = sum(bool(np.ptp(values) > 0.0) for values in self.parameters.values())
        yield f"  {count} parameters differ between them" if count else "  the same parameters in each"

    def stretches(self) -> Iterator[tuple[float, dict[str, Array]]]:
        """Start [h] and parameters of each stretch of time in which kidneys and dialysis stay the same."""
        sessions, changes = self.like.dialysis_sessions, self.like.kidney_changes
        turns = {0.0, *(c.at for c in changes), *(s.start for s in sessions), *(s.end for s in sessions)}
        for time in sorted(turns):
            yield time, self.parameters | self._kidneys_at(time, changes)

    def behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """The parameters with facts of their own that these parameters of this group rest on, in order of name."""
        return tuple(sorted({base for name in names for base in self._bases(name)}))

    @functools.cached_property
    def _are_adults(self) -> bool:
        """Whether nothing of what is different in children is left in any of them."""
        return not np.any(childhood(self.covariates["age"]) > NEGLIGIBLE)

    def _bases(self, name: str) -> tuple[str, ...]:
        if name in ARGUMENTS:
            from_table = (a for a in ARGUMENTS[name] if a not in self.covariates)
            return tuple(a for a in from_table if not (self._are_adults and a in CHILD_RATIOS))
        if name in GIVEN:
            return ()
        if name == "dialysis_clearance":
            own = all(session.clearance is not None for session in self.like.dialysis_sessions)
            return () if own else ("haemodialysis_clearance",)
        score, known = name.removeprefix("baseline_"), self.like.covariates
        if score in NO_SPASTICITY:
            filled = score in known.assumed and known.origin != "none"
            return (f"{name}_{known.origin}",) if filled else ()
        if name in BY_ORIGIN:
            return (of_origin(name, known.origin),)
        return (name,)

    def _kidneys_at(self, time: float, changes: tuple[KidneyChange, ...]) -> dict[str, Array]:
        now = [c.creatinine_clearance for c in changes if c.at <= time]
        running = [s for s in self.like.dialysis_sessions if s.start <= time < s.end]
        found: dict[str, Array] = {}
        if now:
            creatinine = {"creatinine_clearance": np.full(self.n, now[-1])}
            known = self.parameters | self.covariates | creatinine
            found["renal_clearance"] = scaled("renal_clearance", known)
            found["brain_blood_weight"] = self.parameters["brain_blood_weight"] * self._uraemia(now[-1])
        if running:
            own = running[0].clearance
            machine = self.parameters["haemodialysis_clearance"]
            found["dialysis_clearance"] = machine if own is None else np.full(self.n, own)
        return found

    def _uraemia(self, creatinine_clearance: float) -> Array:
        """How the brain's sensitivity changes when the clearance [mL/min] becomes another, (n,)."""
        before = self.covariates["creatinine_clearance"]
        ratio, at = self.parameters["uraemic_ratio"], self.parameters["uraemic_at"]
        return uraemic_factor(creatinine_clearance, ratio, at) / uraemic_factor(before, ratio, at)


def virtual_patients(
    n: int, like: Patient | None = None, seed: int = 0, first: int = 0, table: Table | None = None
) -> Patients:
    """n patients with the covariates of `like` and the spread between people of every parameter.

    first   number of the first patient: patient 417 is the same however a cohort is cut
    table   parameters to use instead of `parameters()`
    A typical value is the median of its patients.
    """
    chosen = parameters() if table is None else table
    drawn = patients_at(deviates(varying(chosen), n, seed, first), n, like, chosen)
    return replace(drawn, first=first)


def patients_at(
    deviates: Mapping[str, Array], n: int, like: Patient | None = None, table: Table | None = None
) -> Patients:
    """n patients who lie so many between-patient SDs from the typical, name -> (n,); typical in all other parameters.

    An SD is on the parameter's own scale: logarithm, logit, or the unit itself.
    """
    chosen = parameters() if table is None else table
    values = {name: np.full(n, p.value) for name, p in chosen.items()}
    values |= {name: at_deviate(chosen[name], z) for name, z in deviates.items()}
    return with_covariates(like or Patient(), values)


def typical_draws(n: int, like: Patient | None = None, seed: int = 0, table: Table | None = None) -> Patients:
    """n draws of the typical person like `like`: how uncertain the typical values are.

    Intervals are read as 95 % of a distribution on the parameter's own scale; parameters fitted together are drawn
    together, with the correlation that the calibration stored.
    """
    return Patients.with_values(like or Patient(), typical_values(n, seed, table))


def with_covariates(patient: Patient, base: dict[str, Array], own: Mapping[str, Array] | None = None) -> Patients:
    """Apply the covariate laws to the parameters of a 70 kg adult.

    own  covariates (n,) that differ from those of `patient`
    """
    known = patient.covariates
    covariates = covariates_of(known, base, own)
    return Patients(patient, applied(known, base, covariates), covariates)
