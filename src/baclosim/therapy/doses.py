"""Doses: what reaches a channel of the body, when, how much and over how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..drugs.companions import COMPANIONS

# Where drug can be put. `catheter` is what leaves the catheter tip into the canal over time; `lumbar puncture` is a
# volume injected by needle at the lumbar level; `subcutaneous` is drug lost into the tissue around pump or catheter;
# `clump` is what the gut holds back of a great dose. A companion's channel is its name, counted in loads.
ROUTES = ("mouth", "skin", "vein", "subcutaneous", "catheter", "lumbar puncture", "clump")
CHANNELS = (*ROUTES, *COMPANIONS)


@dataclass(frozen=True)
class Doses:
    """A list of doses, one entry each, in no particular order.

    time      (m,) h since the start of the simulation; may be negative for doses taken before it
    channel   (m,) index into CHANNELS
    amount    (m,) ug; of a companion, usual doses
    duration  (m,) h; 0 means all at once, otherwise given at the constant rate amount / duration
    patient   (m,) index of the one patient who takes it, or None when every patient takes every dose
    """

    time: NDArray[np.float64]
    channel: NDArray[np.int64]
    amount: NDArray[np.float64]
    duration: NDArray[np.float64]
    patient: NDArray[np.int64] | None = None

    @classmethod
    def none(cls) -> Doses:
        """No dose at all."""
        return cls(np.empty(0), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))

    @classmethod
    def of(cls, channel: str, time: object, amount: object, duration: object = 0.0) -> Doses:
        """Doses into one channel; scalars are repeated to the common length."""
        t, a, d = (np.atleast_1d(np.array(x, dtype=float)) for x in (time, amount, duration))
        if not t.shape == a.shape == d.shape:
            t, a, d = (x.copy() for x in np.broadcast_arrays(t, a, d))
        return cls(t, np.full(t.shape, CHANNELS.index(channel)), a, d)

    def __add__(self, other: Doses) -> Doses:
        """Both lists together: tablets and pump at once just add."""
        patient = None
        if self.patient is not None or other.patient is not None:
            if self.patient is None or other.patient is None:
                raise ValueError("doses of single patients and doses of everyone must be expanded before they join")
            patient = np.concatenate((self.patient, other.patient))
        return Doses(
            np.concatenate((self.time, other.time)),
            np.concatenate((self.channel, other.channel)),
            np.concatenate((self.amount, other.amount)),
            np.concatenate((self.duration, other.duration)),
            patient,
        )

    def __len__(self) -> int:
        return len(self.time)

    def total(self, channel: str | None = None) -> float:
        """Amount given [ug], in one channel or in all."""
        chosen = slice(None) if channel is None else self.channel == CHANNELS.index(channel)
        return float(self.amount[chosen].sum())


def told_apart(doses: Doses, patients: int) -> Doses:
    """The same doses, listed once for each patient."""
    if doses.patient is not None:
        return doses
    m = len(doses)
    chosen = np.tile(np.arange(m), patients)
    return Doses(
        doses.time[chosen],
        doses.channel[chosen],
        doses.amount[chosen],
        doses.duration[chosen],
        np.repeat(np.arange(patients), m),
    )
