"""The REST interface: the records of the command line, problems listed, limits kept."""

from __future__ import annotations

import datetime as dt
import gc
import tempfile
import time
import tomllib

import pytest
from fastapi.testclient import TestClient

from baclosim.cli.planning.asking import first_day
from baclosim.scenario.reading import examples
from baclosim.web.guard import Guard
from baclosim.web.server import interface
from baclosim.web.work.jobs import WAITING
from baclosim.web.work.planning import KINDS
from small_study import ORAL


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(Guard(interface()), base_url="http://127.0.0.1")


def small(api: TestClient, name: str) -> dict:
    raw = api.get(f"/api/examples/{name}").json()
    raw["simulate"] |= {"patients": 8, "duration": "3 days"}
    return raw


def test_an_example_is_fetched_changed_and_simulated(api):
    answer = api.post("/api/simulate", json=small(api, "oral-titration-ms"))
    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert record["patients"] == 8
    assert record["duration_h"] == 72.0
    plasma = next(c for c in record["curves"] if c["quantity"] == "plasma")
    assert max(plasma["median"]) > 0.02
    assert record["disclaimer"]
    assert record["facts"]


def test_a_scenario_is_judged_without_being_run(api):
    answer = api.post("/api/check", json=small(api, "sci-80-mg")).json()
    assert "by mouth" in answer["therapy"]
    assert answer["patients"] == 8


def test_every_mistake_is_listed_with_what_is_allowed(api):
    raw = small(api, "oral-titration-ms")
    raw["patient"]["weight"] = "68 furlongs"
    raw["therapy"]["oral"] = "350 g every 8 h"
    answer = api.post("/api/simulate", json=raw)
    assert answer.status_code == 422
    assert len(answer.json()["problems"]) >= 2
    assert all(p["allowed"] for p in answer.json()["problems"])


def test_unknown_keys_are_refused(api):
    assert api.post("/api/simulate", json={"pateint": {}}).status_code == 422


def test_more_than_a_request_may_ask_is_refused_with_the_limit(api):
    raw = small(api, "oral-titration-ms")
    raw["simulate"] |= {"patients": 50_000}
    assert "2000" in api.post("/api/simulate", json=raw).json()["error"]
    raw["simulate"] |= {"patients": 2_000, "duration": "3 years"}
    assert "patient-years" in api.post("/api/simulate", json=raw).json()["error"]


def test_evidence_parameters_and_claims_are_told(api):
    found = api.get("/api/evidence", params={"q": "kidney half life", "most": 5}).json()
    assert len(found) == 5
    one = api.get(f"/api/evidence/{found[0]['id']}").json()
    assert one["reference"]
    names = api.get("/api/parameters").json()
    assert api.get(f"/api/parameters/{names[0]}").json()["grade"]
    assert len(api.get("/api/claims").json()) == 51


@pytest.mark.parametrize("path", ["evidence/nothing.like.it", "parameters/clearence", "examples/oral-titration"])
def test_what_does_not_exist_names_the_nearest(api, path):
    answer = api.get(f"/api/{path}")
    assert answer.status_code == 404


def test_the_interface_documents_itself(api):
    schema = api.get("/api/openapi.json").json()
    assert {"/api/simulate", "/api/check", "/api/evidence"} <= set(schema["paths"])
    assert len(examples()) == len(api.get("/api/examples").json())


def test_a_plan_comes_with_its_emergencies_and_odds(api):
    wanted = {"treatment": "60 mg/day by mouth in 3 doses", "since": "6 months", "patients": 32}
    plan = api.post("/api/plan/convert", json=wanted)
    assert plan.status_code == 200, plan.text
    assert plan.json()["emergencies"]
    refused = api.post("/api/plan/taper", json={"treatment": "25 every 8 h", "since": "8 furlongs"})
    assert refused.status_code == 422
    assert len(refused.json()["problems"]) == 2
    unkeepable = {"treatment": "80 mg/day by mouth in 4 doses", "since": "2 years", "within": "3 days", "patients": 32}
    assert api.post("/api/plan/taper", json=unkeepable | {"tier": "mild", "probability": 0.99}).status_code in (
        200,
        409,
    )


def test_a_question_and_a_case_are_answered(api):
    answer = api.post("/api/ask", json={"question": "Do you need to taper baclofen?"}).json()
    assert answer["facts"]
    case = {"text": "pump stopped yesterday, fever, rigid, no clonus", "values": ["temperature 39.6 C"]}
    found = api.post("/api/assess", json=case).json()
    assert found["ranking"][0]["name"] == "intrathecal baclofen withdrawal"
    wrong = api.post("/api/assess", json={"values": ["temperature 72 C"]})
    assert wrong.status_code == 422
    assert "F" in wrong.json()["error"]
    assert api.post("/api/assess", json={}).status_code == 422


def test_the_sums_of_a_pump_come_with_their_working(api):
    fill = {"concentration": "2000 ug/mL", "dose": "400 ug/day", "filled_on": "2026-01-05"}
    dates = api.post("/api/pump/refill", json=fill).json()
    assert dates["empty_h"] == pytest.approx(40.0 * 2000.0 / 400.0 * 24.0)
    assert any("40 mL" in line for line in dates["working"])
    change = {"old": "500 ug/mL", "new": "2000 ug/mL", "dose": "350 ug/day", "catheter_volume": "0.2 mL"}
    bridge = api.post("/api/pump/bridge", json=change).json()["bridge"]
    assert bridge["dose_ug"] == pytest.approx(2000.0 * bridge["volume_mL"])
    assert api.post("/api/pump/prime", json={"concentration": "2000 ug/mL"}).json()["dose_ug"] > 0.0
    assert api.post("/api/pump/discrepancy", json={"expected": "4 mL", "aspirated": "9 mL"}).json()["causes"]
    wrong = api.post("/api/pump/refill", json=fill | {"dose": "400 mg/day", "filled_on": "tomorrow"})
    assert wrong.status_code == 422
    assert [p["where"] for p in wrong.json()["problems"]] == ["dose", "filled_on"]


def finished(api: TestClient, name: str) -> dict:
    for _ in range(600):
        told = api.get(f"/api/jobs/{name}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        time.sleep(0.1)
    raise AssertionError("the job does not end")


def test_a_study_is_a_job_with_a_result_and_leaves_no_folder(api, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begun = api.post("/api/cohort", json={"study": ORAL, "patients": 300, "seed": 4})
    assert begun.status_code == 202, begun.text
    told = finished(api, begun.json()["id"])
    assert told["state"] == "done", told["error"]
    assert told["done"] == told["total"] == 300
    assert told["result"]["complete"]
    assert told["result"]["manifest"]["seed"] == 4
    assert api.get(f"/api/jobs/{told['id']}/report").content.startswith(b"%PDF")
    assert api.delete(f"/api/jobs/{told['id']}").status_code == 202
    assert api.get(f"/api/jobs/{told['id']}").status_code == 404
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_a_study_is_the_same_as_tables_and_as_the_text_of_a_file(api):
    asked = {"patients": 50, "seed": 4}
    tables = tomllib.loads(ORAL)
    told = [finished(api, api.post("/api/cohort", json={"study": s, **asked}).json()["id"]) for s in (ORAL, tables)]
    assert told[0]["result"]["summary"] == told[1]["result"]["summary"]
    tables["arm"][0]["therapy"]["oral"] = "10 furlongs"
    wrong = api.post("/api/cohort", json={"study": tables}).json()
    assert "arm[1]" in wrong["problems"][0]["where"]
    assert "penn-1989-crossover" in api.get("/api/cohort/studies").json()
    assert api.get("/api/cohort/studies/penn-1989-crossover").json()["arm"]


def test_a_study_is_cancelled_and_too_much_is_refused(api):
    many = ORAL.replace('"1 day"', '"20 days"')
    begun = [api.post("/api/cohort", json={"study": many, "patients": 5000}) for _ in range(WAITING)]
    assert api.post("/api/cohort", json={"study": ORAL}).status_code == 429
    for job in begun:
        api.delete(f"/api/jobs/{job.json()['id']}")
    assert {finished(api, job.json()["id"])["state"] for job in begun} == {"cancelled"}
    large = api.post("/api/cohort", json={"study": ORAL.replace('"1 day"', '"100 years"')})
    assert large.status_code == 422
    assert api.post("/api/cohort", json={"study": "no such [study"}).status_code == 422


ANN = "time;what;value;unit\n74 h;plasma;310;ng/mL\n79.9 h;plasma;120;ng/mL\n"


def test_a_person_is_estimated_from_a_pasted_table_and_printed(api):
    asked = {"data": ANN, "therapy": "10 mg by mouth every 8 h", "forecast": "2 days", "draws": 400}
    begun = api.post("/api/fit", json=asked | {"patient": {"weight": "68 kg"}})
    assert begun.status_code == 202, begun.text
    told = finished(api, begun.json()["id"])
    assert told["state"] == "done", told["error"]
    person = told["result"]["persons"][0]
    assert len(person["observations"]) == 2
    clearance = next(e for e in person["parameters"] if e["parameter"] == "nonrenal_clearance")
    assert clearance["posterior_high"] - clearance["posterior_low"] < clearance["prior_high"] - clearance["prior_low"]
    assert person["forecast"]["now_h"] == pytest.approx(79.9)
    for paper in ("report", "sheet"):
        assert is_pdf(api.get(f"/api/jobs/{told['id']}/{paper}", params={"paper": "letter"}))
    assert api.get(f"/api/jobs/{told['id']}/report", params={"person": 2}).status_code == 404


def test_what_cannot_be_estimated_is_refused_with_its_rows_and_nothing_is_read_from_the_disk(api):
    wrong = api.post("/api/fit", json={"data": ANN.replace("310", "lots"), "since": "3 furlongs"})
    assert wrong.status_code == 422
    assert {p["where"] for p in wrong.json()["problems"]} >= {"since", "row 1, value"}
    path = api.post("/api/fit", json={"data": __file__, "therapy": "10 mg every 8 h"})
    assert path.status_code == 422
    assert "TIME" in path.json()["error"]
    long = {"data": ANN.replace("79.9 h", "90 years"), "therapy": "10 mg every 8 h"}
    assert "within 20 years" in api.post("/api/fit", json=long).json()["error"]


def test_a_claim_is_computed_as_a_job(api):
    told = finished(api, api.post("/api/claims/drug.history").json()["id"])
    assert told["result"]["claims"][0]["id"] == "drug.history"
    assert api.post("/api/claims/drug.hystory").status_code == 404


def is_pdf(answer) -> bool:
    assert answer.status_code == 200, answer.text
    return answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_everything_that_the_command_line_prints_is_printed(api):
    plan = {"treatment": "60 mg/day by mouth in 3 doses", "since": "6 months", "patients": 32}
    case = {"text": "pump stopped yesterday, fever 39.6 C, rigid, no clonus"}
    fill = {"concentration": "2000 ug/mL", "dose": "400 ug/day", "filled_on": "2026-01-05"}
    for path, body in (
        ("simulate/report", small(api, "oral-titration-ms")), ("plan/convert/report", plan),
        ("plan/convert/sheet", plan), ("assess/report", case), ("pump/refill/sheet", fill),
    ):  # fmt: skip
        assert is_pdf(api.post(f"/api/{path}", json=body, params={"paper": "letter"})), path
        assert api.post(f"/api/{path}", json={"no": 1}).status_code == 422
    assert api.post("/api/pump/refill/sheet?paper=a3", json=fill).status_code == 422


def test_a_plan_that_is_told_no_day_begins_on_that_of_the_command_line():
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    assert first_day(None) == tomorrow
    days = {kind: wanted.model_construct(begins=None).day_one for kind, wanted in KINDS.items()}
    today = dict.fromkeys(("rescue", "overdose"), dt.date.today())
    assert days == {**dict.fromkeys(("taper", "titrate", "convert"), tomorrow), **today}
