"""One number of each patient from its course: the usual measures, and the endpoints that a study asks for.

Arrays of a course are (time, patient): every sum runs over the first axis, in order of time, so that a patient's
number never depends on who else is in the array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..outcome.summary import DAY, MEASURES, Measure
from ..streams import of_patients, uniform
from ..trajectory import column_name
from .study import Endpoint
from .sweep import swept, trapezia

Array = NDArray[np.float64]


def usual(name: str, time: Array, values: Array) -> dict[str, Array]:
    """The measures that every summary has, of a quantity (t, n) at times (t,) [h], and its area: column -> (n,)."""
    last = min(int(np.searchsorted(time, time[-1] - DAY)), len(time) - 2)
    seen = swept(time, values, last)
    found: dict[Measure, Array] = {
        "highest": seen["highest"],
        "lowest": seen["lowest"],
        "peak": seen["late highest"],
        "trough": seen["late lowest"],
        "average": seen["late area"] / (time[-1] - time[last]),
        "final": values[-1],
    }
    column = column_name(name)
    return {f"{column}_{measure}": found[measure] for measure in MEASURES} | {f"{column}_area_h": seen["area"]}


def area(time: Array, values: Array) -> Array:
    """Area under each course (t, n) by trapezia, in its unit times hours, (n,)."""
    return total(values * trapezia(time)[:, None])


def total(values: Array) -> Array:
    """Sums over time (t, n), (n,), added in order of time; NumPy would take a single column in another order."""
    return np.add.reduce(np.repeat(values, 2, axis=1), axis=0)[:1] if values.shape[1] == 1 else np.add.reduce(values)


def asked(endpoint: Endpoint, time: Array, values: Array, seed: int, numbers: NDArray[np.int64]) -> Array:
    """An endpoint of every patient, (n,); not-a-number for an event that never came.

    values   (t, n) of the endpoint's quantity at times (t,) [h]
    seed     of who reports what was only probable, patient by patient of these rising numbers (n,)
    """
    inside = (time >= endpoint.start - 1e-9) & (time <= endpoint.end + 1e-9)
    when, seen = time[inside], values[inside]
    match endpoint.measure:
        case "highest":
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
        case "reported":
            chance = of_patients(seed, f"report/{endpoint.quantity}", numbers, uniform)
            return (chance < seen.max(axis=0)).astype(float)
        case "time above" | "time below":
            return _time_beyond(when, seen, endpoint)
        case "first above" | "first below":
            return _first_beyond(when, seen, endpoint)


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
