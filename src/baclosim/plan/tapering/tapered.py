"""A taper written out as a plan: steps in tablets, odds, comparison, what to do if it goes wrong, reasons, warnings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...cautions import Caution
from ...figures.display import readable
from ...leaning import model_of
from ...patient.speech import patient_sentence
from ...simulate import body_for, doses_of, effects_for
from ...therapy import speech
from ...therapy.amounts import Mass
from ...therapy.language.conditions import TIERS, tier_level
from ...therapy.steps import Dosing, Intake
from ...therapy.timing import START_CLOCK, Clock, Continuous
from ..advice import during_taper
from ..plan import Chart, Check, Comparison, Plan, Step, Take
from ..safety import PUMP_WITHDRAWAL, WITHDRAWAL
from ..tables import long_time
from ..tablets import Supply
from ..treatment import DAY, Slot, Treatment
from .guarding import Found
from .predicting import FELT, Forecast, forecast, odds
from .rules import SERIES
from .search import course_of
from .trial import TAIL, Trial, follow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ...figures.tapers import Way
    from .wish import Weighed, Wish

RULES = ("taper.oral.uk-csm", "taper.oral.lexicomp", "taper.oral-after-itb.saulino-2015", SERIES)
LAST = "visit within a week"
GENTLE = 0.8  # of the pace of the first half, below which the second half counts as slower


def written_out(wish: Wish, trial: Trial, typical: Trial, found: Found, ruled: Sequence[Weighed]) -> Plan:
    """The plan of a path that was found."""
    course = course_of(trial, found.space, found.path)
    predicted = forecast(trial, typical, course)
    steps = tuple(steps_of(trial.treatment, found, wish.supply))
    doses = doses_of(course, course.begins, trial.patients, wish.seed)
    model = model_of(trial.patients, doses, body_for(doses), effects_for(FELT))
    known = trial.patients.parameters.keys()
    return Plan(
        kind="taper",
        title=f"Taper of {a_day(trial.treatment.daily, trial.treatment.is_pump)} over {found.days} days",
        patient=patient_sentence(wish.patient),
        before=f"{trial.treatment.says}, for {long_time(trial.treatment.since)}",
        steps=steps,
        emergencies=(PUMP_WITHDRAWAL,) if trial.treatment.is_pump else (WITHDRAWAL,),
        odds=odds(predicted, course.begins),
        verdicts=(found.verdict,),
        comparisons=(comparison(found, ruled, trial),),
        checks=checks(trial.treatment, found),
        advice=tuple(during_taper(pumped=trial.treatment.is_pump, by_mouth=by_mouth(trial.treatment))),
        reasons=tuple(reasons(wish, found, ruled)),
        warnings=tuple(warnings(wish, predicted)),
        facts=tuple(dict.fromkeys((*RULES, *(fact for w in ruled for fact in w.rule.facts)))),
        parameters=trial.patients.behind(name for name in model.behind(*FELT) if name in known),
        patients=trial.n,
        draws=typical.n - 1,
        seed=wish.seed,
        begins=wish.begins,
        charts=(chart(trial, found, ruled),),
    )


def steps_of(treatment: Treatment, found: Found, supply: Supply) -> Iterator[Step]:
    """Each rung as a step in tablets; the last is without the drug."""
    path = found.path if found.path[0][0] == 0 else ((0, 0), *found.path)
    days = [day for day, _ in path]
    for (day, rung), after in zip(path, [*days[1:], math.inf], strict=True):
        doses = found.space.rungs[rung]
        takes = tuple(
            Take(slot.at, a_day(dose, True) if is_pump(slot) else supply.in_words(dose), dose)
            for slot, dose in zip(treatment.slots, doses, strict=True)
            if dose
        )
        pumped = sum(dose for slot, dose in zip(treatment.slots, doses, strict=True) if is_pump(slot))
        says = in_language(treatment.slots, doses)
        route = "intrathecal" if pumped or (treatment.is_pump and not takes) else "mouth"
        yield Step(day * DAY, after * DAY, says, pumped or sum(doses), route, takes, "" if takes else LAST)


def is_pump(slot: Slot) -> bool:
    """Whether a slot is what a pump gives."""
    return slot.route == "intrathecal"


def in_language(slots: Sequence[Slot], doses: Sequence[float]) -> str:
    """A day's doses in words that the dosing language reads; "no baclofen" for none."""
    by_amount: dict[float, list[float]] = {}
    intakes = []
    for slot, dose in zip(slots, doses, strict=True):
        if dose and is_pump(slot):
            intakes.append(Intake(Mass(dose), Continuous(), route="intrathecal"))
        elif dose:
            by_amount.setdefault(dose, []).append((slot.hour + START_CLOCK) % DAY)
    intakes += [Intake(Mass(dose), Clock(tuple(sorted(hours)))) for dose, hours in by_amount.items()]
    return speech.step(Dosing(tuple(intakes))) if intakes else "no baclofen"


def a_day(dose: float, pumped: bool) -> str:
    """A daily dose [ug] as people say it: micrograms of a pump, milligrams of tablets."""
    return f"{readable(dose, 4)} ug/day" if pumped else f"{readable(dose / 1000.0, 4)} mg/day"


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
            *(round(100.0 * float((one.worst >= tier_level(tier)).mean()), 1) for tier in TIERS),
            "kept" if one.verdict.is_met else "not kept",
        )
        for name, one in ways
    )
    notes = (
        f"On the same {trial.n} virtual patients, worst severity until {TAIL} days after the end. Rules are put into "
        "what is at hand, each target rounded up. All in the longer time steps of the search: tenths may "
        "differ from what is predicted above.",
        "; ".join(
            f"{w.rule.says}: for {w.rule.applies_to} [{', '.join(w.rule.facts)}]" for w in ruled if w.rule.is_published
        ),
    )
    return Comparison("Against the published rules", columns, rows, tuple(note for note in notes if note))


def checks(treatment: Treatment, found: Found) -> tuple[Check, ...]:
    """What to do when signs of a tier appear, and how the plan goes on."""
    wait = max(7, 2 * max(found.space.gaps))
    back = "the pump is set back to the step before" if treatment.is_pump else "take the doses of the step before again"
    well = "is set back to the last dose" if treatment.is_pump else "starts again from the last dose"
    whom = "call the pump clinic" if treatment.is_pump else "call the prescriber"
    mild = Check(
        "Mild signs (itching without a rash, a fast heart, far more spasms, sleeplessness, restlessness)",
        f"{whom} the same day and make no further step. If they grow, or have not eased after 24 hours: {back}.",
        f"Signs should ease within 1 to 3 days. After {wait} days without them go on with the next step, and take "
        "twice as long for every step from then on.",
        ("withdrawal.severity-tiers.greenberg-handbook", "taper.oral.uk-csm", "taper.oral.lexicomp"),
    )
    moderate = Check(
        "Moderate signs (a seizure, seeing or hearing what is not there, confusion)",
        "this is an emergency: call for help.",
        f"Treatment {well} at which the patient was well. The taper begins anew only after 1 to 2 weeks without signs, "
        "with half the steps.",
        ("withdrawal.severity-tiers.greenberg-handbook", "withdrawal.resolution-psychiatric.leo-2005"),
    )
    missed = Check(
        "A missed dose",
        "take it when noticed unless the next is due within 2 hours. Never double a dose, and make no step on a day "
        "with a missed dose.",
    )
    return (mild, moderate, missed) if by_mouth(treatment) else (mild, moderate)


def by_mouth(treatment: Treatment) -> bool:
    """Whether any of it is taken by mouth."""
    return any(slot.route == "mouth" for slot in treatment.slots)


def reasons(wish: Wish, found: Found, ruled: Sequence[Weighed]) -> Iterator[str]:
    """Why this taper and no other."""
    limit, days = wish.limit, found.days
    if wish.within is None:
        yield f"The soonest end found on step days the patient can follow that keeps {limit}."
    else:
        kept = f"{100.0 * limit.share:g} % of patients stay below a severity of {level(found)}"
        yield f"The gentlest found within {wish.within} days: {kept}."
    if days == found.space.least:
        yield f"It is no shorter than {days} days, the longer end of the advice for everybody [taper.oral.uk-csm]."
    kept = [w for w in ruled if w.found.verdict.is_met and w.rule.is_published]
    if kept:
        best = min(kept, key=lambda w: w.found.days)
        shorter = ", less than this plan allows" if best.found.days < found.space.least else ""
        quickest = f"{best.rule.says}, takes {best.found.days} days{shorter}"
        yield f"The quickest published rule that keeps the limit, {quickest}."
    else:
        yield "No published rule keeps the limit in these patients."
    if len(found.path) == 1:
        yield f"Between {wish.treatment.says} and none there is no step in {wish.supply}: smaller pieces would help."
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
    """Whether the end is slower than the beginning, of the drug given by one route."""
    totals = [sum(found.space.rungs[0]), *(sum(found.space.rungs[rung]) for _, rung in found.path)]
    drops = [a - b for a, b in pairwise(totals)]
    early = sum(drop for drop, (day, _) in zip(drops, found.path, strict=True) if day < found.days / 2.0)
    whole = sum(drops)
    if min(drops) > 0.0 and whole - early < GENTLE * early:
        yield (
            f"It is slower at the end: {100.0 * early / whole:.0f} % of the dose goes in the first half of the time, "
            f"{100.0 * (whole - early) / whole:.0f} % in the second, for the nervous system responds most steeply at "
            "low doses."
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
    unit = "ug by pump" if trial.treatment.is_pump else "mg"

    def draw(width: float) -> Figure:
        from ...figures.tapers import tapers_figure

        return tapers_figure(ways, levels, unit, width)

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
    from ...figures.tapers import Way

    course = course_of(trial, found.space, found.path)
    ran = follow(trial, course, course.days + TAIL, quantities=("withdrawal",), every=6.0)
    days = (ran.time - course.begins) / DAY
    totals = np.array([trial.treatment.doses, *(stage.doses for stage in course.stages)])
    totals = totals[:, :1].sum(axis=1) if trial.treatment.is_pump else totals.sum(axis=1) / 1000.0
    stage = np.searchsorted([stage.day for stage in course.stages], days, side="right")
    return Way(name, days, totals[stage], 100.0 * ran.quantile("withdrawal", 0.95)[0])
