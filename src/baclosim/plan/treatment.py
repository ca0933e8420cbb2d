"""What is given now: read from plain words, as doses at times of the day, or as what a pump gives in a day."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import Problem, Problems, TherapyError
from ..therapy.doses import Doses
from ..therapy.language import parse
from ..therapy.regimen import Regimen
from ..therapy.rounds import rounds
from ..therapy.speech import clock_time
from ..therapy.steps import Dosing, Intake
from ..therapy.timing import START_CLOCK, Clock, Continuous, Once, Timing, dose_times

Array = NDArray[np.float64]

DAY = 24.0
MOST_SINCE = 2.0 * 365.0 * DAY
"""Treatment beyond this [h] changes nothing more that the model knows, and is not simulated."""
LEAST_SINCE = 3.0 * DAY


@dataclass(frozen=True)
class Slot:
    """One thing given every day: by mouth so many hours after the day begins, or by pump all day; `at` names it."""

    at: str
    hour: float = 0.0
    route: str = "mouth"


@dataclass(frozen=True)
class Treatment:
    """The same doses day after day.

    says   in words
    slots  what is given through a day
    doses  (slots,) ug of each; of a pump ug/day
    since  h, how long it has been going on
    """

    says: str
    slots: tuple[Slot, ...]
    doses: tuple[float, ...]
    since: float

    @property
    def is_pump(self) -> bool:
        """Whether a pump gives it."""
        return any(slot.route == "intrathecal" for slot in self.slots)

    @property
    def daily(self) -> float:
        """Dose of a day [ug]."""
        return sum(self.doses)

    @property
    def simulated(self) -> float:
        """How long of it is simulated [h], whole days."""
        return math.ceil(min(self.since, MOST_SINCE) / DAY) * DAY


@dataclass(frozen=True)
class Stage:
    """Doses (slots,) [ug] from a day on, counted from 0 at the first of the plan."""

    day: int
    doses: tuple[float, ...]


@dataclass(frozen=True)
class Course:
    """A treatment, then stages, as a therapy that `simulate` follows; the last stage goes on.

    `begins` [h] is when the first day of the stages begins on the axis of time of the run. `listed` is the first day
    whose doses are listed, counted as those of the stages: a run that goes on from a later state needs no others.
    """

    treatment: Treatment
    stages: tuple[Stage, ...]
    listed: int | None = None
    notes: tuple[()] = ()

    @property
    def begins(self) -> float:
        """When the first day of the stages begins [h]."""
        return self.treatment.simulated

    @property
    def days(self) -> int:
        """The day from which the last stage holds: how long a taper takes."""
        return self.stages[-1].day if self.stages else 0

    def __str__(self) -> str:
        return f"{self.treatment.says}, then {len(self.stages)} stages over {self.days} days"

    def doses(self, until: float, patients: int = 1, seed: int = 0, **known: object) -> Doses:
        """Every dose up to `until` [h]."""
        earliest = -round(self.begins / DAY)
        first = earliest if self.listed is None else max(earliest, self.listed)
        stages = (Stage(earliest, self.treatment.doses), *self.stages)
        ends = [*(stage.day for stage in self.stages), math.ceil((until - self.begins) / DAY) + 1]
        made = self._canal(first) if self.treatment.is_pump else Doses.none()
        for stage, end in zip(stages, ends, strict=True):
            if end > max(stage.day, first):
                made = made + self._given(stage, max(stage.day, first), end)
        kept = made.time <= until
        return Doses(made.time[kept], made.channel[kept], made.amount[kept], made.duration[kept])

    def _canal(self, first: int) -> Doses:
        """Nothing by the catheter for a day, so that a run without any drug by pump keeps the canal in its body."""
        return Doses.of("catheter", self.begins + DAY * first, 0.0, DAY)

    def _given(self, stage: Stage, start: int, end: int) -> Doses:
        made = Doses.none()
        days = self.begins + DAY * np.arange(start, end, dtype=float)
        for slot, dose in zip(self.treatment.slots, stage.doses, strict=True):
            if dose and slot.route == "intrathecal":
                made = made + Doses.of("catheter", days[0], dose * len(days), len(days) * DAY)
            elif dose:
                made = made + Doses.of("mouth", days + slot.hour, dose)
        return made


def read_treatment(text: str, since: float, weight: float) -> Treatment:
    """The treatment that these words state, going on for `since` [h]; `weight` [kg] for doses per kg.

    Raises TherapyError when it is no dose day after day by mouth or by pump.
    """
    regimen = parse(text)
    problems = Problems()
    step = regimen.steps[0]
    if len(regimen.steps) != 1 or not isinstance(step, Dosing) or step.is_single:
        allowed = "what is taken now, day after day, such as '25 mg three times daily'"
        raise TherapyError(Problem("treatment", text, allowed))
    for intake in step.intakes:
        _check(intake, text, problems)
    if len({intake.route for intake in step.intakes}) > 1:
        problems.add("treatment", text, "one route", "Plan the tablets and the pump one after the other.")
    if since < LEAST_SINCE:
        problems.add("--since", f"{since:g} h", f"at least {LEAST_SINCE / DAY:g} days of treatment")
    problems.raise_as(TherapyError)
    if step.intakes[0].route == "intrathecal":
        dose = float(step.intakes[0].amount.ug(weight))
        return Treatment(str(regimen), (Slot("pump", route="intrathecal"),), (dose,), since)
    return _by_mouth(regimen, step, since, weight)


def _check(intake: Intake, text: str, problems: Problems) -> None:
    if intake.route not in ("mouth", "intrathecal"):
        problems.add("treatment", text, "tablets by mouth, or a pump")
    if intake.route == "intrathecal" and not isinstance(intake.timing, Continuous):
        problems.add("treatment", text, "a daily dose by pump, such as '350 ug/day intrathecally'")
    is_daily = DAY / intake.timing.gap == round(DAY / intake.timing.gap) if intake.timing.gap else True
    if isinstance(intake.timing, Once) or intake.days is not None or not (is_daily or isinstance(intake.timing, Clock)):
        problems.add("treatment", text, "the same doses every day, at an interval that divides 24 h")


def _by_mouth(regimen: Regimen, step: Dosing, since: float, weight: float) -> Treatment:
    at: dict[float, float] = {}
    names: dict[float, str] = {}
    for intake in step.intakes:
        dose = float(intake.amount.ug(weight)) * intake.timing.share
        for time, name in _times(intake.timing):
            at[time] = at.get(time, 0.0) + dose
            names.setdefault(time, name)
    is_even = not any(isinstance(intake.timing, Clock) for intake in step.intakes)
    hours = sorted(at) if is_even else sorted(at, key=lambda h: (h + START_CLOCK) % DAY)
    slots = tuple(Slot(names[h], (h - hours[0]) % DAY) for h in hours)
    return Treatment(str(regimen), slots, tuple(at[h] for h in hours), since)


def _times(timing: Timing) -> Iterator[tuple[float, str]]:
    """Hours after the day begins, and what they are called."""
    named = rounds(timing)
    for hour, name in named.items():
        yield (hour - START_CLOCK) % DAY, name
    for time in () if named else dose_times(timing, None, 0.0, DAY, START_CLOCK).tolist():
        yield time, clock_time((time + START_CLOCK) % DAY)
