"""Coordinates of bodies: against LAPACK and the matrix exponential, on easy bodies and on every kind of hard one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from baclosim import virtual_patients
from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.engine.basis import NUDGES, basis
from baclosim.engine.cores import FEEDS, FOLLOWS, peeled
from baclosim.engine.realmodes import real_modes
from baclosim.errors import NumericalError


def body(flows, states, losses=()):
    """The matrix of compartments with flows (source, target, rate) and losses (source, rate)."""
    A = np.zeros((states, states))
    for source, target, rate in flows:
        A[target, source] += rate
        A[source, source] -= rate
    for source, rate in losses:
        A[source, source] -= rate
    return A


def generator(b, p=0):
    """The matrix of decay and rotation of one patient's coordinates."""
    L = np.diag(b.rates[p])
    for j in np.flatnonzero(b.turns[p]):
        L[j, j + 1], L[j + 1, j] = b.turns[p, j], -b.turns[p, j]
    return L


def error(A, time=1.5):
    """How far the propagator in coordinates is from the matrix exponential."""
    b = basis(A[None])
    return np.abs(b.vectors[0] @ expm(generator(b) * time) @ b.inverse[0] - expm(A * time)).max()


CHAIN = [(0, 1, 0.7), (1, 2, 1.9), (2, 3, 0.2)]
CIRCLE = [(0, 1, 1.0), (1, 2, 1.1), (2, 0, 0.9)]
EASY = {
    "a chain": body(CHAIN, 4),
    "a chain that accumulates": body(CHAIN, 5, [(3, 0.4)]),
    "two ways": body([(0, 1, 2.0), (1, 0, 0.3), (1, 2, 0.5), (2, 1, 0.1)], 3, [(0, 0.2)]),
    "a circle turns": body(CIRCLE, 3),
    "a circle, fed and followed": body([(3, 0, 0.4), (0, 4, 0.2), *CIRCLE], 6, [(5, 0.0)]),
    "two circles": body([*CIRCLE, (2, 3, 0.2), (3, 4, 1.4), (4, 5, 1.2), (5, 3, 1.3)], 6, [(4, 0.1)]),
    "closed": body([(0, 1, 0.5), (1, 0, 0.25)], 2),
    "unconnected, with equal rates": np.diag([-0.5, -0.5, -0.5, 0.0]),
    "nothing moves": np.zeros((3, 3)),
    "rates over ten orders": body([(0, 1, 1e5), (1, 0, 1e-5), (1, 2, 0.3), (2, 1, 20.0)], 3, [(0, 1e-3)]),
}
HARD = {
    "two equal rates in a chain": body([(0, 1, 0.7), (1, 2, 0.7)], 3),
    "three equal rates": body([(0, 1, 0.7), (1, 2, 0.7), (2, 3, 0.7)], 4),
    "rates nearly equal": body([(0, 1, 0.7), (1, 2, 0.7 * (1 + 1e-12))], 3),
    "a feeder as fast as a mode of the core": body([(2, 0, 1.0), (0, 1, 0.5), (1, 0, 0.5)], 3),
    "a site as fast as a mode of the core": np.array([[-0.5, 0.5, 0.0], [0.5, -0.5, 0.0], [3.0, 0.0, -1.0]]),
    "a defective core": np.array([[-2.0, 1.0, 0.0], [0.0, -2.0, 1.0], [1e-30, 0.0, -2.0]]),
}


@pytest.mark.parametrize("name", EASY)
def test_coordinates_propagate_like_the_matrix_exponential(name):
    assert error(EASY[name]) < 1e-12 * max(1.0, np.abs(EASY[name]).max())


@pytest.mark.parametrize("name", HARD)
def test_where_no_sound_modes_exist_a_body_is_moved_by_very_little(name):
    assert error(HARD[name]) < NUDGES[-1]


def test_what_accumulates_is_kept_for_ever():
    b = basis(body(CHAIN, 4)[None])
    assert (b.rates[0] == 0.0).sum() == 1
    kept = b.vectors[0] @ np.diag(np.exp(b.rates[0] * 1e6)) @ b.inverse[0]
    np.testing.assert_allclose(kept[3], 1.0, rtol=1e-12)


def test_pairs_come_first_then_the_slowest():
    b = basis(EASY["two circles"][None])
    assert b.pairs == 2
    assert (b.turns[0, [0, 2]] > 0.0).all()
    np.testing.assert_array_equal(b.rates[0, [0, 2]], b.rates[0, [1, 3]])
    assert (np.diff(b.rates[0, 4:]) <= 0.0).all()


def test_states_that_only_feed_or_follow_are_no_part_of_the_core():
    A = EASY["a circle, fed and followed"]
    order, kind, size = (found[0] for found in peeled(A[None]))
    assert size == 3
    assert sorted(order[:3]) == [0, 1, 2]
    assert kind[3] == FEEDS
    assert kind[4] == FOLLOWS
    assert peeled(body(CHAIN, 4)[None])[2][0] == 0


@given(seed=st.integers(0, 2**32 - 1), states=st.integers(1, 9), sparse=st.floats(0.0, 0.9))
@settings(max_examples=60, deadline=None)
def test_any_body_of_flows_propagates_like_the_matrix_exponential(seed, states, sparse):
    rng = np.random.default_rng(seed)
    A = np.exp(rng.normal(0.0, 2.0, (states, states))) * (rng.random((states, states)) >= sparse)
    np.fill_diagonal(A, 0.0)
    np.fill_diagonal(A, -A.sum(axis=0) - np.exp(rng.normal(-2.0, 2.0, states)))
    assert error(A) < 3e-7


@given(seed=st.integers(0, 2**32 - 1), states=st.integers(2, 20))
@settings(max_examples=60, deadline=None)
def test_real_modes_are_those_of_lapack(seed, states):
    rng = np.random.default_rng(seed)
    rates, X = -np.exp(rng.normal(0.0, 2.0, states)), rng.normal(size=(states, states))
    A = np.linalg.solve(X.T, (X * rates).T).T
    values = np.linalg.eigvals(A)
    found, vectors, inverse, sound = real_modes(A[None], np.arange(states)[None], np.array([states]))
    if not sound[0]:
        assert np.iscomplex(values).any() or np.linalg.cond(X) > 1e4
        return
    scale = np.abs(A).max() * np.linalg.cond(vectors[0])
    np.testing.assert_allclose(np.sort(found[0]), np.sort(values.real), atol=1e-13 * scale)
    lengths = np.linalg.norm(vectors[0], axis=0)
    assert np.abs((A @ vectors[0] - vectors[0] * found[0]) / lengths).max() < 1e-13 * states * scale
    np.testing.assert_allclose(inverse[0] @ vectors[0], np.eye(states), atol=1e-12 * np.linalg.cond(vectors[0]))


@pytest.mark.parametrize("name", ["a circle turns", "two circles"])
def test_complex_modes_are_told_apart(name):
    A = EASY[name]
    assert not real_modes(A[None], np.arange(len(A))[None], np.array([len(A)]))[3][0]


def test_coordinates_do_not_depend_on_the_company():
    A = np.zeros((40, 6, 6))
    A[:], A[7], A[20], A[33] = EASY["two circles"], EASY["a circle, fed and followed"], body(CHAIN, 6), 0.0
    together = basis(A)
    for p in (0, 7, 20, 33):
        alone = basis(A[p : p + 1])
        for whole, one in zip(vars(together).values(), vars(alone).values(), strict=False):
            np.testing.assert_array_equal(whole[p], one[0])


def test_the_whole_body_keeps_its_digits_in_the_spine():
    """The amounts in the fluid are a ten-thousandth of those in the blood, and as exact."""
    A = assemble(WHOLE_BODY, virtual_patients(3, seed=5).parameters).A
    b = basis(A)
    for p in range(3):
        x, truth = (M[:, 0] for M in (b.vectors[p] @ expm(generator(b, p) * 6.0) @ b.inverse[p], expm(A[p] * 6.0)))
        told = truth > 1e-12
        np.testing.assert_allclose(x[told], truth[told], rtol=1e-9)


def test_a_rate_that_is_not_finite_names_the_patient():
    A = np.stack([EASY["a chain"]] * 3)
    A[2, 0, 0] = np.nan
    with pytest.raises(NumericalError, match="patient 2"):
        basis(A)
