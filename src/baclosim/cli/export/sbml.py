"""`baclosim export sbml`: the model under a scenario for every program that reads SBML."""

from __future__ import annotations

import typer

from ..output import AsJson, Quiet
from .shared import Folder, ScenarioFile, finish


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("sbml")(sbml)


def sbml(scenario: ScenarioFile, out: Folder = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Write the whole model as SBML. Body and effects of the typical patient, doses as events, units, references."""
    from ...exchange.sbml import sbml
    from ...scenario import load

    study = load(scenario)
    finish(scenario, lambda: sbml(study), out, as_json=as_json, quiet=quiet, doing="writing the model")
