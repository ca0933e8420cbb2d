"""A policy: what is done at a visit when this or that is seen. Trigger and action, nothing more.

`reading.prescription` makes one from plain words and `str` puts it back into one normalised sentence. A policy
is a function from observations to the next action; visits say when. `simulate` carries it out, patient by patient:
of all rules that apply the most careful one acts, in the order of ACTIONS.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..steps import Basis, Percent
from .rules import Limit, Rule
from .speech import sentence


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
        return sentence(self.rules, self.most, self.least, self.route)


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
