"""What a study keeps of the courses of its patients, made of 16 at a time while a cache still holds their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..engine.sweeping import swept
from ..outcome.summary import DAY
from .measures import asked, trapezia
from .study import Study

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Digest:
    """What is kept of the courses of k patients; in every array the patients come last.

    usual      (q, 2, 3, k) highest, lowest and area [h] of each quantity kept, in the whole run and in its last day
    final      (q, k) values at the end
    banded     (q, b, k) what the bands are of: the records, or means of them over stretches of time
    endpoints  (e, k)
    seen       (r, v, k) whatever is recorded, at the visits
    courses    (q, t, k) the courses themselves, where they are wanted; otherwise t is 0
    """

    usual: Array
    final: Array
    banded: Array
    endpoints: Array
    seen: Array
    courses: Array

    @classmethod
    def joined(cls, parts: Sequence[Digest]) -> Digest:
        """That of all patients, part after part."""
        names = (field.name for field in fields(cls))
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names})

    def taken(self, which: Indices) -> Digest:
        """That of the patients at these places."""
        if np.array_equal(which, np.arange(self.final.shape[-1])):
            return self
        return Digest(**{field.name: getattr(self, field.name)[..., which] for field in fields(self)})


@dataclass(frozen=True)
class Digester:
    """Makes digests; what is the same for all patients of a study stands ready.

    time           (t,) h
    first, last    (b,) records where the whole run, its last day and each stretch of the bands begin and are over
    weight, begin  (w,) what records count in a sum, and (b,) where the weights of each of these begin
    visits         (v,) the records at the visits
    with_courses   whether the courses themselves are kept
    """

    study: Study
    time: Array
    first: Indices
    last: Indices
    weight: Array
    begin: Indices
    visits: Indices
    with_courses: bool

    @classmethod
    def of(cls, study: Study, with_courses: bool, time: Array) -> Digester:
        """That of a study, with records at these times."""
        t, late, stride = len(time), last_day(time), study.band_stride
        bands = np.arange(1, t - stride + 1, stride) if stride > 1 else np.empty(0, dtype=np.int64)
        first, last = np.append([0, late], bands), np.append([t, t], bands + stride)
        weight = np.concatenate((trapezia(time), trapezia(time[late:]), np.ones(stride)))
        begin = np.append([0, t], np.full(len(bands), len(weight) - stride))
        visits = np.round(np.asarray(study.visits) / study.every).astype(np.int64)
        return cls(study, time, first, last, weight, begin, visits, with_courses)

    def __call__(self, records: Array) -> Digest:
        """What is kept of 16 patients, from all that is recorded of them, (r, t, 16)."""
        kept = records[: len(self.study.record)]
        found = swept(kept, self.first, self.last, self.weight, self.begin)
        return Digest(
            usual=found[:, :2].copy(),
            final=kept[:, -1].copy(),
            banded=found[:, 2:, 2] / self.study.band_stride if len(self.first) > 2 else kept.copy(),
            endpoints=self.endpoints(records),
            seen=records[:, self.visits],
            courses=kept.copy() if self.with_courses else kept[:, :0],
        )

    def endpoints(self, records: Array) -> Array:
        """What is asked of each patient, (e, 16)."""
        place = self.study.recorded.index
        rows = [asked(endpoint, self.time, records[place(endpoint.quantity)]) for endpoint in self.study.endpoints]
        return np.array(rows).reshape(-1, records.shape[2])


def last_day(time: Array) -> int:
    """The record with which the last day of times (t,) [h] begins, two before the end at the latest."""
    return min(int(np.searchsorted(time, time[-1] - DAY)), len(time) - 2)
