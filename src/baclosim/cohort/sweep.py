"""One pass over the records of 16 patients for what every study keeps of them, before they leave the cache.

Sums run in order of time, so that a patient's number never depends on who else is in the array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.lanes import LANES, in_widest_vectors, sum_up
from ..engine.propagation import compiled

Array = NDArray[np.float64]


def trapezia(time: Array) -> Array:
    """What each record counts in an integral by trapezia over times (t,) [h], (t,)."""
    width = np.diff(time)
    return 0.5 * (np.append(width, 0.0) + np.insert(width, 0, 0.0))


@compiled
def swept(records, first, last, weight, begin):
    """Highest, lowest and weighted sum, (q, b, 3, 16), of records (q, t, 16) over b stretches of time.

    first, last    (b,) each stretch's first record and the one after its last
    weight, begin  (w,) what records count in a sum, and (b,) where the weights of each stretch begin
    """
    in_widest_vectors()
    quantities, times, _ = records.shape
    found = np.empty((quantities, len(first), 3, LANES))
    for q in range(quantities):
        for b in range(len(first)):
            row, before = 3 * (q * len(first) + b), q * times
            sum_up(found, row, records, before + first[b], before + last[b], weight, begin[b])
    return found
