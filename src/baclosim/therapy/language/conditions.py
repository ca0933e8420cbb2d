"""Conditions on the quantities of a run, in plain words: "ashworth below 2", "withdrawal below moderate", "drowsiness".

A goal or a limit of a plan asks for them over a whole course. A condition names one quantity, a side and a level, and
is judged on the true value; what a policy acts on is what is seen at a visit, with error (policies/policy.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...errors import Problem, TherapyError, UnitError, nearest
from ...parameters import parameters
from ...quantities import QUANTITIES, Quantity
from ...units import either_way, read

Side = Literal["below", "above"]

TIERS = ("mild", "moderate", "severe")
TIERED = ("withdrawal", "brain_deficit", "cord_deficit")
"""Quantities whose levels have names."""

SPOKEN = {
    "tone": "ashworth", "ashworth score": "ashworth", "spasticity": "ashworth",
    "spasms": "spasm_score", "spasm": "spasm_score", "spasm frequency": "spasm_score",
    "sleepiness": "drowsiness", "sedation": "drowsiness", "drowsy": "drowsiness",
    "confusion": "encephalopathy", "clouded mind": "encephalopathy", "breathing": "respiratory_drive",
    "level": "plasma", "plasma level": "plasma", "blood level": "plasma", "weak legs": "weakness",
    "arm tone": "arm_ashworth", "severity": "withdrawal", "withdrawal severity": "withdrawal",
}  # fmt: skip
"""What people say, and the quantity that is meant."""

BELOW = ("no more than", "at most", "less than", "lower than", "not above", "falls below", "is below", "is under",
         "stays below", "below", "under", "<=", "<")  # fmt: skip
ABOVE = ("no less than", "at least", "more than", "higher than", "not below", "rises above", "is above", "is over",
         "stays above", "above", "over", ">=", ">")  # fmt: skip
LIKELY = 0.5  # a sign named without a level is there when it is more likely than not
_SIDES = "|".join(re.escape(word) for word in sorted((*BELOW, *ABOVE), key=len, reverse=True))
_SHAPE = re.compile(rf"^(?P<what>.*?)\s*(?<![\w<>])(?P<side>{_SIDES})(?![\w=])\s*(?P<level>.*)$")


@dataclass(frozen=True)
class Condition:
    """A quantity below or above a level, in the quantity's own unit; on the level itself neither holds."""

    quantity: str
    side: Side
    level: float

    def holds(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Whether each value meets it, of the same shape."""
        seen = np.asarray(values, dtype=float)
        return seen < self.level if self.side == "below" else seen > self.level

    @property
    def about(self) -> Quantity:
        """The quantity."""
        return QUANTITIES[self.quantity]

    def __str__(self) -> str:
        return f"{self.quantity.replace('_', ' ')} {self.side} {level_in_words(self.quantity, self.level)}"


def tier_level(tier: str) -> float:
    """Severity, or deficit, from which withdrawal is of this tier, 0 to 1."""
    return parameters()[f"{tier}_withdrawal"].value


def level_in_words(quantity: str, level: float) -> str:
    """A level as people say it: a tier, a percentage, a number with its unit."""
    about = QUANTITIES[quantity]
    if quantity in TIERED:
        named = [tier for tier in TIERS if tier_level(tier) == level]
        if named:
            return named[0]
    if about.kind in ("probability", "effect"):
        return f"{100.0 * level:.4g} %"
    if about.unit == "ug/mL":
        return f"{1000.0 * level:.4g} ng/mL"
    return f"{level:.4g}" if about.unit == "dimensionless" else f"{level:.4g} {about.unit}"


def read_condition(text: str, where: str = "condition") -> Condition:
    """The condition that these words state; a sign alone ("drowsiness") is above even odds.

    Raises TherapyError naming what cannot be read, what is allowed and the likely slip.
    """
    said = " ".join(text.lower().replace("_", " ").split())
    no_tier = re.match(r"^(no|without) (mild|moderate|severe)( or worse)? withdrawal$", said)
    if no_tier:
        return Condition("withdrawal", "below", tier_level(no_tier[2]))
    parts = _SHAPE.match(said)
    name = quantity_named(parts["what"] if parts else said, text, where)
    if parts:
        side: Side = "below" if parts["side"] in BELOW else "above"
        return Condition(name, side, _level(name, parts["level"], text, where))
    if QUANTITIES[name].kind != "probability":
        allowed = f"a level, such as '{name.replace('_', ' ')} below {_example(name)}'"
        raise TherapyError(Problem(where, text, allowed))
    return Condition(name, "above", LIKELY)


def quantity_named(said: str, text: str, where: str) -> str:
    """The quantity meant by these words; raises TherapyError with the nearest."""
    word = re.sub(r"^(the|their|his|her) ", "", said.strip())
    name = SPOKEN.get(word, word.replace(" ", "_"))
    if name in QUANTITIES:
        return name
    hint = nearest(word, (*SPOKEN, *(known.replace("_", " ") for known in QUANTITIES)))
    raise TherapyError(Problem(where, text, "a quantity such as ashworth, spasms, drowsiness, withdrawal", hint))


def _level(name: str, said: str, text: str, where: str) -> float:
    about, word = QUANTITIES[name], said.strip()
    if word in TIERS and name in TIERED:
        return tier_level(word)
    kind = "concentration" if about.unit == "ug/mL" else "fraction" if about.unit == "dimensionless" else ""
    low, high = about.limits
    try:
        level = read(word.replace("%", " %"), kind) if kind else float(word.removesuffix(about.unit.lower()))
    except (UnitError, ValueError):
        level = np.nan
    if low <= level <= high:
        return float(level)
    raise TherapyError(Problem(where, text, _allowed(name), _slip(name, word)))


def _allowed(name: str) -> str:
    about = QUANTITIES[name]
    low, high = about.limits
    tiers = f", or {', '.join(TIERS)}" if name in TIERED else ""
    if about.unit == "ug/mL":
        return f"a concentration for {name}, such as '600 ng/mL'"
    return f"a level of {name} from {low:g} to {high:g}{tiers}" if np.isfinite(high) else f"a level of {name}"


def _slip(name: str, word: str) -> str:
    if either := either_way(word):
        return either
    is_share = QUANTITIES[name].limits == (0.0, 1.0)
    if is_share and word.replace(".", "", 1).isdigit() and 1.0 < float(word) <= 100.0:
        return f"Did you mean '{word} %'?"
    return nearest(word, TIERS) if name in TIERED else ""


def _example(name: str) -> str:
    return "moderate" if name in TIERED else {"ashworth": "2", "plasma": "600 ng/mL"}.get(name, "20 %")
