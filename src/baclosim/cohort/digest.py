"""What a study keeps of the courses of its patients, made of 16 at a time while a cache still holds their records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..outcome.summary import DAY
from .measures import asked
from .study import Study
from .sweep import swept, trapezia

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Digest:
    """What is kept of the courses of k patients; in every array the patients come last.

    whole, late  (q, 3, k) highest, lowest and area [h] of each quantity kept, in the whole run and in its last day
    final        (q, k) values at the end
    means        (q, b, k) what the bands are of
    endpoints    (e, k)
    seen         (r, v, k) whatever is recorded, at the visits
    courses      (q, t, k) the courses themselves, where they are wanted; otherwise t is 0
    """

    whole: Array
    late: Array
    final: Array
    means: Array
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

    time          (t,) h
    last          the record with which the last day begins
    weight        (2 t,) what each record counts in the area of the whole run, then in that of the last day
    visits        (v,) the records at the visits
    with_courses  whether the courses themselves are kept
    """

    study: Study
    time: Array
    last: int
    weight: Array
    visits: Indices
    with_courses: bool

    @classmethod
    def of(cls, study: Study, with_courses: bool, time: Array) -> Digester:
        """That of a study, with records at these times."""
        last = last_day(time)
        late = np.append(np.zeros(last), trapezia(time[last:]))
        visits = np.round(np.asarray(study.visits) / study.every).astype(np.int64)
        return cls(study, time, last, np.append(trapezia(time), late), visits, with_courses)

    def __call__(self, records: Array) -> Digest:
        """What is kept of 16 patients, from all that is recorded of them, (r, t, 16)."""
        kept, t = records[: len(self.study.record)], len(self.time)
        first, last, begin = np.array([[0, self.last], [t, t], [0, t + self.last]])
        found = swept(kept, first, last, self.weight, begin)
        return Digest(
            whole=found[:, 0],
            late=found[:, 1],
            final=kept[:, -1].copy(),
            means=band_values(kept, self.study.band_stride),
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


def band_values(records: Array, stride: int) -> Array:
    """What the bands are of (q, b, 16): the records (q, t, 16), or each patient's mean over stretches of time."""
    if stride == 1:
        return records.copy()
    first = np.arange(1, records.shape[1] - stride + 1, stride)
    return swept(records, first, first + stride, np.ones(stride), np.zeros_like(first))[:, :, 2] / stride
