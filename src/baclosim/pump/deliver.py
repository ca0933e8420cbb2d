"""The joining loop: program, device, catheter and faults in; what reached the patient, and the log, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..therapy.doses import Doses
from ..therapy.intrathecal.program import DAY, Program, number
from .agenda import Agenda
from .catheter import Array, Catheter
from .device import Device, drawn_flow_ratio
from .faults import Fault
from .implant import implanted
from .log import Event, millilitres
from .program import Clock
from .state import Pump, Tip


@dataclass(frozen=True)
class Balance:
    """Where the drug is [ug]: put in = delivered + lost + withdrawn + reservoir + tubing + catheter."""

    put_in: float
    delivered: float
    lost: float
    withdrawn: float
    reservoir: float
    tubing: float
    catheter: float

    @property
    def residue(self) -> float:
        """What is unaccounted for, relative to what was put in: rounding only."""
        out = self.delivered + self.lost + self.withdrawn + self.reservoir + self.tubing + self.catheter
        return (self.put_in - out) / max(self.put_in, 1e-300)


@dataclass(frozen=True)
class Delivery:
    """What one pump gave.

    doses         into the channels "catheter" (the canal) and "subcutaneous" (lost outside it)
    tips          where the tip lay, from when on
    log           every event in order of time
    time, true_volume, estimated_volume   (t,) h and mL; linear between two times
    programmed    dose programmed [ug];  balance  where all drug is
    pump          the pump at the end, to go on with
    """

    doses: Doses
    tips: tuple[Tip, ...]
    log: tuple[Event, ...]
    time: Array
    true_volume: Array
    estimated_volume: Array
    programmed: float
    balance: Balance
    pump: Pump

    @property
    def delivered(self) -> float:
        """Drug that reached the canal [ug]."""
        return self.balance.delivered

    def alarms(self) -> tuple[Event, ...]:
        """The alarms alone, in order of time."""
        return tuple(event for event in self.log if event.kind == "alarm")

    def __repr__(self) -> str:
        held = self.balance
        return (
            f"Delivery over {number(self.pump.time / DAY)} days\n"
            f"  programmed   {number(self.programmed)} ug\n"
            f"  to the canal {number(held.delivered)} ug\n"
            f"  lost outside {number(held.lost)} ug\n"
            f"  reservoir    {millilitres(self.pump.true_volume - self.pump.device.residual_volume)} usable, "
            f"{self.pump.known_volume} by the device\n"
            f"  alarms       {', '.join(str(e.values['alarm']) for e in self.alarms()) or 'none'}"
        )


def deliver(
    program: Program,
    device: Device,
    catheter: Catheter,
    faults: Sequence[Fault] = (),
    until: float = 0.0,
    *,
    seed: int = 0,
    patient: int = 0,
    flow_ratio: float | None = None,
    age: float = 0.0,
) -> Delivery:
    """What a pump gives from hour 0 to `until` [h]: exact, from event to event.

    flow_ratio  true over programmed flow; None draws it for this seed and patient
    age         time since implantation at hour 0 [h]
    Raises TherapyError for a refill volume above the reservoir's.
    """
    agenda = begin(program, device, catheter, faults, until, seed=seed, patient=patient, flow_ratio=flow_ratio, age=age)
    agenda.run(until)
    return delivery_of(agenda.pump)


def begin(
    program: Program,
    device: Device,
    catheter: Catheter,
    faults: Sequence[Fault] = (),
    horizon: float = 0.0,
    *,
    seed: int = 0,
    patient: int = 0,
    flow_ratio: float | None = None,
    age: float = 0.0,
) -> Agenda:
    """A pump at hour 0 with all that is to come: for a course in parts, in which a policy changes the program.

    `run` it to a visit, `program` a new mode, `run` it on; `delivery_of(agenda.pump)` tells what was given so far.
    `horizon` [h] is how far the whole course will go; the rest as for `deliver`.
    """
    pump = implanted(
        device,
        catheter,
        program.entries[0].mode,
        program.concentration,
        volume=program.volume,
        low_reservoir=program.low_reservoir,
        is_primed=program.primed,
        flow_ratio=drawn_flow_ratio(device, seed, patient) if flow_ratio is None else flow_ratio,
        clock=Clock.of(program),
        age=age,
        horizon=horizon,
        seed=seed,
        patient=patient,
    )
    return Agenda(pump, program, faults, horizon)


def delivery_of(pump: Pump) -> Delivery:
    """All that a pump did up to now."""
    canal, outside = pump.canal.joined(), pump.outside.joined()
    doses = Doses.of("catheter", *canal) + Doses.of("subcutaneous", *outside)
    history = pump.history or [(np.array([pump.time]), np.array([pump.true_volume]), np.array([pump.estimated_volume]))]
    time, true, estimated = (np.concatenate(part) for part in zip(*history, strict=True))
    balance = Balance(
        pump.put_in, pump.canal.total, pump.outside.total, pump.withdrawn, pump.in_reservoir, pump.tubing.amount,
        pump.tube.amount,
    )  # fmt: skip
    log = tuple(sorted(pump.log, key=lambda event: event.time))
    return Delivery(doses, tuple(pump.tips), log, time, true, estimated, pump.programmed, balance, pump)
