"""What makes a study a trial: who is allocated to which arm, who leaves, and what the examiner writes down."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..effects.bedside import CAREFUL
from ..quantities import known
from ..streams import of_patients, per_patient, uniform
from .study import Arm, Study

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
SLOTS = 16  # places of a permuted block at most, between which the arms are divided


def allocation(study: Study, first: int, n: int) -> Integers:
    """The number of the arm of patients `first` to `first + n`, (n,): permuted blocks, at random within each."""
    pattern = block_pattern([arm.share for arm in study.arms])

    def drawn(generator: np.random.Generator, size: int) -> Integers:
        rows = -(-size // len(pattern))
        order = np.argsort(generator.random((rows, len(pattern))), axis=1, kind="stable")
        return pattern[order].ravel()[:size]

    return per_patient(study.seed, "allocation", first, n, drawn)


def block_pattern(shares: list[float]) -> Integers:
    """The arms of one permuted block: the fewest places, two for every arm at least, that meet the shares best.

    >>> block_pattern([1.0, 1.0]).tolist(), block_pattern([2.0, 1.0]).tolist()
    ([0, 0, 1, 1], [0, 0, 0, 0, 1, 1])
    """
    weight = np.asarray(shares) / sum(shares)
    sizes = range(len(shares), max(SLOTS, 2 * len(shares)) // 2 + 1)
    off = {size: float(np.abs(np.maximum(np.round(weight * size), 1.0) / size - weight).sum()) for size in sizes}
    size = min(off, key=lambda candidate: (round(off[candidate], 9), candidate))
    counts = 2 * np.maximum(np.round(weight * size), 1.0).astype(np.int64)
    return np.repeat(np.arange(len(shares)), counts)


def leaving(study: Study, arm: Arm, numbers: Integers, seen: Array | None) -> Array:
    """The hour at which the patients of these numbers (n,) leave, (n,); infinite for those who stay.

    seen  (v, n) the quantity at which patients leave, at the visits; None when there is none
    """
    chance = of_patients(study.seed, f"drop out/{arm.name}", numbers, uniform)
    hazard = -np.log1p(-arm.drop_out) / study.duration
    at = -np.log1p(-chance) / hazard if hazard > 0.0 else np.full(len(numbers), np.inf)
    at = np.where(at < study.duration, at, np.inf)
    if study.intolerance is None or seen is None:
        return at
    over = seen > study.intolerance.above
    return np.minimum(at, np.where(over.any(axis=0), np.asarray(study.visits)[np.argmax(over, axis=0)], np.inf))


def examined(study: Study, arm: Arm, name: str, numbers: Integers, latent: Array) -> Array:
    """What is written down at the visits, (v, n): scores as read by a careful examiner, anything else as it is.

    latent  (v, n) values at the visits of the patients of these numbers (n,)

    Each reading has an error of its own.
    """
    if name not in SCORES:
        return latent
    purpose, v = f"examiner/{arm.name}/{name}", len(latent)
    z = of_patients(study.seed, purpose, numbers, lambda generator, size: generator.standard_normal((size, v)))
    return CAREFUL.reads(latent, z.T, known(name).limits)


SCORES = ("ashworth", "arm_ashworth", "spasm_score")
