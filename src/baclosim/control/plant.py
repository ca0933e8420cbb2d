"""The patient with the pump, as a thing that is moved on step by step; it has no physics of its own.

The pump is that of `pump`, run from change to change of its program; the body is that of `simulate`, resumed from step
to step. What a step begins with must fall after the instant at which the body stopped, so drug leaves the tip a
moment late (MOMENT).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine.march import Present
from ..patient import Patients
from ..pump.agenda import Agenda
from ..pump.catheter import Outflow
from ..pump.deliver import begin
from ..pump.hazards import sample_faults
from ..pump.system import PumpSystem
from ..simulate import simulate
from ..therapy.doses import Doses
from ..therapy.intrathecal import DAY, SimpleContinuous, Stopped
from ..trajectory import Trajectory

MOMENT = 1e-6
"""Hours by which what the pump gives is late: 4 milliseconds."""


@dataclass(frozen=True)
class Given:
    """Doses that a pump gave, and where its tip lay."""

    list: Doses
    levels: tuple[tuple[float, str], ...]
    notes: tuple[Any, ...] = ()

    def doses(self, until: float, **_: Any) -> Doses:
        """All of it: nothing lies beyond the step."""
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
        self.patients, self.quantities, self.step = patients, tuple(quantities), step
        self.agenda = _started(system, until, seed)
        self.rate = system.program.entries[0].mode.daily_dose / DAY
        earlier = Given(Doses.of("catheter", 0.0, self.rate * before, before), self._levels())
        course = simulate(patients, earlier, before, every=before, quantities=quantities, step=step)
        self.begins = {name: float(course[name][0, -1]) for name in quantities}
        self.present: Present = replace(course.final, time=0.0)
        self.courses: list[Trajectory] = []
        self._before = Doses.of("catheter", -1.0, self.rate * (1.0 + MOMENT), 1.0 + MOMENT)
        self._marks = deque([(0, 0)], maxlen=2)

    @property
    def time(self) -> float:
        """Hours since the episode began."""
        return self.present.time

    def run(self, rate: float, hours: float) -> dict[str, float]:
        """Run the pump at `rate` [ug/h] for `hours`; the mean of each quantity meanwhile."""
        if rate != self.rate:
            self.agenda.program(SimpleContinuous(rate) if rate > 0.0 else Stopped())
            self.rate = rate
        end = self.time + hours
        self.agenda.run(end)
        course = simulate(
            self.patients, self._given(), end, every=self.step, step=self.step, quantities=self.quantities,
            resume=self.present, threads=1,
        )  # fmt: skip
        self.present = course.final
        self.courses.append(course)
        return {name: float(course[name].mean()) for name in self.quantities}

    def _given(self) -> Given:
        """What left the tip in this step, and in the last, whose end ends its flow."""
        pump, (canal, outside) = self.agenda.pump, self._marks[0]
        self._marks.append((len(pump.canal.times), len(pump.outside.times)))
        doses = self._before + late("catheter", pump.canal, canal) + late("subcutaneous", pump.outside, outside)
        return Given(doses, self._levels())

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


def late(channel: str, flow: Outflow, first: int) -> Doses:
    """Everything that left there from stretch `first` on, a moment late."""
    recent = Outflow(flow.times[first:], flow.amounts[first:], flow.durations[first:])
    time, amount, duration = recent.joined()
    return Doses.of(channel, time + MOMENT, amount, duration)
