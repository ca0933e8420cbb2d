"""Modes for the march: every patient's body is given real coordinates in which it moves by decay and rotation.

Most bodies have real modes. A circulation (blood, cord, head, blood) can give a pair of complex ones, rate a and
angular rate b: its two coordinates, read as one complex number, move as exp((a - ib) t). Pairs come first, so that
the loop turns only the few rows that need it; then the others, the slowest first, so that it can rest the last rows,
in which nothing of a step outlives the next. Where two rates in a chain are so nearly equal that no sound modes
exist, every compartment's outflow is changed by about one part in 1e8 (approximate diagonalisation, Davies, SIAM J.
Matrix Anal. Appl. 2008, 29:1051), which keeps mass exactly and errors below 1e-7.

Only the core of a body, what feeds itself in a circle, needs an eigenvalue solver (cores.py): LAPACK where modes turn,
realmodes.py elsewhere. Those of the last few groups of bodies are kept, so that a plan that tries many doses, a policy
that goes on from visit to visit, or a slider, finds them once.
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
from .cores import Cores, completed, peeled
from .modes import inverse_or_nan
from .realmodes import real_modes
from .stopping import asked

Array = NDArray[np.float64]

CONDITION_LIMIT = 1e6  # of the eigenvectors; beyond it the matrix is moved a little
MOVED_LIMIT = 1e12
NUDGES = (1e-8, 1e-6, 1e-5)  # tried in turn; two equal rates need the first, three the last
KEPT = 12  # groups of bodies whose coordinates are kept
LARGEST_KEPT = 1 << 22  # bytes of the matrices of such a group
MOST_KEPT = 512  # bodies in it; more are a cohort's, seen once


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
    if A.nbytes > LARGEST_KEPT or len(A) > MOST_KEPT:
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
    A = np.ascontiguousarray(A)
    found, condition = _real_basis(A)
    for nudge in NUDGES:
        bad = np.flatnonzero(~(condition < (CONDITION_LIMIT if nudge == NUDGES[0] else MOVED_LIMIT)))
        if len(bad) == 0:
            return found
        moved, condition[bad] = _real_basis(A[bad] * _nudged(A.shape[1], nudge), hard=True)
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


def _real_basis(A: Array, *, hard: bool = False) -> tuple[Basis, Array]:
    """Real coordinates of every matrix, and the condition of their vectors in the states' own sizes.

    What is hard, or has complex modes, is left to LAPACK, which takes longer.
    """
    order, kind, size = peeled(A)
    rates, vectors, inverse, found = real_modes(A, order, size)
    cores = Cores(order, kind, size, rates, np.zeros(rates.shape), vectors, inverse, found)
    missing = np.flatnonzero(hard | ~cores.found)
    for size in np.unique(cores.size[missing]).tolist():
        _turning(A, cores, missing[cores.size[missing] == size], size)
    *coordinates, condition = completed(A, cores)
    return Basis(*coordinates), np.where(np.isfinite(condition), condition, np.inf)


def _turning(A: Array, cores: Cores, rows: NDArray[np.int64], size: int) -> None:
    """Fill in the coordinates of those cores (rows, all of one size) that have complex modes."""
    values: Any
    vectors: Any
    inner, modes, whose = cores.order[rows, :size], np.arange(size), rows[:, None, None]
    values, vectors = np.linalg.eig(A[whose, inner[:, :, None], inner[:, None, :]])
    first = np.imag(values) > 0.0
    real = np.real(vectors).copy()
    where, column = np.nonzero(first)
    real[where, :, column + 1] = np.imag(vectors[where, :, column])
    cores.rates[rows, :size], cores.turns[rows, :size] = np.real(values), np.where(first, np.imag(values), 0.0)
    cores.vectors[whose, inner[:, :, None], modes] = real
    cores.inverse[whose, modes[:, None], inner[:, None, :]] = inverse_or_nan(real)
