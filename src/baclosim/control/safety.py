"""The safety layer between whoever controls the pump and the pump. There is no way round it and no switch.

Every rate asked for passes `SafetyLayer.vet`. What is no number is refused and the rate stays. Whatever else is asked
for is moved to the nearest rate that keeps the daily maximum, what the device can flow, and the largest rise and fall
within any 24 hours. The pump stops only from the bottom of a taper.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from ..pump.device import Device
from ..therapy.intrathecal.program import DAY
from .limits import Limits

NEAR = 1e-9  # relative; a rate this little beyond a limit is at it
SAME = 1e-6  # relative; actions come in single precision


@dataclass(frozen=True)
class Vetted:
    """The dose rate that may run [ug/h], and why it is not the one asked for; no reasons when it is."""

    rate: float
    reasons: tuple[str, ...] = ()


class SafetyLayer:
    """Guards one pump.

    limits       what holds
    slowest, fastest  dose rates that the device can keep up at its concentration [ug/h]; below the slowest it stops
    rate         in force, as for the 24 h before hour 0 [ug/h]
    """

    def __init__(self, limits: Limits, device: Device, concentration: float, rate: float) -> None:
        self.limits = limits
        self.slowest = device.flow_minimum * concentration
        self.fastest = min(device.flow_maximum * concentration, limits.maximum / DAY)
        self._changes = deque([(-math.inf, rate)])

    @property
    def rate(self) -> float:
        """The dose rate in force [ug/h]."""
        return self._changes[-1][1]

    def vet(self, asked: float, time: float, since_reading: float = 0.0) -> Vetted:
        """What may run from `time` [h] on when `asked` [ug/h] is asked for; from then on it is in force.

        since_reading  h since the controller last had a reading of the patient
        """
        vetted = self._vetted(asked, time, since_reading)
        if vetted.rate != self.rate:
            self._changes.append((time, vetted.rate))
        return vetted

    def _vetted(self, asked: float, time: float, since_reading: float) -> Vetted:
        if not math.isfinite(asked):
            return Vetted(self.rate, ("not a number: the rate stays",))
        if abs(asked - self.rate) <= SAME * self.rate:
            asked = self.rate
        least, most = self.bounds(time)
        reasons = []
        if since_reading >= self.limits.stale and asked > self.rate:
            asked, reasons = self.rate, [f"no reading for {since_reading:g} h: no rise"]
        if asked > most * (1.0 + NEAR):
            reasons.append(self._too_high(most))
        elif asked < least * (1.0 - NEAR):
            reasons.append(self._too_low(least, asked))
        rate = min(max(asked, least), most)
        if rate < self.slowest * (1.0 - NEAR):
            return Vetted(0.0, (*reasons, *(["below what the pump can flow: stopped"] if rate else [])))
        return Vetted(rate, tuple(reasons))

    def bounds(self, time: float) -> tuple[float, float]:
        """The least and the highest rate [ug/h] that may run from `time` [h] on; a least of 0 allows a stop."""
        lowest, highest = self._last_day(time)
        bottom = self.limits.stop_from / DAY
        most = min(max(lowest * (1.0 + self.limits.rise), bottom), self.fastest)
        if highest <= bottom * (1.0 + NEAR):
            return 0.0, most
        return min(max(highest * (1.0 - self.limits.fall), self.slowest), most), most

    def _last_day(self, time: float) -> tuple[float, float]:
        """The lowest and the highest rate that ran in the 24 hours before `time`; older ones are forgotten."""
        while len(self._changes) > 1 and self._changes[1][0] <= time - DAY + NEAR:
            self._changes.popleft()
        rates = [rate for _, rate in self._changes]
        return min(rates), max(rates)

    def _too_high(self, most: float) -> str:
        if most >= self.fastest:
            return "above the highest dose that is allowed"
        return f"a rise by more than {self.limits.rise:.0%} within 24 h"

    def _too_low(self, least: float, asked: float) -> str:
        if asked < self.slowest and least <= self.slowest:
            return "no stop: the dose has not been low enough for a day"
        return f"a fall by more than {self.limits.fall:.0%} within 24 h"
