"""The likelihood against SciPy's distributions, its own derivatives, and its meaning: probabilities add up to 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from baclosim.effects.bedside import EXAMINER_ERROR
from baclosim.individualise.kinds import PENN, counted, kind_of, kinds
from baclosim.individualise.likelihood import latent, log_between, log_likelihood, slopes
from baclosim.individualise.observations import data_of
from fit_cases import observation

ONE_OF_EACH = (
    observation("plasma", 1.0, 0.2),
    observation("plasma", 2.0, below=0.01),
    observation("plasma", 2.0, above=0.5),
    observation("ashworth", 3.0, 3.0),
    observation("ashworth", 3.0, 1.0),
    observation("mean ashworth", 3.0, 2.3),
    observation("spasm count", 4.0, 3.0),
    observation("h/m ratio", 4.0, 0.3),
    observation("drowsiness", 5.0, 1.0),
)


def value_of(*observations, at):
    data = data_of(observations)
    return log_likelihood(data, np.array([at], dtype=float))[0]


def test_a_level_has_a_normal_density_with_proportional_and_constant_scatter():
    sd = np.hypot(0.005, 0.24 * 0.2)
    assert value_of(observation("plasma", 1.0, 0.26), at=[0.2])[0] == pytest.approx(stats.norm(0.2, sd).logpdf(0.26))


def test_a_level_below_quantification_has_the_probability_of_lying_there():
    sd = np.hypot(0.005, 0.24 * 0.2)
    below, above = value_of(observation("plasma", 1.0, below=0.1), observation("plasma", 1.0, above=0.1), at=[0.2, 0.2])
    assert below == pytest.approx(stats.norm(0.2, sd).logcdf(0.1))
    assert np.exp(below) + np.exp(above) == pytest.approx(1.0)


@pytest.mark.parametrize(("kind", "scores"), [("ashworth", range(1, 6)), ("spasm score", range(5))])
@given(st.floats(-1.0, 7.0))
def test_the_probabilities_of_all_scores_add_up_to_one(kind, scores, tone):
    logs = [value_of(observation(kind, 1.0, float(score)), at=[tone])[0] for score in scores]
    assert np.exp(logs).sum() == pytest.approx(1.0)


def test_a_score_is_the_rounding_of_the_examiners_reading():
    expected = stats.norm(2.7, EXAMINER_ERROR).cdf(3.5) - stats.norm(2.7, EXAMINER_ERROR).cdf(2.5)
    assert np.exp(value_of(observation("ashworth", 1.0, 3.0), at=[2.7])[0]) == pytest.approx(expected)


def test_over_all_people_a_symptom_keeps_its_probability():
    data = data_of((observation("drowsiness", 1.0, 1.0),))

    def density(readiness):
        value = latent(data, np.array([[0.3]]), np.array([[readiness]]))
        return float(np.exp(log_likelihood(data, value)[0, 0]) * stats.norm.pdf(readiness))

    assert integrate.quad(density, -8.0, 8.0)[0] == pytest.approx(0.3, abs=1e-6)


def test_a_diary_of_one_person_is_not_as_many_independent_people():
    data = data_of(tuple(observation("drowsiness", float(t), 0.0) for t in range(14)))

    def density(readiness):
        value = latent(data, np.full((1, 14), 0.3), np.array([[readiness]]))
        return float(np.exp(log_likelihood(data, value).sum()) * stats.norm.pdf(readiness))

    assert 0.7**14 < 0.02 < 0.3 < integrate.quad(density, -8.0, 8.0)[0] < 0.7


def test_spasm_counts_become_the_steps_of_the_penn_score():
    edges = [counted(rate) for rate in (0.0, 0.5, 5.0, 30.0)]
    assert [high for _, high in edges[:-1]] == [low for low, _ in edges[1:]]
    assert (edges[0][0], edges[-1][1]) == (-np.inf, np.inf)
    assert [edge for *_, edge in PENN] == [high for _, high in edges]


def test_slopes_are_the_derivatives():
    data, value = data_of(ONE_OF_EACH), np.array([0.25, 0.02, 0.4, 3.3, 2.2, 2.1, 2.8, 0.25, 0.4])
    first, information = slopes(data, value)
    h = 1e-5
    steps = h * np.eye(len(value))
    up, middle, down = (log_likelihood(data, value + move).diagonal() for move in (steps, 0.0 * steps, -steps))
    np.testing.assert_allclose(first, (up - down) / (2 * h), rtol=1e-5)
    inside = ~data.is_exact
    observed = np.maximum(-(up - 2 * middle + down) / h**2, 0.0)
    np.testing.assert_allclose(information[inside], observed[inside], rtol=1e-3, atol=1e-3)


@given(st.floats(-30.0, 30.0), st.floats(0.01, 5.0))
def test_probabilities_keep_their_digits_in_both_tails(low, width):
    left = log_between(np.array([low]), np.array([low + width]))
    right = log_between(np.array([-low - width]), np.array([-low]))
    assert np.isfinite(left).all()
    np.testing.assert_allclose(left, right, rtol=1e-9)


def test_words_find_their_kind():
    assert kind_of("Plasma level") is kinds()["plasma"]
    assert kind_of(" hallucinations") is kinds()["hallucinations"]
    assert kind_of("nothing of the kind") is None
