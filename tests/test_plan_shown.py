"""How a plan is shown and kept: terminal, sheet, report, calendar, table, JSON."""

import dataclasses
import json
from pathlib import Path

import polars
import pytest

from baclosim.cli.planning.telling import show, written
from baclosim.cli.schema import What, schema_of
from baclosim.plan.plan import Plan
from baclosim.plan.record import PlanRecord, record
from baclosim.plan.safety import EMERGENCIES, NEVER_ALONE
from baclosim.report.sheet import render, sheet_of
from small_plan import SMALL_PLAN


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("plan") / "out"
    written(SMALL_PLAN, target)
    return target


def test_the_folder_holds_sheet_report_calendar_table_and_record(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == {"sheet.html", "report.html", "plan.csv", "plan.ics", "plan.json"}


def test_the_record_reads_back_through_its_schema(folder: Path) -> None:
    kept = json.loads((folder / "plan.json").read_text())
    assert PlanRecord.model_validate(kept).files == kept["files"]
    assert kept["steps"][2]["end_h"] is None
    assert kept["goals"][0]["is_met"]
    assert set(schema_of(What.plan)["properties"]) == set(kept)


def test_every_key_of_the_schema_is_always_there() -> None:
    bare = Plan("rescue", "t", "p", "b", (), SMALL_PLAN.emergencies)
    assert set(json.loads(record(bare).model_dump_json())) == set(PlanRecord.model_fields)


def test_the_calendar_has_one_entry_for_each_step_on_its_day(folder: Path) -> None:
    from icalendar import Calendar

    events = Calendar.from_ical((folder / "plan.ics").read_bytes()).walk("VEVENT")
    assert [str(e["dtstart"].dt) for e in events] == ["2026-11-30", "2026-12-04", "2026-12-08"]
    assert len({str(e["uid"]) for e in events}) == 3
    assert all("never be stopped abruptly" in str(e["description"]) for e in events)


def test_the_table_has_one_row_for_each_step(folder: Path) -> None:
    rows = polars.read_csv(folder / "plan.csv").to_dicts()
    assert [row["daily_dose_ug"] for row in rows] == [10005.0, 5000.0, 0.0]
    assert rows[1]["date"] == "2026-12-04"


@pytest.mark.parametrize("name", ["sheet.html", "report.html"])
def test_pages_carry_warning_and_signs_first_and_escape_what_was_typed(folder: Path, name: str) -> None:
    page = (folder / name).read_text()
    assert page.index(SMALL_PLAN.emergencies[0].signs[0]) < page.index("tablets")
    assert "&lt;now&gt;" in page
    assert "<now>" not in page
    assert "http" not in page.split("Sources")[0].replace('http-equiv="', "")


def test_the_sheet_has_a_box_for_each_day_and_a_place_to_sign() -> None:
    lines = sheet_of(SMALL_PLAN).lines
    assert lines[0].boxes == ("Mo", "Tu", "We", "Th")
    assert lines[0].when.replace("\u00a0", " ") == "30 Nov – 3 Dec"
    assert lines[2].boxes == ()
    assert "signature" in render(SMALL_PLAN)
    assert render(SMALL_PLAN) == render(SMALL_PLAN)


NUMBERED = ("day 1 to 4", "day 5 to 8", "from day 9")


def test_without_a_date_days_are_numbered_and_no_calendar_is_invented(tmp_path: Path) -> None:
    undated = dataclasses.replace(SMALL_PLAN, begins=None)
    assert [line.when.replace("\u00a0", " ") for line in sheet_of(undated).lines] == list(NUMBERED)
    written(undated, tmp_path / "x")
    assert b"VEVENT" not in (tmp_path / "x" / "plan.ics").read_bytes()


def test_the_terminal_says_emergencies_before_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    show(SMALL_PLAN)
    shown = capsys.readouterr().out
    assert shown.index("EMERGENCY") < shown.index("Mon 30 Nov")
    assert "never be stopped abruptly" in shown


def test_every_plan_warns_and_every_emergency_says_signs_actions_and_facts() -> None:
    from baclosim.evidence.library import library

    assert SMALL_PLAN.warnings[0] is NEVER_ALONE
    for one in EMERGENCIES.values():
        assert one.signs
        assert one.act
        assert all(fact in library() for fact in one.facts)
    assert all(fact in library() for fact in SMALL_PLAN.cited())
    with pytest.raises(ValueError, match="emergency"):
        Plan("taper", "t", "p", "b", (), ())
