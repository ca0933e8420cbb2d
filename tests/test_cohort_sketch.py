"""Quantiles from counts in buckets: within the error that is stated, and the same however shards are merged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.cohort.sketch import buckets, count, empty, error, filled, middles, quantiles
from baclosim.quantities import QUANTITIES

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.95, 1.0)
RNG = np.random.default_rng(3)
CASES = {
    "plasma": RNG.lognormal(-2.0, 1.5, (3, 999)),
    "creatine_kinase": RNG.lognormal(5.0, 2.0, (3, 999)),
    "ashworth": np.clip(RNG.normal(2.5, 1.0, (3, 999)), 1.0, 5.0),
    "drowsiness": RNG.beta(2.0, 5.0, (3, 999)),
    "anxiety_drive": RNG.normal(0.0, 0.2, (3, 999)),
}


def counted(name: str, values: np.ndarray) -> np.ndarray:
    dense = empty(name, len(values))
    count(name, values, dense)
    return dense


@pytest.mark.parametrize("name", CASES)
def test_a_quantile_is_off_by_no_more_than_is_stated(name: str):
    values = CASES[name]
    found = quantiles(name, filled(name, counted(name, values)), 3, LEVELS)
    exact = np.quantile(values, LEVELS, axis=1, method="lower")
    size, is_share = error(name)
    assert np.all(np.abs(found - exact) <= size * (np.abs(exact) if is_share else 1.0) * (1 + 1e-9))


@settings(max_examples=40)
@given(st.floats(min_value=2.0**-39, max_value=2.0**23))
def test_a_value_lies_within_half_a_bucket_of_its_middle(value: float):
    middle = middles("plasma", buckets("plasma", np.array([value])))
    assert abs(middle[0] - value) <= error("plasma")[0] * value


@pytest.mark.parametrize("name", CASES)
def test_shards_add_up_to_the_sketch_of_all_in_any_order(name: str):
    values = CASES[name]
    whole = counted(name, values)
    assert whole.sum(axis=1).tolist() == [999, 999, 999]
    parts = [counted(name, values[:, cut]) for cut in (slice(500, 999), slice(0, 3), slice(3, 500))]
    np.testing.assert_array_equal(parts[0] + parts[1] + parts[2], whole)
    np.testing.assert_array_equal(parts[2] + (parts[0] + parts[1]), whole)


def test_nothing_is_nothing_and_the_limits_belong_to_their_buckets():
    assert middles("plasma", buckets("plasma", np.zeros(1)))[0] == 0.0
    edge = middles("ashworth", buckets("ashworth", np.array([1.0, 5.0])))
    assert edge == pytest.approx([1.0, 5.0], abs=error("ashworth")[0] * 1.0001)


def test_every_quantity_has_a_bounded_number_of_buckets():
    for name in QUANTITIES:
        dense = counted(name, np.array([[0.0, 1e-13, 1.0, 1e9]]))
        assert dense.shape[1] <= 8193
        assert dense.sum() == 4
