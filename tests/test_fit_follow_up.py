"""What follows from an estimate: the next level, the sheet and the calendar, and plans for this very person."""

from __future__ import annotations

import datetime as dt
import json

import icalendar
import numpy as np
import pytest
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.errors import InputError
from baclosim.individualise import fit, forecast, read_persons
from baclosim.individualise.kept import read_estimate, versions_frame
from baclosim.individualise.sampling import next_level, read_between, scatter, variance_left
from baclosim.plan.people import Known, people_like
from baclosim.report.follow_up import Dates, follow_up

ROWS = {"time": [2.0, 7.9, 74.0], "what": ["plasma"] * 3, "value": [250.0, 60.0, 310.0], "unit": ["ng/mL"] * 3}
CSV = "time,what,value,unit\n2,plasma,250,ng/mL\n7.9,plasma,60,ng/mL\n74,plasma,310,ng/mL\n"
TABLETS = "10 mg by mouth every 8 h"


@pytest.fixture(scope="module")
def ann():
    (person,) = read_persons(ROWS, therapy=TABLETS)
    return fit(person, draws=400)


@pytest.fixture(scope="module")
def ahead(ann):
    return forecast(ann, "3 days", change="15 mg by mouth every 8 h", versions=100)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder that `baclosim fit --out` wrote."""
    home = tmp_path_factory.mktemp("fit")
    (home / "ann.csv").write_text(CSV, encoding="utf-8")
    (home / "ann.toml").write_text("[patient]\nage = 50\n", encoding="utf-8")
    args = ("fit", str(home / "ann.csv"), "--therapy", TABLETS, "--draws", "400", "--quiet")
    done = CliRunner().invoke(app, [*args, "--start", "2026-03-02 08:00", "--out", str(home / "ann")])
    assert done.exit_code == 0, done.output
    return home / "ann"


def test_variance_left_is_that_of_a_regression_on_simulated_readings():
    rng = np.random.default_rng(2)
    mean = rng.normal(0.2, 0.04, 200_000)
    levels = np.stack((0.5 * mean + rng.normal(0.1, 0.01, mean.size), rng.normal(0.2, 0.02, mean.size)), axis=1)
    readings = levels + scatter(levels) * rng.standard_normal(levels.shape)
    slope = [np.corrcoef(readings[:, i], mean)[0, 1] for i in range(2)]
    assert variance_left(levels, mean) == pytest.approx(1.0 - np.square(slope), abs=0.01)


def test_the_range_of_a_reading_is_that_of_simulated_readings():
    rng = np.random.default_rng(3)
    levels = rng.normal(0.2, 0.03, 400)
    many = np.repeat(levels, 500)
    readings = np.maximum(many + scatter(many) * rng.standard_normal(many.size), 0.0)
    assert read_between(levels) == pytest.approx(tuple(np.quantile(readings, (0.05, 0.95))), abs=0.004)


def test_the_next_level_is_drawn_by_day_when_the_new_doses_have_settled(ahead):
    level = next_level(ahead)
    assert level is not None
    assert level.settled
    assert 7.0 <= (level.at + 8.0) % 24.0 <= 19.0
    assert level.at > ahead.unchanged.time[-1] - 24.0
    assert 0.0 < level.left < 0.9
    assert 0.0 < level.low < level.high


def test_dates_count_from_the_midnight_before_the_data_end():
    dates = Dates.of(74.0, dt.datetime(2026, 3, 2, 8, 0), dt.date(2030, 1, 1))
    assert dates.begins == dt.date(2026, 3, 5)
    assert dates.morning(74.0) == 0.0
    assert dates.morning(88.0) == 24.0  # midnight of the sixth
    assert dates.on_the_clock(74.0) == "10:00"
    assert Dates.of(74.0, None, dt.date(2030, 1, 1)).begins == dt.date(2030, 1, 1)


def test_the_follow_up_gives_doses_before_and_after_the_change(ann, ahead):
    plan = follow_up(ann, ahead, Dates.of(ahead.now, dt.datetime(2026, 3, 2, 8, 0), dt.date.today()))
    doses = [step for step in plan.steps if step.daily_dose]
    assert [step.daily_dose for step in doses] == [45_000.0]  # the next dose is due the same day
    assert [take.amount for take in doses[0].takes] == [15_000.0] * 3
    assert "16:00" in doses[0].do
    assert {plan.date_of(step.start) for step in plan.steps} <= {
        dt.date(2026, 3, 5) + dt.timedelta(days=i) for i in range(4)
    }
    assert plan.known == ann.rests_on


def test_the_folder_has_a_calendar_with_the_dates_that_matter(folder):
    events = icalendar.Calendar.from_ical((folder / "fit.ics").read_bytes()).walk("VEVENT")
    days = {str(event["SUMMARY"]).split(" ·")[0]: event.decoded("DTSTART") for event in events}
    assert days["Baclofen: 08:00 10 mg, 16:00 10 mg, 00:00 10 mg"] == dt.date(2026, 3, 5)
    assert any(name.startswith("Baclofen: a blood sample at") for name in days)
    assert "Call for emergency help" in (folder / "sheet.html").read_text(encoding="utf-8")


def test_an_estimate_is_read_back_as_it_was(ann, folder):
    kept = read_estimate(folder)
    own = ann.patients(1000)
    assert kept.versions.n == 1000
    assert kept.patient == ann.person.patient
    assert kept.rests_on == ann.rests_on
    for name in ("central_volume", "tone_half_effective", "renal_clearance"):
        assert np.array_equal(kept.versions.parameters[name], own.parameters[name])
    assert versions_frame(ann).height == 1000


def test_a_plan_is_tried_on_versions_of_the_person(folder):
    args = ("10 mg three times daily", "--since", "8 months", "--estimate", str(folder), "--patients", "20", "--json")
    done = CliRunner().invoke(app, ["taper", *args, "--quiet"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["known"].startswith("3 observations until 74 h")
    assert any(warning["about"] == "individual estimate" for warning in told["warnings"])


def test_each_planner_takes_an_estimate(folder):
    for args in (
        ("convert", "10 mg three times daily"),
        ("rescue", "10 mg three times daily", "--off", "20 h"),
        ("rescue", "10 mg three times daily", "--overdose", "300 mg by mouth once", "--ago", "2 h"),
        ("titrate", "oral"),
    ):
        done = CliRunner().invoke(app, [*args, "--estimate", str(folder), "--patients", "20", "--json", "--quiet"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["known"], args


def test_no_more_versions_are_made_up_than_the_estimate_holds(ann):
    known = Known(ann.patients(30), ann.rests_on)
    assert people_like(ann.person.patient, 20, 2, 1, known).virtual.n == 20
    with pytest.raises(InputError, match="at most 30"):
        people_like(ann.person.patient, 31, 2, 1, known)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--estimate", "nowhere"), "baclosim fit --out"),
        (("--estimate", "ann.csv"), "baclosim fit --out"),
        (("--estimate", "ann", "--patient", "ann.toml"), "either this or --estimate"),
        (("--estimate", "ann", "--patients", "2000"), "at most 1000"),
    ],
)
def test_what_is_wrong_with_an_estimate_is_said(folder, monkeypatch, args, says):
    monkeypatch.chdir(folder.parent)
    done = CliRunner().invoke(app, ["taper", "10 mg three times daily", "--since", "8 months", *args])
    assert done.exit_code == 2
    assert says in done.stderr


def test_a_folder_of_several_persons_wants_one_of_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.csv").write_text("ID,TIME,AMT,DV,EVID\na,0,10,.,1\na,3,.,180,0\nb,0,20,.,1\nb,3,.,260,0\n")
    done = CliRunner().invoke(app, ["fit", "two.csv", "--draws", "200", "--out", "two", "--quiet"])
    assert done.exit_code == 0, done.output
    with pytest.raises(InputError, match=r"a-versions\.parquet"):
        read_estimate("two")
    assert read_estimate("two/b-versions.parquet").name == "b"
