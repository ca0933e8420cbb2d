"""A therapy with a policy: march to the next visit, observe, decide, march on; every patient takes own branches.

    follow(setting, therapy)
      legs()        stretches from one visit to the next, on the grid of steps
      Supply        the doses of a leg, each patient's as decided so far
      march()       from the state reached to the next visit
      Observer      what is seen there, with the errors of those who look
      decide()      what the policy makes of it: each patient's next level

A dose that is due at the very time of a visit is given after it: what is recorded then is from before that dose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, Problem
from ..therapy.policies.policy import Dosage, Policy
from ..therapy.policies.rules import Condition
from .deciding import Decision, Standing, conditions_of, decide
from .decisions import UNITS, Decisions, met
from .legs import Supply, events
from .observing import DAY, Observer, quantity_of

if TYPE_CHECKING:
    from ..engine.march import Present
    from ..patient import Patients

Array = NDArray[np.float64]
MOST_VISITS = 20_000
FINEST = 1.0  # h between the values from which a visit's observations are made


@dataclass(frozen=True)
class Leg:
    """From one visit to the next, in steps of the effects; `due` tells for each part and rule whether it is judged."""

    start: int
    end: int
    due: tuple[NDArray[np.bool_], ...]


@dataclass
class Visits:
    """One guided part as its visits go by: where its patients stand, and what was decided so far.

    policy, usual  what is done at visits, and what is given at level 1
    begins         h of the run at which the policy takes over
    """

    policy: Policy
    usual: Dosage
    begins: float
    observer: Observer
    standing: Standing
    baseline: dict[str, Array]
    times: list[float] = field(default_factory=list)
    levels: list[Array] = field(default_factory=list)
    made: list[Decision] = field(default_factory=list)
    seen: list[dict[str, Array]] = field(default_factory=list)

    @classmethod
    def of(cls, part: Any, begins: float, observer: Observer) -> Visits:
        """Before the first visit to the patients of a guided part."""
        standing = Standing.first(part.policy, observer.group.n, getattr(part, "first_levels", None))
        return cls(part.policy, part.usual, begins, observer, standing, {}, levels=[standing.level])

    def look(self, time: Array, values: Mapping[str, Array], visit: int) -> dict[str, Array]:
        """What is seen of everything that the policy asks for."""
        return {name: self.observer.sees(name, visit, time, values[quantity_of(name)]) for name in self.policy.observed}

    def visit(self, due: NDArray[np.bool_], time: Array, values: Mapping[str, Array]) -> None:
        """Observe and decide at the end of a leg."""
        seen = self.look(time, values, len(self.made) + 1)
        holds: dict[Condition, Any] = {c: met(c, seen, self.baseline) for c in conditions_of(self.policy)}
        decision = decide(self.policy, self.usual, due, self.standing, holds)
        self.standing = decision.standing
        self.times.append(float(time[-1]))
        self.levels.append(decision.standing.level)
        self.made.append(decision)
        self.seen.append(seen)

    def log(self) -> Decisions:
        """Everything that was decided."""
        policy, usual, n = self.policy, self.usual, self.observer.group.n
        factor, unit = UNITS[policy.route]
        per_weight = "/kg" if usual.measure == "ug/kg" else ""
        empty = np.empty((n, 0), dtype=np.int8)
        return Decisions(
            policy=str(policy),
            unit=f"{unit}{per_weight}/day",
            time=np.array(self.times),
            level=np.stack(self.levels, axis=1),
            prescribed=usual.day * factor,
            outcome=np.stack([d.outcome for d in self.made], axis=1) if self.made else empty,
            cause=np.stack([d.cause for d in self.made], axis=1) if self.made else empty,
            causes=conditions_of(policy),
            observed={name: np.stack([s[name] for s in self.seen], axis=1) for name in policy.observed if self.seen},
            baseline=self.baseline,
        )


@dataclass(frozen=True)
class Recorded:
    """What has been recorded so far: times (t,) h and values name -> (n, t)."""

    time: Array
    values: dict[str, Array]

    def since(self, hour: float) -> Recorded:
        """The values from an hour on."""
        late = self.time >= hour - 1e-9
        return Recorded(self.time[late], {name: array[:, late] for name, array in self.values.items()})


def joined(parts: Sequence[Recorded]) -> Recorded:
    """Recordings one after another."""
    names = parts[0].values
    return Recorded(
        np.concatenate([part.time for part in parts]),
        {name: np.concatenate([part.values[name] for part in parts], axis=1) for name in names},
    )


def legs(due: Sequence[tuple[float, Sequence[float | None]]], until: float, step: float) -> list[Leg]:
    """The legs of a run. `due` holds for each part when its policy begins [h] and each rule's interval [h].

    Visits are moved to the next step of the grid. The last leg ends with the run, at which nothing is decided.
    Raises InputError for more visits than MOST_VISITS.
    """
    last = round(until / step)
    moments: dict[int, tuple[NDArray[np.bool_], ...]] = {}
    none = tuple(np.zeros(len(rules), dtype=bool) for _, rules in due)
    for part, (begins, rules) in enumerate(due):
        own = {every for every in rules if every is not None}
        if sum((until - begins) / every for every in own) > MOST_VISITS:
            raise InputError(Problem("until", until, f"a run with at most {MOST_VISITS} visits"))
        for every in own:
            for k in range(1, math.floor((until - begins) / every + 1e-9) + 1):
                moment = math.ceil((begins + k * every) / step - 1e-9)
                if moment < last:
                    flags = moments.setdefault(moment, tuple(flag.copy() for flag in none))
                    flags[part][:] |= [rule in (None, every) for rule in rules]
    ends = sorted(moments)
    starts = [0, *ends]
    return [Leg(a, b, moments.get(b, none)) for a, b in zip(starts, [*ends, last], strict=True)]


@dataclass(frozen=True)
class Setting:
    """What a run with visits needs beside the therapy; march is everything of `engine.march` but the inputs.

    earlier   h of the same therapy before hour 0
    record    names to keep, `every` so many steps of `step` h
    watched   names that visits look at besides
    """

    group: Patients
    march: Any
    channels: tuple[str, ...]
    until: float
    step: float
    every: int
    earlier: float
    record: tuple[str, ...]
    watched: tuple[str, ...]


def follow(setting: Setting, supply: Supply, visits: Sequence[Visits]) -> tuple[Recorded, Present]:
    """Run from visit to visit; what was recorded, and the state at the end. `visits` hold what was decided."""
    plan = legs([(v.begins, [rule.every for rule in v.policy.rules]) for v in visits], setting.until, setting.step)
    kept, recent, present = [], [], before(setting, supply, visits)
    for leg in plan:
        marched = onward(setting, supply, visits, leg, present)
        present = marched.final
        course = Recorded(marched.time, marched.values)
        kept.append(on_grid(course, setting))
        recent.append(course)
        if leg.start == 0:
            for each in visits:
                each.baseline |= each.look(course.time[:1], {k: v[:, :1] for k, v in course.values.items()}, 0)
        day = joined(recent).since(leg.end * setting.step - DAY)
        recent = [day]
        for each, due in zip(visits, leg.due, strict=True):
            if due.any():
                each.visit(due, day.time, day.values)
    assert present is not None
    return joined(kept), present


def before(setting: Setting, supply: Supply, visits: Sequence[Visits]) -> Present | None:
    """The state at hour 0 after the same therapy has gone on, unchanged, for some time; None where it begins then."""
    if not setting.earlier:
        return None
    level = [each.standing.level for each in visits]
    inputs = events(supply.between(-setting.earlier, 0.0, level), setting.channels, setting.group)
    every = math.ceil(setting.earlier / setting.step - 1e-9) * setting.step
    return setting.march(inputs, start=-setting.earlier, until=0.0, every=every, record=()).final


def onward(setting: Setting, supply: Supply, visits: Sequence[Visits], leg: Leg, present: Present | None) -> Any:
    """March one leg."""
    start, end = leg.start * setting.step, leg.end * setting.step
    if leg.end == round(setting.until / setting.step):
        end = setting.until
    doses = supply.between(start, end, [each.standing.level for each in visits])
    finest = max(1, math.floor(FINEST / setting.step + 1e-9))
    stride = math.gcd(setting.every, leg.start, leg.end - leg.start, finest)
    return setting.march(
        events(doses, setting.channels, setting.group),
        start=start,
        until=end,
        every=stride * setting.step,
        record=tuple(dict.fromkeys((*setting.record, *setting.watched))),
        resume=present,
        record_start=leg.start == 0,
        begun=False,
    )


def on_grid(course: Recorded, setting: Setting) -> Recorded:
    """The values that were asked for, at the times that were asked for."""
    steps = np.rint(course.time / setting.step).astype(np.int64)
    wanted = steps % setting.every == 0
    return Recorded(course.time[wanted], {name: course.values[name][:, wanted] for name in setting.record})
