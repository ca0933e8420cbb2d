"""A policy as one normalised sentence: the same policy always reads the same, and reads back as itself."""

from __future__ import annotations

from .. import speech
from ..amounts import Mass, MassPerWeight
from ..steps import Basis, Percent
from .rules import SCORES, SIGNS, Clause, Condition, Limit, Rule


def condition(of: Condition) -> str:
    """What is observed."""
    if of.relation == "seen":
        return SIGNS[of.observed]
    return f"{SCORES[of.observed]} {of.relation} {speech.number(of.value)}"


def clause(of: Clause) -> str:
    """When a rule acts, with a space in front."""
    return f" {of.role} " + (" and " if of.together else " or ").join(condition(one) for one in of.conditions)


def amount(of: Mass | MassPerWeight, basis: Basis, route: str) -> str:
    """A mass on its basis."""
    per_weight = "/kg" if isinstance(of, MassPerWeight) else ""
    return f"{speech.mass(of.amount, route)}{per_weight}{'/day' if basis == 'day' else ' per dose'}"


def rule(of: Rule, route: str) -> str:
    """One action and when it is taken."""
    said: str = of.action
    if isinstance(of.change, Percent):
        said += f" by {speech.number(of.change.percent)} %"
    elif of.change is not None:
        said += f" by {amount(of.change, of.basis, route)}"
    if of.every is not None:
        said += f" every {speech.interval(of.every)}"
    return said + "".join(clause(one) for one in of.clauses)


def limit(of: Limit, route: str) -> str:
    """A dose that is never passed."""
    return amount(of.amount, of.basis, route)


def sentence(rules: tuple[Rule, ...], most: Limit, least: Limit | None, route: str) -> str:
    """The whole policy."""
    parts = [rule(one, route) for one in rules]
    parts.append(f"at most {limit(most, route)}")
    if least is not None:
        parts.append(f"at least {limit(least, route)}")
    return ", ".join(parts)
