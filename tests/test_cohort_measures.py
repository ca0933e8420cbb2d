"""Endpoints of courses whose answers are known on paper; allocation, drop-out and examiners of known statistics."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim.cohort import study_of
from baclosim.cohort.measures import area, asked, reported
from baclosim.cohort.study import Endpoint
from baclosim.cohort.trial import allocation, block_pattern, examined, leaving
from small_study import RANDOMISED, TEXT

TIME = np.arange(0.0, 49.0)
RAMP = np.stack((TIME / 48.0, 1.0 - TIME / 48.0), axis=1)  # one rises from 0 to 1, one falls


def ask(measure, level=None, at=None, start=0.0, end=48.0, values=RAMP, quantity="drowsiness"):
    return asked(Endpoint("x", quantity, measure, level, at, start, end), TIME, values)


@pytest.mark.parametrize(
    ("measure", "settings", "answer"),
    [
        ("highest", {}, (1.0, 1.0)),
        ("lowest", {"end": 24.0}, (0.0, 0.5)),
        ("average", {}, (0.5, 0.5)),
        ("area", {"start": 24.0}, (18.0, 6.0)),
        ("value", {"at": 12.5}, (12.5 / 48, 35.5 / 48)),
        ("change", {"at": 12.0}, (0.25, -0.25)),
        ("time above", {"level": 0.8}, (9.6, 9.6)),
        ("time below", {"level": 0.26}, (12.48, 12.48)),
        ("first above", {"level": 0.26}, (12.48, 0.0)),
        ("first below", {"level": 0.26}, (0.0, 35.52)),
        ("first above", {"level": 2.0}, (np.nan, np.nan)),
    ],
)
def test_endpoints_of_straight_courses(measure, settings, answer):
    np.testing.assert_allclose(ask(measure, **settings), answer, rtol=1e-12)


def test_who_reports_is_decided_once_by_the_highest_probability():
    n = 4000
    flat = np.full((49, n), 0.3)
    yes = reported("drowsiness", ask("reported", values=flat), 1, np.arange(n))
    assert yes.mean() == pytest.approx(0.3, abs=0.025)
    peak = flat.copy()
    peak[7] = 0.6
    more = reported("drowsiness", ask("reported", values=peak), 1, np.arange(n))
    assert more.mean() == pytest.approx(0.6, abs=0.025)
    assert np.all(more >= yes)


def test_the_area_of_a_patient_alone_has_the_bits_of_the_same_patient_in_company():
    values = np.random.default_rng(1).random((997, 5))
    time = np.arange(997.0)
    for i in range(5):
        assert area(time, values[:, i : i + 1])[0] == area(time, values)[i]


def test_permuted_blocks_meet_the_shares_in_every_block():
    study = study_of(RANDOMISED)
    arms = allocation(study, 0, 600)
    block = len(block_pattern([1.0, 1.0, 1.0]))
    assert block == 6
    whole = arms[: 256 // block * block].reshape(-1, block)
    assert np.all(np.sort(whole, axis=1) == block_pattern([1.0] * 3))
    assert len(np.unique(whole, axis=0)) > 20
    np.testing.assert_array_equal(allocation(study, 300, 100), arms[300:400])


@pytest.mark.parametrize(("shares", "expected"), [([2.0, 1.0], (2 / 3, 1 / 3)), ([0.9, 0.1], (0.875, 0.125))])
def test_unequal_shares(shares, expected):
    pattern = block_pattern(shares)
    assert np.bincount(pattern) / len(pattern) == pytest.approx(expected, abs=0.02)


def test_drop_out_is_as_large_as_stated_even_in_time_and_by_intolerance_at_a_visit():
    study = study_of(TEXT.replace("share = 0.1", "share = 0.3"))
    at = leaving(study, study.arms[0], np.arange(20_000), None)
    gone = np.isfinite(at)
    assert gone.mean() == pytest.approx(0.3, abs=0.01)
    half = np.median(at[gone])
    assert half == pytest.approx(-np.log1p(-0.15) / -np.log1p(-0.3) * 48.0, rel=0.03)
    seen = np.zeros((3, 20_000))
    seen[1, :7] = 0.95
    assert np.all(leaving(study, study.arms[0], np.arange(20_000), seen)[:7] <= 24.0)


def test_an_examiner_reads_about_the_truth_in_eighths_of_a_point():
    study = study_of(TEXT)
    latent = np.full((3, 5000), 2.6)
    read = examined(study, study.arms[0], "ashworth", np.arange(5000), latent)
    assert read.mean() == pytest.approx(2.6, abs=0.01)
    assert read.std() == pytest.approx(np.hypot(0.25, 0.125 / np.sqrt(12)), rel=0.03)
    assert np.all(read * 8 == np.round(read * 8))
    assert examined(study, study.arms[0], "plasma", np.arange(5000), latent) is latent


def test_what_is_absorbed_varies_from_day_to_day_as_assumed_and_not_on_the_average():
    from baclosim.cohort.patients import people, varied
    from baclosim.simulate import doses_of

    study = study_of(
        TEXT.replace("courses = 3", "courses = 3\nday_to_day = 0.3").replace('"2 days"\nevery', '"20 days"\nevery')
    )
    group = people(study, 0, 0, 640)
    doses = doses_of(study.arms[0].therapy, 480.0, group, 1)
    own = varied(doses, study, study.arms[0], group)
    factor = own.amount / doses.amount
    assert factor.mean() == pytest.approx(1.0, abs=0.01)
    assert factor.std() == pytest.approx(0.3, rel=0.03)
    day = np.floor(own.time / 24.0)
    first = (own.patient == 5) & (day == 3)
    assert np.ptp(factor[first]) < 1e-12  # one day is one occasion
    part = varied(doses_of(study.arms[0].therapy, 480.0, group[320:640], 1), study, study.arms[0], group[320:640])
    np.testing.assert_array_equal(part.amount, own.amount[own.patient >= 320])
