"""`baclosim simulate`: a regimen in plain words, simulated for one patient."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import AsJson, PaperSize, Patients, Pdf, Quiet, Seed

if TYPE_CHECKING:
    from ..scenario import Scenario


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("simulate")(simulate)


def simulate(
    regimen: Annotated[str, typer.Argument(help='In plain words, such as "10 mg every 8 h".')],
    until: Annotated[str, typer.Option(help='How long, such as "14 days".')] = "14 days",
    patient: Annotated[Path | None, typer.Option(help="Scenario file whose patient is treated.")] = None,
    patients: Patients = None,
    seed: Seed = None,
    out: Annotated[Path | None, typer.Option(help="Folder for report, figure and tables.")] = None,
    pdf: Pdf = False,
    paper: PaperSize = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate a regimen given in plain words."""
    from .folder import paper_for
    from .run import finish

    printed = paper_for(pdf, paper, out)
    planned = study(regimen, until, patient, patients, seed)
    finish(planned, as_json=as_json, folder=out, paper=printed, quiet=quiet)


def study(regimen: str, until: str, patient: Path | None, patients: int | None, seed: int | None) -> Scenario:
    """The scenario that these words stand for; raises ScenarioError with every mistake."""
    from ..errors import ScenarioError
    from ..scenario.checking import checked
    from ..scenario.reading import Source, source

    who = source(patient).raw.get("patient", {}) if patient else {}
    raw = {
        "title": regimen,
        "patient": who,
        "therapy": {"oral": regimen},
        "simulate": {"duration": until, "patients": patients or 500, "seed": 1 if seed is None else seed},
    }
    try:
        planned = checked(Source("command line", "", raw))
        return replace(planned, title=str(planned.therapy))
    except ScenarioError as error:
        raise ScenarioError([replace(p, where=as_typed(p.where)) for p in error.problems]) from None


def as_typed(where: str) -> str:
    """A place of the scenario by the word on the command line that filled it."""
    return where.replace("therapy.oral.regimen", "regimen").replace("simulate.duration", "--until")
