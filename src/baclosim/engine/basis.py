"""Modes for the march: every patient's body is given real coordinates in which it moves by decay and rotation.

Most bodies have real modes. A circulation (blood, cord, head, blood) can give a pair of complex ones, rate a and
angular rate b: its two coordinates, read as one complex number, move as exp((a - ib) t). Pairs come first, so that
the loop turns only the few rows that need it; then the others, the slowest first, so that it can rest the last rows,
in which nothing of a step outlives the next. Where two rates in a chain are so nearly equal that no sound modes
exist, every compartment's outflow is changed by about one part in 1e8 (approximate diagonalisation, Davies, SIAM J.
Matrix Anal. Appl. 2008, 29:1051), which keeps mass exactly and errors below 1e-7.

Finding coordinates costs more than marching a fortnight in them. Those of the last few groups of bodies are kept, so
that a plan that tries many doses, a policy that goes on from visit to visit, or a slider, finds them once.
"""

from __future__ import annotations

import functools
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NumericalError
from .modes import inverse_or_nan, settled
from .stopping import asked

Array = NDArray[np.float64]

CONDITION_LIMIT = 1e6  # of the eigenvectors; beyond it the matrix is moved a little
MOVED_LIMIT = 1e12
NUDGES = (1e-8, 1e-6, 1e-5)  # tried in turn; two equal rates need the first, three the last
KEPT = 12  # groups of bodies whose coordinates are kept
LARGEST_KEPT = 1 << 22  # bytes of the matrices of such a group; larger ones are cohorts, seen once


@dataclass(frozen=True)
class Basis:
    """Real coordinates z of n bodies, x = vectors z; m = s.

    rates    (n, m) 1/h, decay of each coordinate
    turns    (n, m) 1/h, angular rate b of a pair at its first row, 0 elsewhere
    vectors  (n, s, m) and inverse (n, m, s)
    """

    rates: Array
    turns: Array
    vectors: Array
    inverse: Array

    def first(self, n: int) -> Basis:
        """Those of the first n bodies; the arrays are views."""
        return Basis(self.rates[:n], self.turns[:n], self.vectors[:n], self.inverse[:n])

    @functools.cached_property
    def pairs(self) -> int:
        """How many leading pairs of rows turn in some patient."""
        return int((self.turns != 0.0).sum(axis=1).max(initial=0))


_kept: OrderedDict[bytes, Basis] = OrderedDict()
_lock = threading.Lock()


def basis(A: Array) -> Basis:
    """Coordinates for every matrix A (n, s, s) [1/h], read only; raises NumericalError naming a patient that has none.

    The same matrices, bit for bit, are given the same coordinates again without finding them anew.
    """
    if A.nbytes > LARGEST_KEPT:
        return _read_only(_sound_basis(A))
    mark = hashlib.blake2b(np.ascontiguousarray(A).data, digest_size=16, person=str(A.shape).encode()[:16]).digest()
    with _lock:
        if mark in _kept:
            _kept.move_to_end(mark)
            return _kept[mark]
    found = _read_only(_sound_basis(A))
    with _lock:
        _kept[mark] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _read_only(found: Basis) -> Basis:
    for array in _arrays(found):
        array.flags.writeable = False
    return found


def _sound_basis(A: Array) -> Basis:
    asked()()
    unusable = ~np.isfinite(A).all(axis=(1, 2))
    if unusable.any():
        raise NumericalError(f"the body of patient {int(np.argmax(unusable))} has a rate that is not finite")
    found, condition = _real_basis(A)
    for nudge in NUDGES:
        bad = np.flatnonzero(~(condition < (CONDITION_LIMIT if nudge == NUDGES[0] else MOVED_LIMIT)))
        if len(bad) == 0:
            return found
        moved, condition[bad] = _real_basis(A[bad] * _nudged(A.shape[1], nudge))
        for array, better in zip((found.rates, found.turns, found.vectors, found.inverse), _arrays(moved), strict=True):
            array[bad] = better
    hopeless = ~(condition < MOVED_LIMIT)
    if hopeless.any():
        raise NumericalError(f"the body of patient {int(np.argmax(hopeless))} has no sound modes")
    return found


def _arrays(b: Basis) -> tuple[Array, Array, Array, Array]:
    return b.rates, b.turns, b.vectors, b.inverse


def _nudged(states: int, nudge: float) -> Array:
    """A factor for each column, all different: scaling a whole column keeps what it loses equal to what others gain."""
    golden = 0.6180339887498949
    return 1.0 + nudge * (0.5 + np.mod(golden * np.arange(1, states + 1), 1.0))


def _real_basis(A: Array) -> tuple[Basis, Array]:
    """Real coordinates of every matrix, and the condition of their vectors in the states' own sizes."""
    values: Any
    vectors: Any
    values, vectors = np.linalg.eig(A)
    turning = values.imag != 0.0
    order = np.lexsort((-values.real, ~turning), axis=1)
    values = np.take_along_axis(values, order, axis=1)
    vectors = np.take_along_axis(vectors, order[:, None, :], axis=2)
    first = (values.imag != 0.0) & (np.arange(values.shape[1]) % 2 == 0)
    real = np.real(vectors).copy()
    where, column = np.nonzero(first)
    real[where, :, column + 1] = np.imag(vectors[where, :, column])
    sizes = _sizes(A)[:, :, None]
    balanced = real / sizes
    lengths = np.linalg.norm(balanced, axis=1, keepdims=True)
    lengths[where, 0, column + 1] = lengths[where, 0, column]
    balanced /= lengths
    inverse = inverse_or_nan(balanced)
    condition = np.linalg.norm(balanced, axis=(1, 2)) * np.linalg.norm(inverse, axis=(1, 2))
    condition = np.where(np.isfinite(condition), condition, np.inf)
    rates, turns = settled(np.real(values)), np.where(first, np.imag(values), 0.0)
    return Basis(rates, turns, balanced * sizes, inverse / sizes.transpose(0, 2, 1)), condition


def _sizes(A: Array) -> Array:
    """How large each state is beside the others, (n, s): 1, or inputs over rate for sites, which feed nothing."""
    own = np.abs(np.diagonal(A, axis1=1, axis2=2))
    others = np.abs(A) - own[:, :, None] * np.eye(A.shape[1])
    follows = (others.max(axis=1) == 0.0) & (own > 0.0) & (others.max(axis=2) > 0.0)
    return np.where(follows, others.max(axis=2) / np.where(own > 0.0, own, 1.0), 1.0)
