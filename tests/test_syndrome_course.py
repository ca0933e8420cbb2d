"""Serotonin syndrome over time: published onset and resolution, half-lives, stopping, treatment, bad input."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from baclosim.drugs.serotonergic import agent
from baclosim.effects.syndrome_course import (
    case_mix,
    course,
    load,
    onset_hours,
    onset_probability,
    remaining,
    resolved,
    resolved_across,
    toxicity_risk,
)
from baclosim.errors import InputError
from baclosim.evidence.library import library
from baclosim.parameters import parameters

DAY = 24.0


def median_end(*drugs: str, **other) -> float:
    """Hours from onset to the end of signs in the median case."""
    return float(np.median(course(drugs, until=120.0 * DAY, every=2.0, **other).ends))


# --- onset --------------------------------------------------------------------------------------------------------


def test_most_cases_begin_within_a_day_and_most_of_those_within_six_hours():
    assert float(onset_probability(6.0)) == pytest.approx(0.60, abs=0.005)
    assert float(onset_probability(24.0)) == pytest.approx(0.743, abs=0.005)


def test_onset_is_a_distribution():
    hours = np.geomspace(1e-3, 1e6, 200)
    share = onset_probability(hours)
    assert share[0] < 0.05
    assert share[-1] > 0.99
    assert np.all(np.diff(share) > 0.0)
    assert float(onset_probability(0.0)) < 1e-99
    np.testing.assert_allclose(onset_probability(onset_hours([0.1, 0.5, 0.9])), [0.1, 0.5, 0.9])


def test_the_conflict_about_onset_is_not_smoothed_over():
    """The case reports of 2004-2014 began far later; the fit leaves them outside on purpose."""
    later = library().fact("serotonin.onset.within-6h.werneke-2016").value
    assert float(onset_probability(6.0)) > later + 0.25


def test_cases_are_drawn_from_that_distribution():
    drawn = course(("tramadol",), until=DAY, cases=4000, seed=1).onset
    assert (drawn < 6.0).mean() == pytest.approx(0.6, abs=0.03)
    assert (drawn < 24.0).mean() == pytest.approx(0.743, abs=0.03)


# --- what stays of the drugs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", case_mix())
def test_a_drug_leaves_and_never_comes_back(name):
    left = remaining(agent(name), np.linspace(-5.0, 400.0 * DAY, 500))
    assert left[0] == pytest.approx(1.0)
    assert np.all(np.diff(left) <= 1e-15)
    assert left[-1] < 1e-6


def test_half_is_left_after_a_half_life():
    assert float(remaining(agent("sertraline"), 26.0)) == pytest.approx(0.5)


def test_the_metabolite_keeps_fluoxetine_for_weeks():
    left = remaining(agent("fluoxetine"), np.array([72.0, 14.0 * DAY, 35.0 * DAY]))
    assert left[0] > 0.7
    assert 0.2 < left[1] < 0.4
    assert left[2] < 0.1


def test_an_enzyme_inhibitor_with_a_reuptake_inhibitor_is_far_more_than_both():
    alone = float(load(("paroxetine",), 0.0)) + float(load(("phenelzine",), 0.0))
    assert alone == pytest.approx(2.0)
    assert float(load(("paroxetine", "phenelzine"), 0.0)) == pytest.approx(parameters()["mao_reuptake_odds"].value)


# --- length -------------------------------------------------------------------------------------------------------


def test_the_published_share_is_resolved_in_a_day_across_cases():
    assert float(resolved_across(24.0)) == pytest.approx(0.575, abs=0.01)


def test_drawn_cases_end_as_the_distribution_says():
    drawn = course(("sertraline",), until=40.0 * DAY, cases=4000)
    for day in (1, 2, 4):
        at = int(np.searchsorted(drawn.time, day * DAY))
        assert drawn.resolved()[at] == pytest.approx(float(resolved(day * DAY, ("sertraline",))), abs=0.03)


def test_tramadol_within_days_fluoxetine_weeks():
    assert float(resolved(48.0, ("tramadol",))) > 0.95
    assert float(resolved(3.0 * DAY, ("fluoxetine",))) < 0.3
    late = course(("fluoxetine",), until=120.0 * DAY, every=6.0).ends
    assert np.quantile(late, 0.5) > 4.0 * DAY
    assert np.quantile(late, 0.9) > 14.0 * DAY


def test_half_lives_order_the_lengths():
    drugs = ("moclobemide", "tramadol", "fluvoxamine", "citalopram", "fluoxetine", "phenelzine")
    ends = [median_end(drug) for drug in drugs]
    assert ends == sorted(ends)


def test_signs_stay_while_the_drug_does():
    assert median_end("tramadol", stops={"tramadol": inf}) == inf
    assert median_end("tramadol", stops={"tramadol": 48.0}) == pytest.approx(48.0 + median_end("tramadol"), abs=2.0)


def test_stopping_both_beats_stopping_one():
    both = median_end("fluoxetine", "tramadol")
    assert both < median_end("fluoxetine", "tramadol", stops={"fluoxetine": inf})
    assert both < median_end("fluoxetine", "tramadol", stops={"tramadol": 7 * DAY})


def test_only_pairs_across_mechanisms_are_usually_severe():
    single, pair = (course(drugs, until=1.0).tiers[:, 0] for drugs in (("paroxetine",), ("paroxetine", "phenelzine")))
    assert (single == 3).mean() < 0.1
    assert (pair == 3).mean() > 0.9


def test_severity_falls_from_onset_on():
    cases = course(("clomipramine", "tramadol"), until=10.0 * DAY)
    assert np.all(np.diff(cases.tiers, axis=1) <= 0)
    assert cases.tiers[:, 0].min() >= 1
    assert np.all(np.diff(cases.resolved()) >= 0.0)


def test_a_serotonin_blocker_shortens_it_and_a_benzodiazepine_does_not():
    plain = median_end("citalopram")
    assert median_end("citalopram", treatment="cyproheptadine") < plain
    assert median_end("citalopram", treatment="benzodiazepine") == plain


# --- risk after an overdose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "arguments"),
    [
        ("1 DDD (therapeutic)", {"daily_doses": 1.0}),
        ("15 DDD (median overdose)", {"daily_doses": 15.0}),
        ("420 DDD", {"daily_doses": 420.0}),
        ("15 DDD plus moclobemide", {"daily_doses": 15.0, "moclobemide": True}),
        ("15 DDD plus olanzapine", {"daily_doses": 15.0, "olanzapine": True}),
        ("15 DDD plus risperidone", {"daily_doses": 15.0, "risperidone": True}),
    ],
)
def test_the_overdose_model_gives_its_published_probabilities(situation, arguments):
    published = dict(library().table("serotonin.risk.probabilities.clintox-2023").rows)
    assert toxicity_risk(**arguments) == pytest.approx(float(str(published[situation])), abs=0.015)


# --- bad input ----------------------------------------------------------------------------------------------------


def test_everything_wrong_is_said():
    with pytest.raises(InputError, match=r"(?s)baclofen.*GABA-B.*fluoxetine.*dantrolene"):
        course(("tramadol", "baclofen"), stops={"fluoxetine": 3.0}, treatment="dantrolene")
    with pytest.raises(InputError, match="at least one"):
        course(())
    with pytest.raises(InputError, match="half-life"):
        course(("fenfluramine",))
