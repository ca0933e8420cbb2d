"""What can be asked of the planners, in the words of the command line, for the page and for the interface alike."""

from __future__ import annotations

import abc
import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, Strict

from ...errors import InputError, Problem
from ...patient import Patient
from ...plan.asked import Reading
from ...plan.plan import Plan
from ...pump.asked import USUAL
from ...scenario.tables import PatientTable, ScenarioTable

if TYPE_CHECKING:
    from ...plan.people import Known
    from ...scenario.interrupted import Case

MOST_PATIENTS = 1_000
OFF = "18 h"
Tier = Literal["mild", "moderate", "severe"]
OTHERWISE = {"with": "drugs", "limit": "limits", "overdose": "taken", "start": "begins"}
"""Options of the command line whose keys are called otherwise here."""


def only_text(given: Any) -> Any:
    """A day as people write it; raises ValueError for a bare number, which pydantic would take for seconds."""
    if isinstance(given, int | float):
        raise ValueError("expected a day, such as 2026-01-05")
    return given


Day = Annotated[dt.date, Strict(False), BeforeValidator(only_text)]


class Wanted(BaseModel, abc.ABC):
    """What every plan needs: who, how many virtual patients, the day on which it begins."""

    model_config = ConfigDict(extra="forbid", strict=True)

    patient: PatientTable = PatientTable.model_construct()
    patients: int = Field(200, ge=20, le=MOST_PATIENTS)
    seed: int = Field(1, ge=0, lt=2**63)
    begins: Day | None = Field(None, description="day 1, such as 2026-01-05; when left out as on the command line")

    waits: ClassVar[int] = 1  # days until a plan begins that is told no day: tomorrow, or today in an emergency

    _known: Known | None = PrivateAttr(None)

    def for_person(self, known: Known) -> Self:
        """The same for this very person, as their data tell, in place of people like the patient."""
        self._known = known
        return self

    @property
    def shared(self) -> dict[str, Any]:
        """What every planner takes."""
        return {"patients": self.patients, "seed": self.seed, "begins": self.day_one, "known": self._known}

    @property
    def day_one(self) -> dt.date:
        """The day on which the plan begins."""
        return self.begins or dt.date.today() + dt.timedelta(days=self.waits)

    def plan(self) -> Plan:
        """The plan; raises InputError listing what cannot be read, PlanError when nothing satisfies it."""
        try:
            return self.planned(Reading())
        except InputError as error:
            raise InputError([keyed(problem) for problem in error.problems] or str(error)) from None

    @abc.abstractmethod
    def planned(self, read: Reading) -> Plan:
        """The same, problems named as planners name them."""


def keyed(problem: Problem) -> Problem:
    """A problem named by its key, where planners name it by the option of the command line."""
    option = problem.where.removeprefix("--")
    return replace(problem, where=OTHERWISE.get(option, option).replace("-", "_"))


def patient_of(read: Reading, table: PatientTable) -> Patient:
    """The person; an adult of whom nothing is known when the table cannot be read."""
    return read.attempt(lambda: Patient(**table.given()), Patient())


class TaperWanted(Wanted):
    """A taper of tablets or of a pump."""

    treatment: str = Field(max_length=500, examples=["25 mg three times daily"])
    since: str = Field("6 months", max_length=100)
    tablets: str | None = Field(None, max_length=100, description="strengths in mg, such as '10, 5'")
    halves: bool = False
    liquid: str | None = Field(None, max_length=100, description="a liquid instead, by its finest measure: '0.5 mg'")
    within: str | None = Field(None, max_length=100, description="the gentlest within this time")
    tier: Tier = "moderate"
    probability: float | Annotated[str, Field(max_length=20)] = Field(0.95, description="a share: 0.95 or '95 %'")
    every: str | None = Field(None, max_length=100, description="step days: 'week', '3 days', 'twice a week'")
    largest_step: str | None = Field(None, max_length=20, description="as a share of the day's dose: '25 %'")
    device: str = Field(USUAL, max_length=100, description="of a pump: its model")
    concentration: str | None = Field(None, max_length=100, description="of a pump: sets its least dose")
    bridge: str | None = Field(None, max_length=500, description="of a pump: tablets that take over")

    def planned(self, read: Reading) -> Plan:
        """The soonest taper within the limit, or the gentlest within the time."""
        from ...plan.tapering.asked import TaperWords, wish_of
        from ...plan.tapering.taper import plan_taper

        own = TaperWanted.model_fields.keys() - Wanted.model_fields.keys()
        words = TaperWords(**{**self.model_dump(include=own), "probability": str(self.probability)})
        wish = wish_of(words, read, patient_of(read, self.patient), **self.shared)
        read.done()
        assert wish is not None
        return plan_taper(wish)


class TitrationWanted(Wanted):
    """How to begin and raise baclofen."""

    route: Literal["oral", "pump"] = "oral"
    goal: str | None = Field(None, max_length=500, examples=["ashworth below 2"])
    drugs: list[str] = Field([], max_length=40)
    history: list[str] = Field([], max_length=40)
    limits: list[str] = Field([], max_length=10, examples=[["drowsiness below 70 % in 80 % of patients"]])
    despite: list[str] = Field([], max_length=40, description="refusals that are overruled, such as 'kidneys'")
    walks: bool = Field(False, description="by pump: weakness and worse walking end it too")
    optimise: bool = Field(False, description="the best way within published limits")

    def planned(self, read: Reading) -> Plan:
        """The published way or the best one, tried on patients like this one."""
        from ...plan.titrating.request import request_for
        from ...plan.titrating.titrate import titrate

        who = patient_of(read, self.patient)
        request = read.attempt(
            lambda: request_for(
                who, self.route, self.goal, self.limits, self.drugs, self.history, despite=tuple(self.despite),
                walks=self.walks, optimise=self.optimise, **self.shared,
            ),
            None,
        )  # fmt: skip
        read.done()
        assert request is not None
        return titrate(request)


class RescueWanted(Wanted):
    """After an interruption of tablets or pump."""

    waits: ClassVar[int] = 0

    treatment: str = Field("", max_length=500, examples=["350 ug/day intrathecally"])
    since: str = Field("1 year", max_length=100)
    off: str | None = Field(None, max_length=100, description="time without drug; 18 h unless told, or told by `at`")
    delivered: str | None = Field(None, max_length=500, description="what really reached the patient")
    scenario: ScenarioTable | None = Field(None, description="instead of all these: a run whose pump fails, and `at`")
    at: str | None = Field(None, max_length=100, description="the time of the scenario's run that is now")

    def planned(self, read: Reading) -> Plan:
        """Time left, what helps, and with which dose to go on."""
        from ...plan.rescuing.rescue import rescue

        case = self.told(read) if self.scenario is None else self.come_to(self.scenario, read)
        read.done()
        return rescue(
            case.treatment, since=case.since, off=case.off, delivered=case.delivered, patient=case.patient,
            beside=case.beside, **self.shared,
        )  # fmt: skip

    def told(self, read: Reading) -> Case:
        """The case as it is told in words."""
        from ...scenario.interrupted import Case

        if not self.treatment:
            read.refuse("treatment", None, "what was prescribed, such as '350 ug/day intrathecally'")
        if self.at is not None:
            read.refuse("at", self.at, "a scenario as well, of whose run it is a time")
        who, since = patient_of(read, self.patient), read.hours("since", self.since)
        return Case(self.treatment, since, who, read.hours("off", self.off or OFF), self.delivered)

    def come_to(self, table: ScenarioTable, read: Reading) -> Case:
        """The case that the pump of a scenario has come to."""
        from ...scenario.checking import checked
        from ...scenario.interrupted import Case, case_at
        from ...scenario.reading import Source

        study = checked(Source("scenario", "", table.model_dump(exclude_none=True)))
        for key in ("treatment", "since", "off", "delivered"):
            if key in self.model_fields_set and (given := getattr(self, key)):
                read.refuse(key, given, "nothing: the scenario's pump tells it")
        at = read.hours("at", self.at or "")
        if at > study.duration:
            read.refuse("at", self.at, f"a time of the scenario's run, which ends at {study.duration:g} h")
        if read.problems.found:
            return Case(self.treatment, at, study.patient)
        given = self.patient.given()
        return case_at(study, at, read, patient_of(read, self.patient) if given else None)


class OverdoseWanted(Wanted):
    """After too much."""

    waits: ClassVar[int] = 0

    treatment: str = Field("none", max_length=500, description="the usual treatment")
    since: str = Field("1 year", max_length=100)
    taken: str = Field(max_length=500, examples=["800 mg by mouth once"])
    ago: str = Field("3 h", max_length=100)

    def planned(self, read: Reading) -> Plan:
        """Hours of coma and ventilation, what removal spares, the withdrawal that can follow."""
        from ...plan.rescuing.overdose import overdose

        who = patient_of(read, self.patient)
        hours, before = read.hours("since", self.since), read.hours("ago", self.ago)
        read.done()
        return overdose(self.treatment, self.taken, ago=before, since=hours, patient=who, **self.shared)


class ConversionWanted(Wanted):
    """From tablets to a pump or back."""

    treatment: str = Field(max_length=500, examples=["60 mg/day by mouth in 3 doses"])
    since: str = Field("6 months", max_length=100)

    def planned(self, read: Reading) -> Plan:
        """Doses of equal effect by the other route, what cannot be covered, and how to get there."""
        from ...plan.converting.convert import convert

        who, hours = patient_of(read, self.patient), read.hours("since", self.since)
        read.done()
        return convert(self.treatment, since=hours, patient=who, **self.shared)


KINDS: dict[str, type[Wanted]] = {
    "taper": TaperWanted,
    "titrate": TitrationWanted,
    "rescue": RescueWanted,
    "overdose": OverdoseWanted,
    "convert": ConversionWanted,
}
