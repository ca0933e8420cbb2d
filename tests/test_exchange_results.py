"""Results for other programs: what is written is read back bit for bit, with units and the manifest of the run."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

import h5netcdf
import numpy as np
import polars as pl
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import baclosim as bs
from baclosim.cli import app
from baclosim.exchange import manifest, netcdf, parquet, posterior
from baclosim.exchange.provenance import packed
from baclosim.exchange.record import ExportRecord
from baclosim.exchange.results import UDUNITS, labelled, written
from baclosim.individualise import fit, read_persons
from baclosim.individualise.groups import groups
from baclosim.outcome.running import run_scenario
from baclosim.quantities import QUANTITIES
from baclosim.scenario import loads
from baclosim.trajectory import Trajectory

runner = CliRunner()
TEXT = """
title = "Tablets, “quoted”, 20 µg"
[patient]
age = 40
[therapy]
oral = "10 mg by mouth every 8 h"
[simulate]
duration = "2 days"
patients = 5
seed = 3
"""


@pytest.fixture(scope="module")
def outcome():
    return run_scenario(loads(TEXT, "tablets.toml"), draws=4)


def opened(content: bytes, group: str | None = None) -> xarray.Dataset:
    return xarray.open_dataset(io.BytesIO(content), group=group, engine="h5netcdf")


def test_netcdf_holds_every_course_exactly_with_units(outcome):
    content = netcdf(outcome)["tablets.nc"]
    for group in ("patients", "typical", "uncertainty"):
        found, course = opened(content, group), getattr(outcome, group)
        assert set(found.data_vars) == set(course)
        assert found["time"].dtype == float
        np.testing.assert_array_equal(found["time"].values, course.time)
        for name in course:
            np.testing.assert_array_equal(found[name].values, course[name])
        assert found["plasma"].attrs["units"] == "ug/mL"
        assert found["ashworth"].attrs["units"] == "1"
        assert found["time"].attrs["units"] == "hour"


def test_the_manifest_says_how_to_run_it_again(outcome):
    content = netcdf(outcome)["tablets.nc"]
    told = opened(content).attrs
    assert told["Conventions"] == "CF-1.11"
    assert told["title"] == "Tablets, “quoted”, 20 µg"
    again = run_scenario(loads(told["baclosim.scenario_text"], "again"), draws=4)
    np.testing.assert_array_equal(again.patients["ashworth"], outcome.patients["ashworth"])
    kept = pl.read_parquet_metadata(io.BytesIO(parquet(outcome)["tablets.parquet"]))
    shared = {key: value for key, value in kept.items() if key.startswith("baclosim.")}
    assert shared == {key: value for key, value in told.items() if key.startswith("baclosim.")}
    assert json.loads(kept["baclosim.facts"]) == list(outcome.patients.facts())
    grades = json.loads(kept["baclosim.grades"])
    assert grades["absorption_lag"] == "assumed"
    assert set(grades) == set(outcome.patients.parameters_used)


def test_the_same_run_gives_the_same_bytes(outcome):
    assert netcdf(outcome) == netcdf(outcome)
    assert parquet(outcome) == parquet(outcome)


def test_every_unit_is_one_that_netcdf_readers_know():
    """UDUNITS spells each of these; a new unit has to be looked up before it is exported."""
    spelt = {"1", "hour", "ug/mL", "ug", "K", "umol/L", "umol/L/h", "16.67e-9 kat L-1"}
    assert {UDUNITS.get(q.unit, q.unit) for q in QUANTITIES.values()} <= spelt


values = st.floats(allow_nan=False, allow_infinity=False, width=64)


@settings(max_examples=25)
@given(st.data(), st.integers(1, 4), st.integers(2, 6))
def test_any_course_comes_back_bit_for_bit(data, n, t):
    names = data.draw(st.lists(st.sampled_from(sorted(QUANTITIES)), min_size=1, max_size=3, unique=True))
    drawn = st.lists(st.lists(values, min_size=t, max_size=t), min_size=n, max_size=n)
    course = Trajectory(np.arange(t) / 3.0, {name: np.array(data.draw(drawn)) for name in names}, "a “therapy”")
    content = written(xarray.DataTree.from_dict({"/": xarray.Dataset(), "course": labelled(course)}))
    found = opened(content, "course")
    table = pl.read_parquet(io.BytesIO(packed(course.to_polars(), manifest(course))))
    for i, name in enumerate(names):
        assert found[name].values.tobytes() == course[name].tobytes()
        assert table[:, 2 + i].to_numpy().tobytes() == course[name].tobytes()


def test_netcdf_is_read_without_xarray(outcome):
    with h5netcdf.File(io.BytesIO(netcdf(outcome)["tablets.nc"]), "r") as file:
        plasma = file["/patients/plasma"]
        assert plasma.dimensions == ("patient", "time")
        np.testing.assert_array_equal(plasma[...], outcome.patients["plasma"])


@pytest.mark.parametrize("form", ["netcdf", "parquet"])
def test_the_command_writes_a_folder_and_says_what_it_holds(form, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.chdir(folder)
        Path("tablets.toml").write_text(TEXT, encoding="utf-8")
        result = runner.invoke(app, ["export", form, "tablets.toml", "--patients", "3", "--json"])
        assert result.exit_code == 0, result.output
        told = ExportRecord.model_validate_json(result.stdout)
        (file,) = told.files
        assert Path(file.path).parent == Path("reports/tablets")
        assert Path(file.path).stat().st_size == file.bytes
        assert told.facts


def test_what_cannot_be_exported_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    result = runner.invoke(app, ["export", "netcdf", "sci-80-mg", "--out", str(tmp_path / "file" / "x")])
    assert result.exit_code == 2
    assert "--out" in result.stderr
    assert runner.invoke(app, ["export", "netcdf", "no-such"]).exit_code == 2


def test_names_of_the_room_are_had_lazily():
    from baclosim import exchange

    for name in exchange.__all__:
        assert getattr(exchange, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = exchange.nothing
    assert bs.__version__


def test_an_estimate_leaves_in_the_groups_that_arviz_reads(tmp_path):
    levels = "time,what,value,unit\n74 h,plasma,310,ng/mL\n79.9 h,plasma,120,ng/mL\n4 days,ashworth,2,\n"
    (tmp_path / "ann.csv").write_text(levels)
    (person,) = read_persons(tmp_path / "ann.csv", therapy="10 mg by mouth every 8 h")
    ann = fit(person, draws=400, seed=5)
    parcel = posterior(ann, draws=100)
    content = parcel["person-posterior.nc"]
    expected = groups(ann, 100)
    assert {"posterior", "prior", "posterior_predictive", "log_likelihood", "observed_data"} == set(expected)
    for name, dataset in expected.items():
        xarray.testing.assert_identical(opened(content, name).load(), dataset)
    assert opened(content, "posterior").sizes == {"chain": 1, "draw": 100}
    told = opened(content).attrs
    assert told["baclosim.seed"] == "5"
    assert json.loads(told["baclosim.grades"]).keys() == set(expected["posterior"])
    assert posterior(ann, draws=100) == parcel


def test_the_command_writes_a_posterior_for_everybody(tmp_path):
    rows = ["ID,TIME,AMT,II,ADDL,EVID,DV"]
    for name, level in (("a/b", 260), ("a-b", 180), ("c", 90)):
        rows += [f"{name},0,10,8,12,1,.", f"{name},74,.,.,.,0,{level}"]
    (tmp_path / "ward.csv").write_text("\n".join(rows))
    out = str(tmp_path / "out")
    words = ["export", "posterior", str(tmp_path / "ward.csv"), "--draws", "300", "--out", out, "--json"]
    result = runner.invoke(app, words)
    assert result.exit_code == 0, result.output
    names = [Path(file["path"]).name for file in json.loads(result.stdout)["files"]]
    assert names == ["a-b-posterior.nc", "a-b-posterior-2.nc", "c-posterior.nc"]
