"""What a policy makes of a visit: from what was seen to each patient's next dose.

Of the rules that apply to a patient the most careful acts: stop before lower before hold before raise, and within one
action the rule that was named first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..therapy.policies.policy import Dosage, Policy, levels, step_of
from ..therapy.policies.rules import ACTIONS, Clause, Condition, Rule
from ..therapy.steps import Percent
from .decisions import AT_LIMIT, FINISHED, HELD, KEPT, LOWERED, RAISED, STOPPED, Codes

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Met = Mapping[Condition, Flags]
CODE = {"stop": STOPPED, "lower": LOWERED, "hold": HELD, "raise": RAISED}
SLACK = 1e-9  # relative; a limit is reached in spite of rounding


@dataclass(frozen=True)
class Standing:
    """Where n patients stand with a policy of r rules.

    level   (n,) the dose as a multiple of the usual one
    over    (r, n) index of the condition that ended the rule for good, or -1
    """

    level: Array
    over: Codes

    @classmethod
    def first(cls, policy: Policy, n: int, level: Array | None = None) -> Standing:
        """Before the first visit: everyone on the dose as prescribed, or each on an own multiple of it, (n,)."""
        return cls(np.ones(n) if level is None else level, np.full((len(policy.rules), n), -1, dtype=np.int8))


@dataclass(frozen=True)
class Decision:
    """What was decided at one visit: the new standing, what came of it (n,), and the condition that decided (n,)."""

    standing: Standing
    outcome: Codes
    cause: Codes


def conditions_of(policy: Policy) -> tuple[Condition, ...]:
    """Every condition of a policy, each once: the causes of its decisions."""
    found = (c for rule in policy.rules for clause in rule.clauses for c in clause.conditions)
    return tuple(dict.fromkeys(found))


def decide(policy: Policy, usual: Dosage, due: Flags, before: Standing, met: Met) -> Decision:
    """One visit. `due` (r,) are the rules that are considered; `met` tells for each condition who meets it."""
    names, n = conditions_of(policy), len(before.level)
    over = ended(policy, before.over, met, names)
    outcome, cause = np.full(n, KEPT, dtype=np.int8), np.full(n, -1, dtype=np.int8)
    level, free = before.level.copy(), before.level > 0.0
    outcome[~free] = STOPPED
    for number, rule in ordered(policy):
        if not due[number]:
            continue
        applies, why = applying(rule, over[number], met, names)
        chosen = free & applies
        level[chosen] = moved(rule, policy, usual, level[chosen])
        outcome[chosen], cause[chosen] = CODE[rule.action], why[chosen]
        if rule.action in ("raise", "lower"):
            outcome[chosen & (level == before.level)] = AT_LIMIT
        if rule.action == "raise":
            finished = free & (over[number] >= 0)
            outcome[finished], cause[finished] = FINISHED, over[number][finished]
            cause[free & ~chosen & ~finished] = why[free & ~chosen & ~finished]
        free = free & ~chosen
    return Decision(Standing(level, over), outcome, cause)


def ordered(policy: Policy) -> list[tuple[int, Rule]]:
    """The rules with their numbers, the most careful first."""
    return sorted(enumerate(policy.rules), key=lambda both: ACTIONS.index(both[1].action))


def ended(policy: Policy, over: Codes, met: Met, names: tuple[Condition, ...]) -> Codes:
    """The condition by which each rule is over, now that this was seen; (r, n)."""
    now = over.copy()
    for number, rule in enumerate(policy.rules):
        for clause in rule.clauses:
            if clause.role == "until":
                holds, which = judged(clause, met, names)
                now[number] = np.where((now[number] < 0) & holds, which, now[number])
    return now


def applying(rule: Rule, over: Codes, met: Met, names: tuple[Condition, ...]) -> tuple[Flags, Codes]:
    """Who falls under a rule that is due, and the condition behind that, or behind its not being so; both (n,)."""
    applies, why = over < 0, np.full(len(over), -1, dtype=np.int8)
    for clause in rule.clauses:
        if clause.role == "until":
            continue
        holds, which = judged(clause, met, names)
        wanted = holds if clause.role == "if" else ~holds
        why = np.where(holds & (why < 0), which, why).astype(np.int8)
        applies = applies & wanted
    return applies, why


def judged(clause: Clause, met: Met, names: tuple[Condition, ...]) -> tuple[Flags, Codes]:
    """Whether a clause holds for each patient, and the first of its conditions that is met; both (n,)."""
    each = np.stack([met[condition] for condition in clause.conditions])
    index = np.array([names.index(condition) for condition in clause.conditions], dtype=np.int8)
    holds: Flags = np.all(each, axis=0) if clause.together else np.any(each, axis=0)
    return holds, index[np.argmax(each, axis=0)]


def moved(rule: Rule, policy: Policy, usual: Dosage, level: Array) -> Array:
    """The level after a rule has acted, within the limits; (n,).

    A step by a percentage, or of what flows, is cut short at a limit. A step in milligrams of tablets, which come
    whole, is not taken when it would pass one. No lowering ends in nothing: only `stop` does.
    """
    if rule.action in ("hold", "stop"):
        return level if rule.action == "hold" else np.zeros_like(level)
    least = levels(policy.least, usual) if policy.least else 0.0
    most = levels(policy.most, usual)
    factor, added = step_of(rule, usual)
    wanted = level * factor + added
    whole = policy.route == "mouth" and not isinstance(rule.change, Percent)
    within = (wanted <= most * (1.0 + SLACK)) & (wanted >= least - SLACK)
    possible = (within if whole else np.ones_like(within)) & ((wanted > SLACK) | (least > 0.0))
    return np.where(possible, np.clip(wanted, least, most), level)
