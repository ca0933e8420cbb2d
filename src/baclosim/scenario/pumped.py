"""An implanted pump as a part of a therapy: what went before hour 0, and whether pumps differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from ..cautions import Caution
from ..errors import InputError, Problems
from ..pump.deliver import Delivery
from ..pump.discrepancy import gap_explained
from ..pump.earlier import earlier
from ..pump.system import PumpSystem, joined, read_pump
from ..therapy.doses import Doses
from ..therapy.intrathecal.program import DAY, Program, SimpleContinuous
from ..therapy.policies.guided_doses import Branch
from ..therapy.policies.notes import policy_notes
from ..therapy.policies.policy import Dosage, Policy
from .guided_pump import PumpCourse, policy_of, usual
from .tables import PumpTable


@dataclass(frozen=True)
class ImplantedPump:
    """A pump as a part of a therapy.

    before   h that it has run on its first program when hour 0 of the program begins
    differs  whether pumps differ and meet faults at random, as those of virtual patients do
    policy   by which the last mode of the program is changed at visits, if there is one
    """

    system: PumpSystem
    before: float = 0.0
    differs: bool = True
    policy: Policy | None = None

    def __str__(self) -> str:
        return f"{self.system}; {self.policy}" if self.policy else str(self.system)

    @property
    def usual(self) -> Dosage:
        """What the last mode of the program gives in a day [ug]."""
        return usual(self.system.program)

    @property
    def window(self) -> float:
        """Hours before a visit over which scores are read: nothing where the drug flows evenly, else a day."""
        return 0.0 if isinstance(self.system.program.entries[-1].mode, SimpleContinuous) else DAY

    def branches(self, until: float, patients: int, seed: int = 0, *, first: int = 0, **_: Any) -> tuple[Branch, ...]:
        """What visits change, ready to be followed: the pumps of these patients; arguments as for `doses`."""
        alike = patients == 1 or not self.differs
        numbers = [0] * patients if alike else list(range(first, first + patients))
        course = PumpCourse.of(self.system, self.before, until, numbers, seed, is_typical=alike)
        return (Branch(self, course, 0.0, self.before + self.system.program.entries[-1].at),)

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of the result must know: numbers of the device that nobody could verify."""
        device = self.system.device
        kind = device.name.replace("-", "_").rstrip("0123456789").rstrip("_") + "_"
        weak = ", ".join(parameter.name.removeprefix(kind).replace("_", " ") for parameter in device.weak)
        says = f"These numbers of {device.name} are assumed or recalled: {weak}."
        policy = tuple(policy_notes(self.policy, self.usual)) if self.policy else ()
        return (*((Caution("pump", says),) if weak else ()), *policy)

    def delivery(self, until: float, seed: int = 0, decided: Program | None = None) -> Delivery:
        """What the typical pump gives up to `until` [h] after hour 0 of its program, with its log.

        decided  the program as visits have changed it
        """
        system = replace(self.system, program=decided) if decided else self.system
        return system.deliver(until, seed=seed, is_typical=True)

    def explained(self, delivery: Delivery) -> str:
        """One line on what lies between the dose programmed and the dose in the canal [ug]; empty when nothing does."""
        return gap_explained(delivery, self.delivery(0.0))

    def tips(self, until: float) -> tuple[tuple[float, str], ...]:
        """Where the catheter tip lies: times [h] after hour 0, and the vertebral level from then on."""
        return tuple((tip.time, tip.level) for tip in self.delivery(until).tips)

    def doses(self, until: float, *, patients: int = 1, seed: int = 0, first: int = 0, **_: Any) -> Doses:
        """Doses into canal and tissue up to `until` [h] after the pump began, `before` hours included.

        first  number in the cohort of the first of these patients
        """
        if not self.differs or patients == 1:
            return self._doses(until, seed, 0, is_typical=True)
        numbers = range(first, first + patients)
        return joined([self._doses(until, seed, patient, is_typical=False) for patient in numbers])

    def _doses(self, until: float, seed: int, patient: int, *, is_typical: bool) -> Doses:
        def given(system: PumpSystem, hours: float) -> Doses:
            return system.deliver(hours, seed=seed, patient=patient, is_typical=is_typical).doses

        now = given(self.system, until - self.before)
        if not self.before:
            return now
        later = replace(now, time=now.time + self.before)
        return given(earlier(self.system, self.before), self.before) + later


def pumped(table: PumpTable, start: dt.datetime | None, before: float, problems: Problems) -> ImplantedPump | None:
    """The pump of a scenario; faults go to `problems` under `therapy.pump`, and then there is none."""
    given = table.given()
    words = given.pop("policy", None)
    try:
        pump = ImplantedPump(read_pump(given, start=start), before)
    except InputError as error:
        problems.absorb(error, "therapy.pump")
        return None
    if words is None:
        return pump
    try:
        return replace(pump, policy=policy_of(words, pump.system.program))
    except InputError as error:
        problems.absorb(error, "therapy.pump")
        return None
