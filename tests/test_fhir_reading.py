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
    BACLOFEN,
    LOINC,
    PATIENT,
    RXNORM,
    SNOMED,
    condition,
    dosage,
    imported,
    observation,
    oral,
    quantity,
    refusal,
    request,
    said,
    statement,
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


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        ({"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}, "10 mg by mouth every 8 h"),
        ({"repeat": {"frequency": 2, "period": 12, "periodUnit": "h"}}, "10 mg by mouth every 6 h"),
        ({"repeat": {"timeOfDay": ["08:00:00", "20:30:00"]}}, "10 mg by mouth at 08:00 and 20:30"),
        ({"repeat": {"when": ["HS"]}}, "10 mg by mouth at 22:00"),
        ({"repeat": {"when": ["C"]}}, "10 mg by mouth at 08:00, 13:00 and 18:00"),
        ({"repeat": {"when": ["ACM"], "offset": 30}}, "10 mg by mouth at 07:30"),
        ({"repeat": {"period": 2, "periodUnit": "d", "when": ["HS"]}}, "10 mg by mouth at 22:00 on every 2nd day"),
        ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, "10 mg by mouth every 2 days"),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}, "10 mg by mouth every week"),
        ({"code": {"coding": [{"code": "TID"}]}}, "10 mg by mouth three times daily"),
        ({"code": {"text": "QOD"}}, "10 mg by mouth every 2 days"),
        (
            {"repeat": {"dayOfWeek": ["mon", "thu"], "frequency": 2, "period": 1, "periodUnit": "d"}},
            "10 mg by mouth twice daily on Mondays and Thursdays",
        ),
        (
            {"repeat": {"dayOfWeek": ["mon", "thu"], "frequency": 2, "period": 1, "periodUnit": "wk"}},
            "10 mg by mouth once daily on Mondays and Thursdays",
        ),
        (
            {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "duration": 30, "durationUnit": "min"}},
            "10 mg by mouth over 30 minutes once daily",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_timings_are_read(timing, words):
    assert oral(request(dosage(timing=timing), authoredOn="2026-03-02")) == words


@pytest.mark.parametrize(
    ("timing", "word"),
    [
        ({"repeat": {"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}}, "frequencyMax"),
        ({"repeat": {"frequency": 3, "period": 1, "periodUnit": "wk"}}, "dayOfWeek"),
        ({"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}, "periodUnit"),
        ({"code": {"text": "as directed"}}, "TID"),
        ({"event": ["2026-03-03", "2026-03-05"]}, "event"),
        ({"repeat": {"when": ["LUNAR"]}}, "when"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_timings_that_leave_room_for_a_guess_are_refused_by_name(timing, word):
    assert word in refusal(request(dosage(timing=timing)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (dosage(0.5, "mg/kg"), "0.5 mg/kg by mouth three times daily"),
        (dosage(10000, "ug"), "10 mg by mouth three times daily"),
        (dosage(0.01, "g"), "10 mg by mouth three times daily"),
    ],
)
def test_amounts_are_read(given, words):
    assert oral(observation("29463-7", 68, "kg"), request(given)) == words


def test_tablets_and_millilitres_need_a_strength_and_take_it_from_the_medication():
    def product(text: str = "baclofen", **more) -> dict:
        return {"resourceType": "Medication", "id": "t", "code": {**BACLOFEN, "text": text}, **more}

    def strength(above: dict, below: dict) -> dict:
        ratio = {"numerator": above, "denominator": below}
        return {"ingredient": [{"itemCodeableConcept": BACLOFEN, "strength": ratio}]}

    def order(value: float, unit: str) -> dict:
        one = request(dosage(value, unit), medicationReference={"reference": "Medication/t"})
        del one["medicationCodeableConcept"]
        return one

    ten = product(**strength(quantity(10, "mg"), quantity(1, "{tbl}")))
    liquid = product(**strength(quantity(5, "mg"), quantity(5, "mL")))
    assert oral(ten, order(2, "{tbl}")) == "2 tablets of 10 mg by mouth three times daily"
    assert (
        oral(product("baclofen 25 MG Oral Tablet"), order(1, "TAB")) == "1 tablet of 25 mg by mouth three times daily"
    )
    assert oral(liquid, order(10, "mL")) == "10 mg by mouth three times daily"
    assert "strength" in refusal(product(), order(1, "TAB"))
    assert "Medication/t" in {line.resource for line in imported(ten, order(1, "{tbl}")).used}


def test_dosages_in_sequence_follow_each_other():
    def lasting(days: int | None, sequence: int, value: float) -> dict:
        bounds = {"boundsDuration": quantity(days, "d")} if days else {}
        return dosage(value, timing={"repeat": {**THRICE_REPEAT, **bounds}}, sequence=sequence)

    text = oral(request(lasting(None, 3, 15), lasting(3, 1, 5), lasting(4, 2, 10), authoredOn="2026-03-02"))
    assert text == (
        "5 mg by mouth three times daily for 3 days, then 10 mg by mouth three times daily for 4 days, "
        "then 15 mg by mouth three times daily"
    )
    assert "end of the dosage before it" in refusal(request(lasting(None, 1, 5), lasting(4, 2, 10)))


def test_dosages_without_a_sequence_go_on_together():
    morning = dosage(10, timing={"repeat": {"when": ["MORN"]}})
    night = dosage(20, timing={"repeat": {"when": ["NIGHT"]}})
    assert oral(request(morning, night)) == "10 mg by mouth at 08:00 and 20 mg by mouth at 22:00"


def test_an_order_that_came_before_is_an_earlier_therapy_and_a_coming_one_follows():
    before = statement(status="completed", effectivePeriod={"start": "2026-01-01", "end": "2026-03-01"})
    coming = request(dosage(20), authoredOn="2026-03-09", id="next", status="active")
    now = request(dosage(15, timing={"repeat": {**THRICE_REPEAT, "boundsDuration": quantity(7, "d")}}),
                  authoredOn="2026-03-02", id="now")  # fmt: skip
    found = imported(before, now, coming)
    assert str(found.scenario.therapy) == (
        "10 mg by mouth three times daily for 60 days before hour 0, then 15 mg by mouth three times daily for 1 week, "
        "then 20 mg by mouth three times daily"
    )


def test_treatment_that_has_ended_leads_to_a_stop():
    found = imported(statement(status="stopped", effectivePeriod={"start": "2025-03-02", "end": "2026-03-01"}))
    assert 'oral = "stop"' in found.text
    assert found.scenario.before == 365 * 24


def test_a_text_alone_is_read_as_plain_words_policies_too():
    assert oral(request({"text": "10 mg tds"}, authoredOn="2026-03-02")) == "10 mg by mouth three times daily"
    policy = "5 mg every 8 h, raise by 15 mg/day every 3 days until drowsiness, at most 80 mg/day"
    assert "raise by 15 mg/day every 3 days" in oral(request({"text": policy}, authoredOn="2026-03-02"))
    assert "Did you mean" in refusal(request({"text": "10 mg evry 8 h"}))


def test_statement_and_order_that_say_the_same_count_once():
    found = imported(request(), statement())
    assert str(found.scenario.therapy) == "10 mg by mouth three times daily"
    assert "says the same as" in "; ".join(line.says for line in found.left)


def test_companions_are_taken_along_and_unknown_drugs_are_named():
    other = {"coding": [{"system": RXNORM, "code": "3322", "display": "diazepam"}]}
    unknown = {"text": "Vitamin D3 1000 IU"}
    found = imported(
        request(authoredOn="2026-03-02"),
        statement(
            dosage(5, timing={"repeat": {"when": ["HS"]}}),
            medicationCodeableConcept=other,
            effectivePeriod={"start": "2026-03-02"},
        ),
        statement(id="v", medicationCodeableConcept=unknown),
    )
    assert [str(one) for one in found.scenario.therapy.beside] == ["diazepam 5 mg by mouth at 22:00"]
    assert "no drug that the model knows" in said(found.left, "MedicationStatement/v")


def test_a_companion_in_words_is_read_and_one_that_cannot_be_read_is_left_with_the_reason():
    def other(name: str, text: str) -> dict:
        return statement(
            {"text": text}, id=name, medicationCodeableConcept={"text": name}, effectivePeriod={"start": "2026-03-02"}
        )

    found = imported(
        request(authoredOn="2026-03-02"),
        other("diazepam", "5 mg at night"),
        other("gabapentin", "as directed"),
        other("clonidine", "0.1 mg twice daily"),
    )
    assert [str(one) for one in found.scenario.therapy.beside] == [
        "diazepam 5 mg by mouth at 22:00",
        "clonidine 0.1 mg twice daily",
    ]
    assert "cannot be read" in said(found.left, "MedicationStatement/gabapentin")
    assert "only cautions" in said(found.notes, "MedicationStatement/clonidine")


def test_a_meal_is_kept_and_other_instructions_are_left():
    food = {"coding": [{"system": SNOMED, "code": "311504000"}]}
    assert oral(request(dosage(additionalInstruction=[food]))).endswith("three times daily with food")
    found = imported(request(dosage(additionalInstruction=[{"text": "avoid alcohol"}])))
    assert "additionalInstruction" in {line.resource.split(" ")[-1] for line in found.left}


def test_a_bundle_read_to_an_earlier_day_shows_what_was_known_then():
    then = {"repeat": {**THRICE_REPEAT, "boundsPeriod": {"start": "2026-01-01", "end": "2026-02-10"}}}
    over = request(dosage(timing=then), id="then", status="completed")
    later = request(dosage(20), id="later", authoredOn="2026-02-11")
    found = imported(over, later, at="2026-02-01")
    assert "three times daily for 10 days" in str(found.scenario.therapy) or "for 41 days" in str(
        found.scenario.therapy
    )
    assert "later than 2026-02-01" in said(found.left, "MedicationRequest/later")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "on-hold"}, "on hold"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "draft"}, "a draft"),
        ({"status": "stopped"}, "no date says since when"),
        ({"intent": "proposal"}, "a proposal, no order"),
        ({"doNotPerform": True}, "not to be given"),
        ({"subject": {"reference": "Patient/other"}}, "of another patient"),
    ],
)
def test_orders_that_are_not_given_are_left_and_said_to_be_missing(change, why):
    told = refusal(request(**change))
    assert "a MedicationRequest or MedicationStatement of baclofen" in told
    assert why in told


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


def test_the_scenario_goes_to_stdout_and_the_account_to_stderr():
    result = runner.invoke(app, ["import", "fhir", "tablets-ms"])
    assert loads(result.stdout).patient.sex == "female"
    assert "used  Patient/anna" in result.stderr
    printed = json.loads(runner.invoke(app, ["import", "fhir", "tablets-ms", "--json"]).stdout)
    assert loads(printed["scenario"]).title == printed["scenario"].split('"')[1]
    assert {"Immunization/influenza", "Observation/creatinine-wrong"} <= {one["resource"] for one in printed["left"]}
