"""Rescue after an interruption: how long is left, what tablets cover, what else helps, and with which dose to go on.

Time runs from the end of the drug: when the pump's flow stopped, or when the last tablet was taken. Emergency advice
comes first in every plan; giving baclofen again is the treatment, and everything else is a bridge to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import Problems, TherapyError
from ...patient import Covariates, Patient
from ...patient.speech import patient_sentence
from ...therapy.alongside import Alongside
from ...therapy.intrathecal.program import span
from ...trajectory import Trajectory
from ..equivalence import highest_by_mouth, in_milligrams
from ..onset import TIERS
from ..people import Known, check_steady, people_like, share, told
from ..plan import Comparison, Odds, Plan
from ..safety import OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL
from ..switch import leaned_on
from ..tables import long_time
from ..treatment import DAY, Treatment, read_treatment
from . import restart
from .charts import ways_chart
from .easing import FACTS as EASING_FACTS
from .easing import easing, ranking
from .interruption import HORIZON, Interrupted, courses, holiday_table, interrupted, ways_table
from .rescue_steps import BRIDGE, CHECKS, FACTS, dose, reasons, steps, warnings
from .restart import Fate, Way

PATIENTS, DRAWS = 200, 60
SOONEST, LONGEST = 1.0, 28.0 * DAY
"""Hours off that a plan is made for."""


def rescue(
    text: str,
    *,
    since: float,
    off: float,
    delivered: str | None = None,
    patient: Patient | None = None,
    patients: int = PATIENTS,
    draws: int = DRAWS,
    seed: int = 1,
    begins: dt.date | None = None,
    known: Known | None = None,
    beside: tuple[Alongside, ...] = (),
) -> Plan:
    """A plan for somebody whose tablets or pump were interrupted `off` hours ago.

    text       what was prescribed: "350 ug/day intrathecally", "20 mg four times daily"
    since      how long it had been given before it stopped [h]
    delivered  what really reached the patient by then, when a fault let through less than was programmed
    patients   virtual patients; `draws` of the typical one
    known      this very person, as an individual estimate tells
    beside     other drugs, which were taken with the treatment and go on

    Raises TherapyError listing what cannot be read or followed.
    """
    person = patient or Patient()
    check_steady(person)
    programmed = read_treatment(text, since, person.covariates.weight)
    treatment = read_treatment(delivered, since, person.covariates.weight) if delivered else programmed
    _check(programmed, treatment, off)
    people = people_like(person, patients, draws, seed, known)
    virtual, typical = (interrupted(group, treatment, beside) for group in people.groups)
    tried = weighed(virtual, programmed, person.covariates, off)
    away = span(round(off, 2))
    made = Plan(
        kind="rescue",
        title=f"Rescue: {programmed.says}, interrupted {away} ago",
        patient=patient_sentence(person),
        before=f"nothing for {away}; before that {treatment.says} for {long_time(since)}{company(beside)}",
        steps=tuple(steps(person, treatment, tried.taken)),
        emergencies=(PUMP_WITHDRAWAL if treatment.is_pump else WITHDRAWAL, OVERDOSE),
        odds=tuple(odds(virtual, typical, off)),
        comparisons=tables(virtual, tried, away),
        checks=CHECKS,
        reasons=tuple(reasons(programmed, treatment, tried.back, tried.choice, tried.fates_back, off)),
        warnings=(*warnings(treatment), *(note for other in beside for note in other.notes), *person.cautions),
        facts=(*FACTS, *restart.FACTS, *EASING_FACTS),
        parameters=leaned_on(virtual.held, (), restart.FELT),
        patients=virtual.held.group.n,
        draws=people.draws,
        seed=seed,
        begins=begins,
        charts=(ways_chart(tried.ways, tried.runs, off),),
    )
    return people.tried(made)


@dataclass(frozen=True, eq=False)
class Weighed:
    """Every way to go on, tried on the virtual patients: what happens on each, and which is taken.

    ways    all of them, those back to the treatment last;  runs, fates: of each
    choice  which of the ways `back`, the boldest first, is taken
    """

    ways: tuple[Way, ...]
    runs: Sequence[Trajectory]
    fates: Sequence[Fate]
    back: tuple[Way, ...]
    choice: int

    @property
    def taken(self) -> Way:
        """The way that the plan takes."""
        return self.back[self.choice]

    @property
    def fates_back(self) -> Sequence[Fate]:
        """What happens on the ways back."""
        return self.fates[-len(self.back) :]


def weighed(virtual: Interrupted, programmed: Treatment, person: Covariates, off: float) -> Weighed:
    """The ways to go on `off` hours after the end of the treatment, each tried on the virtual patients."""
    back = restart.ways(virtual.treatment, person)
    ways = (*bridges(programmed, virtual.treatment, not person.is_child), *back)
    runs = courses(virtual, ways, off)
    fates = [restart.fate(run, off) for run in runs]
    return Weighed(ways, runs, fates, back, restart.chosen(off / DAY, fates[-len(back) :], virtual.before()))


def tables(virtual: Interrupted, tried: Weighed, away: str) -> tuple[Comparison, ...]:
    """The ways to go on, overdose by restart after days off, and what other drugs ease."""
    return ways_table(tried.ways, tried.fates, away), holiday_table(virtual, tried.back), ranking(), easing()


def company(beside: Sequence[Alongside]) -> str:
    """The other drugs, in words."""
    return f"; {' and '.join(map(str, beside))} {'goes' if len(beside) == 1 else 'go'} on" if beside else ""


def _check(programmed: Treatment, treatment: Treatment, off: float) -> None:
    """Raise TherapyError listing what does not fit together."""
    problems = Problems()
    if not SOONEST <= off <= LONGEST:
        allowed = f"{span(SOONEST)} to {span(LONGEST)} without drug"
        problems.add("--off", span(off), allowed, "After longer, treatment begins anew: `baclosim titrate`.")
    if treatment.is_pump != programmed.is_pump or treatment.daily > programmed.daily:
        problems.add(
            "--delivered", treatment.says, f"at most what was programmed, {dose(programmed)}, by the same route"
        )
    problems.raise_as(TherapyError)


def bridges(programmed: Treatment, treatment: Treatment, is_adult: bool) -> Iterator[Way]:
    """What else could be done: nothing, tablets alone, the dose that was programmed."""
    yield Way("nothing", "")
    if treatment.is_pump and is_adult:
        yield Way("tablets alone, 80 mg/day", BRIDGE)
    if treatment.daily < programmed.daily:
        yield Way(f"the programmed {dose(programmed)} at once", programmed.says, programmed.daily)


def odds(virtual: Interrupted, typical: Interrupted, off: float) -> Iterator[Odds]:
    """Who reaches each tier if nothing is done, how long is left, and what tablets cover of what is lost."""
    for tier in TIERS:
        left = [one.left(tier, off) for one in (virtual, typical)]
        yield share(f"{tier} or worse within {span(HORIZON)} of the end, nothing done", left[0] < HORIZON)
        if (left[0] < HORIZON).any():
            reach = f"the {(left[0] < HORIZON).sum()} of {left[0].size} who reach it"
            yield told(f"left until {tier}, of {reach}", "h", *left)
    if virtual.treatment.is_pump:
        covered = [one.covered() for one in (virtual, typical)]
        highest = highest_by_mouth(virtual.held.group.like.covariates)
        for place, says in (("cord", "effect on tone"), ("brain", "effect on the brain")):
            words = f"{says} that {in_milligrams(highest)} by mouth covers"
            yield told(words, "%", *(100.0 * one[place] for one in covered))
