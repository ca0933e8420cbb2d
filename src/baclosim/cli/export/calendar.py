"""`baclosim export ics`: the days of a plan or a scenario as a calendar file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import AsJson, Quiet
from .shared import Folder, finish

if TYPE_CHECKING:
    from ...exchange import Parcel

Source = Annotated[
    str, typer.Argument(metavar="PLAN.json|FILE|EXAMPLE", help="A plan that was written as JSON, or a scenario.")
]
Start = Annotated[str | None, typer.Option("--start", help="Day 1 of a plan, or date and time of hour 0.")]


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("ics")(ics)


def ics(source: Source, start: Start = None, out: Folder = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Write a calendar of a plan or a scenario. Steps, changes of dose, refills and alarms (RFC 5545)."""
    parcel = dated(source, begun(start))
    finish(source, lambda: parcel, out, as_json=as_json, quiet=quiet, doing="writing the calendar")


def dated(source: str, start: dt.datetime | None) -> Parcel:
    """The calendar of a plan's JSON, or of a scenario; raises InputError for anything else."""
    from ...exchange import dates_of_plan, dates_of_scenario
    from ...scenario import load
    from ...scenario.reading import decoded

    if source.lower().endswith(".json") and Path(source).is_file():
        text = decoded(source, Path(source).read_bytes())
        return dates_of_plan(text, source, start.date() if start else None)
    return dates_of_scenario(load(source), start)


def begun(start: str | None) -> dt.datetime | None:
    """A date, with or without a time; raises InputError."""
    from ... import moments
    from ...errors import InputError, Problem

    try:
        return moments.moment(start) if start else None
    except ValueError:
        raise InputError(
            Problem("--start", start, "year-month-day, such as 2026-01-05, or '2026-01-05 08:00'")
        ) from None
