"""What every chart of the page is made of: colours of its dress, its axis of time, numbers with few digits.

Colours are those of every figure of the project.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...figures.display import TimeScale
from ...figures.style import INKS

Array = NDArray[np.float64]
Options = dict[str, Any]

HEIGHT, GAP, TOP, BOTTOM = 128, 44, 30, 64  # px of a panel, between panels, above the first, below the last
DIGITS = 4
FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"


@dataclass(frozen=True)
class Look:
    """How the page wants its curves: dark or light, and which bands."""

    dark: bool = False
    between: bool = True
    uncertain: bool = True

    def ink(self, name: str) -> str:
        """A colour of the palette, #rrggbb."""
        return INKS[name].dark if self.dark else INKS[name].light

    def of_light(self, colour: str) -> str:
        """The colour of this dress for one named by its light dress."""
        return next((i.dark for i in INKS.values() if i.light == colour), colour) if self.dark else colour


def base_options(look: Look) -> Options:
    """What every chart has."""
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": look.ink("ink")},
        "axisPointer": {"lineStyle": {"color": look.ink("muted")}},
        "tooltip": {
            "trigger": "axis",
            "backgroundColor": look.ink("paper"),
            "borderColor": look.ink("rule"),
            "textStyle": {"color": look.ink("ink"), "fontSize": 12},
            "confine": True,
        },
        "legend": {"show": False},
        "aria": {"enabled": True},
    }


def time_axis(scale: TimeScale, end: float, place: int, look: Look, *, is_last: bool) -> Options:
    """The shared time axis; only the last panel names it."""
    return {
        "type": "value",
        "gridIndex": place,
        "min": 0.0,
        "max": end / scale.hours,
        "name": scale.title if is_last else "",
        "nameLocation": "middle",
        "nameGap": 26,
        "nameTextStyle": {"color": look.ink("muted")},
        "axisLabel": {"color": look.ink("muted"), "show": is_last, "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": look.ink("rule")}},
        "splitLine": {"show": False},
        "axisPointer": {"label": {"show": is_last}},
    }


def points(time: Array, values: Array) -> list[list[float]]:
    """Pairs of time and value with few digits."""
    return np.stack((rounded(time), rounded(values)), axis=1).tolist()


def rounded(values: Array) -> Array:
    """Values (..., t) with DIGITS significant digits of the largest of their row, so that what is sent is short."""
    largest = np.abs(values).max(axis=-1, keepdims=True, initial=0.0)
    size = np.floor(np.log10(np.where(largest > 0.0, largest, 1.0)))
    scale = 10.0 ** np.abs(DIGITS - 1 - size)
    return np.where(size < DIGITS, np.rint(values * scale) / scale, np.rint(values / scale) * scale)
