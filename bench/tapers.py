"""Is a planned taper ever worse than the best published rule on its own goal? Random patients, one cohort for both.

    .venv/bin/python bench/tapers.py [PATIENTS] [VIRTUAL]

The search is run without the rules, so that it cannot take one over. A rule counts when it keeps the limit and the
bounds that every plan keeps (length, size of steps). One line for each patient; ends with code 1 if any is worse.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from baclosim.errors import PlanError
from baclosim.patient import Patient, virtual_patients
from baclosim.plan.goals import read_goal
from baclosim.plan.tablets import Supply
from baclosim.plan.tapering.bounds import spaces_for
from baclosim.plan.tapering.guarding import tried
from baclosim.plan.tapering.rules import published
from baclosim.plan.tapering.taper import best_of, is_allowed, merit
from baclosim.plan.tapering.trial import treated
from baclosim.plan.tapering.wish import Wish
from baclosim.plan.treatment import read_treatment

TIMES = {2: "twice daily", 3: "three times daily", 4: "four times daily"}
SHARES = (0.8, 0.9, 0.95)


def random_wish(rng: np.random.Generator, virtual: int) -> Wish:
    """Somebody on 20 to 120 mg/day for 2 to 30 months, with a goal of one kind or the other."""
    who = Patient(
        age=float(rng.uniform(20, 85)), weight=float(rng.uniform(45, 110)),
        creatinine_clearance=float(rng.uniform(20, 130)),
    )  # fmt: skip
    times = int(rng.choice(list(TIMES)))
    dose = 5 * int(rng.integers(2, 7))
    months = float(rng.uniform(2, 30)) * 730.5
    limit = read_goal(f"withdrawal below {rng.uniform(12, 30):.1f} %", share=float(rng.choice(SHARES)))
    within = None if rng.random() < 0.5 else int(rng.integers(14, 60))
    now = read_treatment(f"{dose} mg {TIMES[times]}", months, who.covariates.weight)
    return Wish(
        who, now, Supply(halves=bool(rng.random() < 0.3)), limit, within, patients=virtual, seed=int(rng.integers(1000))
    )


def compared(wish: Wish) -> tuple[str, bool]:
    """One line about a patient, and whether a rule did better."""
    began = time.process_time()
    trial = treated(virtual_patients(wish.patients, like=wish.patient, seed=wish.seed), wish.treatment)
    spaces = spaces_for(wish)
    ours = best_of(wish, spaces, trial, [])
    rules = {rule.says: tried(trial, spaces[0], rule.path, wish.limit) for rule in published(spaces[0].rungs)}
    rivals = {name: f for name, f in rules.items() if is_allowed(f, spaces[0]) and f.verdict.is_met}
    name, best = min(rivals.items(), key=lambda pair: merit(wish, pair[1]), default=("none keeps it", None))
    worse = best is not None and (
        ours is None or merit(wish, ours)[:2] > tuple(1.0001 * x for x in merit(wish, best)[:2])
    )
    own = "no plan" if ours is None else f"{ours.days} days, {100 * ours.verdict.reachable:.1f} %"
    other = name if best is None else f"{name}: {best.days} days, {100 * best.verdict.reachable:.1f} %"
    goal = "soonest" if wish.within is None else f"within {wish.within} days"
    took = time.process_time() - began
    return f"{wish.treatment.says}; {goal}, {wish.limit}: {own} | best rule {other} | {took:.1f} s of CPU", worse


def main() -> int:
    """Compare as many as asked for."""
    people, virtual = (int(sys.argv[i]) if len(sys.argv) > i else usual for i, usual in ((1, 50), (2, 200)))
    rng = np.random.default_rng(2026)
    failed = 0
    for number in range(1, people + 1):
        wish = random_wish(rng, virtual)
        try:
            line, worse = compared(wish)
        except PlanError as error:
            line, worse = f"{wish.treatment.says}: {error}", False
        failed += worse
        print(f"{number:3} {'WORSE ' if worse else ''}{line}", flush=True)
    print(f"{failed} of {people} worse than the best published rule")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
