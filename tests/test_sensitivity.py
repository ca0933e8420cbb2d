"""Sensitivity: indices of a function whose indices are known, groups that keep correlations inside."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "calibration"


@pytest.fixture(scope="module")
def sensitivity():
    found = importlib.util.spec_from_file_location("sensitivity", FOLDER / "sensitivity.py")
    module = importlib.util.module_from_spec(found)
    sys.modules["sensitivity"] = module
    found.loader.exec_module(module)
    return module


def test_indices_of_a_sum_are_its_shares_of_variance_and_a_group_counts_as_one(sensitivity):
    """y = 3a + b + c with unit variances: a explains 9/11, b and c together 2/11, d nothing."""
    one, other = (dict(zip("abcd", np.random.default_rng(seed).normal(size=(4, 4096)), strict=True)) for seed in (1, 2))
    groups = (("a",), ("b", "c"), ("d",))
    found = sensitivity.indices(groups, lambda v: 3 * v["a"] + v["b"] + v["c"], one, other)
    assert [index.group for index in found] == list(groups)
    for index, share in zip(found, (9 / 11, 2 / 11, 0.0), strict=True):
        assert index.total == pytest.approx(share, abs=0.04)
        assert index.first == pytest.approx(share, abs=0.06)


def test_parameters_fitted_together_are_one_group(sensitivity):
    groups = sensitivity.groups_of(("absorption_rate", "absorption_lag", "bioavailability", "spinal_loss_rate"))
    assert set(groups) == {("absorption_rate", "bioavailability"), ("absorption_lag",), ("spinal_loss_rate",)}


def test_plasma_by_mouth_rests_on_the_fit_of_blood_alone(sensitivity):
    plasma = next(q for q in sensitivity.QUESTIONS if q.quantity == "plasma")
    values, (first, *others) = sensitivity.study(plasma, draws=16)
    assert "bioavailability" in first.group
    assert sum(index.total for index in others) < 0.05
    assert values.min() > 0.0


def test_the_page_holds_every_question(sensitivity):
    text = (FOLDER.parent / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    assert all(f"## {question.says}" in text for question in sensitivity.QUESTIONS)
