"""An implanted pump as a part of a therapy: what it delivers to each patient, with its log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from ..cautions import Caution
from ..errors import InputError, Problems
from ..pump.catheter import Catheter, read_catheter
from ..pump.deliver import Delivery, deliver
from ..pump.device import Device, device
from ..pump.faults import Fault, read_faults
from ..therapy.doses import Doses
from ..therapy.intrathecal import DAY, Program, ProgramEntry
from ..therapy.intrathecal_reading import read_program
from .tables import PumpTable

T = TypeVar("T")


@dataclass(frozen=True)
class ImplantedPump:
    """A pump with its catheter, what it is told and what goes wrong with it.

    before   h that it has run on its first program when hour 0 of the program begins
    differs  whether pumps differ in their true flow, as those of virtual patients do
    """

    device: Device
    catheter: Catheter
    program: Program
    faults: tuple[Fault, ...] = ()
    before: float = 0.0
    differs: bool = True

    def __str__(self) -> str:
        parts = (f"{self.device.name} pump", str(self.catheter), str(self.program), *map(str, self.faults))
        return ", ".join(parts)

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of the result must know: numbers of the device that nobody could verify."""
        weak = ", ".join(parameter.name for parameter in self.device.weak)
        says = f"These numbers of {self.device.name} are assumed or recalled: {weak}."
        return (Caution("pump", says),) if weak else ()

    def delivery(self, until: float, patient: int | None = None, seed: int = 0) -> Delivery:
        """What it gives up to `until` [h] after hour 0 of its program; the typical pump when `patient` is None."""
        ratio = self.device.flow_ratio if patient is None else None
        return deliver(
            self.program,
            self.device,
            self.catheter,
            self.faults,
            until,
            seed=seed,
            patient=patient or 0,
            flow_ratio=ratio,
        )

    def doses(self, until: float, *, patients: int = 1, seed: int = 0, **_: Any) -> Doses:
        """Doses into canal and tissue up to `until` [h] after the pump began, `before` hours included."""
        if not self.differs or patients == 1:
            return self._doses(until, None, seed)
        return joined([self._doses(until, patient, seed) for patient in range(patients)])

    def _doses(self, until: float, patient: int | None, seed: int) -> Doses:
        now = self.delivery(until - self.before, patient, seed).doses
        if not self.before:
            return now
        return self.earlier().delivery(self.before, patient, seed).doses + later(now, self.before)

    def earlier(self) -> ImplantedPump:
        """The same pump in the time before hour 0: its first program, refilled in time, without faults."""
        first = ProgramEntry(0.0, self.program.entries[0].mode, self.program.entries[0].deliberate)
        program = replace(self.program, entries=(first,), refill=type(self.program.refill)(), volume=None)
        return replace(self, program=started(program, -self.before), faults=(), before=0.0)


def started(program: Program, hours: float) -> Program:
    """The program with hour 0 moved by this many hours."""
    clock, date = program.start_clock, program.start_date
    if clock is None:
        return program
    days, moved = divmod(clock + hours, DAY)
    return replace(program, start_clock=moved, start_date=date + dt.timedelta(days=days) if date else None)


def later(doses: Doses, hours: float) -> Doses:
    """The same doses this many hours later."""
    return replace(doses, time=doses.time + hours)


def joined(lists: Sequence[Doses]) -> Doses:
    """Doses of single patients, one list for each, told apart by patient."""
    return Doses(
        np.concatenate([doses.time for doses in lists]),
        np.concatenate([doses.channel for doses in lists]),
        np.concatenate([doses.amount for doses in lists]),
        np.concatenate([doses.duration for doses in lists]),
        np.repeat(np.arange(len(lists)), [len(doses) for doses in lists]),
    )


def pumped(table: PumpTable, start: dt.datetime | None, before: float, problems: Problems) -> ImplantedPump | None:
    """The pump of a scenario; faults go to `problems` under `therapy.pump`, and then there is none."""
    given = table.given()
    found = len(problems.found)
    if table.device is None:
        problems.add("therapy.pump.device", None, "the name of a pump, such as 'synchromed-ii-40'")
    model = attempt(lambda: device(table.device or "synchromed-ii-40"), problems)
    catheter = attempt(lambda: read_catheter(given.get("catheter")), problems)
    program = attempt(lambda: read_program(given, start=start), problems)
    faults = attempt(lambda: read_faults(given.get("faults")), problems)
    if len(problems.found) > found or not (model and catheter and program) or faults is None:
        return None
    return ImplantedPump(model, catheter, program, faults, before)


def attempt(read: Callable[[], T], problems: Problems) -> T | None:
    """What is read, or None with its problems noted."""
    try:
        return read()
    except InputError as error:
        problems.absorb(error, "therapy.pump")
        return None
