"""How covariates act on parameters: from the values of a 70 kg adult to those of the person at hand."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .covariates import Covariates
from .scaling import LAWS

Array = NDArray[np.float64]

NUMBERS = ("age", "weight", "height", "creatinine_clearance")
NO_SPASTICITY = {"ashworth": 1.0, "spasms": 0.0}
BY_ORIGIN = ("removable_share", "arm_share")
"""Parameters with one value where spasticity is spinal and another where it is cerebral."""
ARGUMENTS = {name: tuple(inspect.signature(law).parameters) for name, law in LAWS.items()}


def covariates_of(
    known: Covariates, base: Mapping[str, Array], own: Mapping[str, Array] | None = None
) -> dict[str, Array]:
    """The covariates of n persons as numbers, name -> (n,); scores that nobody gave are those of the condition.

    own  covariates (n,) that differ from those of `known`
    """
    n = len(next(iter(base.values())))
    found = {name: np.full(n, getattr(known, name)) for name in NUMBERS}
    found["female"] = np.full(n, float(known.sex == "female"))
    found |= own or {}
    found["drinks"] = np.full(n, float(known.condition == "alcohol use disorder"))
    for name, given in (("ashworth", known.ashworth), ("spasms", known.spasms)):
        found[name] = score(name, given, known.origin, base, n)
    return found


def applied(known: Covariates, base: Mapping[str, Array], covariates: Mapping[str, Array]) -> dict[str, Array]:
    """The parameters of persons with these covariates (n,), by the laws, from those of a 70 kg adult (n,)."""
    n = len(next(iter(base.values())))
    everything = {**base, **covariates}
    laws = {name: scaled(name, everything) for name in LAWS}
    scores = {f"baseline_{name}": covariates[name] for name in NO_SPASTICITY}
    responses = {name: base[of_origin(name, known.origin)] for name in BY_ORIGIN}
    return {**base, **laws, **scores, **responses, "dialysis_clearance": np.zeros(n)}


def of_origin(name: str, origin: str) -> str:
    """The parameter for this origin of spasticity; without spasticity the spinal one, which then changes nothing."""
    return f"{name}_{'cerebral' if origin == 'cerebral' else 'spinal'}"


def scaled(name: str, known: Mapping[str, Array]) -> Array:
    """One parameter by its law, from parameters and covariates (n,)."""
    return LAWS[name](**{argument: known[argument] for argument in ARGUMENTS[name]})


def score(name: str, given: float | None, origin: str, base: Mapping[str, Array], n: int) -> Array:
    """A baseline score: as given, or that of the condition, which varies between people."""
    if given is not None:
        return np.full(n, given)
    if origin == "none":
        return np.full(n, NO_SPASTICITY[name])
    return base[f"baseline_{name}_{origin}"]
