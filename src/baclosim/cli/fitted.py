"""An individual estimate on the terminal, as JSON, and as a folder of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .output import console, printable, say, table, working

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual, Population


@dataclass(frozen=True)
class Fitted:
    """What was found in a data file: each person with what comes next, the population, the date of hour 0 if known."""

    data: str
    found: tuple[tuple[Individual, Forecast | None], ...]
    people: Population | None
    seed: int
    start: dt.datetime | None

    @property
    def stems(self) -> tuple[str, ...]:
        """What the names of each person's files begin with: nothing where there is one person."""
        return tuple(stem_of(one.person.name, i, len(self.found)) for i, (one, _) in enumerate(self.found))

    def json(self, files: Sequence[str] = (), versions: Sequence[str] = (), indent: int | None = None) -> str:
        """The published record."""
        from ..individualise.record import record

        return record(self.data, self.found, self.people, self.seed, files, versions).model_dump_json(indent=indent)


def finish(fitted: Fitted, *, folder: Path | None, paper: str | None, as_json: bool, quiet: bool) -> None:
    """Write the folder and print the result."""
    files: tuple[str, ...] = ()
    if folder:
        with working("writing the report", quiet):
            files = written(fitted, folder, paper)
    if as_json:
        typer.echo(fitted.json(files, named(fitted) if folder else ()))
        return
    for individual, ahead in fitted.found:
        show(individual, ahead)
    if fitted.people:
        show_population(fitted.people)
    show_cautions(fitted.found)
    if folder:
        say(f"report: {next(f for f in files if f.endswith('report.html'))}", quiet)
        kept = folder if len(fitted.found) == 1 else folder / named(fitted)[0]
        say(f"to plan for this patient: --estimate {kept}", quiet)


def named(fitted: Fitted) -> tuple[str, ...]:
    """The file of each person's versions."""
    from ..individualise.kept import FILE

    return tuple(f"{stem}{FILE}" for stem in fitted.stems)


def written(fitted: Fitted, folder: Path, paper: str | None) -> tuple[str, ...]:
    """Write each person's files and the record, all or none; returns the files."""
    from .folder import whole_folder

    with whole_folder(folder) as scratch:
        for (individual, ahead), stem in zip(fitted.found, fitted.stems, strict=True):
            assert ahead is not None
            write_person(individual, ahead, fitted.start, scratch, paper, stem)
        names = sorted({*(file.name for file in scratch.iterdir()), "fit.json"})
        files = tuple(str(folder / name) for name in names)
        (scratch / "fit.json").write_text(fitted.json(files, named(fitted), indent=1), encoding="utf-8")
    return files


def write_person(
    individual: Individual, ahead: Forecast, start: dt.datetime | None, folder: Path, paper: str | None, stem: str
) -> None:
    """Sheet, report and figure, calendar, tables, and the versions that planners take."""
    import polars as pl

    from ..individualise.kept import FILE, versions_frame
    from ..individualise.table import course_frame, draws_frame, observation_rows, parameter_rows
    from ..plan.tables import calendar_entries
    from ..pump.calendar import calendar
    from ..report import write_individual
    from ..report.follow_up import Dates, follow_up

    plan = follow_up(individual, ahead, Dates.of(ahead.now, start, dt.date.today()))
    write_individual(individual, ahead, plan, folder, paper, stem)
    (folder / f"{stem}fit.ics").write_bytes(calendar(list(calendar_entries(plan)), about=plan.kind))
    pl.DataFrame(parameter_rows(individual)).write_csv(folder / f"{stem}parameters.csv")
    rows = pl.DataFrame(observation_rows(individual), infer_schema_length=None)
    rows.write_csv(folder / f"{stem}observations.csv")
    draws_frame(individual).write_parquet(folder / f"{stem}posterior.parquet")
    versions_frame(individual).write_parquet(folder / f"{stem}{FILE}")
    course_frame(ahead).write_parquet(folder / f"{stem}course.parquet")


def stem_of(name: str, number: int, count: int) -> str:
    """What the names of a person's files begin with: nothing where there is one person."""
    plain = "".join(c if c.isalnum() or c in "-_" else "-" for c in name) or str(number + 1)
    return "" if count == 1 else f"{plain}-"


def show(individual: Individual, ahead: Forecast | None) -> None:
    """One person: estimates, observations, what comes next."""
    from ..individualise.words import observation_words
    from ..patient.speech import patient_sentence

    person, screen = individual.person, console()
    title = f"{person.name}: " if person.name else ""
    screen.print(printable(f"{title}{patient_sentence(person.patient)}"), style="bold", markup=False, soft_wrap=True)
    screen.print(printable(str(person.therapy)), markup=False, soft_wrap=True)
    if ahead and ahead.change:
        show_emergencies(individual)
    columns = ("parameter", "unit", "people like this one", "this person", "left of the spread")
    screen.print(table(columns, estimate_lines(individual), numbers=3))
    observed = ((f"{a} {note}", b, c, d) for (a, note), (b, _), (c, _), (d, _) in observation_words(individual))
    screen.print(table(("observed", "expected", "this person", "SD away"), observed, numbers=3))
    screen.print(
        f"{individual.draws.n} weighted draws worth {individual.draws.effective:.0f} independent ones. "
        f"In {100 * individual.conflict.overall:.2g} % of people like this one the data would be at least as unusual. "
        f"Medians, with 90 % in brackets{'; the forecast is the mean of its last day' if ahead else ''}.",
        markup=False,
        soft_wrap=True,
    )
    if ahead:
        columns = ("last day of the forecast", "unit", "unchanged", "after the change")[
            : 3 + (ahead.change is not None)
        ]
        screen.print(table(columns, forecast_lines(ahead), numbers=len(columns) - 2))


def show_emergencies(individual: Individual) -> None:
    """What calls for help while the dose is changed, before any number."""
    from ..report.follow_up import emergencies
    from .planning.telling import emergency_lines

    screen = console()
    screen.print("\nCALL FOR EMERGENCY HELP", style="bold", markup=False)
    for line in emergency_lines(emergencies(individual)):
        screen.print(line, style="red", markup=False, soft_wrap=True)
    screen.print()


def estimate_lines(individual: Individual) -> list[tuple[str, ...]]:
    """One line for each estimated parameter."""
    from ..individualise.words import estimate_words

    return [
        (name, unit, before, after, left)
        for name, unit, before, after, _, left in map(estimate_words, individual.estimates)
    ]


def forecast_lines(ahead: Forecast) -> list[tuple[str, ...]]:
    """The average of the last day of each quantity, unchanged and changed."""
    import numpy as np

    from ..figures.display import display
    from ..quantities import known
    from .run import number

    lines = []
    for name in ahead.unchanged:
        quantity = known(name)
        shown = display(quantity.unit, quantity.kind)
        cells = []
        for course in (c for c in (ahead.unchanged, ahead.change) if c is not None):
            last = course.time >= course.time[-1] - 24.0
            low, middle, high = np.quantile(course[name][:, last].mean(axis=1), (0.05, 0.5, 0.95)) * shown.factor
            cells.append(f"{number(middle)} ({number(low)}–{number(high)})")
        lines.append((quantity.label, shown.unit, *cells))
    return lines


def show_population(people: Population) -> None:
    """Typical values and spread."""
    from ..individualise.words import POPULATION, population_words, scatter_words

    console().print(table(POPULATION, population_words(people), numbers=3))
    console().print(scatter_words(people), markup=False, soft_wrap=True)


def show_cautions(found: Sequence[tuple[Individual, Forecast | None]]) -> None:
    """What to be careful about, each once."""
    from ..individualise.record import DISCLAIMER, all_cautions

    cautions = dict.fromkeys(
        f"! {f'{individual.person.name}: ' if len(found) > 1 else ''}{caution}"
        for individual, ahead in found
        for caution in all_cautions(individual, ahead)
    )
    for line in cautions:
        console().print(printable(line), markup=False, soft_wrap=True)
    console().print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)
