"""Eigenvectors of small matrices whose eigenvalues are all real, compiled: what most bodies' cores are.

For a dozen states LAPACK spends most of its time on being called, and on questions that do not arise here. The road is
the usual one (Golub and Van Loan, Matrix Computations, chapter 7): balance, Hessenberg form by reflections, triangular
form by shifted QR steps, eigenvectors by substitution; all of it backward stable. Shifts are real, so that a pair of
complex eigenvalues never settles: such a matrix is told apart, and is LAPACK's.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .kept import kept

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

UNIT = 2.0**-52
SWEEPS = 10  # of balancing, at most
STEPS = 30  # of QR for one eigenvalue, at most; it takes about two
COMPLEX_FOR = 8  # steps after which an eigenvalue still complex is taken to be so


def real_modes(A: Array, order: Indices, size: Indices) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Modes of the parts of A (n, s, s) that belong to the first `size` (n,) of the states in `order` (n, s).

    Returns rates (n, s), vectors (n, s, s), their inverse (n, s, s), all with nothing but zeros beyond those states,
    and (n,) whether they are found; where not, some are complex, and nothing is filled in.
    """
    n, s, _ = A.shape
    rates, vectors, inverse, found = np.zeros((n, s)), np.zeros((n, s, s)), np.zeros((n, s, s)), np.empty(n, np.bool_)
    for k in np.unique(size).tolist():
        members, room = np.flatnonzero(size == k), (np.empty((k, 2 * k)), np.empty(k), np.empty((2, 2 * k)))
        find_real_modes(A, order, members, rates, vectors, inverse, found, *room)
    return rates, vectors, inverse, found


@kept
def find_real_modes(A, order, members, rates, vectors, inverse, found, T, scale, work):
    """Write what `real_modes` tells of `members`, who have k states, all zeros at first; T, scale, work are room.

    T (k, 2 k)  to the right of what becomes the triangle stands what turns the matrix into it
    """
    k = len(scale)
    for p in members:
        for i in range(k):
            for j in range(k):
                T[i, j], T[i, k + j] = A[p, order[p, i], order[p, j]], 1.0 if i == j else 0.0
        balance(T, scale)
        to_hessenberg(T, work)
        found[p] = to_triangle(T)
        if found[p]:
            for i in range(k):
                rates[p, i] = T[i, i]
            eigenvectors_of_triangle(T)
            in_states(T, scale, order[p], vectors[p], inverse[p])


def in_states(T, scale, order, vectors, inverse):
    """Write vectors D Z' X and their inverse in the states' own places; T (s, 2 s) is X, a triangle, and beside it Z.

    Z is made into the inverse of Z' X.
    """
    s = len(scale)
    for a in range(s):
        own, size = vectors[order[a]], scale[a]
        for k in range(s):
            for j in range(k, s):
                own[j] += size * T[k, s + a] * T[k, j]
    for i in range(s - 1, -1, -1):
        for k in range(i + 1, s):
            for a in range(s):
                T[i, s + a] -= T[i, k] * T[k, s + a]
        for a in range(s):
            inverse[i, order[a]] = T[i, s + a] / scale[a]


def balance(A, scale):
    """Turn A into D^-1 A D with rows and columns of like size; D, powers of two, is written into `scale`.

    So small amounts beside large ones (cerebrospinal fluid beside blood) keep their digits.
    """
    s = len(scale)
    scale[:] = 1.0
    for _ in range(SWEEPS):
        even = True
        for i in range(s):
            row = column = 0.0
            for j in range(s):
                if j != i:
                    row += abs(A[i, j])
                    column += abs(A[j, i])
            if row > 0.0 and column > 0.0 and not 0.5 <= row / column <= 2.0:
                even = False
                factor = power_of_two(int(np.rint(0.5 * np.log2(row / column))))
                scale[i] *= factor
                for j in range(s):
                    A[i, j] /= factor
                for j in range(s):
                    A[j, i] *= factor
        if even:
            return


def power_of_two(exponent):
    """Two to a whole power."""
    found = 1.0
    for _ in range(abs(exponent)):
        found *= 2.0 if exponent > 0 else 0.5
    return found


def to_hessenberg(T, work):
    """Turn A, the left half of T (s, 2 s), into Z A Z' with nothing below its first subdiagonal, the right half into Z.

    Loops run over whole rows, zeros and all, so that the compiler may take several entries at once.
    """
    s = T.shape[0]
    v, along = work[0], work[1]
    for k in range(s - 2):
        below = 0.0
        for i in range(k + 2, s):
            below += T[i, k] * T[i, k]
        if below == 0.0:
            continue
        length = math.copysign(math.sqrt(T[k + 1, k] * T[k + 1, k] + below), T[k + 1, k])
        for i in range(s):
            v[i] = T[i, k] if i > k else 0.0
        v[k + 1] += length
        factor = 2.0 / (v[k + 1] * v[k + 1] + below)
        along[:] = 0.0
        for i in range(k + 1, s):
            for j in range(2 * s):
                along[j] += v[i] * T[i, j]
        for i in range(k + 1, s):
            share = factor * v[i]
            for j in range(2 * s):
                T[i, j] -= share * along[j]
        for i in range(s):
            share = 0.0
            for j in range(k + 1, s):
                share += T[i, j] * v[j]
            share *= factor
            for j in range(s):
                T[i, j] -= share * v[j]
        T[k + 1, k] = -length
        for i in range(k + 2, s):
            T[i, k] = 0.0


def to_triangle(H):
    """Turn the left half of H (s, 2 s), of Hessenberg form, into an upper triangle by QR steps, which turn the right
    half too; False where it cannot be.
    """
    last, steps = H.shape[0] - 1, 0
    while last > 0:
        first = last
        while first > 0 and not is_apart(H, first):
            first -= 1
        if first > 0:
            H[first, first - 1] = 0.0
        if first == last:
            last, steps = last - 1, 0
            continue
        half = 0.5 * (H[last - 1, last - 1] - H[last, last])
        product = H[last, last - 1] * H[last - 1, last]
        square = half * half + product
        if (square < 0.0 and (first == last - 1 or steps >= COMPLEX_FOR)) or steps == STEPS:
            return False
        shift = H[last, last] + half
        if square >= 0.0:  # the eigenvalue of the last two rows that is the nearer to the last entry
            away = half + math.copysign(math.sqrt(square), half)
            shift = H[last, last] - (product / away if away != 0.0 else 0.0)
        qr_step(H, first, last, shift)
        steps += 1
    return True


def is_apart(H, row):
    """Whether what leads from the row before into this one is nothing beside their eigenvalues, also the smaller.

    Ahues and Tisseur, LAPACK Working Note 122, 1997.
    """
    here, before = H[row, row], H[row - 1, row - 1]
    below, above = abs(H[row, row - 1]), abs(H[row - 1, row])
    if below > UNIT * (abs(here) + abs(before)):
        return False
    wide, near = max(abs(here), abs(before - here)), min(abs(here), abs(before - here))
    much, little = max(below, above), min(below, above)
    whole = wide + much
    return whole == 0.0 or little * (much / whole) <= max(1e-300, UNIT * near * (wide / whole))


def qr_step(H, first, last, shift):
    """One implicit step of QR on the rows and columns from first to last, which turns what lies beside them."""
    for i in range(first, last):
        a, b = (H[i, i - 1], H[i + 1, i - 1]) if i > first else (H[i, i] - shift, H[i + 1, i])
        length = math.sqrt(a * a + b * b)
        c, d = (a / length, b / length) if length > 0.0 else (1.0, 0.0)
        for j in range(H.shape[1]):
            above, under = H[i, j], H[i + 1, j]
            H[i, j], H[i + 1, j] = c * above + d * under, c * under - d * above
        if i > first:
            H[i + 1, i - 1] = 0.0
        for j in range(min(i + 3, last + 1)):
            left, right = H[j, i], H[j, i + 1]
            H[j, i], H[j, i + 1] = c * left + d * right, c * right - d * left


def eigenvectors_of_triangle(T):
    """Overwrite an upper triangle with its eigenvectors, of which each has a 1 on the diagonal.

    Equal rates are held apart by the rounding of the largest: their vectors then are as ill-conditioned as they are.
    """
    s = T.shape[0]
    largest = 0.0
    for i in range(s):
        for j in range(i, s):
            largest = max(largest, abs(T[i, j]))
    apart = max(UNIT * largest, 1e-300)
    for j in range(s - 1, -1, -1):  # what column j needs of the triangle lies in columns up to j
        for i in range(j - 1, -1, -1):
            away = T[i, i] - T[j, j]
            if abs(away) < apart:
                away = math.copysign(apart, away)
            T[i, j] = -T[i, j] / away
            for k in range(i):
                T[k, j] += T[k, i] * T[i, j]
    for i in range(s):
        T[i, i] = 1.0
