"""The SIMD words against mpmath, and every meaning of the vocabulary against the plain one."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from baclosim.engine import singlemath, vectormath
from baclosim.engine.vocabulary import PYTHON, rebind, sympy_meanings

mpmath.mp.prec = 120


def ulps(found: float, exact: object) -> float:
    return float(abs(mpmath.mpf(found) - exact)) / float(np.spacing(abs(float(exact))))


@given(st.floats(-700, 700))
def test_exp_is_within_two_ulp(x):
    assert ulps(vectormath.exp(x), mpmath.exp(mpmath.mpf(x))) < 2


@given(st.floats(1e-290, 1e290))
def test_log_is_within_two_ulp(x):
    assert ulps(vectormath.log(x), mpmath.log(mpmath.mpf(x))) < 2


@given(st.floats(0.5, 2.0))
def test_log_is_accurate_about_one(x):
    assert ulps(vectormath.log(x), mpmath.log(mpmath.mpf(x))) < 2 or x == 1.0


def single_ulps(found: float, exact: object) -> float:
    return float(abs(mpmath.mpf(float(found)) - exact)) / float(np.spacing(np.float32(abs(float(exact)))))


@given(st.floats(-86, 86, width=32))
def test_single_exp_is_within_three_ulp(x):
    assert single_ulps(singlemath.exp(np.float32(x)), mpmath.exp(mpmath.mpf(x))) < 3


@given(st.floats(2.0**-90, 2.0**90, width=32))
def test_single_log_is_within_three_ulp(x):
    assert single_ulps(singlemath.log(np.float32(x)), mpmath.log(mpmath.mpf(x))) < 3 or x == 1.0


@njit
def many(function, x, result):
    for i in range(len(x)):
        result[i] = function(x[i])


@singlemath.lane
def reciprocal(x):
    return singlemath.ONE / x


@pytest.mark.parametrize(
    ("function", "exact", "low", "high", "most"),
    [
        (reciprocal, lambda x: 1.0 / x, 2.0**-100, 2.0**100, 2.0),
        (singlemath.exp, np.exp, 2.0**-40, 86.0, 3.0),
        (singlemath.log, np.log, 2.0**-90, 2.0**90, 3.0),
        (singlemath.logistic, lambda x: 1.0 / (1.0 + np.exp(-x)), 2.0**-20, 15.0, 3.0),
    ],
)
def test_singles_side_by_side_are_as_accurate_although_they_divide_otherwise(function, exact, low, high, most):
    x = np.geomspace(low, high, 100_000, dtype=np.float32)
    found = np.empty_like(x)
    many(function, x, found)
    true = exact(x.astype(np.float64))
    ulp = np.spacing(np.abs(true).astype(np.float32))
    assert np.all((np.abs(found - true) < most * ulp) | (x == 1.0))


def test_single_words_stay_single():
    for word, meaning in singlemath.MEANINGS.items():
        found = meaning(*(np.float32(a) for a in ARGUMENTS[word]))
        assert found == pytest.approx(PYTHON[word](*ARGUMENTS[word]), rel=1e-6)
        assert [s.return_type.name for s in meaning.nopython_signatures] == ["float32"]


ARGUMENTS = {
    "exp": (1.3,), "log": (0.2,), "positive": (-0.4,), "select": (0.1, 2.0, 3.0),
    "power": (0.3, 1.7), "root": (0.7,), "hill": (0.05, 0.1, 1.7), "logistic": (-0.6,),
}  # fmt: skip


@pytest.mark.parametrize("word", PYTHON)
def test_every_meaning_of_a_word_agrees(word):
    plain = PYTHON[word](*ARGUMENTS[word])
    assert vectormath.MEANINGS[word](*ARGUMENTS[word]) == pytest.approx(plain, rel=1e-14)
    traced = sympy_meanings()[word](*(sympy.Float(a, 30) for a in ARGUMENTS[word]))
    assert float(traced) == pytest.approx(plain, rel=1e-14)


@pytest.mark.parametrize("word", ["hill"])
@pytest.mark.parametrize("meaning", [PYTHON, vectormath.MEANINGS])
def test_no_drug_no_effect_and_no_overflow(word, meaning):
    assert meaning[word](0.0, 0.1, 1.7) < 1e-100
    assert meaning[word](-1e-20, 0.1, 1.7) < 1e-100
    assert meaning[word](1e300, 0.1, 1.7) == pytest.approx(1.0)


def test_rebinding_reaches_equations_called_by_equations():
    from small_model import deficit, response

    seen = []
    rebound = rebind(response, {**PYTHON, "hill": lambda c, k, n: seen.append((c, k, n)) or 0.5})
    assert rebound(1.0, 2.0, 3.0) == 0.5
    assert seen == [(1.0, 6.0, 1.7)]
    assert response(1.0, 2.0, 3.0) != 0.5
    assert rebind(deficit, PYTHON)(0.7, 0.2) == pytest.approx(0.5)


@pytest.mark.parametrize("meaning", [PYTHON, vectormath.MEANINGS])
@pytest.mark.parametrize("word", ["exp", "log", "positive", "power", "hill", "logistic"])
def test_not_a_number_is_never_swallowed(word, meaning):
    arguments = (np.nan, *ARGUMENTS[word][1:])
    assert np.isnan(meaning[word](*arguments))


@pytest.mark.parametrize("word", ["exp", "log", "positive", "power", "hill", "logistic"])
def test_not_a_single_is_never_swallowed(word):
    arguments = (np.float32(a) for a in (np.nan, *ARGUMENTS[word][1:]))
    assert np.isnan(singlemath.MEANINGS[word](*arguments))


def test_rebinding_makes_every_constant_single():
    from small_model import tolerance_rate

    rebound = rebind(tolerance_rate, PYTHON, number=np.float32)
    assert {type(c) for c in rebound.__code__.co_consts if c is not None} == {np.float32}
    assert type(rebound(np.float32(1.0), np.float32(0.5))) is np.float32
