"""What makes a pump program unbelievable: gaps, overlaps, a dose of another unit, a misplaced decimal point."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ...errors import Problems
from ...parameters import typical
from .program import (
    DAY,
    EVERY_DAY,
    WEEKDAYS,
    Flex,
    FlexStep,
    MinimumRate,
    Mode,
    PatientBolus,
    PeriodicBolus,
    PrimingBolus,
    Program,
    ProgramEntry,
    SimpleContinuous,
    SingleBolus,
    Stopped,
    clock,
    number,
    per_day,
)

BRIEF = (SingleBolus, PrimingBolus)
OVERRIDE = "A misplaced decimal point? Add deliberate = true if it is meant."


def check_week(steps: Sequence[FlexStep], where: str, problems: Problems) -> None:
    """Note each overlap and each gap of the steps over the week, once when it is the same every day."""
    spans = sorted(span for step in steps for day in step.weekdays for span in _in_minutes(step, day))
    faults: dict[tuple[str, int, int], list[int]] = {}
    reached = 0
    for start, end in (*spans, (_WEEK, _WEEK)):
        if start != reached:
            kind, a, b = ("gap", reached, start) if start > reached else ("overlap", start, min(reached, end))
            for day in range(a // _DAY, (b - 1) // _DAY + 1):
                first, last = max(a, day * _DAY), min(b, (day + 1) * _DAY)
                faults.setdefault((kind, first % _DAY, (last - 1) % _DAY + 1), []).append(day)
        reached = max(reached, end)
    for (kind, a, b), found in faults.items():
        when = "every day" if len(found) >= 6 else "on " + ", ".join(WEEKDAYS[d] for d in found)
        at, until = clock(a / 60.0), clock(b / 60.0)
        remedy = f"lengthen the step before it to {until}" if kind == "gap" else f"end the earlier step at {at}"
        allowed = "steps that follow each other round the clock"
        problems.add(where, [str(s) for s in steps], allowed, f"{at}-{until} {when} is {_FAULT[kind]}: {remedy}.")


_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_FAULT = {"gap": "a gap", "overlap": "covered twice"}


def _in_minutes(step: FlexStep, day: int) -> list[tuple[int, int]]:
    """Minutes of the week that a step covers on one weekday; Sunday night runs over into Monday."""
    start = day * _DAY + round(step.start * 60.0)
    end = start + round(step.hours * 60.0)
    return [(start, end)] if end <= _WEEK else [(start, _WEEK), (0, end - _WEEK)]


def check_dose(mode: Mode, given: object, where: str, deliberate: bool, problems: Problems) -> None:
    """Note a daily dose or bolus whose magnitude is that of another unit or of a misplaced decimal point."""
    limits = typical(
        (
            "intrathecal_daily_dose_lowest",
            "intrathecal_daily_dose_highest",
            "intrathecal_daily_dose_absurd",
            "intrathecal_bolus_highest",
        )
    )
    low, high, absurd, bolus = limits.values()
    if isinstance(mode, (SingleBolus, PatientBolus, PeriodicBolus)) and mode.dose > bolus and not deliberate:
        hint = unit_slip(given, mode.dose, 1.0, bolus, "ug") or OVERRIDE
        problems.add(f"{where}.dose", given, f"a bolus of at most {number(bolus)} ug", hint)
    if isinstance(mode, (MinimumRate, Stopped, *BRIEF)):
        return
    dose = mode.daily_dose
    shown = given if isinstance(mode, SimpleContinuous) else f"{number(dose)} ug/day"
    if dose > absurd or (not deliberate and not low <= dose <= high):
        allowed = f"a daily dose of {number(low)} to {number(high)} ug/day, the range of the labels"
        hint = unit_slip(shown, dose, low, high, "ug/day") or ("" if dose > absurd else OVERRIDE)
        hint = hint if dose else "Say mode = 'stopped' or mode = 'minimum rate'."
        problems.add(f"{where}.dose", shown, allowed, hint)


def unit_slip(given: object, value: float, low: float, high: float, unit: str) -> str:
    """A hint when the number would be right in a unit a thousand times smaller or larger."""
    if low <= value / 1000.0 <= high:
        return f"Did you mean {number(value / 1000.0)} {unit}? That is a thousandth of {given}: mg for ug?"
    if low <= value * 1000.0 <= high:
        return f"Did you mean {number(value * 1000.0)} {unit}? That is a thousand times {given}: ug for mg?"
    return ""


def check_order(entries: Sequence[ProgramEntry], problems: Problems) -> None:
    """Note entries out of order, two programs at one time, and a pump without a program at hour 0."""
    if entries and entries[0].at > 0.0:
        problems.add("program[1].at", entries[0].at, "the first program at '0 h', so that the pump always has one")
    for i, (before, after) in enumerate(itertools.pairwise(entries), 2):
        if after.at < before.at or (after.at == before.at and not isinstance(after.mode, BRIEF)):
            problems.add(
                f"program[{i}].at", f"{number(after.at)} h", f"later than program[{i - 1}], {number(before.at)} h"
            )


def check_steps_of_dose(entries: Sequence[ProgramEntry], problems: Problems) -> None:
    """Note a change of daily dose so large, up or down, that it looks like a slip of the decimal point."""
    limit, highest = typical(("dose_step_suspicious", "intrathecal_daily_dose_highest")).values()
    lasting = [(i, e) for i, e in enumerate(entries, 1) if e.mode.daily_dose > 0.0]
    for (_, before), (i, after) in itertools.pairwise(lasting):
        if before.mode.daily_dose > 10.0 * highest:
            continue
        ratio = after.mode.daily_dose / before.mode.daily_dose
        if not 1.0 / limit < ratio < limit and not after.deliberate:
            old, new = per_day(before.mode.daily_dose / DAY), per_day(after.mode.daily_dose / DAY)
            allowed = f"less than {number(limit)} times, and more than a {number(limit)}th of, the {old} before it"
            times = f"{number(ratio)} times" if ratio > 1.0 else f"a {number(1.0 / ratio)}th of"
            problems.add(f"program[{i}].dose", new, allowed, f"It is {times} the dose before it. {OVERRIDE}")


def check_clock(program: Program, problems: Problems) -> None:
    """Note clock times when the clock time of hour 0 is unknown, and weekdays when its date is."""
    for i, entry in enumerate(program.entries, 1):
        mode = entry.mode
        timed = isinstance(mode, Flex) or (isinstance(mode, PatientBolus) and isinstance(mode.pressed, tuple))
        if timed and program.start_clock is None:
            allowed = "clock times only when hour 0 has one"
            problems.add(f"program[{i}]", str(mode), allowed, "Give start = '2026-01-05 08:00' under [simulate].")
        weekly = isinstance(mode, Flex) and any(step.weekdays != EVERY_DAY for step in mode.steps)
        if weekly and program.start_date is None:
            allowed = "weekdays only when hour 0 has a date"
            problems.add(f"program[{i}]", str(mode), allowed, "Give start = '2026-01-05 08:00' under [simulate].")
