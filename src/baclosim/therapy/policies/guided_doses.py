"""Doses of a guided regimen from one visit to the next, each patient's scaled by what was decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..doses import Doses

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scaled:
    """The doses of a regimen as prescribed, from which those of each patient are scaled.

    base      in order of time; of everyone, or of single patients
    patients  their number n
    """

    base: Doses
    patients: int

    @classmethod
    def of(cls, doses: Doses, patients: int) -> Scaled:
        """Doses in any order."""
        return cls(chosen(doses, np.argsort(doses.time, kind="stable")), patients)

    def between(self, start: float, end: float, level: Array) -> Doses:
        """Doses given in [start, end) h, patient by patient, times each one's level (n,); flows are cut at the ends."""
        base, stop = self.base, self.base.time + self.base.duration
        from_here = (base.time >= start) & (base.time < end)
        running = (base.duration > 0.0) & (base.time < end) & (stop > start)
        mine = chosen(base, np.flatnonzero(from_here | running))
        return scaled(cut(mine, start, end), level)


@dataclass(frozen=True)
class Branch:
    """A part of a therapy that a policy changes, ready to be followed.

    part    what is prescribed, with its policy
    course  what gives its doses from visit to visit
    late    h by which the part begins later than the therapy, and its hour 0 with it
    begins  h of the therapy at which the policy takes over
    """

    part: Any
    course: Any
    late: float
    begins: float


def chosen(doses: Doses, which: NDArray[np.int64] | NDArray[np.bool_]) -> Doses:
    """Some of the doses."""
    patient = None if doses.patient is None else doses.patient[which]
    return Doses(doses.time[which], doses.channel[which], doses.amount[which], doses.duration[which], patient)


def cut(doses: Doses, start: float, end: float) -> Doses:
    """The same doses with what flows outside [start, end] h left out."""
    flows = doses.duration > 0.0
    begin = np.where(flows, np.maximum(doses.time, start), doses.time)
    stop = np.where(flows, np.minimum(doses.time + doses.duration, end), doses.time)
    share = np.divide(stop - begin, doses.duration, out=np.ones(len(doses)), where=flows)
    return replace(doses, time=begin, duration=stop - begin, amount=doses.amount * share)


def scaled(doses: Doses, level: Array) -> Doses:
    """Doses patient by patient times each patient's level (n,); those of nothing are left out."""
    n, m = len(level), len(doses)
    if doses.patient is None:
        rows, patient = np.tile(np.arange(m), n), np.repeat(np.arange(n), m)
    else:
        rows, patient = np.arange(m), doses.patient
    amount = doses.amount[rows] * level[patient]
    given = amount > 0.0
    rows, patient = rows[given], patient[given]
    return Doses(doses.time[rows], doses.channel[rows], amount[given], doses.duration[rows], patient)
