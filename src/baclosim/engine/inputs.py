"""What enters the body of each patient: impulses and changes of rate, in order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

IMPULSE, RATE = 0, 1  # kinds of event
EARLY = 1e-9  # h; an event this little after the end of a step still belongs to it


@dataclass(frozen=True)
class Inputs:
    """Events of n patients, one patient after the other, each patient's in order of time.

    time     (e,) h
    channel  (e,) row of the linear system's inputs
    kind     (e,) IMPULSE: `value` ug at once; RATE: from now on the channel runs at `value` ug/h
    value    (e,)
    first    (n + 1,) patient i owns the events first[i] to first[i + 1] - 1
    """

    time: Array
    channel: NDArray[np.int64]
    kind: NDArray[np.int64]
    value: Array
    first: NDArray[np.int64]

    @property
    def patients(self) -> int:
        """Number of patients n."""
        return len(self.first) - 1


def prepare(
    time: Array, channel: Sequence[str] | NDArray[np.str_], amount: Array, duration: Array, *,
    channels: Sequence[str], lag: Mapping[str, Array], patients: int, patient: NDArray[np.int64] | None = None,
) -> Inputs:  # fmt: skip
    """Turn doses into events, each patient's with that patient's lag for the channel.

    time, amount, duration  (m,) h, ug, h; channel: (m,) names; patient: (m,) whose dose it is, None for everyone's
    channels                names of the linear system's inputs, in order
    lag                     channel -> (n,) h between the dose and its appearance; missing channels have none
    """
    if patient is None:
        everyone = _events(time, np.asarray(channel), amount, duration, channels)
        return _spread(everyone, _lags(lag, channels, patients))
    lags = _lags(lag, channels, patients)
    parts = []
    order = np.argsort(patient, kind="stable")
    bounds = np.searchsorted(patient[order], np.arange(patients + 1))
    for i in range(patients):
        own = order[bounds[i] : bounds[i + 1]]
        events = _events(time[own], np.asarray(channel)[own], amount[own], duration[own], channels)
        parts.append(_spread(events, lags[:, i : i + 1]))
    return _join(parts)


Events = tuple[Array, NDArray[np.int64], NDArray[np.int64], Array]


def _events(time: Array, channel: NDArray[np.str_], amount: Array, duration: Array, channels: Sequence[str]) -> Events:
    """Events of one dose list: impulses as they are, infusions as the channel's summed rate at each change."""
    times, rows, kinds, values = [np.empty(0)], [np.empty(0, int)], [np.empty(0, int)], [np.empty(0)]
    for row, name in enumerate(channels):
        at_once = (channel == name) & (duration == 0.0)
        slow = (channel == name) & (duration > 0.0)
        change, rate = summed_rate(time[slow], amount[slow] / duration[slow], duration[slow])
        for t, kind, v in ((time[at_once], IMPULSE, amount[at_once]), (change, RATE, rate)):
            times.append(t)
            rows.append(np.full(len(t), row))
            kinds.append(np.full(len(t), kind))
            values.append(v)
    return np.concatenate(times), np.concatenate(rows), np.concatenate(kinds), np.concatenate(values)


def summed_rate(start: Array, rate: Array, duration: Array) -> tuple[Array, Array]:
    """Times at which the sum of overlapping infusions changes, and the sum from each on [ug/h].

    Where nothing runs the sum is exactly 0: it is added up anew between changes, never by running differences.
    """
    if len(start) == 0:
        return np.empty(0), np.empty(0)
    stop = start + duration
    change = np.unique(np.concatenate((start, stop)))
    first, last = np.searchsorted(change, start), np.searchsorted(change, stop)
    if np.all(first[1:] >= last[:-1]):
        total = np.zeros(len(change))
        for a, b, r in zip(first.tolist(), last.tolist(), rate.tolist(), strict=True):
            total[a:b] = r
    else:
        total = np.array([rate[(first <= i) & (i < last)].sum() for i in range(len(change))])
    changed = np.concatenate(([True], total[1:] != total[:-1]))
    return change[changed], total[changed]


def _lags(lag: Mapping[str, Array], channels: Sequence[str], patients: int) -> Array:
    return np.stack([np.broadcast_to(lag.get(name, 0.0), (patients,)) for name in channels])


def _spread(events: Events, lags: Array) -> Inputs:
    """The same events for every patient (columns of lags), shifted by each patient's lags."""
    time, channel, kind, value = events
    n, m = lags.shape[1], len(time)
    shifted = time[None, :] + lags[channel].T
    order = np.argsort(shifted, axis=1, kind="stable")
    return Inputs(
        np.take_along_axis(shifted, order, axis=1).ravel(),
        channel[order].ravel(),
        kind[order].ravel(),
        value[order].ravel(),
        np.arange(n + 1) * m,
    )


def _join(parts: Sequence[Inputs]) -> Inputs:
    counts = [len(p.time) for p in parts]
    return Inputs(
        np.concatenate([p.time for p in parts]),
        np.concatenate([p.channel for p in parts]),
        np.concatenate([p.kind for p in parts]),
        np.concatenate([p.value for p in parts]),
        np.concatenate(([0], np.cumsum(counts))),
    )
