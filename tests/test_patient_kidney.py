"""Formulas for kidney function against worked values, and their units."""

from __future__ import annotations

import pytest

from baclosim.patient import Patient
from baclosim.patient.kidney import (
    body_surface,
    ckd_epi_2021,
    cockcroft_gault,
    normal_for,
    own,
    schwartz_bedside,
)


@pytest.mark.parametrize(
    ("age", "weight", "creatinine", "female", "expected"),
    [(50, 80, 1.0, False, 100.0), (65, 70, 1.4, False, 52.1), (45, 65, 0.9, True, 80.9), (60, 80, 1.2, False, 74.1)],
)
def test_cockcroft_gault_gives_the_worked_values(age, weight, creatinine, female, expected):
    """Worked examples of published calculators."""
    assert cockcroft_gault(age, weight, creatinine, female) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("age", "creatinine", "female", "expected"),
    [(50, 1.0, False, 92), (50, 1.0, True, 69), (20, 0.9, False, 125), (80, 2.0, True, 25)],
)
def test_ckd_epi_gives_the_table_values(age, creatinine, female, expected):
    """142 x min(S/k, 1)^a x max(S/k, 1)^-1.2 x 0.9938^age x 1.012 if female, by hand, to a whole number."""
    assert round(ckd_epi_2021(age, creatinine, female)) == expected


def test_ckd_epi_is_continuous_at_its_knot():
    below, above = (ckd_epi_2021(40, 0.9 * x, female=False) for x in (1 - 1e-9, 1 + 1e-9))
    assert below == pytest.approx(above, rel=1e-7)


def test_schwartz_of_a_child_of_120_cm_and_half_a_milligram():
    assert schwartz_bedside(120.0, 0.5) == pytest.approx(99.12)


def test_body_surface_with_and_without_height_agree_for_usual_people():
    assert body_surface(70.0, 175.0) == pytest.approx(1.84, abs=0.01)
    for weight, height in ((10.0, 76.0), (25.0, 127.0), (70.0, 172.0)):
        assert body_surface(weight, None) == pytest.approx(body_surface(weight, height), rel=0.06)


def test_a_standard_surface_changes_nothing():
    assert own(90.0, 1.73) == 90.0


def test_normal_kidneys_fall_with_age_and_grow_with_a_child():
    ages = (20, 40, 60, 80, 100)
    adults = [normal_for(age, 70.0, 170.0) for age in ages]
    assert adults[0] == adults[1] == 110.0
    assert adults == sorted(adults, reverse=True)
    assert normal_for(5, 18.0, 110.0) < normal_for(12, 40.0, 150.0) < 130.0


def test_micromolar_and_milligrams_are_the_same_creatinine():
    person = {"age": 60, "sex": "male", "weight": "80 kg"}
    molar = Patient(serum_creatinine="106.08 umol/L", **person).covariates
    mass = Patient(serum_creatinine="1.2 mg/dL", **person).covariates
    assert molar.creatinine_clearance == pytest.approx(mass.creatinine_clearance)
    assert mass.creatinine_clearance == pytest.approx(74.07, abs=0.01)


def test_the_result_names_the_formula():
    adult = {"age": 60, "sex": "female", "weight": 60, "serum_creatinine": 1.0}
    assert Patient(**adult).covariates.kidney_from == "Cockcroft-Gault 1976"
    assert Patient(**adult, kidney_formula="CKD-EPI 2021").covariates.kidney_from == "CKD-EPI 2021"
    child = Patient(age=8, weight=25, height=128, serum_creatinine=0.45).covariates
    assert child.kidney_from == "bedside Schwartz 2009"
    surface = (25 * 128 / 3600) ** 0.5
    assert child.creatinine_clearance == pytest.approx(0.413 * 128 / 0.45 * surface / 1.73)
    assert Patient().covariates.kidney_from == "assumed normal for the age"
