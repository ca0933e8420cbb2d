"""What the interface hands out for other programs, each form judged by the library that reads it, against the run."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import icalendar
import libsbml
import numpy as np
import polars as pl
import pytest
import xarray
from fastapi.testclient import TestClient
from fhir.resources.R4B.bundle import Bundle
from markdown_it import MarkdownIt

from baclosim.outcome import run_scenario
from baclosim.outcome.running import Outcome
from baclosim.scenario import loads
from baclosim.scenario.checking import checked
from baclosim.scenario.reading import Source
from baclosim.web.guard import Guard
from baclosim.web.server import interface

PEOPLE = 4
DOSES = 6  # 5 mg every 8 h for 2 days, at 0, 8, ..., 40 h
MODEL = Path(__file__).parent.parent / "docs" / "model.md"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(Guard(interface()), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def raw(api) -> dict[str, Any]:
    found = api.get("/api/examples/oral-titration-ms").json()
    found["simulate"] |= {"patients": PEOPLE, "duration": "2 days", "seed": 3, "start": "2026-01-05"}
    return found


@pytest.fixture(scope="module")
def outcome(raw) -> Outcome:
    """The same scenario, run here."""
    return run_scenario(checked(Source("here", "", raw)))


@pytest.fixture
def taken(api, raw):
    """The files of a form by name; export.json names all the others."""

    def files(form: str) -> dict[str, bytes]:
        answer = api.post(f"/api/export/{form}", json=raw)
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert packed.testzip() is None
            found = {name: packed.read(name) for name in packed.namelist()}
        told = json.loads(found.pop("export.json"))
        assert {entry["path"] for entry in told["files"]} == set(found)
        return found

    return files


def test_sbml_is_consistent_and_its_archive_holds_what_its_manifest_lists(taken):
    files = taken("sbml")
    document = libsbml.readSBMLFromString(files["scenario.xml"].decode())
    document.checkConsistency()
    errors = [document.getError(i) for i in range(document.getNumErrors())]
    assert not [e.getMessage() for e in errors if e.getSeverity() >= libsbml.LIBSBML_SEV_ERROR]
    assert document.getModel().getNumReactions() > 20
    assert document.getModel().getNumEvents() > 0
    with zipfile.ZipFile(io.BytesIO(files["scenario.omex"])) as packed:
        listed = {e.get("location") for e in ET.fromstring(packed.read("manifest.xml"))}
        assert listed == {".", *(f"./{name}" for name in packed.namelist())}
        assert packed.read("scenario.xml") == files["scenario.xml"]
        again = loads(packed.read("scenario.toml").decode(), "again")
    assert again.therapy.doses(47.0, patients=1, seed=0).amount.sum() == 30_000.0


@pytest.mark.parametrize(("form", "text"), [("mrgsolve", "scenario.cpp"), ("nonmem", "scenario.ctl")])
def test_data_for_population_tools_hold_the_doses_and_the_model_its_parts(taken, outcome, form, text):
    files = taken(form)
    data = pl.read_csv(files["scenario.csv"])
    doses = data.filter(pl.col("EVID") == 1)
    assert doses["TIME"].to_list() == [8.0 * i for i in range(DOSES)]
    assert set(doses["AMT"]) == {5.0}
    assert set(doses["CMT"]) == {1}
    assert data["TIME"].is_sorted()
    assert data["DV"].max() == pytest.approx(outcome.typical["plasma"].max(), rel=0.02)  # mg/L, spinal fluid left out
    model = files[text].decode()
    if form == "mrgsolve":
        blocks = set(re.findall(r"^\$([A-Z]+)", model, re.MULTILINE))
        assert blocks >= {"PROB", "PARAM", "MAIN", "OMEGA", "SIGMA", "TABLE"}
        assert re.search(r"^\$(PKMODEL|ODE)", model, re.MULTILINE)
    else:
        (columns,) = re.findall(r"^\$INPUT (.+)$", model, re.MULTILINE)
        assert columns.split() == data.columns
        assert re.search(r"^\$DATA \S*scenario\.csv", model, re.MULTILINE)


def test_netcdf_opens_as_labelled_arrays_with_the_very_curves(taken, outcome):
    with xarray.open_datatree(io.BytesIO(taken("netcdf")["scenario.nc"]), engine="h5netcdf") as tree:
        for group in ("patients", "typical", "uncertainty"):
            course = getattr(outcome, group)
            assert set(tree[group].data_vars) == set(course)
            for name in course:
                np.testing.assert_array_equal(tree[group][name].values, course[name])
        assert tree["patients"].sizes["patient"] == PEOPLE
        assert tree["patients"]["plasma"].attrs["units"] == "ug/mL"


def test_parquet_and_the_table_hold_the_very_curves_and_every_dose(taken, outcome):
    long = pl.read_parquet(taken("parquet")["scenario.parquet"])
    assert len(long) == PEOPLE * len(outcome.patients.time)
    np.testing.assert_array_equal(long["plasma_ug_per_mL"], outcome.patients["plasma"].ravel())
    files = taken("table")
    table = pl.read_csv(files["scenario-table.csv"], null_values=".")
    assert table.columns[:9] == ["ID", "TIME", "EVID", "AMT", "RATE", "CMT", "ROUTE", "DV", "MDV"]
    seen, given = table.filter(pl.col("EVID") == 0), table.filter(pl.col("EVID") == 1)
    np.testing.assert_allclose(seen["DV"], outcome.patients["plasma"].ravel(), rtol=1e-12)
    assert given.group_by("ID").agg(pl.col("AMT").sum()).sort("ID")["AMT"].to_list() == [5.0 * DOSES] * PEOPLE
    assert pl.read_parquet(files["scenario-table.parquet"]).columns == table.columns


@pytest.mark.parametrize("form", ["fhir", "fhir-results"])
def test_bundles_are_valid_and_predictions_are_told_to_be_such(taken, outcome, form):
    bundle = Bundle.model_validate_json(taken(form)["bundle.json"])
    resources = [entry.resource for entry in bundle.entry]
    kinds = [resource.get_resource_type() for resource in resources]
    assert kinds[0] == "Patient"
    assert {"MedicationStatement", "MedicationRequest"} & set(kinds)
    observed = [r for r in resources if r.get_resource_type() == "Observation"]
    simulated = {r.id for r in observed if r.meta and any(tag.code == "simulated" for tag in r.meta.tag)}
    assert {r.id for r in observed} - simulated == {"weight", "ashworth", "spasms", "creatinine-clearance"}
    assert bool(simulated) == (form == "fhir-results")
    assert {r.id for r in observed if r.status != "final"} == simulated
    peaks = [r.valueQuantity.value for r in observed if r.id == "predicted-plasma-highest"]
    assert all(float(peak) == pytest.approx(median_peak(outcome), rel=0.005) for peak in peaks)


def median_peak(outcome: Outcome) -> float:
    """The median of the patients' highest levels in plasma, ug/mL."""
    return float(np.median(outcome.patients["plasma"].max(axis=1)))


def test_the_calendar_holds_the_days_on_which_a_dose_changes(taken):
    calendar = icalendar.Calendar.from_ical(taken("ics")["scenario.ics"])
    events = calendar.walk("VEVENT")
    assert str(events[0]["DTSTART"].dt) == "2026-01-05"
    assert "5 mg by mouth every 8 h" in events[0]["SUMMARY"]
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_the_equations_are_the_page_of_the_docs_and_its_tables_are_whole(taken):
    text = taken("equations")["model.md"].decode()
    assert text == MODEL.read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    rows = "".join(
        {"tr_open": "\n", "th_open": "x", "td_open": "x", "table_open": "\n\n"}.get(t.type, "") for t in tokens
    )
    tables = [part.split() for part in rows.split("\n\n\n")]
    assert len(tables) > 5
    assert all(len(set(map(len, table))) == 1 for table in tables if table)
