"""Days and moments as they are written: what is none, or of no year that people live in, is refused in words."""

from __future__ import annotations

import datetime as dt
import math
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from baclosim import moments
from baclosim.cli.app import app
from baclosim.exchange.fhir import when


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2199, 12, 31)))
def test_what_is_written_is_read_back(when: dt.datetime):
    assert moments.moment(when.isoformat()) == when
    assert moments.day(when.date().isoformat()) == when.date()


@pytest.mark.parametrize("text", ["9999-12-30", "1899-12-31", "2026-02-30", "tomorrow", ""])
def test_other_days_are_refused(text: str):
    with pytest.raises(ValueError, match=r"a year|format|day is out|must be in range"):
        moments.day(text)
    with pytest.raises(ValueError, match=r"a year|format|day is out|must be in range"):
        moments.moment(text)


@pytest.mark.parametrize(
    "asked",
    [
        'taper "25 mg three times daily" --since "8 months"',
        "titrate oral",
        'convert "60 mg/day by mouth in 3 doses"',
    ],
)
def test_a_plan_that_would_leave_the_calendar_is_refused(asked: str, tmp_path):
    done = CliRunner().invoke(app, [*shlex.split(asked), "--start", "9999-12-30", "--out", str(tmp_path / "plan")])
    assert done.exit_code == 2
    assert "--start" in done.stderr
    assert "9999-12-30" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_treatment_until_the_end_of_the_calendar_has_no_end():
    zero = when.zero("2026-01-05", None, dt.date(2026, 1, 5))
    assert when.period({"start": "2026-01-05", "end": "9999-12-31"}, zero) == (0.0, math.inf)
    with pytest.raises(ValueError, match=r"a year|format|day is out|must be in range"):
        when.period({"start": "9999-12-31"}, zero)
