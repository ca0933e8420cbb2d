"""`baclosim export netcdf|parquet`: a scenario is run, and its curves are written with units and provenance."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..output import AsJson, Patients, Quiet, Seed
from .shared import Folder, ScenarioFile, finish

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...outcome import Outcome


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command("netcdf")(netcdf)
    group.command("parquet")(parquet)


def netcdf(
    scenario: ScenarioFile,
    out: Folder = None,
    patients: Patients = None,
    seed: Seed = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write curves as NetCDF. Virtual patients, the typical one and its draws, with units and the run's manifest."""
    from ...exchange import netcdf

    export(netcdf, scenario, out, patients, seed, as_json, quiet)


def parquet(
    scenario: ScenarioFile,
    out: Folder = None,
    patients: Patients = None,
    seed: Seed = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write the curves of the patients as Parquet. With units and the run's manifest."""
    from ...exchange import parquet

    export(parquet, scenario, out, patients, seed, as_json, quiet)


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
