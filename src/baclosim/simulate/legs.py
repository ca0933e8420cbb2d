"""The doses between two visits: what is new, what still runs, and what was swallowed but has not yet appeared."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.inputs import EARLY, Inputs
from ..patient import Patients
from ..therapy.doses import CHANNELS, Doses, told_apart
from ..therapy.overdose import WINDOW, held_back
from ..therapy.policies.guided_doses import Branch, chosen
from .decisions import Decisions

Array = NDArray[np.float64]


def nobody() -> Doses:
    """No dose of nobody, to which those of single patients can be added."""
    none = Doses.none()
    return Doses(none.time, none.channel, none.amount, none.duration, np.empty(0, dtype=np.int64))


@dataclass
class Supply:
    """Everything that n patients are given, leg by leg; times are those of the therapy less `shift` [h].

    steady   doses that no policy changes, of the whole run
    branches the parts that a policy changes
    given    guided doses of the last hours, as prescribed
    """

    group: Patients
    steady: Doses
    branches: Sequence[Branch]
    shift: float
    given: Doses = field(default_factory=nobody)

    def between(self, start: float, end: float, level: Sequence[Array]) -> Doses:
        """All that can still act in the leg from `start` to `end` [h], in hours of the run, patient by patient."""
        fresh = [
            moved(b.course.between(start + self.shift - b.late, end + self.shift - b.late, own), b.late - self.shift)
            for b, own in zip(self.branches, level, strict=True)
        ]
        new = functools.reduce(lambda a, b: a + b, fresh, nobody())
        prescribed = self.given + new + self.own_steady
        self.given = chosen(self.given + new, (self.given + new).time > end - self.reach)
        ready = told_apart(held_back(prescribed, self.group.parameters["overdose_ceiling"]), self.group.n)
        return chosen(ready, self._acts(ready, start, end))

    @functools.cached_property
    def own_steady(self) -> Doses:
        """The steady doses patient by patient, in hours of the run."""
        return moved(told_apart(self.steady, self.group.n), -self.shift)

    @functools.cached_property
    def lags(self) -> Array:
        """Hours from a dose to its appearance, (channels, n)."""
        lag = np.zeros((len(CHANNELS), self.group.n))
        for name in ("mouth", "clump"):
            lag[CHANNELS.index(name)] = self.group.parameters["absorption_lag"]
        return lag

    @property
    def reach(self) -> float:
        """For how long a dose may still matter to the next leg [h]."""
        return WINDOW + float(self.lags.max())

    def _acts(self, doses: Doses, start: float, end: float) -> NDArray[np.bool_]:
        """Which doses have yet to be met: all from `start` on, and earlier ones that appear or still flow later."""
        assert doses.patient is not None
        appears = doses.time + self.lags[doses.channel, doses.patient]
        to_come = (doses.time >= start - EARLY) | (appears + doses.duration > start + EARLY)
        return (doses.time < end - EARLY) & to_come


def moved(doses: Doses, hours: float) -> Doses:
    """The same doses so many hours later."""
    return Doses(doses.time + hours, doses.channel, doses.amount, doses.duration, doses.patient)


def events(doses: Doses, channels: Sequence[str], group: Patients) -> Inputs:
    """The events of a leg."""
    from ..engine.inputs import prepare

    own = group.parameters["absorption_lag"]
    lag = {"mouth": own, "clump": own}
    return prepare(
        doses.time, np.array(CHANNELS)[doses.channel], doses.amount, doses.duration,
        channels=channels, lag=lag, patients=group.n, patient=doses.patient,
    )  # fmt: skip


def as_decided(
    therapy: Any, decisions: Sequence[Decisions], until: float, earlier: float, group: Patients, seed: int = 0
) -> Doses:
    """What these patients were given up to `until` [h of the run], now that all is decided; times in hours of the run.

    earlier  h of the same therapy before hour 0
    """
    told = {"patients": group.n, "seed": seed, "first": group.first, "weight": group.covariates["weight"]}
    found = moved(told_apart(therapy.steady(until + earlier, **told), group.n), -earlier)
    for branch, log in zip(therapy.branches(until + earlier, **told), decisions, strict=True):
        turns = [-earlier, *([0.0] if earlier else []), *log.time.tolist(), until]
        levels = np.column_stack((*([log.level[:, 0]] if earlier else []), log.level))
        for start, end, level in zip(turns, turns[1:], levels.T, strict=False):
            late = branch.late - earlier
            found = found + moved(branch.course.between(start - late, end - late, level), late)
    return found
