"""Plans and scenarios as calendars: steps of a taper, changes of dose, refills and alarms of a pump, day by day.

A plan comes from the JSON that a planning command writes, and gives the very entries of its own plan.ics. A scenario
gives the days on which something changes: its doses by mouth, skin or vein, and what a pump's log tells to people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..cautions import Caution
from ..errors import InputError, Problem, ScenarioError
from ..plan.plan import Plan, Step, Take
from ..plan.safety import NEVER_ALONE, WITHDRAWAL, Emergency, Kind
from ..plan.tables import calendar_entries
from ..pump.calendar import Entry, calendar
from ..therapy.policies.guided import Guided
from ..therapy.speech import intake, listed
from ..therapy.timeline import timeline
from .parcel import File, Parcel

if TYPE_CHECKING:
    from ..plan.record import StepRecord
    from ..pump.log import Event
    from ..scenario import Scenario
    from ..therapy.regimen import Regimen

TOLD = ("filled", "refilled", "refill missed", "programmed", "alarm")
"""What of a pump's log belongs into people's calendar."""
DAY = 24.0


def dates_of_plan(text: str, name: str, start: dt.date | None = None) -> Parcel:
    """The calendar of a plan's JSON; `start` is its day 1, where the plan does not say or another is wanted.

    Raises InputError for text that is no plan, and where day 1 is unknown.
    """
    plan = plan_of(text, name)
    plan = replace(plan, begins=start or plan.begins)
    if plan.begins is None:
        raise InputError(Problem("--start", None, "day 1 of the plan, such as 2026-01-05, as the plan does not say it"))
    content = calendar(within_calendar(calendar_entries(plan)), about=plan.kind)
    return Parcel(
        "ics", name, (File(f"{Path(name).stem}.ics", f"the steps of a {plan.kind}", content),), (), plan.facts
    )


def within_calendar(entries: Iterator[Entry]) -> list[Entry]:
    """The entries in order; raises InputError where they run beyond the year 9999, with which calendars end."""
    try:
        return sorted(entries)
    except OverflowError:
        raise InputError(Problem("--start", None, "a day from which all days lie before the year 10000")) from None


def plan_of(text: str, name: str) -> Plan:
    """What a calendar needs of a plan, from its JSON; raises InputError for anything else."""
    from ..plan.record import read_record

    found = read_record(text, name)
    if not found.emergencies:
        raise InputError(Problem("emergencies", None, "what calls for emergency care, which every plan says first"))
    for place, step in enumerate(found.steps):
        if not 0.0 <= step.start_h < inf:
            raise InputError(Problem(f"steps.{place}.start_h", step.start_h, "a finite time from 0"))
    return Plan(
        kind=found.kind,
        title=found.title,
        patient=found.patient,
        before=found.before,
        steps=tuple(map(step_of, found.steps)),
        emergencies=tuple(emergency(e.model_dump()) for e in found.emergencies),
        warnings=tuple(Caution(w.about, w.says, tuple(w.evidence)) for w in found.warnings),
        facts=tuple(found.facts),
        begins=found.begins,
    )


def step_of(found: StepRecord) -> Step:
    """A step from its record."""
    takes = tuple(Take(take.at, take.what, take.amount_ug) for take in found.takes)
    return Step(found.start_h, inf if found.end_h is None else found.end_h, found.says, takes=takes, do=found.do)


def emergency(found: dict[str, Any]) -> Emergency:
    """An emergency from its JSON."""
    lists = {name: tuple(found[name]) for name in ("signs", "act", "facts")}
    return Emergency(cast(Kind, found["kind"]), found["when"], **lists)


def dates_of_scenario(scenario: Scenario, start: dt.datetime | None = None) -> Parcel:
    """The calendar of a scenario from hour 0 on; `start` dates hour 0 where the scenario does not.

    Raises ScenarioError where hour 0 has no date, and where nothing falls on any day.
    """
    hour0 = start or scenario.start
    if hour0 is None:
        allowed = "the date of hour 0: `start` of [simulate], or --start 2026-01-05"
        raise ScenarioError(Problem("simulate.start", None, allowed))
    entries = within_calendar(scenario_entries(scenario, hour0))
    if not entries:
        raise ScenarioError(Problem("therapy", str(scenario.therapy), "doses that change on known days, or a pump"))
    guided = [f"decided at visits, and so in no calendar: {part}" for part in scenario.therapy.guided]
    content = calendar(entries, about="scenario")
    file = File(f"{Path(scenario.name).stem}.ics", f"{len(entries)} days on which something changes", content)
    return Parcel("ics", scenario.name, (file,), tuple(guided), (*NEVER_ALONE.evidence, *WITHDRAWAL.facts))


def scenario_entries(scenario: Scenario, hour0: dt.datetime) -> Iterator[Entry]:
    """Every entry of a scenario whose hour 0 is known."""
    therapy = scenario.therapy
    why = f"{NEVER_ALONE.says} {WITHDRAWAL}"
    for part in therapy.regimens:
        for hours, says in () if isinstance(part, Guided) else changes(part, therapy.clock):
            yield from on_day(scenario, hour0, hours + therapy.lead - scenario.before, f"Baclofen: {says}", why)
    for event in therapy.pump.delivery(scenario.duration, scenario.seed).log if therapy.pump else ():
        if event.kind in TOLD:
            yield from on_day(scenario, hour0, event.time, f"Pump: {event.text}", urgency(event))


def on_day(scenario: Scenario, hour0: dt.datetime, hours: float, title: str, why: str) -> Iterator[Entry]:
    """One entry on the day of an hour of the run; none where that lies outside."""
    if 0.0 <= hours <= scenario.duration:
        moment = hour0 + dt.timedelta(hours=hours)
        series = f"{scenario.title}; {scenario.therapy}; {hours!r}"
        yield Entry(moment.date(), title, f"At {moment:%H:%M}. {why}", hour0.date(), series)


def changes(regimen: Regimen, clock: float) -> Iterator[tuple[float, str]]:
    """Hours of a regimen from which something else is taken, and what; where nothing more is, "none"."""
    segments = [segment for segment in timeline(regimen.steps, clock) if segment.end > segment.start]
    if not segments:
        yield 0.0, "none"
    for segment, following in pairwise((*segments, None)):
        assert segment is not None
        yield segment.start, listed([intake(one) for one in segment.intakes])
        if segment.end < (following.start if following else inf):
            yield segment.end, "none"


def urgency(event: Event) -> str:
    """How urgent a line of the log is; when no drug flows, also the signs that call for help."""
    more = f" No drug flows. {WITHDRAWAL}" if event.priority == "critical" else ""
    return f"Priority: {event.priority}.{more}"
