"""What is wrong with a policy that could be read: changes and limits that cannot be meant, scores that do not exist."""

from __future__ import annotations

from ...errors import Problems
from ...quantities import known
from ..amounts import Mass, MassPerWeight
from ..steps import Percent
from .policy import Dosage, Policy, levels, step_of
from .rules import SCORES, Condition, Limit, Rule
from .speech import amount, limit

USUAL_LIMITS = {"mouth": Limit(Mass(80e3), "day"), "intrathecal": Limit(Mass(1000.0), "day")}
"""Where nothing is said: the label's maximum by mouth (label.dose_range.us), and the dose above which experience is
limited (dose.above-1000.label-us)."""
SHORTEST, LONGEST = 1.0, 5 * 8766.0  # h between visits
MOST_TIMES = 10.0  # a step above so many times the dose is a slip of the unit


def judged(
    rules: list[Rule], most: Limit | None, least: Limit | None, usual: Dosage | None, route: str,
    problems: Problems, where: str,
) -> Policy | None:  # fmt: skip
    """The policy, or None with what is wrong noted under `where`; without `usual` the doses cannot be judged."""
    found = len(problems.found)
    for rule in rules:
        _judge_rule(rule, usual, route, where, problems)
    if not any(rule.every for rule in rules):
        problems.add(where, "rules", "how often the patient is seen, such as 'every 3 days'")
    if usual is None:
        return None
    highest = most or (USUAL_LIMITS.get(route) if usual.measure == "ug" else None)
    if highest is None:
        problems.add(where, "rules", "a highest dose, such as 'at most 2 mg/kg/day'")
        return None
    _judge_limits(highest, least, usual, route, where, problems)
    return None if len(problems.found) > found else Policy(tuple(rules), highest, least, route)


def _judge_rule(rule: Rule, usual: Dosage | None, route: str, where: str, problems: Problems) -> None:
    verb: str = rule.action
    if rule.action in ("raise", "lower") and rule.change is None:
        problems.add(where, verb, "by how much, such as 'by 10 %' or 'by 5 mg per dose'")
    elif rule.change is not None:
        _judge_change(rule, usual, route, where, problems)
    if rule.action in ("hold", "stop") and not any(clause.role == "if" for clause in rule.clauses):
        problems.add(where, verb, f"when to {verb}, such as '{verb} if drowsiness'")
    if rule.every is not None and not SHORTEST <= rule.every <= LONGEST:
        problems.add(where, f"every {rule.every:g} h", "from an hour to five years between visits")
    for condition in (c for clause in rule.clauses for c in clause.conditions if c.observed in SCORES):
        _judge_score(condition, where, problems)


def _judge_change(rule: Rule, usual: Dosage | None, route: str, where: str, problems: Problems) -> None:
    change = rule.change
    if isinstance(change, Percent):
        if not 0.0 < change.percent <= (100.0 if rule.action == "raise" else 99.0):
            problems.add(where, f"{change.percent:g} %", "a change above zero and at most 100 %")
        return
    if usual is None or change is None:
        return
    said = f"{rule.action} by {amount(change, rule.basis, route)}"
    if isinstance(change, MassPerWeight) != (usual.measure == "ug/kg"):
        problems.add(where, said, "amounts all per kg of body weight or none")
    elif change.measure <= 0.0:
        problems.add(where, said, "a change above zero")
    elif abs(step_of(rule, usual)[1]) > MOST_TIMES:
        problems.add(where, said, f"at most {MOST_TIMES:g} times the dose", "Is the unit right?")


def _judge_score(condition: Condition, where: str, problems: Problems) -> None:
    low, high = known(condition.observed).limits
    word = SCORES[condition.observed]
    if condition.relation == "down by":
        low, high = 0.0, high - low
    ends = {"below": condition.value > low, "above": condition.value < high, "down by": condition.value > 0.0}
    if not low <= condition.value <= high or not ends.get(condition.relation, True):
        said = f"{word} {condition.relation} {condition.value:g}"
        problems.add(where, said, f"a level that can be reached: {word} goes from {low:g} to {high:g}")


def _judge_limits(most: Limit, least: Limit | None, usual: Dosage, route: str, where: str, problems: Problems) -> None:
    for one in (most, least):
        if one is not None and isinstance(one.amount, MassPerWeight) != (usual.measure == "ug/kg"):
            problems.add(where, limit(one, route), "limits per kg of body weight just as the dose is, or neither")
            return
    slack = 1e-9
    if levels(most, usual) < 1.0 - slack:
        hint = "" if most not in USUAL_LIMITS.values() else "Say 'at most' with the dose that is meant."
        problems.add(where, f"at most {limit(most, route)}", "a limit not below the dose", hint)
    if least is not None and levels(least, usual) > 1.0 + slack:
        problems.add(where, f"at least {limit(least, route)}", "a limit not above the dose")
