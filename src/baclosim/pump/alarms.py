"""Alarms: which condition raises which, how urgent it is, how often it sounds, and what silences or ends it.

The map of conditions is pump.alarm-conditions.gillette, the priorities those of the maker: critical when no drug
flows, non-critical when it soon will not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..parameters import typical
from .log import Priority

ALARMS: dict[str, tuple[Priority, str]] = {
    "low reservoir": ("non-critical", "the computed volume has reached the alarm setting"),
    "replacement due": ("non-critical", "the battery is near its end: replace the pump within 90 days"),
    "empty reservoir": ("critical", "the computed volume is used up"),
    "end of service": ("critical", "the battery is spent: delivery has stopped for good"),
    "motor stall": ("critical", "the rotor does not turn: no drug flows"),
    "pump stopped": ("critical", "the pump has been stopped for more than 48 h"),
    "low-battery reset": ("critical", "the battery failed: delivery has stopped"),
}


@dataclass
class Alarms:
    """The alarms of one pump: raised ones by name, with the time [h] each began; silenced ones stay raised."""

    raised: dict[str, float] = field(default_factory=dict)
    silenced: set[str] = field(default_factory=set)

    def raise_(self, name: str, time: float) -> bool:
        """Begin an alarm; returns whether it is new."""
        if name in self.raised:
            return False
        self.raised[name] = time
        return True

    def end(self, name: str) -> bool:
        """End an alarm because its condition is gone; returns whether it was raised."""
        self.silenced.discard(name)
        return self.raised.pop(name, None) is not None

    def silence(self) -> tuple[str, ...]:
        """Silence what sounds, as an interrogation does; returns the names."""
        sounding = self.sounding
        self.silenced |= set(sounding)
        return sounding

    @property
    def sounding(self) -> tuple[str, ...]:
        """Raised and not silenced."""
        return tuple(name for name in self.raised if name not in self.silenced)


def interval(name: str) -> float:
    """Time between two sounds of an alarm [h]."""
    parameter = "critical_alarm_interval" if ALARMS[name][0] == "critical" else "noncritical_alarm_interval"
    return typical((parameter,))[parameter]


def sounds(name: str, began: float, ended: float) -> int:
    """How often an alarm sounded from `began` to `ended` [h], the first time at once."""
    return int((ended - began) / interval(name)) + 1 if ended >= began else 0
