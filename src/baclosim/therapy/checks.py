"""Whether a regimen can be followed: steps in an order that makes sense, each with an end, changes that arrive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isclose, isfinite

from ..errors import Problems, TherapyError
from . import speech
from .limits import CENTURY, MINUTE, Slip, daily_slips, slips
from .steps import (
    TAKEN_AS_PRESCRIBED,
    Adherence,
    Dosing,
    For,
    ForDoses,
    Intake,
    Nothing,
    Percent,
    Ramp,
    Span,
    Step,
    Steps,
    Until,
)
from .timeline import MOST_LEVELS, laid_out, levels, starting_value, step_values
from .timing import DAY, START_CLOCK, Continuous, Once


def check(steps: Steps, adherence: Adherence) -> None:
    """Raise TherapyError listing every problem of a regimen, each named by its step, counted from 1."""
    problems = Problems()
    if not steps:
        problems.add("regimen", None, "at least one step")
    for number, step in enumerate(steps, 1):
        for given, allowed, hint in step_slips(step):
            problems.add(f"step {number}", given, allowed, hint)
    if not problems.found:
        _check_order(steps, problems)
    if not problems.found:
        _check_levels(steps, problems)
    if not problems.found:
        _check_overlap(steps, problems)
    _check_adherence(steps, adherence, problems)
    problems.raise_as(TherapyError)


def step_slips(step: Step) -> Iterator[Slip]:
    """What is wrong with one step, whatever stands around it."""
    yield from _span(step.span)
    if isinstance(step, Ramp):
        yield from _ramp(step)
        return
    if step.from_day is not None and not 1 <= step.from_day <= 36525:
        yield step.from_day, "a day from 1 to 36525", ""
    if isinstance(step, Dosing):
        if not step.intakes:
            yield None, "at least one dose", ""
        if step.is_single and step.span is not None:
            yield speech.step(step), "no time to last after a single dose", "For several doses say how often."
        if isinstance(step.span, ForDoses) and not any(is_repeated(intake) for intake in step.intakes):
            yield speech.step(step), "a number of doses only where doses are repeated", ""
        found = [slip for intake in step.intakes for slip in slips(intake)]
        yield from found
        if not found and _lasts_over_a_day(step):
            yield from daily_slips(step.intakes, speech.step(step))


def _lasts_over_a_day(step: Dosing) -> bool:
    match step.span:
        case For(hours):
            return hours > DAY
        case Until(day):
            return day > (step.from_day or 1)
        case ForDoses(count):
            return count > sum(i.timing.per_day / i.timing.share for i in step.intakes if is_repeated(i))
        case _:
            return True


def is_repeated(intake: Intake) -> bool:
    """Whether it is taken again and again, so that its doses can be counted."""
    return not isinstance(intake.timing, Once | Continuous)


def _span(span: Span | None) -> Iterator[Slip]:
    match span:
        case For(hours) if not MINUTE <= hours <= CENTURY:
            yield f"{hours:g} h", "a time from a minute to a hundred years", ""
        case ForDoses(count) if not 1 <= count <= 10_000:
            yield count, "from 1 to 10000 doses", ""
        case Until(day) if not 1 <= day <= 36525:
            yield day, "a day from 1 to 36525", ""
        case _:
            return


def _ramp(step: Ramp) -> Iterator[Slip]:
    change = step.change.percent if isinstance(step.change, Percent) else step.change.measure
    if not (isfinite(change) and change > 0):
        yield change, "a change above zero", ""
    if isinstance(step.change, Percent) and not step.upward and change >= 100:
        yield f"{change:g} %", "a reduction of less than 100 %", "To end at nothing write 'to zero' with an amount."
    if isinstance(step.change, Percent) and step.target is None:
        yield speech.number(change) + " % to zero", "a target above zero", "A percentage never reaches zero."
    if not MINUTE <= step.every <= CENTURY:
        yield f"{step.every:g} h", "a time from a minute to a hundred years between changes", ""
    if step.target is None and step.upward:
        yield "increase to zero", "a target above the dose", "Did you mean 'reduce'?"
    if step.target is None and step.span is not None:
        yield "to zero, and a time", "'then nothing for ...' after a taper to zero", ""
    if step.target is not None and not (isfinite(step.target.measure) and step.target.measure > 0):
        yield step.target.measure, "a target above zero", "To end at nothing write 'to zero'."


def _check_order(steps: Steps, problems: Problems) -> None:
    for i, step in enumerate(steps):
        following = steps[i + 1] if i + 1 < len(steps) else None
        for given, allowed, hint in _order(step, following, steps[:i]):
            problems.add(f"step {i + 1}", given, allowed, hint)


def _order(step: Step, following: Step | None, before: Steps) -> Iterator[Slip]:
    if isinstance(step, Ramp):
        yield from _ramp_after(step, before)
    if following is None:
        return
    starts = None if isinstance(following, Ramp) else following.from_day
    if isinstance(step, Nothing) and step.span is None and starts is None:
        yield "stop", "nothing after it", "For a pause write 'nothing for 2 days'."
    if not isinstance(step, Dosing) or step.span is not None or starts is not None or isinstance(following, Ramp):
        return
    if not step.is_single and following != Nothing():
        yield speech.step(step), "how long it lasts before the next step, such as 'for 3 days'", ""
    elif step.is_single and isinstance(following, Dosing) and following.is_single:
        yield speech.step(step), "a pause between two single doses", "Write ', then nothing for 6 h, then ...'."


def _ramp_after(step: Ramp, before: Steps) -> Iterator[Slip]:
    base = next((s for s in reversed(before) if isinstance(s, Dosing)), None)
    between = before[before.index(base) + 1 :] if base in before else ()
    if base is None or any(isinstance(s, Nothing) or s.target is None for s in between if not isinstance(s, Dosing)):
        yield speech.step(step), "a dose before it that is changed", "Write '5 mg three times daily, increase by ...'."
        return
    yield from _ramp_on(step, base.intakes)


def _ramp_on(step: Ramp, intakes: tuple[Intake, ...]) -> Iterator[Slip]:
    said = speech.step(step)
    kinds = {intake.amount.basis for intake in intakes}
    kinds |= {a.basis for a in (step.change, step.target) if a is not None and not isinstance(a, Percent)}
    doses = {i.amount.measure * i.timing.share for i in intakes}
    if any(isinstance(intake.timing, Once) for intake in intakes):
        yield said, "repeated doses before it", ""
    elif isinstance(step.span, ForDoses) and not any(is_repeated(intake) for intake in intakes):
        yield said, "a time that the last level is held, such as 'for 8 weeks'", ""
    elif len({intake.route for intake in intakes}) > 1:
        yield said, "a change of doses by one route", ""
    elif len(kinds) > 1:
        yield said, "amounts all per kg of body weight or none", ""
    elif step.basis == "dose" and len(doses) > 1:
        yield said, "a change of the daily amount, such as 'by 5 mg/day', when the doses of a day differ", ""


def _check_overlap(steps: Steps, problems: Problems) -> None:
    segments = list(laid_out(steps, START_CLOCK))
    for sooner, later in pairwise(segments):
        if steps[sooner.step].span is not None and sooner.end > later.start + 1e-9:
            given = f"a start at {later.start:g} h"
            problems.add(f"step {later.step + 1}", given, f"a start after the step before it ends, at {sooner.end:g} h")
    for segment in segments:
        if segment.end < segment.start - 1e-9:
            given = f"until {segment.end:g} h"
            problems.add(f"step {segment.step + 1}", given, f"an end after its start at {segment.start:g} h")


def _check_levels(steps: Steps, problems: Problems) -> None:
    before: tuple[Intake, ...] = ()
    for number, step in enumerate(steps, 1):
        if isinstance(step, Dosing):
            before = step.intakes
        elif isinstance(step, Ramp):
            for given, allowed, hint in _levels(step, before):
                problems.add(f"step {number}", given, allowed, hint)
                return
            before = (levels(before, step) or [before])[-1]


def _levels(step: Ramp, before: tuple[Intake, ...]) -> Iterator[Slip]:
    start, target = starting_value(before, step), step.target.measure if step.target else 0.0
    said = speech.step(step, before[0].route)
    same = isclose(target, start)
    if same or (target < start) == step.upward:
        side, other = ("above", "reduce") if step.upward else ("below", "increase")
        hint = "" if same else f"Did you mean '{other}'?"
        yield said, f"a target {side} what was given before, {speech.mass(start)} per {step.basis}", hint
    elif len(step_values(before, step)) > MOST_LEVELS:
        yield said, f"a target within {MOST_LEVELS} changes", ""
    elif step.upward:
        last = levels(before, step)[-1]
        yield from (slip for intake in last for slip in slips(intake))
        yield from daily_slips(last, said)


def _check_adherence(steps: Steps, adherence: Adherence, problems: Problems) -> None:
    if not 0 <= adherence.random <= 1:
        problems.add("missed doses", f"{adherence.random * 100:g} %", "a share from 0 to 100 %")
    if not all(1 <= n <= 1_000_000 for n in adherence.numbers):
        problems.add("missed doses", adherence.numbers, "doses counted from 1")
    intakes = [intake for step in steps if isinstance(step, Dosing) for intake in step.intakes]
    if adherence != TAKEN_AS_PRESCRIBED and all(isinstance(intake.timing, Continuous) for intake in intakes):
        given = speech.adherence(adherence).strip(" ,")
        problems.add("missed doses", given, "doses that can be missed", "A continuous flow has none.")
