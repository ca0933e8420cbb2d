"""Tolerance, withdrawal and its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...parameters import typical
from ...trajectory import Trajectory
from ..clinic import DRAWS, Array, Clinic, first_time
from ..holding import held
from .comparing import Comparison, Prediction, compared, expected, people, rows_of, share

FELT = ("withdrawal", "brain_deficit", "cord_deficit")
TREATED = 365.0  # days before the stop
MONTHS = 3  # between visits
PATIENT_2 = {
    "withdrawal.case-oral.daleo-2007-pt2": "75 mg/day by mouth in 3 doses",
    "withdrawal.case-itb.daleo-2007-pt2": "775 ug/day intrathecally",
}
"""One man who stopped twice, by different routes."""


def doses(clinic: Clinic) -> Iterator[Comparison]:
    """Doses that hold tone, over the first year and over ten."""
    cohort, draws = held(clinic, visits=40)[0], held(clinic, visits=40, n=-DRAWS)[0]
    (_, first, *_), (months, later, *_) = (tuple(row.values()) for row in rows_of("dose.time-course.spanish-2000"))
    made = ratio(cohort, draws, months, 0.0, people("dose.time-course.spanish-2000"))
    yield compared("dose.time-course.spanish-2000", "dose at 12 months over the first", made, observed=later / first)
    for row in rows_of("dose.long-term-ratio.skoog-2019"):
        for years, column in ((7.0, "ratio_first"), (10.0, "ratio_second")):
            made = ratio(cohort, draws, 12.0 * years, 12.0, 19)
            what = f"dose at {years:g} years over that at one, {row['group']}"
            yield compared("dose.long-term-ratio.skoog-2019", what, made, observed=row[column])


def ratio(cohort: Array, draws: Array, late: float, early: float, count: int | None) -> Prediction:
    """Mean over a group of the dose at one month over that at another."""
    between, uncertain = (c[:, round(late / MONTHS)] / c[:, round(early / MONTHS)] for c in (cohort, draws))
    return expected(between, uncertain, count)


def among(between: Array, uncertain: Array, count: int) -> Prediction | None:
    """As `expected`, from those in whom it happens; the typical patient is often none of them."""
    if not len(between):
        return None
    return expected(between, uncertain if len(uncertain) > 1 else between.mean(keepdims=True), count)


def stop(clinic: Clinic, therapy: str, after: str = "stop", lasts: float = 7.0) -> tuple[Trajectory, Trajectory]:
    """Cohort and draws of the typical patient after a year of treatment; hour 0 is the stop."""
    found = []
    for run in (clinic.cohort, clinic.uncertain):
        treated = run(f"{therapy} for {TREATED:g} days, then stop", TREATED * 24.0, *FELT, every="24 h")
        whole = f"{therapy} for {TREATED:g} days, then {after}"
        course = run(whole, (TREATED + lasts) * 24.0, *FELT, every="1 h", since=treated)
        found.append(Trajectory(course.time - TREATED * 24.0, course.values))
    return found[0], found[1]


def onset(clinic: Clinic, therapy: str, quantity: str, tier: str) -> Prediction | None:
    """When those who reach a tier first do; one case, because cases are published one by one."""
    level = typical((f"{tier}_withdrawal",))[f"{tier}_withdrawal"]
    times = [first_time(course, quantity, level) for course in stop(clinic, therapy)]
    between, uncertain = (t[np.isfinite(t)] for t in times)
    return among(between, uncertain, 1)


def onsets(clinic: Clinic) -> Iterator[Comparison]:
    """Clocked cases."""
    fact = "withdrawal.case-itb.saveika-2007"
    made = onset(clinic, "520 ug/day intrathecally", "cord_deficit", "mild")
    yield compared(fact, "first signs after a stall, at most", made, "h", observed=8.0, limit=True)
    for fact, therapy in PATIENT_2.items():
        made = onset(clinic, therapy, "brain_deficit", "moderate")
        yield compared(fact, f"hallucinations after a stop, {therapy}", made, "h")
    for row in rows_of("withdrawal.cases.onset-summary-shared"):
        if clocked(row):
            made = onset(clinic, f"{row['dose_before']:g} mg/day by mouth in 3 doses", "brain_deficit", "moderate")
            what = f"onset after a stop, {row['case']}"
            yield compared("withdrawal.cases.onset-summary-shared", what, made, "h", observed=row["onset_h_low"])


def clocked(row: dict[str, Any]) -> bool:
    """Whether a case by mouth gives its dose and the hour."""
    return (
        row["route"] == "oral" and isinstance(row["dose_before"], float) and row["onset_h_low"] == row["onset_h_high"]
    )


def severe(clinic: Clinic) -> Iterator[Comparison]:
    """Share who fall severely ill when a pump stops."""
    fact = "withdrawal.incidence-severe-itb.greenberg-handbook"
    level = typical(("severe_withdrawal",))["severe_withdrawal"]
    between, uncertain = ((c["withdrawal"].max(axis=1) >= level) for c in stop(clinic, "350 ug/day intrathecally"))
    value = float(between.mean())
    sd = float(np.sqrt(value * (1.0 - value) / len(between) + np.var(uncertain)))
    yield compared(fact, "severe after a pump stops", share(value, sd), scale="linear")


def resolution(clinic: Clinic) -> Iterator[Comparison]:
    """Mental signs after a restart on the third day, of those who had them."""
    fact = "withdrawal.resolution-psychiatric.leo-2005"
    limits = typical(("mild_withdrawal", "moderate_withdrawal"))
    again = "nothing for 3 days, then 25 mg by mouth every 8 h"
    found = []
    for course in stop(clinic, "25 mg by mouth every 8 h", again, 10.0):
        ill = course["brain_deficit"].max(axis=1) >= limits["moderate_withdrawal"]
        above = (course["brain_deficit"] >= limits["mild_withdrawal"]) & (course.time >= 72.0)
        found.append(np.maximum(above.sum(axis=1)[ill].astype(float), 1.0))
    yield compared(fact, "mental signs gone after a restart, mean", among(found[0], found[1], 23), "h")


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about tolerance and withdrawal."""
    yield from doses(clinic)
    yield from onsets(clinic)
    yield from severe(clinic)
    yield from resolution(clinic)
