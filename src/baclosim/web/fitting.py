"""What can be asked of an estimate, in the words of the command line, for the page and for the interface alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from .. import moments
from ..errors import InputError, Problem
from ..plan.asked import Reading
from ..scenario.tables import PatientTable
from .jobs import Job, Progress
from .planning import patient_of

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual, Person, Population
    from ..individualise.record import FitRecord
    from ..plan.plan import Plan
    from ..report.document import Document

MOST_PERSONS, MOST_DRAWS = 20, 20_000
MOST_PATIENT_YEARS = 8_000.0  # of all draws and all persons, about half a minute on one core
UNASKED = 48.0  # h that the follow-up looks ahead when nobody asked how far
VERSIONS = 3 * 400  # of a person and of people like this one, in a forecast
LONGEST = 200_000  # characters of a table


class UnitsTable(BaseModel):
    """Units of the bare numbers of a NONMEM-style table."""

    model_config = ConfigDict(extra="forbid", strict=True)

    dose: str | None = Field(None, max_length=20, examples=["mg"])
    level: str | None = Field(None, max_length=20, examples=["ng/mL"])


class FitWanted(BaseModel):
    """A table of levels, scores and symptoms, and what it does not say itself."""

    model_config = ConfigDict(extra="forbid", strict=True)

    data: str = Field(
        max_length=LONGEST, examples=["time,what,value,unit\n74 h,plasma,310,ng/mL"],
        description="text of a CSV file: time, what, value, unit; or a NONMEM-style one",
    )  # fmt: skip
    therapy: str | None = Field(None, max_length=500, description="what is given, when the table holds no doses")
    patient: PatientTable = PatientTable.model_construct()
    since: str | None = Field(None, max_length=100, description="how long the therapy had gone on at hour 0")
    start: str | None = Field(None, max_length=40, description="date and time of hour 0, for tables with dates")
    units: UnitsTable = UnitsTable.model_construct()
    parameters: list[str] | None = Field(None, max_length=40, description="estimate only these")
    population: bool = Field(False, description="also typical values and spread of all persons")
    draws: int = Field(5000, ge=200, le=MOST_DRAWS, description="of the posterior")
    seed: int = Field(0, ge=0, lt=2**63)
    forecast: str | None = Field(None, max_length=100, description="how far to look ahead, such as '7 days'")
    change: str | None = Field(None, max_length=500, description="another therapy from the next dose on")

    def persons(self) -> tuple[Person, ...]:
        """Who is told of; raises InputError with everything that cannot be read, or is too much."""
        from ..individualise import read_persons

        reader = Reading()
        who = patient_of(reader, self.patient)
        hours = reader.hours("since", self.since) if self.since else 0.0
        begun = reader.attempt(lambda: moment(self.start), None)
        reader.attempt(self.ahead, None)
        units = {name: unit for name, unit in self.units.model_dump().items() if unit}
        found = reader.attempt(
            lambda: read_persons(
                self.data.encode(), patient=who, therapy=self.therapy or None, before=hours, start=begun, units=units
            ),
            (),
        )
        reader.done()
        check_size(found, self.draws, self.ahead()[0])
        return found

    def ahead(self) -> tuple[float, Any]:
        """How far to look ahead [h] and under what other therapy, 0 and None when neither was asked for."""
        from ..individualise.forecasting import hours_ahead, parsed

        change = parsed(self.change) if self.change else None
        return hours_ahead(self.forecast or ("7 days" if change else 0.0)), change

    def job(self) -> Job[FitDone]:
        """The job of this estimate; raises InputError."""
        persons = self.persons()
        return Job("fit", lambda progress: self.fitted(persons, progress), len(persons), "persons")

    def fitted(self, persons: Sequence[Person], progress: Progress) -> FitDone:
        """Every person estimated and followed, one after the other, or all together."""
        from ..individualise import fit, fit_population, forecast

        names = [name.strip().replace(" ", "_") for name in self.parameters] if self.parameters else None
        people = fit_population(persons, parameters=names, seed=self.seed) if self.population else None
        found: list[tuple[Individual, Forecast]] = []
        hours, change = self.ahead()
        for number, person in enumerate(persons):
            progress(number, len(persons))
            if people:
                individual = people.individuals[number]
            else:
                individual = fit(person, parameters=names, draws=self.draws, seed=self.seed)
            found.append((individual, forecast(individual, hours or UNASKED, change)))
        return FitDone(tuple(found), people, self.seed, hours > 0.0, moment(self.start))


@dataclass(frozen=True)
class FitDone:
    """Who the persons are, each with the course up to the end of the data and beyond."""

    found: tuple[tuple[Individual, Forecast], ...]
    population: Population | None
    seed: int
    looks_ahead: bool
    start: dt.datetime | None = None

    def plan(self, number: int) -> Plan:
        """What follows for one person: doses, the next level, the next visit; dated by hour 0 where that is known."""
        from ..report.follow_up import Dates, follow_up

        individual, ahead = self.found[number]
        return follow_up(individual, ahead, Dates.of(ahead.now, self.start, dt.date.today()))

    def document(self, number: int) -> Document:
        """The report of one person."""
        from ..report.person import document_of

        return document_of(*self.found[number], self.plan(number))

    def record(self) -> FitRecord:
        """The result in its published shape."""
        from ..individualise.record import record

        shown = [(individual, ahead if self.looks_ahead else None) for individual, ahead in self.found]
        return record("request", shown, self.population, self.seed)


def moment(given: str | None) -> dt.datetime | None:
    """A date and time; raises InputError for anything else."""
    try:
        return moments.moment(given) if given else None
    except ValueError:
        raise InputError(Problem("start", given, "a date and time such as '2026-03-01 08:00'")) from None


def check_size(persons: Sequence[Person], draws: int, ahead: float) -> None:
    """Raise InputError for more than one job may be."""
    if len(persons) > MOST_PERSONS:
        allowed = f"at most {MOST_PERSONS} persons in one job"
        raise InputError(Problem("data", f"{len(persons)} persons", allowed, "The command line has no such limit."))
    hours = sum((draws + VERSIONS) * (person.before + person.last + ahead) for person in persons)
    if hours / 8766.0 > MOST_PATIENT_YEARS:
        asked, allowed = f"{hours / 8766.0:,.0f} patient-years", f"at most {MOST_PATIENT_YEARS:,.0f} in one job"
        raise InputError(Problem("draws", asked, allowed, "Take fewer draws or a shorter time."))
