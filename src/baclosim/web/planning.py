"""What can be asked of the planners, in the words of the command line, for the page and for the interface alike."""

from __future__ import annotations

import abc
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, Strict

from ..errors import InputError, Problems
from ..patient import Patient
from ..plan.plan import Plan
from ..scenario.tables import PatientTable
from ..units import read

if TYPE_CHECKING:
    from ..individualise import Individual

T = TypeVar("T")
MOST_PATIENTS = 1_000
Tier = Literal["mild", "moderate", "severe"]


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

    _person: Individual | None = PrivateAttr(None)

    def for_person(self, individual: Individual) -> Self:
        """The same for this very person, as their data tell, in place of people like the patient."""
        self._person = individual
        return self

    @property
    def shared(self) -> dict[str, Any]:
        """What every planner takes."""
        from ..plan.people import Known

        one = self._person
        known = Known(one.patients(self.patients), one.rests_on, one.cautions) if one else None
        return {"patients": self.patients, "seed": self.seed, "begins": self.day_one, "known": known}

    @property
    def day_one(self) -> dt.date:
        """The day on which the plan begins."""
        return self.begins or dt.date.today() + dt.timedelta(days=self.waits)

    @abc.abstractmethod
    def plan(self) -> Plan:
        """The plan; raises InputError listing what cannot be read, PlanError when nothing satisfies it."""


class TaperWanted(Wanted):
    """A taper of tablets or of a pump."""

    treatment: str = Field(max_length=500, examples=["25 mg three times daily"])
    since: str = Field("6 months", max_length=100)
    tablets: str | None = Field(None, max_length=100, description="strengths in mg, such as '10, 5'")
    halves: bool = False
    within: str | None = Field(None, max_length=100, description="the gentlest within this time")
    tier: Tier = "moderate"
    probability: float = Field(0.95, gt=0.0, lt=1.0)

    def plan(self) -> Plan:
        """The soonest taper within the limit, or the gentlest within the time."""
        from ..plan.goals import Goal
        from ..plan.tablets import read_supply
        from ..plan.tapering.taper import plan_taper
        from ..plan.tapering.wish import TABLETS, Wish
        from ..plan.treatment import read_treatment
        from ..therapy.conditions import Condition, tier_level

        reader = Reader()
        who = reader.patient(self.patient)
        hours = reader.hours("since", self.since)
        supply = reader.attempt(lambda: read_supply(self.tablets, self.halves, None), TABLETS)
        days = int(reader.hours("within", self.within) // 24) if self.within else None
        now = reader.attempt(lambda: read_treatment(self.treatment, hours, who.covariates.weight), None)
        reader.done()
        assert now is not None
        limit = Goal(Condition("withdrawal", "below", tier_level(self.tier)), self.probability)
        wish = Wish(who, now, supply, limit, days, **self.shared)
        return plan_taper(wish)


class TitrationWanted(Wanted):
    """How to begin and raise baclofen."""

    route: Literal["oral", "pump"] = "oral"
    goal: str | None = Field(None, max_length=500, examples=["ashworth below 2"])
    drugs: list[str] = Field([], max_length=40)
    history: list[str] = Field([], max_length=40)

    def plan(self) -> Plan:
        """The published way, tried on patients like this one."""
        from ..plan.titrating.request import request_for
        from ..plan.titrating.titrate import titrate

        reader = Reader()
        who = reader.patient(self.patient)
        request = reader.attempt(
            lambda: request_for(
                who, self.route, self.goal, (), self.drugs, self.history, **self.shared
            ),
            None,
        )  # fmt: skip
        reader.done()
        assert request is not None
        return titrate(request)


class RescueWanted(Wanted):
    """After an interruption of tablets or pump."""

    waits: ClassVar[int] = 0

    treatment: str = Field(max_length=500, examples=["350 ug/day intrathecally"])
    since: str = Field("1 year", max_length=100)
    off: str = Field("18 h", max_length=100, description="time without drug")
    delivered: str | None = Field(None, max_length=500, description="what really reached the patient")

    def plan(self) -> Plan:
        """Time left, what helps, and with which dose to go on."""
        from ..plan.rescuing.rescue import rescue

        reader = Reader()
        who = reader.patient(self.patient)
        hours, without = reader.hours("since", self.since), reader.hours("off", self.off)
        reader.done()
        return rescue(
            self.treatment, since=hours, off=without, delivered=self.delivered or None, patient=who, **self.shared
        )  # fmt: skip


class OverdoseWanted(Wanted):
    """After too much."""

    waits: ClassVar[int] = 0

    treatment: str = Field("none", max_length=500, description="the usual treatment")
    since: str = Field("1 year", max_length=100)
    taken: str = Field(max_length=500, examples=["800 mg by mouth once"])
    ago: str = Field("3 h", max_length=100)

    def plan(self) -> Plan:
        """Hours of coma and ventilation, what removal spares, the withdrawal that can follow."""
        from ..plan.rescuing.overdose import overdose

        reader = Reader()
        who = reader.patient(self.patient)
        hours, before = reader.hours("since", self.since), reader.hours("ago", self.ago)
        reader.done()
        return overdose(
            self.treatment, self.taken, ago=before, since=hours, patient=who, **self.shared
        )  # fmt: skip


class ConversionWanted(Wanted):
    """From tablets to a pump or back."""

    treatment: str = Field(max_length=500, examples=["60 mg/day by mouth in 3 doses"])
    since: str = Field("6 months", max_length=100)

    def plan(self) -> Plan:
        """Doses of equal effect by the other route, what cannot be covered, and how to get there."""
        from ..plan.converting.convert import convert

        reader = Reader()
        who = reader.patient(self.patient)
        hours = reader.hours("since", self.since)
        reader.done()
        return convert(
            self.treatment, since=hours, patient=who, **self.shared
        )  # fmt: skip


KINDS: dict[str, type[Wanted]] = {
    "taper": TaperWanted,
    "titrate": TitrationWanted,
    "rescue": RescueWanted,
    "overdose": OverdoseWanted,
    "convert": ConversionWanted,
}


class Reader:
    """Reads words, collecting every problem; `done` raises them all."""

    def __init__(self) -> None:
        self.problems = Problems()

    def attempt(self, reading: Callable[[], T], otherwise: Any) -> T | Any:
        """What is read, or a stand-in with its problems noted."""
        return self.problems.attempt(reading, otherwise)

    def patient(self, table: PatientTable) -> Patient:
        """The person; an adult of whom nothing is known when the table cannot be read."""
        return self.attempt(lambda: Patient(**table.given()), Patient())

    def hours(self, where: str, given: str) -> float:
        """A time above zero [h]."""
        hours = self.attempt(lambda: float(read(given, "time", where=where)), 1.0)
        if not 0.0 < hours < float("inf"):
            self.problems.add(where, given, "a time above zero, such as '8 months'")
            return 1.0
        return hours

    def done(self) -> None:
        """Raise InputError listing every problem, if there is any."""
        self.problems.raise_as(InputError)
