"""The printed sheet of a plan: one page for the patient, in large type, with boxes to tick and lines to sign."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING

from ..figures.display import readable
from ..plan.plan import DAY
from ..plan.safety import DISCLAIMER
from ..plan.tables import dose_in_words, taken_at, times_of_day, when_in_words
from .html import environment

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from ..plan.plan import Check, Plan, Step
    from ..plan.safety import Emergency

MOST_BOXES = 14
"""Days of one step that get a box each; a longer step gets one box for each week."""
ROOMY = 6  # steps that leave space for the largest type
TIGHT = 9  # steps beyond which type is smallest
STAFF = "Hospital staff:"  # how that begins which the patient need not do
A_PAUSE = "A pause that must be is short, and watched in hospital."
PUMP = "pump"  # where a time of the day would stand, of what a pump gives
TITLES = {
    "taper": "Coming off baclofen, step by step",
    "titration": "Finding your dose of baclofen",
    "follow-up": "Your baclofen: what comes next",
}
KEYS = (
    ("×", "“2 × 10 mg” is two tablets of 10 mg."),
    ("+", "“10 mg + 5 mg” is one tablet of each, together."),
    ("half of", "“half of 5 mg” is half a tablet of 5 mg."),
    (" ug", "“ug” is a microgram: 1000 of them are one milligram (mg)."),
)


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
    """What the sheet shows.

    title   what it is, in everyday words; `about` the plan and what was given until now
    home    whether it is for the patient at home, not for those who treat
    calls   the first thing to do in every emergency; `emergencies` the signs, and what else to do
    keys    how doses are to be read
    size    "roomy", "close" or "tight", by how many lines it holds
    """

    plan: Plan
    title: str
    about: str
    home: bool
    calls: tuple[str, ...]
    emergencies: tuple[Emergency, ...]
    times: tuple[str, ...]
    total: str
    lines: tuple[Line, ...]
    keys: tuple[str, ...]
    checks: tuple[Check, ...]
    size: str
    note: str

    @property
    def never(self) -> str:
        """What is said to everybody beside "Never stop baclofen suddenly."."""
        return "Do not change this plan or skip doses on your own: ask first." if self.home else A_PAUSE

    @property
    def worse(self) -> str:
        """What stands above the checks."""
        return "If you feel worse" if self.home else "If it goes wrong"


def render(plan: Plan) -> str:
    """The sheet as one self-contained page; the same plan gives the same bytes."""
    return page().render(sheet=sheet_of(plan), style=style())


def sheet_of(plan: Plan) -> Sheet:
    """The plan laid out for one page."""
    times = times_of_day(plan)
    done = [(step.home if plan.advice else "") or step.do for step in plan.steps]
    lines = tuple(line_of(plan, step, times, do) for step, do in zip(plan.steps, said_once(done), strict=True))
    given = [said.replace("\u00a0", " ") for line in lines for said in (line.takes or (line.says,))]
    calls, emergencies = called(plan.emergencies)
    return Sheet(
        plan=plan,
        title=TITLES.get(plan.kind) or plan.title.split(":")[0] if plan.advice else plan.title,
        about=f"{plan.title}. Until now: {plan.before}." if plan.advice else f"Until now: {plan.before}.",
        home=bool(plan.advice),
        calls=calls,
        emergencies=emergencies,
        times=times,
        total="Tablets in a day" if any(map(is_mixed, plan.steps)) else "In a day",
        lines=lines,
        keys=tuple(key for mark, key in KEYS if any(mark in said for said in given)),
        checks=plan.advice or plan.checks,
        size="roomy" if len(lines) <= ROOMY else "close" if len(lines) <= TIGHT else "tight",
        note=note(plan),
    )


def note(plan: Plan) -> str:
    """What stands below the signature."""
    crowd = f" over {plan.crowd}" if plan.patients else ""
    return f"{DISCLAIMER} Computed by baclosim{crowd}; checked and adapted by the doctor who signs."


def called(emergencies: Sequence[Emergency]) -> tuple[tuple[str, ...], tuple[Emergency, ...]]:
    """What is to be done in every emergency, and the emergencies with what else there is to do in each.

    One whose signs are all among those of another is told together with it.
    """
    told = [e for e in emergencies if not any(is_part(e, other) for other in emergencies)]
    joined = [together(e, [other for other in emergencies if is_part(other, e)]) for e in told]
    shared = [act for act in joined[0].act if all(act in e.act for e in joined)]
    first = tuple(shared if len(joined) > 1 else shared[:1] if len(joined[0].act) > 1 else ())
    return first, tuple(replace(e, act=tuple(act for act in e.act if act not in first)) for e in joined)


def is_part(one: Emergency, other: Emergency) -> bool:
    """Whether another emergency has all the signs of this one, and more."""
    return set(one.signs) < set(other.signs)


def together(emergency: Emergency, parts: Sequence[Emergency]) -> Emergency:
    """An emergency with those whose signs are among its own."""
    whose = [*(part.when for part in parts), emergency.when[:1].lower() + emergency.when[1:]]
    acts = dict.fromkeys(act for one in (*parts, emergency) for act in one.act)
    in_turn = sorted(acts, key=lambda act: act.startswith(STAFF))
    return replace(emergency, when=", or ".join(whose), act=tuple(in_turn)) if parts else emergency


def line_of(plan: Plan, step: Step, times: tuple[str, ...], do: str) -> Line:
    """One step as a line."""
    takes = tuple(unbroken(taken_at(step, time), " + ") for time in times) if step.takes else ()
    says = everyday(step.says) if plan.advice else step.says
    return Line(days_of(plan, step), takes, says, total_of(plan, step), do, boxes(plan, step))


def everyday(says: str) -> str:
    """What is given, in everyday words."""
    return says.replace("intrathecally", "into the spinal fluid").replace("is tapered", "is turned down slowly")


def said_once(done: Sequence[str]) -> Iterator[str]:
    """What else is to be done at each step; what several steps in turn share is said with the first of them."""
    for do, shared in itertools.groupby(done):
        more = len(list(shared)) - 1
        the_same = f"{do.removesuffix('.')}; the same for the next {f'{more} steps' if more > 1 else 'step'}"
        yield the_same + ("." if do.endswith(".") else "") if more and do else do
        yield from ("",) * more


def total_of(plan: Plan, step: Step) -> str:
    """What is given in a day: of a step with pump and tablets the tablets, for the pump's dose has its own column."""
    if not any(map(is_mixed, plan.steps)) or not step.takes:
        return dose_in_words(step)
    return f"{readable(sum(take.amount for take in step.takes if take.at != PUMP) / 1000.0, 4)} mg"


def is_mixed(step: Step) -> bool:
    """Whether a step gives baclofen from a pump and by tablet."""
    return len({take.at == PUMP for take in step.takes}) > 1


def days_of(plan: Plan, step: Step) -> str:
    """The days of a step as short dates, for the boxes name the days of the week; else as everywhere."""
    first, last = plan.date_of(step.start), step.last_day
    if first is not None and last is None:
        return unbroken(f"from {first.day} {first:%b}", " to ")
    if first is None or last is None or step.end - step.start < DAY:
        return unbroken(when_in_words(plan, step), " to ")
    dates = (first, first + dt.timedelta(days=last - step.first_day))
    return unbroken(" – ".join(dict.fromkeys(f"{day.day} {day:%b}" for day in dates)), " – ")


def unbroken(text: str, joint: str) -> str:
    """Text whose lines may break only after this joint."""
    return f"\u00a0{joint.strip()} ".join(part.replace(" ", "\u00a0") for part in text.split(joint))


def boxes(plan: Plan, step: Step) -> tuple[str, ...]:
    """What stands in the boxes of a step: each day, or a number for each week; one of what takes hours.

    None of what goes on.
    """
    if math.isinf(step.end) or step.last_day is None:
        return ()
    if step.end - step.start < DAY:
        return ("done",)
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
