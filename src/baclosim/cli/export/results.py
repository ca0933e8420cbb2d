"""`baclosim export netcdf|parquet|table|predictions`: what is simulated, written with units and provenance."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..fit import Columns, Draws, Ignore, Since, Start, Therapy, Units, Who, date_of_hour_0, estimated, read, read_units
from ..output import AsJson, Patients, Quiet, Seed
from .shared import Folder, ScenarioFile, finish

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...outcome import Outcome

QUANTITIES = "plasma,ashworth,spasm_score,drowsiness"
OF_A_RUN = {
    "netcdf": (
        "netcdf",
        "Write curves as NetCDF. Virtual patients, the typical one and its draws, with units and the run's manifest.",
    ),
    "parquet": ("parquet", "Write the curves of the patients as Parquet. With units and the run's manifest."),
    "table": (
        "nonmem_table",
        "Write doses and curves as a NONMEM-like table.\n\nOne subject for each virtual patient: dose and observation "
        "records, and every quantity under a name with its unit; as CSV and as Parquet.",
    ),
}
"""Commands that write what a run holds: name -> maker of `baclosim.exchange`, help."""


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    for name, (maker, says) in OF_A_RUN.items():
        group.command(name, help=says)(of_a_run(maker))
    group.command("predictions")(predictions)
    group.command("posterior")(posterior)


def of_a_run(maker: str) -> Callable[..., None]:
    """The command that runs a scenario and hands the outcome to a maker of `baclosim.exchange`."""

    def command(
        scenario: ScenarioFile,
        out: Folder = None,
        patients: Patients = None,
        seed: Seed = None,
        as_json: AsJson = False,
        quiet: Quiet = False,
    ) -> None:
        from ... import exchange

        export(getattr(exchange, maker), scenario, out, patients, seed, as_json, quiet)

    return command


def predictions(
    data: Annotated[str, typer.Argument(metavar="DATA.csv", help="A NONMEM-style file; doses by row.")],
    therapy: Therapy = None,
    patient: Annotated[Path | None, typer.Option(help="Scenario file: the patient beyond the file's columns.")] = None,
    quantities: Annotated[str, typer.Option(help="What to predict, separated by commas.")] = QUANTITIES,
    start: Start = None,
    units: Units = None,
    columns: Columns = "",
    ignore: Ignore = "",
    out: Folder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Predict every record of a NONMEM-style file.

    Doses come from the records, covariates from the columns, the rest from --patient. The columns of the file come
    back with the predictions beside them, as CSV and as Parquet.
    """
    from ...exchange import predictions
    from ..planning.asking import patient_in

    made = functools.partial(
        predictions,
        data,
        patient=patient_in(patient) if patient else None,
        therapy=therapy,
        quantities=[name.strip() for name in quantities.split(",")],
        start=date_of_hour_0(start),
        units=read_units(units),
        columns=columns,
        ignore=ignore,
    )
    finish(data, made, out, as_json=as_json, quiet=quiet, doing="predicting")


def posterior(
    data: Annotated[str, typer.Argument(metavar="DATA.csv", help="Levels and scores, as `baclosim fit` reads them.")],
    therapy: Therapy = None,
    patient: Who = None,
    since: Since = "0 h",
    start: Start = None,
    units: Units = None,
    columns: Columns = "",
    ignore: Ignore = "",
    draws: Draws = 5000,
    seed: Seed = None,
    out: Folder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write an estimate for ArviZ, as NetCDF.

    Everybody in the file is estimated as by `baclosim fit`; the groups are posterior, prior, posterior_predictive,
    log_likelihood and observed_data, with a thousand equally likely draws.
    """
    from ...exchange import posterior as written
    from ...exchange.parcel import together

    persons = read(data, therapy, patient, since, date_of_hour_0(start), units, columns, ignore)
    _, found = estimated(persons, None, False, draws, seed or 0, quiet)

    def make() -> Parcel:
        """All persons together."""
        return together("posterior", data, [written(individual) for individual in found])

    finish(data, make, out, as_json=as_json, quiet=quiet, doing="writing the draws")


def export(
    make: Callable[[Outcome], Parcel], scenario: str, out: Path | None, patients: int | None, seed: int | None,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Run a scenario and write what is made of it."""
    from ...outcome import run_scenario
    from ...scenario import load
    from ..run import adjusted, announce_compiling

    study = adjusted(load(scenario), patients, seed)
    announce_compiling(quiet)
    doing = f"simulating {study.patients} patients"
    finish(scenario, lambda: make(run_scenario(study)), out, as_json=as_json, quiet=quiet, doing=doing)
