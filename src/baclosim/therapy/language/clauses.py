"""The clauses of one intake: each function reads one kind of clause if it comes next, and says whether it did."""

from __future__ import annotations

from ..amounts import tidy
from ..steps import For, ForDoses, Until
from ..timing import Clock, Every, EveryNthDay, Once, TimesADay, Weekdays
from .amount_words import amount, duration, quantity, starts_amount, whole
from .draft import Draft, Period, once
from .tokens import Cursor
from .words import (  # fmt: skip
    ALTERNATE,
    DAYS,
    FOODS,
    GELS,
    NO_ROUTE,
    ONCE,
    PARTS_OF_DAY,
    PER_DAY,
    ROUTES,
    TIMES_A_DAY,
    WORN,
)


def times_a_day(c: Cursor, d: Draft) -> bool:
    """`twice daily`, `tds`, `3 times a day`, `8-hourly`, `q8h`, `daily`."""
    count = c.meaning(TIMES_A_DAY)
    if count is not None:
        d.put("timing", TimesADay(count), c)
        return True
    if c.kind() == "hourly":
        d.put("timing", Every(c.take().value or 0.0), c)
        return True
    if c.value() is not None and (c.text(1) == "hourly" or (c.text(1), c.text(2)) == ("-", "hourly")):
        d.put("timing", Every(quantity(c)), c)
        c.says("hourly", "- hourly")
        return True
    if c.value() is not None and (c.text(1) in ("times", "time") or (c.text(1) == "x" and c.value(2) is None)):
        count = whole(c, "a number of times")
        c.take()
        if c.meaning(dict.fromkeys(PER_DAY, True)) is None:
            raise c.stop("'daily' or 'a day' after the number of times", "For a week, name the days: 'on Mondays'.")
        d.put("timing", TimesADay(count), c)
        return True
    if c.says(*PER_DAY):
        d.put("daily", True, c)
        return True
    return False


def every(c: Cursor, d: Draft) -> bool:
    """`every 8 h`, `every other day`, `every third day`, `hourly`, `once a week`."""
    if c.says("hourly"):
        d.put("timing", Every(1.0), c)
    elif c.says("weekly", "once weekly", "once a week", "once per week"):
        d.put("timing", Every(168.0), c)
    elif c.says(*ALTERNATE):
        d.put("days", EveryNthDay(2), c)
    elif c.text() in ("on", "every") and "every" in (c.text(), c.text(1)) and _nth_day(c, d):
        return True
    elif c.says("every", "each", "once every"):
        d.put("timing", Every(duration(c)), c)
    else:
        return False
    return True


def _nth_day(c: Cursor, d: Draft) -> bool:
    start = c.position
    c.says("on")
    c.says("every")
    if c.kind() == "ordinal" and c.text(1) == "day":
        d.put("days", EveryNthDay(whole(c, "which day")), c)
        c.take()
        return True
    c.position = start
    return False


def clock_times(c: Cursor, d: Draft) -> bool:
    """`at 08:00, 14:00 and 22:00`, `in the morning and at night`, `at 8 am`."""
    first = _clock_time(c)
    if first is None:
        return False
    hours = [first]
    while c.text() in (",", "and"):
        start = c.position
        c.position += 2 if (c.text(), c.text(1)) == (",", "and") else 1
        later = None if starts_amount(c, 0) else _clock_time(c, bare=True)
        if later is None:
            c.position = start
            break
        hours.append(later)
    d.put("timing", Clock(tuple(sorted({tidy(hour) for hour in hours}))), c)
    return True


def _clock_time(c: Cursor, bare: bool = False) -> float | None:
    part = c.meaning(PARTS_OF_DAY)
    if part is not None:
        return part
    after_at = c.text() == "at"
    ahead = int(after_at)
    value, kind, half_day = c.value(ahead), c.kind(ahead), c.text(ahead + 1)
    if value is None or not (kind == "clock" or half_day in ("am", "pm") or ((after_at or bare) and kind == "number")):
        return None
    c.position += ahead
    if kind != "clock" and (value != int(value) or not 0 <= value <= 24):
        raise c.stop("a time of day such as 08:00")
    c.position += 1
    if c.says("am", "pm"):
        if not 1 <= value < 13:
            raise c.stop("an hour from 1 to 12 before am or pm")
        return value % 12 + (12 if half_day == "pm" else 0)
    c.says("h")
    return value % 24


def days(c: Cursor, d: Draft) -> bool:
    """`on Mondays, Wednesdays and Fridays`, `on weekdays`."""
    start = c.position
    c.says("on", "every", "each", "at")
    found = c.meaning(DAYS)
    if found is None:
        c.position = start
        return False
    chosen = set(found)
    while c.text() in (",", "and"):
        start = c.position
        c.position += 2 if (c.text(), c.text(1)) == (",", "and") else 1
        c.says("on")
        more = c.meaning(DAYS)
        if more is None:
            c.position = start
            break
        chosen |= set(more)
    d.put("days", Weekdays(tuple(sorted(chosen))), c)
    return True


def one_off(c: Cursor, d: Draft) -> bool:
    """`once`, `as a single dose`, `bolus`."""
    start = c.position
    if not c.says(*ONCE):
        return False
    if "bolus" in (token.text for token in c.tokens[start : c.position]):
        d.put("bolus", True, c)
    else:
        d.put("timing", Once(), c)
    return True


def divided(c: Cursor, d: Draft) -> bool:
    """`in 3 doses`, `in three divided doses`."""
    start = c.position
    c.says("divided", "split")
    if c.says("in", "into") and c.value() is not None and _counts_doses(c):
        d.put("divided", whole(c, "a number of doses"), c)
        c.says("divided", "equal", "split")
        c.take()
        return True
    c.position = start
    return False


def _counts_doses(c: Cursor) -> bool:
    return "doses" in (c.text(1), c.text(2)) or "dose" in (c.text(1), c.text(2))


def route(c: Cursor, d: Draft) -> bool:
    """`by mouth`, `intravenously`, `intrathecally`, `by gel`, `with food`; refuses the routes without evidence."""
    start = c.position
    reason = c.meaning(NO_ROUTE)
    if reason is not None:
        c.position = start
        raise c.stop("by mouth, to the skin, intravenously or intrathecally", reason)
    found, food = c.meaning(ROUTES), c.meaning(FOODS)
    if found is not None:
        d.put("route", found, c)
    if c.tokens[max(0, c.position - 1)].text == "puncture":
        d.put("bolus", True, c)
    if food is not None:
        d.put("food", food, c)
    gel = c.says(*GELS)
    if gel:
        d.put("in_gel", True, c)
    return gel or found is not None or food is not None


def area(c: Cursor, d: Draft) -> bool:
    """`on 100 cm2`, `to 200 cm2 of skin`."""
    start = c.position
    c.says("on", "to", "over", "across", "onto")
    if c.value() is None or c.text(1) not in ("cm2", "m2", "square") or c.kind() == "clock":
        c.position = start
        return False
    value = quantity(c)
    unit = 1e4 if c.text() == "m2" else 1.0
    c.says("cm2", "m2", "square cm")
    c.says("skin")
    d.put("area", tidy(value * unit), c)
    return True


def over(c: Cursor, d: Draft) -> bool:
    """`over 10 minutes`."""
    if not c.says("over"):
        return False
    d.put("over", duration(c), c)
    return True


def worn(c: Cursor, d: Draft) -> bool:
    """`worn for 12 h`, `left on for 6 h`."""
    if not c.says(*WORN):
        return False
    c.says("on")
    c.says("for")
    d.put("wear", duration(c), c)
    return True


def lasting(c: Cursor, d: Draft) -> bool:
    """`for 3 days`, `for 5 doses`, `for 12 h each day` on the skin, `until day 30`, `from day 3`, `on days 1 to 3`."""
    if c.text() == "for" and (c.value(1) is None or c.text(2) not in ("dose", "doses")):
        start = c.position
        c.take()
        hours = duration(c)
        if c.says(*PER_DAY):
            d.put("wear", hours, c)
            d.put("daily", True, c)
        else:
            c.position = start
            return period(c, d.period)
        return True
    return period(c, d.period)


def period(c: Cursor, p: Period) -> bool:
    """When a step runs; see `lasting`."""
    if c.says("for"):
        count = c.value() is not None and c.text(1) in ("dose", "doses")
        once(p, "span", ForDoses(whole(c, "a number of doses")) if count else For(duration(c)), c)
        c.says("dose", "doses")
        return True
    if c.says("until day", "till day", "to day", "through day", "until end day", "up to day"):
        once(p, "span", Until(whole(c, "a day")), c)
        return True
    if c.says("from day", "starting day", "starting on day"):
        once(p, "from_day", whole(c, "a day"), c)
        if c.says("to day", "until day", "to", "until", "through"):
            once(p, "span", Until(whole(c, "a day")), c)
        return True
    return _days_between(c, p)


def _days_between(c: Cursor, p: Period) -> bool:
    start = c.position
    c.says("on", "in", "during")
    length = {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(c.text())
    if length is None or c.value(1) is None:
        c.position = start
        return False
    c.take()
    first = last = whole(c, "a day")
    if c.says("-", "to", "until", "and", "through"):
        c.says("day", "week")
        last = whole(c, "a day")
    once(p, "from_day", (first - 1) * length + 1, c)
    once(p, "span", Until(last * length), c)
    return True


CLAUSES = (times_a_day, divided, area, worn, lasting, days, clock_times, every, one_off, route, over, amount)
