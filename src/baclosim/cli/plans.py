"""How planning commands speak: their words read, the plan on the terminal, as JSON, and as a folder of files."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from ..errors import InputError, Problems, nearest
from .output import console, printable, say, table, working

if TYPE_CHECKING:
    from ..plan.plan import Comparison, Plan
    from ..plan.safety import Emergency

INDENT = "  "
NAMED_GAPS = {
    "week": (7,), "weekly": (7,), "once a week": (7,), "twice a week": (3, 4), "twice weekly": (3, 4), "day": (1,),
    "other day": (2,), "second day": (2,), "fortnight": (14,), "month": (28,),
}  # fmt: skip
WEEK = 168.0  # h
T = TypeVar("T")


class Reading:
    """Reads the options of a plan, collecting every problem; `done` raises them all."""

    def __init__(self) -> None:
        self.problems = Problems()

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or a stand-in with its problems noted."""
        return self.problems.attempt(read, otherwise)

    def hours(self, where: str, given: str) -> float:
        """A time above zero [h], such as "8 months"; of a wrong one a week stands in, which no later check refuses."""
        from ..units import read

        hours = self.attempt(lambda: float(read(given, "time", where=where)), WEEK)
        if not 0.0 < hours < math.inf:
            self.problems.add(where, given, "a time above zero, such as '8 months'")
            return WEEK
        return hours

    def part(self, where: str, given: str) -> float:
        """A share above 0 and below 1: "95 %" or 0.95."""
        from ..units import read

        share = self.attempt(lambda: float(read(given.replace("%", " %"), "fraction", where=where)), 0.5)
        if not 0.0 < share < 1.0:
            hint = f"Did you mean '{share:g} %'?" if 1.0 < share < 100.0 and "%" not in given else ""
            self.problems.add(where, given, "a share above 0 and below 100 %, such as '95 %'", hint)
            return 0.5
        return share

    def one_of(self, where: str, given: str, allowed: Sequence[str]) -> str:
        """One of these words."""
        word = given.strip().lower()
        if word not in allowed:
            self.problems.add(where, given, f"one of {', '.join(allowed)}", nearest(word, allowed))
            return allowed[0]
        return word

    def gaps(self, given: str | None) -> tuple[tuple[int, ...], ...]:
        """Days between steps: "week", "3 days", "twice a week"; none when not given."""
        if given is None:
            return ()
        word = " ".join(given.lower().removeprefix("every ").split())
        if word in NAMED_GAPS:
            return (NAMED_GAPS[word],)
        found = re.fullmatch(r"(\d+) ?(days?|weeks?)?", word)
        days = int(found[1]) * (7 if (found[2] or "").startswith("week") else 1) if found else 0
        if not 1 <= days <= 56:
            self.problems.add("--every", given, "step days such as 'week', '3 days' or 'twice a week', up to 8 weeks")
            return ()
        return ((days,),)

    def done(self) -> None:
        """Raise InputError listing every problem, if there is any."""
        self.problems.raise_as(InputError)


def finish(plan: Plan, *, as_json: bool, folder: Path | None, paper: str | None = None, quiet: bool = False) -> None:
    """Write the folder of a plan when there is one, and print the plan or its JSON."""
    from ..plan.record import record

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
    from .. import report
    from ..plan.record import record
    from ..plan.tables import calendar_entries, steps_frame
    from ..pump.calendar import calendar
    from .folder import whole_folder

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
    tell(emergency_lines(plan.emergencies), "CALL FOR EMERGENCY HELP", "red")
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


def emergency_lines(emergencies: Iterable[Emergency]) -> Iterator[str]:
    """Signs and what to do, one line for each emergency."""
    for one in emergencies:
        yield f"{INDENT}{one.when}: {', '.join(one.signs)}."
        yield f"{INDENT}{' '.join(one.act)}"


def steps_table(plan: Plan) -> Any:
    """The plan as a calendar."""
    from ..plan.tables import step_rows

    return table(*step_rows(plan))


def odds_table(plan: Plan) -> Any:
    """What is predicted: the virtual patients, and the typical patient."""
    from ..report.planning import band_in_words

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
