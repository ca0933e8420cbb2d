"""Means over the day around each time, for curves that swing too often to be seen."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDE = 256  # patients from whom on sums down the rows are quicker row by row than by cumsum


def daily_mean(time: Array, values: Array, at: Array) -> Array:
    """Mean over the 24 h around each time `at` (a,), the first and last 24 h at the ends; (n, t) -> (n, a)."""
    rows = values.T  # time first, as the engine leaves it: whole rows are added and taken
    area = np.zeros(rows.shape)
    np.add(rows[1:], rows[:-1], out=area[1:])
    area[1:] *= 0.5 * np.diff(time)[:, None]
    _sum_down(area)
    begin, end, hours = _days(np.asarray(time, float).tobytes(), np.asarray(at, float).tobytes())
    mean = end.read(area) - begin.read(area)
    mean /= hours
    return mean.T


def _sum_down(rows: Array) -> None:
    """Put the sum of the rows so far (t, n) in place of each; the fastest way depends on how wide they are."""
    if rows.shape[1] < WIDE:
        np.cumsum(rows, axis=0, out=rows)
        return
    for i in range(1, len(rows)):
        rows[i] += rows[i - 1]


@functools.lru_cache(maxsize=8)
def _days(time: bytes, at: bytes) -> tuple[Between, Between, Array]:
    """Begin, end and length (a, 1) [h] of the 24 h around each time `at`; the same for every quantity of a chart."""
    known, middle = np.frombuffer(time), np.frombuffer(at)
    begin = np.clip(middle - 12.0, known[0], max(known[-1] - 24.0, known[0]))
    end = np.minimum(begin + 24.0, known[-1])
    return Between.of(known, begin), Between.of(known, end), (end - begin)[:, None]


@dataclass(frozen=True)
class Between:
    """Where times (a,) lie among others (t,): the row of the next one, and how near each is to it, from 0 to 1."""

    after: NDArray[np.int64]
    share: Array

    @classmethod
    def of(cls, time: Array, at: Array) -> Between:
        """Where the times `at` lie."""
        after = np.clip(np.searchsorted(time, at), 1, len(time) - 1)
        return cls(after, (at - time[after - 1]) / (time[after] - time[after - 1]))

    @functools.cached_property
    def rows(self) -> NDArray[np.int64] | None:
        """The rows of these very times; None when one lies between two rows."""
        exact = np.all((self.share == 0.0) | (self.share == 1.0))
        return self.after - (self.share == 0.0) if exact else None

    def read(self, rows: Array) -> Array:
        """Linear interpolation of every column of rows (t, n); (a, n)."""
        if self.rows is not None:
            return rows[self.rows]
        share = self.share[:, None]
        return rows[self.after - 1] * (1 - share) + rows[self.after] * share
