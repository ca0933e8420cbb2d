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
    return _own(time, np.asarray(channel), amount, duration, patient, channels, _lags(lag, channels, patients))


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


def _own(
    time: Array, channel: NDArray[np.str_], amount: Array, duration: Array, patient: NDArray[np.int64],
    channels: Sequence[str], lags: Array,
) -> Inputs:  # fmt: skip
    """Events of doses that belong to single patients, all patients at once."""
    row = np.full(len(channel), -1)
    for i, name in enumerate(channels):
        row[channel == name] = i
    at_once, slow = (row >= 0) & (duration == 0.0), (row >= 0) & (duration > 0.0)
    group = patient[slow] * len(lags) + row[slow]
    change, whose, rate = _own_rates(time[slow], amount[slow] / duration[slow], duration[slow], group)
    person = np.concatenate((patient[at_once], whose // len(lags)))
    rows = np.concatenate((row[at_once], whose % len(lags)))
    kind = np.repeat((IMPULSE, RATE), (at_once.sum(), len(change)))
    moment = np.concatenate((time[at_once], change)) + lags[rows, person]
    order = slice(None) if _is_in_order(person, moment) else np.lexsort((kind, rows, moment, person))
    value = np.concatenate((amount[at_once], rate))
    first = np.searchsorted(person[order], np.arange(lags.shape[1] + 1))
    return Inputs(moment[order], rows[order], kind[order], value[order], first)


def _own_rates(
    start: Array, rate: Array, duration: Array, group: NDArray[np.int64]
) -> tuple[Array, NDArray[np.int64], Array]:
    """As `summed_rate`, for many groups of infusions that know nothing of each other: times, groups, rates."""
    order = slice(None) if _is_in_order(group, start) else np.lexsort((start, group))
    start, rate, group, duration = start[order], rate[order], group[order], duration[order]
    stop = start + duration
    again = np.append((group[1:] == group[:-1]), False)
    if np.any(again[:-1] & (stop[:-1] > start[1:])):
        return _rates_of_each(start, rate, duration, group)
    ends = np.flatnonzero(~again | (np.append(start[1:], 0.0) > stop))
    change, whose = np.insert(start, ends + 1, stop[ends]), np.insert(group, ends + 1, group[ends])
    value = np.insert(rate, ends + 1, 0.0)
    differs = np.concatenate(([True], (value[1:] != value[:-1]) | (whose[1:] != whose[:-1])))[: len(change)]
    return change[differs], whose[differs], value[differs]


def _is_in_order(first: NDArray[np.int64], second: Array) -> bool:
    """Whether entries rise by the first key, and by the second where the first is the same: then no two are equal."""
    rises, is_same = first[1:] > first[:-1], first[1:] == first[:-1]
    return bool(np.all(rises | (is_same & (second[1:] > second[:-1]))))


def _rates_of_each(
    start: Array, rate: Array, duration: Array, group: NDArray[np.int64]
) -> tuple[Array, NDArray[np.int64], Array]:
    """Group after group, because some infusions of a group overlap; sorted by group and start."""
    bounds = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1], [True])))
    parts = [
        (*summed_rate(start[a:b], rate[a:b], duration[a:b]), group[a])
        for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    ]
    whose = np.repeat([g for _, _, g in parts], [len(t) for t, _, _ in parts])
    return np.concatenate([t for t, _, _ in parts]), whose, np.concatenate([r for _, r, _ in parts])


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
    if np.all(shifted[:, 1:] >= shifted[:, :-1]):  # as where all doses are tablets
        return Inputs(shifted.ravel(), np.tile(channel, n), np.tile(kind, n), np.tile(value, n), np.arange(n + 1) * m)
    order = np.argsort(shifted, axis=1, kind="stable")
    return Inputs(
        np.take_along_axis(shifted, order, axis=1).ravel(),
        channel[order].ravel(),
        kind[order].ravel(),
        value[order].ravel(),
        np.arange(n + 1) * m,
    )


def skip(time: Array, cursor: NDArray[np.int64], stop: NDArray[np.int64], done: float) -> None:
    """Move each cursor (b, lanes) past the events up to `stop` (b, lanes) that are done by that time [h]."""
    for place in np.ndindex(cursor.shape):
        cursor[place] += np.searchsorted(time[cursor[place] : stop[place]], done, side="right")
