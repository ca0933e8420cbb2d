"""Compiled exact steps of dx/dt = A x + b, accurate in every entry when A describes flows between compartments.

Off its diagonal such a matrix is nowhere negative. With A = P - shift and P nowhere negative, exp(A h) is
exp(-shift h) exp(P h): a sum of positive terms, and so are the integral and the doublings. Nothing cancels, so even an
amount of 1e-200 keeps its digits (Xue and Ye, Numerische Mathematik 2013, 124:137). Equal rates, complex spectra and
rates of 0 need no special case.
A matrix with negative off-diagonals is summed without the shift and is as accurate as any scaling and squaring.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_njit: Any = numba.njit
HOW: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}
compiled = _njit(cache=True, **HOW)  # called from Python, and kept on disk
part = _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **HOW)  # called from compiled code only
inlined = _njit(forceinline=True, **HOW)

TERMS = 30  # of the exponential series beyond the longest path, at a norm of at most 1; it settles long before
DOUBLINGS = 40  # of a period before a periodic state counts as growing without limit (1e12 periods)


@part
def multiply(A, B, out):
    """Write A B into out, all (s, s); out must not be A or B."""
    s = A.shape[0]
    for i in range(s):
        for j in range(s):
            out[i, j] = 0.0
        for k in range(s):
            a = A[i, k]
            if a != 0.0:
                for j in range(s):
                    out[i, j] += a * B[k, j]


@part
def apply(M, x, out):
    """Write M x into out; M (s, s), x and out (s,)."""
    for i in range(x.shape[0]):
        total = 0.0
        for j in range(x.shape[0]):
            total += M[i, j] * x[j]
        out[i] = total


@part
def shift_and_norm(A):
    """The shift that makes A + shift nowhere negative (0 if an off-diagonal is negative), and the norm after it."""
    s = A.shape[0]
    shift = 0.0
    flows = True
    for i in range(s):
        shift = max(shift, -A[i, i])
        for j in range(s):
            flows &= i == j or A[i, j] >= 0.0
    shift = shift if flows else 0.0
    norm = 0.0
    for i in range(s):
        row = 0.0
        for j in range(s):
            row += abs(A[i, j] + (shift if i == j else 0.0))
        norm = max(norm, row)
    return shift, max(norm, shift)


@compiled
def propagate(A, time, E, integral):
    """Write exp(A time) into E and the integral of exp(A s) over 0 to time [h] into integral, all (s, s)."""
    s = A.shape[0]
    shift, norm = shift_and_norm(A)
    doublings = max(0, int(np.ceil(np.log2(max(norm * time, 1e-300)))))
    product = np.empty((s, s))
    series(A, shift, time / 2.0**doublings, E, integral)
    for _ in range(doublings):
        multiply(E, integral, product)
        add(product, integral)
        multiply(E, E, product)
        copy(product, E)


@part
def series(A, shift, h, E, integral):
    """Taylor series of exp((A + shift) h) exp(-shift h), and of its integral, for a norm times h of at most 1."""
    s = A.shape[0]
    P, term, sums, product = np.empty((s, s)), np.empty((s, s)), np.empty((s, s)), np.empty((s, s))
    for i in range(s):
        for j in range(s):
            P[i, j] = (A[i, j] + (shift if i == j else 0.0)) * h
            term[i, j] = E[i, j] = 1.0 if i == j else 0.0
            sums[i, j] = integral[i, j] = 0.0
    for k in range(1, s + TERMS):
        multiply(P, term, product)
        for i in range(s):
            for j in range(s):
                sums[i, j] = (term[i, j] * h + shift * h * sums[i, j]) / k
                term[i, j] = product[i, j] / k
        add(sums, integral)
        add(term, E)
        if k >= s and negligible(term, E) and negligible(sums, integral):
            break
    left = np.exp(-shift * h)
    for i in range(s):
        for j in range(s):
            E[i, j] *= left
            integral[i, j] *= left


@part
def add(source, target):
    """Add source to target, both (s, s)."""
    for i in range(source.shape[0]):
        for j in range(source.shape[0]):
            target[i, j] += source[i, j]


@part
def negligible(term, total):
    """Whether no entry of term (s, s) adds a digit to that of total."""
    for i in range(term.shape[0]):
        for j in range(term.shape[0]):
            if abs(term[i, j]) > 1e-17 * abs(total[i, j]):
                return False
    return True


@part
def copy(source, target):
    """Copy source into target, both (s, s)."""
    for i in range(source.shape[0]):
        for j in range(source.shape[0]):
            target[i, j] = source[i, j]


@part
def column(M, j, scale, out):
    """Write column j of M (s, s) times scale into out (s,)."""
    for i in range(out.shape[0]):
        out[i] = M[i, j] * scale


@part
def clear(x):
    """Set x (s,) to 0."""
    for i in range(x.shape[0]):
        x[i] = 0.0


@part
def gain(x, more):
    """Add more (s,) to x (s,)."""
    for i in range(x.shape[0]):
        x[i] += more[i]


@part
def forever(E, once, out):
    """Write the sum of E^k once over k = 0, 1, 2 ... into out (s,); false when that sum grows without limit.

    `once` is what one period leaves behind and E carries it over one period: the sum is the periodic state. Doubling
    the number of periods at each turn reaches the limit in a few dozen products.
    """
    s = once.shape[0]
    M, product, added = np.empty((s, s)), np.empty((s, s)), np.empty(s)
    copy(E, M)
    clear(out)
    gain(out, once)
    for _ in range(DOUBLINGS):
        apply(M, out, added)
        gain(out, added)
        settled = True
        for i in range(s):
            settled &= abs(added[i]) <= 1e-17 * abs(out[i])
        if settled:
            return True
        multiply(M, M, product)
        copy(product, M)
    return False
