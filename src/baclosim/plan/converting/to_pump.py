"""From tablets to a pump: a test bolus first, then a start by protocol, then fewer tablets; what dose to expect."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...cautions import Caution
from ...patient import Patient
from ...patient.speech import patient_sentence
from ..advice import GO_ON, NOT_RAISED, ONTO_A_PUMP, PUMP_BEGINS, PUMP_RISES, THEN_LESS
from ..equivalence import Exchange
from ..people import People, median, share, told
from ..plan import Check, Odds, Plan, Step
from ..protocol import NO_RISE_AT_FIRST, RISES, START_MULTIPLE, daily_rise, start_multiple
from ..safety import OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL
from ..tables import long_time
from ..treatment import DAY
from ..trial_dose import BEGUN, IMPLANTED, Protocol, bolus_steps, published_protocol, watched_in_words
from . import bolus, sources
from .charts import equal_dose_chart

Array = NDArray[np.float64]

WEAN = "titrate.oral-wean-step.cmsc-2015"
CONCENTRATION = "titrate.start-concentration.boster-2016"
FACTS = (*bolus.FACTS, *START_MULTIPLE, CONCENTRATION, NO_RISE_AT_FIRST, RISES,
         WEAN, *sources.FACTS)  # fmt: skip


def to_pump(people: People, virtual: Exchange, typical: Exchange, seed: int, begins: dt.date | None) -> Plan:
    """The plan for a group on tablets; `typical` is the typical patient with draws."""
    treatment = virtual.treatment
    protocol = published_protocol()
    passed = bolus.passed_by(bolus.responses(virtual.held, protocol))
    first = start_multiple() * protocol.doses_ug[0]
    return Plan(
        kind="conversion",
        title=f"From tablets to a pump: {treatment.says}",
        patient=patient_sentence(people.like),
        before=f"{treatment.says}, for {long_time(treatment.since)}",
        steps=tuple(steps(people.like, treatment.says, protocol, first)),
        emergencies=(WITHDRAWAL, OVERDOSE, PUMP_WITHDRAWAL),
        odds=tuple(odds(virtual, typical, protocol, passed, first)),
        comparisons=(sources.sources(virtual),),
        checks=CHECKS,
        advice=ONTO_A_PUMP,
        reasons=tuple(reasons(virtual, first)),
        warnings=(WRONG_UNIT, *people.like.cautions),
        facts=FACTS,
        parameters=virtual.rests,
        patients=virtual.held.group.n,
        draws=people.draws,
        seed=seed,
        begins=begins,
        charts=(equal_dose_chart(virtual, typical, first),),
    )


def steps(patient: Patient, tablets: str, protocol: Protocol, first: float) -> Iterator[Step]:
    """Test boluses, the pump's first dose, its rise, and the tablets' fall."""
    watch = f"by lumbar puncture; {watched_in_words(protocol)}; {tablets} goes on"
    yield from bolus_steps(protocol, watch, home=GO_ON)
    words, do = f"{first:g} ug/day intrathecally", f"{BEGINNING}; {tablets} goes on"
    home = f"{PUMP_BEGINS} {NOT_RAISED} {GO_ON}"
    yield Step(IMPLANTED, IMPLANTED + DAY, words, first, "intrathecal", do=do, home=home)
    low, high = daily_rise(patient.covariates)
    words = f"raised by {100 * low:g} to {100 * high:g} % at most once in 24 h"
    home = f"{PUMP_RISES} {THEN_LESS}"
    yield Step(IMPLANTED + DAY, math.inf, words, route="intrathecal", do=RISING, home=home)


def odds(virtual: Exchange, typical: Exchange, protocol: Protocol, passed: Array, first: float) -> Iterator[Odds]:
    """What dose to expect, who passes the test, how the brain fares, what the first dose does."""
    yield told("pump dose with the tablets' effect on tone", "ug/day", virtual.equal(), typical.equal())
    doses = protocol.doses_ug
    yield share(f"respond to {doses[0]:g} ug", passed[:, 0])
    yield share(f"respond by {doses[-1]:g} ug", passed[:, -1])
    brain = [100.0 * one.kept(one.equal(), "brain") for one in (virtual, typical)]
    yield told("the brain's share at that dose, of the tablets'", "%", *brain)
    cord = [100.0 * one.kept(first, "cord") for one in (virtual, typical)]
    yield told(f"effect on tone of {first:g} ug/day, of the tablets'", "%", *cord)


def reasons(virtual: Exchange, first: float) -> Iterator[str]:
    """Why it begins with a bolus, and why the start is not the computed dose."""
    low, high = np.quantile(virtual.equal(), (0.05, 0.95)).tolist()
    yield (
        f"Doses of equal effect lie between {sources.by_pump(low)} and {sources.by_pump(high)} in nine of ten virtual "
        "patients: too wide to dose by. The test bolus shows what this patient needs."
    )
    yield (
        f"The start is the protocol's {first:g} ug/day, not the computed {sources.by_pump(median(virtual.equal()))}; "
        "people go to a pump for more relief than tablets gave, so the dose is raised beyond equal effect."
    )
    yield "Tablets are withdrawn only once the pump works, one step at a time: their loss brings withdrawal of its own."


BEGINNING = f"{BEGUN}; no rise in the first 24 h"
RISING = (
    "only while tone is too high and the patient neither drowsy nor weak; then tablets down by 25 to 50 % at one time, "
    "looked at within 24 h, some kept at hand; never both changes on one day"
)
WRONG_UNIT = Caution(
    "units",
    "By mouth doses are milligrams, into the spinal canal micrograms: a slip is a thousandfold overdose.",
)
CHECKS = (
    Check(
        "No response to the largest bolus",
        "No pump; go on with tablets or other treatment.",
        facts=bolus.FACTS,
    ),
    Check(
        "Drowsy, floppy or slow breathing after a bolus or a rise",
        "Emergency care; keep the airway, no further dose.",
        "The next dose is decided anew, never repeated.",
    ),
    Check(
        "Itching, stiffness, agitation or fever while tablets are reduced",
        "Give the last step of tablets back.",
        "Wait a week, then take half the step.",
        (WEAN,),
    ),
)
