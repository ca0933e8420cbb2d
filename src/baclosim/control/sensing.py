"""What sensors on the patient read: tone and activity as an accelerometer would, never the state of the body itself.

No published error of such a reading was found: noise and bias are assumed, and settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import InputError, Problems

Truth = Mapping[str, float]
WAKING = (7.0, 22.0)
"""Clock hours in which the patient is up."""


@dataclass(frozen=True)
class Reading:
    """One reading, 0 to 1: `tone` (1 as stiff as the Ashworth score goes), `activity` (1 up and about)."""

    tone: float
    activity: float


@dataclass(frozen=True)
class Sensor:
    """An accelerometer on the legs, read once per step of control.

    noise           standard deviation of a reading, of tone and of activity
    bias            standard deviation between patients of a lasting error in tone
    missing         share of readings that do not arrive
    dropouts        (start, end) [h] in which none arrives
    """

    noise: float = 0.05
    bias: float = 0.03
    missing: float = 0.02
    dropouts: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        problems = Problems()
        for name in ("noise", "bias", "missing"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                problems.add(f"sensor.{name}", getattr(self, name), "0 to 1")
        for start, end in self.dropouts:
            if not 0.0 <= start < end:
                problems.add("sensor.dropouts", (start, end), "a start before its end, in hours")
        problems.raise_as(InputError)

    def bias_of(self, chance: np.random.Generator) -> float:
        """The lasting error of one patient's sensor."""
        return float(self.bias * chance.standard_normal())

    def read(self, truth: Truth, time: float, clock: float, bias: float, chance: np.random.Generator) -> Reading | None:
        """What arrives at `time` [h] of the run and `clock` [h after midnight]; None when nothing does.

        truth  ashworth (1 to 5) and drowsiness (0 to 1), mean of the last step
        """
        tone_error, activity_error = self.noise * chance.standard_normal(2)
        lost = chance.random() < self.missing
        if lost or any(start <= time < end for start, end in self.dropouts):
            return None
        awake = 1.0 - truth["drowsiness"] if WAKING[0] <= clock < WAKING[1] else 0.0
        tone = (truth["ashworth"] - 1.0) / 4.0 + bias + tone_error
        return Reading(*np.clip((tone, awake + activity_error), 0.0, 1.0).tolist())
