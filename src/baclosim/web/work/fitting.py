"""What can be asked of an estimate, in the words of the command line, for the page and for the interface alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from ... import moments
from ...errors import InputError, Problem
from ...plan.asked import Reading
from ...scenario.tables import PatientTable
from .jobs import Job, Progress
from .planning import patient_of

if TYPE_CHECKING:
    from ...individualise import Forecast, Individual, Person, Population
    from ...individualise.record import FitRecord
    from ...plan.plan import Plan
    from ...report.document import Document

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


class Records(BaseModel):
    """A table of doses, levels, scores and symptoms, and what it does not say itself."""

    model_config = ConfigDict(extra="forbid", strict=True)

    data: str = Field(
        max_length=LONGEST, examples=["time,what,value,unit\n74 h,plasma,310,ng/mL"],
        description="text of a CSV file: time, what, value, unit; or a NONMEM-style one",
    )  # fmt: skip
    therapy: str | None = Field(None, max_length=500, description="what is given, when the table holds no doses")
    patient: PatientTable = PatientTable.model_construct()
    start: str | None = Field(None, max_length=40, description="date and time of hour 0, for tables with dates")
    units: UnitsTable = UnitsTable.model_construct()
    columns: str = Field("", max_length=500, description="names of the columns, as $INPUT gives them")
    ignore: str = Field("", max_length=1, description="mark of lines that are comments, as $DATA's IGNORE")

    @property
    def bare_units(self) -> dict[str, str]:
        """Units of bare numbers, those that were told."""
        return {name: unit for name, unit in self.units.model_dump().items() if unit}


class FitWanted(Records):
    """What is asked of an estimate."""

    since: str | None = Field(None, max_length=100, description="how long the therapy had gone on at hour 0")
    parameters: list[str] | None = Field(None, max_length=40, description="estimate only these")
    population: bool = Field(False, description="also typical values and spread of all persons")
    draws: int = Field(5000, ge=200, le=MOST_DRAWS, description="of the posterior of one person")
    seed: int = Field(0, ge=0, lt=2**63)
    forecast: str | None = Field(None, max_length=100, description="how far to look ahead, such as '7 days'")
    change: str | None = Field(None, max_length=500, description="another therapy from the next dose on")

    def persons(self) -> tuple[Person, ...]:
        """Who is told of; raises InputError with everything that cannot be read, or is too much."""
        from ...individualise import read_persons

        reader = Reading()
        who = patient_of(reader, self.patient)
        hours = reader.hours("since", self.since) if self.since else 0.0
        begun = reader.attempt(lambda: moment(self.start), None)
        reader.attempt(self.ahead, None)
        reader.attempt(self.names, None)
        found = reader.attempt(
            lambda: read_persons(
                self.data.encode(), patient=who, therapy=self.therapy or None, before=hours, start=begun,
                units=self.bare_units, columns=self.columns, ignore=self.ignore,
            ),
            (),
        )  # fmt: skip
        if self.population and len(found) == 1:
            reader.refuse("population", "one person", "at least two persons, told apart by a column ID")
        if self.population and "draws" in self.model_fields_set:
            reader.refuse("draws", self.draws, "nothing with `population`, which draws each person anew in every round")
        reader.done()
        check_size(found, self.draws, self.ahead()[0])
        return found

    def ahead(self) -> tuple[float, Any]:
        """How far to look ahead [h] and under what other therapy, 0 and None when neither was asked for."""
        from ...individualise.forecasting import hours_ahead, parsed

        change = parsed(self.change) if self.change else None
        return hours_ahead(self.forecast or ("7 days" if change else 0.0)), change

    def names(self) -> tuple[str, ...] | None:
        """What alone is estimated, if anything was said; raises InputError for names that there are not."""
        from ...individualise.estimated import checked, names_in

        return checked(names_in(",".join(self.parameters))) if self.parameters else None

    def job(self) -> Job[FitDone]:
        """The job of this estimate; raises InputError."""
        persons = self.persons()
        return Job("fit", lambda progress: self.fitted(persons, progress), len(persons) * self.draws, "draws")

    def fitted(self, persons: Sequence[Person], progress: Progress) -> FitDone:
        """Every person estimated and followed, one after the other, or all together."""
        from ...individualise import forecast

        people = self.together(persons, progress) if self.population else None
        found: list[tuple[Individual, Forecast]] = []
        hours, change = self.ahead()
        for individual in people.individuals if people else self.apart(persons, progress):
            found.append((individual, forecast(individual, hours or UNASKED, change)))
            progress(len(found) * self.draws, len(persons) * self.draws)
        return FitDone(tuple(found), people, self.seed, hours > 0.0, moment(self.start))

    def apart(self, persons: Sequence[Person], progress: Progress) -> Iterator[Individual]:
        """Each person estimated alone, when their turn comes."""
        from ...individualise import fit

        for number, person in enumerate(persons):

            def told(done: int, of: int, before: int = number * self.draws) -> None:
                progress(before + done * self.draws // of, len(persons) * self.draws)

            yield fit(person, parameters=self.names(), draws=self.draws, seed=self.seed, told=told)

    def together(self, persons: Sequence[Person], progress: Progress) -> Population:
        """All persons estimated as a group."""
        from ...individualise import fit_population

        def told(done: int, of: int) -> None:
            progress(done * len(persons) * self.draws // of, len(persons) * self.draws)

        return fit_population(persons, parameters=self.names(), seed=self.seed, told=told)


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
        from ...report.follow_up import Dates, follow_up

        individual, ahead = self.found[number]
        return follow_up(individual, ahead, Dates.of(ahead.now, self.start, dt.date.today()))

    def document(self, number: int) -> Document:
        """The report of one person."""
        from ...report.person import document_of

        return document_of(*self.found[number], self.plan(number))

    def record(self) -> FitRecord:
        """The result in its published shape."""
        from ...individualise.record import record

        shown = [(individual, ahead if self.looks_ahead else None) for individual, ahead in self.found]
        return record("request", shown, self.population, self.seed)

    def together(self) -> tuple[Sequence[str], Sequence[Sequence[str]], str] | None:
        """Typical values and spread of all persons in words: columns, rows, a remark; None when nobody asked."""
        from ...individualise.words import POPULATION, population_words, scatter_words

        people = self.population
        return (POPULATION, population_words(people), scatter_words(people)) if people else None


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
