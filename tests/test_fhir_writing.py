"""Bundles of scenarios, plans and results: valid, linked, proposed, and plans the same when they are read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.exchange.fhir import FhirError, read
from baclosim.exchange.fhir.measured import TAG
from baclosim.exchange.fhir.plans import export as export_plan
from baclosim.exchange.fhir.scenarios import MONDAY, patient
from baclosim.exchange.fhir.valid import model
from baclosim.exchange.fhir.when import Zero
from baclosim.exchange.parcel import Parcel
from baclosim.patient import Patient
from baclosim.plan.record import PlanRecord, StepRecord, TakeRecord, record
from baclosim.plan.safety import DISCLAIMER, NEVER_ALONE
from baclosim.scenario import load
from fhir_cases import TODAY, assert_same_doses, written
from small_plan import SMALL_PLAN

runner = CliRunner()


def resources(content: bytes) -> dict[str, dict[str, Any]]:
    return {entry["fullUrl"]: entry["resource"] for entry in json.loads(content)["entry"]}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (one for key, one in value.items() if key == "reference" and isinstance(one, str))
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from references(one)


def small_plan() -> PlanRecord:
    return record(SMALL_PLAN)


BUNDLES = {
    "tablets": lambda: written(load("taper-80-mg-1-week")),
    "pump": lambda: written(load("pump-flex-cerebral-palsy")),
    "companions": lambda: written(load("fluoxetine-tramadol")),
    "plan": lambda: export_plan(small_plan(), "plan.json").files[0].content,
}


@pytest.mark.parametrize("name", BUNDLES)
def test_every_reference_leads_to_a_resource_of_the_bundle(name):
    found = resources(BUNDLES[name]())
    for body in found.values():
        for reference in references(body):
            assert reference in found or reference[1:] in {one["id"] for one in body.get("contained", ())}, reference


def enumerated(of: Any, body: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Every code of a resource whose values FHIR prescribes: element, value, values allowed."""
    if isinstance(body, list):
        for one in body:
            yield from enumerated(of, one)
    if not isinstance(body, dict):
        return
    if "resourceType" in body:
        of = model(body["resourceType"])
    for name, field in of.model_fields.items():
        key = field.alias or name
        allowed = (field.json_schema_extra or {}).get("enum_values")
        if allowed and key in body:
            yield f"{of.__name__}.{key}", body[key], allowed
        kind = next((one for one in _models(field.annotation)), None)
        if key in body and (kind or isinstance(body[key], dict | list)):
            yield from enumerated(kind or of, body[key]) if kind or _has_resources(body[key]) else ()


def _has_resources(value: Any) -> bool:
    return any(
        "resourceType" in one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)
    )


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


@pytest.mark.parametrize("name", BUNDLES)
def test_codes_are_of_the_value_sets_that_fhir_requires(name):
    found = list(enumerated(model("Bundle"), json.loads(BUNDLES[name]())))
    assert {"Bundle.type"} <= {where for where, _, _ in found}
    assert [(where, value) for where, value, allowed in found if value not in allowed] == []
    wrong = enumerated(model("Patient"), {"resourceType": "Patient", "gender": "woman"})
    assert [value for _, value, allowed in wrong if value not in allowed] == ["woman"]


@pytest.mark.parametrize("name", BUNDLES)
def test_the_same_input_gives_the_same_bytes(name):
    assert BUNDLES[name]() == BUNDLES[name]()


def test_a_bundle_says_that_it_is_no_record_of_a_person():
    bundle = json.loads(BUNDLES["tablets"]())
    assert bundle["meta"]["security"][0]["code"] == "HTEST"
    found = [entry["resource"] for entry in bundle["entry"]]
    assert {r["resourceType"] for r in found} == {
        "Patient", "Observation", "Condition", "MedicationStatement", "Parameters", "Provenance",
    }  # fmt: skip
    origin = next(r for r in found if r["resourceType"] == "Provenance")
    assert origin["contained"][0]["deviceName"][0]["name"] == "baclosim"


def test_a_plan_is_proposed_and_begins_with_who_must_decide():
    found = list(resources(BUNDLES["plan"]()).values())
    care = next(r for r in found if r["resourceType"] == "CarePlan")
    requests = [r for r in found if r["resourceType"] == "MedicationRequest"]
    assert (care["status"], care["intent"]) == ("draft", "proposal")
    assert care["note"][0]["text"] == DISCLAIMER
    assert NEVER_ALONE.says in care["note"][1]["text"]
    assert any("Call the emergency number" in one["text"] for one in care["note"])
    assert {(r["status"], r["intent"]) for r in requests} == {("draft", "proposal")}
    assert all(r["note"][0]["text"] == DISCLAIMER for r in requests)
    assert len(care["activity"]) == len(SMALL_PLAN.steps)


def test_predictions_are_flagged_carry_their_ranges_and_are_never_read_as_measurements():
    found = [r for r in resources(BUNDLES["plan"]()).values() if r["resourceType"] == "Observation"]
    assert len(found) == len(SMALL_PLAN.odds)
    first = found[0]
    assert (first["status"], first["meta"]["tag"]) == ("preliminary", [TAG])
    assert "not a measurement" in first["method"]["text"]
    assert first["valueQuantity"]["value"] == 0.1
    assert [one["valueQuantity"]["value"] for one in first["component"]] == [0.02, 0.25, 0.08, 0.2]
    assert {one["valueQuantity"]["code"] for one in first["component"]} == {"1"}


def test_a_plan_that_was_made_for_another_person_says_so_and_for_whom():
    plan, other = small_plan(), "man of 71 years, 58 kg, creatinine clearance 24 mL/min"
    parcel = export_plan(plan, "plan.json", PERSON, other)
    notes = [one["text"] for one in next(r for r in _listed(parcel) if r["resourceType"] == "CarePlan")["note"]]
    assert notes[0] == DISCLAIMER
    assert parcel.notes[0] == notes[1]
    assert plan.patient in notes[1]
    assert other in notes[1]
    same = export_plan(plan, "plan.json", PERSON, plan.patient)
    assert same.files[0].content == export_plan(plan, "plan.json", PERSON).files[0].content
    assert not any("another person" in note for note in same.notes)


def _listed(parcel: Parcel) -> list[dict[str, Any]]:
    return list(resources(parcel.files[0].content).values())


def test_the_person_of_a_scenario_is_told_apart_from_whom_a_plan_was_made_for(tmp_path):
    (tmp_path / "plan.json").write_text(small_plan().model_dump_json())
    words = ["export", "fhir", str(tmp_path / "plan.json"), "--patient", "kidney-failure", "--out", str(tmp_path / "o")]
    result = runner.invoke(app, [*words, "--json"])
    assert result.exit_code == 0, result.output
    assert "another person" in result.stdout
    assert "18 mL/min" in result.stdout


def test_a_plan_without_a_first_day_is_refused():
    with pytest.raises(FhirError, match="--start"):
        export_plan(small_plan().model_copy(update={"begins": None}), "plan.json")


PERSON = patient(Patient(age=43, sex="female", weight=68), Zero(MONDAY))


def day_by_day(plan: PlanRecord, days: int) -> list[float]:
    """What is taken on each day of a plan that was exported, read back as a treatment [ug]."""
    content = export_plan(plan, "plan.json", PERSON).files[0].content
    found = read(content, "plan", today=TODAY, proposals=True).scenario
    assert found.start is not None
    assert found.start.date() == plan.begins
    given = found.therapy.doses(days * 24.0)
    return np.bincount((given.time // 24.0).astype(int), weights=given.amount, minlength=days)[:days].tolist()


def calendar(plan: PlanRecord, days: int) -> list[float]:
    """What the plan itself gives on each of its days [ug]."""
    found = [0.0] * days
    for step in plan.steps:
        for day in range(step.first_day - 1, min(days, step.last_day or days)):
            found[day] += step.daily_dose_ug or 0.0
    return found


@st.composite
def plans(draw) -> PlanRecord:
    begins = draw(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
    slots = draw(
        st.sampled_from([("morning", "evening"), ("morning", "midday", "evening", "night"), ("08:00", "20:00")])
    )
    first, steps = 1, []
    for length in draw(st.lists(st.integers(1, 9), min_size=1, max_size=7)):
        amounts = [2500.0 * draw(st.integers(0, 8)) for _ in slots]
        takes = [TakeRecord(at=at, what=f"{a / 1e3:g} mg", amount_ug=a) for at, a in zip(slots, amounts, strict=True)]
        steps.append(StepRecord(
            first_day=first, last_day=first + length - 1, start_h=(first - 1) * 24.0, end_h=(first + length - 1) * 24.0,
            date=begins + dt.timedelta(days=first - 1), says="tablets", daily_dose_ug=sum(amounts), route="mouth",
            takes=takes, do="",
        ))  # fmt: skip
        first += length
    return small_plan().model_copy(update={"begins": begins, "steps": steps})


@given(plans())
@settings(max_examples=20)
def test_the_doses_of_a_plan_read_back_are_those_of_its_calendar(plan):
    days = plan.steps[-1].last_day or 1
    wanted = calendar(plan, days)
    if not any(wanted):
        return
    assert np.allclose(day_by_day(plan, days + 3), [*wanted, 0.0, 0.0, 0.0])


def test_a_real_taper_comes_back_day_for_day(tmp_path):
    words = [
        "taper",
        "25 mg three times daily",
        "--since",
        "8 months",
        "--patients",
        "20",
        "--start",
        "2026-03-02",
        "--json",
    ]
    printed = runner.invoke(app, words).stdout
    file = tmp_path / "plan.json"
    file.write_text(printed)
    result = runner.invoke(app, ["export", "fhir", str(file), "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    plan = PlanRecord.model_validate_json(printed)
    days = plan.steps[-1].first_day + 5
    assert np.allclose(day_by_day(plan, days), calendar(plan, days))


def test_results_are_observations_derived_from_what_was_measured(tmp_path):
    folder = tmp_path / "out"
    words = ["export", "fhir", "oral-titration-ms", "--results", "--patients", "10", "--out", str(folder), "-q"]
    assert runner.invoke(app, words).exit_code == 0
    content = (folder / "bundle.json").read_bytes()
    found = resources(content)
    predicted = [r for r in found.values() if r.get("meta", {}).get("tag") == [TAG]]
    measured = {url for url, r in found.items() if r["resourceType"] == "Observation" and r["status"] == "final"}
    assert len(predicted) > 20
    assert all({one["reference"] for one in r["derivedFrom"]} == measured for r in predicted)
    back = read(content, "results", today=TODAY)
    assert_same_doses(load("oral-titration-ms"), back.scenario)
    assert sum("predicted by a simulation" in line.says or "no covariate" in line.says for line in back.left) == len(
        predicted
    )


def test_export_says_what_it_cannot_read(tmp_path):
    wrong = tmp_path / "run.json"
    wrong.write_text('{"format": 1, "summary": []}')
    told = runner.invoke(app, ["export", "fhir", str(wrong)])
    assert told.exit_code == 2
    assert "--results" in told.stderr
    told = runner.invoke(app, ["export", "fhir", "sci-80-mg", "--patient", "sci-80-mg", "--out", str(tmp_path / "o")])
    assert told.exit_code == 2
