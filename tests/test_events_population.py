"""A population in lanes gives what one patient at a time gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baclosim.linear import LinearModel, one_compartment_oral, population, solve, two_compartment_oral

TYPICAL = {
    "one": (one_compartment_oral, {"CL": 7.8, "V": 46.5, "KA": 1.6}),
    "two": (two_compartment_oral, {"CL": 7.8, "V2": 28.0, "Q": 5.9, "V3": 18.5, "KA": 1.6}),
}


def spread(parameters: dict[str, float], n: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Lognormal spread of 30 % around every parameter (n,)."""
    rng = np.random.default_rng(seed)
    return {name: value * np.exp(0.3 * rng.standard_normal(n)) for name, value in parameters.items()}


def one_by_one(model, events, parameters, n: int) -> np.ndarray:
    """Concentrations (n, r) by `solve`."""
    rows = [solve(model, events, {k: float(v[i]) for k, v in parameters.items()})["concentration"] for i in range(n)]
    return np.stack([row.to_numpy() for row in rows])


def same(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max() + 1e-15)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(("one", "two")),
    st.lists(st.tuples(st.sampled_from((0.0, 0.5, 0.3, 7.0)), st.integers(0, 3)), min_size=1, max_size=12),
    st.sampled_from((0.0, 0.2, 5.0)),
    st.integers(1, 20),
)
def test_lanes_equal_the_walk(kind, steps, lag, n):
    make, typical = TYPICAL[kind]
    times = np.cumsum([gap for gap, _ in steps])
    dose = np.array([kind for _, kind in steps])
    events = {
        "TIME": times, "AMT": np.where(dose > 0, 20.0, 0.0), "ADDL": np.where(dose == 2, 3, 0),
        "II": np.where(dose == 2, 2.5, 0.0), "CMT": np.where(dose == 3, 2, 1),
    }  # fmt: skip
    parameters = spread(typical | {"F1": 0.8}, n)
    if lag:
        parameters["ALAG1"] = lag * np.linspace(0.5, 1.5, n)
    same(population(make(), events, parameters)["concentration"], one_by_one(make(), events, parameters, n))


@pytest.mark.parametrize("kind", ["one", "two"])
def test_records_that_the_lanes_do_not_serve_go_the_general_way(kind):
    make, typical = TYPICAL[kind]
    events = {
        "TIME": [0, 3, 9, 12],
        "AMT": [20, 5, 0, 0],
        "RATE": [0, -2, 0, 0],
        "II": [8, 0, 0, 0],
        "SS": [1, 0, 0, 0],
    }
    parameters = spread(typical | {"D1": 2.0, "ALAG1": 0.4}, 5)
    same(population(make(), events, parameters)["concentration"], one_by_one(make(), events, parameters, 5))


def test_patients_with_equal_rates_are_solved_beside_the_others():
    events = {"TIME": [0, 1, 2, 9], "AMT": [20, 0, 0, 0]}
    parameters = {"CL": np.full(20, 5.0), "V": np.full(20, 10.0), "KA": np.linspace(0.4, 0.6, 20)}
    parameters["KA"][3] = 0.5
    found = population(one_compartment_oral(), events, parameters)["concentration"]
    assert found[3, 1] == pytest.approx(20 * 0.5 * np.exp(-0.5) / 10, rel=1e-12)
    same(found, one_by_one(one_compartment_oral(), events, parameters, 20))


def test_any_linear_model_can_have_a_population_and_compartments_as_outputs():
    model = LinearModel(lambda k: [[-k, 0.2], [0.5 * k, -0.2]], ("a", "b"))
    found = population(model, {"TIME": [0, 4], "AMT": [3, 0]}, {"k": [0.5, 1.0, 2.0]})
    assert found.names == ("a", "b")
    for i, k in enumerate((0.5, 1.0, 2.0)):
        row = solve(model, {"TIME": [0, 4], "AMT": [3, 0]}, {"k": k}).row(1)
        assert found.values[i, :, 1] == pytest.approx(row[3:], rel=1e-10)


def test_more_threads_change_nothing():
    events = {"TIME": np.append(0, np.arange(300.0)), "AMT": np.append(20.0, np.zeros(300))}
    parameters = spread(TYPICAL["two"][1], 200)
    alone = population(two_compartment_oral(), events, parameters, threads=1)
    shared = population(two_compartment_oral(), events, parameters, threads=3)
    assert (alone.values == shared.values).all()
