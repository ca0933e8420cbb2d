"""What is found of the records of 16 patients in one pass, while a cache still holds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .kept import kept_in

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_sweep = kept_in("baclosim.engine.passes", "sweep")


def swept(records: Array, first: Indices, last: Indices, weight: Array, begin: Indices) -> Array:
    """Highest, lowest and weighted sum, (q, b, 3, 16), of records (q, t, 16) over b stretches of time.

    first, last    (b,) each stretch's first record and the one after its last
    weight, begin  (w,) what records count in a sum, and (b,) where the weights of each stretch begin
    """
    found = np.empty((len(records), len(first), 3, records.shape[2]))
    _sweep(records, first, last, weight, begin, found)
    return found


def is_finite(records: Array) -> bool:
    """Whether every one of the records (q, t, 16) is a finite number: nothing else is nought when taken no times."""
    times = records.shape[1]
    once, begin = np.array([times]), np.zeros(1, dtype=np.int64)
    found = swept(records, begin, once, np.zeros(times), begin)
    return bool(np.all(found[:, 0, 2] == 0.0))
