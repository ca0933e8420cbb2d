"""Steps up and down: "increase by 5 mg every 3 days up to 20 mg", "reduce by 10 mg/day every week to zero"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...errors import TherapyError
from ..amounts import Mass, MassPerWeight, tidy
from ..steps import Basis, Change, Dosing, Intake, Percent, Ramp, Step
from ..timing import Continuous, Divided
from .amount_words import duration, quantity
from .clauses import period, times_a_day
from .draft import Draft, Period
from .tokens import Cursor
from .words import MASSES, TO_ZERO

_JOINTS = (",", "and")


@dataclass
class _Said:
    """The parts of a change as far as they have been read; a basis is "dose", "day" or "" when not said."""

    change: Change | None = None
    change_basis: Basis | Literal[""] = ""
    every: float | None = None
    target: Mass | MassPerWeight | None = None
    target_basis: Basis | Literal[""] = ""
    to_zero: bool = False


def ramp(c: Cursor, upward: bool, before: Step | None) -> Ramp:
    """What follows the word increase or reduce; raises TherapyError naming what is missing or cannot be meant."""
    said, shared = _Said(), Period()
    c.says("dose", "doses", "each dose", "daily dose", "up", "down")
    while not c.is_done and (_part(c, said, before) or period(c, shared) or c.says(*_JOINTS)):
        if c.tokens[c.position - 1].text in _JOINTS and _ends(c):
            c.position -= 1
            break
    if said.change is None:
        raise c.stop("by how much, such as 'by 5 mg' or 'by 10 mg/day'")
    if said.every is None:
        raise c.stop("how often it changes, such as 'every 3 days'")
    if said.target is None and not said.to_zero:
        raise c.stop("where it ends, such as 'up to 20 mg' or 'to zero'")
    basis = _basis(c, said, upward, before)
    return Ramp(upward, said.change, basis, said.every, _on(basis, said, before), shared.span)


def _ends(c: Cursor) -> bool:
    return c.text() not in ("by", "every", "each", "to", "up", "down", "until", "for")


def _part(c: Cursor, said: _Said, before: Step | None) -> bool:
    if c.says("by", "in steps", "by steps"):
        said.change, said.change_basis = change_amount(c, percent=True)
    elif c.says("every", "each"):
        said.every = duration(c)
    elif c.says("weekly", "daily", "hourly"):
        said.every = {"weekly": 168.0, "daily": 24.0, "hourly": 1.0}[c.tokens[c.position - 1].text]
    elif c.says(*TO_ZERO):
        said.to_zero = True
    elif c.text() in ("up", "down", "to", "until") and "day" not in (c.text(1), c.text(2)):
        c.says("up to", "down to", "to", "until", "up", "down")
        target, said.target_basis = change_amount(c)
        said.target = target if not isinstance(target, Percent) else None
        _same_timing(c, said, before)
    else:
        return False
    return True


def change_amount(c: Cursor, percent: bool = False) -> tuple[Change, Basis | Literal[""]]:
    """An amount and whether it is of a dose or of a day, if that is said."""
    if c.value() is None:
        raise c.stop("an amount above zero, such as '5 mg'")
    start, number = c.position, quantity(c)
    if percent and c.says("%", "percent"):
        return Percent(tidy(number)), ""
    unit = c.meaning(MASSES)
    if unit is None:
        c.position = start
        raise c.stop("a unit of mass after the number", f"Did you mean '{number:g} mg'?")
    kind = MassPerWeight if c.says("/ kg", "per kg") else Mass
    if c.says("/ day", "per day", "a day", "/ d"):
        return kind(tidy(number * unit)), "day"
    return kind(tidy(number * unit)), "dose" if c.says("per dose", "each", "/ dose") else ""


def _same_timing(c: Cursor, said: _Said, before: Step | None) -> None:
    """Read "three times daily" after a target, which must be how often it was taken before."""
    draft = Draft(c.place, Period())
    start = c.place
    if c.text() in ("every", "each", "daily") or not times_a_day(c, draft):
        return
    timing, said.target_basis = draft.timing, "dose"
    known = [intake.timing for intake in before.intakes] if isinstance(before, Dosing) else []
    if timing is not None and any(abs(old.gap - timing.gap) > 1e-9 for old in known):
        c.position = next(i for i, token in enumerate(c.tokens) if token.place == start)
        raise c.stop("the same times of day as before", "A change of times is a new step: use 'then'.")


def _basis(c: Cursor, said: _Said, upward: bool, before: Step | None) -> Basis:
    by_day = isinstance(before, Dosing) and all(isinstance(i.timing, Divided | Continuous) for i in before.intakes)
    if by_day or (isinstance(before, Ramp) and before.basis == "day" and not said.change_basis):
        return said.change_basis or said.target_basis or "day"
    by_several = not upward and isinstance(before, Dosing) and doses_a_day(before.intakes) > 1
    is_unclear = said.target_basis == "day" or (said.to_zero and by_several)
    if not said.change_basis and is_unclear and not isinstance(said.change, Percent):
        raise _unclear(c)
    return said.change_basis or said.target_basis or "dose"


def _unclear(c: Cursor) -> TherapyError:
    return c.stop("whether the change is of one dose or of the whole day", "Write 'by 5 mg per dose' or 'by 5 mg/day'.")


def _on(basis: Basis, said: _Said, before: Step | None) -> Mass | MassPerWeight | None:
    """The target on the basis of the change."""
    if said.target is None or said.target_basis in ("", basis) or not isinstance(before, Dosing):
        return said.target
    doses = doses_a_day(before.intakes)
    return said.target.scaled(doses if basis == "day" else 1.0 / doses)


def doses_a_day(intakes: tuple[Intake, ...]) -> float:
    """Doses on a day of dosing."""
    return sum(intake.timing.per_day / intake.timing.share for intake in intakes)
