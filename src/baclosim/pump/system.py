"""A pump, its catheter, its program and its faults as one therapy: read from a scenario, said, and given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..errors import InputError, Problems, TherapyError, nearest
from ..therapy.doses import Doses
from ..therapy.intrathecal.program import Program
from ..therapy.intrathecal.reading import quantity, read_program
from .agenda import Agenda
from .catheter import Catheter, read_catheter
from .check import check
from .deliver import Delivery, begin, delivery_of
from .device import Device, device
from .faults import Fault, read_faults
from .hazards import Hazard, published_hazards, sample_faults

T = TypeVar("T")
KEYS = (
    "device", "concentration", "catheter", "program", "refill", "refills", "volume", "low_reservoir", "primed",
    "faults", "hazards", "age",
)  # fmt: skip


@dataclass(frozen=True)
class PumpSystem:
    """All about one implanted pump. `age` is that of the pump at hour 0 [h]; `hazards` are faults met at random."""

    device: Device
    catheter: Catheter
    program: Program
    faults: tuple[Fault, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    age: float = 0.0

    def deliver(self, until: float, *, seed: int = 0, patient: int = 0, is_typical: bool = False) -> Delivery:
        """What the pump of one patient gives up to `until` [h]; `is_typical`: the typical pump, no random faults."""
        agenda = self.begin(until, seed=seed, patient=patient, is_typical=is_typical)
        agenda.run(until)
        return delivery_of(agenda.pump)

    def begin(self, horizon: float, *, seed: int = 0, patient: int = 0, is_typical: bool = False) -> Agenda:
        """The pump of one patient at hour 0, to be run and programmed in parts up to `horizon` [h]."""
        faults = self.faults
        if self.hazards and not is_typical:
            faults += sample_faults(self.hazards, horizon, seed, patient, age=self.age)
        ratio = self.device.flow_ratio if is_typical else None
        return begin(
            self.program, self.device, self.catheter, faults, horizon,
            seed=seed, patient=patient, flow_ratio=ratio, age=self.age,
        )  # fmt: skip

    def doses(
        self, until: float, patients: int = 1, seed: int = 0, *, first: int = 0, is_typical: bool = False
    ) -> Doses:
        """Doses of patients `first` to `first + patients` up to `until` [h], numbered from 0, one pump each."""
        given = [
            self.deliver(until, seed=seed, patient=first + i, is_typical=is_typical).doses for i in range(patients)
        ]
        return joined(given)

    def __str__(self) -> str:
        faults = "".join(f"; {fault}" for fault in self.faults)
        random = "; faults at published rates" if self.hazards else ""
        return f"{self.device.name}, {self.catheter}; {self.program}{faults}{random}"


def joined(given: list[Doses]) -> Doses:
    """Doses of several patients, each list given to the patient of its number."""
    if len(given) == 1:
        return given[0]
    return Doses(
        np.concatenate([doses.time for doses in given]),
        np.concatenate([doses.channel for doses in given]),
        np.concatenate([doses.amount for doses in given]),
        np.concatenate([doses.duration for doses in given]),
        np.repeat(np.arange(len(given)), [len(doses) for doses in given]),
    )


def read_pump(table: Mapping[str, Any], *, start: object = None) -> PumpSystem:
    """Read the table [therapy.pump] of a scenario; `start` is the date and clock time of hour 0.

    Keys are those of KEYS; `hazards = "published"` lets patients meet faults at the published rates.
    Raises TherapyError listing every problem of device, catheter, program, refills and faults.
    """
    problems = Problems()
    for key in [key for key in table if key not in KEYS]:
        problems.add(key, table[key], f"one of {', '.join(KEYS)}", nearest(key, KEYS))
    model = _part(lambda: device(str(table.get("device"))), problems)
    catheter = _part(lambda: read_catheter(table.get("catheter")), problems)
    program = _part(lambda: read_program(table, start=start), problems)
    faults = _part(lambda: read_faults(table.get("faults")), problems)
    age = quantity(table["age"], "time", "age", problems) if table.get("age") is not None else 0.0
    hazards = _hazards(table.get("hazards"), problems)
    if model and program:
        check(program, model, problems)
    if model is None or catheter is None or program is None or faults is None or problems.found:
        problems.raise_as(TherapyError)
        raise AssertionError("a part that could not be read left no problem")
    return PumpSystem(model, catheter, program, faults, hazards, age)


def _part(read: Callable[[], T], problems: Problems) -> T | None:
    try:
        return read()
    except InputError as error:
        problems.absorb(error)
        return None


def _hazards(given: object, problems: Problems) -> tuple[Hazard, ...]:
    if given not in (None, "none", "published"):
        problems.add("hazards", given, "'published' or 'none'")
    return published_hazards() if given == "published" else ()
