"""One pass over the courses of many patients for all that is summed up of them: they are far larger than a cache."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.propagation import compiled

Array = NDArray[np.float64]


def swept(time: Array, values: Array, start: int) -> dict[str, Array]:
    """Extremes and areas of courses (t, n) at times (t,) [h], name -> (n,); those "late" from record `start` on.

    Sums run in order of time, so that a patient's number never depends on who else is in the array.
    """
    highest, lowest, area = (np.empty((2, values.shape[1])) for _ in range(3))
    weight = np.stack((trapezia(time), np.concatenate((np.zeros(start), trapezia(time[start:])))))
    _sweep(values, weight, start, highest, lowest, area)
    found = {"highest": highest, "lowest": lowest, "area": area}
    return {f"{late}{name}": rows[i] for name, rows in found.items() for i, late in enumerate(("", "late "))}


def trapezia(time: Array) -> Array:
    """What each record counts in an integral by trapezia over times (t,) [h], (t,)."""
    width = np.diff(time)
    return 0.5 * (np.append(width, 0.0) + np.insert(width, 0, 0.0))


@compiled
def _sweep(values, weight, start, highest, lowest, area):
    """Fill highest, lowest and area, each (2, n): of all records, and of those from `start` on; weight (2, t)."""
    n = values.shape[1]
    for part in range(2):
        highest[part], lowest[part], area[part] = -np.inf, np.inf, 0.0
    for k in range(values.shape[0]):
        for part in range(2 if k >= start else 1):
            w = weight[part, k]
            for i in range(n):
                v = values[k, i]
                highest[part, i] = v if v > highest[part, i] else highest[part, i]
                lowest[part, i] = v if v < lowest[part, i] else lowest[part, i]
                area[part, i] += w * v
