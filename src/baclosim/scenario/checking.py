"""From checked names and types to a patient, a therapy and how to simulate them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

from .. import moments
from ..errors import InputError, Problem, Problems, ScenarioError
from ..patient import Patient
from ..therapy.timing import DAY
from ..units import read
from .prescribed import LONGEST, Therapy, prescribed
from .reading import Source, parsed, source
from .shape import located, shaped
from .tables import PatientTable, SimulateTable

SHORTEST_STEP = 1.0 / 60.0  # h
MOST_TIMES = 100_000
_INDEX = re.compile(r"\[(\d+)\]")
_LINE = re.compile(r"\(line (\d+)\)")


@dataclass(frozen=True)
class Scenario:
    """One study of one kind of patient.

    duration  h
    before    h of treatment, the same or another, before the run begins
    patients  number of virtual patients
    every     h between recorded values
    start     date and clock time of hour 0, when it matters
    name      the file or example it came from
    text      the file as written
    """

    title: str
    patient: Patient
    therapy: Therapy
    duration: float
    before: float
    patients: int
    seed: int
    every: float
    start: dt.datetime | None
    name: str
    text: str


def load(path_or_example: str | Path) -> Scenario:
    """Read a scenario file, or a bundled example by name; raises ScenarioError with every mistake."""
    return checked(source(path_or_example))


def loads(text: str, name: str = "scenario") -> Scenario:
    """Read a scenario from text; raises ScenarioError with every mistake."""
    return checked(parsed(name, text))


def checked(found: Source) -> Scenario:
    """Judge a parsed scenario; raises ScenarioError with every mistake."""
    problems = Problems()
    tables, dropped = shaped(found, problems)
    patient = patient_of(tables.patient, problems)
    duration = duration_of(tables.simulate, dropped, problems)
    before = before_of(tables.simulate, problems)
    every = every_of(tables.simulate, duration, problems)
    start = start_of(tables.simulate, problems)
    therapy = prescribed(tables.therapy, start, before, dropped, problems)
    located_again(problems, found)
    count = len(problems.found)
    problems.raise_as(ScenarioError, f"{found.name}: {count} problem{'s' * (count != 1)}")
    assert patient is not None
    assert therapy is not None
    return Scenario(
        title=tables.title or Path(found.name).stem,
        patient=patient,
        therapy=therapy,
        duration=duration,
        before=before + therapy.lead,
        patients=tables.simulate.patients,
        seed=tables.simulate.seed,
        every=every,
        start=start,
        name=found.name,
        text=found.text,
    )


def patient_of(table: PatientTable, problems: Problems) -> Patient | None:
    """The patient; faults go to `problems`."""
    try:
        return Patient(**table.given())
    except InputError as error:
        problems.absorb(error, "patient")
        return None


def duration_of(table: SimulateTable, dropped: set[str], problems: Problems) -> float:
    """How long to simulate [h]; a day when it cannot be read."""
    if table.duration is None:
        if "simulate.duration" not in dropped:
            problems.add("simulate.duration", None, "how long to simulate, such as '60 days'")
        return DAY
    hours = time_of(table.duration, "simulate.duration", problems)
    if hours is not None and not 0.0 < hours <= LONGEST:
        problems.add("simulate.duration", table.duration, "more than nothing and at most 20 years")
        return DAY
    return hours or DAY


def before_of(table: SimulateTable, problems: Problems) -> float:
    """How long the therapy has gone on when the run begins [h]; whole days when it is days."""
    hours = 0.0 if table.before is None else time_of(table.before, "simulate.before", problems)
    if hours is not None and not 0.0 <= hours <= LONGEST:
        problems.add("simulate.before", table.before, "a time of at most 20 years")
    return 0.0 if not hours else DAY * round(hours / DAY) if hours > DAY else hours


def every_of(table: SimulateTable, duration: float, problems: Problems) -> float:
    """Time between recorded values [h]: as written, or what suits the duration; the latter also when it is at fault."""
    if table.every is None:
        return usual_interval(duration)
    hours = time_of(table.every, "simulate.every", problems)
    if hours is None:
        return usual_interval(duration)
    least = max(SHORTEST_STEP, duration / MOST_TIMES)
    if not least <= hours <= duration:
        allowed = f"between {least * 60:.3g} min and the duration of {duration:g} h"
        problems.add("simulate.every", table.every, allowed)
        return usual_interval(duration)
    return hours


def usual_interval(duration: float) -> float:
    """Quarter hours for days, hours for months, six hours beyond two years [h]."""
    return 0.25 if duration <= 7 * DAY else 1.0 if duration <= 731 * DAY else 6.0


def time_of(given: object, where: str, problems: Problems) -> float | None:
    """A time [h], or None with the fault noted."""
    try:
        return read(given, "time", where=where)
    except InputError as error:
        problems.absorb(error)
        return None


def start_of(table: SimulateTable, problems: Problems) -> dt.datetime | None:
    """Date and clock time of hour 0; a clock time alone means a Monday."""
    if table.start is None:
        return None
    for text in (table.start, f"2026-01-05T{table.start}"):
        try:
            return moments.moment(text)
        except ValueError:
            continue
    problems.add("simulate.start", table.start, "a date and clock time, such as '2026-01-05 08:00'")
    return None


def located_again(problems: Problems, found: Source) -> None:
    """Give each problem the line on which its key stands, where it has none yet, and sort by line."""
    for index, problem in enumerate(problems.found):
        if not _LINE.search(problem.where):
            path = _INDEX.sub(lambda entry: f".{int(entry[1]) - 1}", problem.where).split(".")
            where = located(tuple(path), found.text, problem.where)
            problems.found[index] = replace(problem, where=where)
    problems.found.sort(key=_line_number)


def _line_number(problem: Problem) -> int:
    line = _LINE.search(problem.where)
    return int(line[1]) if line else 0
