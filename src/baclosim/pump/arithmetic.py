"""The sums a pump nurse does: when to refill, how long to bridge, how much to prime, what a gap in volume means.

Every answer carries its working as lines that can be followed by hand, each number with its unit.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from dataclasses import dataclass
from typing import ClassVar

from ..errors import Problem, Problems, TherapyError
from ..parameters import typical
from ..therapy.intrathecal.program import DAY, SimpleContinuous, number
from .catheter import Catheter
from .check import check_mode, dose_text, flow_text
from .device import Device
from .log import millilitres


@dataclass(frozen=True)
class Answer:
    """What every answer has: `working`, lines to follow by hand, and `warnings`.

    ANSWERS  how the lines of the working begin that answer what was asked; they are told first
    """

    ANSWERS: ClassVar[tuple[str, ...]]

    working: tuple[str, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        warned = [f"Warning: {warning}" for warning in self.warnings]
        return "\n".join([*self.first, *warned, "Working:", *(f"  {line}" for line in self.rest)])

    @property
    def first(self) -> tuple[str, ...]:
        """What was asked, answered."""
        return tuple(line for line in self.working if line.startswith(self.ANSWERS))

    @property
    def rest(self) -> tuple[str, ...]:
        """The lines that lead to the answer."""
        return tuple(line for line in self.working if not line.startswith(self.ANSWERS))


@dataclass(frozen=True)
class RefillDates(Answer):
    """Times after the fill [h]; `filled_on` turns them into dates.

    alarm         low-reservoir alarm, which the pump computes from its program; infinite when it has none
    empty         true end of the usable volume for a pump that is exact, `empty_earliest` and `empty_latest` at the
                  limits of the flow error
    refill_by     the day to plan the refill
    device, concentration [ug/mL], daily_dose [ug/day], volume [mL]   what was filled into what
    """

    ANSWERS = ("Refill",)

    alarm: float
    empty: float
    empty_earliest: float
    empty_latest: float
    refill_by: float
    filled_on: dt.date | None
    device: str
    concentration: float
    daily_dose: float
    volume: float

    def date(self, hours: float) -> dt.date | None:
        """The date a number of hours after the fill; None when the date of the fill is unknown or it never comes."""
        return date_after(self.filled_on, hours)


def date_after(day: dt.date | None, hours: float) -> dt.date | None:
    """The date a number of hours after a day; None when the day is unknown or the hours are infinite."""
    return day + dt.timedelta(days=int(hours / DAY)) if day and math.isfinite(hours) else None


def _days(hours: float) -> str:
    return f"{hours / DAY:.1f}".removesuffix(".0") + " days"


def _on(day: dt.date | None) -> str:
    return f", on {in_english(day)}" if day else ""


def in_english(day: dt.date) -> str:
    """A date as it stands on a sheet: Sat 4 Jul 2026."""
    return f"{day:%a} {day.day} {day:%b %Y}"


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
    Formula refill.interval-formula.derived; margin refill.margin-before-alarm.gillette, kept before the earliest empty
    date too; longest interval refill.maximum-interval.neuromodulation-2023. Raises ValueError unless dose and
    concentration are above 0, TherapyError for a dose that the device cannot give.
    """
    if not (daily_dose > 0.0 and concentration > 0.0):
        raise ValueError("a refill date needs a dose and a concentration above 0")
    problems = Problems()
    check_mode(SimpleContinuous(daily_dose / DAY), concentration, device, "dose", problems)
    problems.raise_as(TherapyError)
    fill = device.reservoir_volume if volume is None else volume
    keep = device.low_reservoir if low_reservoir is None else low_reservoir
    error = typical(("pump_flow_error_limit",))["pump_flow_error_limit"]
    flow = device.fixed_flow or daily_dose / concentration / DAY
    empty = fill / flow
    alarm = max(0.0, fill - keep) / flow if device.is_programmable else math.inf
    earliest, latest = empty / (1.0 + error), empty / (1.0 - error)
    by, reason = _refill_by(alarm, earliest)
    date = functools.partial(date_after, filled_on)
    last = date(by)
    planned = f" by {in_english(last)} (after {_days(by)}): " if last else f": after {_days(by)}, "
    working = (
        _flow_line(device, concentration, daily_dose, flow),
        *_alarm_line(device, fill, keep, flow, filled_on),
        f"To empty, if the flow is exact: {millilitres(fill)} / {flow_text(flow)} = {_days(empty)}{_on(date(empty))}",
        f"To empty, if {100 * error:g} % too fast: {_days(empty)} / {1 + error:g} = {_days(earliest)}"
        f"{_on(date(earliest))}",
        f"To empty, if {100 * error:g} % too slow: {_days(empty)} / {1 - error:g} = {_days(latest)}{_on(date(latest))}",
        f"Refill{planned}{reason}",
    )
    warnings = _refill_warnings(device, fill, keep, alarm, earliest, error)
    dates = (alarm, empty, earliest, latest, by)
    return RefillDates(working, warnings, *dates, filled_on, device.name, concentration, daily_dose, fill)


def _flow_line(device: Device, concentration: float, daily_dose: float, flow: float) -> str:
    if device.fixed_flow is None:
        return f"Flow: {number(daily_dose)} ug/day / {number(concentration)} ug/mL = {flow_text(flow)}"
    gives = dose_text(flow * concentration)
    return f"Flow: fixed at {flow_text(flow)}, which at {number(concentration)} ug/mL gives {gives}"


def _alarm_line(device: Device, fill: float, keep: float, flow: float, filled_on: dt.date | None) -> list[str]:
    """The line on the alarm; none for a pump without one."""
    if not device.is_programmable:
        return []
    if fill <= keep:
        return [f"To the low-reservoir alarm: 0.0 days, as {millilitres(fill)} is within its {millilitres(keep)}"]
    alarm = (fill - keep) / flow
    volume = f"({millilitres(fill)} - {millilitres(keep)}) / {flow_text(flow)}"
    return [f"To the low-reservoir alarm: {volume} = {_days(alarm)}{_on(date_after(filled_on, alarm))}"]


def _refill_by(alarm: float, earliest: float) -> tuple[float, str]:
    """The hour to refill by, never below 0, and what decides it beside what would come later."""
    margin, longest = typical(("refill_margin", "refill_interval_longest")).values()
    limits = [
        (alarm - margin, f"{_days(margin)} before the alarm"),
        (earliest - margin, f"{_days(margin)} before it may be empty"),
        (longest, "the longest advised interval"),
    ]
    (by, decides), *others = sorted(limit for limit in limits if math.isfinite(limit[0]))
    later = ", ".join(f"{why}: {_days(max(0.0, hours))}" for hours, why in others)
    return max(0.0, by), f"{decides} ({later})"


def _refill_warnings(
    device: Device, fill: float, keep: float, alarm: float, earliest: float, error: float
) -> tuple[str, ...]:
    margin, longest = typical(("refill_margin", "refill_interval_longest")).values()
    warnings = []
    if device.is_programmable and fill <= keep:
        warnings.append(
            f"{millilitres(fill)} is no more than the alarm volume of {millilitres(keep)}: the low-reservoir alarm"
            " sounds at once"
        )
    elif device.is_programmable and earliest < alarm:
        warnings.append(f"a pump {100 * error:g} % too fast is empty {_days(alarm - earliest)} before its own alarm")
    if min(alarm, earliest) < margin:
        warnings.append(f"alarm or empty may come within {_days(margin)}: plan the refill at once")
    if not device.is_programmable:
        warnings.append("this pump has no alarm: nothing tells when it runs empty")
    elif alarm > longest:
        warnings.append(f"the alarm comes later than the longest advised interval of {_days(longest)}")
    return tuple(warnings)


def needs_bolus(device: Device) -> None:
    """Raise TherapyError for a pump of one factory flow, which cannot give a bolus."""
    if not device.is_programmable:
        allowed = "a pump that can be programmed: one of a factory flow gives no bolus"
        raise TherapyError(Problem("device", device.name, allowed))


@dataclass(frozen=True)
class BridgeBolus(Answer):
    """What to enter when the concentration changes: `dose` [ug] over `duration` [h]; it moves `volume` [mL]."""

    ANSWERS = ("Entered as a bolus",)

    volume: float
    duration: float
    dose: float


def bridge_bolus(device: Device, catheter: Catheter, old: float, new: float, daily_dose: float) -> BridgeBolus:
    """The old solution in tubing and catheter, given at its old flow (catheter.bridge-bolus.derived).

    old, new    concentrations [ug/mL];  daily_dose  wanted throughout [ug/day]
    Raises TherapyError for a pump that cannot give a bolus.
    """
    needs_bolus(device)
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

    ANSWERS = ("Entered as a bolus",)

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
    """Fill an empty catheter, and the pump's tubing if that was not filled before (catheter.priming-rule.cmsc-2015).

    Raises TherapyError for a pump that cannot give a bolus.
    """
    needs_bolus(device)
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

    ANSWERS = ("Entered as a bolus", "Refill")

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
