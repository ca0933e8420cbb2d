"""The plan: a regimen with its reasons and limits, the odds that go with it, and what to do when it goes wrong.

Every planner returns one `Plan`; the terminal, the printed sheet, the calendar file and JSON all show that noun.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ..cautions import Caution
from .goals import Verdict
from .safety import NEVER_ALONE, Emergency

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Kind = Literal["taper", "titration", "rescue", "conversion", "follow-up"]
DAY = 24.0


@dataclass(frozen=True)
class Take:
    """What is taken at one time of a day: "08:00", "2 tablets of 10 mg", and how much it is [ug]."""

    at: str
    what: str
    amount: float


@dataclass(frozen=True)
class Step:
    """A stretch of the plan in which nothing changes.

    start, end  h since the plan began; end is infinite for what goes on
    says        what is given, in words of the dosing language where it can be simulated: "10 mg three times daily"
    daily_dose  ug/day, by `route`; None where it is not a dose
    takes       what is taken at each time of the day
    do          what else happens at its start: a visit, a check, a decision
    home        the same in the words of the patient, for the sheet; empty where `do` is plain enough
    """

    start: float
    end: float
    says: str
    daily_dose: float | None = None
    route: str = "mouth"
    takes: tuple[Take, ...] = ()
    do: str = ""
    home: str = ""

    @property
    def first_day(self) -> int:
        """The day of the plan on which it begins; day 1 is the first."""
        return int(self.start // DAY) + 1

    @property
    def last_day(self) -> int | None:
        """The day of the plan on which it ends; None for what goes on."""
        return None if math.isinf(self.end) else max(self.first_day, math.ceil(self.end / DAY - 1e-9))


@dataclass(frozen=True)
class Band:
    """A number with a range; what the range is, the field that holds it says."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Odds:
    """One thing that is predicted.

    says      what it is: "worst severity of withdrawal"
    unit      as in `quantities`; "share" for a part of 1, "share of patients" where it is these that are counted
    patients  median of the virtual patients with 5 and 95 % of them: how people differ; of a share of patients, the
              share with the 95 % interval that so many patients leave
    typical   of the typical patient with its 95 % interval: how uncertain what is known is; None where it has none
    """

    says: str
    unit: str
    patients: Band
    typical: Band | None = None


@dataclass(frozen=True)
class Comparison:
    """Ways that were weighed against each other on the same virtual patients: a table of words and numbers.

    columns  titles; a unit is part of the title
    rows     one for each way, the plan's own first
    notes    what must be known to read it
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure that can be drawn at any width [inches]; `alt` says in words what it shows, `caption` explains it."""

    name: str
    caption: str
    alt: str
    draw: Callable[[float], Figure]


@dataclass(frozen=True)
class Check:
    """If this is seen, do that; `then` is how the plan goes on."""

    when: str
    do: str
    then: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What to do, step by step, for patients like this one.

    patient       in a sentence
    before        what is given now, and since when
    emergencies   what calls for emergency care; shown first, never empty
    verdicts      the goals and limits and how they fare
    reasons       why this plan and no other, one sentence each
    advice        the checks in the words of the patient, for the sheet; empty where the plan is for those who treat
    warnings      what the reader must know; `NEVER_ALONE` is always the first
    facts         ids of the evidence behind rules and warnings
    parameters    names of the parameters that the predictions depend on
    patients      number of virtual patients, and `draws` of the typical one
    known         what the individual estimate rests on whose versions the virtual patients are; "" for people like this
    begins        the day on which day 1 falls, when that is known
    """

    kind: Kind
    title: str
    patient: str
    before: str
    steps: tuple[Step, ...]
    emergencies: tuple[Emergency, ...]
    odds: tuple[Odds, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    checks: tuple[Check, ...] = ()
    advice: tuple[Check, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[Caution, ...] = ()
    facts: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    patients: int = 0
    draws: int = 0
    known: str = ""
    seed: int = 0
    begins: dt.date | None = None
    charts: tuple[Chart, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.emergencies:
            raise ValueError("a plan says what calls for emergency care")
        if NEVER_ALONE not in self.warnings:
            object.__setattr__(self, "warnings", (NEVER_ALONE, *self.warnings))

    @property
    def crowd(self) -> str:
        """Whom it was tried on, in words."""
        return f"{self.patients} {'versions of this patient' if self.known else 'virtual patients'}"

    @property
    def ends(self) -> float:
        """When its last change is made [h]."""
        return self.steps[-1].start if self.steps else 0.0

    def date_of(self, hours: float) -> dt.date | None:
        """The day of a time of the plan; None when it is not known when the plan begins."""
        return self.begins + dt.timedelta(days=int(hours // DAY)) if self.begins else None

    def cited(self) -> tuple[str, ...]:
        """Every fact that the plan rests on or cites, each once."""
        lists = (self.facts, *(e.facts for e in self.emergencies), *(w.evidence for w in self.warnings))
        return tuple(dict.fromkeys(fact for one in (*lists, *(c.facts for c in self.checks)) for fact in one))
