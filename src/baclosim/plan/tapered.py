"""A taper written out as a plan: steps in tablets, odds, comparison, what to do if it goes wrong, reasons, warnings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..cautions import Caution
from ..figures.display import readable
from ..leaning import model_of
from ..patient.speech import patient_sentence
from ..simulate import body_for, doses_of, effects_for
from ..therapy import speech
from ..therapy.amounts import Mass
from ..therapy.conditions import TIERS, tier_level
from ..therapy.regimen import Dosing, Intake
from ..therapy.timing import START_CLOCK, Clock
from .guarding import Found
from .plan import Chart, Check, Comparison, Plan, Step, Take
from .predicting import DRAWS, FELT, Forecast, forecast, odds, share, typical_of
from .rules import SERIES
from .safety import WITHDRAWAL
from .search import course_of
from .tables import long_time
from .tablets import Supply
from .treatment import DAY, Slot, Treatment
from .trial import TAIL, Trial, follow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..figures.tapers import Way
    from .taper import Weighed, Wish

RULES = ("taper.oral.uk-csm", "taper.oral.lexicomp", "taper.oral-after-itb.saulino-2015", SERIES)
GENTLE = 0.8  # of the pace of the first half, below which the second half counts as slower


def written_out(wish: Wish, trial: Trial, found: Found, ruled: Sequence[Weighed]) -> Plan:
    """The plan of a path that was found."""
    course = course_of(trial, found.space, found.path)
    predicted = forecast(trial, typical_of(wish.patient, trial, wish.seed), course)
    steps = tuple(steps_of(trial.treatment, found, wish.supply))
    doses = doses_of(course, course.begins, trial.patients, wish.seed)
    model = model_of(trial.patients, doses, body_for(doses), effects_for(FELT))
    known = trial.patients.parameters.keys()
    return Plan(
        kind="taper",
        title=f"Taper of {milligrams(trial.treatment.daily)} a day over {found.days} days",
        patient=patient_sentence(wish.patient),
        before=f"{trial.treatment.says}, for {long_time(trial.treatment.since)}",
        steps=steps,
        emergencies=(WITHDRAWAL,),
        odds=odds(predicted, course.begins),
        verdicts=(found.verdict,),
        comparisons=(comparison(found, ruled, trial),),
        checks=checks(trial.treatment, found),
        reasons=tuple(reasons(wish, found, ruled)),
        warnings=tuple(warnings(wish, predicted)),
        facts=RULES,
        parameters=trial.patients.behind(name for name in model.behind(*FELT) if name in known),
        patients=trial.n,
        draws=DRAWS,
        seed=wish.seed,
        begins=wish.begins,
        charts=(chart(trial, found, ruled),),
    )


def steps_of(treatment: Treatment, found: Found, supply: Supply) -> Iterator[Step]:
    """Each rung as a step in tablets; the last is without the drug."""
    days = [day for day, _ in found.path]
    for (day, rung), after in zip(found.path, [*days[1:], math.inf], strict=True):
        doses = found.space.rungs[rung]
        takes = tuple(
            Take(slot.at, supply.in_words(dose), dose)
            for slot, dose in zip(treatment.slots, doses, strict=True)
            if dose
        )
        last = "visit within a week" if not takes else ""
        yield Step(day * DAY, after * DAY, in_language(treatment.slots, doses), sum(doses), takes=takes, do=last)


def in_language(slots: Sequence[Slot], doses: Sequence[float]) -> str:
    """A day's doses in words that the dosing language reads; "no baclofen" for none."""
    by_amount: dict[float, list[float]] = {}
    for slot, dose in zip(slots, doses, strict=True):
        if dose:
            by_amount.setdefault(dose, []).append((slot.hour + START_CLOCK) % DAY)
    intakes = (Intake(Mass(dose), Clock(tuple(sorted(hours)))) for dose, hours in by_amount.items())
    return speech.step(Dosing(tuple(intakes))) if by_amount else "no baclofen"


def milligrams(dose: float) -> str:
    """A dose [ug] as people say it."""
    return f"{readable(dose / 1000.0, 4)} mg"


def comparison(found: Found, ruled: Sequence[Weighed], trial: Trial) -> Comparison:
    """This plan and every published rule on the same patients."""
    columns = (
        "way",
        "days",
        "severity, median %",
        "95 % below, %",
        *(f"{tier}, % of people" for tier in TIERS),
        "limit",
    )
    ways = [("this plan", found), *((w.rule.says, w.found) for w in ruled)]
    rows = tuple(
        (
            name,
            float(one.days),
            round(100.0 * float(np.median(one.worst)), 1),
            round(100.0 * float(np.quantile(one.worst, 0.95)), 1),
            *(round(100.0 * share(one.worst >= tier_level(tier)).value, 1) for tier in TIERS),
            "kept" if one.verdict.is_met else "not kept",
        )
        for name, one in ways
    )
    notes = (
        f"On the same {trial.n} virtual patients, worst severity until {TAIL} days after the end. Rules are put into "
        "what is at hand, each target rounded up.",
        "Rules: " + "; ".join(f"{w.rule.says} = {w.rule.name} ({w.rule.applies_to})" for w in ruled) + ".",
    )
    return Comparison("Against the published rules", columns, rows, notes)


def checks(treatment: Treatment, found: Found) -> tuple[Check, ...]:
    """What to do when signs of a tier appear, and how the plan goes on."""
    gap = max(found.space.gaps)
    wait = max(7, 2 * gap)
    return (
        Check(
            "Mild signs (itching without a rash, a fast heart, far more spasms, sleeplessness, restlessness)",
            "call the prescriber the same day and make no further step; if they have not eased after 24 hours, or "
            "grow, take the doses of the step before again.",
            f"Signs should ease within 1 to 3 days. After {wait} days without them go on with the next step, and take "
            "twice as long for every step from then on.",
            ("withdrawal.severity-tiers.greenberg-handbook", "taper.oral.uk-csm", "taper.oral.lexicomp"),
        ),
        Check(
            "Moderate signs (a seizure, seeing or hearing what is not there, confusion)",
            "emergency: call for help, and take the last dose that was well borne if awake and able to swallow.",
            "The prescriber starts again from the last dose at which the patient was well, not before 1 to 2 weeks "
            "without signs, with half the steps.",
            ("withdrawal.severity-tiers.greenberg-handbook", "withdrawal.resolution-psychiatric.leo-2005"),
        ),
        Check(
            "A missed dose",
            "take it when noticed unless the next is due within 2 hours; never double a dose, and never make a step on "
            "a day with missed doses.",
        ),
    )


def reasons(wish: Wish, found: Found, ruled: Sequence[Weighed]) -> Iterator[str]:
    """Why this taper and no other."""
    limit, days = wish.limit, found.days
    if wish.within is None:
        yield f"The soonest end found on step days the patient can follow that keeps {limit}."
    else:
        kept = f"{100.0 * limit.share:g} % of patients stay below a severity of {level(found)}"
        yield f"The gentlest found within {wish.within} days: {kept}."
    if days == found.space.least:
        yield f"It is no shorter than {days} days, the longer end of the advice for everybody (taper.oral.uk-csm)."
    kept = [w for w in ruled if w.found.verdict.is_met]
    if kept:
        best = min(kept, key=lambda w: w.found.days)
        shorter = ", less than this plan allows" if best.found.days < found.space.least else ""
        quickest = f"{best.rule.says}, takes {best.found.days} days{shorter}"
        yield f"The quickest published rule that keeps the limit, {quickest}."
    else:
        yield "No published rule keeps the limit in these patients."
    yield from pace(found)
    clearance = wish.patient.covariates.creatinine_clearance
    if clearance < 60.0:
        yield (
            f"Kidneys that clear {clearance:.3g} mL/min hold more drug per dose and lose it more slowly: each step "
            "falls from a higher level, more softly. No study of tapers in kidney failure was found "
            "(taper.renal-failure.notfound)."
        )


def level(found: Found) -> str:
    """The level that the wanted share of patients keeps."""
    return f"{100.0 * found.verdict.reachable:.3g} %"


def pace(found: Found) -> Iterator[str]:
    """Whether the end is slower than the beginning."""
    totals = [sum(found.space.rungs[0]), *(sum(found.space.rungs[rung]) for _, rung in found.path)]
    drops = [a - b for a, b in pairwise(totals)]
    half = found.days / 2.0
    early = sum(drop for drop, (day, _) in zip(drops, found.path, strict=True) if day < half)
    late = sum(drops) - early
    if late < GENTLE * early:
        yield (
            f"It is slower at the end: {milligrams(early)} a day go in the first half of the time, {milligrams(late)} "
            "in the second, because the nervous system responds most steeply at low doses."
        )


def warnings(wish: Wish, predicted: Forecast) -> Iterator[Caution]:
    """What the reader must know before using it."""
    yield from wish.patient.cautions
    severe = float((predicted.worst >= tier_level("severe")).mean())
    yield Caution(
        "who is not kept",
        f"{100.0 * (1.0 - wish.limit.share):.3g} % of patients may pass the limit by design"
        + (f", {100.0 * severe:.2g} % are predicted to reach severe withdrawal" if severe else "")
        + "; who they are shows only on the way, so the check rule is part of the plan.",
        ("withdrawal.severity-tiers.greenberg-handbook",),
    )
    yield Caution(
        "ashworth and spasms", "without baclofen they return to what they were before it, or worse for a while"
    )


def chart(trial: Trial, found: Found, ruled: Sequence[Weighed]) -> Chart:
    """Dose and severity of the plan and the published rules over time."""
    ways = [way("this plan", trial, found)]
    ways += [way(w.rule.says, trial, w.found) for w in ruled if w.found.days <= 3 * found.days]
    levels = tuple((100.0 * tier_level(tier), tier) for tier in TIERS)

    def draw(width: float) -> Figure:
        from ..figures.tapers import tapers_figure

        return tapers_figure(ways, levels, width)

    caption = (
        "Daily dose, and the severity below which 95 % of the virtual patients stay at each time, of this plan and of "
        "the published rules. Dotted: where a tier of withdrawal begins."
    )
    left_out = len(ruled) + 1 - len(ways)
    if left_out:
        caption += f" {left_out} rule{'s' * (left_out > 1)} more than three times as long left out."
    return Chart("taper", caption, "Daily dose and severity of withdrawal over time, this plan against rules", draw)


def way(name: str, trial: Trial, found: Found) -> Way:
    """One way to taper as curves: days, daily dose, severity that 95 % keep."""
    from ..figures.tapers import Way

    course = course_of(trial, found.space, found.path)
    ran = follow(trial, course, course.days + TAIL, quantities=("withdrawal",), every=6.0)
    days = (ran.time - course.begins) / DAY
    totals = np.array([trial.treatment.daily, *(sum(stage.doses) for stage in course.stages)]) / 1000.0
    stage = np.searchsorted([stage.day for stage in course.stages], days, side="right")
    return Way(name, days, totals[stage], 100.0 * ran.quantile("withdrawal", 0.95)[0])
