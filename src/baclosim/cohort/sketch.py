"""Quantiles of many patients without keeping them: counts in buckets, which add up exactly in any order.

A quantity that lies between limits has 512 buckets of equal width. Any other has 64 buckets to each doubling, so that
a bucket is at most 1/64 of its value wide (the scheme of high dynamic range histograms). A quantile is read as the
middle of the bucket that holds it, so it is off by at most half a bucket. Counts are whole numbers: sketches of
shards merge to the same bytes whoever merges them, and in whatever order. A sketch that samples or clusters would not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.kept import kept
from ..quantities import known

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LINEAR = 512  # buckets between limits
BITS = 6  # of the mantissa: 64 buckets to a doubling
SHIFT = 52 - BITS
LEAST = 2.0**-40  # in any unit: what is smaller counts as nothing
FIRST = int(np.float64(LEAST).view(np.int64)) >> SHIFT
TOP = 64 << BITS  # the last bucket: 2**24 in any unit, and all that is more


@dataclass(frozen=True)
class Counts:
    """How many patients lie in which bucket at which time, sorted by time and bucket; only where there are any.

    time  (c,) number of the time;  bucket (c,);  count (c,)
    """

    time: Integers
    bucket: Integers
    count: Integers


def error(name: str) -> tuple[float, bool]:
    """By how much a quantile of this quantity is off at most, and whether that is a share of its value."""
    low, high = known(name).limits
    return (0.5 * (high - low) / LINEAR, False) if _is_bounded(name) else (0.5 / 2**BITS, True)


def buckets(name: str, values: Array) -> Integers:
    """The bucket of each value, any shape."""
    if _is_bounded(name):
        low, high = known(name).limits
        place = ((values - low) * (LINEAR / (high - low))).astype(np.int64)
        return np.clip(place, 0, LINEAR - 1)
    size = np.abs(np.ascontiguousarray(values))
    place = np.minimum((size.view(np.int64) >> SHIFT) - (FIRST - 1), TOP)
    return np.where(size < LEAST, 0, np.where(values < 0.0, -place, place))


def middles(name: str, bucket: Integers) -> Array:
    """The value in the middle of each bucket, any shape."""
    if _is_bounded(name):
        low, high = known(name).limits
        return low + (bucket.astype(np.float64) + 0.5) * ((high - low) / LINEAR)
    place = np.abs(bucket)
    edges: list[Array] = [((place + FIRST - 1 + up) << SHIFT).view(np.float64) for up in (0, 1)]
    return np.where(place == 0, 0.0, np.sign(bucket) * 0.5 * (edges[0] + edges[1]))


def span(name: str) -> tuple[int, int]:
    """The first bucket of a quantity and the last."""
    if _is_bounded(name):
        return 0, LINEAR - 1
    return (0 if known(name).limits[0] >= 0.0 else -TOP), TOP


def empty(name: str, times: int) -> Integers:
    """Counts of nobody in each bucket at each of so many times, (t, buckets)."""
    first, last = span(name)
    return np.zeros((times, last - first + 1), dtype=np.int64)


def count(name: str, values: Array, dense: Integers) -> None:
    """Count the values (t, n) of more patients in `dense` (t, buckets)."""
    _count(buckets(name, values), span(name)[0], dense)


@kept
def _count(bucket, first, dense):
    """Count buckets (t, n), of which the first is that of dense[:, 0]."""
    last = dense.shape[1] - 1
    for t in range(bucket.shape[0]):
        for i in range(bucket.shape[1]):
            dense[t, min(max(bucket[t, i] - first, 0), last)] += 1


def filled(name: str, dense: Integers) -> Counts:
    """The buckets that hold anybody, from counts (t, buckets)."""
    time, place = np.nonzero(dense)
    return Counts(time, place + span(name)[0], dense[time, place])


def quantiles(name: str, counts: Counts, times: int, levels: tuple[float, ...]) -> Array:
    """Quantiles at each of `times` times, (levels, times): the middle of the bucket that holds each."""
    found = np.full((len(levels), times), math.nan)
    middle = middles(name, counts.bucket)
    bounds = np.searchsorted(counts.time, np.arange(times + 1))
    for t in range(times):
        own = slice(bounds[t], bounds[t + 1])
        if own.start == own.stop:
            continue
        upto = np.cumsum(counts.count[own])
        rank = np.asarray(levels) * (upto[-1] - 1)
        found[:, t] = middle[own][np.searchsorted(upto, np.floor(rank), side="right")]
    return found


def _is_bounded(name: str) -> bool:
    return all(math.isfinite(limit) for limit in known(name).limits)
