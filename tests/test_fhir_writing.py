"""Scenarios, plans and results as bundles: valid, linked, and the same again when they are read back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.errors import ScenarioError
from baclosim.exchange.fhir import FhirError, read
from baclosim.exchange.fhir.measured import TAG
from baclosim.exchange.fhir.plans import export as export_plan
from baclosim.exchange.fhir.scenarios import MONDAY, export, patient
from baclosim.exchange.fhir.valid import model
from baclosim.exchange.fhir.when import Zero
from baclosim.exchange.parcel import Parcel
from baclosim.patient import Patient
from baclosim.plan.record import PlanRecord, StepRecord, TakeRecord, record
from baclosim.plan.safety import DISCLAIMER, NEVER_ALONE
from baclosim.scenario import Scenario, examples, load, loads
from fhir_cases import TODAY
from small_plan import SMALL_PLAN

runner = CliRunner()
MONTH = 30 * 24.0


def written(scenario: Scenario) -> bytes:
    return export(scenario).files[0].content


def again(scenario: Scenario) -> Scenario:
    return read(written(scenario), "again", today=TODAY).scenario


def doses(scenario: Scenario, until: float) -> list[tuple[Any, ...]]:
    """Every dose of a scenario up to a time after hour 0, in order: time, channel, amount, duration."""
    weight = scenario.patient.covariates.weight
    given = scenario.therapy.doses(scenario.before + until, weight=weight)
    rows = zip(given.time - scenario.before, given.channel, given.amount, given.duration, strict=True)
    return sorted((round(float(t), 5), int(c), float(a), round(float(d), 5)) for t, c, a, d in rows if a > 0.0)


def assert_same_doses(one: Scenario, other: Scenario, until: float = MONTH) -> None:
    a, b = doses(one, until), doses(other, until)
    assert len(a) == len(b)
    if a:
        assert np.allclose(np.array(a), np.array(b), rtol=1e-8, atol=1e-5)


def assert_same_person(one: Patient, other: Patient) -> None:
    known, found = one.covariates, other.covariates
    assert abs(known.age - found.age) <= 0.5 / 365.25 + 0.005
    for name in ("sex", "condition", "ashworth", "spasms"):
        assert getattr(known, name) == getattr(found, name)
    for name in ("weight", "height", "creatinine_clearance"):
        if name not in known.assumed:
            assert getattr(found, name) == pytest.approx(getattr(known, name), rel=2e-4)


NOT_CARRIED = {
    "haemodialysis-10-mg-twice": ["dialysis"],
    "overdose-charcoal": ["activated charcoal"],
    "overdose-failing-kidneys-dialysis": ["dialysis"],
    "pump-catheter-break-520": ["faults of the pump"],
    "pump-catheter-disconnection": ["faults of the pump"],
    "pump-flex-cerebral-palsy": ["the plan of refills"],
    "pump-missed-refill": ["faults of the pump", "what is in the reservoir"],
    "pump-refill-concentration-change": ["the plan of refills"],
    "pump-replacement-due": ["the age of the pump"],
    "pump-tenfold-error": ["spinal fluid drawn off", "faults of the pump"],
    "pump-until-relief": ["the policy of the pump"],
}


@pytest.mark.parametrize("name", sorted(set(examples()) - set(NOT_CARRIED)))
def test_an_example_comes_back_as_it_was(name):
    scenario = load(name)
    assert export(scenario).notes == ()
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert_same_doses(scenario, found)
    settings_of = ("title", "before", "duration", "patients", "seed", "every")
    assert [getattr(found, key) for key in settings_of] == [getattr(scenario, key) for key in settings_of]
    assert found.start == (scenario.start or MONDAY)


@pytest.mark.parametrize("name", NOT_CARRIED)
def test_what_a_bundle_cannot_carry_is_named_and_the_rest_comes_back(name):
    scenario = load(name)
    assert list(export(scenario).notes) == [f"not carried: {what}" for what in NOT_CARRIED[name]]
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert str(found.therapy.regimens) == str(scenario.therapy.regimens)


AMOUNTS = st.sampled_from([2.5, 5, 7.5, 10, 12.5, 20, 25])
WHEN = st.sampled_from(
    ["every 8 h", "every 6 h", "twice daily", "three times daily", "at 08:00, 14:00 and 22:00", "at night",
     "at 07:30 on Mondays and Thursdays", "twice daily on weekdays", "at 22:00 every other day", "every 36 h"]
)  # fmt: skip
ONE = st.one_of(
    st.builds("{:g} mg {}".format, AMOUNTS, WHEN),
    st.builds("{} tablets of {} mg {}".format, st.integers(1, 3), st.sampled_from([5, 10, 25]), WHEN),
    st.builds("{:g} mg/day in {} doses".format, st.sampled_from([15, 30, 60]), st.integers(2, 4)),
    st.builds("{:g} mg/kg three times daily".format, st.sampled_from([0.1, 0.2])),
    st.builds("{:g} mg at 08:00 and {:g} mg at 22:00".format, AMOUNTS, AMOUNTS),
)
STEPS = st.lists(st.tuples(ONE, st.integers(1, 20)), min_size=1, max_size=4)
ENDS = st.sampled_from(["", ", then stop", ", then reduce by 20 % every 3 days down to 2.5 mg per dose"])
CONDITIONS = ["multiple sclerosis", "cerebral palsy", "stroke", "spinal cord injury", "Parkinson's disease"]


@st.composite
def regimens(draw, *, ends: bool = False) -> str:
    *first, (last, days) = draw(STEPS)
    said = [f"{text} for {count} days" for text, count in first]
    return ", then ".join([*said, f"{last} for {days} days" if ends else last])


@st.composite
def scenarios(draw) -> str:
    age = draw(st.integers(18, 90))
    lines = [f'[patient]\nage = "{age} years"\nsex = "{draw(st.sampled_from(["female", "male"]))}"']
    lines += [f'weight = "{draw(st.integers(400, 1200)) / 10} kg"', f'height = "{draw(st.integers(150, 200))} cm"']
    lines += [f'condition = "{draw(st.sampled_from(CONDITIONS))}"', f"ashworth = {draw(st.integers(10, 50)) / 10}"]
    kidneys = [f'creatinine_clearance = "{draw(st.integers(20, 140))} mL/min"',
               f'serum_creatinine = "{draw(st.integers(40, 200))} umol/L"', ""]  # fmt: skip
    lines += [draw(st.sampled_from(kidneys)), "[therapy]"]
    history = draw(st.sampled_from(["none", "earlier", "before"]))
    lines += [f'earlier = "{draw(regimens(ends=True))}"'] if history == "earlier" else []
    lines += [f'oral = "{draw(regimens())}"']
    lines += draw(
        st.sampled_from([[], ['alongside = ["diazepam 5 mg at night", "gabapentin 300 mg three times daily"]']])
    )
    lines += ['[simulate]\nduration = "20 days"', f'start = "2026-0{draw(st.integers(1, 9))}-14 07:00"']
    lines += [f'before = "{draw(st.integers(1, 400))} days"'] if history == "before" else []
    return "\n".join(lines)


@given(scenarios())
@settings(max_examples=30)
def test_any_scenario_comes_back_dose_for_dose(text):
    scenario = loads(text)
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert found.before == scenario.before
    assert_same_doses(scenario, found, 20 * 24.0)


PUMP = """
[patient]
age = "38 years"
sex = "male"
weight = "76 kg"
[therapy.pump]
device = "{device}"
concentration = "{concentration} ug/mL"
catheter = {{ length = "{length} cm", tip = "{tip}" }}
program = [{program}]
[simulate]
duration = "20 days"
start = "2026-03-02 08:00"
{before}
"""
RATES = st.builds('mode = "simple continuous", dose = "{} ug/day"'.format, st.integers(50, 900))
FLEX = st.builds(
    'mode = "flex", steps = ["Mon-Fri 06:00-10:00 {} ug/h", "Mon-Fri 10:00-06:00 {} ug/h", '
    '"Sat,Sun 06:00-06:00 {} ug/h"]'.format,
    st.integers(5, 25), st.integers(5, 25), st.integers(5, 25),
)  # fmt: skip


@given(
    st.sampled_from(["synchromed-ii-40", "synchromed-ii-20", "prometra-ii-20"]),
    st.sampled_from([500, 1000, 2000]),
    st.integers(30, 90),
    st.sampled_from(["T10", "C7", "L1", "T6"]),
    st.lists(st.one_of(RATES, FLEX, st.just('mode = "stopped"')), min_size=1, max_size=4),
    st.sampled_from(["", 'before = "90 days"']),
)
@settings(max_examples=25)
def test_any_pump_program_comes_back(device, concentration, length, tip, modes, before):
    if "stopped" in modes[0]:
        before = ""
    program = ", ".join(f'{{ at = "{3 * i} days", {mode} }}' for i, mode in enumerate(modes))
    try:
        scenario = loads(PUMP.format(**locals()))
    except ScenarioError:
        assume(False)
    assume(any("stopped" not in mode for mode in modes))
    pump = again(scenario).therapy.pump
    assert pump is not None
    assert scenario.therapy.pump is not None
    wanted = scenario.therapy.pump.system
    assert (pump.system.device, pump.system.catheter) == (wanted.device, wanted.catheter)
    assert merged(str(pump.system.program)) == merged(str(wanted.program))
    assert pump.before == scenario.therapy.pump.before


def merged(program: str) -> list[str]:
    """A program in words, without entries that change nothing and without the time of the first."""
    kept: list[str] = []
    for entry in program.split("; "):
        if not kept or entry.split(" ", 3)[-1] != kept[-1].split(" ", 3)[-1]:
            kept.append(entry)
    return kept


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
