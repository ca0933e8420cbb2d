"""One number of each patient from its course: the endpoints that a study asks for.

Arrays of a course are (time, patient): every sum runs over the first axis, in order of time, so that a patient's
number never depends on who else is in the array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..streams import of_patients, uniform
from .study import Endpoint

Array = NDArray[np.float64]


def trapezia(time: Array) -> Array:
    """What each record counts in an integral by trapezia over times (t,) [h], (t,)."""
    width = np.diff(time)
    return 0.5 * (np.append(width, 0.0) + np.insert(width, 0, 0.0))


def area(time: Array, values: Array) -> Array:
    """Area under each course (t, n) by trapezia, in its unit times hours, (n,)."""
    return total(values * trapezia(time)[:, None])


def total(values: Array) -> Array:
    """Sums over time (t, n), (n,), added in order of time; NumPy would take a single column in another order."""
    return np.add.reduce(np.repeat(values, 2, axis=1), axis=0)[:1] if values.shape[1] == 1 else np.add.reduce(values)


def asked(endpoint: Endpoint, time: Array, values: Array) -> Array:
    """An endpoint of every patient, (n,); not-a-number for an event that never came.

    values   (t, n) of the endpoint's quantity at times (t,) [h]

    Of what is reported it is the probability, on which `reported` decides.
    """
    inside = (time >= endpoint.start - 1e-9) & (time <= endpoint.end + 1e-9)
    when, seen = time[inside], values[inside]
    match endpoint.measure:
        case "highest" | "reported":
            return seen.max(axis=0)
        case "lowest":
            return seen.min(axis=0)
        case "average":
            return area(when, seen) / np.ptp(when)
        case "area":
            return area(when, seen)
        case "value":
            return _at(time, values, endpoint.at or 0.0)
        case "change":
            return _at(time, values, endpoint.at or 0.0) - values[0]
        case "time above" | "time below":
            return _time_beyond(when, seen, endpoint)
        case "first above" | "first below":
            return _first_beyond(when, seen, endpoint)


def reported(quantity: str, probability: Array, seed: int, numbers: NDArray[np.int64]) -> Array:
    """Who says so when asked, 1.0 or 0.0, (n,): decided once for the patients of these rising numbers (n,)."""
    return (of_patients(seed, f"report/{quantity}", numbers, uniform) < probability).astype(float)


def _at(time: Array, values: Array, hour: float) -> Array:
    """Values at an hour, linear between records, (n,)."""
    right = int(np.clip(np.searchsorted(time, hour), 1, len(time) - 1))
    share = (hour - time[right - 1]) / (time[right] - time[right - 1])
    return (1.0 - share) * values[right - 1] + share * values[right]


def _excess(values: Array, endpoint: Endpoint) -> Array:
    """How far beyond the level, positive on the side that is meant."""
    level = endpoint.level or 0.0
    return values - level if endpoint.measure.endswith("above") else level - values


def _time_beyond(time: Array, values: Array, endpoint: Endpoint) -> Array:
    """Hours beyond the level, courses being straight between records, (n,)."""
    excess = _excess(values, endpoint)
    one, two = excess[:-1], excess[1:]
    span = np.abs(one) + np.abs(two)
    inside = np.maximum(one, 0.0) + np.maximum(two, 0.0)
    share = np.where(span > 0.0, inside / np.where(span > 0.0, span, 1.0), 0.0)
    return total(share * np.diff(time)[:, None])


def _first_beyond(time: Array, values: Array, endpoint: Endpoint) -> Array:
    """Hour at which the level is first passed, between records on a straight line, (n,); not-a-number when never."""
    excess = _excess(values, endpoint)
    beyond = excess > 0.0
    k = np.argmax(beyond, axis=0)
    before = np.maximum(k - 1, 0)
    lane = np.arange(values.shape[1])
    low, high = excess[before, lane], excess[k, lane]
    share = np.where(k > 0, -low / np.where(high > low, high - low, 1.0), 0.0)
    at = time[before] + share * (time[k] - time[before])
    return np.where(beyond.any(axis=0), at, np.nan)
