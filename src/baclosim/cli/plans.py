"""How planning commands speak: options that they share, the plan on the terminal, as JSON, and as a folder of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, Problem
from .output import console, printable, say, table, working

if TYPE_CHECKING:
    from ..patient import Patient
    from ..plan.plan import Comparison, Plan

PatientFile = Annotated[Path | None, typer.Option("--patient", help="Scenario file whose patient is meant.")]
Begins = Annotated[str | None, typer.Option("--start", help="Day 1 as a date, such as 2026-01-05; tomorrow.")]
Folder = Annotated[Path | None, typer.Option("--out", help="Folder for sheet, report, calendar, CSV and JSON.")]
INDENT = "  "


def patient_in(file: Path | None) -> Patient:
    """The patient of a scenario file, or an adult of whom nothing is known; raises ScenarioError."""
    from ..patient import Patient
    from ..scenario.reading import source

    return Patient(**source(file).raw.get("patient", {})) if file else Patient()


def first_day(given: str | None) -> dt.date:
    """Day 1 of a plan: the date given, or tomorrow."""
    try:
        return dt.date.fromisoformat(given) if given else dt.date.today() + dt.timedelta(days=1)
    except ValueError:
        raise InputError(Problem("--start", given, "a day, such as 2026-01-05")) from None


def finish(plan: Plan, *, as_json: bool, folder: Path | None, quiet: bool = False) -> None:
    """Write the folder of a plan when there is one, and print the plan or its JSON."""
    from ..plan.record import record

    files: tuple[str, ...] = ()
    if folder:
        with working("writing the plan", quiet):
            files = written(plan, folder)
    if as_json:
        typer.echo(record(plan, files).model_dump_json())
        return
    show(plan)
    if folder:
        say(f"to print: {folder / 'sheet.html'}", quiet)


def written(plan: Plan, folder: Path) -> tuple[str, ...]:
    """Write sheet, report, calendar, table and record to the folder, all or none; returns the files."""
    from .. import report
    from ..plan.record import record
    from ..plan.tables import calendar_entries, steps_frame
    from ..pump.calendar import calendar
    from .folder import whole_folder

    with whole_folder(folder) as scratch:
        report.write_plan(plan, scratch)
        steps_frame(plan).write_csv(scratch / "plan.csv")
        (scratch / "plan.ics").write_bytes(calendar(list(calendar_entries(plan)), about=plan.kind))
        names = sorted({*(file.name for file in scratch.iterdir()), "plan.json"})
        files = tuple(str(folder / name) for name in names)
        (scratch / "plan.json").write_text(record(plan, files).model_dump_json(indent=1), encoding="utf-8")
    return files


def show(plan: Plan) -> None:
    """The plan on the terminal: emergencies first, then the calendar, the odds, the comparison, what to do, why."""
    from ..plan.safety import DISCLAIMER

    screen = console()

    def tell(lines: Iterator[str], title: str = "", style: str = "") -> None:
        found = list(lines)
        if found and title:
            screen.print(f"\n{title}", style="bold", markup=False)
        for line in found:
            screen.print(line, style=style, markup=False, soft_wrap=True)

    screen.print(printable(plan.title), style="bold", markup=False)
    tell(iter((plan.patient, f"now: {plan.before}")))
    tell(emergency_lines(plan), "CALL FOR EMERGENCY HELP", "red")
    screen.print()
    screen.print(steps_table(plan))
    if plan.odds:
        screen.print(odds_table(plan))
        tell(goal_lines(plan))
    for one in plan.comparisons:
        screen.print(comparison_table(one))
        tell(iter(one.notes))
    tell(check_lines(plan), "If it goes wrong")
    tell((f"{INDENT}{reason}" for reason in plan.reasons), "Why this plan")
    tell((f"! {warning}" for warning in plan.warnings), "Before you use it")
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)


def emergency_lines(plan: Plan) -> Iterator[str]:
    """Signs and what to do, one line for each emergency."""
    for one in plan.emergencies:
        yield f"{INDENT}{one.when}: {', '.join(one.signs)}."
        yield f"{INDENT}{' '.join(one.act)}"


def steps_table(plan: Plan) -> Any:
    """The plan as a calendar: when, how much a day, what at each time, what else; empty columns are left out."""
    from ..plan.tables import dose_in_words, taken_at, times_of_day, when_in_words

    times = times_of_day(plan)
    columns = ("when", "in a day", *times, "given", "what else")
    rows = [
        (
            when_in_words(plan, step),
            dose_in_words(step),
            *(taken_at(step, time) if step.takes else "" for time in times),
            "" if step.takes else step.says,
            step.do,
        )
        for step in plan.steps
    ]
    kept = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    return table([columns[i] for i in kept], [[row[i] for i in kept] for row in rows])


def odds_table(plan: Plan) -> Any:
    """What is predicted: the virtual patients, and the typical patient."""
    from ..report.planning import band_in_words

    columns = ("what is predicted", "virtual patients", "typical patient")
    rows = [(o.says, band_in_words(o, o.patients), band_in_words(o, o.typical)) for o in plan.odds]
    return table(columns, rows, numbers=2)


def goal_lines(plan: Plan) -> Iterator[str]:
    """How the goals fare, and what the ranges are."""
    yield from (f"{'met' if v.is_met else 'NOT MET'}: {v.goal}" for v in plan.verdicts)
    yield (
        f"Median and 5 to 95 % of {plan.patients} virtual patients, of a share its 95 % interval; "
        "of the typical patient the value and its 95 % interval."
    )


def comparison_table(one: Comparison) -> Any:
    """Ways that were weighed against each other."""
    from ..report.planning import cell_in_words

    texts = sum(any(isinstance(row[i], str) for row in one.rows) for i in range(len(one.columns)))
    rows = [[cell_in_words(cell) for cell in row] for row in one.rows]
    return table(one.columns, rows, title=one.caption, numbers=len(one.columns) - texts)


def check_lines(plan: Plan) -> Iterator[str]:
    """If this is seen, do that."""
    for check in plan.checks:
        yield f"{INDENT}{check.when}: {' '.join(part for part in (check.do, check.then) if part)}"
