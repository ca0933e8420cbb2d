"""An estimate kept as a file: the same person when it is opened; its draws, and predictions of a table."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xarray
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.errors import InputError
from baclosim.individualise import Individual, fit
from baclosim.individualise.kept import FILE, read_estimate
from baclosim.web import estimates
from baclosim.web.estimates import archive, estimated, opened
from baclosim.web.guard import Guard
from baclosim.web.server import interface
from fit_cases import persons
from test_web_api import finished


@pytest.fixture(scope="module")
def individual() -> Individual:
    (person,), _ = persons(1)
    return fit(person, draws=400, seed=2)


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, inside in files.items():
            made.writestr(name, inside)
    return content.getvalue()


def parquet(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content)
    return content.getvalue()


def test_who_was_kept_is_the_same_person_for_the_planners(individual, tmp_path):
    own, again = estimated(individual, {}), opened("ann.zip", archive(individual))
    assert again.therapy == own.therapy
    assert again.known.says == own.known.says
    assert again.known.cautions == own.known.cautions
    for name, values in own.known.versions.parameters.items():
        assert np.array_equal(again.known.versions.parameters[name], values), name
    for name, content in files_of(archive(individual)).items():
        (tmp_path / name).write_bytes(content)
    assert read_estimate(tmp_path).rests_on == own.known.says  # the command line reads it too


def test_a_folder_that_was_packed_by_hand_is_opened(individual):
    files = {f"reports/ann/{name}": content for name, content in files_of(archive(individual)).items()}
    assert opened("ann.zip", packed({**files, "reports/ann/report.html": b"<p>"})).therapy


@pytest.mark.parametrize("what", ["no archive", "nothing", "cut", "other columns", "text", "several", "large"])
def test_whatever_is_no_estimate_is_refused_without_a_word_of_the_servers_folders(individual, what, monkeypatch):
    files = files_of(archive(individual))
    frame = pl.read_parquet(io.BytesIO(files[FILE]))
    if what == "large":
        monkeypatch.setattr(estimates, "LARGEST_INSIDE", 1000)
    content = {
        "no archive": b"PK no archive",
        "nothing": packed({"notes.txt": b"no estimate"}),
        "cut": packed({**files, FILE: files[FILE][:-40]}),
        "other columns": packed({**files, FILE: parquet(frame.drop(frame.columns[0]))}),
        "text": packed({**files, FILE: parquet(frame.cast(pl.String))}),
        "several": packed({"fit.json": files["fit.json"].replace(b'"versions.parquet"', b'"ben-versions.parquet"')}),
        "large": archive(individual),
    }[what]
    with pytest.raises(InputError, match="estimate of one person") as refused:
        opened("ann.zip", content)
    assert tempfile.gettempdir() not in str(refused.value)
    assert not list(Path(tempfile.gettempdir()).glob("baclosim-*/fit.json"))


# --- predictions and draws over the interface -------------------------------------------------------------------------

TABLE = (
    "ID,TIME,AMT,EVID,DV,MDV,WT\n7,0,10,1,.,1,68\n7,2,0,0,110,0,68\n7,5,0,0,60,0,68\n8,0,5,1,.,1,90\n8,3,0,0,.,1,90\n"
)


@pytest.fixture(scope="module")
def api() -> TestClient:
    return TestClient(Guard(interface()), base_url="http://127.0.0.1")


def test_predictions_of_a_table_are_those_of_the_command_line(api, tmp_path):
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    told = CliRunner().invoke(
        app, ["export", "predictions", str(tmp_path / "table.csv"), "--out", str(tmp_path / "out")]
    )
    assert told.exit_code == 0, told.output
    answer = api.post("/api/fit/predictions", json={"data": TABLE})
    assert answer.status_code == 200, answer.text
    files = files_of(answer.content)
    assert files["table-predictions.csv"] == (tmp_path / "out" / "table-predictions.csv").read_bytes()
    found = pl.read_csv(files["table-predictions.csv"])
    assert len(found) == 5
    assert {"plasma_ug_per_mL", "ashworth"} <= set(found.columns)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"data": TABLE.replace("10,1", "lots,1")}, "row 1"),
        ({"data": TABLE, "quantities": ["wishes"]}, "wishes"),
        ({"data": "ID,TIME,AMT,EVID,MDV\n" + "".join(f"{i},0,5,1,1\n" for i in range(201))}, "at most 200 persons"),
        ({"data": TABLE, "start": "soon"}, "start"),
        ({"data": TABLE, "draws": 300}, "draws"),
    ],
)
def test_what_cannot_be_predicted_is_refused(api, body, where):
    answer = api.post("/api/fit/predictions", json=body)
    assert answer.status_code == 422
    assert where in answer.text


def test_draws_of_an_estimate_open_as_labelled_groups(api):
    asked = {"data": "time,what,value,unit\n74 h,plasma,310,ng/mL", "therapy": "10 mg by mouth every 8 h", "draws": 400}
    job = finished(api, api.post("/api/fit", json=asked).json()["id"])
    answer = api.get(f"/api/jobs/{job['id']}/posterior")
    assert answer.status_code == 200, answer.text
    with xarray.open_datatree(io.BytesIO(answer.content), engine="h5netcdf") as tree:
        assert tree["posterior"].sizes["draw"] == 1000
    assert api.get(f"/api/jobs/{job['id']}/posterior", params={"person": 2}).status_code == 404
