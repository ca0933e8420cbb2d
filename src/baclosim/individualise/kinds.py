"""What can be observed: each kind with the quantity behind it, how it is written down, and how it scatters.

Whatever is written down is an interval on a latent scale. A level is a point; a level below quantification is all
that lies below the limit; an Ashworth score of 3 is every reading that rounds to 3; "yes" is every readiness to report
a symptom above nothing. So one likelihood serves all of them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..effects.bedside import EXAMINER_ERROR
from ..errors import nearest
from ..parameters import typical
from ..quantities import QUANTITIES, known

Scale = Literal["level", "score", "mean score", "count", "share", "yes or no"]
INFINITE = float("inf")


@dataclass(frozen=True)
class Kind:
    """One kind of observation.

    name      as people write it
    quantity  what of the model it shows
    scale     how it is written down
    residual  parameter: scatter as a share of the value, or ""
    least     parameter: scatter that does not depend on the value, or "" for an examiner's reading
    """

    name: str
    quantity: str
    scale: Scale
    residual: str = ""
    least: str = ""

    @property
    def label(self) -> str:
        """What it is, in words."""
        return known(self.quantity).label

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and highest value that can be written down."""
        return known(self.quantity).limits if self.scale in ("score", "mean score", "share") else (0.0, INFINITE)

    @property
    def proportional(self) -> float:
        """SD of the scatter as a share of the latent value."""
        return typical([self.residual])[self.residual] if self.residual else 0.0

    @property
    def additive(self) -> float:
        """SD of the scatter that does not depend on the latent value."""
        return typical([self.least])[self.least] if self.least else EXAMINER_ERROR


PENN = ((0.0, 0.0, 1.5), (0.0, 1.0, 2.5), (1.0, 10.0, 3.5), (10.0, INFINITE, INFINITE))
"""Spasms an hour, above and up to, and the reading of the Penn score below which such counts lie (recalled)."""

FIXED = (
    Kind("plasma", "plasma", "level", "plasma_residual", "level_error"),
    Kind("csf", "csf_lumbar", "level", "csf_residual", "level_error"),
    Kind("cisternal csf", "csf_cisternal", "level", "csf_residual", "level_error"),
    Kind("ashworth", "ashworth", "score"),
    Kind("mean ashworth", "ashworth", "mean score"),
    Kind("arm ashworth", "arm_ashworth", "score"),
    Kind("spasm score", "spasm_score", "score"),
    Kind("spasm count", "spasm_score", "count"),
    Kind("h/m ratio", "hm_ratio", "share", "", "hm_error"),
)
ALIASES = {
    "level": "plasma",
    "plasma level": "plasma",
    "blood": "plasma",
    "blood level": "plasma",
    "serum": "plasma",
    "csf level": "csf",
    "lumbar csf": "csf",
    "ashworth score": "ashworth",
    "spasms": "spasm count",
    "penn": "spasm score",
    "spasm frequency score": "spasm score",
    "hm": "h/m ratio",
    "h/m": "h/m ratio",
    "hm ratio": "h/m ratio",
    "sleepy": "drowsiness",
    "sedation": "drowsiness",
    "drowsy": "drowsiness",
}


@functools.cache
def kinds() -> dict[str, Kind]:
    """Every kind by name; symptoms are those whose probability the model knows."""
    signs = [name for name, quantity in QUANTITIES.items() if quantity.kind == "probability"]
    symptoms = (
        Kind(name.removeprefix("withdrawal_").replace("_", " "), name, "yes or no", "", "symptom_scatter")
        for name in signs
    )
    return {kind.name: kind for kind in (*FIXED, *symptoms)}


def kind_of(word: str) -> Kind | None:
    """The kind that a word names; None when there is none."""
    plain = " ".join(word.strip().lower().replace("_", " ").split())
    return kinds().get(ALIASES.get(plain, plain))


def near(word: str) -> str:
    """A hint that names the kind that may have been meant."""
    return nearest(word, (*kinds(), *ALIASES))


Interval = tuple[float, float]


def rounded(value: float, limits: tuple[float, float]) -> Interval:
    """Readings that an examiner rounds to this whole score; the ends of the scale hold all that lies beyond."""
    low, high = limits
    return (-INFINITE if value <= low else value - 0.5, INFINITE if value >= high else value + 0.5)


def counted(per_hour: float) -> Interval:
    """Readings of the spasm score that this many spasms an hour stand for."""
    below = -INFINITE
    for _, most, edge in PENN:
        if per_hour <= most:
            return below, edge
        below = edge
    raise ValueError(f"{per_hour!r} is no number of spasms")


def reported(value: float) -> Interval:
    """Readiness to report a symptom: above nothing when it was, below when it was not."""
    return (0.0, INFINITE) if value else (-INFINITE, 0.0)


def exactly(value: float) -> Interval:
    """A value read on a continuous scale."""
    return value, value


INTERVALS: dict[Scale, Callable[..., Interval]] = {
    "level": exactly,
    "mean score": exactly,
    "share": exactly,
    "count": counted,
    "yes or no": reported,
}


def interval_of(kind: Kind, value: float) -> Interval:
    """The interval on the latent scale that an observed value stands for."""
    return rounded(value, kind.limits) if kind.scale == "score" else INTERVALS[kind.scale](value)
