"""The published ways to raise the dose, for a patient like this one: tablets by the label, pumps by origin and age."""

from __future__ import annotations

from ...patient import Covariates
from ..protocol import NO_RISE_AT_FIRST, RISES, START_MULTIPLE, daily_rise
from .prescribing import LESS_BELOW
from .titration import Arm

LABEL = "label.dose_range.us"
CHILD = "paediatric.covariates.he-2014"
KIDNEY = "renal.dose_advice.secondary"
LIMIT = "dose.above-1000.label-us"
DECREASE = "titrate.decrease-for-side-effects.recalled"
MOST_BY_PUMP = 1000.0  # ug/day
TABLETS = "lower by 5 mg per dose"


def oral_arms(person: Covariates) -> tuple[Arm, ...]:
    """Ways by mouth, the published one first."""
    if person.is_child:
        return _for_children(person)
    if person.creatinine_clearance < LESS_BELOW:
        return _for_weak_kidneys()
    start, tds = "5 mg three times daily", "raise by 5 mg per dose"
    return (
        Arm("as labelled, every 3 days to 60 mg/day", start, f"{tds} every 3 days", TABLETS, "at most 60 mg/day", 42.0,
            (LABEL,)),
        Arm("every 3 days, on to 75 mg/day", start, f"{tds} every 3 days", TABLETS, "at most 80 mg/day", 42.0,
            (LABEL,)),
        Arm("four times daily to 80 mg/day", "5 mg four times daily", f"{tds} every 3 days", TABLETS,
            "at most 80 mg/day", 42.0, (LABEL,), "the label's highest dose in four doses of up to 20 mg"),
        Arm("every week to 60 mg/day", start, f"{tds} every 7 days", TABLETS, "at most 60 mg/day", 84.0, (LABEL,),
            "slower than the label: one step a week"),
    )  # fmt: skip


def _for_weak_kidneys() -> tuple[Arm, ...]:
    """Less and more slowly: the evidence says only that, so half of the label's dose is assumed."""
    said = "half of the label's dose, raised once a week: the evidence asks for less and names no amount"
    rise = "raise by 5 mg per dose every 7 days"
    return (
        Arm("once a week to 30 mg/day", "5 mg twice daily", rise, TABLETS, "at most 30 mg/day", 70.0,
            (KIDNEY, LABEL), said),
        Arm("every two weeks to 30 mg/day", "5 mg twice daily", rise.replace("7", "14"), TABLETS,
            "at most 30 mg/day", 112.0, (KIDNEY, LABEL), said),
    )  # fmt: skip


def _for_children(person: Covariates) -> tuple[Arm, ...]:
    """By weight, in three doses, up to 2 mg/kg/day and never above an adult's label dose."""
    most = min(2.0, 60.0 / person.weight)
    start = min(0.3, most)
    said = "start and steps by weight are assumed; the kinetics support up to 2 mg/kg/day"
    rise = f"raise by {start:.4g} mg/kg/day"
    by, ends = f"{start:.4g} mg/kg/day in 3 doses", f"at most {most:.4g} mg/kg/day"
    return tuple(
        Arm(f"every {days} days to {most:.3g} mg/kg/day", by, f"{rise} every {days} days",
            f"lower by {start / 2:.4g} mg/kg/day", ends, 12.0 * days, (CHILD,), said)
        for days in (3, 7)
    )  # fmt: skip


def pump_arms(person: Covariates, start: float) -> tuple[Arm, ...]:
    """Ways by pump from a first dose of `start` ug/day: the least, the middle and the largest published daily rise."""
    low, high = daily_rise(person)
    facts = (RISES, *START_MULTIPLE, NO_RISE_AT_FIRST, LIMIT, DECREASE)
    steps = (0.5 * (low + high), high, low)
    return tuple(
        Arm(
            f"{100 * step:g} % a day",
            f"{start:g} ug/day intrathecally",
            f"raise by {100 * step:g} % every 24 h",
            "lower by 15 %",
            f"at most {MOST_BY_PUMP:g} ug/day",
            28.0,
            facts,
        )
        for step in steps
    )
