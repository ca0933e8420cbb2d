"""The power of a trial: how often a trial with so many patients, drawn from a simulated population, would find a
difference between two arms.

A number is tested by Student's t (paired where the same people are in both arms, Welch's otherwise), a yes or no or an
event by its share: McNemar's test on pairs, the two-sample z test otherwise. Endpoints are the model's own values; an
examiner's error of reading would lower the power a little, a response to placebo more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError, Problem, Problems, nearest
from ..streams import stream
from .drawing import wilson
from .results import Results
from .summary import Measure, measures_of

if TYPE_CHECKING:
    from .running import Progress

Array = NDArray[np.float64]
TRIALS = 2000
MOST = 200_000  # patients of an arm that trials are drawn from; more change nothing


@dataclass(frozen=True)
class Power:
    """How often trials of `patients` in each arm (or in all, where each is in both) find a difference.

    found  share of the trials, with its 95 % interval from their number
    """

    measure: str
    arm: str
    reference: str
    patients: int
    test: str
    found: float
    low: float
    high: float


def power(
    results: Results, endpoint: str, arm: str, reference: str, sizes: Sequence[int], *, level: float = 0.05,
    trials: int = TRIALS, seed: int = 0, progress: Progress | None = None,
) -> tuple[Power, ...]:  # fmt: skip
    """The power at each size; raises InputError for arms or endpoints that the study has not, or impossible sizes.

    progress  told how many trials are done, and of how many
    """
    measure = check(results, endpoint, arm, reference, sizes, level)
    one, two = _values(results, measure, arm, reference)
    is_share = measure.kind != "number"
    test, judge = _test(results.is_paired, is_share)
    answers = []
    for number, size in enumerate(sizes):
        tell = functools.partial(_told, progress, number * trials, len(sizes) * trials)
        found = float(np.mean(_p_values(judge, one, two, results.is_paired, size, trials, seed, tell) < level))
        answers.append(Power(endpoint, arm, reference, size, test, found, *wilson(found, trials)))
    return tuple(answers)


def _told(progress: Progress | None, before: int, total: int, done: int) -> None:
    """Tell whoever wants to know how many trials are done."""
    if progress:
        progress(before + done, total)


def check(results: Results, endpoint: str, arm: str, reference: str, sizes: Sequence[int], level: float) -> Measure:
    """What is measured; raises InputError for everything that the study has not, and for impossible sizes."""
    problems = Problems()
    for name in (arm, reference):
        if name not in results.arms:
            problems.add("arm", name, f"one of {', '.join(results.arms)}", nearest(name, results.arms))
    if arm == reference:
        problems.add("arm", arm, "two different arms")
    for size in sizes:
        if not 2 <= size <= 100_000:
            problems.add("size", size, "2 to 100000 patients")
    if not 0.0 < level < 1.0:
        problems.add("level", level, "a probability between 0 and 1")
    found = problems.attempt(lambda: measures_of(results, [endpoint]), ())
    problems.raise_as(InputError)
    return found[0]


def _values(results: Results, measure: Measure, arm: str, reference: str) -> tuple[Array, Array]:
    """The values of both arms of the first draw, of the same patients in the same order where they are shared."""
    column = pl.col(measure.column)
    value = column.is_not_null().cast(pl.Float64) if measure.kind == "event" else column
    found = []
    for name in (arm, reference):
        own = results.table("patients").filter((pl.col("arm") == name) & (pl.col("draw") == 0))
        taken = own.select("patient", value.alias("value")).sort("patient").head(MOST).collect(engine="streaming")
        found.append(taken["value"].to_numpy())
    if not all(len(values) for values in found) or not np.isfinite(np.concatenate(found)).all():
        raise InputError(Problem("endpoint", measure.label, "an endpoint with a value for every patient"))
    return found[0], found[1]


def _test(is_paired: bool, is_share: bool) -> tuple[str, str]:
    if is_paired:
        return ("McNemar", "mcnemar") if is_share else ("paired t", "paired")
    return ("two-sample z", "shares") if is_share else ("Welch t", "welch")


def _p_values(
    judge: str, one: Array, two: Array, paired: bool, size: int, trials: int, seed: int,
    tell: Callable[[int], None] = lambda _: None,
) -> Array:  # fmt: skip
    """The p value of each trial, (trials,), in batches that fit into memory."""
    generator = stream(seed, f"power/{size}", 0)
    found: list[Array] = []
    batch = max(1, min(trials, 4_000_000 // size))
    for start in range(0, trials, batch):
        shape = (min(batch, trials - start), size)
        first = generator.integers(0, len(one), shape)
        second = first if paired else generator.integers(0, len(two), shape)
        found.append(_judged(judge, one[first], two[second]))
        tell(start + shape[0])
    return np.concatenate(found)


def _judged(judge: str, one: Array, two: Array) -> Array:
    """Two-sided p values of trials (trials, n)."""
    import scipy.stats

    stats: Any = scipy.stats

    n = one.shape[1]
    if judge in ("paired", "welch"):
        return _t_p_values(one, two, judge == "paired")
    if judge == "mcnemar":
        more, fewer = (one > two).sum(axis=1), (one < two).sum(axis=1)
        apart = more + fewer
        return np.where(apart > 0, np.minimum(1.0, 2.0 * stats.binom.cdf(np.minimum(more, fewer), apart, 0.5)), 1.0)
    p, q = one.mean(axis=1), two.mean(axis=1)
    pooled = 0.5 * (p + q)
    error = np.sqrt(np.maximum(2.0 * pooled * (1.0 - pooled) / n, 1e-300))
    return 2.0 * stats.norm.sf(np.abs(p - q) / error)


def _t_p_values(one: Array, two: Array, paired: bool) -> Array:
    """The p values of Student's t on pairs, or of Welch's t; 1 where nothing differs, 0 where all pairs differ alike.

    From means and spreads: SciPy's tests of samples warn of lost precision where few people are nearly alike, as when
    one is drawn twice, and with warnings as errors no trial could be tried.
    """
    import scipy.stats

    stats: Any = scipy.stats
    n = one.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        if paired:
            apart = one - two
            error = apart.std(axis=1, ddof=1) / np.sqrt(n)
            found = 2.0 * stats.t.sf(np.abs(apart.mean(axis=1)) / error, n - 1)
        else:
            first, second = ((sample.mean(axis=1), sample.std(axis=1, ddof=1), n) for sample in (one, two))
            found = stats.ttest_ind_from_stats(*first, *second, equal_var=False).pvalue
    return np.nan_to_num(found, nan=1.0)
