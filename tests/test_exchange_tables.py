"""Tables in the manner of NONMEM: a run as records, and a data set with what is predicted at each of its records."""

from __future__ import annotations

import io
import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import baclosim as bs
from baclosim.cli import app
from baclosim.errors import InputError, RecordError
from baclosim.exchange import nonmem_table, predictions
from baclosim.individualise import read_persons
from baclosim.outcome.running import run_scenario
from baclosim.scenario import loads

runner = CliRunner()
DATA = """C,ID,TIME,EVID,AMT,ADDL,II,DV,MDV,WT,CRCL,AGE
.,1,8:00,1,10,5,8,.,1,68,95,43
.,1,10:00,0,.,.,.,0,0,68,95,43
C,1,11:00,0,.,.,.,9,0,68,95,43
.,1,10:37,2,.,.,.,.,1,68,95,43
.,1,49:00,2,.,.,.,.,1,68,95,43
.,2,8:00,1,20,.,.,.,1,80,30,60
.,2,11:18,0,.,.,.,300,0,80,30,60
"""
TEXT = """
[therapy]
oral = "10 mg by mouth every 8 h"
intrathecal = "50 ug intrathecally once"
[simulate]
duration = "2 days"
before = "3 days"
patients = 4
seed = 3
"""


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "ward.csv"
    path.write_text(DATA)
    return path


def test_predictions_are_those_of_simulate_at_every_record(data):
    parcel = predictions(data)
    table = pl.read_csv(io.BytesIO(parcel["ward-predictions.csv"]))
    assert table["ID"].to_list() == [1, 1, 1, 1, 2, 2]
    assert table["TIME"].round(4).to_list() == [0.0, 2.0, 2.6167, 41.0, 0.0, 3.3]
    assert table["DV"].to_list() == [None, 0.0, None, None, None, 300.0]
    ann = bs.Patient(age=43, weight=68.0, creatinine_clearance=95.0)
    course = bs.simulate(ann, "10 mg by mouth every 8 h for 6 doses, then stop", 41.0, every="1 min", step="1 min")
    for name, column in (("plasma", "plasma_ug_per_mL"), ("ashworth", "ashworth"), ("drowsiness", "drowsiness")):
        at = [course.at(name, t)[0] for t in (0.0, 2.0, 2.0 + 37.0 / 60.0, 41.0)]
        tolerance = 1e-9 if name == "plasma" else 1e-3  # effects go in steps of at most 15 min
        np.testing.assert_allclose(table[column][:4], at, rtol=tolerance, atol=1e-12, err_msg=name)


def test_predictions_carry_their_manifest_and_say_whom_a_caution_is_about(data):
    parcel = predictions(data, quantities=("plasma",))
    content = parcel["ward-predictions.parquet"]
    kept = pl.read_parquet_metadata(io.BytesIO(content))
    assert json.loads(kept["baclosim.units"]) == {"plasma": "ug/mL"}
    assert json.loads(kept["baclosim.facts"])
    assert pl.read_parquet(io.BytesIO(content)).columns[-1] == "plasma_ug_per_mL"
    assert any(note.endswith("(ID 2)") and "creatinine" in note for note in parcel.notes)


def test_faults_of_a_data_set_are_named_by_row(tmp_path, data):
    for text, says in (
        (DATA.replace("1,20", "4,20"), "row 5.*EVID"),
        (DATA.replace("2,.,.,.,.,1,68", "2,.,.,5,.,1,68"), "row 3.*II"),
        (DATA.replace(",1,20,", ",0,0,"), "person 2: 'no doses'"),
        (DATA.replace("10:37", "9:37"), "row 3.*no earlier"),
        (DATA.replace("10,5,8", "10,1D9,8"), "row 1.*ADDL"),
        (DATA.replace("10,5,8", "10,inf,8"), "row 1.*ADDL"),
        ("ID,TIME,AMT,SS,II\n1,0,10,1,1D-9\n", "row 1, II.*at least 0.01 h"),
        ("ID,TIME,AMT,DV\n1,0,10,.\n1,1E9,.,5\n", "row 2, time.*20 years"),
    ):
        data.write_text(text)
        with pytest.raises(RecordError, match=says):
            predictions(data)
    data.write_text(DATA)
    with pytest.raises(InputError, match="ashworth"):
        predictions(data, quantities=("ashwort",))


def test_nothing_has_to_be_observed_to_be_predicted(data):
    data.write_text("ID,TIME,AMT,EVID\n1,0,10,1\n1,4,.,2\n")
    table = pl.read_csv(io.BytesIO(predictions(data, quantities=("plasma",))["ward-predictions.csv"]))
    assert table.columns == ["ID", "TIME", "AMT", "EVID", "plasma_ug_per_mL"]
    assert table["plasma_ug_per_mL"][1] > 0.05


def test_an_observation_of_nothing_is_refused_by_a_fit_and_followed_by_predictions(data):
    with pytest.raises(RecordError, match="level above 0"):
        read_persons(data)
    assert len(read_persons(data, observed=False)) == 2


@pytest.fixture(scope="module")
def outcome():
    return run_scenario(loads(TEXT, "both.toml"), draws=2)


def test_a_run_as_records_holds_every_dose_and_every_value(outcome):
    table = pl.read_csv(io.BytesIO(nonmem_table(outcome)["both-table.csv"]), infer_schema_length=None)
    assert table.columns[:9] == ["ID", "TIME", "EVID", "AMT", "RATE", "CMT", "ROUTE", "DV", "MDV"]
    course = outcome.patients
    for i in range(4):
        own = table.filter(pl.col("ID") == i + 1)
        seen, given = own.filter(pl.col("EVID") == 0), own.filter(pl.col("EVID") == 1)
        np.testing.assert_array_equal(seen["TIME"], course.time)
        np.testing.assert_array_equal(seen["DV"], course["plasma"][i])
        np.testing.assert_array_equal(seen["ashworth"], course["ashworth"][i])
        np.testing.assert_array_equal(seen["csf_lumbar_ug_per_mL"], course["csf_lumbar"][i])
        mouth = given.filter(pl.col("ROUTE") == "mouth")
        assert mouth["TIME"].to_list() == [0.0, 8.0, 16.0, 24.0, 32.0, 40.0]
        assert set(mouth["AMT"]) == {10.0}
        assert own["TIME"].is_sorted()
        assert given["DV"].null_count() == len(given)


def test_the_table_joins_itself_by_id_and_time(outcome):
    table = pl.read_parquet(io.BytesIO(nonmem_table(outcome)["both-table.parquet"]))
    seen = table.filter(pl.col("EVID") == 0)
    assert seen.select("ID", "TIME").is_unique().all()
    assert seen.null_count().drop("ROUTE").sum_horizontal().item() == 0


@pytest.mark.parametrize("form", ["table", "predictions"])
def test_the_commands(form, data, tmp_path):
    source = {"table": "sci-80-mg", "predictions": str(data)}[form]
    more = ("--patients", "2") if form == "table" else ("--quantities", "plasma, strength")
    result = runner.invoke(app, ["export", form, source, *more, "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [file["path"].rpartition(".")[2] for file in told["files"]] == ["csv", "parquet"]
    refused = runner.invoke(app, ["export", form, "none.csv", "--out", str(tmp_path / "none")])
    assert refused.exit_code == 2
    assert not (tmp_path / "none").exists()
