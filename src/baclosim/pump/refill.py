"""The refill: a needle through the skin. What is drawn back is measured, what is injected is entered, then programmed.

The volume drawn back against the volume expected is the one look at the truth that a pump without a sensor allows
(refill.volume-discrepancy-threshold.asra-2017).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import Problem, TherapyError
from ..parameters import typical
from ..therapy.intrathecal.program import DAY, SingleBolus, number
from .log import millilitres
from .state import Pump


@dataclass(frozen=True)
class Refilled:
    """What a refill showed: volume expected and drawn back [mL], and whether the gap calls for a search."""

    expected: float
    aspirated: float
    is_discrepant: bool


def refill(
    pump: Pump,
    volume: float | None = None,
    concentration: float | None = None,
    *,
    entered_volume: float | None = None,
    entered_concentration: float | None = None,
    beside: float = 0.0,
    bridge: bool = True,
) -> Refilled | None:
    """Empty the reservoir, inject `volume` [mL] of `concentration` [ug/mL], enter both; None = full, and as entered.

    beside   share of the injection that goes into the pocket around the pump
    bridge   give the old solution left in tubing and catheter at its old flow when the concentration changes
    Returns None when the port cannot be reached. Raises TherapyError for a volume above the reservoir's.
    """
    fill = pump.device.reservoir_volume if volume is None else volume
    if not 0.0 <= fill <= pump.device.reservoir_volume + 1e-9:
        allowed = f"at most {millilitres(pump.device.reservoir_volume)}, what the {pump.device.name} takes"
        raise TherapyError(Problem("refill volume", millilitres(fill), allowed))
    if not pump.condition.is_reachable:
        pump.note("refill failed", "refill failed: the port cannot be reached", "critical", source="person")
        return None
    pump.interrogate()
    strength = pump.entered if concentration is None else concentration
    found = _draw_back(pump)
    _inject(pump, fill, strength, beside)
    _enter(pump, entered_volume, entered_concentration or strength, fill, bridge)
    return found


def _draw_back(pump: Pump) -> Refilled:
    """Withdraw all that can be withdrawn and compare it with what the device expects."""
    aspirated = max(0.0, pump.true_volume - pump.device.residual_volume)
    expected = pump.estimated_volume
    pump.true_volume -= aspirated
    pump.withdrawn += aspirated * pump.concentration
    gap = aspirated - expected
    limit = discrepancy_limit(pump.filled_volume - expected)
    discrepant = abs(gap) > limit
    text = f"drawn back {millilitres(aspirated)}, expected {millilitres(expected)}"
    text += f": a gap of {millilitres(gap)}, more than {millilitres(limit)}, look for its cause" if discrepant else ""
    values: dict[str, float | str] = {"aspirated_volume": aspirated, "expected_volume": expected}
    pump.note("drawn back", text, "non-critical" if discrepant else "information", values, "person")
    return Refilled(expected, aspirated, discrepant)


def discrepancy_limit(given: float) -> float:
    """Gap [mL] above which to look for a cause, after `given` [mL] by program: 2 mL, or the flow error if less."""
    value = typical(("refill_discrepancy_limit", "pump_flow_error_limit"))
    return max(1e-6, min(value["refill_discrepancy_limit"], value["pump_flow_error_limit"] * given))


def _inject(pump: Pump, fill: float, strength: float, beside: float) -> None:
    """Put drug into the reservoir, where it mixes with the residual volume, and the rest into the pocket."""
    inside = fill * (1.0 - beside)
    total = pump.true_volume + inside
    pump.concentration = (pump.in_reservoir + inside * strength) / total if total > 0.0 else strength
    pump.true_volume = total
    pump.put_in += fill * strength
    pump.outside.at_once(pump.time, fill * beside * strength)
    pump.is_dry = pump.true_volume <= pump.device.residual_volume
    if beside > 0.0:
        text = (
            f"{millilitres(fill * beside)} ({number(fill * beside * strength)} ug) went into the pocket beside the pump"
        )
        pump.note("pocket fill", text, "critical", source="truth")


def _enter(pump: Pump, volume: float | None, concentration: float, fill: float, bridge: bool) -> None:
    """Enter the new volume and concentration in the programmer, end the reservoir alarms, program the bridge."""
    old = pump.entered
    pump.estimated_volume = pump.filled_volume = fill if volume is None else volume
    pump.entered = concentration
    pump.flow_changed()
    text = f"refilled with {millilitres(fill)}; entered {pump.known_volume} of {number(concentration)} ug/mL"
    values: dict[str, float | str] = {
        "estimated_volume": pump.estimated_volume,
        "entered_concentration": concentration,
    }
    pump.note("refilled", text, values=values, source="person")
    for name in ("low reservoir", "empty reservoir"):
        pump.end_alarm(name)
    daily = pump.running.mode.daily_dose
    if bridge and concentration != old and daily > 0.0 and pump.device.is_programmable:
        left = pump.device.tubing_volume + pump.catheter.volume
        pump.program(SingleBolus(left * concentration, left * old / daily * DAY, purpose="bridge bolus"))
