"""The rules of a policy as data: what is observed, when a rule acts and what it does to the dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..amounts import Mass, MassPerWeight
from ..steps import Basis, Change

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
