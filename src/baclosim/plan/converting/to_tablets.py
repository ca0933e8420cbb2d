"""From a pump to tablets: how much of its effect they keep, and what cannot be had by mouth."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from ...cautions import Caution
from ...patient.speech import patient_sentence
from ..advice import OFF_A_PUMP, PUMP_ENDS
from ..equivalence import Exchange, in_milligrams
from ..people import People, median, share, told
from ..plan import Check, Odds, Plan, Step
from ..safety import OVERDOSE, PUMP_WITHDRAWAL, WITHDRAWAL
from ..tables import long_time
from ..treatment import DAY
from . import sources
from .charts import cover_chart

STEP, CHILDS_STEP = 20e3, 10e3
"""ug/day by which the oral dose rises: a tablet of 5 mg at each of four times, in children half of one."""
LABEL = "label.dose_range.us"
REMOVAL = "taper.itb-removal-schedule.roth-2021"
NOT_RELIED_ON = "rescue.restore-itb.fda-label"
FACTS = (LABEL, REMOVAL, NOT_RELIED_ON, *sources.FACTS)
RISE_DAYS = 3
FELT = {"ashworth": ("Ashworth score", "dimensionless", 1.0), "drowsiness": ("chance to be drowsy", "%", 100.0)}
KEPT = 0.9
"""Share of the pump's effect from which tablets are said to cover it."""


def to_tablets(people: People, virtual: Exchange, typical: Exchange, seed: int, begins: dt.date | None) -> Plan:
    """The plan for a group on a pump; `typical` is the typical patient with draws."""
    treatment = virtual.treatment
    step = CHILDS_STEP if people.like.covariates.is_child else STEP
    dose = oral_dose(median(virtual.equal()), step, virtual.highest)
    return Plan(
        kind="conversion",
        title=f"From a pump to tablets: {treatment.says}",
        patient=patient_sentence(people.like),
        before=f"{treatment.says}, for {long_time(treatment.since)}",
        steps=tuple(steps(treatment.says, dose, step)),
        emergencies=(PUMP_WITHDRAWAL, WITHDRAWAL, OVERDOSE),
        odds=tuple(odds(virtual, typical, dose)),
        comparisons=(sources.sources(virtual),),
        checks=CHECKS,
        advice=OFF_A_PUMP,
        reasons=tuple(reasons(virtual, dose)),
        warnings=(NOT_AT_ONCE, *people.like.cautions),
        facts=FACTS,
        parameters=virtual.rests,
        patients=virtual.held.group.n,
        draws=people.draws,
        seed=seed,
        begins=begins,
        charts=(cover_chart(virtual, dose),),
    )


def oral_dose(equal: float, step: float, highest: float) -> float:
    """The oral dose of a plan [ug/day]: equal, down to whole steps, at least one, never above the highest."""
    return step * max(1, math.floor(min(equal, highest) / step))


def steps(pump: str, dose: float, step: float) -> Iterator[Step]:
    """Tablets up by the label's steps while the pump goes on, then the pump down."""
    levels = [step * (i + 1) for i in range(round(dose / step))]
    for i, level in enumerate(levels):
        last = i == len(levels) - 1
        yield Step(
            i * RISE_DAYS * DAY,
            math.inf if last else (i + 1) * RISE_DAYS * DAY,
            f"{level / 4000.0:g} mg by mouth four times daily",
            level,
            "mouth",
            (),
            f"{pump} goes on meanwhile; drowsy or weak: one step back" if i == 0 else "",
            f"Your pump goes on as it is, at {pump.replace(' intrathecally', '')}." if i == 0 else "",
        )
    yield Step(
        len(levels) * RISE_DAYS * DAY, math.inf, "the pump is tapered", None, "intrathecal", (),
        "by a plan of its own; in hospital when the pump must come out soon; a benzodiazepine at hand", PUMP_ENDS,
    )  # fmt: skip


def odds(virtual: Exchange, typical: Exchange, dose: float) -> Iterator[Odds]:
    """What tablets keep of the pump's effect on tone, what they add to the brain, and how it feels."""
    words = f"{dose / 1000.0:g} mg/day by mouth"
    for place, says in (
        ("cord", f"effect on tone of {words}, of the pump's"),
        ("brain", f"effect on the brain of {words}, of the pump's"),
    ):
        yield told(says, "%", *(100.0 * one.kept(dose, place) for one in (virtual, typical)))
    enough = virtual.kept(virtual.highest, "cord") >= KEPT
    yield share(f"keep {KEPT:.0%} of the effect on tone within {in_milligrams(virtual.highest)}", enough)
    daily, both = virtual.treatment.daily, (virtual, typical)
    for name, (says, unit, factor) in FELT.items():
        yield told(f"{says} on the pump", unit, *(factor * one.now.at(daily, name) for one in both))
        yield told(f"{says} on the tablets", unit, *(factor * one.other.at(dose, name) for one in both))


def reasons(virtual: Exchange, dose: float) -> Iterator[str]:
    """What is not covered, and what it would take."""
    equal, highest = median(virtual.equal()), virtual.highest
    if equal > highest:
        kept = 100.0 * median(virtual.kept(highest, "cord"))
        yield (
            f"{100.0 - kept:.0f} % of the pump's effect on tone cannot be covered by mouth: the highest dose, "
            f"{in_milligrams(highest)}, gives {kept:.0f} % of it (median of the virtual patients)."
        )
        yield (
            f"Equal effect on tone would take {equal / highest:.1f} times that, and the brain would get many times "
            "what the pump gives it: nobody can take that."
        )
    else:
        yield f"{in_milligrams(dose)} is the median equal dose of the virtual patients, down to whole tablets."
    yield f'The steps of the pump come from `baclosim taper "{virtual.treatment.says}"`.'
    yield "Tablets reach the brain as much as the cord, a pump the cord first: at equal relief tablets sedate more."


NOT_AT_ONCE = Caution(
    "bridge",
    "Tablets do not stand in for a pump that stops: the pump is tapered while they are taken, and they alone are not "
    "relied on to stop withdrawal.",
    (NOT_RELIED_ON,),
)
CHECKS = (
    Check(
        "Itching, stiffness, agitation or fever while the pump is tapered",
        "Back to the pump's last dose, the same day.",
        "Go on more slowly.",
        (NOT_RELIED_ON,),
    ),
    Check("Drowsy or weak while both are given", "Lower the tablets by one step, or the pump by its next step."),
    Check(
        "The pump must come out now",
        "Hospital; a rescue plan shows what follows a stop.",
        facts=(REMOVAL,),
    ),
)
