"""`baclosim run`: a scenario simulated, as a table, JSON, or a folder with figure and report."""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import AsJson, PaperSize, Patients, Pdf, Quiet, Seed, console, printable, say, table, working

if TYPE_CHECKING:
    from rich.table import Table

    from ..outcome import Outcome
    from ..outcome.summary import Measure, Row
    from ..outcome.visits import VisitRow
    from ..scenario import Scenario

MEASURES: tuple[Measure, ...] = ("peak", "trough", "average")
LEVELS = ("plasma", "csf_lumbar", "csf_cisternal")
PAST = 0.5  # of the highest level: what stays below it on the last day is long past
NEGLIGIBLE = 1e-4  # of the highest value of a run: shown as nothing


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("run")(run)


def run(
    scenario: Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A scenario file, an example, or - .")],
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report, figure, tables; by default reports/NAME.")
    ] = None,
    patients: Patients = None,
    seed: Seed = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="Also write every patient's curves.")] = False,
    pdf: Pdf = False,
    paper: PaperSize = None,
    quiet: Quiet = False,
) -> None:
    """Simulate a scenario: summary, figure and report."""
    from ..scenario import load
    from .folder import paper_for

    study = adjusted(load(scenario), patients, seed)
    folder = out or (None if as_json else Path("reports") / Path(study.name).stem)
    printed = paper_for(pdf, paper, folder)
    finish(study, as_json=as_json, folder=folder, everyone=everyone, paper=printed, quiet=quiet)


def finish(
    study: Scenario,
    *,
    as_json: bool,
    folder: Path | None,
    everyone: bool = False,
    paper: str | None = None,
    quiet: bool = False,
) -> None:
    """Simulate a study, write its folder when there is one, and print the result."""
    from .folder import check_target, load_meanwhile

    if folder:
        check_target(folder)
        load_meanwhile("polars", "jinja2")
    outcome = computed(study, quiet)
    files: tuple[str, ...] = ()
    if folder:
        with working("writing the report", quiet):
            files = written(outcome, folder, everyone, paper)
    if as_json:
        from ..outcome.record import record

        typer.echo(record(outcome, files).model_dump_json())
        return
    show(outcome)
    if folder:
        say(f"report: {folder / 'report.html'}", quiet)


def adjusted(study: Scenario, patients: int | None, seed: int | None) -> Scenario:
    """The scenario with what the command line overrides."""
    changes = {"patients": patients, "seed": seed}
    return dataclasses.replace(study, **{key: value for key, value in changes.items() if value is not None})


def computed(study: Scenario, quiet: bool) -> Outcome:
    """Run it, telling on a terminal what takes time."""
    announce_compiling(quiet)
    with working(f"simulating {study.patients} patients", quiet):
        from ..outcome import run_scenario

        began = time.perf_counter()
        outcome = run_scenario(study)
    say(
        f"simulated {study.patients} patients in {time.perf_counter() - began:.1f} s",
        quiet or not sys.stderr.isatty(),
    )
    return outcome


def announce_compiling(quiet: bool) -> None:
    """Say so when the model has yet to be compiled on this machine."""
    from ..effects.whole import EFFECTS
    from ..engine.kernel import is_compiled

    if not is_compiled(EFFECTS):
        say("compiling the model, once on this machine…", quiet)


def written(outcome: Outcome, folder: Path, everyone: bool, paper: str | None = None) -> tuple[str, ...]:
    """Write report, figure, tables and record to the folder, all or none; returns the files."""
    from .. import report
    from ..outcome.record import record
    from ..outcome.tables import curves_frame, summary_frame
    from .folder import whole_folder

    with whole_folder(folder) as scratch:
        report.write(outcome, scratch, paper)
        summary_frame(outcome).write_csv(scratch / "summary.csv")
        curves_frame(outcome).write_parquet(scratch / "course.parquet")
        if everyone:
            outcome.patients.to_parquet(scratch / "patients.parquet")
        names = sorted({*(file.name for file in scratch.iterdir()), "run.json"})
        files = tuple(str(folder / name) for name in names)
        (scratch / "run.json").write_text(record(outcome, files).model_dump_json(indent=1), encoding="utf-8")
    return files


def show(outcome: Outcome) -> None:
    """The scenario in words, the summary, and what to be careful about."""
    from ..outcome.summary import OWN_CHANCE
    from ..patient.speech import patient_sentence
    from ..plan.safety import DISCLAIMER

    study = outcome.scenario
    screen = console()
    screen.print(printable(study.title), style="bold", markup=False)
    told = (patient_sentence(study.patient), *([str(study.therapy)] if str(study.therapy) != study.title else []))
    screen.print("\n".join(told), markup=False, soft_wrap=True)
    columns = ("on the last day", "unit", "peak", "trough", "average", "typical average")
    screen.print(table(columns, summary_rows(outcome.summary), numbers=4))
    screen.print(
        f"Median and 5 to 95 % of {outcome.patients.patients} virtual patients; "
        "of the typical patient the value and its 95 % interval.",
        markup=False,
        soft_wrap=True,
    )
    extremes = extreme_rows(outcome.summary)
    if extremes:
        columns = ("at worst", "unit", "in the whole run", "mean of all", "typical patient")
        screen.print(table(columns, extremes, numbers=3))
        if any(row[3] for row in extremes):
            screen.print(OWN_CHANCE, markup=False, soft_wrap=True)
    for log, rows in zip(outcome.typical.decisions, outcome.visits, strict=True):
        none = f"{log.policy}: no visit falls within this run"
        screen.print(visits_table(log.policy, log.unit, rows) if rows else none, markup=False)
    for event in outcome.delivery.log if outcome.delivery else ():
        screen.print(str(event), markup=False, soft_wrap=True)
    for caution in outcome.cautions:
        screen.print(f"! {caution}", markup=False, soft_wrap=True)
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)


def visits_table(policy: str, unit: str, rows: tuple[VisitRow, ...]) -> Table:
    """The visits at which something changed: the typical patient, and the dose of the cohort."""
    from ..figures.display import time_in_words
    from ..outcome.visits import telling

    lines = [
        (
            time_in_words(r.time),
            r.seen,
            r.done,
            number(r.dose),
            f"{number(r.median)} ({number(r.low)}–{number(r.high)})",
        )
        for r in telling(rows)
    ]
    columns = ("visit", "typical patient", "done", unit, f"patients, {unit}")
    return table(columns, lines, title=printable(policy), numbers=2)


def summary_rows(rows: tuple[Row, ...]) -> list[tuple[str, ...]]:
    """The summary as lines of a table: one line for each quantity."""
    from ..outcome.summary import felt
    from ..quantities import DANGERS

    return [line(measures) for name, measures in felt(rows).items() if name not in DANGERS]


def extreme_rows(rows: tuple[Row, ...]) -> list[tuple[str, ...]]:
    """Levels long past by the last day and dangers that are felt, each at its worst.

    Name, unit, the patients, their mean where it is a probability, and the typical patient with its interval.
    """
    from ..outcome.summary import felt, worst
    from ..quantities import DANGERS

    found = felt(rows)
    past = [
        of["highest"] for name, of in found.items() if name in LEVELS and of["peak"].high < PAST * of["highest"].low
    ]
    chosen = past + [worst(measures) for name, measures in found.items() if name in DANGERS]
    return [
        (
            row.label,
            unit,
            banded(factor, *patients_of(row), floor=NEGLIGIBLE),
            number(factor * row.mean) if row.is_chance else "",
            banded(factor, *typical_of(row), floor=NEGLIGIBLE),
        )
        for row, (factor, unit) in ((row, scale_of(row)) for row in chosen)
    ]


def scale_of(row: Row) -> tuple[float, str]:
    """By what a row is multiplied to be shown, and the unit then."""
    from ..figures.display import display
    from ..quantities import known

    shown = display(row.unit, known(row.quantity).kind, row.high)
    return shown.factor, shown.unit


def patients_of(row: Row) -> tuple[float, float, float]:
    """The patients' median with 90 % of them."""
    return row.median, row.low, row.high


def typical_of(row: Row) -> tuple[float, float, float]:
    """The typical patient's value with its interval."""
    return row.typical, row.typical_low, row.typical_high


def banded(factor: float, middle: float, low: float, high: float, floor: float = 0.0) -> str:
    """A value with its range, in the unit shown; what is no more than `floor` is nothing."""
    values = (number(factor * value) if value > floor else "0" for value in (middle, low, high))
    return "{} ({}–{})".format(*values)


def line(measures: dict[Measure, Row]) -> tuple[str, ...]:
    """One quantity: name, unit, measures over the patients, and the typical average with its interval."""
    average, highest = measures["average"], measures["highest"]
    factor, unit = scale_of(highest)
    floor = NEGLIGIBLE * highest.high
    rows = (measures[name] for name in MEASURES)
    bands = (banded(factor, *patients_of(row), floor) for row in rows)
    return (average.label, unit, *bands, banded(factor, *typical_of(average), floor))


def number(value: float) -> str:
    """A number with three significant digits."""
    from ..figures.display import readable

    return readable(value)
