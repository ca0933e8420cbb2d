"""Many patients at once: every parameter of the model as an array over patients.

Three things are kept apart. `Patients.of` is the typical person with given covariates. `virtual_patients` differ from
that person by the spread between people. `typical_draws` are the same typical person under values of the parameters
that the evidence leaves possible. A value drawn outside a parameter's hard limits is moved to the limit.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..parameters import Parameter, calibrated_values, parameters
from ..streams import normal, per_patient
from .course import KidneyChange
from .one import Patient
from .scaling import CHILD_RATIOS, LAWS, childhood, uraemic_factor

Array = NDArray[np.float64]
Table = Mapping[str, Parameter]

NUMBERS = ("age", "weight", "height", "creatinine_clearance")
NEGLIGIBLE = 0.01  # of the children's excess
NO_SPASTICITY = {"ashworth": 1.0, "spasms": 0.0}
GIVEN = ("csf_removal_rate", "charcoal_given")
"""What a therapy sets, without facts of its own."""
BY_ORIGIN = ("removable_share", "arm_share")
"""Parameters with one value where spasticity is spinal and another where it is cerebral."""
ARGUMENTS = {name: tuple(inspect.signature(law).parameters) for name, law in LAWS.items()}


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

    def stretches(self) -> Iterator[tuple[float, dict[str, Array]]]:
        """Start [h] and parameters of each stretch of time in which kidneys and dialysis stay the same."""
        sessions, changes = self.like.dialysis_sessions, self.like.kidney_changes
        turns = {0.0, *(c.at for c in changes), *(s.start for s in sessions), *(s.end for s in sessions)}
        for time in sorted(turns):
            yield time, self.parameters | self._kidneys_at(time, changes)

    def behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """The parameters with facts of their own that these parameters of this group rest on, in order of name."""
        return tuple(sorted({base for name in names for base in self._bases(name)}))

    def _bases(self, name: str) -> tuple[str, ...]:
        if name in ARGUMENTS:
            adult = not np.any(childhood(self.covariates["age"]) > NEGLIGIBLE)
            from_table = (a for a in ARGUMENTS[name] if a not in self.covariates)
            return tuple(a for a in from_table if not (adult and a in CHILD_RATIOS))
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
            return (_of_origin(name, known.origin),)
        return (name,)

    def _kidneys_at(self, time: float, changes: tuple[KidneyChange, ...]) -> dict[str, Array]:
        now = [c.creatinine_clearance for c in changes if c.at <= time]
        running = [s for s in self.like.dialysis_sessions if s.start <= time < s.end]
        found: dict[str, Array] = {}
        if now:
            creatinine = {"creatinine_clearance": np.full(self.n, now[-1])}
            known = self.parameters | self.covariates | creatinine
            found["renal_clearance"] = _scaled("renal_clearance", known)
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


def varying(table: Table) -> tuple[str, ...]:
    """The parameters in which people differ."""
    return tuple(name for name, p in table.items() if p.spread > 0.0 and p.distribution != "fixed")


def deviates(names: Iterable[str], n: int, seed: int, first: int = 0) -> dict[str, Array]:
    """How many between-patient SDs each of n virtual patients lies from the typical, name -> (n,)."""
    return {name: per_patient(seed, f"between patients/{name}", first, n, normal) for name in names}


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


def at_deviate(parameter: Parameter, z: Array) -> Array:
    """The parameter of people who lie `z` between-patient SDs from the typical, same shape."""
    return _placed(parameter, z * _spread(parameter))


def _spread(parameter: Parameter) -> float:
    """SD between patients on the parameter's own scale."""
    is_log = parameter.distribution == "lognormal"
    return float(np.sqrt(np.log1p(parameter.spread**2))) if is_log else parameter.spread


def typical_deviate(parameter: Parameter) -> float:
    """How uncertain the typical value is, as an SD in between-patient SDs; a little where it is thought known."""
    low, high = parameter.interval
    return max(_uncertainty(parameter) / _spread(parameter), 1e-3) if low < high else 1e-3


def typical_draws(n: int, like: Patient | None = None, seed: int = 0, table: Table | None = None) -> Patients:
    """n draws of the typical person like `like`: how uncertain the typical values are.

    Intervals are read as 95 % of a distribution on the parameter's own scale; parameters fitted together are drawn
    together, with the correlation that the calibration stored.
    """
    return Patients.with_values(like or Patient(), typical_values(n, seed, table))


def typical_values(n: int, seed: int = 0, table: Table | None = None) -> dict[str, Array]:
    """The draws behind `typical_draws`, before covariates act: name -> (n,)."""
    chosen = parameters() if table is None else table
    joint = _joint(chosen, n, seed)
    return {name: _about_typical(p, joint.get(name), n, seed) for name, p in chosen.items()}


def with_covariates(patient: Patient, base: dict[str, Array], own: Mapping[str, Array] | None = None) -> Patients:
    """Apply the covariate laws to the parameters of a 70 kg adult.

    own  covariates (n,) that differ from those of `patient`
    """
    known = patient.covariates
    n = len(next(iter(base.values())))
    covariates = {name: np.full(n, getattr(known, name)) for name in NUMBERS}
    covariates["female"] = np.full(n, float(known.sex == "female"))
    covariates |= own or {}
    covariates["drinks"] = np.full(n, float(known.condition == "alcohol use disorder"))
    for name, given in (("ashworth", known.ashworth), ("spasms", known.spasms)):
        covariates[name] = _score(name, given, known.origin, base, n)
    everything = base | covariates
    scaled = {name: _scaled(name, everything) for name in LAWS}
    scores = {f"baseline_{name}": covariates[name] for name in NO_SPASTICITY}
    responses = {name: base[_of_origin(name, known.origin)] for name in BY_ORIGIN}
    return Patients(patient, base | scaled | scores | responses | {"dialysis_clearance": np.zeros(n)}, covariates)


def _of_origin(name: str, origin: str) -> str:
    """The parameter for this origin of spasticity; without spasticity the spinal one, which then changes nothing."""
    return f"{name}_{'cerebral' if origin == 'cerebral' else 'spinal'}"


def _scaled(name: str, known: Mapping[str, Array]) -> Array:
    return LAWS[name](**{argument: known[argument] for argument in ARGUMENTS[name]})


def _score(name: str, given: float | None, origin: str, base: Mapping[str, Array], n: int) -> Array:
    """A baseline score: as given, or that of the condition, which varies between people."""
    if given is not None:
        return np.full(n, given)
    if origin == "none":
        return np.full(n, NO_SPASTICITY[name])
    return base[f"baseline_{name}_{origin}"]


def between(parameter: Parameter, n: int, seed: int, first: int) -> Array:
    """One parameter of n people, patients `first` to `first + n`, (n,)."""
    if parameter.spread == 0.0 or parameter.distribution == "fixed":
        return np.full(n, parameter.value)
    return at_deviate(parameter, deviates([parameter.name], n, seed, first)[parameter.name])


def _about_typical(parameter: Parameter, z: Array | None, n: int, seed: int) -> Array:
    """One parameter's typical value under n draws, (n,)."""
    low, high = parameter.interval
    if low == high or parameter.distribution == "fixed":
        return np.full(n, parameter.value)
    if z is None:
        z = per_patient(seed, f"typical/{parameter.name}", 0, n, normal)
    return _placed(parameter, z * _uncertainty(parameter))


def _uncertainty(parameter: Parameter) -> float:
    """SD of the typical value on the parameter's scale, from its 95 % interval."""
    low, high = parameter.interval
    if parameter.distribution == "normal":
        return (high - low) / 3.92
    value = parameter.value
    if parameter.distribution == "logit":
        low, value, high = (x / (1.0 - min(x, 1.0 - 1e-9)) for x in (low, value, high))
    if low <= 0.0:
        return float(np.log(high / value)) / 1.96
    return float(np.log(high / low)) / 3.92


def _placed(parameter: Parameter, shift: Array) -> Array:
    """The typical value moved by `shift` on the parameter's scale, kept within its hard limits."""
    value = parameter.value
    if parameter.distribution == "normal":
        moved = value + shift
    elif parameter.distribution == "logit":
        moved = 1.0 / (1.0 + (1.0 / value - 1.0) * np.exp(-shift))
    else:
        moved = value * np.exp(shift)
    return np.clip(moved, *parameter.within)


def _joint(chosen: Table, n: int, seed: int) -> dict[str, Array]:
    """Correlated standard normal draws of the parameters that a calibration fitted together; name -> (n,)."""
    stored = {name: entry["correlation"] for name, entry in calibrated_values().items() if "correlation" in entry}
    found: dict[str, Array] = {}
    for script in dict.fromkeys(chosen[name].script for name in stored if name in chosen):
        names = [name for name in stored if name in chosen and chosen[name].script == script]
        matrix = np.array([[stored[a].get(b, float(a == b)) for b in names] for a in names])
        factor = np.linalg.cholesky(matrix + ROUNDING * np.eye(len(names)))
        z = np.stack([per_patient(seed, f"typical/{name}", 0, n, normal) for name in names])
        found |= dict(zip(names, factor @ z, strict=True))
    return found


ROUNDING = 1e-4
"""Added to the diagonal of a stored correlation, which is rounded to four digits and could lose its definiteness."""
