"""`baclosim fit` as people use it: the table, the JSON that its schema describes, the folder, refusals."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.cli.schema import What, schema_of
from baclosim.individualise.record import FitRecord

ANN = """time,what,value,unit
2,plasma,250,ng/mL
7.9,plasma,<20,ng/mL
8,ashworth,3,
"""
TWO = "ID,TIME,AMT,DV,EVID\na,0,10,.,1\na,3,.,180,0\nb,0,20,.,1\nb,3,.,260,0\n"
THERAPY = ("--therapy", "10 mg by mouth every 8 h", "--draws", "200", "--quiet")


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ann.csv").write_text(ANN, encoding="utf-8")
    (tmp_path / "two.csv").write_text(TWO, encoding="utf-8")
    return lambda *args: CliRunner().invoke(app, ["fit", *args])


def test_a_change_of_dose_is_shown_below_what_calls_for_help(call):
    shown = call("ann.csv", *THERAPY, "--change", "5 mg by mouth every 8 h").stdout
    assert shown.index("CALL FOR EMERGENCY HELP") < shown.index("people like this one")
    assert "CALL FOR EMERGENCY HELP" not in call("ann.csv", *THERAPY).stdout


def test_a_person_is_told_as_json_that_its_schema_describes(call):
    done = call("ann.csv", *THERAPY, "--forecast", "1 day", "--change", "5 mg by mouth every 8 h", "--json")
    assert done.exit_code == 0, done.output
    told = FitRecord.model_validate_json(done.stdout)
    (person,) = told.persons
    assert [o.row for o in person.observations] == [1, 2, 3]
    assert person.observations[1].value is None
    assert person.observations[1].interval_high == pytest.approx(0.02)
    assert person.forecast is not None
    assert person.forecast.change is not None
    assert person.forecast.changed_h == pytest.approx(16.0)
    assert schema_of(What.fit)["title"] == "baclosim fit"


def test_a_folder_holds_report_figure_and_tables(call, tmp_path):
    done = call("ann.csv", *THERAPY, "--out", "ann")
    assert done.exit_code == 0, done.output
    names = {file.name for file in (tmp_path / "ann").iterdir()}
    assert names == {
        "fit.json", "fit.svg", "report.html", "parameters.csv", "observations.csv", "posterior.parquet",
        "course.parquet", "versions.parquet", "sheet.html", "fit.ics",
    }  # fmt: skip
    draws = pl.read_parquet(tmp_path / "ann" / "posterior.parquet")
    assert draws["weight"].sum() == pytest.approx(1.0)
    assert "below 20 ng/mL" in (tmp_path / "ann" / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    (person,) = json.loads((tmp_path / "ann" / "fit.json").read_text(encoding="utf-8"))["persons"]
    assert person["forecast"]["unchanged"]["time_h"][-1] == 8.0 + 48.0
    assert person["versions"] == "versions.parquet"
    assert "plasma below 20 ng/mL" in done.stdout
    assert "Medians, with 90 % in brackets; the forecast is the mean of its last day." in done.stdout


def test_draws_of_a_population_are_not_passed_over(call):
    done = call("two.csv", "--population", "--draws", "400", "--quiet")
    assert done.exit_code == 2
    assert "nothing with --population" in done.stderr


def test_two_persons_and_their_population(call):
    done = call("two.csv", "--population", "--parameters", "renal_per_creatinine", "--quiet", "--json")
    assert done.exit_code == 0, done.output
    told = FitRecord.model_validate_json(done.stdout)
    assert [person.id for person in told.persons] == ["a", "b"]
    assert told.population is not None
    assert told.population.parameters[0].parameter == "renal_per_creatinine"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("ann.csv",), "no doses"),
        (("nobody.csv", *THERAPY), "nobody.csv"),
        (("ann.csv", *THERAPY, "--change", "5 mgg every 8 h"), "mgg"),
        (("ann.csv", *THERAPY, "--forecast", "soon"), "soon"),
        (("ann.csv", *THERAPY, "--parameters", "clearence"), "clearence"),
        (("ann.csv", *THERAPY, "--units", "DV"), "AMT="),
        (("ann.csv", *THERAPY, "--start", "yesterday"), "date"),
        (("two.csv", *THERAPY), "doses from one place"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(call, args, says, tmp_path):
    done = call(*args, "--out", "out")
    assert done.exit_code == 2
    assert says in done.stderr
    assert not (tmp_path / "out").exists()
