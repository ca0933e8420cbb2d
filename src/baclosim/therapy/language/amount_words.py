"""Reading amounts and durations: "10 mg", "2 mg/kg/day", "half a 10 mg tablet", "half an hour"."""

from __future__ import annotations

from ..amounts import Mass, MassPerWeight, Tablets, tidy
from ..steps import ForDoses
from .draft import Draft, once
from .tokens import Cursor
from .words import GELS, HOURS, MASSES

TABLET = ("tablet", "tablets", "tab", "tabs")
_LARGEST_COUNT = 1_000_000


def quantity(c: Cursor) -> float:
    """The number that comes next, with "and a half" if that follows."""
    value = c.take().value or 0.0
    if c.text() == "and" and (c.text(1) == "half" or (c.text(1), c.text(2)) == ("a", "half")):
        c.position += 2 if c.text(1) == "half" else 3
        value += 0.5
    return value


def whole(c: Cursor, what: str) -> int:
    """The whole number from 1 that comes next; raises TherapyError otherwise."""
    value = c.value()
    if value is None or value != int(value) or not 1 <= value <= _LARGEST_COUNT:
        raise c.stop(f"{what}: a whole number from 1")
    c.take()
    return int(value)


def duration(c: Cursor) -> float:
    """A time [h] such as "8 h", "half an hour", "week"; raises TherapyError otherwise."""
    if c.text() == "-":
        raise c.stop("a time above zero")
    place = c.position
    value = quantity(c) if c.value() is not None else 1.0
    c.says("-", "a", "an")
    unit = c.meaning(HOURS)
    if unit is None:
        raise c.stop("a unit of time: minutes, h, days or weeks", "Did you mean hours?" if c.position > place else "")
    return tidy(value * unit)


def starts_amount(c: Cursor, ahead: int) -> bool:
    """Whether an amount begins some words ahead."""
    if c.text(ahead) in ("a", "an", "-"):
        return starts_amount(c, ahead + 1) if c.value(ahead + 1) is not None else False
    if c.value(ahead) is None or c.kind(ahead) in ("clock", "ordinal", "hourly"):
        return False
    after = c.text(ahead + 1)
    if after == "and":
        return starts_amount(c, ahead + 2)
    is_times = after in ("x", "times") and c.value(ahead + 2) is None
    return not is_times and (
        after in MASSES or after in TABLET or after in ("x", "a", "%", "percent") or c.value(ahead + 1) is not None
    )


def amount(c: Cursor, d: Draft) -> bool:
    """`10 mg`, `0.5 mg/kg`, `60 mg/day`, `2 tablets of 10 mg`, `half a 10 mg tablet`, `2 % gel`."""
    if c.text() == "-" and c.value(1) is not None:
        raise c.stop("an amount above zero", "A dose is above zero; for none write 'nothing for 2 days' or 'stop'.")
    if c.text() in ("a", "an") and starts_amount(c, 1):
        c.take()
    if c.value() is None or c.kind() in ("clock", "ordinal", "hourly"):
        return False
    if c.text(1) in ("dose", "doses") or (c.text(1) in ("single", "separate") and c.text(2) in ("dose", "doses")):
        once(d.period, "span", ForDoses(whole(c, "a number of doses")), c)
        c.take()
        return True
    start = c.position
    number = quantity(c)
    if c.text() in ("-", "to") and c.value(1) is not None and (c.text(2) in MASSES or c.text(2) in TABLET):
        c.position = start
        raise c.stop("one amount, not a range of amounts")
    if c.says("%", "percent"):
        d.put("gel", number / 100, c)
        c.says(*GELS)
        return True
    d.put("amount", tablets(c, number) or mass(c, d, number, start), c)
    return True


def tablets(c: Cursor, count: float) -> Tablets | None:
    """What follows a number of tablets: their strength, before or after the word; None when it is no such number."""
    counted = c.says("x") or c.says("a", "an") or c.value() is not None
    named = c.says(*TABLET)
    if not (counted or named):
        return None
    if c.value() is None:
        raise c.stop("the strength of a tablet, such as '2 tablets of 10 mg'")
    strength = quantity(c)
    unit = c.meaning(MASSES)
    if unit is None:
        raise c.stop("a unit of mass after the strength", "Did you mean mg?")
    c.says(*TABLET)
    return Tablets(count, tidy(strength * unit))


def mass(c: Cursor, d: Draft, number: float, start: int) -> Mass | MassPerWeight | Tablets:
    """What follows the number of a mass: its unit, then per kg, then per time, or the word tablet."""
    unit = c.meaning(MASSES)
    if unit is None:
        c.position = start
        usual = "g" if d.gel is not None else "mg"
        raise c.stop("a unit of mass after the number: mg, ug or g", f"Did you mean '{number:g} {usual}'?")
    if c.says(*TABLET):
        return Tablets(1.0, tidy(number * unit))
    per_kg = c.says("/ kg", "per kg", "a kg")
    if c.text() in ("/", "per") and c.text(1) in HOURS:
        c.take()
        d.put("rate", HOURS[c.take().text], c)
    per_kg = c.says("/ kg", "per kg") or per_kg
    c.says("per dose")
    return (MassPerWeight if per_kg else Mass)(tidy(number * unit))
