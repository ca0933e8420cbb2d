"""What a pump really gave before it failed, beside what it was programmed to give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...pump.deliver import Delivery
from ...therapy.doses import CHANNELS
from ..treatment import DAY

WEEK = 7.0 * DAY
SAME = 0.05
"""Share by which delivered and programmed may differ and count as the same: less than the flow error of a pump."""


@dataclass(frozen=True)
class LastDose:
    """The dose programmed now and the mean that reached the canal in its last week [ug/day]; `off`: hours since."""

    programmed: float
    delivered: float
    off: float

    @property
    def fell_short(self) -> bool:
        """Whether less was delivered than programmed."""
        return self.delivered < self.programmed * (1.0 - SAME)


def last_dose(delivery: Delivery) -> LastDose:
    """What a pump gave up to the end of its delivery; nothing at all when no drug ever reached the canal."""
    doses = delivery.doses
    canal = doses.channel == CHANNELS.index("catheter")
    start, length, amount = doses.time[canal], doses.duration[canal], doses.amount[canal]
    now, programmed = delivery.pump.time, delivery.pump.running.mode.daily_dose
    if not len(start):
        return LastDose(programmed, 0.0, now)
    last = float((start + length).max())
    first = max(0.0, last - WEEK)
    inside = np.clip(np.minimum(start + length, last) - np.maximum(start, first), 0.0, None)
    share = np.where(length > 0.0, inside / np.where(length > 0.0, length, 1.0), start >= first)
    return LastDose(programmed, float((amount * share).sum()) * DAY / max(last - first, 1e-9), now - last)
