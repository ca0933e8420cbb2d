"""Files to other programs and from them, and predictions beside published numbers, for page and interface alike."""

from __future__ import annotations

import io
import json
import re
import zipfile

import numpy as np
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from baclosim.claims.clinic import Clinic
from baclosim.claims.validation import comparisons
from baclosim.errors import InputError
from baclosim.exchange.fhir.source import examples as bundles
from baclosim.exchange.recorded import scenario_of_records, sentence
from baclosim.scenario import loads
from baclosim.scenario.reading import examples
from baclosim.therapy.language import parse
from baclosim.web.api.exchange import FormName
from baclosim.web.guard import Guard
from baclosim.web.server import interface
from baclosim.web.study import from_example
from baclosim.web.work import validating
from baclosim.web.work.exchanging import FORMS, Options, drafted, exported, scenario_of
from baclosim.web.work.jobs import Cancelled
from browser import LAPTOP, TELEPHONE, settled, shot, visiting
from test_web_tabs import violations

TABLE = (
    "ID,TIME,AMT,EVID,ADDL,II,DV,MDV,WT,AGE\n7,0,10,1,8,8,.,1,68,43\n7,72,15,1,5,8,.,1,68,43\n"
    "7,100,0,0,0,0,120,0,68,43\n8,0,5,1,0,0,.,1,60,50\n"
)


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(Guard(interface()), base_url="http://127.0.0.1")


# --- out ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_is_the_same_scenario_once_it_was_taken_along_as_a_file(name):
    study = from_example(name)
    text = exported("scenario", scenario_of(study, 0))["scenario.toml"].decode()
    again, own = loads(text, name), study.scenario()
    assert str(again.therapy) == str(own.therapy)
    assert again.patient == own.patient
    assert (again.duration, again.before, again.start, again.seed) == (own.duration, own.before, own.start, own.seed)


def test_what_is_listed_is_what_the_interface_knows(api):
    assert api.get("/api/export").json() == FORMS
    assert set(FORMS) == set(FormName.__args__)


@pytest.mark.parametrize(("form", "file"), [("nonmem", ".ctl"), ("fhir", "bundle.json"), ("parquet", ".parquet")])
def test_an_export_is_an_archive_that_says_what_it_holds(api, form, file):
    raw = api.get("/api/examples/oral-titration-ms").json()
    raw["simulate"] |= {"patients": 4, "duration": "2 days"}
    answer = api.post(f"/api/export/{form}", json=raw)
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        told = json.loads(packed.read("export.json"))
        assert any(name.endswith(file) for name in packed.namelist())
        assert {entry["path"] for entry in told["files"]} | {"export.json"} == set(packed.namelist())


def test_what_a_form_cannot_carry_is_refused(api):
    raw = api.get("/api/examples/oral-titration-ms").json()
    raw["simulate"].pop("start", None)
    answer = api.post("/api/export/ics", json=raw)
    assert answer.status_code == 422
    assert "start" in answer.json()["error"]
    assert api.post("/api/export/word", json=raw).status_code == 422
    assert api.post("/api/export/netcdf", json=raw | {"simulate": {"patients": 50_000}}).status_code == 422


# --- in -------------------------------------------------------------------------------------------------------------


def test_a_bundle_is_a_draft_with_an_account_of_every_resource():
    name, content = next(iter(bundles().items()))
    found = drafted(f"{name}.json", content)
    assert found.kind == "FHIR bundle"
    assert {became for became, _, _ in found.account} >= {"used"}
    assert str(found.study.scenario().therapy) == found.therapy


def test_a_table_is_a_draft_of_one_subject(api):
    found = drafted("doses.csv", TABLE.encode())
    assert found.therapy == "10 mg by mouth every 8 h for 3 days, then 15 mg by mouth every 8 h for 2 days, then stop"
    assert found.study.patient == {"age": "43 years", "weight": "68 kg"}
    assert found.subjects == ("7", "8")
    assert any("Fit tab" in says for _, _, says in found.account)
    other = drafted("doses.csv", TABLE.encode(), Options(subject="8"))
    assert other.therapy == "5 mg by mouth once, then stop"
    told = api.post("/api/import", json={"content": TABLE, "name": "doses.csv", "subject": "9"})
    assert told.status_code == 422
    assert "7, 8" in told.json()["error"]


def test_what_the_form_does_not_show_is_told_and_kept(api):
    text = '[patient]\nkidney = "20 mL/min at 5 days"\n[therapy]\noral = "10 mg every 8 h"\n'
    text += '[simulate]\nduration = "9 days"\n'
    told = api.post("/api/import", json={"content": text, "name": "one.toml"}).json()
    assert [line["where"] for line in told["account"] if line["became"] == "not shown"] == ["patient.kidney"]
    assert told["scenario"]["patient"]["kidney"]
    for wrong in (
        "[patient]\nage = 'lots'\n",
        "no file at all",
        '{"resourceType": "Patient"}',
        "ID,TIME,AMT\n1,0,lots\n",
    ):
        assert api.post("/api/import", json={"content": wrong}).status_code == 422


GAPS, AMOUNTS = st.sampled_from([2.0, 6.0, 8.0, 8.0, 8.0, 12.0, 24.0]), st.sampled_from([5e3, 10e3, 10e3, 12.5e3])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(GAPS, AMOUNTS), min_size=1, max_size=25), st.sampled_from([0.0, 3.5]))
def test_recorded_doses_become_words_that_give_these_very_doses(rows, first):
    gaps, amounts = (np.array(column) for column in zip(*rows, strict=True))
    time = first + np.concatenate(([0.0], np.cumsum(gaps[:-1])))
    again = parse(sentence(time, amounts, np.zeros(len(time)), "mouth")).doses(float(time[-1]) + 100.0)
    assert np.allclose(again.time, time)
    assert np.allclose(again.amount, amounts)


def test_doses_that_no_words_can_say_are_refused():
    with pytest.raises(InputError, match="one dose at a time"):
        scenario_of_records(b"ID,TIME,AMT,EVID,DV,MDV\n1,0,10,1,.,1\n1,0,10,1,.,1\n", "twice")
    many = "".join(f"1,{7 * i + i % 3},{5 + i % 2},1,.,1\n" for i in range(80))
    with pytest.raises(InputError, match="different steps"):
        scenario_of_records(f"ID,TIME,AMT,EVID,DV,MDV\n{many}".encode(), "many")


@pytest.mark.parametrize(("size", "dress"), [(LAPTOP, "light"), (TELEPHONE, "dark")], ids=["laptop", "telephone"])
def test_a_table_that_is_opened_is_a_draft_until_it_is_applied(browser, address, tmp_path, size, dress):
    file = tmp_path / "doses.csv"
    file.write_text(TABLE, encoding="utf-8")
    with visiting(browser, address, size, dress) as visit:
        page = visit.page
        age = page.get_by_label("Age", exact=True)
        before = age.input_value()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Open a file").click()
        chooser.value.set_files(file)
        draft = page.get_by_role("region", name="NONMEM-style table, not applied yet")
        expect(draft).to_contain_text("doses.csv, subject 7")
        draft.get_by_role("combobox", name="Subject").click()
        page.get_by_role("option", name="8", exact=True).click()
        expect(draft).to_contain_text("doses.csv, subject 8")
        expect(age).to_have_value(before)
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        shot(page, f"import-{size[0]}-{dress}")
        draft.get_by_role("button", name="Apply it").click()
        expect(draft).to_be_hidden()
        expect(age).to_have_value(re.compile("^50"))
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(age).to_have_value(before)
        settled(page)


# --- predictions beside published numbers ----------------------------------------------------------------------------


def test_predictions_are_computed_once_and_told_over_the_interface(monkeypatch):
    calls: list[int] = []

    def few(progress=lambda *_: None):
        calls.append(1)
        progress(0, 7)
        return comparisons(Clinic(n=24))[:40]

    monkeypatch.setattr("baclosim.claims.validation.comparisons", few)
    monkeypatch.setattr(validating, "_known", [])

    def unwanted(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        validating.computed(unwanted)
    assert validating.known() is None
    first = validating.validation_job()
    first.run()
    assert first.state == "done", first.error
    again = validating.validation_job()
    again.run()
    assert first.result is not None
    assert again.result is first.result
    assert len(calls) == 2
    assert {row["verdict"] for row in first.result.record()} & {"agrees", "near", "misses"}
    assert "validation.csv" in first.result.files
