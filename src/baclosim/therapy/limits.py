"""What one dose can be: amounts outside these limits are slips of the unit and are refused with the likely one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from . import speech
from .amounts import Gel, Mass, MassPerWeight, Tablets, tidy
from .steps import Intake
from .timing import DAY, Clock, Continuous, Divided, Every, EveryNthDay, Once, TimesADay, Weekdays

CENTURY = 36525 * 24.0
MINUTE = 1.0 / 60.0 - 1e-9

Slip = tuple[object, str, str]
"""What was given, what is allowed, a hint."""


@dataclass(frozen=True)
class Limits:
    """Amounts by one route [ug] outside which a dose is a slip: of one dose, or of a day when it flows.

    Too little is a slip of the unit; too much cannot physically be given: 20 g is eight hundred tablets of
    25 mg, and ten milligrams a day is five times the highest labelled intrathecal dose
    (dose.maintenance-ranges.recalled).
    """

    least: float
    most: float
    most_flowing: float


LIMITS = {
    "mouth": Limits(100.0, 20e6, 20e6),
    "vein": Limits(100.0, 2e6, 5e6),
    "skin": Limits(1.0, 1000e6, 1000e6),
    "intrathecal": Limits(0.01, 20e3, 10e3),
}
STRONGEST_TABLET = 50e3
MOST_A_DAY = 1e6
"""By mouth day after day [ug]; three times the 300 mg/day that people with alcohol use disorder have been given."""
MOST_A_DAY_PER_KG = 20e3
_ORDINARY = 1e3  # ug by mouth, below which a corrected amount is no likelier than the one given


def slips(intake: Intake) -> Iterator[Slip]:
    """What is wrong with one intake: what was given, what is allowed, the likely slip."""
    said = speech.intake(intake)
    yield from _amount(intake, said)
    yield from _timing(intake, said)
    if intake.food and intake.route != "mouth":
        yield said, "food only with doses by mouth", ""
    if intake.route == "skin":
        yield from _skin(intake, said)
    elif intake.area is not None or intake.wear is not None or isinstance(intake.amount, Gel):
        yield said, "an area, a wearing time or a gel only on the skin", ""
    if isinstance(intake.amount, Tablets) and intake.route != "mouth":
        yield said, "tablets only by mouth", ""


def _amount(intake: Intake, said: str) -> Iterator[Slip]:
    measure = intake.amount.measure
    if not (isfinite(measure) and measure > 0):
        yield said, "an amount above zero", "For no doses write 'nothing for 2 days' or 'stop'."
        return
    if isinstance(intake.amount, Tablets) and intake.amount.strength > STRONGEST_TABLET:
        yield said, "tablets of at most 50 mg; 5, 10, 20 and 25 mg are made", _in_other_unit(intake, 1e-3)
        return
    if isinstance(intake.amount, MassPerWeight):
        yield from _per_weight(intake, said)
        return
    limits = LIMITS[intake.route]
    dose = measure * intake.timing.share
    most = limits.most_flowing if isinstance(intake.timing, Continuous) else limits.most
    per = "/day" if isinstance(intake.timing, Continuous) else " at once"
    if dose > most:
        slip = _in_other_unit(intake, 1e-3) if dose * 1e-3 <= most else ""
        yield said, f"at most {speech.mass(most, intake.route)}{per}", slip
    if dose < limits.least:
        slip = _in_other_unit(intake, 1e3) if dose * 1e3 >= limits.least else ""
        yield said, f"at least {speech.mass(limits.least, intake.route)}{per}", slip


def _per_weight(intake: Intake, said: str) -> Iterator[Slip]:
    dose = intake.amount.measure * intake.timing.share
    if intake.route != "intrathecal" and dose < 5:
        yield said, "at least 0.005 mg/kg", _in_other_unit(intake, 1e3)
    if dose > (100 if intake.route == "intrathecal" else 1e6):
        yield said, "a dose per kg that can be given", _in_other_unit(intake, 1e-3)


def _in_other_unit(intake: Intake, factor: float) -> str:
    """The slip that a thousandfold error suggests."""
    ug = intake.amount.strength if isinstance(intake.amount, Tablets) else intake.amount.measure
    per_kg = "/kg" if isinstance(intake.amount, MassPerWeight) else ""
    per_day = "/day" if isinstance(intake.timing, Continuous | Divided) else ""
    kind = " tablets" if isinstance(intake.amount, Tablets) else ""
    return f"Did you mean {speech.mass(ug * factor, intake.route)}{per_kg}{per_day}{kind}?"


def daily_slips(intakes: tuple[Intake, ...], said: str) -> Iterator[Slip]:
    """What is wrong with doses by mouth that go on for more than a day; single doses may be far above."""
    repeated = [i for i in intakes if i.route == "mouth" and not isinstance(i.timing, Once)]
    by_weight = [i for i in repeated if isinstance(i.amount, MassPerWeight)]
    by_mass = [i for i in repeated if i not in by_weight]
    for group, most, unit in ((by_mass, MOST_A_DAY, "/day"), (by_weight, MOST_A_DAY_PER_KG, "/kg/day")):
        if sum(intake.per_day for intake in group) > most * (1 + 1e-9):
            allowed = f"at most {speech.mass(most)}{unit} by mouth for more than a day"
            yield said, allowed, _lower(max(group, key=lambda i: i.per_day))


def _lower(intake: Intake) -> str:
    """The slip of a factor of a thousand or of ten that makes a daily dose ordinary, and how an overdose is written."""
    dose = intake.amount.measure * intake.timing.share
    factor = next((f for f in (1e-3, 1e-1) if dose * f >= _ORDINARY), None)
    meant = f"{_in_other_unit(intake, factor)} " if factor and isinstance(intake.amount, Mass) else ""
    return f"{meant}An overdose is 'once', or ends within a day."


def _timing(intake: Intake, said: str) -> Iterator[Slip]:
    match intake.timing:
        case Every(hours) if not MINUTE <= hours <= CENTURY:
            yield said, "an interval from a minute to a hundred years", ""
        case TimesADay(count) | Divided(count) if not 1 <= count <= 48:
            yield said, "from 1 to 48 doses a day", ""
        case Clock(hours) if not _are_clock_times(hours):
            yield said, "different times of whole minutes from 00:00 to 23:59, in order", ""
        case Continuous() if intake.route not in ("vein", "intrathecal"):
            yield said, "a flow without a break only into a vein or intrathecally", ""
        case Continuous() | Once() if intake.days is not None:
            yield said, "days of the week only with repeated doses", ""
        case _:
            yield from _over(intake, said)
    yield from _days(intake, said)


def _are_clock_times(hours: tuple[float, ...]) -> bool:
    in_order = bool(hours) and sorted(set(hours)) == list(hours)
    return in_order and all(0 <= hour < DAY and tidy(round(hour * 60) / 60) == hour for hour in hours)


def _over(intake: Intake, said: str) -> Iterator[Slip]:
    longest = CENTURY if isinstance(intake.timing, Once) else intake.timing.gap
    if intake.over and (intake.route == "skin" or isinstance(intake.timing, Continuous)):
        yield said, "'over' only with single doses by mouth or by injection", ""
    elif not 0 <= intake.over <= longest:
        yield said, "a time that ends before the next dose", ""


def _days(intake: Intake, said: str) -> Iterator[Slip]:
    if intake.days is not None and intake.timing.gap > DAY:
        yield said, "at least one dose a day when the days are named", ""
    match intake.days:
        case EveryNthDay(n) if not 2 <= n <= 366:
            yield said, "every 2nd to every 366th day", ""
        case Weekdays(days) if not days or not set(days) <= set(range(7)):
            yield said, "days from Monday to Sunday", ""
        case _:
            return


def _skin(intake: Intake, said: str) -> Iterator[Slip]:
    if isinstance(intake.amount, Gel) and not 0 < intake.amount.strength <= 0.5:
        yield said, "a gel of at most 50 %", ""
    if intake.area is None:
        yield said, "the area it is put on, such as 'to 100 cm2 of skin'", ""
    elif not 0 < intake.area <= 20_000:
        yield said, "an area above 0 and up to 20000 cm2, the skin of a whole body", ""
    if not 0 < intake.worn <= max(min(intake.timing.gap, 72.0), 1e-9):
        yield said, "a wearing time that ends before the next application", ""
