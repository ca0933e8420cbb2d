"""What a restart of the drug does to withdrawal, by mouth and by pump."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..evidence.library import library
from ..parameters import typical
from ..plan.rescuing.rescue import rescue
from ..plan.tapering.taper import plan_taper
from ..plan.tapering.wish import Wish
from ..plan.treatment import read_treatment
from ..trajectory import Trajectory
from .clinic import ADULT, Array, Clinic, spread
from .findings import Finding, Table, at_least, at_most, between, measured, told
from .pump import change_of_drug, first_drug
from .stopping import FELT, TABLETS, YEAR, ended

PAUSE = 72.0  # h without before the restart
PLANNED = 100  # virtual patients behind the two plans
AFTER = (0.0, 1.0, 6.0, 12.0, 24.0, 48.0, 72.0)  # h after the restart


def restart(clinic: Clinic) -> Iterator[Finding]:
    """Three days without, then the former dose again: how soon severity and mental signs clear; the pump's delay."""
    limits = typical(("mild_withdrawal", "moderate_withdrawal"))
    mild, moderate = limits["mild_withdrawal"], limits["moderate_withdrawal"]
    people = "withdrawal.resolution-psychiatric.leo-2005"
    course = ended(clinic, TABLETS, YEAR, f"nothing for {PAUSE / 24.0:g} days, then {TABLETS}", 10.0, *FELT)
    yield from easing(course, mild, [people, "withdrawal.resolution-itb.barcelona-2009"])
    for what, level, bound in (("moderate or worse", moderate, between(24.0, 60.0)), ("mild or worse", mild, None)):
        ill = course["brain_deficit"].max(axis=1) >= level
        cleared = cleared_after(course, "brain_deficit", mild)[ill]
        yield measured(f"patients whose mental signs were {what}", float(ill.mean()), "", at_least(0.005))
        if ill.any():
            yield measured(
                "their mental signs below mild, after the restart", spread(cleared), "h", bound, facts=[people]
            )
    yield told("in published cases", library().fact(people).statement, [people])
    yield from pump_restart(clinic, mild)
    yield from plans(clinic)


def plans(clinic: Clinic) -> Iterator[Finding]:
    """The plan for the restart of these tablets after the pause, and the slow wean that follows it."""
    rescued = rescue(
        TABLETS,
        since=YEAR * 24.0,
        off=PAUSE,
        patient=ADULT,
        patients=min(clinic.n, PLANNED),
        draws=10,
        seed=clinic.seed,
    )
    ways = rescued.comparisons[0]
    nothing, *others = (np.inf if row[3] is None else float(row[3]) for row in ways.rows)
    rows = tuple((step.says, step.do) for step in rescued.steps)
    yield measured(
        "restart plan: half of the ill below mild after, the slowest way back", max(others), "h", at_most(nothing),
        facts=rescued.facts[:3], table=Table(("step", "what else"), rows),
    )  # fmt: skip
    wish = Wish(ADULT, read_treatment(TABLETS, YEAR * 24.0, 70.0), patients=min(clinic.n, PLANNED), seed=clinic.seed)
    tapered = plan_taper(wish)
    rows = tuple((f"day {step.first_day}", step.says) for step in tapered.steps)
    yield measured(
        "taper plan after it", tapered.ends / 24.0, "days", at_least(14.0), facts=tapered.facts,
        table=Table(("from", "given"), rows),
    )  # fmt: skip
    clinic.rests.update((*rescued.parameters, *tapered.parameters))


def easing(course: Trajectory, mild: float, facts: list[str]) -> Iterator[Finding]:
    """Severity after the restart: not gone at once, gone within 72 h."""
    severity = {after: course["withdrawal"][:, course.time >= PAUSE + after] for after in AFTER}
    rows = tuple(
        (f"{after:g} h", f"{np.median(s[:, 0]):.3f}", f"{np.mean(s[:, 0] >= mild):.3f}")
        for after, s in severity.items()
    )
    table = Table(("after the restart", "median severity", "share at mild or worse"), rows)
    at_first = severity[0.0][:, 0]
    yield measured("severity at the restart", spread(at_first), facts=facts, table=table)
    ill = at_first >= mild
    yield measured("patients at mild or worse by then", float(ill.mean()), "", at_least(0.005))
    still = float((severity[1.0][ill, 0] >= mild).mean()) if ill.any() else np.nan
    yield measured("of these, still so an hour after", still, "", at_least(0.5), facts=facts)
    yield measured(
        "severity from 72 h after the restart on, worst patient", severity[72.0].max(), "", at_most(mild), facts=facts
    )


def cleared_after(course: Trajectory, name: str, mild: float) -> Array:
    """Hours from the restart until a deficit stays below mild, 0 where it was already, (n,)."""
    above = course[name] >= mild
    clean = above.shape[1] - np.argmax(above[:, ::-1], axis=1)
    when = np.append(course.time, np.inf)[clean] - PAUSE
    return np.where(above.any(axis=1), np.maximum(when, 0.0), 0.0)


def pump_restart(clinic: Clinic, mild: float) -> Iterator[Finding]:
    """Drug from a pump that starts again waits for the dead volume, and relief with it."""
    catheter, dose = {"length": "66 cm", "tip": "T10"}, "350 ug/day intrathecally"
    facts = ["catheter.volume-per-length.ascenda-recalled", "withdrawal.resolution-itb.barcelona-2009"]
    delay = first_drug(catheter)
    yield measured("a pump restarted with an empty catheter waits", delay, "h", at_least(1.0), facts=facts[:1])
    other = change_of_drug(catheter)
    yield measured("one refilled with another concentration waits", other, "h", at_least(1.0), facts=facts[:1])
    medians = []
    for what, pause in (("full", PAUSE), ("empty", round(PAUSE + delay))):
        course = ended(clinic, dose, YEAR, f"nothing for {pause:g} h, then {dose}", 10.0, *FELT)
        ill = course["withdrawal"].max(axis=1) >= mild
        medians.append(np.median(cleared_after(course, "withdrawal", mild)[ill]) if ill.any() else np.nan)
        says = f"restart of the pump, catheter {what}: severity below mild after, median of the {ill.mean():.0%} ill"
        yield measured(says, float(medians[-1]), "h", facts=facts)
    yield measured("later for the empty catheter", float(medians[1] - medians[0]), "h", at_least(1.0), facts=facts)
