"""What the gut holds back of a great dose: uptake keeps up with therapy, and the rest follows slowly.

Exposure is proportional to dose up to about a hundred milligrams at once. After an overdose levels are lower and last
longer than that proportion says (0.7 to 3.3 ug/mL at presentation). The body stays linear: what is swallowed within six
hours beyond a ceiling enters a clump that releases it slowly into the gut.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .doses import CHANNELS, Doses, told_apart

WINDOW = 6.0
"""Tablets swallowed within so many hours count as one dose."""
_APART = 1e9  # h, sets patients apart on one axis of time


def held_back(doses: Doses, ceiling: float | NDArray[np.float64]) -> Doses:
    """The same doses with what exceeds the ceiling [ug] within WINDOW moved from the mouth to the clump.

    ceiling  one for all, or each patient's own (n,); then doses of everyone are listed patient by patient

    Without such an excess the very same object comes back.
    """
    limits = np.atleast_1d(np.asarray(ceiling, dtype=float))
    mouth = np.flatnonzero(doses.channel == CHANNELS.index("mouth"))
    if not np.any(_excess(doses, mouth, np.full(len(mouth), limits.min())) > 0.0):
        return doses
    if len(limits) > 1:
        doses = told_apart(doses, len(limits))
        mouth = np.flatnonzero(doses.channel == CHANNELS.index("mouth"))
    own = limits[0] if doses.patient is None or len(limits) == 1 else limits[doses.patient[mouth]]
    excess = _excess(doses, mouth, np.broadcast_to(own, mouth.shape))
    amount = doses.amount.copy()
    amount[mouth] -= excess
    late = mouth[excess > 0.0]
    clump = Doses(
        doses.time[late],
        np.full(len(late), CHANNELS.index("clump")),
        excess[excess > 0.0],
        doses.duration[late],
        None if doses.patient is None else doses.patient[late],
    )
    return replace(doses, amount=amount) + clump


def _excess(doses: Doses, mouth: NDArray[np.int64], ceiling: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each dose by mouth lies above its ceiling (m,) [ug], (m,) ug."""
    person = np.zeros(len(mouth)) if doses.patient is None else doses.patient[mouth]
    time = doses.time[mouth] + _APART * person
    order = np.argsort(time, kind="stable")
    swallowed = np.concatenate(([0.0], np.cumsum(doses.amount[mouth][order])))
    first = np.searchsorted(time[order], time[order] - WINDOW, side="right")
    within = swallowed[1:] - swallowed[first]
    found = np.empty(len(mouth))
    found[order] = np.clip(within - ceiling[order], 0.0, doses.amount[mouth][order])
    return found * (found > 1e-9 * ceiling)
