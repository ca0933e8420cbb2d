"""What the counted overdoses leave open: several slopes of coma explain them alike, gradual ones do not."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

FOLDER = Path(__file__).parents[1] / "calibration"


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(FOLDER))
    try:
        import coma_slope

        yield coma_slope
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def people(script):
    return script.series()


def test_each_series_is_a_binomial_of_its_own_doses(script, people):
    def everyone(share: float):
        some = np.full(len(people["adults"].dose), share)
        return script.Outcome(some, some, some, some, some, some[:, None])

    found = dict(script.counts(people, {name: everyone(0.3) for name in ("adults", "adolescents", "drinkers")}))
    young = binom.cdf(13, 14, 0.3) - binom.cdf(6, 14, 0.3)
    wanted = [0.7**4, binom.pmf(8, 19, 0.3), binom.pmf(9, 14, 0.3), young, 0.7**9]
    assert np.exp(list(found.values())) == pytest.approx(wanted)


def test_a_shape_steepens_breathing_and_spreads_people(script, people):
    plain, other = people["adults"], script.shaped(people["adults"], script.Shape(drive=6.0, spread=0.3))
    own = plain.patients.parameters["respiratory_slope"]
    assert other.patients.parameters["respiratory_slope"] == pytest.approx(own * 6.0 / script.DRIVE)
    edges = np.log(other.spread("coma_half_effective", 1.0, other.liability))
    assert np.sqrt(np.expm1(edges.var() / plain.liability.var())) == pytest.approx(0.3)


def test_a_misfit_is_lost_on_slopes_that_contradict_the_label_and_the_adults(script, people):
    def misfit(slope: float) -> float:
        groups = {name: script.shaped(group, script.Shape(drive=5.0)) for name, group in people.items()}
        seen = {name: script.levels(group, *script.GUT) for name, group in groups.items()}
        x = np.log([script.parameters()[name].value for name in script.overdose.PRIORS])
        x[3] = np.log(slope)
        return script.misfit(groups, seen, x)

    gradual, six, nine = (misfit(slope) for slope in (2.0, 6.0, 9.0))
    assert gradual - six > script.ALLOWED
    assert abs(nine - six) < script.ALLOWED
