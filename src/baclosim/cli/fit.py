"""`baclosim fit`: who the patient is, from levels, scores and a diary; what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import AsJson, PaperSize, Pdf, Quiet, Seed, working

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual, Person, Population

CHANGED, UNASKED = "7 days", "2 days"
"""How far a forecast looks when that was not said: with a change, and for what is written without being asked for."""
Columns = Annotated[
    str, typer.Option("--columns", help="Names of the columns, as $INPUT gives them: 'ID TIME CONC=DV'.")
]
Ignore = Annotated[str, typer.Option("--ignore", help="Mark of lines that are comments, as $DATA's IGNORE: @ or C.")]
Therapy = Annotated[
    str | None, typer.Option("--therapy", help="What is given, in words, when the file holds no doses.")
]
Who = Annotated[Path | None, typer.Option("--patient", help="Scenario file: its patient, and its therapy if needed.")]
Since = Annotated[str, typer.Option("--since", help="How long the therapy had gone on at hour 0.")]
Start = Annotated[str | None, typer.Option("--start", help="Date and time of hour 0, for files with dates.")]
Units = Annotated[
    str | None,
    typer.Option("--units", help="Units of bare numbers in a NONMEM-style file: 'AMT=mg, DV=ng/mL' when not given."),
]
Draws = Annotated[
    int | None,
    typer.Option("--draws", min=200, max=200_000, help="Draws of the posterior of one person; usually 5,000."),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("fit")(fit)


def fit(
    data: Annotated[str, typer.Argument(metavar="DATA.csv", help="time, what, value, unit; or a NONMEM-style file.")],
    therapy: Therapy = None,
    patient: Who = None,
    since: Since = "0 h",
    start: Start = None,
    units: Units = None,
    columns: Columns = "",
    ignore: Ignore = "",
    parameters: Annotated[str | None, typer.Option(help="Estimate only these, separated by commas.")] = None,
    population: Annotated[
        bool, typer.Option("--population", help="Also typical values and spread of all IDs.")
    ] = False,
    forecast: Annotated[str | None, typer.Option(help="How far ahead to look, such as '7 days'.")] = None,
    change: Annotated[str | None, typer.Option(help="Another therapy from the next dose on, in words.")] = None,
    draws: Draws = None,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="Folder for sheet, report, calendar, tables and JSON.")] = None,
    pdf: Pdf = False,
    paper: PaperSize = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Estimate who a patient is from levels, scores and signs. With a forecast of the next days."""
    from ..errors import InputError, Problem
    from ..individualise.estimated import names_in
    from .fitted import Fitted, finish
    from .folder import check_target, paper_for

    if out:
        check_target(out)
    printed = paper_for(pdf, paper, out)
    begun = date_of_hour_0(start)
    persons = read(data, therapy, patient, since, begun, units, columns, ignore)
    ahead = forecast or (CHANGED if change else UNASKED if out else None)
    check_words(ahead, change)
    chosen = names_in(parameters) if parameters else None
    if population and draws:
        raise InputError(
            Problem("--draws", draws, "nothing with --population, which draws each person anew in every round")
        )
    people, found = estimated(persons, chosen, population, draws, seed or 0, quiet)
    with working("looking ahead", quiet):
        futures = [future(individual, ahead, change) for individual in found] if ahead else [None] * len(found)
    fitted = Fitted(data, tuple(zip(found, futures, strict=True)), people, seed or 0, begun)
    finish(fitted, folder=out, paper=printed, as_json=as_json, quiet=quiet)


def date_of_hour_0(given: str | None) -> dt.datetime | None:
    """The date and time of hour 0, where it was given; raises InputError for anything else."""
    from .. import moments
    from ..errors import InputError, Problem

    try:
        return moments.moment(given) if given else None
    except ValueError:
        raise InputError(Problem("--start", given, "a date and time such as '2026-03-01 08:00'")) from None


def read(
    data: str, therapy: str | None, patient: Path | None, since: str, begun: dt.datetime | None, units: str | None,
    columns: str, ignore: str,
) -> tuple[Person, ...]:  # fmt: skip
    """The persons of the file, whose hour 0 `begun` dates; raises InputError with everything that is wrong."""
    from ..individualise import read_persons
    from ..individualise.rows import has_doses
    from ..scenario import load
    from ..therapy.records.datafile import Layout
    from .planning.asking import patient_in

    lacking = therapy is None and patient is not None and not has_doses(data, Layout(columns, ignore))
    study = load(str(patient)) if lacking else None
    who = study.patient if study else patient_in(patient) if patient else None
    before = study.before if study and since == "0 h" else since
    given: Any = study.therapy if study else therapy
    return read_persons(
        data, patient=who, therapy=given, before=before, start=begun, units=read_units(units), columns=columns,
        ignore=ignore,
    )  # fmt: skip


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
    persons: Sequence[Person],
    names: Sequence[str] | None,
    population: bool,
    draws: int | None,
    seed: int,
    quiet: bool,
) -> tuple[Population | None, list[Individual]]:
    """The population, when it is asked for, and every individual; told on a terminal."""
    from ..individualise import fit as fit_one
    from ..individualise import fit_population
    from ..individualise.posterior import DRAWS
    from .run import announce_compiling

    announce_compiling(quiet)
    if population:
        with working(f"fitting {len(persons)} persons together", quiet):
            people = fit_population(persons, parameters=names, seed=seed)
        return people, list(people.individuals)
    found = []
    for i, person in enumerate(persons):
        with working(f"fitting {person.name or 'the patient'} ({i + 1} of {len(persons)})", quiet):
            found.append(fit_one(person, parameters=names, draws=draws or DRAWS, seed=seed))
    return None, found


def future(individual: Individual, ahead: str, change: str | None) -> Forecast:
    """The forecast."""
    from ..individualise import forecast

    return forecast(individual, ahead, change)
