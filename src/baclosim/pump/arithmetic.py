"""The sums a pump nurse does: when to refill, how long to bridge, how much to prime, what a gap in volume means.

Every answer carries its working as lines that can be followed by hand, each number with its unit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ..parameters import typical
from ..therapy.intrathecal import DAY, number
from .catheter import Catheter
from .check import dose_text, flow_text
from .device import Device
from .log import millilitres


@dataclass(frozen=True)
class Answer:
    """What every answer has: `working`, lines to follow by hand, and `warnings`."""

    working: tuple[str, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.working, *(f"Warning: {warning}" for warning in self.warnings)])


@dataclass(frozen=True)
class RefillDates(Answer):
    """Times after the fill [h]; `filled_on` turns them into dates.

    alarm         low-reservoir alarm, which the pump computes from its program
    empty         true end of the usable volume for a pump that is exact, `empty_earliest` and `empty_latest` at the
                  limits of the flow error
    refill_by     the day to plan the refill
    """

    alarm: float
    empty: float
    empty_earliest: float
    empty_latest: float
    refill_by: float
    filled_on: dt.date | None

    def date(self, hours: float) -> dt.date | None:
        """The date a number of hours after the fill; None when the date of the fill is unknown."""
        return self.filled_on + dt.timedelta(days=int(hours / DAY)) if self.filled_on else None


def _days(hours: float) -> str:
    return f"{hours / DAY:.1f} days"


def refill_dates(
    device: Device,
    concentration: float,
    daily_dose: float,
    *,
    volume: float | None = None,
    low_reservoir: float | None = None,
    filled_on: dt.date | None = None,
) -> RefillDates:
    """Alarm, empty and refill dates after a fill of `volume` [mL] (None = full) of `concentration` [ug/mL].

    daily_dose  [ug/day]; with patient boluses the largest the limits allow (pump.refill-date-threshold.flowonix-ptc)
    Formula refill.interval-formula.derived; margin refill.margin-before-alarm.gillette; longest interval
    refill.maximum-interval.neuromodulation-2023. Raises ValueError unless dose and concentration are above 0.
    """
    if not (daily_dose > 0.0 and concentration > 0.0):
        raise ValueError("a refill date needs a dose and a concentration above 0")
    fill = device.reservoir_volume if volume is None else volume
    keep = device.low_reservoir if low_reservoir is None else low_reservoir
    value = typical(("pump_flow_error_limit", "refill_margin", "refill_interval_longest"))
    error, margin, longest = value.values()
    flow = daily_dose / concentration / DAY
    alarm, empty = max(0.0, fill - keep) / flow, fill / flow
    earliest, latest = empty / (1.0 + error), empty / (1.0 - error)
    by = min(max(0.0, alarm - margin), longest)
    working = (
        f"Flow: {number(daily_dose)} ug/day / {number(concentration)} ug/mL = {flow_text(flow)}",
        f"To the low-reservoir alarm: ({millilitres(fill)} - {millilitres(keep)}) / {flow_text(flow)} = {_days(alarm)}",
        f"To empty, if the flow is exact: {millilitres(fill)} / {flow_text(flow)} = {_days(empty)}",
        f"To empty, if {100 * error:g} % too fast: {_days(empty)} / {1 + error:g} = {_days(earliest)}",
        f"To empty, if {100 * error:g} % too slow: {_days(empty)} / {1 - error:g} = {_days(latest)}",
        f"Refill: {_days(margin)} before the alarm, but within {_days(longest)}: after {_days(by)}",
    )
    warnings = []
    if earliest < alarm:
        warnings.append(f"a pump {100 * error:g} % too fast is empty {_days(alarm - earliest)} before its own alarm")
    if earliest < by:
        warnings.append(f"it would even be empty {_days(by - earliest)} before the planned refill")
    if alarm > longest:
        warnings.append(f"the alarm comes later than the longest advised interval of {_days(longest)}")
    return RefillDates(working, tuple(warnings), alarm, empty, earliest, latest, by, filled_on)


@dataclass(frozen=True)
class BridgeBolus(Answer):
    """What to enter when the concentration changes: `dose` [ug] over `duration` [h]; it moves `volume` [mL]."""

    volume: float
    duration: float
    dose: float


def bridge_bolus(device: Device, catheter: Catheter, old: float, new: float, daily_dose: float) -> BridgeBolus:
    """The old solution in tubing and catheter, given at its old flow (catheter.bridge-bolus.derived).

    old, new    concentrations [ug/mL];  daily_dose  wanted throughout [ug/day]
    """
    volume = device.tubing_volume + catheter.volume
    old_flow, new_flow = daily_dose / old / DAY, daily_dose / new / DAY
    duration, dose = volume / old_flow, volume * new
    working = (
        f"Old solution left: tubing {millilitres(device.tubing_volume)} + catheter {millilitres(catheter.volume)}"
        f" = {millilitres(volume)}",
        f"Its drug: {millilitres(volume)} x {number(old)} ug/mL = {number(volume * old)} ug",
        f"Time to give it: {number(volume * old)} ug / {number(daily_dose)} ug/day = {_days(duration)}"
        f" ({duration:.1f} h) at {flow_text(old_flow)}",
        f"Entered as a bolus, the new concentration being entered: {millilitres(volume)} x {number(new)} ug/mL"
        f" = {number(dose)} ug over {duration:.1f} h",
    )
    without = volume / new_flow
    warning = (
        f"without a bridge the patient gets {dose_text(new_flow * old)} instead of {number(daily_dose)} ug/day"
        f" for {_days(without)}"
    )
    return BridgeBolus(working, (warning,) if old != new else (), volume, duration, dose)


@dataclass(frozen=True)
class Priming(Answer):
    """A priming bolus: `volume` [mL], `dose` [ug], `duration` [h] at the fastest flow."""

    volume: float
    dose: float
    duration: float


def priming_bolus(
    device: Device,
    catheter: Catheter,
    concentration: float,
    *,
    is_pump_primed: bool = True,
    is_catheter_full: bool = False,
) -> Priming:
    """Fill an empty catheter, and the pump's tubing if that was not filled before (catheter.priming-rule.cmsc-2015)."""
    tubing = 0.0 if is_pump_primed else device.tubing_volume
    volume = tubing + catheter.volume
    dose, duration = volume * concentration, volume / device.flow_maximum
    parts = f"catheter {millilitres(catheter.volume)}" + (f" + tubing {millilitres(tubing)}" if tubing else "")
    working = (
        f"Volume to prime: {parts} = {millilitres(volume)}",
        f"Entered as a bolus: {millilitres(volume)} x {number(concentration)} ug/mL = {number(dose)} ug",
        f"Time at {flow_text(device.flow_maximum)}: {number(duration * 60.0)} min",
    )
    warnings = []
    if is_catheter_full:
        warnings.append(f"the catheter is full: all {number(dose)} ug would go straight into the canal. Do not prime.")
    return Priming(working, tuple(warnings), volume, dose, duration)


@dataclass(frozen=True)
class ConcentrationChange(Answer):
    """A refill with another concentration: its bridge, the strength after mixing [ug/mL], the new dates."""

    bridge: BridgeBolus
    mixed: float
    dates: RefillDates


def concentration_change(
    device: Device,
    catheter: Catheter,
    old: float,
    new: float,
    daily_dose: float,
    *,
    volume: float | None = None,
    filled_on: dt.date | None = None,
) -> ConcentrationChange:
    """What follows from filling `volume` [mL] (None = full) of `new` after `old` [ug/mL] at one daily dose [ug/day]."""
    fill = device.reservoir_volume if volume is None else volume
    bridge = bridge_bolus(device, catheter, old, new, daily_dose)
    dates = refill_dates(device, new, daily_dose, volume=volume, filled_on=filled_on)
    rest = device.residual_volume
    mixed = (rest * old + fill * new) / (rest + fill)
    mixing = (
        f"The {millilitres(rest)} of old solution that stays mixes with the fill: ({millilitres(rest)} x {number(old)}"
        f" ug/mL + {millilitres(fill)} x {number(new)} ug/mL) / {millilitres(rest + fill)} = {number(mixed)} ug/mL"
    )
    warnings = [*bridge.warnings, *dates.warnings]
    if abs(mixed / new - 1.0) > 0.05:
        off = f"{abs(mixed / new - 1.0):.0%} {'stronger' if mixed > new else 'weaker'}"
        warnings.append(f"the mixture is {off} than entered: rinse the reservoir, or expect the dose to differ as much")
    return ConcentrationChange((*bridge.working, mixing, *dates.working), tuple(warnings), bridge, mixed, dates)
