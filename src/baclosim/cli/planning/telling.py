"""How the planning commands speak: the plan on the terminal, as JSON, and as a folder of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..output import console, printable, say, table, working

if TYPE_CHECKING:
    from rich.table import Table

    from ...plan.plan import Comparison, Plan
    from ...plan.safety import Emergency

INDENT = "  "


def finish(plan: Plan, *, as_json: bool, folder: Path | None, paper: str | None = None, quiet: bool = False) -> None:
    """Write the folder of a plan when there is one, and print the plan or its JSON."""
    from ...plan.record import record

    files: tuple[str, ...] = ()
    if folder:
        with working("writing the plan", quiet):
            files = written(plan, folder, paper)
    if as_json:
        typer.echo(record(plan, files).model_dump_json())
        return
    show(plan)
    if folder:
        say(f"to print: {folder / ('sheet.pdf' if paper else 'sheet.html')}", quiet)


def written(plan: Plan, folder: Path, paper: str | None = None) -> tuple[str, ...]:
    """Write sheet, report, calendar, table and record to the folder, all or none; returns the files."""
    from ... import report
    from ...plan.record import record
    from ...plan.tables import calendar_entries, steps_frame
    from ...pump.calendar import calendar
    from ..folder import whole_folder

    with whole_folder(folder) as scratch:
        report.write_plan(plan, scratch, paper)
        steps_frame(plan).write_csv(scratch / "plan.csv")
        (scratch / "plan.ics").write_bytes(calendar(list(calendar_entries(plan)), about=plan.kind))
        names = sorted({*(file.name for file in scratch.iterdir()), "plan.json"})
        files = tuple(str(folder / name) for name in names)
        (scratch / "plan.json").write_text(record(plan, files).model_dump_json(indent=1), encoding="utf-8")
    return files


def show(plan: Plan) -> None:
    """The plan on the terminal: emergencies first, then the calendar, the odds, the comparison, what to do, why."""
    from ...plan.safety import DISCLAIMER

    screen = console()

    def tell(lines: Iterator[str], title: str = "", style: str = "") -> None:
        found = list(lines)
        if found and title:
            screen.print(f"\n{title}", style="bold", markup=False)
        for line in found:
            screen.print(line, style=style, markup=False, soft_wrap=True)

    def lay(one: Table) -> None:
        """A table under one blank line; its notes follow at once."""
        one.show_edge = False
        screen.print()
        screen.print(one)

    screen.print(printable(plan.title), style="bold", markup=False)
    tell(iter((plan.patient, f"now: {plan.before}")))
    tell(emergency_lines(plan.emergencies), "CALL FOR EMERGENCY HELP", "red")
    lay(steps_table(plan))
    if plan.odds:
        lay(odds_table(plan))
        tell(goal_lines(plan))
    for one in plan.comparisons:
        lay(comparison_table(one))
        tell(iter(one.notes))
    tell(check_lines(plan), "If it goes wrong")
    tell((f"{INDENT}{reason}" for reason in plan.reasons), "Why this plan")
    tell((f"! {warning}" for warning in plan.warnings), "Before you use it")
    screen.print()
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)


def emergency_lines(emergencies: Iterable[Emergency]) -> Iterator[str]:
    """Signs and what to do, one line for each emergency."""
    for one in emergencies:
        yield f"{INDENT}{one.when}: {', '.join(one.signs)}."
        yield f"{INDENT}{' '.join(one.act)}"


def steps_table(plan: Plan) -> Table:
    """The plan as a calendar."""
    from ...plan.tables import step_rows

    return table(*step_rows(plan))


def odds_table(plan: Plan) -> Table:
    """What is predicted: the virtual patients, and the typical patient."""
    from ...report.planning import band_in_words

    columns = ("what is predicted", "versions of this patient" if plan.known else "virtual patients", "typical patient")
    rows = [(o.says, band_in_words(o, o.patients), band_in_words(o, o.typical)) for o in plan.odds]
    return table(columns, rows, numbers=2)


def goal_lines(plan: Plan) -> Iterator[str]:
    """How the goals fare, and what the ranges are."""
    yield from (f"{'met' if v.is_met else 'NOT MET'}: {v.goal}" for v in plan.verdicts)
    yield (
        f"Median and 5 to 95 % of {plan.crowd}, of a share its 95 % interval; "
        "of the typical patient the value and its 95 % interval."
    )


def comparison_table(one: Comparison) -> Table:
    """Ways that were weighed against each other."""
    from ...report.planning import rows_in_words

    texts = sum(any(isinstance(row[i], str) for row in one.rows) for i in range(len(one.columns)))
    return table(one.columns, rows_in_words(one), title=one.caption, numbers=len(one.columns) - texts)


def check_lines(plan: Plan) -> Iterator[str]:
    """If this is seen, do that."""
    for check in plan.checks:
        yield f"{INDENT}{check.when}: {' '.join(part for part in (check.do, check.then) if part)}"
