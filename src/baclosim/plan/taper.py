"""A taper for this patient: the soonest within a limit, or the gentlest within a time, compared with published rules.

wish        what is asked: who, what is taken, what it is made of, the limit, the step days
treated     virtual patients after their treatment so far              (trial)
searched    the best path on each pattern of step days                 (search, guarding)
rules       the published rules on the same patients                   (rules)
plan        steps, odds, comparison, checks, reasons, warnings         (tapered, predicting)
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import PlanError
from ..patient import Patient, virtual_patients
from ..therapy.conditions import level_in_words
from .goals import Goal, no_plan, read_goal
from .guarding import Found, guarded, tried
from .plan import Plan
from .rules import Rule, even, published, rows
from .search import Space, at_level, farthest, gentlest, soonest
from .tablets import Supply, ladder
from .treatment import Treatment
from .trial import Trial, treated

Array = NDArray[np.float64]

MOST_DAYS = 364
PATTERNS = ((7,), (3, 4), (2,))
"""Days between steps that are tried, the easiest to follow first."""
TABLETS = Supply()
LIMIT = read_goal("withdrawal below moderate in 95 % of patients")
USUAL_WEIGHT = 70.0  # kg, of the people whom rules in mg speak of


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    limit       what must hold throughout, in which share of the virtual patients
    within      days that it may take; None for the soonest
    patterns    days between steps, (7,) weekly, (3, 4) twice a week; the easiest to follow first
    step_share  largest part of the day's dose that one step may take away; None for the published one
    begins      day 1 as a date
    """

    patient: Patient
    treatment: Treatment
    supply: Supply = TABLETS
    limit: Goal = LIMIT
    within: int | None = None
    patterns: tuple[tuple[int, ...], ...] = PATTERNS
    step_share: float | None = None
    patients: int = 500
    seed: int = 1
    begins: dt.date | None = None


@dataclass(frozen=True)
class Bounds:
    """What published rules allow: days a taper takes at least, largest step as a share of the dose and in ug/day."""

    least: int
    share: float
    mass: float


@dataclass(frozen=True)
class Weighed:
    """A published rule and how it fares on the same patients."""

    rule: Rule
    found: Found


def plan_taper(wish: Wish) -> Plan:
    """The plan; raises PlanError with the nearest that works and what binds when nothing satisfies the wish."""
    from .tapered import written_out

    group = virtual_patients(wish.patients, like=wish.patient, seed=wish.seed)
    trial = treated(group, wish.treatment)
    spaces = spaces_for(wish)
    ruled = [Weighed(rule, tried(trial, spaces[0], rule.path, wish.limit)) for rule in published(spaces[0].rungs)]
    found = best_of(wish, spaces, trial, ruled)
    if found is None or not found.verdict.is_met:
        raise refused(wish, spaces, trial, found)
    return written_out(wish, trial, found, ruled)


def bounds(weight: float) -> Bounds:
    """What the published rules allow to somebody of this weight [kg]; steps in mg shrink below that of adults.

    At least as long as the longer end of the advice for everybody, steps as large as the largest absolute or the
    smallest relative step that a rule names. Source: taper.rules.machine-readable.
    """
    by_name = {str(row["rule_id"]): row for row in rows()}
    least, share, mass = (
        by_name[name][column]
        for name, column in (("uk-csm", "total_day_max"), ("oral-after-itb", "step_low"), ("ansm-2017", "step_high"))
    )
    assert isinstance(least, float | int)
    assert isinstance(share, float | int)
    assert isinstance(mass, float | int)
    return Bounds(round(least), float(share), 1000.0 * mass * min(1.0, weight / USUAL_WEIGHT))


def spaces_for(wish: Wish) -> tuple[Space, ...]:
    """What tapers may be, one space for each pattern of step days."""
    allowed = bounds(wish.patient.covariates.weight)
    rungs = ladder(wish.treatment.doses, wish.supply)
    lowers = farthest(rungs, wish.step_share or allowed.share, 0.0 if wish.step_share else allowed.mass)
    most = MOST_DAYS if wish.within is None else wish.within
    return tuple(Space(rungs, lowers, gaps, allowed.least, most) for gaps in wish.patterns)


def best_of(wish: Wish, spaces: Sequence[Space], trial: Trial, ruled: Sequence[Weighed]) -> Found | None:
    """The best path of all patterns, or a published rule that keeps the same bounds and does better."""
    order = evenly(trial, spaces[0], wish.limit)
    search = soonest_of if wish.within is None else gentlest_of
    best = search(trial, spaces, wish.limit, order)
    allowed = [w.found for w in ruled if is_allowed(w.found, spaces[0])]
    return min((f for f in (best, *allowed) if f), key=lambda f: merit(wish, f), default=None)


def merit(wish: Wish, found: Found) -> tuple[bool, float, float]:
    """What makes one taper better than another for this wish; the least is best."""
    unmet, days, level = not found.verdict.is_met, found.days, found.verdict.reachable
    return (unmet, days, level) if wish.within is None else (unmet, level, days)


def is_allowed(found: Found, space: Space) -> bool:
    """Whether a path keeps to the times and the steps of a space, on whatever days its steps fall."""
    steps = zip((0, *(rung for _, rung in found.path)), found.path, strict=False)
    return found.days <= space.most and all(rung <= space.lowest(before, day) for before, (day, rung) in steps)


def soonest_of(trial: Trial, spaces: Sequence[Space], limit: Goal, order: Array) -> Found | None:
    """The soonest path of all patterns, made as gentle as its days allow."""
    best: Found | None = None
    for space in spaces:
        bounded = replace(space, most=best.days - 1) if best else space
        found = guarded(trial, bounded, limit, soonest, order, lambda f: f.rank)
        if found and found.verdict.is_met:
            best = found
    if best is None:
        return None
    bounded = replace(best.space, most=best.days)
    gentle = guarded(trial, bounded, limit, gentlest, best.worst, lambda f: f.gentleness, rounds=1)
    return min((f for f in (best, gentle) if f), key=lambda f: f.rank)


def gentlest_of(trial: Trial, spaces: Sequence[Space], limit: Goal, order: Array) -> Found | None:
    """The gentlest path of all patterns, whatever its level; a pattern harder to follow must be clearly gentler."""
    anything = at_level(limit, 1.0 - 1e-9)
    best: Found | None = None
    for space in spaces:
        found = guarded(trial, space, anything, gentlest, order, lambda f: f.gentleness, rounds=2)
        if found and (best is None or found.verdict.reachable < 0.95 * best.verdict.reachable):
            best = found
    return best and tried(trial, best.space, best.path, limit)


def refused(wish: Wish, spaces: Sequence[Space], trial: Trial, found: Found | None) -> PlanError:
    """Why there is no plan: what binds, and what comes nearest."""
    least = spaces[0].least
    if wish.within is not None and wish.within < least:
        return PlanError(
            f"no taper satisfies the limits\n  what binds: at most {wish.within} days\n"
            f"  nearest that works: {least} days, the longer end of the advice for everybody (taper.oral.uk-csm)"
        )
    longer = tuple(replace(space, most=MOST_DAYS) for space in spaces)
    found = found or gentlest_of(trial, longer[:1], wish.limit, evenly(trial, longer[0], wish.limit))
    if found is None:
        return PlanError("no taper satisfies the limits\n  what binds: the steps; smaller tablets or halves are needed")
    return no_plan("taper", [found.verdict], list(instead(wish, longer, trial, found)))


def instead(wish: Wish, longer: Sequence[Space], trial: Trial, found: Found) -> Iterator[str]:
    """What would work: more days, a milder limit, fewer patients."""
    more = soonest_of(trial, longer, wish.limit, found.worst) if wish.within is not None else None
    if more:
        yield f"{more.days} days instead of {wish.within}"
    share = math.floor(1000.0 * found.verdict.attained) / 10.0
    level = level_in_words(wish.limit.condition.quantity, found.verdict.reachable)
    yield f"in {found.days} days a limit of {level} in {100.0 * wish.limit.share:g} % of patients"
    yield f"in {found.days} days the same limit in {share:g} % of patients"
    if not wish.supply.halves and not wish.supply.drop:
        yield "perhaps with halved tablets (--halves), which make smaller last steps"


def evenly(trial: Trial, space: Space, limit: Goal) -> Array:
    """The worst values of the patients on an even taper of the least time, (n,)."""
    return tried(trial, space, even(space.rungs, space.least), limit).worst
