"""`baclosim export sbml`: the model under a scenario for every program that reads SBML."""

from __future__ import annotations

from typing import Annotated

import typer

from ..output import AsJson, Quiet
from .shared import Folder, ScenarioFile, finish

Omex = Annotated[bool, typer.Option("--omex", help="Also a COMBINE archive: the model with its simulation in SED-ML.")]


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("sbml")(sbml)


def sbml(
    scenario: ScenarioFile, out: Folder = None, omex: Omex = False, as_json: AsJson = False, quiet: Quiet = False
) -> None:
    """Write the whole model as SBML. Body and effects of the typical patient, doses as events, units, references."""
    from ...exchange.sbml import sbml
    from ...scenario import load

    study = load(scenario)
    finish(
        scenario, lambda: sbml(study, archive=omex), out, as_json=as_json, quiet=quiet, doing="writing the model"
    )  # fmt: skip
