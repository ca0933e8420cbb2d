"""A policy as data: what is done at a visit when this or that is seen. Trigger and action, nothing more.

`policy_reading.prescription` makes one from plain words and `str` puts it back into one normalised sentence. A policy
is a function from observations to the next action; visits say when. `simulate` carries it out, patient by patient:
of all rules that apply the most careful one acts, in the order of ACTIONS.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from .amounts import Mass, MassPerWeight
from .doses import Doses
from .regimen import Basis, Change, Dosing, Percent, Regimen
from .timing import START_CLOCK, Clock

if TYPE_CHECKING:
    from .guided_doses import Branch

Action = Literal["stop", "lower", "hold", "raise"]
Relation = Literal["below", "above", "at most", "at least", "down by", "seen"]
Role = Literal["if", "unless", "until"]

ACTIONS: tuple[Action, ...] = ("stop", "lower", "hold", "raise")
"""From the most careful to the boldest: the first that applies is what happens."""

SCORES = {"ashworth": "ashworth", "arm_ashworth": "arm ashworth", "spasm_score": "spasms"}
"""What an examiner scores: quantity and its word."""

SIGNS = {
    "drowsiness": "drowsiness",
    "weakness": "weakness",
    "function_lost": "worse walking",
    "mild_withdrawal": "mild withdrawal",
    "moderate_withdrawal": "moderate withdrawal",
    "severe_withdrawal": "severe withdrawal",
    "coma": "coma",
}
"""What is seen or not: quantity, or tier of withdrawal, and its word."""


@dataclass(frozen=True)
class Condition:
    """Something that is observed: a score beside a value, or a sign that is seen."""

    observed: str
    relation: Relation = "seen"
    value: float = 0.0


@dataclass(frozen=True)
class Clause:
    """When a rule acts: `if` and `unless` are judged at each visit, `until` ends the rule for good once it is met.

    together  whether all of the conditions are needed, not one of them
    """

    role: Role
    conditions: tuple[Condition, ...]
    together: bool = False


@dataclass(frozen=True)
class Rule:
    """One action and when it is taken.

    change, basis  by how much the dose is raised or lowered, of one dose or of the whole day; none to hold or stop
    every          h between the visits at which the rule is considered; None is at every visit of the policy
    """

    action: Action
    change: Change | None = None
    basis: Basis = "dose"
    every: float | None = None
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A dose that is never passed, of one dose or of the whole day."""

    amount: Mass | MassPerWeight
    basis: Basis


@dataclass(frozen=True)
class Policy:
    """Rules for the visits, within limits. `route` is that of the doses which they change."""

    rules: tuple[Rule, ...]
    most: Limit
    least: Limit | None = None
    route: str = "mouth"

    @property
    def every(self) -> tuple[float, ...]:
        """The intervals between visits [h], each once."""
        return tuple(sorted({rule.every for rule in self.rules if rule.every is not None}))

    @property
    def observed(self) -> tuple[str, ...]:
        """What has to be observed, each once."""
        conditions = (c for rule in self.rules for clause in rule.clauses for c in clause.conditions)
        return tuple(dict.fromkeys(condition.observed for condition in conditions))

    def __str__(self) -> str:
        from .policy_speech import policy

        return policy(self)


@dataclass(frozen=True)
class Dosage:
    """What is given when nothing has been changed: the amount of the first dose and of a day, in one measure.

    measure  "ug" or "ug/kg"
    """

    dose: float
    day: float
    measure: str = "ug"

    def of(self, basis: Basis) -> float:
        """The amount on this basis."""
        return self.day if basis == "day" else self.dose


@dataclass(frozen=True)
class Guided:
    """A regimen whose last step is changed by a policy at visits. `differs`: whether patients are observed with error.

    Without visits (`doses`) it is the regimen alone, as if the policy never acted.
    """

    regimen: Regimen
    policy: Policy
    differs: bool = True

    def __str__(self) -> str:
        return f"{self.regimen}, {self.policy}"

    @property
    def notes(self) -> tuple[Any, ...]:
        """What a reader of a result must know about this prescription."""
        from .notes import policy_notes

        return (*self.regimen.notes, *policy_notes(self.policy, self.usual))

    @property
    def last(self) -> Dosing:
        """The step that the policy changes."""
        step = self.regimen.steps[-1]
        assert isinstance(step, Dosing)
        return step

    @property
    def usual(self) -> Dosage:
        """The dosage of that step."""
        first = self.last.intakes[0]
        day = sum(intake.per_day for intake in self.last.intakes)
        measure = "ug/kg" if isinstance(first.amount, MassPerWeight) else "ug"
        return Dosage(first.amount.measure * first.timing.share, day, measure)

    @property
    def window(self) -> float:
        """Hours before a visit over which scores are read: one dosing interval; nothing where the drug flows."""
        gaps = (24.0 if isinstance(i.timing, Clock) or i.days else i.timing.gap for i in self.last.intakes)
        return min(24.0, max(gaps))

    @property
    def guided(self) -> tuple[Guided, ...]:
        """The parts of this therapy that a policy changes: all of it."""
        return (self,)

    def typical(self) -> Guided:
        """The same with the typical patient in mind: read exactly."""
        return replace(self, differs=False)

    def begins(self, clock: float) -> float:
        """When the step that the policy changes begins [h]; `clock` is the hour on the wall at time 0."""
        from .timeline import timeline

        return timeline(self.regimen, clock)[-1].start

    def branches(
        self, until: float, patients: int, seed: int = 0, start_clock: float | None = None, **known: Any
    ) -> tuple[Branch, ...]:
        """What visits change, ready to be followed: itself; arguments as for `Regimen.doses`."""
        from .guided_doses import Branch, Scaled

        doses = self.regimen.doses(until, patients, seed, start_clock, **known)
        begins = self.begins(START_CLOCK if start_clock is None else start_clock)
        return (Branch(self, Scaled.of(doses, patients), 0.0, begins),)

    def steady(self, until: float, **_: Any) -> Doses:
        """Doses that no policy changes: none."""
        return Doses.none()

    def doses(self, until: float, *args: Any, **known: Any) -> Doses:
        """Doses up to `until` [h] as if the policy never acted; arguments as for `Regimen.doses`."""
        return self.regimen.doses(until, *args, **known)


def levels(limit: Limit, usual: Dosage) -> float:
    """A limit as a multiple of the usual dosage."""
    return limit.amount.measure / usual.of(limit.basis)


def step_of(rule: Rule, usual: Dosage) -> tuple[float, float]:
    """What a rule does to a level: the factor it is multiplied by and what is added."""
    if rule.change is None:
        return 1.0, 0.0
    sign = 1.0 if rule.action == "raise" else -1.0
    if isinstance(rule.change, Percent):
        return 1.0 + sign * rule.change.percent / 100.0, 0.0
    return 1.0, sign * rule.change.measure / usual.of(rule.basis)
