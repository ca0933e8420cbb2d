"""Plain words to a policy: "raise by 15 % every 24 h until ashworth below 2 or drowsiness, at most 800 ug/day".

The same tokens, places and messages as in `language`. A text is a regimen up to the rules at its end, of which at
least one depends on what is observed; `prescription` reads both. A rule is a verb, by how much, how often, and when;
limits stand among the rules. All problems of both parts are reported at once.
"""

from __future__ import annotations

import functools
from dataclasses import replace

from ...errors import Problem, Problems, TherapyError
from ..language.amount_words import duration, quantity
from ..language.changes import change_amount
from ..language.parsing import parse, spelt
from ..language.tokens import Cursor, Token, at, readable, tokenise
from ..regimen import Regimen
from ..steps import Basis, Dosing, Percent
from ..timing import Continuous, Divided, Once
from .checks import USUAL_LIMITS, judged
from .guided import Guided
from .policy import Dosage, Policy
from .rules import SCORES, Clause, Condition, Limit, Rule
from .words import FILLERS, LEAST, MOST, NOT_BY_POLICY, OBSERVED, RELATIONS, ROLES, RULES, policy_vocabulary

_JOINTS = (",", "and", "then", ";", ".", "but", "or")


def prescription(text: str) -> Regimen | Guided:
    """What a sentence prescribes: a regimen, or one that is changed by a policy at visits.

    Raises TherapyError listing every problem with its place in the text.
    """
    return _prescription(readable(text))


@functools.lru_cache(maxsize=256)
def _prescription(text: str) -> Regimen | Guided:
    tokens = tokenise(text, Problems())
    mended = spelt(tokens, Problems(), policy_vocabulary())
    start = where_rules_begin([better or token for better, token in zip(mended, tokens, strict=True)])
    if start is None:
        return parse(text)
    if start == 0:
        hint = "Write '5 mg every 8 h, raise by ...'."
        raise TherapyError(Problem(at(0), text.strip(), "a dose before the rules that change it", hint))
    problems = Problems()
    regimen = _regimen(text[: tokens[start].place], problems)
    policy = _read(tokens[start:], problems, regimen)
    problems.raise_as(TherapyError)
    assert regimen is not None
    assert policy is not None
    return Guided(regimen, policy)


def read_policy(text: str, usual: Dosage, route: str) -> Policy:
    """A policy alone, for doses that are told elsewhere (a pump's program); raises TherapyError."""
    problems = Problems()
    tokens = tokenise(readable(text), problems)
    policy = _read(tokens, problems, None, usual, route)
    problems.raise_as(TherapyError)
    assert policy is not None
    return policy


def where_rules_begin(tokens: list[Token]) -> int | None:
    """Index of the first rule of the text's last stretch of rules; None when none of them depends on an observation."""
    start, depends = None, False
    cursor = Cursor(tokens, 0)
    while not cursor.is_done:
        place = cursor.position
        if cursor.meaning(RULES):
            start = place if start is None else start
        elif _role(cursor):
            depends = depends or start is not None
        elif tokens[place].text in ("then", ";", "followed") and _dosing_follows(cursor):
            start, depends = None, False
        elif cursor.position == place:
            cursor.take()
    return start if depends else None


def _role(c: Cursor) -> bool:
    """Whether a condition follows: "if", "unless", or "until" before something that is observed."""
    place, role = c.position, c.meaning(ROLES)
    while role and c.says(*FILLERS, "no"):
        pass
    is_time = role == "until" and (c.text() in ("day", "zero", "stopped", "end") or c.value() is not None)
    if role is None or is_time:
        c.position = place
    return role is not None and not is_time


def _dosing_follows(c: Cursor) -> bool:
    """Steps over "then", and tells whether a dose follows, which ends a stretch of rules."""
    c.take()
    return c.value() is not None


def _regimen(text: str, problems: Problems) -> Regimen | None:
    """The regimen before the rules; faults go to `problems`."""
    words = text.rstrip(" ,;.")
    for joint in ("and", "then", "but"):
        words = words.removesuffix(f" {joint}").rstrip(" ,;")
    try:
        regimen = parse(words)
    except TherapyError as error:
        problems.absorb(error)
        return None
    last = regimen.steps[-1]
    if not isinstance(last, Dosing) or last.span is not None or any(isinstance(i.timing, Once) for i in last.intakes):
        problems.add(at(0), words, "doses without an end before the rules", "Leave out how long the last step lasts.")
    elif len({intake.route for intake in last.intakes}) > 1:
        problems.add(at(0), words, "doses by one route before the rules")
    return regimen


def _read(
    tokens: list[Token], problems: Problems, regimen: Regimen | None, usual: Dosage | None = None, route: str = ""
) -> Policy | None:
    """The rules; faults go to `problems`, and then there is none."""
    found = len(problems.found)
    mended = [t for t in spelt(tokens, problems, policy_vocabulary()) if t is not None]
    last = regimen.steps[-1] if regimen else None
    if isinstance(last, Dosing):
        guided = Guided(Regimen((last,)), Policy((), USUAL_LIMITS["mouth"]))
        usual, route = guided.usual, last.intakes[0].route
    by_day = last is None or not isinstance(last, Dosing) or _flows(last)
    if len(problems.found) > found:
        return None
    reading = _Reading(Cursor(mended, mended[-1].place + len(mended[-1].text) if mended else 0), by_day)
    try:
        reading.read()
    except TherapyError as error:
        problems.absorb(error)
    if len(problems.found) > found:
        return None
    return judged(reading.rules, reading.most, reading.least, usual, route or "mouth", problems, at(tokens[0].place))


def _flows(dosing: Dosing) -> bool:
    """Whether its amounts are those of a whole day."""
    return all(isinstance(intake.timing, Divided | Continuous) for intake in dosing.intakes)


class _Reading:
    """The rules and limits read so far; an amount on no basis is that of a day or of one dose."""

    def __init__(self, cursor: Cursor, by_day: bool) -> None:
        self.c = cursor
        self.default: Basis = "day" if by_day else "dose"
        self.rules: list[Rule] = []
        self.most: Limit | None = None
        self.least: Limit | None = None

    def read(self) -> None:
        """Read every rule and limit; raises TherapyError at the first word that cannot be read."""
        c = self.c
        while not c.is_done:
            if c.says(*_JOINTS):
                continue
            action = c.meaning(RULES)
            if action is not None:
                rule = Rule(action)
                while (changed := self._part(rule)) is not None:
                    rule = changed
                self.rules.append(rule)
            elif not self._limit():
                raise c.stop("a rule, such as 'raise by 10 % every 24 h until ashworth below 2'")

    def _part(self, rule: Rule) -> Rule | None:
        """The rule with what comes next; None where it ends."""
        c = self.c
        if c.says("by") or (rule.change is None and c.value() is not None):
            return self._changed(rule)
        if c.says("every", "each"):
            return replace(rule, every=duration(c))
        if c.says("weekly", "daily"):
            return replace(rule, every={"weekly": 168.0, "daily": 24.0}[c.tokens[c.position - 1].text])
        if c.says("dose", "daily dose"):
            return rule
        place = c.position
        c.says(",")
        role = c.meaning(ROLES)
        if role is not None:
            conditions, together = self._conditions()
            return replace(rule, clauses=(*rule.clauses, Clause(role, conditions, together)))
        c.position = place
        return None

    def _changed(self, rule: Rule) -> Rule:
        if rule.action not in ("raise", "lower"):
            raise self.c.stop(f"when to {rule.action}, not by how much")
        change, basis = change_amount(self.c, percent=True)
        return replace(rule, change=change, basis=basis or self.default)

    def _limit(self) -> bool:
        """`at most 80 mg/day`, `at least 5 mg per dose`; whether it was one."""
        c = self.c
        is_most = c.says(*MOST)
        if not is_most and not c.says(*LEAST):
            return False
        c.says("of")
        amount, basis = change_amount(c)
        assert not isinstance(amount, Percent)
        limit = Limit(amount, basis or self.default)
        self.most, self.least = (limit, self.least) if is_most else (self.most, limit)
        return True

    def _conditions(self) -> tuple[tuple[Condition, ...], bool]:
        """`ashworth below 2 or drowsiness`, `ashworth below 2 and spasms below 1`."""
        found, joint = [self._condition()], ""
        while self.c.text() in ("or", "and") and self._is_observed(1):
            word = self.c.take().text
            if joint and word != joint:
                self.c.position -= 1
                raise self.c.stop(f"'{joint}' again, because 'and' beside 'or' could mean either")
            joint = word
            found.append(self._condition())
        return tuple(found), joint == "and"

    def _is_observed(self, ahead: int) -> bool:
        c = Cursor(self.c.tokens, self.c.end, self.c.position + ahead)
        while c.says(*FILLERS):
            pass
        return c.meaning(OBSERVED) is not None or c.text() in NOT_BY_POLICY

    def _condition(self) -> Condition:
        c = self.c
        while c.says(*FILLERS):
            pass
        observed = c.meaning(OBSERVED)
        if observed is None:
            raise c.stop(f"something that is observed: {', '.join((*SCORES.values(), 'drowsiness', 'weakness'))}, ...")
        c.says("is", "are", "has", "falls")
        relation = c.meaning(RELATIONS)
        if observed not in SCORES:
            if relation is not None:
                c.position -= 1
                raise c.stop(f"nothing more: {observed.replace('_', ' ')} is seen or it is not")
            c.says("occurs", "appears")
            return Condition(observed)
        if relation is None:
            raise c.stop("a level, such as 'below 2'")
        if c.value() is None:
            raise c.stop("a score")
        value = quantity(c)
        c.says("points", "point")
        return Condition(observed, relation, value)
