"""A body's core and what hangs on it: only states that feed each other in a circle need an eigenvalue solver.

A state into which nothing flows (the gut) brings a mode of its own rate, and so does one that feeds nothing (an effect
site, urine). Taken away one by one they leave the core; put back one by one, each widens the coordinates found so far
by a row or a column in closed form, vectors and inverse alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kept import kept

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
FOLLOWS, FEEDS = 1, 2  # a state that feeds nothing, and one into which nothing flows
NOISE = 1e-14  # a rate this small beside the fastest is rounding around 0: what accumulates is kept for ever


class Cores(NamedTuple):
    """The cores of n bodies of s states, each in coordinates of its own.

    order    (n, s) states, those of the core first, then the others as they are to be put back
    kind     (n, s) of the latter, by state: FOLLOWS or FEEDS;  size (n,) states of the core
    rates    (n, s), turns (n, s) of the modes found so far
    vectors  (n, s, s) and inverse (n, s, s), which have nothing but zeros beyond the core
    found    (n,) whether there are real modes; where not, rates to inverse are yet to be filled in
    """

    order: Indices
    kind: Indices
    size: Indices
    rates: Array
    turns: Array
    vectors: Array
    inverse: Array
    found: NDArray[np.bool_]


def peeled(A: Array) -> tuple[Indices, Indices, Indices]:
    """Order, kind and size of the `Cores` of A (n, s, s)."""
    n, s, _ = A.shape
    order, kind, size = np.empty((n, s), np.int64), np.zeros((n, s), np.int64), np.empty(n, np.int64)
    peel_all(A, order, kind, size, np.empty((2, s), np.int64))
    return order, kind, size


@kept
def peel_all(A, order, kind, size, room):
    """Write order, kind and size of the `Cores` of A (n, s, s); kinds are 0 at first; room (2, s) to work in."""
    for p in range(len(A)):
        size[p] = peel(A[p], order[p], kind[p], room[0], room[1])


def peel(A, order, kind, fed, feeds):
    """Order the states of A (s, s), core first, and tell how many are in it; fed and feeds (s,) are room to work in."""
    s = len(order)
    for i in range(s):
        fed[i] = feeds[i] = 0
    for i in range(s):
        for j in range(s):
            if A[i, j] != 0.0 and i != j:
                fed[i] += 1
                feeds[j] += 1
    left, again = s, True
    while again:
        again = False
        for i in range(s):
            if kind[i] == 0 and (fed[i] == 0 or feeds[i] == 0):
                kind[i] = FOLLOWS if feeds[i] == 0 else FEEDS
                again, left = True, left - 1
                order[left] = i
                for j in range(s):
                    if j != i:
                        fed[j] -= A[j, i] != 0.0
                        feeds[j] -= A[i, j] != 0.0
    count = 0
    for i in range(s):
        if kind[i] == 0:
            order[count] = i
            count += 1
    return count


def completed(A: Array, cores: Cores) -> tuple[Array, Array, Array, Array, Array]:
    """Put back what was taken from the cores: rates, turns, vectors, inverse in their order, and the condition.

    Pairs come first, then the other modes, the slowest first. The condition (n,) is that of the vectors in the states'
    own sizes, in which they have unit length.
    """
    n, s, _ = A.shape
    found = np.empty((n, s)), np.empty((n, s)), np.empty((n, s, s)), np.empty((n, s, s)), np.empty(n)
    complete(A, *cores[:-1], *found, np.empty((4, s)), np.empty(s, np.int64))
    return found


@kept
def complete(
    A, order, kind, size, rates, turns, vectors, inverse,
    sorted_rates, sorted_turns, sorted_vectors, sorted_inverse, condition, room, order_of_modes,
):  # fmt: skip
    """Put back what was taken from the cores, and write what `completed` tells; room (4, s) and (s,) to work in."""
    n, s, _ = A.shape
    shares, sizes, lengths, shorter = room[0], room[1], room[2], room[3]
    for p in range(n):
        V, W = vectors[p], inverse[p]
        for m in range(size[p], s):
            state = order[p, m]
            put_back(A[p], state, kind[p, state], m, rates[p], turns[p], V, W, shares)
        settle_rates(rates[p])
        size_up(A[p], sizes)
        condition[p] = measure(V, W, sizes, turns[p], lengths)
        sort_modes(rates[p], turns[p], order_of_modes)
        for m in range(s):
            j = order_of_modes[m]
            shorter[m] = 1.0 / lengths[j]
            sorted_rates[p, m], sorted_turns[p, m] = rates[p, j], turns[p, j]
            for i in range(s):
                sorted_inverse[p, m, i] = W[j, i] * lengths[j]
        for i in range(s):
            for m in range(s):
                sorted_vectors[p, i, m] = V[i, order_of_modes[m]] * shorter[m]


def put_back(A, state, kind, modes, rates, turns, V, W, shares):
    """Widen the first so many modes by one, of a state that follows or feeds those that are there already."""
    s, own = A.shape[0], A[state, state]
    rates[modes] = own
    shares[:] = 0.0
    if kind == FOLLOWS:
        for i in range(s):
            if A[state, i] != 0.0 and i != state:
                for j in range(modes):
                    shares[j] += A[state, i] * V[i, j]
        divide(shares, rates, turns, own, modes, 1.0)
        for j in range(modes):
            V[state, j] = shares[j]
            for i in range(s):
                W[modes, i] -= shares[j] * W[j, i]
    else:
        for i in range(s):
            if A[i, state] != 0.0 and i != state:
                for j in range(modes):
                    shares[j] += W[j, i] * A[i, state]
        divide(shares, rates, turns, own, modes, -1.0)
        for j in range(modes):
            W[j, state] = shares[j]
            for i in range(s):
                V[i, modes] -= V[i, j] * shares[j]
    V[state, modes] = W[modes, state] = 1.0


def divide(shares, rates, turns, own, modes, sign):
    """Divide each mode's share by how much its rate exceeds a state's own; pairs as complex numbers.

    sign  of the turn: 1 for vectors, -1 for the inverse
    """
    for j in range(modes):
        if turns[j] != 0.0:
            share = complex(shares[j], shares[j + 1]) / complex(rates[j] - own, sign * turns[j])
            shares[j], shares[j + 1] = share.real, share.imag
        elif shares[j] != 0.0 and not is_turning(turns, j):
            shares[j] /= rates[j] - own


def settle_rates(rates):
    """Remove the noise of rounding around rates of 0."""
    fastest = 0.0
    for j in range(len(rates)):
        fastest = max(fastest, abs(rates[j]))
    for j in range(len(rates)):
        if abs(rates[j]) <= NOISE * fastest:
            rates[j] = 0.0


def size_up(A, sizes):
    """How large each state is beside the others: 1, or inputs over rate for sites, which feed nothing."""
    s = len(sizes)
    for i in range(s):
        largest, feeds = 0.0, 0.0
        for j in range(s):
            if j != i:
                largest = max(largest, abs(A[i, j]))
                feeds = max(feeds, abs(A[j, i]))
        follows = feeds == 0.0 and A[i, i] != 0.0 and largest > 0.0
        sizes[i] = largest / abs(A[i, i]) if follows else 1.0


def measure(V, W, sizes, turns, lengths):
    """The condition of the vectors V, with inverse W, in the states' sizes; their lengths, a pair's by its first."""
    s = len(sizes)
    lengths[:] = 0.0
    for i in range(s):
        smaller = 1.0 / sizes[i]
        for j in range(s):
            lengths[j] += (V[i, j] * smaller) ** 2
    forth = back = 0.0
    for j in range(s):
        whole = np.sqrt(lengths[j])
        lengths[j] = lengths[j - 1] if j > 0 and turns[j - 1] != 0.0 else whole
        forth += (whole / lengths[j]) ** 2
        for i in range(s):
            back += (W[j, i] * sizes[i] * lengths[j]) ** 2
    return np.sqrt(forth * back)


def sort_modes(rates, turns, order):
    """Write the order of the modes: pairs first, then the slowest first."""
    for m in range(len(order)):
        turning = is_turning(turns, m)
        place = m
        while place > 0:
            other = order[place - 1]
            ahead = is_turning(turns, other)
            if (ahead and not turning) or (ahead == turning and rates[other] >= rates[m]):
                break
            order[place] = other
            place -= 1
        order[place] = m


def is_turning(turns, mode):
    """Whether a mode is one of a pair, of which the first has the angular rate."""
    return turns[mode] != 0.0 or (mode > 0 and turns[mode - 1] != 0.0)
