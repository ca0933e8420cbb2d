"""What is kept of courses 16 patients at a time: the records are those of every run, and the numbers those of NumPy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baclosim.cohort import study_of
from baclosim.cohort.digest import Digest, Digester
from baclosim.engine.sweeping import is_finite
from baclosim.outcome.summary import measured
from baclosim.patient import virtual_patients
from baclosim.simulate import simulate
from small_study import TEXT

TIME = np.arange(0.0, 49.0, 2.0)
RECORDS = np.random.default_rng(2).normal(size=(3, len(TIME), 16))


@pytest.mark.parametrize(
    "words", ["10 mg every 8 h", "5 mg every 8 h, raise by 5 mg per dose every day until ashworth below 2"]
)
def test_a_digest_is_made_of_the_records_of_all_patients_sixteen_at_a_time(words: str):
    group, run = virtual_patients(21, seed=3), {"quantities": ("plasma", "ashworth"), "threads": 2}
    courses = simulate(group, words, "3 days", **run)
    kept = simulate(group, words, "3 days", **run, digest=lambda time: lambda records: (time, records.copy()))
    assert not kept.values
    np.testing.assert_array_equal(kept.digests[0][0], courses.time)
    whole = np.concatenate([records for _, records in kept.digests], axis=-1)
    assert whole.shape == (2, 73, 32)
    for found, name in zip(whole, courses, strict=True):
        np.testing.assert_array_equal(found[:, :21].T, courses[name])
        np.testing.assert_array_equal(found[:, 21:], found[:, [20] * 11])  # copies of the last patient


def test_what_is_kept_is_what_numpy_finds():
    study = replace(study_of(TEXT), courses=0)
    kept = Digester.of(study, True, TIME)(RECORDS)
    for values, (whole, late), final in zip(RECORDS, kept.usual, kept.final, strict=True):
        usual = measured(TIME, values.T)
        for found, name in zip(
            (*whole[:2], *late[:2], final), ("highest", "lowest", "peak", "trough", "final"), strict=True
        ):
            np.testing.assert_array_equal(found, usual[name])
        np.testing.assert_allclose(whole[2], np.trapezoid(values, TIME, axis=0), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(late[2] / 24.0, usual["average"], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(kept.seen, RECORDS[:, [0, 12, 24]])
    np.testing.assert_array_equal(kept.courses, RECORDS)
    np.testing.assert_array_equal(kept.banded, RECORDS)


def test_means_of_days_leave_the_first_record_out_and_what_is_over_at_the_end():
    study = replace(study_of(TEXT), duration=510.0, every=1.0)
    assert study.band_stride == 24
    records = np.random.default_rng(4).normal(size=(3, 511, 16))
    found = Digester.of(study, False, np.arange(511.0))(records).banded
    days = records[:, 1:505].reshape(3, 21, 24, 16)
    np.testing.assert_allclose(found, days.mean(axis=2), rtol=1e-12, atol=1e-14)


def test_digests_are_joined_and_parted_by_patient():
    one = Digester.of(study_of(TEXT), False, TIME)(RECORDS)
    both = Digest.joined([one, one])
    assert both.banded.shape == (3, 25, 32)
    np.testing.assert_array_equal(both.taken(np.array([17, 3])).final, one.final[:, [1, 3]])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_whatever_is_not_finite_is_found_wherever_it_stands(bad: float):
    assert is_finite(np.full((2, 5, 16), 1e308))
    for place in ((0, 0, 0), (1, 4, 15), (1, 2, 7)):
        records = np.full((2, 5, 16), 1e308)
        records[place] = bad
        assert not is_finite(records)
