"""The patient with the pump, as a thing that is moved on step by step; it has no physics of its own.

The pump is that of `pump`, run from change to change of its program; the body and the effects are marched on from the
state that the last step left. The body is assembled once, and anew only when the catheter's tip has moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engine.march import Marched, Present
from ..patient import Patients
from ..pump.agenda import Agenda
from ..pump.catheter import Outflow
from ..pump.deliver import begin
from ..pump.hazards import sample_faults
from ..pump.system import PumpSystem
from ..simulate.parts import body_for, effects_for, trajectory
from ..simulate.prepared import Prepared
from ..simulate.run import simulate
from ..therapy.doses import Doses
from ..therapy.intrathecal.program import DAY, SimpleContinuous, Stopped
from ..trajectory import Trajectory


@dataclass(frozen=True)
class Given:
    """Doses that a pump gave, and where its tip lay."""

    list: Doses
    levels: tuple[tuple[float, str], ...]
    notes: tuple[Any, ...] = ()

    def doses(self, until: float, **_: Any) -> Doses:
        """All of it."""
        return self.list

    def tips(self, until: float) -> tuple[tuple[float, str], ...]:
        """Times [h] and the level from then on."""
        return self.levels

    def __str__(self) -> str:
        return "what the pump gave"


class Plant:
    """One patient with a pump, from hour 0 of an episode on.

    patients    a group of one
    system      the pump; its first program ran for `before` [h], and its faults come at hours of the episode
    until       how far the episode may go [h]
    step        between two records of `quantities`, what is recorded of the body [h]
    seed        of this pump's flow error and of its faults at random; None is the typical pump without these
    """

    def __init__(
        self,
        patients: Patients,
        system: PumpSystem,
        until: float,
        *,
        before: float,
        step: float,
        quantities: Sequence[str],
        seed: int | None,
    ) -> None:
        self.patients, self.quantities, self.step, self.until = patients, tuple(quantities), step, until
        self.agenda = _started(system, until, seed)
        self.rate = system.program.entries[0].mode.daily_dose / DAY
        earlier = Given(Doses.of("catheter", 0.0, self.rate * before, before), self._levels)
        course = simulate(patients, earlier, before, every=before, quantities=quantities, step=step)
        self.begins = {name: float(course[name][0, -1]) for name in quantities}
        self.present: Present = replace(course.final, time=0.0)
        self.marched: list[Marched] = []
        self._body = body_for(earlier.list)
        self._assembled = self._levels[:0]

    @property
    def time(self) -> float:
        """Hours since the episode began."""
        return self.present.time

    def run(self, rate: float, hours: float) -> dict[str, float]:
        """Run the pump at `rate` [ug/h] for `hours`; the mean of each quantity meanwhile."""
        if rate != self.rate:
            self.agenda.program(SimpleContinuous(rate) if rate > 0.0 else Stopped())
            self.rate = rate
        pump, end = self.agenda.pump, self.time + hours
        before = len(pump.canal.times), len(pump.outside.times)
        self.agenda.run(end)
        left = since("catheter", pump.canal, before[0]) + since("subcutaneous", pump.outside, before[1])
        self._march(left, end)
        return {name: float(values.mean()) for name, values in self.marched[-1].values.items()}

    def course(self) -> Trajectory:
        """What happened since the episode began."""
        time = np.concatenate([each.time for each in self.marched])
        values = {name: np.concatenate([m.values[name] for m in self.marched], axis=1) for name in self.quantities}
        recorded = Marched(time, values, self.present)
        given = Given(Doses.none(), self._levels)
        return trajectory(
            self.patients, given, {"catheter"}, self._body, effects_for(self.quantities), recorded, self.present
        )

    def _march(self, doses: Doses, end: float) -> None:
        """March the body on to `end` [h] with what the pump gave meanwhile."""
        if self._levels != self._assembled:
            where = Given(Doses.none(), self._levels)
            self._prepared = Prepared.of(self.patients, self._body, where, self.until)
            self._assembled = self._levels
        marched = self._prepared.march(
            doses, self.present, end, self.quantities, every=self.step, step=self.step, begun=False, threads=1
        )
        self.marched.append(marched)
        self.present = marched.final

    @property
    def _levels(self) -> tuple[tuple[float, str], ...]:
        return tuple((tip.time, tip.level) for tip in self.agenda.pump.tips)


def _started(system: PumpSystem, until: float, seed: int | None) -> Agenda:
    """The pump at hour 0."""
    is_typical = seed is None
    random = () if is_typical else sample_faults(system.hazards, until, seed, age=system.age)
    return begin(
        system.program, system.device, system.catheter, (*system.faults, *random), until,
        seed=seed or 0, flow_ratio=system.device.flow_ratio if is_typical else None, age=system.age,
    )  # fmt: skip


def since(channel: str, flow: Outflow, first: int) -> Doses:
    """Everything that left there from stretch `first` on."""
    time, amount, duration = Outflow(flow.times[first:], flow.amounts[first:], flow.durations[first:]).joined()
    return Doses.of(channel, time, amount, duration)
