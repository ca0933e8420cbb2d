"""One patient: what is known, checked as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..cautions import Caution
from ..errors import PatientError, Problems, nearest
from ..parameters import parameters
from . import covariates as c
from . import kidney as kidneys
from .course import DialysisSession, KidneyChange, read_dialysis, read_kidney
from .evidence_range import cautions_for
from .laws import applied, covariates_of

Given = float | str | None


@dataclass(frozen=True, kw_only=True)
class Patient:
    """A person. Numbers are in the unit named here; text may carry its own ("154 lb", "80 umol/L", "18 months").

    age                   years; 40 when not given
    sex                   "female" or "male"; needed with serum creatinine
    weight                kg; 70 when not given, needed below 18 years
    height                cm; needed with a child's serum creatinine
    creatinine_clearance  mL/min, the person's own (not per 1.73 m2); normal for the age when not given
    serum_creatinine      mg/dL, instead of the clearance
    kidney_formula        "cockcroft-gault" (adults), "ckd-epi 2021", "bedside schwartz" (children)
    condition             "multiple sclerosis", "spinal cord injury", "cerebral palsy", "brain injury", "stroke", ...
    ashworth              baseline Ashworth score, 1 to 5; by condition when not given
    spasms                baseline spasm frequency score, 0 to 4; by condition when not given
    kidney                changes during the run: "20 mL/min at 5 days, 90 mL/min at 14 days", or pairs
    dialysis              sessions: "4 h at 30 h, 4 h at 78 h", or (start, duration[, clearance])

    `covariates` holds the same as plain numbers, with what was filled in; `cautions` what lies outside the evidence.
    Raises PatientError listing every problem.
    """

    age: Given = None
    sex: str | None = None
    weight: Given = None
    height: Given = None
    creatinine_clearance: Given = None
    serum_creatinine: Given = None
    kidney_formula: str | None = None
    condition: str | None = None
    ashworth: Given = None
    spasms: Given = None
    kidney: str | Iterable[Any] | None = None
    dialysis: str | Iterable[Any] | None = None
    covariates: c.Covariates = field(init=False, repr=False, compare=False)
    kidney_changes: tuple[KidneyChange, ...] = field(init=False, repr=False, compare=False)
    dialysis_sessions: tuple[DialysisSession, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        problems = Problems()
        numbers = {name: c.read_number(name, getattr(self, name), problems) for name in c.QUANTITIES}
        changes = read_kidney(self.kidney, problems)
        sessions = read_dialysis(self.dialysis, problems)
        completed = _complete(self, numbers, problems)
        problems.raise_as(PatientError)
        assert completed is not None
        object.__setattr__(self, "covariates", completed)
        object.__setattr__(self, "kidney_changes", changes)
        object.__setattr__(self, "dialysis_sessions", sessions)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Where this person lies outside the evidence, and what was assumed about them."""
        return cautions_for(self.covariates, self.kidney_changes)

    def parameters(self) -> dict[str, float]:
        """Typical value of every parameter of the model for a person like this one."""
        adult = {name: np.array([parameter.value]) for name, parameter in parameters().items()}
        own = applied(self.covariates, adult, covariates_of(self.covariates, adult))
        return {name: float(values[0]) for name, values in own.items()}


def _complete(patient: Patient, numbers: dict[str, float | None], problems: Problems) -> c.Covariates | None:
    """Fill in what was not said; None, with the reasons in `problems`, when that cannot be done."""
    sex = c.read_word("sex", patient.sex, c.SEXES, problems)
    condition = c.read_word("condition", patient.condition, {name: name for name in c.CONDITIONS} | c.ALIASES, problems)
    formula = c.read_word("kidney_formula", patient.kidney_formula, {f: f for f in c.FORMULAS}, problems)
    age = c.ADULT_AGE if numbers["age"] is None else numbers["age"]
    _check_together(numbers, age, sex, formula, problems)
    if problems.found:
        return None
    weight = c.ADULT_WEIGHT if numbers["weight"] is None else numbers["weight"]
    clearance, source = _kidneys(numbers, age, weight, sex, formula)
    condition = condition or "spasticity"
    return c.Covariates(
        age=age,
        sex=sex,
        weight=weight,
        height=c.usual_height(age) if numbers["height"] is None else numbers["height"],
        creatinine_clearance=clearance,
        kidney_from=source,
        condition=condition,
        origin=c.CONDITIONS[condition],
        ashworth=numbers["ashworth"],
        spasms=numbers["spasms"],
        assumed=_assumed(numbers),
    )


def _assumed(numbers: dict[str, float | None]) -> tuple[str, ...]:
    """Names of the covariates that nobody gave."""
    missing = [name for name, value in numbers.items() if value is None]
    kidney_known = numbers["creatinine_clearance"] is not None or numbers["serum_creatinine"] is not None
    return tuple(
        name for name in missing if name != "serum_creatinine" and not (name == "creatinine_clearance" and kidney_known)
    )


def _check_together(numbers: dict[str, float | None], age: float, sex: str, formula: str, problems: Problems) -> None:
    """What is wrong between covariates that are each possible."""
    weight, height, creatinine = numbers["weight"], numbers["height"], numbers["serum_creatinine"]
    child = age < c.CHILD_BELOW
    if weight is None and child and not any(p.where == "weight" for p in problems.found):
        problems.add("weight", None, "a weight below 18 years, such as '25 kg'")
    if weight is not None and c.too_heavy(age, weight, height):
        kilograms = weight * 0.45359
        allowed = "a weight that is possible at this age and height"
        problems.add("weight", f"{weight:g} kg", allowed, f"Is it in pounds? '{weight:g} lb' is {kilograms:.0f} kg.")
    if creatinine is None:
        return
    if numbers["creatinine_clearance"] is not None:
        problems.add("serum_creatinine", creatinine, "either creatinine_clearance or serum_creatinine, not both")
    chosen = formula or default_formula(age)
    if chosen == "bedside schwartz" and height is None:
        problems.add("height", None, "a height, for the bedside Schwartz formula, such as '125 cm'")
    if chosen != "bedside schwartz" and not sex:
        problems.add("sex", None, f"'female' or 'male', for {chosen}")
    if child != (chosen == "bedside schwartz"):
        allowed = "a formula for this age: " + default_formula(age)
        problems.add("kidney_formula", chosen, allowed, nearest(chosen, c.FORMULAS) if not formula else "")


def default_formula(age: float) -> str:
    """The formula used when none is named."""
    return "bedside schwartz" if age < c.CHILD_BELOW else "cockcroft-gault"


def _kidneys(numbers: dict[str, float | None], age: float, weight: float, sex: str, formula: str) -> tuple[float, str]:
    """Creatinine clearance [mL/min] and how it was obtained."""
    given, creatinine, height = (numbers[k] for k in ("creatinine_clearance", "serum_creatinine", "height"))
    if given is not None:
        return given, "given"
    if creatinine is None:
        return kidneys.normal_for(age, weight, height), "assumed normal for the age"
    chosen = formula or default_formula(age)
    return c.filtration(chosen, age, weight, height, creatinine, sex == "female")
