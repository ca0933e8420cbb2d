"""Calendars: read back as RFC 5545, the same bytes for the same days, and every alarm and step on its day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner

from baclosim.cli import app
from baclosim.errors import InputError, ScenarioError
from baclosim.exchange import dates_of_plan, dates_of_scenario
from baclosim.plan.record import record
from baclosim.plan.tables import calendar_entries
from baclosim.pump.calendar import calendar
from baclosim.scenario import load, loads
from small_plan import SMALL_PLAN

runner = CliRunner()
START = dt.datetime(2026, 3, 1, 8)


def events(content: bytes) -> list[tuple[dt.date, str]]:
    """Day and title of every entry of a calendar that keeps the rules of RFC 5545."""
    assert content.count(b"\r\n") == content.count(b"\n")
    assert max(map(len, content.split(b"\r\n"))) <= 75
    found = icalendar.Calendar.from_ical(content)
    assert found["VERSION"] == "2.0"
    assert found["PRODID"].startswith("-//baclosim//")
    entries = found.walk("VEVENT")
    uids = [str(e["UID"]) for e in entries]
    assert len(set(uids)) == len(uids)
    assert all(not e.errors and e["DTSTAMP"].dt.tzinfo for e in entries)
    return [(e["DTSTART"].dt, str(e["SUMMARY"])) for e in entries]


def test_a_taper_has_an_entry_on_each_day_of_change():
    found = events(dates_of_scenario(load("oral-titration-ms"), START).files[0].content)
    assert [(day.isoformat(), title) for day, title in found] == [
        ("2026-03-01", "Baclofen: 5 mg by mouth every 8 h"),
        ("2026-03-04", "Baclofen: 10 mg by mouth every 8 h"),
        ("2026-03-07", "Baclofen: 20 mg by mouth every 8 h"),
    ]


def test_pauses_stops_and_ends_are_days_without_drug():
    words = "10 mg daily for 5 days, nothing for 2 days, 5 mg daily for 3 days, then stop"
    scenario = loads(f'[therapy]\noral = "{words}"\n[simulate]\nduration = "30 days"\nstart = "2026-03-01 08:00"')
    found = events(dates_of_scenario(scenario).files[0].content)
    assert [(day.day, title.split(" by")[0]) for day, title in found] == [
        (1, "Baclofen: 10 mg"), (6, "Baclofen: none"), (8, "Baclofen: 5 mg"), (11, "Baclofen: none"),
    ]  # fmt: skip
    assert events(dates_of_scenario(load("stop-80-mg"), START).files[0].content)[0][1] == "Baclofen: none"


@pytest.mark.parametrize(
    ("example", "days", "words"),
    [
        ("pump-missed-refill", {1, 9, 13, 21}, ("low reservoir", "empty reservoir", "refilled", "did not take place")),
        ("pump-refill-concentration-change", {1, 16}, ("bridge bolus",)),
        ("pump-replacement-due", {1, 16}, ("replacement due", "end of service")),
    ],
)
def test_refills_and_alarms_of_a_pump_are_there(example, days, words):
    found = events(dates_of_scenario(load(example), START).files[0].content)
    assert {day.day for day, _ in found} >= days
    for word in words:
        assert any(word in title for _, title in found), word


def test_what_no_person_can_see_is_in_no_calendar():
    found = events(dates_of_scenario(load("pump-missed-refill"), START).files[0].content)
    assert not any("the device believes" in title for _, title in found)


def test_a_plan_read_from_json_gives_its_own_entries(tmp_path):
    plan = SMALL_PLAN
    text = record(plan).model_dump_json()
    name = str(tmp_path / "plan.json")
    parcel = dates_of_plan(text, name)
    assert parcel.files[0].content == calendar(list(calendar_entries(plan)), about=plan.kind)
    assert events(parcel.files[0].content)
    moved = events(dates_of_plan(text, name, dt.date(2030, 1, 1)).files[0].content)
    assert moved[0][0] == dt.date(2030, 1, 1)


def test_the_same_days_give_the_same_bytes_and_ids_stay_when_nothing_moves():
    first, again = (dates_of_scenario(load("pump-missed-refill"), START) for _ in range(2))
    assert first == again


def test_what_has_no_dates_is_refused():
    with pytest.raises(ScenarioError, match="--start"):
        dates_of_scenario(load("sci-80-mg"))
    with pytest.raises(InputError, match="plan as JSON"):
        dates_of_plan('{"kind": "taper"}', "plan.json")
    with pytest.raises(InputError, match="plan as JSON"):
        dates_of_plan("not json", "plan.json")
    undated = json.loads(record(SMALL_PLAN).model_dump_json()) | {"begins": None}
    with pytest.raises(InputError, match="day 1"):
        dates_of_plan(json.dumps(undated), "plan.json")


def test_plans_that_no_calendar_can_hold_are_refused_in_words():
    whole = json.loads(record(SMALL_PLAN).model_dump_json())
    for change, says in (
        ({"emergencies": []}, "emergency care"),
        ({"steps": [whole["steps"][0] | {"start_h": 1e12}]}, "year 10000"),
        ({"steps": [whole["steps"][0] | {"start_h": -5.0}]}, "finite time"),
        ({"steps": [whole["steps"][0] | {"start_h": float("nan")}]}, "finite time"),
    ):
        with pytest.raises(InputError, match=says):
            dates_of_plan(json.dumps(whole | change), "plan.json")
    with pytest.raises(InputError, match="year 10000"):
        dates_of_scenario(load("oral-titration-ms"), dt.datetime(9999, 12, 30))


def test_a_policy_is_said_to_be_in_no_calendar():
    words = "10 mg daily, raise by 5 mg every 3 days until drowsiness"
    scenario = loads(
        f'[therapy]\noral = "{words}"\nintravenous = "1 mg intravenously once"\n[simulate]\nduration = "9 days"'
    )
    assert "decided at visits" in dates_of_scenario(scenario, START).notes[0]


def test_the_command_takes_plans_and_scenarios(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_text(record(SMALL_PLAN).model_dump_json(), encoding="utf-8")
    for source, start in (("plan.json", "2026-01-05"), ("pump-missed-refill", "2026-01-05 08:00")):
        result = runner.invoke(app, ["export", "ics", source, "--start", start, "--json"])
        assert result.exit_code == 0, result.output
        (file,) = json.loads(result.stdout)["files"]
        assert events(Path(file["path"]).read_bytes())
    assert runner.invoke(app, ["export", "ics", "plan.json", "--start", "soon"]).exit_code == 2
    assert runner.invoke(app, ["export", "ics", "none.json"]).exit_code == 2
