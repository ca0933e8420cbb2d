"""A plan as rows of text and as entries of a calendar: for files, for the terminal and for the printed sheet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..figures.display import readable, time_in_words
from .plan import DAY, Plan, Step

if TYPE_CHECKING:
    import polars

    from ..pump.calendar import Entry


def day_in_words(day: dt.date, *, year: bool = False) -> str:
    """A date as people write it.

    >>> day_in_words(dt.date(2026, 11, 30), year=True)
    'Mon 30 Nov 2026'
    """
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if year else "")


def when_in_words(plan: Plan, step: Step) -> str:
    """When a step holds: dates where the first day is known, days of the plan otherwise; hours within one day."""
    if (step.end <= DAY and not step.start.is_integer()) or (step.end - step.start < DAY and not math.isinf(step.end)):
        return f"{readable(step.start)} to {readable(step.end)} h"
    begins, last = plan.date_of(step.start), step.last_day
    if begins is None:
        days = f"day {step.first_day}"
        return f"from {days}" if last is None else days if last == step.first_day else f"{days} to {last}"
    if last is None:
        return f"from {day_in_words(begins)}"
    ends = begins + dt.timedelta(days=last - step.first_day)
    return day_in_words(begins) if ends == begins else f"{day_in_words(begins)} to {day_in_words(ends)}"


def dose_in_words(step: Step) -> str:
    """The daily dose of a step, in the unit usual for the route; empty where it is not a dose."""
    if step.daily_dose is None:
        return ""
    if step.daily_dose == 0.0:
        return "none"
    is_canal = step.route == "intrathecal"
    return f"{readable(step.daily_dose, 4)} ug" if is_canal else f"{readable(step.daily_dose / 1000.0, 4)} mg"


def times_of_day(plan: Plan) -> tuple[str, ...]:
    """Every time of the day at which some step gives something, in order of first use by the fullest step."""
    fullest = max(plan.steps, key=lambda step: len(step.takes), default=None)
    first = tuple(take.at for take in fullest.takes) if fullest else ()
    return tuple(dict.fromkeys((*first, *(take.at for step in plan.steps for take in step.takes))))


def taken_at(step: Step, time: str) -> str:
    """What a step gives at a time of the day; a dash for nothing."""
    return " + ".join(take.what for take in step.takes if take.at == time) or "–"


def long_time(hours: float) -> str:
    """A long time as people say it.

    >>> long_time(5844.0), long_time(240.0), long_time(35064.0)
    ('8 months', '10 days', '4 years')
    """
    days = hours / DAY
    if days < 60.0:
        return time_in_words(hours)
    months = days / (365.25 / 12.0)
    return f"{readable(months, 2)} months" if months < 24.0 else f"{readable(months / 12.0, 2)} years"


def lasting(step: Step) -> str:
    """How long a step lasts."""
    return "from then on" if math.isinf(step.end) else time_in_words(step.end - step.start)


def step_rows(plan: Plan) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The plan as a calendar for people: columns, and one row for each step; columns that say nothing are left out."""
    times = times_of_day(plan)
    columns = ("when", "in a day", *times, "given", "what else")
    rows = [
        (
            when_in_words(plan, step),
            dose_in_words(step),
            *(taken_at(step, time) if step.takes else "" for time in times),
            "" if step.takes or step.daily_dose == 0.0 else step.says,
            step.do,
        )
        for step in plan.steps
    ]
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    return tuple(columns[i] for i in kept), [tuple(row[i] for i in kept) for row in rows]


def steps_frame(plan: Plan) -> polars.DataFrame:
    """One row for each step: days, dates, daily dose, what is taken when, what else happens."""
    import polars

    times = times_of_day(plan)
    rows = [
        {
            "first_day": step.first_day,
            "last_day": step.last_day,
            "date": plan.date_of(step.start),
            "start_h": step.start,
            "end_h": None if math.isinf(step.end) else step.end,
            "daily_dose_ug": step.daily_dose,
            "route": step.route,
            **{f"at {time}": taken_at(step, time) for time in times},
            "says": step.says,
            "do": step.do,
        }
        for step in plan.steps
    ]
    kinds = {"date": polars.Date, "last_day": polars.Int64, "end_h": polars.Float64, "daily_dose_ug": polars.Float64}
    return polars.DataFrame(rows, schema_overrides=kinds)


def given(step: Step) -> str:
    """What is given, for people: at the times of day of the sheet where there are some, else as it was simulated."""
    return ", ".join(f"{take.at} {take.what}" for take in step.takes) or step.says


def calendar_entries(plan: Plan) -> Iterator[Entry]:
    """One entry for each step, on the day on which it begins; none when it is not known when the plan begins."""
    from ..pump.calendar import Entry

    warning = " ".join((plan.warnings[0].says, *map(str, plan.emergencies)))
    for number, step in enumerate(plan.steps, 1):
        day = plan.date_of(step.start)
        if day is None or plan.begins is None:
            continue
        title = " · ".join(part for part in (f"Baclofen: {given(step)}", step.do) if part)
        yield Entry(day, title, f"{lasting(step)}. {warning}", plan.begins, f"{plan.title}; {plan.before}; {number}")
