"""The discretised canal against exact solutions, finer grids and its own conservation laws.

Infinite canal:  c(z, t) = M / (A sqrt(2 pi (s^2 + 2 D t))) exp(-(z - z0)^2 / (2 (s^2 + 2 D t)) - k t)
Closed canal:    c(z, t) = e^(-k t) sum_n a_n cos(n pi z / L) e^(-D (n pi / L)^2 t)
Steady, moving:  c(z) = c(0) e^(u z / D) where nothing flows out, and a uniform c stays uniform
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from baclosim.body.spine import with_flow
from baclosim.body.transfers import evaluate
from baclosim.body.whole import BLOOD_BODY, WHOLE_BODY
from spinal_bodies import after_bolus, refined, seen, steady, system, typical_body

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow")


def closed_canal(cells: int, length: float, dispersion: float, velocity: float = 0.0) -> np.ndarray:
    """The scheme of the canal on equal cells of unit area, closed at both ends: A (cells, cells)."""
    h = length / cells
    down, up = with_flow(dispersion / h, velocity) / h, with_flow(dispersion / h, -velocity) / h
    A = np.zeros((cells, cells))
    for i in range(cells - 1):
        A[i, i] -= down
        A[i + 1, i] += down
        A[i + 1, i + 1] -= up
        A[i, i + 1] += up
    return A


def cell_means(cells: int, length: float, mode: int) -> np.ndarray:
    """Means over the cells of cos(mode pi z / length)."""
    if mode == 0:
        return np.ones(cells)
    edges = np.linspace(0.0, length, cells + 1)
    wave = mode * np.pi / length
    return np.diff(np.sin(wave * edges)) / wave / np.diff(edges)


def error_against_cosines(cells: int) -> float:
    length, dispersion, hours = 60.0, 200.0, 1.0
    amplitudes = {0: 1.0, 1: 0.7, 2: -0.4, 3: 0.2}
    start = sum(a * cell_means(cells, length, n) for n, a in amplitudes.items())
    decay = {n: np.exp(-dispersion * (n * np.pi / length) ** 2 * hours) for n in amplitudes}
    exact = sum(a * decay[n] * cell_means(cells, length, n) for n, a in amplitudes.items())
    found = expm(closed_canal(cells, length, dispersion) * hours) @ start
    return float(np.abs(found - exact).max())


def test_a_closed_canal_follows_its_cosine_series_to_second_order():
    errors = np.array([error_against_cosines(n) for n in (13, 26, 52, 104)])
    orders = np.log2(errors[:-1] / errors[1:])
    assert np.all(np.abs(orders - 2.0) < 0.1), orders
    assert errors[1] < 2e-3


def test_a_bolus_far_from_the_ends_spreads_as_a_gaussian():
    cells, length, dispersion, start, hours = 240, 120.0, 30.0, 4.0, 2.0
    middle = (np.arange(cells) + 0.5) * length / cells
    bell = lambda variance: np.exp(-((middle - 60.0) ** 2) / 2 / variance) / np.sqrt(2 * np.pi * variance)  # noqa: E731
    found = expm(closed_canal(cells, length, dispersion) * hours) @ bell(start)
    np.testing.assert_allclose(found, bell(start + 2 * dispersion * hours), atol=2e-5)


def test_flow_against_dispersion_settles_to_the_exponential_and_converges_to_second_order():
    length, dispersion, velocity = 60.0, 200.0, 8.0

    def error(cells: int) -> float:
        A = closed_canal(cells, length, dispersion, velocity)
        edges = np.linspace(0.0, length, cells + 1)
        exact = np.diff(np.exp(velocity / dispersion * edges))
        _, _, null = np.linalg.svd(A)
        found = null[-1] / null[-1].sum() * exact.sum()
        return float(np.abs(found - exact).max() / exact.max())

    errors = np.array([error(n) for n in (13, 26, 52)])
    assert np.all(np.abs(np.log2(errors[:-1] / errors[1:]) - 2.0) < 0.2)


@pytest.mark.parametrize("flow", [0.0, 1e-6, 1.0, 1e6])
def test_the_weights_of_a_face_are_positive_and_differ_by_the_flow(flow: float):
    down, up = with_flow(3.0, flow), with_flow(3.0, -flow)
    assert down > 0.0
    assert up >= 0.0
    assert down - up == pytest.approx(flow, rel=1e-12)


def test_twenty_six_cells_are_enough():
    """Sites within 2 % of a grid four times finer from half an hour on, for a bolus and for a pump."""
    values = typical_body()
    coarse, fine = system(values, refined(1)), system(values, refined(4))
    for channel in ("lumbar puncture", "catheter"):
        for hours in (0.5, 1.0, 2.0, 4.0, 8.0):
            a, b = (seen(s, after_bolus(s, channel, 50.0, hours)) for s in (coarse, fine))
            largest = max(b["lumbar_fast"], b["lumbar_slow"])
            assert max(abs(a[name] - b[name]) for name in SITES) < 0.02 * largest, (channel, hours)
        a, b = (seen(s, steady(s, channel, 20.0)) for s in (coarse, fine))
        for name in (*SITES, "csf_lumbar", "csf_thoracic", "csf_cervical", "csf_cisternal", "plasma"):
            assert a[name] == pytest.approx(b[name], rel=0.02), name


def test_no_amount_is_made_or_lost():
    made = system(typical_body())
    n = len(made.compartments)
    for channel in ("catheter", "lumbar puncture", "mouth"):
        for hours in (0.01, 1.0, 24.0, 2000.0):
            held = after_bolus(made, channel, 1.0, hours)[:n]
            assert held.sum() == pytest.approx(1.0, abs=1e-9)


def test_nothing_becomes_negative():
    made = system(typical_body(dispersion_lumbar=5.0, dispersion_neck=5.0, csf_production=200.0))
    for hours in (1e-3, 0.1, 1.0, 10.0):
        assert after_bolus(made, "catheter", 1.0, hours).min() > -1e-15


def test_rates_are_never_negative_off_the_diagonal():
    A = system(typical_body()).A[0].copy()
    np.fill_diagonal(A, 0.0)
    assert A.min() >= 0.0


def test_shares_of_every_channel_add_up_to_one_wherever_the_tip_lies():
    for tip in (0.0, 1.0, 17.0, 33.3, 59.0, 60.0):
        made = system(typical_body(catheter_tip_cm=tip))
        np.testing.assert_allclose(made.B[0].sum(axis=0), 1.0, atol=1e-12)
        assert made.B.min() >= 0.0


def test_a_mixture_of_fluid_in_balance_with_plasma_is_uniform():
    values = typical_body()
    levels = seen(system(values), steady(system(values), "mouth", 2500.0))
    fluids = [x for name, x in levels.items() if name.startswith("csf_") or name == "cerebral"]
    np.testing.assert_allclose(fluids, values["csf_plasma_ratio"] * levels["plasma"], rtol=1e-9)


def test_rates_are_plain_arithmetic_that_sympy_can_trace():
    sympy = pytest.importorskip("sympy")
    symbols = {name: sympy.Symbol(name, positive=True) for name in WHOLE_BODY.parameter_names}
    at = {symbols[name]: value for name, value in typical_body().items()}
    for transfer in (*WHOLE_BODY.transfers[::7], *BLOOD_BODY.transfers):
        traced = evaluate(transfer.rate, symbols)
        assert float(sympy.sympify(traced).subs(at)) == pytest.approx(evaluate(transfer.rate, typical_body()))
