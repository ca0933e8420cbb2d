"""Drugs that people take beside baclofen: their classes, their kinetics, and what is known of the two together."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from math import exp, log
from typing import Any

from ..errors import InputError, Problem, nearest

LOADS = ("sedative_load", "opioid_load")
"""What companions put on the brain, in usual doses; drives of the effects."""


@dataclass(frozen=True)
class Companion:
    """One drug beside baclofen.

    name       generic name, also the channel and the compartment it enters
    kind       its class, such as "benzodiazepine"
    load       which of LOADS it raises, or "" when no interaction with baclofen was ever measured
    says       what is known of the two together, in words
    facts      ids of the facts behind that
    usual      one usual adult dose [mg]; peak: time of its highest level [h]; half_life [h]; all recalled
    """

    name: str
    kind: str
    load: str
    says: str
    facts: tuple[str, ...]
    usual: float = 0.0
    peak: float = 0.0
    half_life: float = 0.0

    @property
    def is_modelled(self) -> bool:
        """Whether a run can carry it."""
        return bool(self.load)

    @property
    def elimination_rate(self) -> float:
        """First-order [1/h]."""
        return log(2.0) / self.half_life

    @functools.cached_property
    def onset_rate(self) -> float:
        """Absorption [1/h] that puts the highest level at `peak`; always faster than elimination."""
        slow = self.elimination_rate
        low, high = slow * (1.0 + 1e-9), slow * 1e6
        for _ in range(200):
            middle = (low * high) ** 0.5
            too_early = log(middle / slow) / (middle - slow) < self.peak
            low, high = (low, middle) if too_early else (middle, high)
        return (low * high) ** 0.5

    def height(self) -> float:
        """Highest load of one usual dose [usual doses], below 1 because some is gone by then."""
        fast, slow = self.onset_rate, self.elimination_rate
        return fast / (fast - slow) * (exp(-slow * self.peak) - exp(-fast * self.peak))


def _read() -> dict[str, Any]:
    file = resources.files("baclosim") / "drugs" / "companions.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _made(name: str, entry: dict[str, Any], classes: dict[str, Any]) -> Companion:
    kind = classes[entry["class"]]
    kinetics = {key: entry[key] for key in ("usual", "peak", "half_life") if key in entry}
    return Companion(name, entry["class"], kind.get("load", ""), kind["says"], tuple(kind["facts"]), **kinetics)


_TABLES = _read()
KNOWN: dict[str, Companion] = {name: _made(name, entry, _TABLES["class"]) for name, entry in _TABLES["drug"].items()}
"""Every drug that is recognised, by its generic name."""

COMPANIONS: dict[str, Companion] = {name: drug for name, drug in KNOWN.items() if drug.is_modelled}
"""Those that a run can carry."""

NAMES: dict[str, str] = {
    also.lower(): name for name, entry in _TABLES["drug"].items() for also in (name, *entry.get("also", ()))
}
"""Generic name by every name, in lower case."""


def companion(name: str) -> Companion:
    """The drug of this name; raises InputError with near matches for one that is not known."""
    generic = NAMES.get(name.strip().lower())
    if generic is None:
        hint = nearest(name.strip().lower(), NAMES)
        raise InputError(Problem("alongside", name, "a drug that is known here", hint))
    return KNOWN[generic]
