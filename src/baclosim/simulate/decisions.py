"""What a policy decided: the log of every visit, of one patient in words and of a cohort in fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..therapy.policies.rules import SCORES, SIGNS, Condition
from ..therapy.policies.speech import condition as words

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

OUTCOMES = ("kept", "raised", "lowered", "held", "stopped", "at the limit", "finished")
"""What can come of a visit; "finished" is a raise whose `until` has been met, "kept" that no rule applied."""
KEPT, RAISED, LOWERED, HELD, STOPPED, AT_LIMIT, FINISHED = range(len(OUTCOMES))
UNITS = {"mouth": (1e-3, "mg"), "intrathecal": (1.0, "ug"), "vein": (1e-3, "mg"), "skin": (1e-3, "mg")}


@dataclass(frozen=True)
class Decisions:
    """Every visit of n patients under one policy, v visits.

    policy      the sentence that was followed
    time        (v,) h
    level       (n, v + 1) dose as a multiple of the one that is prescribed, before the first visit and after each
    prescribed  that dose, in `unit`
    outcome     (n, v) index into OUTCOMES
    cause       (n, v) index into `causes`, or -1 where no condition decided
    causes      the conditions that may decide
    observed    what was seen at each visit, (n, v): a score as recorded, a sign as 0 or 1
    baseline    what was seen before the first dose, (n,)
    """

    policy: str
    unit: str
    time: Array
    level: Array
    prescribed: float
    outcome: Codes
    cause: Codes
    causes: tuple[Condition, ...]
    observed: Mapping[str, Array]
    baseline: Mapping[str, Array]

    @property
    def patients(self) -> int:
        """Number of patients n."""
        return len(self.level)

    @property
    def dose(self) -> Array:
        """Dose of each patient in `unit`, before the first visit and after each, (n, v + 1)."""
        return self.level * self.prescribed

    def share(self, outcome: str) -> Array:
        """Share of the patients with this outcome at each visit, (v,)."""
        return np.mean(self.outcome == OUTCOMES.index(outcome), axis=0)

    def ended_by(self, condition: Condition) -> NDArray[np.bool_]:
        """Whose raises ended because this condition was met, (n,)."""
        which = self.causes.index(condition)
        return np.any((self.outcome == FINISHED) & (self.cause == which), axis=1)

    def first_met(self, condition: Condition) -> Array:
        """When each patient first met a condition that was asked for [h], infinite where never; (n,)."""
        before = {name: values[:, None] for name, values in self.baseline.items()}
        holds = met(condition, self.observed, before)
        times = np.append(self.time, np.inf)
        return (
            times[np.where(holds.any(axis=1), np.argmax(holds, axis=1), len(self.time))]
            if holds.size
            else (np.full(self.patients, np.inf))
        )

    def seen(self, patient: int, visit: int) -> str:
        """What was seen of one patient at one visit."""
        return ", ".join(_seen(name, float(values[patient, visit])) for name, values in self.observed.items())

    def reason(self, patient: int, visit: int) -> str:
        """Which condition decided, or nothing."""
        cause = int(self.cause[patient, visit])
        return words(self.causes[cause]) if cause >= 0 else ""

    def log(self, patient: int = 0) -> Iterator[str]:
        """One patient's visits, a line each: when, what was seen, what was done and why."""
        for visit, time in enumerate(self.time.tolist()):
            reason = self.reason(patient, visit)
            because = f" ({reason})" if reason else ""
            before, after = (float(x) for x in self.dose[patient, visit : visit + 2])
            change = f"{before:.4g} to {after:.4g}" if before != after else f"{after:.4g}"
            done = OUTCOMES[self.outcome[patient, visit]]
            yield f"day {time / 24.0:g}: {self.seen(patient, visit)}; {done}{because}: {change} {self.unit}"

    def __repr__(self) -> str:
        last = np.quantile(self.dose[:, -1], (0.05, 0.5, 0.95))
        return (
            f"Decisions of {self.patients} patients at {len(self.time)} visits\n"
            f"  policy     {self.policy}\n"
            f"  last dose  median {last[1]:.4g} {self.unit}, 90 % {last[0]:.4g} to {last[2]:.4g}"
        )


def _seen(name: str, value: float) -> str:
    if name in SCORES:
        return f"{SCORES[name]} {value:.3g}"
    return SIGNS[name] if value else f"no {SIGNS[name]}"


def met(condition: Condition, seen: Mapping[str, Array], baseline: Mapping[str, Array]) -> NDArray[np.bool_]:
    """Whether a condition holds, of the shape of what was seen; `baseline` is what was seen before the first dose."""
    value, score = condition.value, seen[condition.observed]
    match condition.relation:
        case "below":
            return score < value
        case "above":
            return score > value
        case "at most":
            return score <= value
        case "at least":
            return score >= value
        case "down by":
            return baseline[condition.observed] - score >= value
        case "seen":
            return score > 0.0
