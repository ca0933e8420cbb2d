"""Orders and statements of a bundle: timings, amounts, sequences, other drugs, and what is not being given."""

from __future__ import annotations

import pytest

from fhir_cases import (
    BACLOFEN,
    RXNORM,
    SNOMED,
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

THRICE_REPEAT = {"frequency": 3, "period": 1, "periodUnit": "d"}


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
