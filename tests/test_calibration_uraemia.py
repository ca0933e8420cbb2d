"""What failing kidneys add: nothing that is stored enters the fit, and it tells of the cohorts what was counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baclosim.parameters import parameters
from calibration_scripts import imported


@pytest.fixture(scope="module")
def script():
    with imported("uraemia") as module:
        yield module


def with_uraemia(ratio: float, at: float):
    """All parameters with another stored result of the script."""
    known = parameters()
    other = {"uraemic_ratio": ratio, "uraemic_at": at}
    return {**known, **{name: replace(known[name], value=value) for name, value in other.items()}}


def test_another_stored_value_changes_nothing_that_is_fitted(script, monkeypatch):
    monkeypatch.setattr(script, "PEOPLE", 16)
    one, other = script.users(22.0), script.users(22.0, table=with_uraemia(2.0, 40.0))
    for name in ("fluid", "blood", "apart"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-9)
    assert other.risk(30.0, 5.0, 15.0) == pytest.approx(one.risk(30.0, 5.0, 15.0), rel=1e-9)


def test_blood_and_fluid_add_up_to_what_a_run_gives(script, monkeypatch):
    monkeypatch.setattr(script, "PEOPLE", 16)
    some = script.users(22.0)
    like = script.Patient(age=77, weight=70, creatinine_clearance=22.0)
    people = script.virtual_patients(16, like, seed=11)
    own = people.parameters
    whole = some.fluid + some.blood * script.factor(22.0, own["uraemic_ratio"], own["uraemic_at"])
    assert whole == pytest.approx(script.brain_fast(people, own["brain_blood_weight"]), rel=1e-9, abs=1e-12)


def test_cohorts_that_were_fitted_are_told_within_their_errors(script):
    """Stored kidneys, the hospitals' part fitted anew: bands within two errors, counts within 95 % of a binomial."""
    known = script.evidence()
    groups = script.everyone(known)
    centres = np.log([centre for centre, _ in script.PRIORS.values()])
    stored = np.log([parameters()["uraemic_ratio"].value - 1.0, parameters()["uraemic_at"].value])
    best = script.minimize(
        lambda rest: script.misfit(groups, known, np.array([*stored, *rest])), centres[2:], method="L-BFGS-B"
    ).x
    made = script.predicted(groups, known, np.array([*stored, *best]))
    off = [(made.bands[i] - found) / error for i, (_, _, found, error) in enumerate(known.bands)]
    assert np.abs(off).max() < 2.0
    for (_, of, count), share in (
        (known.doses[1], made.low),
        (known.machine, made.dialysis),
        ((0.0, sum(known.charts[0]), known.charts[1]), made.charts),
    ):
        low, high = script.binom.interval(0.95, of, share)
        assert low <= count <= high


def test_users_of_all_ages_whom_nobody_fitted_are_clouded_as_often_as_codes_suggest():
    """hwang-2023 is held out: the share recorded over tizanidine, divided by what codes find of delirium."""
    from baclosim.claims.clinic import Clinic
    from baclosim.claims.validation.kidney import of_all_adults

    row = of_all_adults(Clinic(n=100))
    assert row.group == "held out"
    assert row.verdict == "agrees"
    assert row.prediction is not None
    assert 0.3 < row.prediction.value / row.observed < 3.0
