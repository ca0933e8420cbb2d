"""The operation: a device, a catheter, a first fill and a first program become a pump at hour 0."""

from __future__ import annotations

from ..therapy.intrathecal.program import Mode, Stopped, number
from .battery import battery
from .catheter import Catheter, line
from .device import Device
from .faults import Fault
from .log import millilitres
from .program import Clock, Running
from .state import Pump, Tip


def implanted(
    device: Device,
    catheter: Catheter,
    mode: Mode,
    concentration: float,
    *,
    volume: float | None = None,
    low_reservoir: float | None = None,
    is_primed: bool = True,
    flow_ratio: float | None = None,
    clock: Clock | None = None,
    age: float = 0.0,
    horizon: float = 0.0,
    seed: int = 0,
    patient: int = 0,
) -> Pump:
    """A pump at hour 0 with `volume` [mL] above the residual volume (None = full), running `mode`.

    is_primed   whether the catheter holds drug; a fresh one does not. The pump's own tubing always does
    flow_ratio  true over programmed flow; None = the typical pump of the make
    age         time since implantation [h];  horizon  how far ahead [h] to work programs out at a time
    """
    fill = device.reservoir_volume if volume is None else volume
    tubing = line(device.tubing_volume, concentration, catheter.mixing_cells and max(1, catheter.mixing_cells // 4))
    tube = line(catheter.volume, concentration if is_primed else 0.0, catheter.mixing_cells)
    pump = Pump(
        device=device,
        catheter=catheter,
        true_volume=fill + device.residual_volume,
        concentration=concentration,
        estimated_volume=fill,
        entered=concentration,
        low_reservoir=device.low_reservoir if low_reservoir is None else low_reservoir,
        tubing=tubing,
        tube=tube,
        running=Running(Stopped(), 0.0, clock or Clock(), seed, patient),
        flow_ratio=device.flow_ratio if flow_ratio is None else flow_ratio,
        age=age,
        horizon=horizon,
        charge_used=battery().idle * age,
        filled_volume=fill,
        tips=[Tip(0.0, catheter.tip, catheter.space)],
    )
    pump.put_in = pump.in_reservoir + tubing.amount + tube.amount
    pump.is_dry = fill <= 0.0
    text = f"{device.name} with {millilitres(fill)} of {number(concentration)} ug/mL"
    pump.note(
        "filled", text, values={"estimated_volume": fill, "entered_concentration": concentration}, source="person"
    )
    pump.program(mode)
    if pump.catheter.space != "intrathecal":
        pump.begin(Fault(f"{pump.catheter.space} tip"))
    return pump
