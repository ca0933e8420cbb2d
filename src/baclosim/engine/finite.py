"""Whether what was recorded is finite, found while a cache still holds it."""

from __future__ import annotations

import numpy as np

from .lanes import LANES, in_widest_vectors, sum_up
from .propagation import compiled


@compiled
def is_finite(records):
    """Whether every one of the records (q, t, lanes) is a finite number: nothing else is nought when taken no times."""
    in_widest_vectors()
    rows = records.shape[0] * records.shape[1]
    found = np.empty((3, LANES))
    sum_up(found, 0, records, 0, rows, np.zeros(rows), 0)
    return np.all(found[2] == 0.0)
