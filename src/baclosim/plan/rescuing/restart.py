"""Ways to give the drug again after an interruption, and what each risks: too little for longer, or too much at once.

The former dose comes back at once, or half of it with daily rises, or the dose with which treatment begins. Which of
them a plan takes depends on how long the drug was away; the model's risk of coma can only make it more careful.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...patient import Covariates
from ...therapy.intrathecal.program import number
from ...trajectory import Trajectory
from ..onset import cleared, levels
from ..people import median
from ..protocol import daily_rise, start_multiple
from ..switch import Held, gone_on, later
from ..treatment import DAY, Treatment
from ..trial_dose import published_protocol

Array = NDArray[np.float64]

SHORT, LONG = 2.0, 7.0
"""Days off up to which the former dose comes back at once, and from which treatment begins anew: assumed, between the
short interruption after which a panel goes on as before and the holidays of weeks after which overdoses were seen."""
RISK = 0.01
"""Share of patients brought into coma, beyond that before the interruption, from which a restart is too much."""
FOLLOWED = 5.0 * DAY
FELT = ("withdrawal", "coma", "weakness", "respiratory_drive")
TABLET, ORAL_EVERY = 5e3, 3.0  # ug, days: label.dose_range.us
FACTS = ("rescue.oral-baclofen.saulino-2016", "rescue.restore-itb.fda-label", "tolerance.holiday-overdose.delhaas-1991")


@dataclass(frozen=True)
class Way:
    """A way to go on: what it is called, dosing in plain words (empty for nothing), and its first daily dose [ug]."""

    name: str
    words: str
    first: float = 0.0


@dataclass(frozen=True)
class Fate:
    """What a way does to the virtual patients after it begins.

    moderate, severe  share who pass that tier afterwards;  clears: median hours until below mild, of those at it
    coma, weak        mean of each patient's highest probability;  breathing: mean of the lowest drive to breathe
    """

    moderate: float
    severe: float
    clears: float
    coma: float
    weak: float
    breathing: float


def ways(treatment: Treatment, person: Covariates) -> tuple[Way, Way, Way]:
    """At once, by half, from the start: the three ways back to a treatment, the boldest first."""
    if treatment.is_pump:
        return _by_pump(treatment.daily, np.mean(daily_rise(person)).item())
    return _by_mouth(treatment)


def _by_pump(daily: float, rise: float) -> tuple[Way, Way, Way]:
    start, full = min(start_multiple() * published_protocol().doses_ug[0], daily / 2.0), f"{number(daily)} ug/day"

    def raised(dose: float) -> str:
        return f"{number(dose)} ug/day intrathecally, then increase by {100 * rise:g} % every day up to {full}"

    return (
        Way("the former dose at once", f"{full} intrathecally", daily),
        Way("half of it, then daily rises", raised(daily / 2.0), daily / 2.0),
        Way("from the start, then daily rises", raised(start), start),
    )


def _by_mouth(treatment: Treatment) -> tuple[Way, Way, Way]:
    """In whole tablets: rises of one tablet at each time of the day, every two days from half, every three anew."""
    times, former = len(treatment.slots), treatment.daily
    each = int(former / times / TABLET)
    full = f"up to {number(each * times * TABLET / 1000.0)} mg/day"

    def raised(name: str, tablets: int, days: float) -> Way:
        if tablets >= each:
            return Way(f"{name} (no smaller tablet)", treatment.says, former)
        first = f"{number(tablets * TABLET / 1000.0)} mg by mouth every {number(DAY / times)} h"
        step = f"then increase by {number(times * TABLET / 1000.0)} mg/day every {days:g} days {full}"
        return Way(name, f"{first}, {step}", tablets * times * TABLET)

    return (
        Way("the former dose at once", treatment.says, former),
        raised("half of it, then rises", max(1, each // 2), 2.0),
        raised("from the start, then rises", 1, ORAL_EVERY),
    )


def followed(now: Held, way: Way, off: float, lasts: float = FOLLOWED) -> Trajectory:
    """The group when a way begins `off` hours after the end of its treatment."""
    return gone_on(now, ((off, way.words),) if way.words else (), off + lasts, FELT)


def fate(course: Trajectory, off: float) -> Fate:
    """What became of the patients from `off` hours on."""
    late = course.time >= off
    tier = levels()
    worst = course["withdrawal"][:, late].max(axis=1)
    times = cleared(course, "withdrawal", tier["mild"], off)
    ill = times > 0.0
    return Fate(
        moderate=float((worst >= tier["moderate"]).mean()),
        severe=float((worst >= tier["severe"]).mean()),
        clears=median(times[ill]) if ill.any() else float("nan"),
        coma=float(course["coma"][:, late].max(axis=1).mean()),
        weak=float(course["weakness"][:, late].max(axis=1).mean()),
        breathing=float(course["respiratory_drive"][:, late].min(axis=1).mean()),
    )


def chosen(days: float, fates: Sequence[Fate], before: Fate) -> int:
    """Which of the three ways a plan takes after so many days off: by time away, never with more than RISK of coma."""
    by_time = 0 if days <= SHORT else 1 if days < LONG else 2
    safe = (i for i in range(by_time, len(fates)) if fates[i].coma - before.coma <= RISK)
    return next(safe, len(fates) - 1)


def holidays(now: Held, three: Sequence[Way], days: Sequence[float]) -> Iterator[tuple[float, list[Fate]]]:
    """Days off, and the fate in the two days after each way; the drug-free time is simulated once."""
    for off in (24.0 * d for d in days):
        now = later(now, off - 1.0)
        yield off / 24.0, [fate(followed(now, way, off, 2.0 * DAY), off) for way in three]
