"""`baclosim fit`: who the patient is, from levels, scores and a diary; what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import AsJson, Quiet, Seed, console, printable, say, table, working

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual, Person, Population

UNITS = "Units of bare numbers in a NONMEM-style file: 'AMT=mg, DV=ng/mL' when not given."


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("fit")(fit)


def fit(
    data: Annotated[str, typer.Argument(metavar="DATA.csv", help="time, what, value, unit; or a NONMEM-style file.")],
    therapy: Annotated[str | None, typer.Option(help="What is given, in words, when the file holds no doses.")] = None,
    patient: Annotated[Path | None, typer.Option(help="Scenario file: its patient, and its therapy if needed.")] = None,
    since: Annotated[str, typer.Option(help="How long the therapy had gone on at hour 0.")] = "0 h",
    start: Annotated[str | None, typer.Option(help="Date and time of hour 0, for files with dates.")] = None,
    units: Annotated[str | None, typer.Option(help=UNITS)] = None,
    parameters: Annotated[str | None, typer.Option(help="Estimate only these, separated by commas.")] = None,
    population: Annotated[
        bool, typer.Option("--population", help="Also typical values and spread of all IDs.")
    ] = False,
    forecast: Annotated[str | None, typer.Option(help="How far ahead to look, such as '7 days'.")] = None,
    change: Annotated[str | None, typer.Option(help="Another therapy from the next dose on, in words.")] = None,
    draws: Annotated[int, typer.Option(min=200, max=200_000, help="Draws of the posterior.")] = 5000,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="Folder for reports, figures and tables.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Estimate who a patient is from levels, scores and symptoms, and forecast the next days."""
    from .folder import check_target

    if out:
        check_target(out)
    persons = read(data, therapy, patient, since, start, units)
    ahead = forecast or ("7 days" if change else None)
    check_words(ahead, change)
    chosen = tuple(name.strip().replace(" ", "_") for name in parameters.split(",")) if parameters else None
    people, found = estimated(persons, chosen, population, draws, seed or 0, quiet)
    with working("looking ahead", quiet):
        futures = [future(individual, ahead, change) for individual in found] if ahead or out else [None] * len(found)
    finish(data, list(zip(found, futures, strict=True)), people, seed or 0, out, bool(ahead), as_json, quiet)


def read(
    data: str, therapy: str | None, patient: Path | None, since: str, start: str | None, units: str | None
) -> tuple[Person, ...]:
    """The persons of the file; raises InputError with everything that is wrong."""
    import datetime as dt

    from ..errors import InputError, Problem
    from ..individualise import read_persons
    from ..individualise.rows import has_doses

    try:
        begun = dt.datetime.fromisoformat(start) if start else None
    except ValueError:
        raise InputError(Problem("--start", start, "a date and time such as '2026-03-01 08:00'")) from None
    study = scenario_of(patient) if patient else None
    given: Any = therapy if therapy or study is None or has_doses(data) else study.therapy
    before = study.before if study and since == "0 h" and given is study.therapy else since
    who = study.patient if study else None
    return read_persons(data, patient=who, therapy=given, before=before, start=begun, units=read_units(units))


def scenario_of(file: Path) -> Any:
    """The scenario of a file."""
    from ..scenario import load

    return load(file)


def read_units(text: str | None) -> dict[str, str]:
    """Units of bare numbers; raises InputError for anything else."""
    from ..errors import InputError, Problem, nearest

    names, found = {"AMT": "dose", "DV": "level"}, {}
    for piece in (text or "").split(",") if text else ():
        name, _, unit = piece.partition("=")
        if name.strip().upper() not in names or not unit.strip():
            raise InputError(
                Problem("--units", piece.strip(), "AMT=… and DV=…, such as 'AMT=ug, DV=ug/mL'", nearest(name, names))
            )
        found[names[name.strip().upper()]] = unit.strip()
    return found


def check_words(ahead: str | None, change: str | None) -> None:
    """Raise InputError for a forecast that cannot be read, before any work is done."""
    from ..individualise.forecasting import hours_ahead, parsed

    if ahead:
        hours_ahead(ahead)
    if change:
        parsed(change)


def estimated(
    persons: Sequence[Person], names: Sequence[str] | None, population: bool, draws: int, seed: int, quiet: bool
) -> tuple[Population | None, list[Individual]]:
    """The population, when it is asked for, and every individual; told on a terminal."""
    from ..individualise import fit as fit_one
    from ..individualise import fit_population
    from .run import announce_compiling

    announce_compiling(quiet)
    if population:
        with working(f"fitting {len(persons)} persons together", quiet):
            people = fit_population(persons, parameters=names, seed=seed)
        return people, list(people.individuals)
    found = []
    for i, person in enumerate(persons):
        with working(f"fitting {person.name or 'the patient'} ({i + 1} of {len(persons)})", quiet):
            found.append(fit_one(person, parameters=names, draws=draws, seed=seed))
    return None, found


def future(individual: Individual, ahead: str | None, change: str | None) -> Forecast:
    """The forecast, or the course up to the end of the data."""
    from ..individualise import forecast

    return forecast(individual, ahead or 0.0, change)


def finish(
    data: str, found: list[tuple[Individual, Forecast | None]], people: Population | None, seed: int,
    out: Path | None, is_forecast: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Write the folder and print the result."""
    from ..individualise.record import record

    shown = found if is_forecast else [(individual, None) for individual, _ in found]
    files: tuple[str, ...] = ()
    if out:
        with working("writing the report", quiet):
            files = written(data, found, shown, people, seed, out)
    if as_json:
        typer.echo(record(data, shown, people, seed, files).model_dump_json())
        return
    for individual, ahead in shown:
        show(individual, ahead)
    if people:
        show_population(people)
    show_cautions(shown)
    if out:
        say(f"report: {next(f for f in files if f.endswith('.html'))}", quiet)


def written(
    data: str, found: Sequence[tuple[Individual, Any]], shown: Sequence[Any], people: Population | None, seed: int,
    folder: Path,
) -> tuple[str, ...]:  # fmt: skip
    """Write reports, figures and tables for each person and the record, all or none; returns the files."""
    import polars as pl

    from ..individualise.record import record
    from ..individualise.table import course_frame, draws_frame, observation_rows, parameter_rows
    from ..report import write_individual
    from .folder import whole_folder

    with whole_folder(folder) as scratch:
        for i, (individual, ahead) in enumerate(found):
            stem = stem_of(individual.person.name, i, len(found))
            write_individual(individual, ahead, scratch, stem)
            pl.DataFrame(parameter_rows(individual)).write_csv(scratch / f"{stem}parameters.csv")
            rows = pl.DataFrame(observation_rows(individual), infer_schema_length=None)
            rows.write_csv(scratch / f"{stem}observations.csv")
            draws_frame(individual).write_parquet(scratch / f"{stem}posterior.parquet")
            course_frame(ahead).write_parquet(scratch / f"{stem}course.parquet")
        names = sorted({*(file.name for file in scratch.iterdir()), "fit.json"})
        files = tuple(str(folder / name) for name in names)
        text = record(data, shown, people, seed, files).model_dump_json(indent=1)
        (scratch / "fit.json").write_text(text, encoding="utf-8")
    return files


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
    columns = ("parameter", "unit", "people like this one", "this person", "left of the spread")
    screen.print(table(columns, estimate_lines(individual), numbers=3))
    observed = ((f"{a} {note}", b, c, d) for (a, note), (b, _), (c, _), (d, _) in observation_words(individual))
    screen.print(table(("observed", "expected", "this person", "SD away"), observed, numbers=3))
    screen.print(
        f"{individual.draws.n} weighted draws worth {individual.draws.effective:.0f} independent ones. "
        f"In {100 * individual.conflict.overall:.2g} % of people like this one the data would be at least as unusual.",
        markup=False,
        soft_wrap=True,
    )
    if ahead:
        columns = ("last day of the forecast", "unit", "unchanged", "after the change")[
            : 3 + (ahead.change is not None)
        ]
        screen.print(table(columns, forecast_lines(ahead), numbers=len(columns) - 2))


def estimate_lines(individual: Individual) -> list[tuple[str, ...]]:
    """One line for each estimated parameter."""
    from .run import number

    return [
        (
            e.parameter.name.replace("_", " "),
            e.parameter.unit.replace("dimensionless", ""),
            *(f"{number(m)} ({number(a)}–{number(b)})" for a, m, b in (e.prior, e.posterior)),
            f"{100 * e.shrinkage:.0f} %",
        )
        for e in individual.estimates
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
    from .run import number

    rows = [
        (
            t.parameter.name.replace("_", " "),
            t.parameter.unit.replace("dimensionless", ""),
            f"{number(t.value)} ({number(t.interval[0])}–{number(t.interval[1])})",
            number(t.published),
            f"{t.spread:.2f} ({t.spread_interval[0]:.2f}–{t.spread_interval[1]:.2f})",
        )
        for t in people.typical
    ]
    columns = ("of all persons", "unit", "typical value", "published", "spread over published")
    console().print(table(columns, rows, numbers=3))
    note = f"Levels scatter {people.scatter:.2f} times as much as published."
    console().print(note, markup=False, soft_wrap=True)


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
