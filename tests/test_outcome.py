"""From a scenario to its outcome: bands, summary, published record, files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.outcome import Outcome, run_scenario
from baclosim.outcome.record import RunRecord, record
from baclosim.outcome.summary import MEASURES, measured, quantiles
from baclosim.outcome.tables import curves_frame, summary_frame
from baclosim.scenario import loads

ORAL = """
title = "Small"
[patient]
weight = "60 kg"
condition = "multiple sclerosis"
[therapy]
oral = "0.2 mg/kg every 8 h"
[simulate]
duration = "3 days"
patients = 24
seed = 5
"""
PUMP = """
[patient]
height = "170 cm"
[therapy]
oral = "5 mg every 8 h"
[therapy.pump]
device = "synchromed-ii-40"
concentration = "2000 ug/mL"
catheter = { length = "66 cm", tip = "T10" }
program = [{ at = "0 h", mode = "simple continuous", dose = "350 ug/day" }]
faults = [{ at = "2 days", kind = "catheter disconnection" }]
[simulate]
duration = "3 days"
before = "5 days"
patients = 16
"""
runner = CliRunner()


@pytest.fixture(scope="module")
def oral() -> Outcome:
    return run_scenario(loads(ORAL))


@pytest.fixture(scope="module")
def pumped() -> Outcome:
    return run_scenario(loads(PUMP))


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    file = tmp_path / "small.toml"
    file.write_text(ORAL)
    return str(file)


def test_three_groups_are_simulated_on_one_grid(oral: Outcome):
    assert (oral.patients.patients, oral.typical.patients, oral.uncertainty.patients) == (24, 1, 200)
    np.testing.assert_array_equal(oral.patients.time, oral.uncertainty.time)
    assert oral.patients.time[-1] == pytest.approx(72.0)


def test_bands_hold_their_middle(oral: Outcome):
    low, median, high = oral.band("plasma")
    below, above = oral.interval("plasma")
    assert np.all((low <= median) & (median <= high))
    assert np.mean((below <= oral.typical["plasma"][0]) & (oral.typical["plasma"][0] <= above)) > 0.9


def test_quantiles_are_those_of_numpy():
    values = np.random.default_rng(1).normal(size=(37, 11))
    levels = (0.0, 0.05, 0.5, 0.95, 1.0)
    np.testing.assert_allclose(quantiles(values, levels), np.quantile(values, levels, axis=0), rtol=1e-12)
    np.testing.assert_allclose(quantiles(values[:1], levels), np.repeat(values[:1], 5, axis=0))


def test_measures_of_a_known_course():
    time = np.arange(0.0, 72.5, 0.5)
    found = measured(time, np.array([np.where(time < 10.0, 9.0, 1.0), time]))
    assert found.keys() == MEASURES.keys()
    np.testing.assert_allclose(found["highest"], [9.0, 72.0])
    np.testing.assert_allclose(found["peak"], [1.0, 72.0])
    np.testing.assert_allclose(found["trough"], [1.0, 48.0])
    np.testing.assert_allclose(found["average"], [1.0, 60.0])
    np.testing.assert_allclose(found["final"], [1.0, 72.0])


def test_the_record_is_the_published_one_and_keeps_every_number(oral: Outcome):
    text = record(oral).model_dump_json()
    again = RunRecord.model_validate_json(text)
    assert again.patients == 24
    assert len(again.summary) == len(oral.summary)
    assert all(len(curve.median) == len(again.time_h) for curve in again.curves)
    assert again.curves[0].median[-1] == pytest.approx(oral.band("plasma")[1][-1], rel=1e-5)
    assert again.pump is None


def test_the_same_seed_gives_the_same_result(oral: Outcome):
    assert record(run_scenario(loads(ORAL))) == record(oral)


def test_tables_hold_what_was_computed(oral: Outcome):
    assert summary_frame(oral).height == len(oral.summary)
    frame = curves_frame(oral)
    assert set(frame["quantity"]) == set(oral.patients)
    assert frame.height == len(oral.patients.values) * len(oral.patients.time)


def test_a_pump_that_ran_before_is_at_steady_state_until_its_fault(pumped: Outcome):
    lumbar = pumped.typical["csf_lumbar"][0]
    steady = lumbar[pumped.typical.time <= 48.0]
    assert np.ptp(steady) < 0.05 * steady.mean()
    assert lumbar[-1] < 0.2 * steady.mean()


def test_pumps_of_virtual_patients_differ_and_that_of_the_typical_patient_does_not():
    therapy = loads(PUMP).therapy
    drawn = therapy.doses(72.0, patients=2, seed=1, weight=np.full(2, 70.0))
    assert drawn.patient is not None
    given = [drawn.amount[(drawn.patient == i) & (drawn.channel == 4)].sum() for i in range(2)]
    assert given[0] != given[1]
    alike = therapy.typical().doses(72.0, patients=2, seed=1, weight=np.full(2, 70.0))
    assert alike.patient is None


def test_the_log_of_the_pump_is_in_the_record(pumped: Outcome):
    made = record(pumped).pump
    assert made is not None
    assert made.programmed_ug == pytest.approx(3 * 350.0)
    assert made.lost_ug == pytest.approx(350.0)
    assert any("disconnection" in event.text and event.time_h == 48.0 for event in made.log)


def test_run_prints_json_alone_on_standard_output(scenario: str, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = runner.invoke(app, ["run", scenario, "--json", "--patients", "8", "--seed", "3"])
    assert result.exit_code == 0, result.output
    made = RunRecord.model_validate(json.loads(result.stdout))
    assert (made.patients, made.seed, made.files) == (8, 3, [])
    assert [file.name for file in tmp_path.iterdir()] == ["small.toml"]


def test_run_writes_a_whole_folder(scenario: str, tmp_path: Path):
    result = runner.invoke(app, ["run", scenario, "--out", str(tmp_path / "out"), "--everyone", "--quiet"])
    assert result.exit_code == 0, result.output
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"report.html", "summary.csv", "course.parquet", "patients.parquet", "run.json"} <= names
    assert any(name.endswith(".svg") for name in names)
    made = RunRecord.model_validate_json((tmp_path / "out" / "run.json").read_text())
    assert {Path(file).name for file in made.files} == names
    assert "Plasma" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_run_leaves_no_file(scenario: str, tmp_path: Path, monkeypatch, error: BaseException):
    import baclosim.report

    def interrupted(outcome: Outcome, folder: Path, *_: object) -> None:
        (folder / "report.html").write_text("half")
        raise error

    monkeypatch.setattr(baclosim.report, "write", interrupted)
    result = runner.invoke(app, ["run", scenario, "--out", str(tmp_path / "out")])
    assert result.exit_code == (130 if isinstance(error, KeyboardInterrupt) else 4)
    assert [file.name for file in tmp_path.iterdir()] == ["small.toml"]


def test_simulate_takes_plain_words():
    result = runner.invoke(app, ["simulate", "10 mg every 8 h", "--until", "2 days", "--patients", "8", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["therapy"] == "10 mg by mouth every 8 h"
    wrong = runner.invoke(app, ["simulate", "10 mg every 8 dogs", "--until", "-2 days"])
    assert wrong.exit_code == 2
    assert " regimen at character" in wrong.stderr
    assert " --until: '-2 days'" in wrong.stderr


def test_the_first_run_says_that_it_compiles(scenario: str, monkeypatch):
    import baclosim.engine.kernel

    monkeypatch.setattr(baclosim.engine.kernel, "is_compiled", lambda network: False)
    command = ["run", scenario, "--json", "--patients", "2"]
    assert "compiling the model, once on this machine" in runner.invoke(app, command).stderr
    assert runner.invoke(app, [*command, "--quiet"]).stderr == ""
