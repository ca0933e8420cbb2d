"""Timing of FHIR and timing of a regimen, both ways: frequency and period, clock times, events of the day, weekdays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...errors import Problem, TherapyError
from ...therapy.timing import DAY, Clock, Days, Divided, Every, EveryNthDay, Once, TimesADay, Timing, Weekdays
from .account import shortly
from .codes import shown, tables

Json = dict[str, Any]
HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "d": 24.0, "wk": 168.0}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LISTS = ("timeOfDay", "when", "dayOfWeek")
SHORTEST = 1 / 60  # h between doses
UNSURE = ("countMax", "frequencyMax", "periodMax", "durationMax", "boundsRange")


@dataclass(frozen=True)
class Rhythm:
    """When something is given: timing, days, how long one dose takes [h], and how many doses there are in all."""

    timing: Timing
    days: Days | None = None
    over: float = 0.0
    count: int | None = None


def rhythm(timing: Json) -> Rhythm | None:
    """The rhythm of a Timing; None where it says nothing of when. Raises TherapyError for what cannot be followed."""
    repeat = timing.get("repeat") or {}
    for key in LISTS:
        if None in (repeat.get(key) or ()):
            raise _unsure(f"repeat.{key}", repeat[key], "values, not extensions alone")
    for key in UNSURE:
        if key in repeat:
            raise _unsure(f"repeat.{key}", repeat[key], "one number, no range", "How much is taken would be a guess.")
    over = hours_of(repeat, "duration", "durationUnit") if "duration" in repeat else 0.0
    count = repeat.get("count")
    if count == 1 and not {"frequency", "period", "timeOfDay", "when", "dayOfWeek"} & set(repeat):
        return Rhythm(Once(), None, over)
    if timing.get("event"):
        return _event(timing["event"], over)
    found = _repeated(repeat) or _abbreviated(timing.get("code"))
    return None if found is None else Rhythm(*found, over, count)


def _unsure(where: str, given: object, allowed: str, hint: str = "") -> TherapyError:
    return TherapyError(Problem(f"timing.{where}", given, allowed, hint))


def _event(events: list[str], over: float) -> Rhythm:
    if len(events) != 1:
        raise _unsure("event", events, "one event, or a repeat with frequency and period")
    return Rhythm(Once(), None, over)


def hours_of(repeat: Json, value: str, unit: str) -> float:
    """A time of a repeat in hours. Raises TherapyError for a unit that is no fixed time."""
    if repeat.get(unit) not in HOURS:
        raise _unsure(f"repeat.{unit}", repeat.get(unit), f"one of {', '.join(HOURS)}")
    return float(repeat[value]) * HOURS[repeat[unit]]


def _abbreviated(code: Any) -> tuple[Timing, Days | None] | None:
    """The timing of a code such as TID; a code that is not known is a problem, as it may not be left out."""
    if not code:
        return None
    words = [one.get("code") for one in code.get("coding") or ()] + [code.get("text")]
    table = tables()["abbreviation"]
    known = next((table[word.upper()] for word in words if word and word.upper() in table), None)
    if known is None:
        allowed = f"one of {', '.join(table)}, or a repeat with frequency and period"
        raise _unsure("code", shown(code), allowed)
    if "times" in known:
        return TimesADay(known["times"]), None
    return (Every(known["every"]), None) if "every" in known else (Clock(tuple(known["clock"])), None)


def _repeated(repeat: Json) -> tuple[Timing, Days | None] | None:
    """Timing and days of a repeat with frequency, period, clock times, events of the day or weekdays."""
    if not {"frequency", "period", "timeOfDay", "when", "dayOfWeek"} & set(repeat):
        return None
    days = Weekdays(tuple(sorted(map(_weekday, repeat["dayOfWeek"])))) if repeat.get("dayOfWeek") else None
    clock = _clock(repeat)
    frequency = int(repeat.get("frequency", 1))
    period = hours_of(repeat, "period", "periodUnit") if "period" in repeat else DAY
    if frequency < 1 or period / frequency < SHORTEST:
        given = f"{frequency} times in {shortly(period)} h"
        raise _unsure("repeat", given, "a frequency and a period of at least a minute between doses")
    if clock is not None:
        return clock, days or _every_nth(repeat, frequency, period, len(clock.hours))
    if days is not None and repeat.get("periodUnit") == "wk" and frequency in (1, len(days.days)):
        return TimesADay(1), days
    return _even(frequency, period), days


def _even(frequency: int, period: float) -> Timing:
    """Doses evenly spaced in a period [h]."""
    if period == DAY:
        return TimesADay(frequency)
    if frequency > 1 and period > DAY:
        given = f"{frequency} times in {period / DAY:g} days"
        raise _unsure("repeat", given, "the days on which it is taken, as dayOfWeek, or an even interval")
    return Every(period / frequency)


def _every_nth(repeat: Json, frequency: int, period: float, times: int) -> Days | None:
    """Every second day and so on, for doses at clock times."""
    if "frequency" in repeat and frequency not in (1, times):
        raise _unsure("repeat.frequency", frequency, f"{times}, as many as there are times of the day")
    if period == DAY:
        return None
    if period < DAY or period % DAY:
        raise _unsure("repeat.period", f"{shortly(period)} h", "whole days together with times of the day")
    return EveryNthDay(round(period / DAY))


def _weekday(code: str) -> int:
    if code not in WEEKDAYS:
        raise _unsure("repeat.dayOfWeek", code, f"one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(code)


def _clock(repeat: Json) -> Clock | None:
    """Clock times said outright or as events of the day; None for neither."""
    hours = [_hour(text) for text in repeat.get("timeOfDay") or ()]
    shift = float(repeat.get("offset") or 0) / 60.0
    for event in repeat.get("when") or ():
        known = tables()["when"].get(event.split(".")[0])
        if known is None:
            raise _unsure("repeat.when", event, f"one of {', '.join(tables()['when'])}")
        hours += [(hour + known["sign"] * shift) % DAY for hour in known["hours"]]
    return Clock(tuple(sorted(set(hours)))) if hours else None


def _hour(text: str) -> float:
    hour, minute, *_ = text.split(":")
    return int(hour) + int(minute) / 60.0


def repeat_of(timing: Timing, days: Days | None, over: float) -> Json | None:
    """A timing as `Timing.repeat`; None where FHIR has no words for it."""
    found = _clock_repeat(timing, days) if isinstance(timing, Clock) else _plain_repeat(timing, days)
    if found is not None and over:
        found |= {"duration": _plain(over * 60.0), "durationUnit": "min"}
    return found


def _clock_repeat(timing: Clock, days: Days | None) -> Json | None:
    from ...therapy.speech import clock_time

    times = [f"{clock_time(hour)}:00" for hour in timing.hours]
    if any(abs(_hour(text) - hour) > 1e-9 for text, hour in zip(times, timing.hours, strict=True)):
        return None
    nth = days.n if isinstance(days, EveryNthDay) else 1
    return {"frequency": len(times), "period": nth, "periodUnit": "d", "timeOfDay": times, **_weekdays(days)}


def _plain_repeat(timing: Timing, days: Days | None) -> Json | None:
    if isinstance(days, EveryNthDay):
        return None
    if isinstance(timing, Once):
        return {"count": 1}
    if isinstance(timing, TimesADay | Divided):
        return {"frequency": timing.count, "period": 1, "periodUnit": "d", **_weekdays(days)}
    if isinstance(timing, Every):
        return {"frequency": 1, **_period(timing.interval), **_weekdays(days)}
    return {}


def _period(hours: float) -> Json:
    if hours < 1.0 or hours * 60.0 % 60.0:
        return {"period": _plain(hours * 60.0), "periodUnit": "min"}
    return {"period": _plain(hours), "periodUnit": "h"}


def _plain(value: float) -> int | float:
    """A number without a decimal point where it is whole, of twelve significant digits."""
    tidy = float(f"{value:.12g}")
    return int(tidy) if tidy.is_integer() else tidy


def _weekdays(days: Days | None) -> Json:
    return {"dayOfWeek": [WEEKDAYS[day] for day in days.days]} if isinstance(days, Weekdays) else {}
