"""A hospital's bundle becomes the scenario that it describes, and every resource is accounted for."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.exchange.fhir.codes import meanings
from baclosim.exchange.fhir.source import examples
from baclosim.patient import kidney
from baclosim.patient.covariates import ALIASES, CONDITIONS
from baclosim.pump.device import DEVICES
from baclosim.scenario import loads
from fhir_cases import (
    LOINC,
    PATIENT,
    SNOMED,
    condition,
    imported,
    observation,
    refusal,
    request,
    said,
)

runner = CliRunner()
THRICE_REPEAT = {"frequency": 3, "period": 1, "periodUnit": "d"}


def test_a_plain_bundle_is_the_scenario_that_it_describes():
    found = imported(
        observation("29463-7", 68, "kg"),
        observation("2160-0", 0.9, "mg/dL"),
        condition(SNOMED, "24700007"),
        request(),
    )
    who = found.scenario.patient.covariates
    assert (who.age, who.sex, who.weight, who.condition) == (43.0, "female", 68.0, "multiple sclerosis")
    assert who.creatinine_clearance == pytest.approx((140 - 43) * 68 / (72 * 0.9) * 0.85)
    assert str(found.scenario.therapy) == "10 mg by mouth three times daily"
    assert found.scenario.before == 60 * 24
    assert found.scenario.start is not None
    assert found.scenario.start.isoformat() == "2026-03-02T08:00:00"
    assert found.left == ()
    assert loads(found.text).patient == found.scenario.patient


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [(0.9, "mg/dL", "2160-0"), (0.9 * 88.4, "umol/L", "14682-9"), (79.56, "umol/L", "2160-0"), (9.0, "mg/L", "2160-0")],
)
def test_creatinine_means_the_same_in_every_unit(value, unit, code):
    who = imported(observation("29463-7", 68, "kg"), observation(code, value, unit), request()).scenario.patient
    assert who.covariates.creatinine_clearance == pytest.approx((140 - 43) * 68 / (72 * 0.9) * 0.85, rel=1e-9)


@pytest.mark.parametrize(("value", "unit"), [(150, "[lb_av]"), (150, "lbs"), (68.0388555, "kg"), (68038.8555, "g")])
def test_weight_means_the_same_in_every_unit(value, unit):
    who = imported(observation("29463-7", value, unit), request()).scenario.patient
    assert who.covariates.weight == pytest.approx(68.0388555)


def test_a_filtration_rate_per_surface_becomes_the_own_clearance_of_this_body():
    found = imported(
        observation("29463-7", 50, "kg"),
        observation("8302-2", 150, "cm"),
        observation("98979-8", 60, "mL/min/{1.73_m2}"),
        request(),
    )
    surface = (50 * 150 / 3600) ** 0.5
    assert found.scenario.patient.covariates.creatinine_clearance == pytest.approx(60 * surface / 1.73, rel=1e-3)
    assert "without which Observation/o98979-8" in refusal(observation("98979-8", 60, "mL/min/{1.73_m2}"), request())


def test_of_several_values_the_newest_verified_one_counts_and_the_others_are_named():
    found = imported(
        observation("29463-7", 60, "kg", "2025-01-01", id="old"),
        observation("29463-7", 66, "kg", "2026-02-01", id="new"),
        observation("29463-7", 99, "kg", "2026-02-25", id="preliminary", status="preliminary"),
        observation("29463-7", 98, "kg", "2026-02-26", id="error", status="entered-in-error"),
        request(),
    )
    assert found.scenario.patient.covariates.weight == 66.0
    assert said(found.left, "Observation/old") == "weight 60 kg: not the newest"
    assert said(found.left, "Observation/preliminary") == "weight 99 kg: preliminary"
    assert said(found.left, "Observation/error") == "weight: its status is entered-in-error"


def test_a_preliminary_value_is_used_where_there_is_no_other_and_that_is_said():
    found = imported(observation("29463-7", 66, "kg", status="preliminary"), request())
    assert found.scenario.patient.covariates.weight == 66.0
    assert "preliminary" in said(found.notes, "Observation/o29463-7")


def test_what_is_later_than_the_day_asked_for_does_not_count():
    later = observation("29463-7", 99, "kg", "2026-02-25", id="later")
    found = imported(observation("29463-7", 66, "kg", "2026-01-15"), later, request(), at="2026-02-01")
    assert found.scenario.patient.covariates.weight == 66.0
    assert "later than 2026-02-01" in said(found.left, "Observation/later")


def test_modified_ashworth_is_moved_to_the_scale_used_here_and_averaged_over_the_legs():
    def score(name: str, value: str, site: str) -> dict:
        code = {"coding": [{"system": SNOMED, "code": "765771006"}], "text": "Modified Ashworth Scale"}
        one = {**observation("x", 0, "1", id=name, bodySite={"text": site}, valueString=value), "code": code}
        del one["valueQuantity"]
        return one

    found = imported(score("knee", "2", "knee flexors"), score("hip", "1+", "hip adductors"),
                     score("elbow", "4", "elbow flexors"), request())  # fmt: skip
    assert found.scenario.patient.covariates.ashworth == pytest.approx((2 + 1.5) / 2 + 1)
    assert "the legs count" in said(found.left, "Observation/elbow")


def test_scores_are_the_baseline_so_that_those_without_baclofen_count():
    def score(name: str, value: float, day: str) -> dict:
        return {**observation("x", value, "1", day, id=name), "code": {"text": "Ashworth score"}}

    before, during = score("before", 3.5, "2025-12-20"), score("during", 2.0, "2026-02-20")
    found = imported(before, during, request())
    assert found.scenario.patient.covariates.ashworth == 3.5
    assert "measured while baclofen was taken" in said(found.left, "Observation/during")
    found = imported(during, request())
    assert found.scenario.patient.covariates.ashworth == 2.0
    assert "without it the score is higher" in said(found.notes, "Observation/during")


@pytest.mark.parametrize(
    ("system", "code", "name"),
    [
        (SNOMED, "128188000", "cerebral palsy"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "G35.9", "multiple sclerosis"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "S14.109S", "spinal cord injury"),
        ("http://hl7.org/fhir/sid/icd-10", "I69.3", "stroke"),
    ],
)
def test_conditions_are_known_by_their_codes(system, code, name):
    assert imported(condition(system, code), request()).scenario.patient.covariates.condition == name


def test_conditions_that_are_over_doubted_or_second_do_not_count():
    over = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    doubted = {"verificationStatus": {"coding": [{"code": "differential"}]}}
    found = imported(
        condition(SNOMED, "230690007", **over),
        condition(SNOMED, "128188000", **doubted),
        condition(SNOMED, "221360009"),
        condition(SNOMED, "24700007"),
        condition(SNOMED, "73211009"),
        request(),
    )
    assert found.scenario.patient.covariates.condition == "multiple sclerosis"
    assert {line.resource for line in found.left} == {
        f"Condition/c{code}" for code in ("230690007", "128188000", "221360009", "73211009")
    }


def test_normal_kidneys_are_never_assumed_where_a_kidney_disease_is_known():
    disease = condition("http://hl7.org/fhir/sid/icd-10-cm", "N18.4")
    assert "LOINC 2160-0" in refusal(disease, request())
    found = imported(disease, observation("2164-2", 22, "mL/min"), request())
    assert found.scenario.patient.covariates.creatinine_clearance == 22.0


def test_a_child_needs_what_the_bedside_schwartz_formula_needs():
    child = {**PATIENT, "birthDate": "2018-03-02"}
    size = (observation("29463-7", 25, "kg"), observation("2160-0", 0.4, "mg/dL"))
    assert "bedside Schwartz" in refusal(*size, request(), patient=child)
    found = imported(*size, observation("8302-2", 125, "cm"), request(), patient=child)
    expected = kidney.own(0.413 * 125 / 0.4, kidney.body_surface(25, 125))
    assert found.scenario.patient.covariates.creatinine_clearance == pytest.approx(expected)


def test_every_resource_is_accounted_for():
    noise = [
        {"resourceType": kind, "id": "n", "status": "final"}
        for kind in ("Immunization", "DiagnosticReport", "Encounter", "Practitioner", "AllergyIntolerance")
    ]
    found = imported(*noise, observation("718-7", 13, "g/dL"), request())
    named = {line.resource for lines in (found.used, found.left) for line in lines}
    assert named == {
        "Patient/p",
        "MedicationRequest/m",
        "Observation/o718-7",
        *(f"{n['resourceType']}/n" for n in noise),
    }


def test_a_fault_of_an_observation_that_says_nothing_here_does_not_matter():
    wrong = {**observation("718-7", 13, "g/dL"), "valueQuantity": "thirteen"}
    assert said(imported(wrong, request()).left, "Observation/o718-7") != ""
    assert "valueQuantity" in refusal({**observation("29463-7", 68, "kg"), "valueQuantity": "heavy"}, request())


def test_the_code_tables_speak_of_things_that_exist():
    known = set(CONDITIONS) | set(ALIASES.values())
    assert set(meanings("condition")) <= known
    assert {name for name in CONDITIONS if name != "healthy"} == set(meanings("condition"))
    from baclosim.exchange.fhir.codes import tables

    assert set(tables()["pump"]) == set(DEVICES)
    for table in ("measurement", "condition", "kidney", "drug", "route"):
        for meaning in meanings(table).values():
            assert all(code.system in tables()["system"] for code in meaning.codes)
    assert meanings("measurement")["weight"].concept()["coding"][0] == {
        "system": LOINC,
        "code": "29463-7",
        "display": "Body weight",
    }


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_is_read(name, tmp_path):
    target = tmp_path / "scenario.toml"
    result = runner.invoke(app, ["import", "fhir", name, "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert loads(target.read_text()).patient is not None
    again = runner.invoke(app, ["import", "fhir", name, "-o", str(target)])
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_a_mean_of_scores_is_exact_in_the_scenario_and_short_in_words(tmp_path):
    target = tmp_path / "scenario.toml"
    told = runner.invoke(app, ["import", "fhir", "tablets-ms", "-o", str(target)]).stdout
    assert "Ashworth 3.33," in told
    assert loads(target.read_text()).patient.covariates.ashworth == 3.3333


def test_the_scenario_goes_to_stdout_and_the_account_to_stderr():
    result = runner.invoke(app, ["import", "fhir", "tablets-ms"])
    assert loads(result.stdout).patient.sex == "female"
    assert "used  Patient/anna" in result.stderr
    printed = json.loads(runner.invoke(app, ["import", "fhir", "tablets-ms", "--json"]).stdout)
    assert loads(printed["scenario"]).title == printed["scenario"].split('"')[1]
    assert {"Immunization/influenza", "Observation/creatinine-wrong"} <= {one["resource"] for one in printed["left"]}
