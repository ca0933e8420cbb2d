"""Doses become events: sums of infusions, lags, patients."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from baclosim.engine.inputs import IMPULSE, RATE, prepare, summed_rate

infusions = st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 50), st.floats(0.1, 1000)), min_size=1, max_size=12)


@given(infusions)
def test_summed_rate_holds_the_whole_amount_and_ends_at_exactly_zero(rows):
    start, duration, rate = (np.array(c) for c in zip(*rows, strict=True))
    time, total = summed_rate(start, rate, duration)
    given_amount = float((rate * duration).sum())
    np.testing.assert_allclose((total[:-1] * np.diff(time)).sum(), given_amount, rtol=1e-9)
    assert total[-1] == 0.0
    assert np.all(np.diff(time) > 0)


def test_lags_shift_and_reorder_each_patient_on_its_own():
    inputs = prepare(
        np.array([0.0, 1.0]), np.array(["mouth", "vein"]), np.array([10.0, 20.0]), np.zeros(2),
        channels=("mouth", "vein"), lag={"mouth": np.array([0.5, 2.0])}, patients=2,
    )  # fmt: skip
    np.testing.assert_array_equal(inputs.time, [0.5, 1.0, 1.0, 2.0])
    np.testing.assert_array_equal(inputs.value, [10.0, 20.0, 20.0, 10.0])
    assert np.all(inputs.kind == IMPULSE)


def test_doses_of_single_patients_reach_only_them():
    inputs = prepare(
        np.array([5.0, 1.0, 3.0]), np.array(["vein"] * 3), np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 2.0]),
        channels=("vein",), lag={}, patients=3, patient=np.array([2, 0, 2]),
    )  # fmt: skip
    np.testing.assert_array_equal(inputs.first, [0, 1, 1, 4])
    assert inputs.value[0] == 2.0
    assert list(inputs.time[1:]) == [3.0, 5.0, 5.0]
    assert sorted(inputs.kind[1:]) == [IMPULSE, RATE, RATE]
