"""What follows from an individual estimate, as a plan to print and to put into a calendar.

The doses as they go on, a change that was asked for, the level that would tell most, the visit at which the forecast is
compared with what happened.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..figures.display import readable
from ..individualise.record import all_cautions
from ..individualise.recorded import Recorded
from ..individualise.sampling import next_level
from ..patient.speech import patient_sentence
from ..plan.people import told
from ..plan.plan import DAY, Check, Odds, Plan, Step, Take
from ..plan.safety import OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL, Emergency
from ..plan.tablets import Supply
from ..plan.treatment import LEAST_SINCE, Treatment, read_treatment
from ..quantities import known
from ..therapy.speech import clock_time
from ..therapy.timing import START_CLOCK

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual
    from ..individualise.sampling import NextLevel

DIARY = "write down each day: spasms in an hour, how stiff (1 to 5), drowsy yes or no"
DIARY_SEEN = "bring the diary; it is compared with the forecast"
SAMPLE = "if a dose is due then, blood first; write down when it was drawn and when the last dose was taken"
CHECKS = (
    Check(
        "Much sleepier, weaker or less steady than before",
        "call your doctor the same day, before the next dose.",
        facts=OVERDOSE.facts,
    ),
    Check(
        "Stiffness or spasms come back, itching without a rash, restlessness",
        "call your doctor the same day. Take nothing more and nothing less on your own.",
        facts=WITHDRAWAL.facts,
    ),
    Check("A missed dose", "write it down. Never double a dose."),
)


@dataclass(frozen=True)
class Dates:
    """From hours of the data to hours of the plan, which begins at midnight of the day on which the data end.

    clock   time of day at hour 0 of the data [h]
    begins  the day on which the data end
    now     h of the data at which they end
    """

    clock: float
    begins: dt.date
    now: float

    @classmethod
    def of(cls, now: float, start: dt.datetime | None, today: dt.date) -> Dates:
        """From the date and time of hour 0; without one the data end today, and hour 0 was at eight o'clock."""
        if start is None:
            return cls(START_CLOCK, today, now)
        return cls(start.hour + start.minute / 60.0, (start + dt.timedelta(hours=now)).date(), now)

    def morning(self, time: float) -> float:
        """The midnight before a time of the data, in hours of the plan."""
        return DAY * (math.floor((time + self.clock) / DAY) - math.floor((self.now + self.clock) / DAY))

    def on_the_clock(self, time: float) -> str:
        """The time of day of a time of the data."""
        return clock_time((time + self.clock) % DAY)


def follow_up(individual: Individual, ahead: Forecast, dates: Dates) -> Plan:
    """The plan that goes with an estimate and its forecast."""
    person = individual.person
    level = next_level(ahead, dates.clock)
    return Plan(
        kind="follow-up",
        title=f"{person.name or 'One person'}: what comes next",
        patient=patient_sentence(person.patient),
        before=f"{person.therapy}; {individual.rests_on.split(' of ')[0]}",
        steps=tuple(sorted(steps(individual, ahead, level, dates), key=lambda step: (step.start, step.says))),
        emergencies=emergencies(individual),
        odds=tuple(odds(ahead)),
        checks=CHECKS,
        advice=CHECKS,
        reasons=tuple(reasons(level)),
        warnings=all_cautions(individual, ahead),
        patients=ahead.unchanged.patients,
        known=individual.rests_on,
        seed=individual.seed,
        begins=dates.begins,
    )


def emergencies(individual: Individual) -> tuple[Emergency, Emergency]:
    """What calls for emergency care while a dose is changed: too much, and too little by the route in use."""
    now = treatment_of(going_on(individual), individual)
    return OVERDOSE, PUMP_WITHDRAWAL if now is not None and now.is_pump else WITHDRAWAL


def going_on(individual: Individual) -> Any:
    """What is given after the data: the same therapy, or the last recorded dose again and again."""
    therapy = individual.person.therapy
    return therapy.repeating if isinstance(therapy, Recorded) else therapy


def treatment_of(therapy: Any, individual: Individual) -> Treatment | None:
    """A therapy as doses at times of the day, where it is the same every day."""
    try:
        return read_treatment(str(therapy), LEAST_SINCE, individual.person.patient.covariates.weight)
    except InputError:
        return None


def steps(individual: Individual, ahead: Forecast, level: NextLevel | None, dates: Dates) -> Iterator[Step]:
    """Doses before and after the change until the visit, the level, the visit."""
    last = dates.morning(float(ahead.unchanged.time[-1]))
    visit = last + DAY
    change = math.inf if ahead.changed is None else dates.morning(ahead.changed)
    if change > 0.0:
        yield given(going_on(individual), individual, 0.0, min(change, visit), DIARY)
    if ahead.changed is not None and ahead.change is not None:
        do = f"from the dose at {dates.on_the_clock(ahead.changed)} on"
        yield given(changed_to(ahead), individual, change, visit, do if change > 0.0 else f"{do}; {DIARY}")
    if level is not None:
        day = dates.morning(level.at)
        yield Step(day, day + DAY, f"a blood sample at {dates.on_the_clock(level.at)}", do=SAMPLE)
    yield Step(
        last,
        visit,
        "visit; until then and after it the doses go on",
        do="bring the diary; the forecast is compared with it",
    )


def changed_to(ahead: Forecast) -> str:
    """The therapy after the change, in words."""
    course = ahead.change or ahead.unchanged
    return course.therapy.split(f"; from {ahead.changed:g} h on ")[-1]


def given(therapy: Any, individual: Individual, start: float, end: float, do: str) -> Step:
    """A stretch of the same doses, with what is taken at each time of the day where that is known."""
    found = treatment_of(therapy, individual)
    if found is None:
        return Step(start, end, str(therapy), do=do)
    route = "intrathecal" if found.is_pump else "mouth"
    slots = () if found.is_pump else zip(found.slots, found.doses, strict=True)
    takes = tuple(Take(slot.at, Supply().in_words(dose), dose) for slot, dose in slots if dose)
    return Step(start, end, found.says, found.daily, route, takes, do)


def odds(ahead: Forecast) -> Iterator[Odds]:
    """The mean of the last day of everything followed, as it goes on and after the change."""
    ways = [("unchanged", ahead.unchanged), ("after the change", ahead.change)]
    for name in ahead.unchanged:
        for says, course in ways:
            if course is not None:
                last = course.time > course.time[-1] - DAY
                label = f"{known(name).label}, mean of the last day, {says}"
                yield told(label, known(name).unit, course[name][:, last].mean(axis=1))


def reasons(level: NextLevel | None) -> Iterator[str]:
    """Why the level is drawn then, or why none is asked for."""
    if level is None:
        yield "No time was found at which a level of plasma would tell much about the mean level of this person."
        return
    low, high = (readable(1000.0 * x) for x in (level.low, level.high))
    when = "once the new doses have settled" if level.settled else "on the day after the data"
    yield (
        f"A level at that time, {when}, is expected to leave {readable(100.0 * level.left, 2)} % of the variance of "
        f"this person's mean level, less than at any other hour between 7 and 19. Nine of ten versions of the person "
        f"would read {low} to {high} ng/mL."
    )
