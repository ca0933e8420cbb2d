"""Time to an event by Kaplan and Meier: who has had it by when, those who leave counted for as long as they stay.

E.L. Kaplan, P. Meier, J Am Stat Assoc 1958;53:457-481; the interval is Greenwood's on the log-log scale (Kalbfleisch
and Prentice). Times are counted in a thousand steps of the study, so that memory does not grow with the patients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError, Problem
from .results import Results
from .summary import NORMAL_95

Array = NDArray[np.float64]
STEPS = 1000


@dataclass(frozen=True)
class Survival:
    """Who is free of an event in one arm: `free` (k,) from each of the times (k,) [h] on, with its 95 % interval.

    at_risk  (k,) patients still watched and free just before each time
    """

    time: Array
    free: Array
    low: Array
    high: Array
    at_risk: NDArray[np.int64]

    def watched(self, hour: float) -> int:
        """Patients still watched and free of the event just before an hour."""
        later = int(np.searchsorted(self.time, hour, side="left"))
        return int(self.at_risk[min(later, len(self.time) - 1)])


def survival(results: Results, endpoint: str) -> dict[str, Survival]:
    """Every arm's time to an event endpoint, by its name; raises InputError for one that is no event."""
    entries = {e["name"]: e for e in results.manifest["endpoints"] if e["is_event"]}
    if endpoint not in entries:
        allowed = f"one of {', '.join(entries)}" if entries else "an endpoint 'first above' or 'first below'"
        raise InputError(Problem("endpoint", endpoint, allowed))
    entry = entries[endpoint]
    counts = _counts(results, entry["column"], entry["start_h"], entry["end_h"])
    width = (entry["end_h"] - entry["start_h"]) / STEPS
    return {
        arm: estimate(*_by_step(counts.filter(pl.col("arm") == arm)), width, entry["start_h"]) for arm in results.arms
    }


def _counts(results: Results, column: str, start: float, end: float) -> pl.DataFrame:
    """How many have the event, and how many leave without it, in each step; one row for each arm, step and kind."""
    event = pl.col(column)
    left = pl.min_horizontal(pl.col("left_h").fill_null(end), pl.lit(end))
    had = (event.is_not_null() & (event <= left)).alias("had")
    until = pl.when(had).then(event).otherwise(left)
    step = ((until - start) / ((end - start) / STEPS)).ceil().clip(0, STEPS).cast(pl.Int32).alias("step")
    table = results.table("patients").select("arm", had, step)
    return table.group_by("arm", "step", "had").agg(pl.len().alias("count")).collect(engine="streaming")


def _by_step(counts: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Events and losses in every step, (STEPS + 1,) each."""
    found = np.zeros((2, STEPS + 1), dtype=np.int64)
    for step, had, count in counts.select("step", "had", "count").iter_rows():
        found[0 if had else 1, step] += count
    return found[0], found[1]


def estimate(events: NDArray[np.int64], losses: NDArray[np.int64], width: float, start: float) -> Survival:
    """The estimate from events and losses in steps of `width` hours; losses of a step come after its events."""
    gone = np.cumsum(events + losses)
    at_risk = gone[-1] - np.concatenate(([0], gone[:-1]))
    risk = np.maximum(at_risk, 1)
    free = np.cumprod(1.0 - events / risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.sqrt(np.cumsum(events / (risk * np.maximum(risk - events, 1))))
        half = NORMAL_95 * greenwood / np.abs(np.log(free))
        low, high = (np.where(free < 1.0, free ** np.exp(sign * half), 1.0) for sign in (1.0, -1.0))
    time = start + width * np.arange(len(events), dtype=np.float64)
    kept = np.flatnonzero((events > 0) | (np.arange(len(events)) == 0) | (losses > 0))
    return Survival(time[kept], free[kept], low[kept], high[kept], at_risk[kept])
