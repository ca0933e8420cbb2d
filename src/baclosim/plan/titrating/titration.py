"""A titration tried on people: the way the dose is raised, and what becomes of them.

An `Arm` is one way to raise the dose, as a policy in plain words that rests on facts; `follow` runs it, and a
`Tried` tells whom it brings to the goal, when, whom a sign stops before that, and who stays short of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...effects.bedside import Examiner
from ...patient import Patients
from ...simulate import simulate
from ...simulate.deciding import moved
from ...simulate.decisions import Decisions, met
from ...therapy.alongside import Alongside
from ...therapy.doses import Doses
from ...therapy.policies.guided import Guided
from ...therapy.policies.reading import prescription
from ...therapy.policies.rules import Condition, Rule
from ...therapy.rounds import at_rounds
from ...trajectory import Trajectory
from ..switch import together

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
DAY = 24.0


@dataclass(frozen=True)
class Arm:
    """One way to raise the dose.

    name   in a few words, for a table
    start  the first dose in words; rise: the rule by which it is raised, without its conditions
    lower  by how much the dose falls when a sign is seen
    most   the highest dose, in words
    days   how long it is followed
    facts  on which it rests; `assumed` says what none of them told
    """

    name: str
    start: str
    rise: str
    lower: str
    most: str
    days: float
    facts: tuple[str, ...]
    assumed: str = ""

    def policy(self, goal: str, signs: Iterable[str]) -> str:
        """The whole prescription: raised where the goal is not met until a sign is seen, lowered when one is seen."""
        seen = " or ".join(signs)
        return f"{self.start}, {self.rise} unless {goal} until {seen}, {self.lower} if {seen}, {self.most}"


@dataclass(frozen=True)
class Started(Guided):
    """A guided regimen that each patient begins on an own multiple of the dose, with other drugs beside it.

    first_levels  (n,) those multiples
    beside        other drugs, which no policy changes
    """

    first_levels: Array | None = None
    beside: tuple[Alongside, ...] = ()

    __hash__ = object.__hash__

    @property
    def notes(self) -> tuple[Any, ...]:
        """What a reader must know about the prescription and the drugs beside it."""
        return (*super().notes, *(note for other in self.beside for note in other.notes))

    def steady(self, until: float, patients: int = 1, **known: Any) -> Doses:
        """Doses of the other drugs up to `until` [h]."""
        made = Doses.none()
        for other in self.beside:
            made = together(made, other.doses(until, patients=patients, **known), patients)
        return made

    def doses(self, until: float, patients: int = 1, **known: Any) -> Doses:
        """All doses up to `until` [h] as if the policy never acted."""
        own = super().doses(until, patients=patients, **known)
        return together(own, self.steady(until, patients, **known), patients)


@dataclass(frozen=True, eq=False)
class Tried:
    """What an arm does to n patients.

    wanted   the goal as a condition
    log      of all visits; course: the goal's quantity and drowsiness
    to_goal  (n,) h until the goal was first seen, infinite where it was not before a sign
    to_sign  (n,) h until a sign was first seen, infinite where none was before the goal
    """

    arm: Arm
    wanted: Condition
    course: Trajectory
    log: Decisions
    to_goal: Array
    to_sign: Array

    @property
    def reached(self) -> Flags:
        """Who came to the goal, (n,)."""
        return np.isfinite(self.to_goal)

    @property
    def intolerant(self) -> Flags:
        """Whom a sign stopped before the goal, (n,)."""
        return np.isfinite(self.to_sign)

    @property
    def short(self) -> Flags:
        """Who took the highest dose, or all the time, without goal or sign, (n,)."""
        return ~self.reached & ~self.intolerant

    @property
    def holds(self) -> Flags:
        """Who is at the goal on the last day, by the mean of the true score and not by a reading, (n,)."""
        score = self.course[self.wanted.observed]
        truly = {self.wanted.observed: score[:, self.course.time >= self.course.time[-1] - DAY].mean(axis=1)}
        return met(self.wanted, truly, {self.wanted.observed: score[:, 0]})

    @property
    def last_dose(self) -> Array:
        """Dose at the end, (n,) in the unit of the log."""
        return self.log.dose[:, -1]

    def median_days(self) -> float:
        """Days until half of those who come to the goal have come; not a number when nobody does."""
        times = self.to_goal[self.reached]
        return float(np.median(times)) / DAY if len(times) else float("nan")

    def enough_days(self, share: float = 0.95) -> float:
        """Days by which this share of those who ever come to the goal have come."""
        times = self.to_goal[self.reached]
        return float(np.quantile(times, share, method="higher")) / DAY if len(times) else float("nan")


def follow(
    arm: Arm, group: Patients, goal: str, signs: tuple[str, ...], *, seed: int, record: tuple[str, ...],
    differs: bool = True, first_levels: Array | None = None, beside: tuple[Alongside, ...] = (),
    examiner: Examiner | None = None,
) -> Tried:  # fmt: skip
    """Try an arm on patients.

    goal, signs   conditions in words: what is wanted, and what ends the raising before that
    differs       whether they are patients, seen with error, or draws of the typical one
    first_levels  (n,) multiples of the first dose with which each begins; beside: other drugs that are taken
    """
    read, raising = rising(arm.policy(goal, signs))
    guided = Started(at_rounds(read.regimen), read.policy, differs, first_levels, beside)
    course = simulate(group, guided, arm.days * DAY, quantities=record, seed=seed, examiner=examiner)
    (log,) = course.decisions
    wanted, *ends = (condition for clause in raising.clauses for condition in clause.conditions)
    at_goal = log.first_met(wanted)
    at_sign = np.min([log.first_met(one) for one in ends], axis=0)
    before = at_goal < at_sign
    return Tried(arm, wanted, course, log, np.where(before, at_goal, np.inf), np.where(before, np.inf, at_sign))


def among(tried: Tried, who: Flags) -> Tried:
    """The same for some of the patients."""
    log = replace(
        tried.log,
        level=tried.log.level[who],
        outcome=tried.log.outcome[who],
        cause=tried.log.cause[who],
        observed={name: seen[who] for name, seen in tried.log.observed.items()},
        baseline={name: seen[who] for name, seen in tried.log.baseline.items()},
    )
    course = replace(tried.course, values={name: array[who] for name, array in tried.course.values.items()})
    return Tried(tried.arm, tried.wanted, course, log, tried.to_goal[who], tried.to_sign[who])


def rising(policy: str) -> tuple[Guided, Rule]:
    """A whole prescription as it is followed, and the rule by which the dose is raised."""
    guided = prescription(policy)
    assert isinstance(guided, Guided)
    return guided, next(rule for rule in guided.policy.rules if rule.action == "raise")


def levels(policy: str) -> Iterator[float]:
    """The dose at each step of somebody whom neither goal nor sign ends, as multiples of the first, to the highest."""
    guided, rule = rising(policy)
    level = 1.0
    yield level
    while (higher := float(moved(rule, guided.policy, guided.usual, np.array([level]))[0])) > level * (1 + 1e-9):
        level = higher
        yield level
