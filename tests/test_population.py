"""Virtual populations have the ages, sexes, bodies and kidneys that they cite, hang together, and stay who they are."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim.evidence.library import library
from baclosim.patient import CONDITIONS, Patient, population
from baclosim.patient.kidney import cockcroft_gault
from baclosim.patient.population import populations

N = 20_000


def drawn(condition: str, **given):
    return population(N, Patient(condition=condition, **given), seed=3).covariates


def cited(name: str):
    return library().get(name)


def test_multiple_sclerosis_has_the_ages_and_sexes_of_people_with_a_pump():
    fact, people = cited("population.ms-pump.jones-2016"), drawn("multiple sclerosis")
    assert people["age"].mean() == pytest.approx(fact.value, abs=0.3)
    assert people["age"].std() == pytest.approx(fact.high - fact.value, rel=0.03)
    assert people["female"].mean() == pytest.approx(31 / 48, abs=0.01)


def test_cerebral_palsy_is_mostly_children_of_their_size():
    fact, people = cited("population.cp-pump.krach-2010"), drawn("cerebral palsy")
    assert people["age"].mean() == pytest.approx(fact.value, rel=0.03)
    assert people["age"].std() == pytest.approx(fact.high - fact.value, rel=0.1)
    assert 3.0 <= people["age"].min() <= people["age"].max() <= 40.0
    small = people["age"] < 8
    assert 10.0 < np.median(people["weight"][small]) < 25.0
    assert 90.0 < np.median(people["height"][small]) < 125.0


def test_spinal_cord_injury_is_mostly_men():
    assert 1.0 - drawn("spinal cord injury")["female"].mean() == pytest.approx(0.795, abs=0.01)


def test_heights_and_creatinine_are_those_of_the_surveys():
    people = drawn("multiple sclerosis")
    for who, sd in (("men", 2.85 * 2.54), ("women", 2.58 * 2.54)):
        height = people["height"][people["female"] == (who == "women")]
        assert height.mean() == pytest.approx(populations()[f"height_{who}"].value, abs=0.3)
        assert height.std() == pytest.approx(sd, rel=0.03)
    for who in ("men", "women"):
        fact, p = cited(f"population.creatinine-{who}.pottel-2008"), populations()[f"serum_creatinine_{who}"]
        spread = np.sqrt(np.log1p(p.spread**2))
        assert p.value * np.exp(1.96 * spread) == pytest.approx(fact.high, rel=0.06)
        assert p.value * np.exp(-1.96 * spread) == pytest.approx(fact.low, rel=0.06)


def test_age_weight_sex_and_kidneys_hang_together():
    people = drawn("multiple sclerosis")
    kidneys = people["creatinine_clearance"]
    assert np.corrcoef(people["age"], kidneys)[0, 1] < -0.2
    assert np.corrcoef(people["weight"], kidneys)[0, 1] > 0.5
    implied = cockcroft_gault(people["age"], people["weight"], 1.0, people["female"]) / kidneys  # creatinine, mg/dL
    inside = kidneys < 250.0
    for female, typical in ((0.0, 0.90), (1.0, 0.70)):
        assert np.median(implied[inside & (people["female"] == female)]) == pytest.approx(typical, rel=0.02)


def test_the_canal_follows_height():
    group = population(N, Patient(condition="multiple sclerosis"), seed=3)
    assert np.corrcoef(group.covariates["height"], group.parameters["canal_length"])[0, 1] > 0.5


def test_what_is_said_of_a_patient_is_kept_and_the_rest_is_drawn():
    people = drawn("stroke", age=70, creatinine_clearance=55)
    assert np.all(people["age"] == 70.0)
    assert np.all(people["creatinine_clearance"] == 55.0)
    assert np.ptp(people["weight"]) > 30.0


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_has_a_population_without_impossible_people(condition: str):
    group = population(2000, Patient(condition=condition), seed=1)
    people = group.covariates
    assert np.all(np.isfinite(np.stack(list(people.values()))))
    assert people["weight"].min() > 2.0
    assert people["creatinine_clearance"].min() > 5.0
    assert any(c.about == "population" for c in group.cautions)
    assert not any("assumed 40 years" in c.says for c in group.cautions)


def test_a_person_is_the_same_however_the_population_is_cut():
    like = Patient(condition="cerebral palsy")
    whole, part = population(700, like, seed=2), population(40, like, seed=2, first=401)
    for name, values in whole[401:441].parameters.items():
        np.testing.assert_array_equal(values, part.parameters[name])
    for name, values in whole.covariates.items():
        np.testing.assert_array_equal(values[401:441], part.covariates[name])
    assert whole[401:441].first == part.first == 401


def test_no_distribution_leans_on_a_fact_held_out_for_checking():
    facts = [cited(name) for p in populations().values() for name in p.facts]
    assert facts
    assert not [fact.id for fact in facts if fact.use == "check"]
    for p in populations().values():
        assert p.facts or p.is_weak
        assert all(cited(name).is_verified or p.grade == "recalled" for name in p.facts)
