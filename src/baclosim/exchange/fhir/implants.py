"""An implanted pump as Devices, where its catheter ends, and what it gives as a statement."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from ...scenario import Scenario
from ...scenario.pumped import ImplantedPump
from ...therapy.amounts import Mass
from ...therapy.intrathecal.program import (
    DAY,
    EVERY_DAY,
    Flex,
    FlexStep,
    MinimumRate,
    Mode,
    Program,
    ProgramEntry,
    RefillPlan,
    SimpleContinuous,
    Stopped,
)
from ...therapy.steps import Intake
from ...therapy.timing import Clock, Continuous, Weekdays
from .codes import meanings
from .dosages import dosage, medication
from .frame import concept, quantity, refer
from .rhythm import repeat_of
from .when import Zero

Json = dict[str, Any]


def implants(scenario: Scenario, person: Json, zero: Zero) -> tuple[list[Json], list[str]]:
    """The resources of a scenario's pump, and what of it they cannot carry; none without a pump."""
    pump = scenario.therapy.pump
    if pump is None:
        return [], []
    devices = [device(pump, person), catheter(pump, person)]
    uses = [use(devices[0], None, person, zero, pump), use(devices[1], pump.system.catheter.tip, person, zero, pump)]
    return [*devices, *uses, given(pump, person, zero)], list(_lost(pump))


def device(pump: ImplantedPump, person: Json) -> Json:
    """The pump."""
    model = pump.system.device
    return {
        "resourceType": "Device",
        "id": "pump",
        "deviceName": [{"name": model.name, "type": "model-name"}],
        "type": concept(f"implanted intrathecal pump: {model.says}"),
        "property": [_property("reservoir volume", model.reservoir_volume, "mL")],
        "patient": refer(person),
    }


def catheter(pump: ImplantedPump, person: Json) -> Json:
    """The catheter of the pump."""
    tube = pump.system.catheter
    sizes = [("length", tube.length, "cm"), ("dead volume", tube.volume, "mL")]
    return {
        "resourceType": "Device",
        "id": "catheter",
        "type": concept(f"{tube.space} catheter"),
        "property": [_property(name, value, unit) for name, value, unit in sizes if value is not None],
        "patient": refer(person),
        "parent": {"reference": "Device/pump"},
    }


def _property(name: str, value: float, unit: str) -> Json:
    return {"type": concept(name), "valueQuantity": [quantity(value, unit)]}


def use(of: Json, tip: str | None, person: Json, zero: Zero, pump: ImplantedPump) -> Json:
    """That a device is in use, and where the catheter ends."""
    site = {"bodySite": concept(f"catheter tip at {tip}")} if tip else {}
    return {
        "resourceType": "DeviceUseStatement",
        "id": f"use-{of['id']}",
        "status": "active",
        "subject": refer(person),
        "timingPeriod": {"start": zero.written(-pump.before)},
        "device": refer(of),
        **site,
    }


def given(pump: ImplantedPump, person: Json, zero: Zero) -> Json:
    """What the pump gives, entry by entry, as a statement."""
    program = pump.system.program
    return {
        "resourceType": "MedicationStatement",
        "id": "pump-program",
        "status": "active",
        "subject": refer(person),
        "effectivePeriod": {"start": zero.written(-pump.before)},
        "derivedFrom": [{"reference": "DeviceUseStatement/use-pump"}],
        "dosage": list(_dosages(program, pump.before, zero)),
        **medication(meanings("drug")["baclofen"], program.concentration, "mL"),
    }


def _dosages(program: Program, before: float, zero: Zero) -> Iterator[Json]:
    ends = [entry.at for entry in program.entries[1:]] + [inf]
    for number, (entry, end) in enumerate(zip(program.entries, ends, strict=True), 1):
        start = -before if number == 1 else entry.at
        bounds = {"start": zero.written(start), **({} if end == inf else {"end": zero.written(end)})}
        yield from _entry(entry, number, bounds)


def _entry(entry: ProgramEntry, number: int, bounds: Json) -> Iterator[Json]:
    """One entry of a program: a rate, a rate for each part of the day, nothing, or words that say more."""
    match entry.mode:
        case SimpleContinuous(rate):
            found = dosage(Intake(Mass(rate * DAY), Continuous(), "intrathecal"), number, bounds)
            yield {**(found or {}), "text": str(entry.mode)}
        case Flex(steps):
            yield from (_flex(step, number, bounds) for step in steps)
        case Stopped() | MinimumRate():
            return
        case _:
            yield {"sequence": number, "text": str(entry.mode), "timing": {"repeat": {"boundsPeriod": bounds}}}


def _flex(step: FlexStep, number: int, bounds: Json) -> Json:
    """One part of the day."""
    days = None if step.weekdays == EVERY_DAY else Weekdays(step.weekdays)
    repeat = repeat_of(Clock((step.start,)), days, step.hours)
    assert repeat is not None
    return {
        "sequence": number,
        "text": str(step),
        "timing": {"repeat": {"boundsPeriod": bounds, **repeat}},
        "route": meanings("route")["intrathecal"].concept(),
        "doseAndRate": [{"rateQuantity": quantity(step.dose_rate, "ug/h")}],
    }


def _lost(pump: ImplantedPump) -> Iterator[str]:
    """What of a pump no resource carries."""
    program, system = pump.system.program, pump.system
    odd = [entry.mode for entry in program.entries if not isinstance(entry.mode, CARRIED)]
    yield from (f"{mode}: carried as a text that is not read back" for mode in odd)
    if any(isinstance(entry.mode, MinimumRate) for entry in program.entries):
        yield "the minimum rate is carried as nothing given"
    said = {
        "the policy of the pump": pump.policy,
        "the plan of refills": program.refill != RefillPlan(),
        "faults of the pump": system.faults or system.hazards,
        "what is in the reservoir": program.volume is not None,
        "the alarm of the reservoir": program.low_reservoir is not None,
        "that the catheter is not primed": not program.primed,
        "the age of the pump": system.age,
        "that an unusual dose is deliberate": any(entry.deliberate for entry in program.entries),
        "how the catheter mixes": system.catheter.mixing_cells,
    }
    yield from (f"not carried: {what}" for what, is_there in said.items() if is_there)


CARRIED: tuple[type[Mode], ...] = (SimpleContinuous, Flex, Stopped, MinimumRate)
