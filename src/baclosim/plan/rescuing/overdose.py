"""Rescue from too much: how long coma and ventilation last, what dialysis or drawing fluid spares, what comes after.

By mouth or through the pump, in people who are treated and in people who never were. Stopping baclofen for good after
an overdose brings withdrawal to those who were used to it: the plan says when and how to give it again.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...errors import Problem, Problems, TherapyError
from ...patient import Patient, Patients
from ...patient.course import DialysisSession
from ...patient.speech import patient_sentence
from ...therapy.intrathecal.program import span
from ...therapy.regimen import Regimen
from ...therapy.removal import Removal
from ...therapy.steps import Dosing
from ...trajectory import Trajectory
from ..onset import levels
from ..people import Known, median, people_like, share, told
from ..plan import Comparison, Odds, Plan
from ..safety import OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL
from ..switch import After, Held, Switched, gone_on, held, leaned_on, regimen
from ..treatment import DAY, Slot, Treatment, read_treatment
from .overdose_steps import CHECKS, FACTS, reasons, steps, warnings

Array = NDArray[np.float64]
_AMOUNT = re.compile(
    r"[\d.,]+ ?(mg|g|ug|mcg|µg)( of baclofen)?( by mouth| orally| po| intrathecally| itb?)?", re.IGNORECASE
)

PATIENTS, DRAWS = 200, 60
START = 1.0
"""Hours after the last regular dose at which the overdose is taken or begins."""
FOLLOWED = 10.0 * DAY
LATEST = 3.0 * DAY
LIKELY = 0.5
DRAWN = 30.0
"""mL of spinal fluid (overdose.csf-drainage.fpnotebook)."""
SESSION = 4.0
"""Hours of haemodialysis (dialysis.hd_course.wu-2005)."""
RESTS = 12.0
"""Hours after half of the comatose have woken at which the former dose is given again; assumed."""
FELT = ("coma", "ventilation", "withdrawal")
NEVER = Treatment("no baclofen", (Slot("none"),), (0.0,), 3.0 * DAY)
COLUMNS = ("way", "coma, %", "coma, mean h", "ventilated, %", "ventilated, mean h", "moderate withdrawal, %")


@dataclass(frozen=True)
class Poisoned:
    """One group that has taken too much: `taken` in the dosing language, `now` [h after the last regular dose]."""

    held: Held
    taken: Regimen
    now: float

    @property
    def by_pump(self) -> bool:
        """Whether a pump gives too much, and goes on until it is stopped."""
        step = self.taken.steps[0]
        return isinstance(step, Dosing) and not step.is_single

    @property
    def after(self) -> After:
        """The overdose; a pump is stopped now."""
        words = f"{self.taken} for {self.now - START:g} h" if self.by_pump else str(self.taken)
        return ((START, words),)

    def course(
        self, *then: tuple[float, str], removed: tuple[Removal, ...] = (), group: Patients | None = None
    ) -> Trajectory:
        """From now on, with what is done besides."""
        who = self.held if group is None else self.held.of(group)
        course = gone_on(who, (*self.after, *then), self.now + FOLLOWED, FELT, every=1.0, removed=removed)
        late = course.time >= self.now
        return replace(
            course, time=course.time[late] - self.now, values={k: v[:, late] for k, v in course.values.items()}
        )


def overdose(
    text: str,
    taken: str,
    *,
    ago: float,
    since: float,
    patient: Patient | None = None,
    patients: int = PATIENTS,
    draws: int = DRAWS,
    seed: int = 1,
    begins: dt.date | None = None,
    known: Known | None = None,
) -> Plan:
    """A plan for somebody who had too much `ago` hours ago.

    text   the usual treatment: "20 mg three times daily", "350 ug/day intrathecally", or "none"
    taken  "800 mg by mouth once", "1500 ug intrathecally once", "3500 ug/day intrathecally" (the pump, until now)
    since  how long the usual treatment had been given [h]
    known  this very person, as an individual estimate tells

    Sessions of dialysis and changes of the kidneys that the patient tells are hours from now.

    Raises TherapyError listing what cannot be read or followed.
    """
    person = patient or Patient()
    never = text.strip().lower() in ("none", "nothing", "never")
    usual = NEVER if never else read_treatment(text, since, person.covariates.weight)
    too_much = _read(taken, ago, usual)
    people = people_like(from_now(person, Switched(usual).ended + START + ago), patients, draws, seed, known)
    virtual, typical = (Poisoned(held(g, usual, poisoned=True), too_much, START + ago) for g in people.groups)
    plain, uncertain = virtual.course(), typical.course()
    again = awake(plain)
    table = compared(virtual, plain, again)
    happened = f"{too_much}, {'begun ' if virtual.by_pump else ''}{span(round(ago, 2))} ago"
    made = Plan(
        kind="rescue",
        title=f"Overdose of {happened}",
        patient=patient_sentence(person),
        before=f"{usual.says}; then {happened}",
        steps=tuple(steps(usual, virtual.by_pump, hours(plain, "ventilation"), again)),
        emergencies=(OVERDOSE, PUMP_WITHDRAWAL if usual.is_pump else WITHDRAWAL),
        odds=tuple(odds(plain, uncertain, usual)),
        comparisons=(table,),
        checks=CHECKS,
        reasons=tuple(reasons(usual, table)),
        warnings=(*warnings(virtual.by_pump), *person.cautions),
        facts=FACTS,
        parameters=leaned_on(virtual.held, virtual.after, FELT),
        patients=plain.patients,
        draws=people.draws,
        seed=seed,
        begins=begins,
    )
    return people.tried(made)


def taken_in(words: str) -> Regimen:
    """What was taken; an amount without any frequency was taken at once: "800 mg"."""
    try:
        return regimen(words)
    except TherapyError:
        if not _AMOUNT.fullmatch(words.strip()):
            raise
        return regimen(f"{words} once")


def _read(taken: str, ago: float, usual: Treatment) -> Regimen:
    """The overdose, checked; raises TherapyError listing what does not fit."""
    read = taken_in(taken)
    problems = Problems()
    step = read.steps[0]
    if len(read.steps) != 1 or not isinstance(step, Dosing) or len(step.intakes) != 1:
        raise TherapyError(Problem("--overdose", taken, "one amount, such as '800 mg by mouth once'"))
    if not step.is_single and step.intakes[0].route != "intrathecal":
        problems.add("--overdose", taken, "one amount taken at once by mouth", "Say 'once'.")
    if step.is_single is False and not usual.is_pump:
        problems.add("--overdose", taken, "one amount at once, for somebody without a pump", "Say 'once'.")
    if not 0.5 <= ago <= LATEST:
        problems.add("--ago", span(ago), f"30 min to {span(LATEST)}")
    problems.raise_as(TherapyError)
    return read


def from_now(patient: Patient, now: float) -> Patient:
    """The patient with dialysis and changes of the kidneys, told in hours from now, at hours of the run."""
    sessions = [(one.start + now, one.duration, *_own(one)) for one in patient.dialysis_sessions]
    changes = [(one.at + now, one.creatinine_clearance) for one in patient.kidney_changes]
    return replace(patient, dialysis=sessions or None, kidney=changes or None)


def _own(session: DialysisSession) -> tuple[float, ...]:
    """The clearance of a session [mL/min], when it has one of its own."""
    return () if session.clearance is None else (session.clearance / 60.0,)


def hours(course: Trajectory, quantity: str) -> Array:
    """Hours from now for which a quantity is more likely than not, (n,)."""
    return (course[quantity] >= LIKELY).mean(axis=1) * np.ptp(course.time)


def awake(course: Trajectory) -> float:
    """Hours from now at which the former dose may be given again: some hours after half of the comatose have woken."""
    lasting = hours(course, "coma")
    return RESTS + math.ceil(median(lasting[lasting > 0.0])) if (lasting > 0.0).any() else RESTS


def compared(poisoned: Poisoned, plain: Trajectory, again: float) -> Comparison:
    """What can be done, on the same virtual patients."""
    usual = poisoned.held.treatment
    ways = [("support alone" if not poisoned.by_pump else "pump stopped, support", plain)]
    if any(intake.route == "intrathecal" for intake in poisoned.taken.steps[0].intakes):  # type: ignore[union-attr]
        ways.append((f"{DRAWN:g} mL of fluid drawn", poisoned.course(removed=(Removal(poisoned.now + 0.5, DRAWN),))))
    else:
        ways.append((f"haemodialysis for {SESSION:g} h", poisoned.course(group=_dialysed(poisoned))))
    if usual.daily:
        restart = (poisoned.now + again, usual.says)
        ways.append((f"former dose again after {again:g} h", poisoned.course(restart)))
    rows = tuple((name, *_numbers(course)) for name, course in ways)
    note = (
        "Mean of each patient's highest chance of coma and of ventilation from now on; mean hours for which they are "
        "likelier than not, over all; share in moderate withdrawal or worse within ten days."
    )
    return Comparison("What can be done, on the same virtual patients", COLUMNS, rows, (note,))


def _dialysed(poisoned: Poisoned) -> Patients:
    """The same virtual patients with a session of haemodialysis an hour from now, beside those that are planned."""
    like = poisoned.held.group.like
    start = poisoned.held.therapy.ended + poisoned.now + 1.0
    planned = [
        (one.start, one.duration, *_own(one))
        for one in like.dialysis_sessions
        if one.end <= start or one.start >= start + SESSION
    ]
    return replace(poisoned.held.group, like=replace(like, dialysis=[*planned, (start, SESSION)]))


def _numbers(course: Trajectory) -> tuple[float, ...]:
    found = []
    for name in ("coma", "ventilation"):
        found += [100.0 * float(course[name].max(axis=1).mean()), float(hours(course, name).mean())]
    ill = course["withdrawal"].max(axis=1) >= levels()["moderate"]
    return tuple(round(x, 1) for x in (*found, 100.0 * float(ill.mean())))


def odds(virtual: Trajectory, typical: Trajectory, usual: Treatment) -> Iterator[Odds]:
    """Who needs what, for how long, and the withdrawal that follows when nothing is given again."""
    for name in ("coma", "ventilation"):
        yield share(f"{name} from now on", virtual[name].max(axis=1))
        lasting = [np.where((h := hours(one, name)) > 0.0, h, np.nan) for one in (virtual, typical)]
        if np.isfinite(lasting[0]).any():
            yield told(f"hours of {name} from now on, of those who have it", "h", *lasting)
    if usual.daily:
        for tier in ("mild", "moderate"):
            yield share(
                f"{tier} withdrawal or worse if baclofen is not given again",
                virtual["withdrawal"].max(axis=1) >= levels()[tier],
            )
