"""`baclosim convert`: from tablets to a pump and back, as a distribution, with the sources beside it."""

from __future__ import annotations

from typing import Annotated

import typer

from .output import AsJson, PaperSize, Patients, Pdf, Quiet, Seed, working
from .plans import Begins, Folder, PatientFile, Reading, finish, first_day, patient_in


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("convert")(convert_dose)


def convert_dose(
    treatment: Annotated[str, typer.Argument(help='"60 mg/day by mouth in 3 doses" or "350 ug/day intrathecally".')],
    since: Annotated[str, typer.Option(help="For how long it has been given.")] = "6 months",
    patient: PatientFile = None,
    start: Begins = None,
    patients: Patients = None,
    seed: Seed = None,
    out: Folder = None,
    pdf: Pdf = False,
    paper: PaperSize = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Doses of equal effect by the other route, what cannot be covered, and how to get there."""
    from ..plan.converting.convert import PATIENTS, convert
    from ..plan.treatment import read_treatment
    from .folder import check_target, paper_for
    from .run import announce_compiling

    if out:
        check_target(out)
    reading = Reading()
    who = patient_in(patient)
    hours = reading.hours("--since", since)
    reading.attempt(lambda: read_treatment(treatment, hours, who.covariates.weight), None)
    begins = reading.attempt(lambda: first_day(start), None)
    printed = reading.attempt(lambda: paper_for(pdf, paper, out), None)
    reading.done()
    announce_compiling(quiet)
    with working("trying doses on virtual patients", quiet):
        plan = convert(
            treatment, since=hours, patient=who, patients=patients or PATIENTS, seed=1 if seed is None else seed,
            begins=begins,
        )  # fmt: skip
    finish(plan, as_json=as_json, folder=out, paper=printed, quiet=quiet)
