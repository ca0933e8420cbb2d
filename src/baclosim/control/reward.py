"""What the controller is asked to achieve, stated as a sum of harms per day, each with its weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ..errors import InputError, Problems

FELT = ("ashworth", "drowsiness", "weakness", "withdrawal", "respiratory_drive", "coma")
"""Quantities that the reward, the sensors and the end of an episode are made of."""


@dataclass(frozen=True)
class Reward:
    """Minus the weighted harms: of a day when they last a day, of a change when it is made.

    stiffness   points of Ashworth above `target`
    weakness    probability that weak legs are reported
    drowsiness  probability of drowsiness
    withdrawal  severity of withdrawal, 0 to 1
    breathing   drive to breathe that is lost, 0 to 1
    change      change of the dose, as a share of the highest allowed
    ending      once, when the episode ends because the patient is in danger
    """

    target: float = 2.0
    stiffness: float = 1.0
    weakness: float = 0.5
    drowsiness: float = 1.0
    withdrawal: float = 5.0
    breathing: float = 10.0
    change: float = 0.5
    ending: float = 100.0

    def __post_init__(self) -> None:
        problems = Problems()
        for name, value in asdict(self).items():
            low, high = (1.0, 5.0) if name == "target" else (0.0, float("inf"))
            if not low <= value <= high:
                allowed = "an Ashworth score, 1 to 5" if name == "target" else "a weight that is not negative"
                problems.add(f"reward.{name}", value, allowed)
        problems.raise_as(InputError)

    def parts(self, truth: Mapping[str, float], hours: float, change: float, in_danger: bool) -> dict[str, float]:
        """Each weighted harm of a step, zero or negative; the reward is their sum.

        truth   mean of each quantity in FELT over the step
        hours   length of the step [h]
        change  of the dose at its start, share of the highest allowed
        """
        harms = {
            "stiffness": max(0.0, truth["ashworth"] - self.target),
            "weakness": truth["weakness"],
            "drowsiness": truth["drowsiness"],
            "withdrawal": truth["withdrawal"],
            "breathing": 1.0 - truth["respiratory_drive"],
        }
        found = {name: -getattr(self, name) * harm * hours / 24.0 for name, harm in harms.items()}
        return found | {"change": -self.change * abs(change), "ending": -self.ending * float(in_danger)}
