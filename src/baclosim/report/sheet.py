"""The printed sheet of a plan: one page for the patient, in large type, with boxes to tick and lines to sign."""

from __future__ import annotations

import datetime as dt
import functools
import math
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from ..plan.plan import DAY
from ..plan.safety import DISCLAIMER
from ..plan.tables import dose_in_words, taken_at, times_of_day, when_in_words
from .html import environment

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from ..plan.plan import Plan, Step

MOST_BOXES = 14
"""Days of one step that get a box each; a longer step gets one box for each week."""
ROOMY = 6  # steps that leave space for the largest type
TIGHT = 9  # steps beyond which type is smallest


@dataclass(frozen=True)
class Line:
    """One step on the sheet: when, what at each time of the day, the day's total, boxes to tick."""

    when: str
    takes: tuple[str, ...]
    says: str
    total: str
    do: str
    boxes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """What the sheet shows; `size` is "roomy", "close" or "tight", by how many lines it holds."""

    plan: Plan
    times: tuple[str, ...]
    lines: tuple[Line, ...]
    size: str
    disclaimer: str = DISCLAIMER


def render(plan: Plan) -> str:
    """The sheet as one self-contained page; the same plan gives the same bytes."""
    return page().render(sheet=sheet_of(plan), style=style())


def sheet_of(plan: Plan) -> Sheet:
    """The plan laid out for one page."""
    times = times_of_day(plan)
    lines = tuple(line_of(plan, step, times) for step in plan.steps)
    size = "roomy" if len(lines) <= ROOMY else "close" if len(lines) <= TIGHT else "tight"
    return Sheet(plan, times, lines, size)


def line_of(plan: Plan, step: Step, times: tuple[str, ...]) -> Line:
    """One step as a line."""
    takes = tuple(unbroken(taken_at(step, time), " + ") for time in times) if step.takes else ()
    return Line(days_of(plan, step), takes, step.says, dose_in_words(step), step.do, boxes(plan, step))


def days_of(plan: Plan, step: Step) -> str:
    """The days of a step as short dates, for the boxes name the days of the week; else as everywhere."""
    first, last = plan.date_of(step.start), step.last_day
    if first is None or last is None or step.end - step.start < DAY:
        return unbroken(when_in_words(plan, step), " to ")
    dates = (first, first + dt.timedelta(days=last - step.first_day))
    return unbroken(" – ".join(dict.fromkeys(f"{day.day} {day:%b}" for day in dates)), " – ")


def unbroken(text: str, joint: str) -> str:
    """Text whose lines may break only after this joint."""
    return f"\u00a0{joint.strip()} ".join(part.replace(" ", "\u00a0") for part in text.split(joint))


def boxes(plan: Plan, step: Step) -> tuple[str, ...]:
    """What stands in the boxes of a step: the letter of each day, or a number for each week; none without an end."""
    if math.isinf(step.end) or step.last_day is None:
        return ()
    days = step.last_day - step.first_day + 1
    if days > MOST_BOXES:
        return tuple(f"week {week}" for week in range(1, math.ceil(days / 7.0) + 1))
    begins = plan.date_of(step.start)
    if begins is None:
        return tuple(str(step.first_day + i) for i in range(days))
    return tuple(f"{begins + dt.timedelta(days=i):%a}"[:2] for i in range(days))


@functools.cache
def page() -> Template:
    """The compiled template."""
    return environment().get_template("sheet.html.j2")


@functools.cache
def style() -> Markup:
    """The style sheet."""
    from markupsafe import Markup

    return Markup((resources.files("baclosim.report") / "templates" / "sheet.css").read_text(encoding="utf-8"))
