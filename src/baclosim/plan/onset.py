"""When withdrawal passes a tier, and when it has cleared, read off a course."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..therapy.language.conditions import TIERS, tier_level
from ..trajectory import Trajectory

Array = NDArray[np.float64]

__all__ = ["TIERS", "cleared", "levels", "onset"]


def levels() -> dict[str, float]:
    """Severity from which withdrawal is of each tier."""
    return {tier: tier_level(tier) for tier in TIERS}


def onset(course: Trajectory, quantity: str, level: float) -> Array:
    """When a quantity first reaches a level, linear between records [h], infinite where it never does, (n,)."""
    values, time = course[quantity], course.time
    reached = values >= level
    first = np.argmax(reached, axis=1)
    before = np.maximum(first - 1, 0)
    rows = np.arange(len(values))
    low, high = values[rows, before], values[rows, first]
    share = np.where(high > low, (level - low) / np.where(high > low, high - low, 1.0), 1.0)
    when = time[before] + np.clip(share, 0.0, 1.0) * (time[first] - time[before])
    return np.where(reached.any(axis=1), np.where(first == 0, time[0], when), np.inf)


def cleared(course: Trajectory, quantity: str, level: float, since: float) -> Array:
    """Hours after `since` [h] from which a quantity stays below a level, (n,); infinite when not by the end."""
    late = course.time >= since
    above = course[quantity][:, late] >= level
    last = above.shape[1] - 1 - np.argmax(above[:, ::-1], axis=1)
    after = np.append(course.time[late] - since, np.inf)
    return np.where(above.any(axis=1), after[last + 1], 0.0)
