"""A taper for this patient: the soonest within a limit, or the gentlest within a time, compared with published rules.

wish        what is asked: who, what is taken, what it is made of, the limit, the step days   (wish)
treated     virtual patients after their treatment so far              (trial)
searched    the best path on each pattern of step days                 (search, guarding)
rules       the published rules on the same patients                   (rules)
plan        steps, odds, comparison, checks, reasons, warnings         (tapered, predicting)
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...errors import PlanError
from ...patient import Patient
from ...therapy.language.conditions import level_in_words
from ...units import read
from ..goals import Goal, no_plan, read_goal
from ..people import Known, check_steady, people_like
from ..plan import Plan
from ..tablets import read_supply
from ..treatment import DAY, read_treatment
from .bounds import MOST_DAYS, spaces_for
from .guarding import Found, guarded, tried
from .rules import Rule, at_once, published
from .search import Space, at_level, gentlest, merged, soonest
from .tapered import written_out
from .trial import Trial, treated
from .wish import LIMIT, PATTERNS, PUMP_PATTERNS, Weighed, Wish

Array = NDArray[np.float64]

DRAWS = 100  # of the typical patient


def taper(
    treatment: str,
    since: str | float,
    patient: Patient | None = None,
    *,
    limit: str = str(LIMIT),
    within: str | float | None = None,
    tablets: str | None = None,
    halves: bool = False,
    liquid: str | None = None,
    patients: int = 500,
    seed: int = 1,
    begins: dt.date | None = None,
    known: Known | None = None,
) -> Plan:
    """A taper from what is taken now, in plain words.

    treatment  "25 mg three times daily"; since: for how long, "8 months" or hours
    limit      what must hold throughout, in which share of the virtual patients
    within     the gentlest within this time, "6 weeks" or hours; None for the soonest
    tablets    strengths at hand in mg, "10,5"; halves: whether they may be halved; liquid: its finest measure instead
    known      this very person, as an individual estimate tells

    Raises InputError for what cannot be read and PlanError when nothing satisfies the limit.
    """
    who = patient or Patient()
    hours = float(read(since, "time", where="since", default_unit="hour"))
    span = None if within is None else float(read(within, "time", where="within", default_unit="hour"))
    now = read_treatment(treatment, hours, who.covariates.weight)
    wish = Wish(
        patient=who,
        treatment=now,
        supply=read_supply(tablets, halves, liquid),
        limit=read_goal(limit),
        within=None if span is None else int(span // DAY),
        patterns=PUMP_PATTERNS if now.is_pump else PATTERNS,
        patients=patients,
        seed=seed,
        begins=begins,
        known=known,
    )
    return plan_taper(wish)


def plan_taper(wish: Wish) -> Plan:
    """The plan; raises PlanError with the nearest that works and what binds when nothing satisfies the wish."""
    check_steady(wish.patient)
    people = people_like(wish.patient, wish.patients, DRAWS, wish.seed, wish.known)
    trial = treated(people.virtual, wish.treatment)
    spaces = spaces_for(wish)
    ruled = [Weighed(rule, tried(trial, spaces[0], rule.path, wish.limit)) for rule in rules_for(wish, spaces[0])]
    found = best_of(wish, spaces, trial, ruled)
    if found is None or not found.verdict.is_met:
        raise refused(wish, spaces, trial, found)
    return people.tried(written_out(wish, trial, treated(people.typical, wish.treatment), found, ruled))


def rules_for(wish: Wish, space: Space) -> tuple[Rule, ...]:
    """The published rules that can be run on these rungs, and what happens when the drug is stopped at once."""
    rules = () if wish.bridge else published(space.rungs, wish.treatment.is_pump, wish.patient.covariates.age)
    return (*rules, at_once(space.last))


def best_of(wish: Wish, spaces: Sequence[Space], trial: Trial, ruled: Sequence[Weighed]) -> Found | None:
    """The best path of all patterns; where step days are free, a published rule that keeps the bounds and is better."""
    order = evenly(trial, spaces[0], wish.limit)
    search = soonest_of if wish.within is None else gentlest_of
    best = search(trial, spaces, wish.limit, order)
    is_free = wish.patterns in (PATTERNS, PUMP_PATTERNS)  # nobody asked for certain step days
    allowed = [w.found for w in ruled if is_free and is_allowed(w.found, spaces[0])]
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
            f"  nearest that works: {least} days, the longer end of the advice for everybody [taper.oral.uk-csm]"
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
    if wish.treatment.is_pump and wish.pump_least:
        yield f"perhaps with a weaker solution: this one gives no less than {wish.pump_least:.4g} ug/day until it stops"
    elif not wish.supply.halves and not wish.supply.drop:
        yield "perhaps with halved tablets (--halves), which make smaller last steps"


def evenly(trial: Trial, space: Space, limit: Goal) -> Array:
    """The worst values of the patients when they go down the rungs evenly in the least time, (n,)."""
    steps = ((day, round(space.last * (day + 1) / (space.least + 1))) for day in range(space.least + 1))
    return tried(trial, space, merged(steps), limit).worst
