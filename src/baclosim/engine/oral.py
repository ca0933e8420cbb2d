"""Gut, blood and tissue: rate matrices and modes in closed form, for n patients at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .modes import Modes, condition

Array = NDArray[np.float64]

LANE_CONDITION = 1e4  # eigenvectors worse than this go the general way, where nothing cancels


def one_compartment_rates(CL: float, V: float, KA: float) -> list[list[float]]:
    """Rate matrix of gut and central."""
    return [[-KA, 0.0], [KA, -CL / V]]


def two_compartment_rates(CL: float, V2: float, Q: float, V3: float, KA: float) -> list[list[float]]:
    """Rate matrix of gut, central and peripheral."""
    return [[-KA, 0.0, 0.0], [KA, -(CL + Q) / V2, Q / V3], [0.0, Q / V2, -Q / V3]]


def one_compartment_modes(p: Mapping[str, Array]) -> Modes:
    """Modes of gut and central in closed form, for n patients."""
    ka, ke = p["KA"], p["CL"] / p["V"]
    rates = np.stack((-ka, -ke), axis=-1)
    vectors = np.zeros((len(ka), 2, 2))
    vectors[:, 0, 0] = vectors[:, 1, 1] = 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        vectors[:, 1, 0] = ka / (ke - ka)
    inverse = vectors.copy()
    inverse[:, 1, 0] = -vectors[:, 1, 0]
    return judged(rates, vectors, inverse)


def two_compartment_modes(p: Mapping[str, Array]) -> Modes:
    """Modes of gut, central and peripheral in closed form, for n patients."""
    ka, k10, k12, k21 = p["KA"], p["CL"] / p["V2"], p["Q"] / p["V2"], p["Q"] / p["V3"]
    total = k10 + k12 + k21
    fast = (total + np.sqrt((k10 + k12 - k21) ** 2 + 4.0 * k12 * k21)) / 2.0
    slow = k10 * k21 / fast
    vectors = np.zeros((len(ka), 3, 3))
    vectors[:, 0, 0] = vectors[:, 1, 1] = vectors[:, 1, 2] = 1.0
    inverse = vectors.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        vectors[:, 1, 0] = ka * (k21 - ka) / ((ka - fast) * (ka - slow))
        vectors[:, 2, 0] = ka * k12 / ((ka - fast) * (ka - slow))
        vectors[:, 2, 1] = k12 / (k21 - fast)
        vectors[:, 2, 2] = k12 / (k21 - slow)
        spread = vectors[:, 2, 2] - vectors[:, 2, 1]
        inverse[:, 1, 1], inverse[:, 1, 2] = vectors[:, 2, 2] / spread, -1.0 / spread
        inverse[:, 2, 1], inverse[:, 2, 2] = -vectors[:, 2, 1] / spread, 1.0 / spread
        inverse[:, 1:, 0] = -(inverse[:, 1:, 1:] @ vectors[:, 1:, 0, None])[..., 0]
    return judged(np.stack((-ka, -fast, -slow), axis=-1), vectors, inverse)


def judged(rates: Array, vectors: Array, inverse: Array, limit: float = LANE_CONDITION) -> Modes:
    """Modes with those patients marked whose eigenvectors are nearly parallel (scale of each column aside)."""
    length = np.linalg.norm(vectors, axis=-2)
    with np.errstate(invalid="ignore", over="ignore"):
        badness = condition(vectors / length[:, None, :], inverse * length[:, :, None])
    return Modes(rates, vectors, inverse, ~(badness <= limit))
