"""A titration by pump: test boluses, the first daily dose that follows from them, then the published daily rise."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...cautions import Caution
from ...effects.bedside import responded
from ...errors import PlanError
from ...patient import Covariates, Patients
from ...patient.speech import patient_sentence
from ...streams import per_patient, uniform
from ..advice import PUMP_BEGINS, PUMP_RISES, WATCHED, raising_pump
from ..people import People, people_like, share, told
from ..plan import Check, Odds, Plan, Step
from ..protocol import NO_RISE_AT_FIRST, START_MULTIPLE, daily_rise, start_multiple
from ..safety import OVERDOSE, PUMP_WITHDRAWAL
from ..trial_dose import (
    BEGUN,
    IMPLANTED,
    Protocol,
    Screening,
    bolus_steps,
    published_protocol,
    screen,
    watched_in_words,
)
from .prescribing import Finding
from .request import DRAWS, Request
from .titration import DAY, Arm, Tried, among, follow, levels, rising
from .titration_arms import DECREASE, MOST_BY_PUMP, pump_arms, pump_open
from .weighing import OPTIMISED, Weighed, chart, compared, warnings_of, weighed

Array = NDArray[np.float64]
PROLONGED = 8.0  # h after the bolus, titrate.initial-multiple.label-us
SMALL_CHILD = 12.0  # years, below which the first test bolus is 25 ug
SMALL_FIRST = 25.0  # ug, screen.nonresponder.northampton
SHOWN = 8  # rises that the calendar tells one by one
TESTS = ("screen.test-doses.drugscom", "screen.observation.drugscom", "screen.nonresponder.northampton",
         "screen.standard-dose.boster-2016")  # fmt: skip
UNITS = Caution(
    "units",
    "Into the spinal canal doses are micrograms, by mouth milligrams: a slip is a thousandfold overdose.",
)


@dataclass(frozen=True)
class Started:
    """How the patients of a group come through the test boluses.

    screening  its course and odds
    passed     (n,) who gets a pump
    first      (n,) first daily dose [ug/day]; of those who fail, what the smallest bolus would lead to
    """

    screening: Screening
    passed: NDArray[np.bool_]
    first: Array


@dataclass(frozen=True, eq=False)
class Raised:
    """What becomes of people whose dose is raised by pump.

    virtual, typical  how each group comes through the test boluses
    ways              weighed on the virtual patients who get a pump
    course            of the typical patient on the way that is taken
    """

    people: People
    virtual: Started
    typical: Started
    ways: Weighed
    course: Tried


def by_pump(request: Request, found: Sequence[Finding]) -> Plan:
    """The plan by pump; raises PlanError when nobody passes, or no way keeps the goals and limits."""
    raised, signs, words = raised_on(request), signs_of(request), request.aim.words
    people, ways, taken = raised.people, raised.ways, raised.ways.taken
    protocol, first = raised.virtual.screening.protocol, float(raised.typical.first[0])
    made = Plan(
        kind="titration",
        title=f"A pump begun and raised until {request.aim}",
        patient=patient_sentence(request.patient),
        before="no pump yet" + (f"; {', '.join(request.drugs)}" if request.drugs else ""),
        steps=tuple(steps(protocol, taken.arm, taken.arm.policy(words, signs), first)),
        emergencies=(OVERDOSE, PUMP_WITHDRAWAL),
        odds=tuple(odds(raised.virtual, taken, raised.course)),
        verdicts=ways.verdicts,
        comparisons=(compared(ways.arms, taken),),
        checks=checks(signs, taken),
        advice=tuple(raising_pump(signs)),
        reasons=tuple(reasons(request, taken)),
        warnings=(UNITS, *warnings_of(found, request, taken)),
        facts=tuple(dict.fromkeys((*TESTS, *taken.arm.facts, "titrate.assessment-interval.boster-2016"))),
        parameters=taken.course.parameters_used,
        patients=people.virtual.n,
        draws=people.draws,
        seed=request.seed,
        begins=request.begins,
        charts=(chart(ways.arms, taken),),
    )
    return people.tried(made)


def raised_on(request: Request) -> Raised:
    """Test boluses and rises tried on people like the patient; raises PlanError as `by_pump` does."""
    person, seed = request.patient.covariates, request.seed
    people = people_like(request.patient, request.patients, DRAWS, seed, request.known)
    protocol = protocol_for(person)
    virtual = started(people.virtual, protocol, seed, differs=True)
    typical = started(people.typical, protocol, seed, differs=False)
    if not virtual.passed.any():
        raise PlanError("no titration by pump: none of the virtual patients responds to a test bolus")

    def passing(arm: Arm) -> Tried:
        return among(tried(arm, people.virtual, virtual, request, differs=True), virtual.passed)

    least = least_start(protocol)
    ways = weighed(pump_arms(person, least), pump_open(person, least), passing, request)
    course = tried(ways.taken.arm, people.typical, typical, request, differs=False)
    return Raised(people, virtual, typical, ways, course)


def tried(arm: Arm, group: Patients, start: Started, request: Request, *, differs: bool) -> Tried:
    """One way tried on a group, each on the first dose that the test boluses led to."""
    aim = request.aim
    return follow(
        arm, group, aim.words, signs_of(request), seed=request.seed, record=aim.record, differs=differs,
        first_levels=start.first / least_start(start.screening.protocol), beside=request.beside,
    )  # fmt: skip


def signs_of(request: Request) -> tuple[str, ...]:
    """The signs that end the rise."""
    return ("drowsiness", *(("weakness", "worse walking") if request.walks else ()))


def least_start(protocol: Protocol) -> float:
    """The first daily dose [ug/day] that follows from the smallest test bolus; those of all people are told by it."""
    return start_multiple() * protocol.doses_ug[0]


def protocol_for(person: Covariates) -> Protocol:
    """The published test boluses, for a small child with a first one of 25 ug."""
    usual = published_protocol()
    if person.age >= SMALL_CHILD:
        return usual
    gap = usual.times[1] - usual.times[0]
    doses = (SMALL_FIRST, *(dose for dose in usual.doses_ug if dose <= 2.0 * SMALL_FIRST))
    return replace(usual, doses_ug=doses, times=tuple(gap * k for k in range(len(doses))))


def started(group: Patients, protocol: Protocol, seed: int, *, differs: bool) -> Started:
    """Test every patient; who passes at which bolus is one draw for each, of the typical what is likelier."""
    found = screen(group, protocol)
    luck = np.full((group.n, len(protocol.doses_ug)), 0.5)
    if differs:
        steps = range(luck.shape[1])
        draws = [per_patient(seed, f"screening/{step}", group.first, group.n, uniform) for step in steps]
        luck = np.stack(draws, axis=1)
    responds = luck < found.passed
    which = np.argmax(responds, axis=1)
    multiple = np.where(prolonged(found, which), 1.0, start_multiple())
    return Started(found, np.any(responds, axis=1, keepdims=True)[:, 0], np.array(protocol.doses_ug)[which] * multiple)


def prolonged(found: Screening, which: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the response to the bolus that worked outlasts PROLONGED hours, (n,)."""
    late = np.array(found.protocol.times)[which] + PROLONGED
    column = np.searchsorted(found.course.time, late - 1e-9)
    rows = np.arange(len(which))
    tone, spasms = (found.course[n][:, 0] - found.course[n][rows, column] for n in ("ashworth", "spasm_score"))
    return responded(tone, spasms)


def steps(protocol: Protocol, arm: Arm, policy: str, first: float) -> Iterator[Step]:
    """Test boluses, the first daily dose of the typical patient [ug/day], and the rises for who needs them."""
    every = rising(policy)[1].every or DAY
    ratios = itertools.islice(levels(policy), 1, None)
    yield from bolus_steps(protocol, f"by lumbar puncture, {watched_in_words(protocol)}")
    words, home = f"{first:g} ug/day intrathecally", f"{PUMP_BEGINS} {WATCHED}"
    yield Step(IMPLANTED, IMPLANTED + every, words, first, "intrathecal", do=BEGINNING, home=home)
    for number, ratio in zip(range(1, SHOWN + 1), ratios, strict=False):
        dose = min(first * ratio, MOST_BY_PUMP)
        begin = IMPLANTED + number * every
        last = number == SHOWN
        do = f"and so on by {arm.name}, {arm.most}" if last else RISE
        home = f"And so on, {arm.most}. {PUMP_RISES}" if last else PUMP_RISES
        words = f"{dose:.4g} ug/day intrathecally"
        yield Step(begin, math.inf if last else begin + every, words, dose, "intrathecal", do=do, home=home)


def odds(start: Started, taken: Tried, typical: Tried) -> Iterator[Odds]:
    """Who passes the test, comes to the goal, when and on which dose."""
    doses = start.screening.protocol.doses_ug
    yield share(f"respond to {doses[0]:g} ug", start.screening.passed[:, 0])
    yield share(f"respond by {doses[-1]:g} ug and get a pump", start.screening.implanted)
    yield share("of these, seen at the goal within four weeks", taken.reached)
    yield share("of these, truly at it on the last day", taken.holds)
    yield share("of these, stopped by a sign before it", taken.intolerant)
    yield share("of these, short of it after four weeks", taken.short)
    yield told("days of the pump to the first visit at the goal", "day", taken.to_goal / DAY, typical.to_goal / DAY)
    yield told("first daily dose", "ug a day", taken.log.dose[:, 0], typical.log.dose[:, 0])
    yield told("daily dose at the end", "ug a day", taken.last_dose, typical.last_dose)


def checks(signs: Sequence[str], taken: Tried) -> tuple[Check, ...]:
    """What to do when a sign comes, when the goal does not, when the pump may have failed."""
    days = taken.enough_days()
    late = (
        f"19 of 20 who come to the goal do so by day {days:.0f} of the pump; look for a fault of pump or catheter."
        if np.isfinite(days) else "Look for a fault of pump or catheter."
    )  # fmt: skip
    return (
        Check(" or ".join(signs), "Lower the dose by 10 to 20 %, and raise no more.", facts=(DECREASE,)),
        Check("no relief in spite of rises", late, "Nothing is raised before that."),
        Check(
            "tone back, itching, fever, agitation",
            "Take it for withdrawal until shown otherwise: emergency care.",
            "Restore the dose that was delivered.",
            PUMP_WITHDRAWAL.facts,
        ),
    )


def reasons(request: Request, taken: Tried) -> Iterator[str]:
    """Why this way."""
    low, high = daily_rise(request.patient.covariates)
    origin = "child" if request.patient.covariates.is_child else f"{request.patient.covariates.origin} origin"
    how = "the best found" if request.optimise else "the middle of these"
    rise = f"{100 * low:g} to {100 * high:g} % once in 24 h"
    yield f"For {origin} the published rise is {rise}; {taken.arm.name} is {how}."
    if request.optimise:
        yield OPTIMISED
    yield from request.simulated
    yield (
        "The first daily dose is twice the bolus that worked, or the bolus itself when its effect outlasted 8 h "
        f"[{', '.join(START_MULTIPLE)}]; it is not raised in the first 24 h [{NO_RISE_AT_FIRST}]."
    )
    yield (
        "Tablets that are taken go on until the pump works and are then withdrawn step by step; the virtual patients "
        "take none, so theirs is the pump's own effect. The days until the pump is implanted are assumed."
    )


RISE = "only while the goal is not reached and no sign is seen"
BEGINNING = f"{BEGUN}; watched at least 8 h"
