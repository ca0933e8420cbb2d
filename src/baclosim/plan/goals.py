"""Goals and limits: functions of a course, with the share of the virtual patients in which each must hold.

    read_goal("withdrawal below moderate in 95 % of patients")
    read_goal("ashworth below 2 on the last day in half of the patients")

A limit holds throughout, a goal on the last day as its average; every planner judges by the same function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import PlanError, Problem, TherapyError
from ..therapy.language.conditions import Condition, level_in_words, read_condition
from ..trajectory import Trajectory
from ..units import number

Array = NDArray[np.float64]
When = Literal["throughout", "on the last day"]

USUAL_SHARE = 0.95
DAY = 24.0
_WHEN: dict[str, When] = {
    "throughout": "throughout", "always": "throughout", "at all times": "throughout", "all the time": "throughout",
    "on the last day": "on the last day", "at the end": "on the last day", "in the end": "on the last day",
    "by the end": "on the last day",
}  # fmt: skip
_OF = r"(?: of)?(?: the)?(?: virtual)?(?: patients| cases)?"
_SHARE = re.compile(rf"\bin (?:at least )?(?:(?P<percent>\d+(?:[.,]\d+)?) ?%|(?P<word>half|all|most)){_OF}$")
_SHARES = {"half": 0.5, "all": 1.0, "most": 0.5}


@dataclass(frozen=True)
class Goal:
    """A condition that must hold in at least this share of the virtual patients, always or on the last day."""

    condition: Condition
    share: float = USUAL_SHARE
    when: When = "throughout"

    def __str__(self) -> str:
        return f"{self.condition} {self.when} in {100.0 * self.share:.4g} % of patients"

    def decisive(self, course: Trajectory) -> Array:
        """The value of each patient that decides, (n,): the worst of the course, or the average of the last day."""
        values = course[self.condition.quantity]
        if self.when == "on the last day":
            last = course.time >= course.time[-1] - DAY
            return values[:, last].mean(axis=1)
        return values.max(axis=1) if self.condition.side == "below" else values.min(axis=1)


@dataclass(frozen=True)
class Verdict:
    """How a goal fares.

    attained   share of the patients in whom it holds
    reachable  the level that the wanted share of them does keep: what could be asked for instead
    """

    goal: Goal
    attained: float
    reachable: float

    @property
    def is_met(self) -> bool:
        """Whether it holds in as many as wanted."""
        return self.attained >= self.goal.share - 1e-12

    @property
    def margin(self) -> float:
        """By how much the share exceeds what is wanted; negative when it falls short."""
        return self.attained - self.goal.share

    def __str__(self) -> str:
        reach = level_in_words(self.goal.condition.quantity, self.reachable)
        kept = f"{100.0 * self.goal.share:.4g} % of patients stay {self.goal.condition.side} {reach}"
        return f"{self.goal}: holds in {100.0 * self.attained:.3g} %; {kept}"


def read_goal(text: str, share: float = USUAL_SHARE, when: When = "throughout", where: str = "goal") -> Goal:
    """The goal that these words state; share and time as given where the words leave them out.

    Raises TherapyError naming what cannot be read.
    """
    rest = " ".join(text.lower().split())
    found = _SHARE.search(rest)
    if found:
        share = number(found["percent"], where, text) / 100.0 if found["percent"] else _SHARES[found["word"]]
        rest = rest[: found.start()].strip(" ,")
    said = next((words for words in _WHEN if rest.endswith(words)), "")
    if said:
        rest = rest.removesuffix(said).strip(" ,")
    if not 0.0 < share <= 1.0:
        raise TherapyError(Problem(where, text, "a share of patients above 0 and up to 100 %"))
    return Goal(read_condition(rest, where), share, _WHEN.get(said, when))


def states_share(text: str) -> bool:
    """Whether these words say in how many of the patients a goal must hold."""
    return bool(_SHARE.search(" ".join(text.lower().split())))


def judge(goals: Iterable[Goal], course: Trajectory) -> tuple[Verdict, ...]:
    """The verdict on each goal over the patients of a course that recorded their quantities."""
    return tuple(judged(goal, goal.decisive(course)) for goal in goals)


def judged(goal: Goal, decisive: Array) -> Verdict:
    """The verdict from the deciding value of each patient, (n,)."""
    ordered = np.sort(decisive) if goal.condition.side == "below" else -np.sort(-decisive)
    enough = int(np.ceil(goal.share * len(ordered) - 1e-9)) - 1
    return Verdict(goal, float(goal.condition.holds(decisive).mean()), float(ordered[max(enough, 0)]))


def binding(verdicts: Sequence[Verdict]) -> Verdict:
    """The goal that stands in the way most: the one with the least margin."""
    return min(verdicts, key=lambda verdict: verdict.margin)


def no_plan(what: str, verdicts: Sequence[Verdict], instead: Sequence[str] = ()) -> PlanError:
    """The error that says no plan satisfies the limits, which one binds, and what comes nearest."""
    lines = [f"no {what} satisfies the limits", f"  what binds: {binding(verdicts)}"]
    lines += [f"  nearest that works: {words}" for words in instead]
    return PlanError("\n".join(lines))
