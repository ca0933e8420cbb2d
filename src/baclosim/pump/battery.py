"""The battery: how long it lasts at a flow, and when the pump says that it is due for replacement.

Charge is used at a constant rate for the electronics and in proportion to programmed flow for the motor. The
replacement-due signal comes when the charge counted so far reaches 1, or at a fixed age; service ends a fixed time
later. The two rates are chosen so that life is the long end of the maker's range as flow goes to nothing and the
short end at a stated high flow (pump.battery-life-range.recalled, pump.automatic-shutoff.medtronic-uk).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..parameters import typical

N = TypeVar("N", float, NDArray[np.float64])


@dataclass(frozen=True)
class Battery:
    """Rates of use and fixed times of one battery.

    idle      charge used per hour by the electronics [1/h]
    motor     charge used per volume pumped [1/mL]
    warning   from replacement due to end of service [h]
    longest   latest end of service after implantation [h]
    """

    idle: float
    motor: float
    warning: float
    longest: float

    def used(self, hours: N, volume: N) -> N:
        """Charge used in `hours` [h] while `volume` [mL] was pumped, as a share of all up to replacement due.

        Numbers, or arrays of one shape.
        """
        return self.idle * hours + self.motor * volume

    def life(self, flow: float) -> float:
        """Time from implantation to end of service [h] at a constant flow [mL/h]."""
        return min(1.0 / (self.idle + self.motor * flow), self.longest - self.warning) + self.warning


@functools.cache
def battery() -> Battery:
    """The battery of the programmable pumps."""
    value = typical(
        ("pump_life_longest", "pump_life_low_flow", "pump_life_high_flow", "pump_high_flow", "replacement_warning")
    )
    warning = value["replacement_warning"]
    idle = 1.0 / (value["pump_life_low_flow"] - warning)
    motor = (1.0 / (value["pump_life_high_flow"] - warning) - idle) / value["pump_high_flow"]
    return Battery(idle, motor, warning, value["pump_life_longest"])


def battery_life(flow: float) -> float:
    """Time from implantation to end of service [h] at a constant flow [mL/h]: never past seven years."""
    return battery().life(flow)
