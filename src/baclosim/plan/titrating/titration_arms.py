"""The published ways to raise the dose, for a patient like this one: tablets by the label, pumps by origin and age."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from ...patient import Covariates
from ..protocol import NO_RISE_AT_FIRST, RISES, START_MULTIPLE, daily_rise
from .optimising import Open
from .prescribing import LESS_BELOW
from .titration import Arm

LABEL = "label.dose_range.us"
CHILD = "paediatric.covariates.he-2014"
KIDNEY = "renal.dose_advice.secondary"
LIMIT = "dose.above-1000.label-us"
DECREASE = "titrate.decrease-for-side-effects.recalled"
MOST_BY_PUMP = 1000.0  # ug/day
PUMP_DAYS = 28.0
TABLETS = "lower by 5 mg per dose"
FOLLOWED = 84.0  # days for which the ways of a search are followed
DAYS = (3.0, 4.0, 5.0, 7.0, 10.0, 14.0)  # between rises, never sooner than the label
CHILDS_START = 0.3  # mg/kg/day
FOUR_AT_FIRST = "four doses of 5 mg at first, 20 mg/day where the label begins with 15; then no faster than the label"


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
            "at most 80 mg/day", 42.0, (LABEL,),
            "the label's highest dose in four doses of up to 20 mg: begins with 20 mg/day and rises by 20, not 15"),
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
    start = min(CHILDS_START, most)
    said = "start and steps by weight are assumed; the kinetics support up to 2 mg/kg/day"
    rise = f"raise by {start:.4g} mg/kg/day"
    by, ends = f"{start:.4g} mg/kg/day in 3 doses", f"at most {most:.4g} mg/kg/day"
    return tuple(
        Arm(f"every {days} days to {most:.3g} mg/kg/day", by, f"{rise} every {days} days",
            f"lower by {start / 2:.4g} mg/kg/day", ends, 12.0 * days, (CHILD,), said)
        for days in (3, 7)
    )  # fmt: skip


def oral_open(person: Covariates) -> Open:
    """What the way by mouth leaves open: days between rises, the highest dose, in how many doses or how large steps."""
    if person.is_child:
        return _open_for_children(person)
    if person.creatinine_clearance < LESS_BELOW:
        return Open(
            {"every": (7.0, 10.0, 14.0, 21.0), "most": (10.0, 20.0, 30.0)}, _weak_kidneys_way, (7.0, 30.0), FOLLOWED
        )
    return Open(
        {"times": (3.0, 4.0), "every": DAYS, "most": (30.0, 45.0, 60.0, 80.0)}, _adult_way, (3.0, 3.0, 60.0), FOLLOWED
    )


def _adult_way(times: float, every: float, most: float) -> Arm:
    """Of four doses each rise is larger, so that it comes later: the dose of a day grows no faster than the label's."""
    start = f"5 mg {'three' if times == 3.0 else 'four'} times daily"
    every = math.ceil(every * times / 3.0)
    name = f"{start}, every {every:g} days to {most:g} mg/day"
    return Arm(
        name,
        start,
        f"raise by 5 mg per dose every {every:g} days",
        TABLETS,
        f"at most {most:g} mg/day",
        FOLLOWED,
        (LABEL,),
        FOUR_AT_FIRST if times > 3.0 else "",
    )


def _weak_kidneys_way(every: float, most: float) -> Arm:
    usual = _for_weak_kidneys()[0]
    rise = f"raise by 5 mg per dose every {every:g} days"
    return replace(
        usual,
        name=f"every {every:g} days to {most:g} mg/day",
        rise=rise,
        most=f"at most {most:g} mg/day",
        days=FOLLOWED,
    )


def _open_for_children(person: Covariates) -> Open:
    highest = min(2.0, 60.0 / person.weight)
    most = tuple(share * highest for share in (0.4, 0.6, 0.8, 1.0))
    step = min(CHILDS_START, most[0])

    def way(every: float, by: float, top: float) -> Arm:
        usual = _for_children(person)[0]
        return replace(
            usual, name=f"by {by:.3g} mg/kg/day every {every:g} days to {top:.3g} mg/kg/day",
            start=f"{by:.4g} mg/kg/day in 3 doses", rise=f"raise by {by:.4g} mg/kg/day every {every:g} days",
            lower=f"lower by {by / 2:.4g} mg/kg/day", most=f"at most {top:.4g} mg/kg/day", days=FOLLOWED,
        )  # fmt: skip

    return Open({"every": DAYS, "by": (step / 2.0, step), "most": most}, way, (3.0, step, most[-1]), FOLLOWED)


def pump_arms(person: Covariates, start: float) -> tuple[Arm, ...]:
    """Ways by pump from a first dose of `start` ug/day: the least, the middle and the largest published daily rise."""
    low, high = daily_rise(person)
    return tuple(_pump_way(start, 100.0 * step, 24.0) for step in (0.5 * (low + high), high, low))


def pump_open(person: Covariates, start: float) -> Open:
    """What the way by pump leaves open: how much the dose is raised, and whether every day or less often."""
    low, high = (100.0 * share for share in daily_rise(person))
    rises = tuple(low + (high - low) * i / 8.0 for i in range(9))
    return Open({"rise": rises, "every": (24.0, 48.0, 72.0)}, partial(_pump_way, start), (rises[4], 24.0), PUMP_DAYS)


def _pump_way(start: float, rise: float, every: float) -> Arm:
    often = "a day" if every == 24.0 else f"every {every:g} h"
    return Arm(
        f"{rise:g} % {often}",
        f"{start:g} ug/day intrathecally",
        f"raise by {rise:g} % every {every:g} h",
        "lower by 15 %",
        f"at most {MOST_BY_PUMP:g} ug/day",
        PUMP_DAYS,
        (RISES, *START_MULTIPLE, NO_RISE_AT_FIRST, LIMIT, DECREASE),
    )
