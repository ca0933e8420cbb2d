"""Exact solutions of dx/dt = A x + b: modes where they are real and well conditioned, the matrix exponential elsewhere.

A mode is an eigenvector of A; its rate is the eigenvalue, negative for a mode that decays and 0 for one that keeps
what it holds (urine). In modal coordinates z = V^-1 x every mode is a scalar equation, dz/dt = rate z + c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CONDITION_LIMIT = 1e6  # of the eigenvectors; beyond it modal sums lose more than six of the sixteen digits
_SMALL = 0.5  # below this |rate x time| the double integral is summed as a series


@dataclass(frozen=True)
class Modes:
    """Modes of n systems of s states; m = s.

    rates    (n, m) 1/h, eigenvalues: negative when decaying
    vectors  (n, s, m): x = vectors z
    inverse  (n, m, s): z = inverse x
    failed   (n,) true where no real, well-conditioned modes exist; rates, vectors and inverse are NaN there
    """

    rates: Array
    vectors: Array
    inverse: Array
    failed: NDArray[np.bool_]


def decompose(A: Array, condition_limit: float = CONDITION_LIMIT) -> Modes:
    """Modes of every matrix A (n, s, s) [1/h]; those complex, defective or beyond `condition_limit` are marked failed.

    Raises LinAlgError when A holds a number that is not finite.
    """
    rates, vectors = np.linalg.eig(np.asarray(A, dtype=float))
    complex_spectrum = (np.imag(rates) != 0.0).any(axis=-1)
    rates, vectors = np.real(rates), np.real(vectors)
    inverse = inverse_or_nan(vectors)
    failed: NDArray[np.bool_] = complex_spectrum | ~(condition(vectors, inverse) <= condition_limit)
    return Modes(
        rates=np.where(failed[:, None], np.nan, settled(rates)),
        vectors=np.where(failed[:, None, None], np.nan, vectors),
        inverse=np.where(failed[:, None, None], np.nan, inverse),
        failed=failed,
    )


def inverse_or_nan(M: Array) -> Array:
    """Inverse of every matrix M (n, s, s); NaN for those that are singular."""
    try:
        return np.asarray(np.linalg.inv(M), dtype=float)
    except np.linalg.LinAlgError:
        if len(M) == 1:
            return np.full(M.shape, np.nan)
        half = len(M) // 2
        return np.concatenate((inverse_or_nan(M[:half]), inverse_or_nan(M[half:])))


def condition(M: Array, inverse: Array) -> Array:
    """Condition number (n,) of M (n, s, s) in the Frobenius norm, an upper bound of that in the 2-norm."""
    return np.asarray(np.linalg.norm(M, axis=(-2, -1)) * np.linalg.norm(inverse, axis=(-2, -1)), dtype=float)


def settled(rates: Array) -> Array:
    """Rates (n, m) with rounding noise around 0 removed, so that what accumulates is kept for ever."""
    fastest = np.abs(rates).max(axis=-1, keepdims=True)
    return np.where(np.abs(rates) <= 1e-14 * fastest, 0.0, rates)


def decay(rates: Array, time: Array | float) -> Array:
    """What is left of a unit after `time` [h]: exp(rate time)."""
    return np.exp(rates * time)


def integral(rates: Array, time: Array | float) -> Array:
    """Integral of exp(rate s) over s from 0 to `time` [h]: the answer to a constant unit input; `time` at rate 0."""
    x = np.asarray(rates * time)
    still = x == 0.0
    return time * np.where(still, 1.0, np.expm1(x) / np.where(still, 1.0, x))


def double_integral(rates: Array, time: Array | float) -> Array:
    """Integral of `integral` over 0 to `time` [h]: the answer to a unit ramp; time^2 / 2 at rate 0."""
    x = np.asarray(rates * time)
    small = np.abs(x) < _SMALL
    far = np.where(small, 1.0, x)
    return np.asarray(time) ** 2 * np.where(
        small, _ramp_series(np.where(small, x, 0.0)), (np.expm1(far) - far) / far**2
    )


def _ramp_series(x: Array) -> Array:
    """(exp(x) - 1 - x) / x^2 = sum of x^k / (k + 2)!, by Horner's rule; exact to rounding for |x| < 1/2."""
    total = np.ones_like(x)
    for k in range(15, 0, -1):
        total = 1.0 + x * total / (k + 2)
    return total / 2.0


def propagator(A: Array, time: float) -> tuple[Array, Array]:
    """Exponential E = exp(A time) and integral of exp(A s) over 0 to `time` [h], both (n, s, s), for any A (n, s, s).

    x(time) = E x(0) + integral b for dx/dt = A x + b. One exponential of the augmented matrix [[A, 1], [0, 0]] gives
    both (Van Loan, IEEE Trans. Autom. Control 1978, 23:395).
    """
    from scipy.linalg import expm

    n, s, _ = A.shape
    augmented = np.zeros((n, 2 * s, 2 * s))
    augmented[:, :s, :s] = A * time
    augmented[:, :s, s:] = np.eye(s) * time
    exponential = np.asarray(expm(augmented), dtype=float)
    return exponential[:, :s, :s], exponential[:, :s, s:]
