"""Counter-based random numbers: every patient's draws depend on seed, purpose and patient number alone.

Patients are numbered from 0 and drawn in fixed blocks of 256. One block of one purpose is one Philox
stream, keyed by a hash of seed and purpose, its counter starting at the number of the block. So patient 417
is the same however a cohort is cut, and adding a purpose changes no other stream.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 256
"""Patients per stream."""

Draw = Callable[[np.random.Generator, int], NDArray[Any]]
"""Takes a generator and a number of patients n; returns an array whose first axis is the n patients."""


@functools.lru_cache(maxsize=4096)
def _key(seed: int, purpose: str) -> tuple[int, int]:
    """The two 64-bit words of a Philox key, from seed and purpose."""
    digest = hashlib.blake2b(f"{seed}/{purpose}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def stream(seed: int, purpose: str, block: int) -> np.random.Generator:
    """The generator of one block of 256 patients for one purpose.

    The block sits in the top word of Philox's 256-bit counter, so that streams of one key never overlap.
    Raises ValueError when `block` is negative.
    """
    if block < 0:
        raise ValueError(f"a block number is not negative: {block}")
    key = np.array(_key(seed, purpose), dtype=np.uint64)
    counter = np.array([0, 0, 0, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


def per_patient(seed: int, purpose: str, first: int, count: int, draw: Draw) -> NDArray[Any]:
    """Draws for patients `first` to `first + count`, shape (count, ...).

    `draw(generator, n)` is called once per block, always with n = 256, and the patients asked for are cut
    out of it. Raises ValueError when `first` or `count` is negative.
    """
    if first < 0 or count < 0:
        raise ValueError(f"patients are counted from 0: first {first}, count {count}")
    start = first // BLOCK
    stop = max(start + 1, -(-(first + count) // BLOCK))
    generator = stream(seed, purpose, start)
    fresh: Any = generator.bit_generator.state  # rewinding one generator is three times faster than making many
    blocks = []
    for block in range(start, stop):
        fresh["state"]["counter"][3] = block
        generator.bit_generator.state = fresh
        blocks.append(draw(generator, BLOCK))
    offset = first - start * BLOCK
    return np.concatenate(blocks)[offset : offset + count]


def of_patients(seed: int, purpose: str, numbers: NDArray[np.int64], draw: Draw) -> NDArray[Any]:
    """Draws for the patients of these rising numbers, shape (len(numbers), ...), as `per_patient` has them."""
    first = int(numbers[0])
    return per_patient(seed, purpose, first, int(numbers[-1]) - first + 1, draw)[numbers - first]


def normal(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Standard normal draws, shape (n,)."""
    return generator.standard_normal(n)


def uniform(generator: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Uniform draws on [0, 1), shape (n,)."""
    return generator.random(n)
