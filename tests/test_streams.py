"""A patient's draws must not depend on how a cohort is cut, nor on what else is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.streams import BLOCK, normal, per_patient, stream, uniform


@settings(max_examples=60, deadline=None)
@given(
    first=st.integers(0, 2000),
    count=st.integers(0, 700),
    cut=st.floats(0, 1),
    seed=st.integers(0, 2**63),
)
def test_a_cohort_cut_in_two_is_the_same_cohort(first: int, count: int, cut: float, seed: int) -> None:
    left = int(count * cut)
    whole = per_patient(seed, "clearance", first, count, normal)
    parts = (
        per_patient(seed, "clearance", first, left, normal),
        per_patient(seed, "clearance", first + left, count - left, normal),
    )
    assert whole.shape == (count,)
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_patient_417_alone_equals_patient_417_in_a_cohort() -> None:
    cohort = per_patient(1, "clearance", 0, 1000, normal)
    assert per_patient(1, "clearance", 417, 1, normal)[0] == cohort[417]


def test_each_block_is_its_own_stream() -> None:
    cohort = per_patient(3, "adherence", 0, 4 * BLOCK, odd_draws)
    for block in range(4):
        alone = odd_draws(stream(3, "adherence", block), BLOCK)
        np.testing.assert_array_equal(cohort[block * BLOCK : (block + 1) * BLOCK], alone)


def odd_draws(generator: np.random.Generator, n: int) -> np.ndarray:
    """Leaves half-used words behind, which must not leak into the next block."""
    generator.integers(0, 100, 3, dtype=np.int32)
    return generator.standard_normal(n)


def test_another_purpose_changes_no_stream() -> None:
    before = per_patient(1, "clearance", 0, 600, normal)
    per_patient(1, "volume", 0, 600, normal)
    np.testing.assert_array_equal(before, per_patient(1, "clearance", 0, 600, normal))


@pytest.mark.parametrize("other", [stream(2, "clearance", 0), stream(1, "volume", 0), stream(1, "clearance", 1)])
def test_seed_purpose_and_block_each_make_another_stream(other: np.random.Generator) -> None:
    one = stream(1, "clearance", 0).standard_normal(5000)
    correlation = np.corrcoef(one, other.standard_normal(5000))[0, 1]
    assert abs(correlation) < 5 / np.sqrt(5000)


def test_long_streams_of_neighbouring_blocks_do_not_overlap() -> None:
    """Block sits in the counter's top word, so a block may draw 2**192 numbers before it meets the next."""
    long = stream(1, "noise", 0).integers(0, 2**63, 4 * 10**5)
    nearby = stream(1, "noise", 1).integers(0, 2**63, 1000)
    assert not np.isin(nearby, long).any()


def test_draws_may_have_more_axes() -> None:
    def steps(generator: np.random.Generator, n: int) -> np.ndarray:
        return generator.random((n, 3))

    whole = per_patient(4, "adherence", 0, 2 * BLOCK, steps)
    assert whole.shape == (2 * BLOCK, 3)
    np.testing.assert_array_equal(whole[300:310], per_patient(4, "adherence", 300, 10, steps))


def test_the_distributions_are_what_they_say() -> None:
    n = 200 * BLOCK
    z, u = per_patient(0, "z", 0, n, normal), per_patient(0, "u", 0, n, uniform)
    assert abs(z.mean()) < 5 / np.sqrt(n)
    assert abs(z.std() - 1) < 5 / np.sqrt(2 * n)
    assert abs(u.mean() - 0.5) < 5 / np.sqrt(12 * n)


def test_the_same_numbers_on_every_machine() -> None:
    """Pinned on purpose: a stored cohort must be reproducible by every later version."""
    assert stream(1, "clearance", 3).integers(0, 1000, 4).tolist() == [860, 512, 579, 453]


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        stream(1, "x", -1)
    with pytest.raises(ValueError, match="counted from 0"):
        per_patient(1, "x", -1, 3, normal)
