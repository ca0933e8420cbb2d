"""Results are told with six significant digits: many at once exactly as one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from baclosim.outcome.record import numbers, rounded

SIZES = st.floats(min_value=-1e30, max_value=1e30, allow_nan=False)
TIES = st.integers(0, 10**7).map(lambda k: (k + 0.5) / 10.0)


@given(st.lists(SIZES | TIES, max_size=50))
@example([999999.5, 9999995.0, 99999.95, 1e-12, 1.0000005e-12, -0.0, 1e22, 1e23, 0.1, 123456.5, 1234565.0])
def test_many_numbers_are_rounded_as_one_is(values):
    assert numbers(np.array(values)) == [rounded(value) for value in values]


def test_six_digits_are_kept():
    assert numbers(np.array([np.pi, 1234567.0, 0.000123456789])) == [3.14159, 1234570.0, 0.000123457]
