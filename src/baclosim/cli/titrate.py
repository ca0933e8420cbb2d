"""`baclosim titrate`: how to begin and raise baclofen, by tablet or by pump."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import AsJson, PaperSize, Pdf, Quiet, Seed, working
from .plans import Begins, Folder, PatientFile, finish, first_day, patient_in
from .run import announce_compiling

Several = list[str]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("titrate")(titrate)


def titrate(
    route: Annotated[str, typer.Argument(metavar="oral|pump", help="By tablet, or by implanted pump.")] = "oral",
    patient: PatientFile = None,
    goal: Annotated[
        str | None, typer.Option(help="Of one patient: 'ashworth below 2', 'tone down by 1'; 'in 60 % of patients'.")
    ] = None,
    limit: Annotated[
        Several | None, typer.Option(help="Across the patients, such as 'drowsiness below 60 % in 90 % of patients'.")
    ] = None,
    drug: Annotated[Several | None, typer.Option("--with", help="Another drug that is taken; repeat it.")] = None,
    history: Annotated[Several | None, typer.Option(help="What is known, such as epilepsy; repeat it.")] = None,
    despite: Annotated[Several | None, typer.Option(help="A refusal that is overruled, such as 'kidneys'.")] = None,
    walks: Annotated[bool, typer.Option("--walks", help="By pump: weakness and worse walking end it too.")] = False,
    optimise: Annotated[bool, typer.Option("--optimise", help="The best way within published limits.")] = False,
    start: Begins = None,
    patients: Annotated[int, typer.Option(min=20, max=5000, help="Number of virtual patients.")] = 300,
    seed: Seed = None,
    out: Folder = None,
    pdf: Pdf = False,
    paper: PaperSize = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Plan how to begin and raise baclofen: checked against the patient, with odds from patients like this one."""
    from ..plan.titrating.request import request_for
    from ..plan.titrating.titrate import titrate as planned
    from .folder import paper_for

    printed = paper_for(pdf, paper, out)
    request = request_for(
        patient_in(patient),
        route,
        goal,
        limit or (),
        drug or (),
        history or (),
        despite=tuple(despite or ()),
        walks=walks,
        optimise=optimise,
        patients=patients,
        seed=1 if seed is None else seed,
        begins=first_day(start),
    )
    announce_compiling(quiet)
    with working(f"trying ways to raise the dose on {patients} patients", quiet):
        plan = planned(request)
    finish(plan, as_json=as_json, folder=out, paper=printed, quiet=quiet)
