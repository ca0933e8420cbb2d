"""What the counted overdoses leave open: several slopes explain them alike, gradual ones do not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from calibration_scripts import imported


@pytest.fixture(scope="module")
def script():
    with imported("coma_slope") as module:
        yield module


@pytest.fixture(scope="module")
def people(script):
    return script.people()


def test_each_series_is_a_binomial_of_its_own_doses(script, people):
    def everyone(share: float):
        from _overdose_runs import Outcome

        some = np.full(len(people["adults"].dose), share)
        return Outcome(some, some, some, some, some, some[:, None])

    made = {name: everyone(0.3) for name in ("adults", "adolescents", "poland", "drinkers")}
    found = [count.log_likelihood for count in script.counts(people, made)]
    young = binom.cdf(13, 14, 0.3) - binom.cdf(6, 14, 0.3)
    polish = [binom.pmf(k, 52, 0.3) for k in (28, 18)]
    wanted = [0.7**4, binom.pmf(8, 19, 0.3), binom.pmf(9, 14, 0.3), young, *polish, 0.7**9]
    assert np.exp(found) == pytest.approx(wanted)


def test_a_residual_of_a_count_is_the_root_of_its_deviance(script):
    from _overdose_findings import Count

    few, many = Count("", 3, 3, 10, 0.1), Count("", 3, 3, 10, 0.5)
    for count, sign in ((few, -1.0), (many, 1.0)):
        deviance = 2.0 * (binom.logpmf(3, 10, 0.3) - binom.logpmf(3, 10, count.share))
        assert count.residual == pytest.approx(sign * np.sqrt(deviance))
    assert Count("", 3, 3, 10, 0.3).residual == 0.0


def test_a_shape_sets_the_slopes_and_spreads_people(script, people):
    shape = script.Shape(coma=5.0, drive=6.0, spread=0.3)
    x = dict(zip(script.overdose.PRIORS, np.exp(script.whole(shape, np.zeros(len(script.FREE)))), strict=True))
    assert (x.pop("coma_slope"), x.pop("respiratory_slope")) == pytest.approx((5.0, 6.0))
    assert set(x.values()) == {1.0}
    plain, other = people["adults"], script.shaped(people["adults"], shape)
    edges = np.log(other.spread("coma_half_effective", 1.0, other.liability))
    assert np.sqrt(np.expm1(edges.var() / plain.liability.var())) == pytest.approx(0.3)


def test_a_misfit_is_lost_on_slopes_that_contradict_the_label_and_the_adults(script, people):
    def misfit(**slopes: float) -> float:
        seen = {name: script.levels(group, *script.GUT) for name, group in people.items()}
        own = np.log([script.parameters()[name].value for name in script.overdose.PRIORS])[script.FREE]
        return script.misfit(people, seen, script.whole(script.Shape(**slopes), own))

    stored = misfit()
    assert misfit(coma=2.0) - stored > script.ALLOWED
    assert misfit(drive=2.0) - stored > script.ALLOWED
    assert abs(misfit(coma=9.0, drive=5.0) - stored) < script.ALLOWED
