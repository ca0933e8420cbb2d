"""What a titration is for: the goal that ends the raising of a patient, and what must hold across the patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import InputError, Problem, Problems, TherapyError
from ...therapy.policies.rules import SCORES
from ..goals import Goal, Verdict, judge, read_goal, states_share
from .titration import Tried

USUAL = "ashworth down by 1"
"""A response, as `effects.bedside` has it."""
WHAT = "a score below a level, such as 'ashworth below 2' or 'spasms below 1 in 60 % of patients', or 'tone down by 1'"


@dataclass(frozen=True)
class Aim:
    """What is wanted of a titration.

    words   the goal of one patient, as a policy reads it
    record  quantities that have to be recorded
    goals   what must hold across the patients, if anything was asked for
    """

    words: str
    record: tuple[str, ...]
    goals: tuple[Goal, ...]

    def __str__(self) -> str:
        """In a sentence: "the Ashworth score is below 2"."""
        score, _, level = (
            self.words.partition(" below ") if " below " in self.words else self.words.partition(" down by ")
        )
        name = {"ashworth": "the Ashworth score is", "arm ashworth": "the Ashworth score of the arms is"}
        side = "below" if " below " in self.words else "down by"
        points = "" if side == "below" else " point" if level == "1" else " points"
        return f"{name.get(score, 'the spasm score is')} {side} {level}{points}"

    def judge(self, tried: Tried) -> tuple[Verdict, ...]:
        """How the goals fare."""
        return judge(self.goals, tried.course)


def read_aim(goal: str | None, limits: Sequence[str], problems: Problems) -> Aim:
    """The aim that these words state; what cannot be read goes to `problems`."""
    words, stated = USUAL, []
    try:
        words, stated = _goal(goal or USUAL)
    except InputError as error:
        problems.absorb(error)
    for text in limits:
        try:
            stated.append(read_goal(text, where="--limit"))
        except InputError as error:
            problems.absorb(error)
    score = next(name for name, word in SCORES.items() if words.startswith(f"{word} "))
    record = dict.fromkeys((score, "drowsiness", *(goal.condition.quantity for goal in stated)))
    return Aim(words, tuple(record), tuple(stated))


def _goal(text: str) -> tuple[str, list[Goal]]:
    """The goal of one patient in words of a policy; and of all, where a share is stated."""
    said = " ".join(text.lower().split())
    if " by " in said and "down" in said:
        return _fall(said, text), []
    try:
        goal = read_goal(text, where="--goal")
    except TherapyError as error:
        raise InputError([replace(p, allowed=WHAT) for p in error.problems]) from None
    score = SCORES.get(goal.condition.quantity)
    if score is None or goal.condition.side != "below":
        hint = "What must not happen is a --limit." if score is None else ""
        raise InputError(Problem("--goal", text, WHAT, hint))
    words = f"{score} below {goal.condition.level:g}"
    return words, [replace(goal, when="on the last day")] if states_share(text) else []


def _fall(said: str, text: str) -> str:
    """A fall of a score, checked by the language of policies."""
    from ...therapy.policies.reading import prescription

    try:
        policy = prescription(f"5 mg three times daily, raise by 5 mg every day until {said}")
    except TherapyError:
        raise InputError(Problem("--goal", text, WHAT)) from None
    return str(policy).split(" until ")[1].split(", at most")[0]
