"""How long a plan takes, in a process that is warm: estimates, tapers, conversion, rescue, titration.

    .venv/bin/python bench/plans.py

Wall time beside the targets, and processor time of all threads; the raw repeats go to results/plans.csv.
"""

from __future__ import annotations

import functools
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from baclosim.individualise import Person
from baclosim.individualise.individual import prepared
from baclosim.individualise.optimum import optimum
from baclosim.individualise.posterior import posterior
from baclosim.plan.converting.convert import convert
from baclosim.plan.rescuing.rescue import rescue
from baclosim.plan.tapering.taper import taper
from baclosim.therapy.language import parse
from fit_cases import PATIENT, TABLETS, observation
from measuring import Timing, keep_timings, timed

REPEATS = 5
DRAWS = 20_000
MONTHS = 8 * 730.5  # h
LEVELS_AT = (1.0, 2.5, 5.0, 8.0, 73.0, 75.0, 200.0, 204.0, 330.0, 335.5)

Work = Callable[[], object]


def estimates() -> dict[str, tuple[Work, float | None]]:
    """Name -> work, and the target [s of wall time]: ten levels of 14 days by mouth, and 60 days of a pump."""
    rng = np.random.default_rng(1)
    levels = 0.15 * rng.lognormal(0, 0.3, len(LEVELS_AT))
    oral = Person("", PATIENT, parse(TABLETS), tuple(map(functools.partial(observation, "plasma"), LEVELS_AT, levels)))
    scores = (
        *(observation("ashworth", 24.0 * day, 2.0) for day in (10, 20, 30, 45, 60)),
        observation("csf", 240, 0.15),
    )
    pump = Person("", PATIENT, parse("100 ug/day intrathecally"), scores)
    work: dict[str, tuple[Work, float | None]] = {}
    for name, person, best_in, drawn_in in (
        ("by mouth, 14 days", oral, 0.05, 2.0),
        ("whole, 60 days", pump, None, 8.0),
    ):
        target = prepared(person)
        work[f"best fit, {name}"] = functools.partial(optimum, target), best_in
        work[f"20,000 draws, {name}"] = functools.partial(posterior, target, optimum(target), DRAWS), drawn_in
    return work


def plans() -> dict[str, tuple[Work, float | None]]:
    """Name -> work, and the target [s of wall time]."""
    thousand = functools.partial(taper, "25 mg three times daily", "8 months", patients=1000)
    return {
        "taper, 1,000 patients, the soonest": (thousand, 10.0),
        "taper, 1,000 patients, within 6 weeks": (functools.partial(thousand, within="6 weeks"), 10.0),
        "convert to a pump": (functools.partial(convert, "20 mg three times daily", since=MONTHS), 1.0),
        "convert to tablets": (functools.partial(convert, "350 ug/day intrathecally", since=MONTHS), 1.0),
        "rescue of a pump": (functools.partial(rescue, "350 ug/day intrathecally", since=MONTHS, off=18.0), 1.0),
        "rescue of tablets": (functools.partial(rescue, "20 mg three times daily", since=MONTHS, off=48.0), 1.0),
    }


def main() -> None:
    """Measure, print, write."""
    timings: list[Timing] = []
    print(f"{'work':<42} {'wall: min':>10} {'median':>7} {'max':>7} {'target':>7} {'processor: min':>15}")
    for name, (work, target) in {**estimates(), **plans()}.items():
        one = timed("a plan", name, 1, work, REPEATS)
        timings.append(one)
        times = f"{min(one.wall):>10.3f} {statistics.median(one.wall):>7.3f} {max(one.wall):>7.3f}"
        print(f"{name:<42} {times} {target or '–':>7} {min(one.cpu):>15.3f}", flush=True)
    print(f"written to {keep_timings('plans', timings).name}")


if __name__ == "__main__":
    main()
