"""From a data file to persons: every row judged, every fault named by its row, nothing left out silently."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ..cautions import Caution
from ..errors import InputError, Problems, RecordError
from ..patient import Patient
from ..therapy.records.datafile import Layout
from ..units import read
from .kinds import kind_of, kinds, near
from .observations import Observation, Person
from .recorded import recorded
from .rows import DEFAULT_UNITS, OTHER, Row, Sheet, read_sheet
from .values import hours_of, observed

LONGEST = 20 * 365.25 * 24.0  # h
UNITLESS = ("score", "mean score", "yes or no")


@dataclass(frozen=True)
class Known:
    """What the data file itself does not say.

    patient   who the persons are, beyond covariates in the file
    therapy   what is given, when the file holds no doses
    before    h for which the therapy had gone on at hour 0
    start     date and time of hour 0, for files with dates
    units     what bare numbers of a NONMEM-style file are in: "dose" (mg) and "level" (ng/mL)
    observed  whether what was observed is read; then each person must have been
    """

    patient: Patient | None = None
    therapy: Any = None
    before: float = 0.0
    start: dt.datetime | None = None
    units: Mapping[str, str] = dataclasses.field(default_factory=dict)
    observed: bool = True


def read_persons(
    data: object,
    *,
    patient: Patient | None = None,
    therapy: Any = None,
    before: str | float = 0.0,
    start: dt.datetime | None = None,
    units: Mapping[str, str] | None = None,
    columns: str = "",
    ignore: str = "",
    observed: bool = True,
) -> tuple[Person, ...]:
    """Read the path of a data file, a Polars or pandas frame, or a mapping of columns: one Person for each ID.

    columns  names of a data file's columns, as $INPUT gives them; the first line of the file when not given
    ignore   mark of the lines that are comments, as $DATA's IGNORE; # always is one

    Other arguments as for `Known`. Raises RecordError with every fault of the file, by row.
    """
    from ..therapy.language import parse

    regimen = parse(therapy) if isinstance(therapy, str) else therapy
    hours = read(before, "time", where="before", default_unit="hour")
    known = Known(patient, regimen, hours, start, DEFAULT_UNITS | dict(units or {}), observed)
    problems = Problems()
    sheet = read_sheet(data, problems, Layout(columns, ignore), start, observed=observed)
    by_person = groupby(sheet.rows, key=lambda row: row.person)
    persons = [person_of(name, list(rows), sheet, known, problems) for name, rows in by_person]
    sheet.table.locate(problems)
    problems.raise_as(RecordError, f"{len(problems.found)} problem{'s' * (len(problems.found) != 1)} in the data")
    return tuple(person for person in persons if person is not None)


def person_of(name: str, rows: Sequence[Row], sheet: Sheet, known: Known, problems: Problems) -> Person | None:
    """One person from their rows; faults go to `problems`."""
    found = len(problems.found)
    timed = in_order(rows, known, problems)
    check_alive(timed, problems)
    check_units(rows, problems)
    given = [(row, time) for row, time in timed if row.what == "dose"]
    units = known.units if sheet.is_nonmem else {}
    therapy = recorded(given, units.get("dose", ""), problems) if given else known.therapy
    seen = tuple(observations_of(timed, units.get("level", ""), problems)) if known.observed else ()
    check_whole(name, given, seen, known, len(problems.found) == found, problems)
    patient = patient_of(name, known.patient, sheet.covariates.get(name, {}), problems)
    if patient is None or therapy is None or (known.observed and not seen):
        return None
    notes = (marked_note(sheet),) if sheet.marked and known.observed else ()
    return Person(name, patient, therapy, seen, known.before, notes, tuple(time for _, time in timed))


def in_order(rows: Sequence[Row], known: Known, problems: Problems) -> list[tuple[Row, float]]:
    """Each row with its time [h]; times that step back are faults."""
    found: list[tuple[Row, float]] = []
    for row in rows:
        time = hours_of(row, known.start, problems)
        if time is None:
            continue
        if not abs(time) <= LONGEST:
            problems.add(f"row {row.number}, time", row.time, "a time within 20 years of hour 0")
            continue
        if found and time < found[-1][1]:
            allowed = f"a time no earlier than in row {found[-1][0].number}"
            problems.add(f"row {row.number}, time", row.time, allowed, "Sort the rows of one person by time.")
        found.append((row, time))
    return found


def check_alive(timed: Sequence[tuple[Row, float]], problems: Problems) -> None:
    """Nothing is given to the dead or seen in them."""
    died = next(((row, time) for row, time in timed if row.what == "death"), None)
    for row, time in timed:
        if died and row.what != "death" and time > died[1]:
            problems.add(
                f"row {row.number}, {row.what}", f"at {time:g} h", f"nothing after the death in row {died[0].number}"
            )


def check_units(rows: Sequence[Row], problems: Problems) -> None:
    """One unit for each kind of observation and for the doses."""
    first: dict[str, Row] = {}
    for row in rows:
        kind = kind_of(row.what)
        key = kind.name if kind else row.what
        before = first.setdefault(key, row)
        if row.unit != before.unit:
            allowed = f"one unit for {key} throughout, as in row {before.number}: {before.unit or 'none'}"
            problems.add(f"row {row.number}, unit", row.unit or None, allowed)


def observations_of(timed: Sequence[tuple[Row, float]], unit: str, problems: Problems) -> Iterator[Observation]:
    """Everything that was seen; bare levels are in `unit`."""
    for row, time in timed:
        if row.what in ("dose", "death", OTHER):
            continue
        kind = kind_of(row.what)
        if kind is None:
            problems.add(
                f"row {row.number}, what",
                row.what or None,
                f"dose, death or one of {', '.join(kinds())}",
                near(row.what),
            )
            continue
        if row.unit and kind.scale in UNITLESS:
            problems.add(f"row {row.number}, unit", row.unit, f"no unit for {kind.name}")
        default = unit if kind.scale == "level" else ""
        yield from observed(row, kind, time, row.unit or default, problems)


def check_whole(
    name: str, given: Sequence[Any], seen: Sequence[Any], known: Known, is_sound: bool, problems: Problems
) -> None:
    """Doses from one place, and something to fit."""
    who = f"person {name}" if name else "data"
    if given and known.therapy is not None:
        hint = "Leave out the therapy, or the dose rows."
        problems.add(who, f"{len(given)} dose rows and a therapy", "doses from one place", hint)
    if not given and known.therapy is None:
        problems.add(who, "no doses", "dose rows, or a therapy such as '10 mg by mouth every 8 h'")
    if known.observed and not seen and is_sound:
        problems.add(who, "no observation", "at least one observation for each person")


def patient_of(name: str, like: Patient | None, own: Mapping[str, Any], problems: Problems) -> Patient | None:
    """The patient with the covariates of the file; faults go to `problems`."""
    try:
        return dataclasses.replace(like or Patient(), **own)
    except InputError as error:
        problems.absorb(error, f"person {name}" if name else "")
        return None


def marked_note(sheet: Sheet) -> Caution:
    """What was marked as no observation (MDV 1) and so was left out."""
    rows = ", ".join(str(number) for number in sheet.marked)
    return Caution("MDV", f"rows {rows} hold a value but are marked as no observation, and were not used.")
