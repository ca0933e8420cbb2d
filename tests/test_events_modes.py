"""Modes, propagators and the compiled exact step against each other and against closed forms."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.linalg import expm

from baclosim.engine import modes as m
from baclosim.engine.oral import one_compartment_modes, two_compartment_modes
from baclosim.engine.propagation import propagate


def body(n: int, s: int, seed: int = 0) -> np.ndarray:
    """Random compartment matrices (n, s, s) with exchange both ways and a sink that keeps what it gets."""
    rng = np.random.default_rng(seed)
    A = np.zeros((n, s, s))
    for i in range(s - 2):
        for source, target in ((i, i + 1), (i + 1, i), (i, s - 1)):
            k = rng.uniform(0.05, 3.0, n)
            A[:, source, source] -= k
            A[:, target, source] += k
    return A


@pytest.mark.parametrize("s", [3, 10, 26])
def test_modes_rebuild_the_matrix_and_its_exponential(s):
    A = body(5, s)
    modes = m.decompose(A)
    assert not modes.failed.any()
    np.testing.assert_allclose(modes.vectors * modes.rates[:, None, :] @ modes.inverse, A, atol=1e-11)
    E = modes.vectors * m.decay(modes.rates, 2.0)[:, None, :] @ modes.inverse
    np.testing.assert_allclose(E, expm(2.0 * A), atol=1e-11)
    assert (modes.rates.max(axis=1) == 0.0).all()  # the sink keeps for ever


def test_defective_and_complex_patients_are_marked_and_the_others_kept():
    good, equal = [[-1.0, 0.0], [1.0, -2.0]], [[-1.0, 0.0], [1.0, -1.0]]
    near, turning = [[-1.0, 0.0], [1.0, -1.0 - 1e-9]], [[-1.0, -2.0], [2.0, -1.0]]
    modes = m.decompose(np.array([good, equal, near, turning]))
    assert modes.failed.tolist() == [False, True, True, True]
    assert np.isnan(modes.rates[1:]).all()
    assert np.isfinite(modes.vectors[0]).all()


def test_integrals_are_exact_at_rate_zero_and_close_to_it():
    assert m.integral(np.array([0.0]), 3.0)[0] == 3.0
    assert m.double_integral(np.array([0.0]), 3.0)[0] == 4.5
    with mpmath.workdps(50):
        for rate in (-1e-12, -1e-5, -0.1, -0.1666, -0.17, -2.0, -300.0):
            x = mpmath.mpf(rate) * 3
            one, two = 3 * (mpmath.exp(x) - 1) / x, 9 * (mpmath.exp(x) - 1 - x) / x**2
            assert m.integral(np.array([rate]), 3.0)[0] == pytest.approx(float(one), rel=4e-16)
            assert m.double_integral(np.array([rate]), 3.0)[0] == pytest.approx(float(two), rel=4e-15)


def test_propagator_and_compiled_step_agree_and_conserve_mass():
    A = body(4, 8)
    E, integral = m.propagator(A, 1.7)
    for i in range(4):
        own, own_integral = np.empty((8, 8)), np.empty((8, 8))
        propagate(A[i], 1.7, own, own_integral)
        np.testing.assert_allclose(own, E[i], atol=1e-13)
        np.testing.assert_allclose(own_integral, integral[i], atol=1e-13)
        np.testing.assert_allclose(own.sum(axis=0), 1.0, rtol=1e-13)
        np.testing.assert_allclose(own_integral.sum(axis=0), 1.7, rtol=1e-13)


def test_the_compiled_step_keeps_the_digits_of_tiny_amounts():
    k = 2.0
    A = np.array([[-k, 0.0, 0.0], [k, -k, 0.0], [0.0, k, -k]])
    E, integral = np.empty((3, 3)), np.empty((3, 3))
    propagate(A, 1e-40, E, integral)
    assert E[2, 0] == pytest.approx((k * 1e-40) ** 2 / 2, rel=1e-13)
    propagate(A, 300.0, E, integral)
    assert E[0, 0] == pytest.approx(np.exp(-600.0), rel=1e-12)
    assert E[2, 0] == pytest.approx(np.exp(-600.0) * 600.0**2 / 2, rel=1e-12)
    assert integral[:, 0] == pytest.approx([0.5, 0.5, 0.5], rel=1e-12)


def test_matrices_with_negative_off_diagonals_are_stepped_too():
    A = np.array([[-0.1, -2.0], [2.0, -0.1]])
    E, integral = np.empty((2, 2)), np.empty((2, 2))
    propagate(A, 3.0, E, integral)
    np.testing.assert_allclose(E, expm(3.0 * A), atol=1e-14)
    np.testing.assert_allclose(A @ integral, E - np.eye(2), atol=1e-13)


@pytest.mark.parametrize(
    ("closed", "matrix", "parameters"),
    [
        (one_compartment_modes, lambda p: [[-p["KA"], 0], [p["KA"], -p["CL"] / p["V"]]], ("CL", "V", "KA")),
        (
            two_compartment_modes,
            lambda p: [
                [-p["KA"], 0, 0],
                [p["KA"], -(p["CL"] + p["Q"]) / p["V2"], p["Q"] / p["V3"]],
                [0, p["Q"] / p["V2"], -p["Q"] / p["V3"]],
            ],
            ("CL", "V2", "Q", "V3", "KA"),
        ),
    ],
)
def test_oral_modes_in_closed_form_rebuild_the_matrix(closed, matrix, parameters):
    rng = np.random.default_rng(3)
    p = {name: rng.uniform(0.5, 5.0, 40) for name in parameters}
    modes = closed(p)
    for i in np.flatnonzero(~modes.failed):
        A = np.array(matrix({name: value[i] for name, value in p.items()}), dtype=float)
        np.testing.assert_allclose(modes.vectors[i] * modes.rates[i] @ modes.inverse[i], A, atol=1e-10)
        np.testing.assert_allclose(modes.vectors[i] @ modes.inverse[i], np.eye(len(A)), atol=1e-10)
    assert modes.failed.mean() < 0.2
