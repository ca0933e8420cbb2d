"""A regimen as one normalised sentence: the same regimen always reads the same, and reads back as itself."""

from __future__ import annotations

import numpy as np

from .amounts import Amount, Gel, Mass, MassPerWeight, Tablets, tidy
from .steps import Adherence, Dosing, For, ForDoses, Intake, Nothing, Percent, Ramp, Span, Step, Steps
from .timing import Clock, Continuous, Days, Divided, Every, EveryNthDay, Once, TimesADay, Timing

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROUTE = {"mouth": "by mouth", "vein": "intravenously", "intrathecal": "intrathecally"}
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


def number(value: float) -> str:
    """A number in full, twelve significant digits, never with an exponent."""
    return np.format_float_positional(tidy(value), trim="-")


def mass(ug: float, route: str = "mouth") -> str:
    """A mass in the unit usual for the route: micrograms in the canal, milligrams elsewhere."""
    return f"{number(ug)} ug" if route == "intrathecal" else f"{number(ug / 1000)} mg"


def duration(hours: float) -> str:
    """A time in the largest unit that it fills evenly, else in hours."""
    for size, name in ((168.0, "week"), (24.0, "day")):
        if hours >= size and hours % size == 0:
            count = number(hours / size)
            return f"{count} {name}" + ("" if count == "1" else "s")
    minutes = round(hours * 60)
    in_minutes = hours < 1 and tidy(minutes / 60) == hours
    return f"{minutes} minute{'s' * (minutes != 1)}" if in_minutes else f"{number(hours)} h"


def interval(hours: float) -> str:
    """A time as it follows the word every: "every day", "every 8 h"."""
    text = duration(hours)
    return text.removeprefix("1 ") if text in ("1 week", "1 day") else text


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, ..."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def listed(words: list[str]) -> str:
    """One, two and three."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def clock_time(hours: float) -> str:
    """Hours after midnight as 08:30."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def amount(of: Amount, route: str) -> str:
    """What one dose is."""
    if isinstance(of, Tablets):
        count = {0.5: "half a tablet", 1.0: "1 tablet"}.get(of.count, f"{number(of.count)} tablets")
        return f"{count} of {mass(of.strength)}"
    if isinstance(of, Gel):
        return f"{number(of.grams)} g of {number(of.strength * 100)} % gel"
    per_weight = "/kg" if isinstance(of, MassPerWeight) else ""
    return mass(of.amount, route) + per_weight + (" in gel" if route == "skin" else "")


def timing(when: Timing) -> str:
    """When it is taken."""
    match when:
        case Every(hours):
            return "every 24 h" if hours == 24 else f"every {interval(hours)}"
        case TimesADay(count):
            return f"{_TIMES.get(count, f'{count} times')} daily"
        case Divided(count):
            return f"in {count} dose" + ("" if count == 1 else "s")
        case Clock(hours):
            return f"at {listed([clock_time(hour) for hour in hours])}"
        case Once():
            return "once"
        case Continuous():
            return ""


def days(pattern: Days | None) -> str:
    """On which days it is taken."""
    if pattern is None:
        return ""
    if isinstance(pattern, EveryNthDay):
        return f"on every {ordinal(pattern.n)} day"
    if pattern.days == (0, 1, 2, 3, 4):
        return "on weekdays"
    return f"on {listed([WEEKDAYS[day] + 's' for day in pattern.days])}"


def intake(of: Intake) -> str:
    """One thing that is taken."""
    per_day = "/day" if isinstance(of.timing, Divided | Continuous) else ""
    said = amount(of.amount, of.route)
    said = said.replace(" in gel", f"{per_day} in gel") if " in gel" in said else said + per_day
    parts = [
        said,
        f"to {number(of.area)} cm2 of skin" if of.area is not None else ROUTE.get(of.route, ""),
        f"worn for {duration(of.wear)}" if of.wear is not None else "",
        f"over {duration(of.over)}" if of.over else "",
        timing(of.timing),
        days(of.days),
        of.food,
    ]
    return " ".join(part for part in parts if part)


def span(of: Span | None) -> str:
    """How long a step lasts, with a space in front."""
    match of:
        case None:
            return ""
        case For(hours):
            return f" for {duration(hours)}"
        case ForDoses(count):
            return f" for {count} dose" + ("" if count == 1 else "s")
        case _:
            return f" until day {of.day}"


def ramp(of: Ramp, route: str = "mouth") -> str:
    """A change in even steps, of doses by one route."""
    basis = "/day" if of.basis == "day" else " per dose"

    def said(change: Mass | MassPerWeight) -> str:
        return f"{mass(change.amount, route)}{'/kg' if isinstance(change, MassPerWeight) else ''}{basis}"

    change = f"{number(of.change.percent)} %" if isinstance(of.change, Percent) else said(of.change)
    target = "to zero" if of.target is None else f"{'up' if of.upward else 'down'} to {said(of.target)}"
    return f"{'increase' if of.upward else 'reduce'} by {change} every {interval(of.every)} {target}"


def step(of: Step, route: str = "mouth") -> str:
    """One step of a regimen; `route` is that of the doses which a ramp changes."""
    if isinstance(of, Ramp):
        return ramp(of, route) + span(of.span)
    what = "stop" if isinstance(of, Nothing) and of.span is None else "nothing"
    is_single = isinstance(of, Dosing) and of.is_single
    if isinstance(of, Dosing):
        what = " and ".join(intake(one) for one in of.intakes)
    from_day = "" if of.from_day is None else f" {'on' if is_single else 'from'} day {of.from_day}"
    return what + from_day + span(of.span)


def adherence(of: Adherence) -> str:
    """Which doses are missed, with a comma in front of each part."""
    random = f", missing {number(of.random * 100)} % of doses at random" if of.random else ""
    if not of.numbers:
        return random
    return f"{random}, missing the {listed([ordinal(n) for n in of.numbers])} dose" + "s" * (len(of.numbers) > 1)


def sentence(steps: Steps, missed: Adherence) -> str:
    """The whole regimen."""
    said, route = [], "mouth"
    for one in steps:
        route = one.intakes[0].route if isinstance(one, Dosing) else route
        said.append(step(one, route))
    return ", then ".join(said) + adherence(missed)
