"""A titration by mouth: the label's ladder, what becomes of patients on it, and when to think of a pump instead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ...patient import Patients
from ...patient.speech import patient_sentence
from ...therapy import speech
from ...therapy.policies.guided import Guided
from ...therapy.rounds import rounds
from ..advice import raising_tablets
from ..people import People, people_like, share, told
from ..plan import Check, Odds, Plan, Step, Take
from ..safety import OVERDOSE, WITHDRAWAL
from ..tablets import Supply
from ..trial_dose import screen
from .aims import Aim
from .prescribing import Finding
from .request import DRAWS, SIGNS, Request
from .titration import DAY, Arm, Tried, follow, levels, rising
from .titration_arms import oral_arms, oral_open
from .weighing import OPTIMISED, chart, compared, warnings_of, weighed

TABLETS = Supply()
SCREENING = ("screen.test-doses.drugscom", "screen.observation.drugscom", "screen.nonresponder.northampton")


def by_mouth(request: Request, found: Sequence[Finding]) -> Plan:
    """The plan by mouth; raises PlanError when no way keeps the goals and limits."""
    people = people_like(request.patient, request.patients, DRAWS, request.seed, request.known)
    aim, seed = request.aim, request.seed

    def tried(arm: Arm, group: Patients, *, differs: bool = True) -> Tried:
        record, beside = aim.record, request.beside
        return follow(arm, group, aim.words, SIGNS, seed=seed, record=record, differs=differs, beside=beside)

    person = request.patient.covariates
    ways = weighed(oral_arms(person), oral_open(person), lambda arm: tried(arm, people.virtual), request)
    taken = ways.taken
    typical = tried(taken.arm, people.typical, differs=False)
    made = Plan(
        kind="titration",
        title=f"Tablets raised until {aim}",
        patient=patient_sentence(request.patient),
        before="no baclofen yet" + (f"; {', '.join(request.drugs)}" if request.drugs else ""),
        steps=tuple(ladder(taken.arm, aim, person.weight)),
        emergencies=(OVERDOSE, WITHDRAWAL),
        odds=tuple(odds(taken, typical, people)),
        verdicts=ways.verdicts,
        comparisons=(compared(ways.arms, taken),),
        checks=tuple(checks(taken)),
        advice=tuple(raising_tablets(less(taken), enough(taken))),
        reasons=tuple(reasons(taken, request)),
        warnings=warnings_of(found, request, taken),
        facts=tuple(dict.fromkeys((*taken.arm.facts, *SCREENING))),
        parameters=taken.course.parameters_used,
        patients=people.virtual.n,
        draws=people.draws,
        seed=seed,
        begins=request.begins,
        charts=(chart(ways.arms, taken),),
    )
    return people.tried(made)


def ladder(arm: Arm, aim: Aim, weight: float) -> Iterator[Step]:
    """The steps of an arm for somebody whom neither goal nor sign ends; the last one goes on."""
    policy = arm.policy(aim.words, SIGNS)
    guided, rule = rising(policy)
    found, every = list(levels(policy)), rule.every or DAY
    for number, one in enumerate(found):
        last = number == len(found) - 1
        end = math.inf if last else (number + 1) * every
        do = TOP if last else "visit at the end: the dose goes up unless it is enough, or makes drowsy or weak"
        yield _step(guided, one, number * every, end, do, weight)


def _step(guided: Guided, level: float, start: float, end: float, do: str, weight: float) -> Step:
    """The dosing at one level, with what is taken at each time of the day."""
    (intake,) = guided.last.intakes
    dose = float(intake.amount.ug(weight)) * intake.timing.share * level
    count = round(intake.timing.per_day / intake.timing.share)
    names = rounds(intake.timing).values()
    says = speech.intake(replace(intake, amount=intake.amount.scaled(level)))
    takes = tuple(Take(time, TABLETS.in_words(dose), dose) for time in names)
    return Step(start, end, says, dose * count, "mouth", takes, do)


def odds(taken: Tried, typical: Tried, people: People) -> Iterator[Odds]:
    """Whom it brings to the goal and when, whom it does not, and what a pump would do for these."""
    yield share("seen at the goal at some visit", taken.reached)
    yield share("truly at the goal on the last day", taken.holds)
    yield share("stopped by drowsiness or weakness before it", taken.intolerant)
    yield share("still short of it on the highest dose", taken.short)
    yield told("days to the first visit at the goal", "day", taken.to_goal / DAY, typical.to_goal / DAY)
    yield told("dose at the end", taken.log.unit, taken.last_dose, typical.last_dose)
    failed = ~taken.holds
    if failed.any():
        passes = screen(people.virtual).implanted[failed]
        yield share("of those whom tablets fail, would respond to a test bolus", passes)


def checks(taken: Tried) -> Iterator[Check]:
    """What to do when a sign comes, when the goal does not, when a dose is missed."""
    yield Check(
        "drowsy or weak",
        f"Take {less(taken)} less, and raise no more.",
        "If it does not pass within three days, one step less again; never stop at once.",
        taken.arm.facts,
    )
    days = enough(taken)
    if days is not None:
        yield Check(
            f"not at the goal by day {days:.0f}",
            "19 of 20 who are ever seen at it are there by then: raise no further.",
            "Taper the tablets slowly, and ask about a test bolus for a pump.",
            SCREENING,
        )
    yield Check("confused, seeing or hearing things", "Emergency care, as above.", "Then one step less.")
    yield Check(
        "a dose is missed", "Take the next one as usual, never two at once.", "After more than a day, ask first."
    )


def less(taken: Tried) -> str:
    """By how much a dose is lowered when a sign comes."""
    return taken.arm.lower.removeprefix("lower by ")


def enough(taken: Tried) -> float | None:
    """The day after which the dose is not raised further, where there is one."""
    days = taken.enough_days()
    return days if np.isfinite(days) else None


def reasons(taken: Tried, request: Request) -> Iterator[str]:
    """Why this way."""
    which = "The best way found within published limits" if request.optimise else "The published way"
    yield f"{which}: {taken.arm.name}."
    if request.optimise:
        yield OPTIMISED
    yield from request.simulated
    yield (
        "Each virtual patient is seen at every step by an examiner whose scores err and are rounded, is raised until "
        "the goal or a sign, and goes back a step when a sign is seen: the odds count what becomes of them."
    )
    if taken.arm.assumed:
        yield f"Assumed, for no source says it: {taken.arm.assumed}."


TOP = "the highest dose: it goes on while it helps; see below if it does not"
