"""`baclosim convert`: from tablets to a pump and back, as a distribution, with the sources beside it."""

from __future__ import annotations

import functools
from typing import Annotated

import typer

from .asking import Asked, planning


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("convert")(convert_dose)


@planning
def convert_dose(
    asked: Asked,
    treatment: Annotated[str, typer.Argument(help='"60 mg/day by mouth in 3 doses" or "350 ug/day intrathecally".')],
    since: Annotated[str, typer.Option(help="For how long it has been given.")] = "6 months",
) -> None:
    """Find the dose of equal effect by the other route. With what cannot be covered, and how to get there."""
    from ...plan.converting.convert import PATIENTS, convert
    from ...plan.treatment import read_treatment

    with asked.reading() as (reading, about):
        hours = reading.hours("since", since)
        reading.attempt(lambda: read_treatment(treatment, hours, about.patient.covariates.weight), None)
    plan = functools.partial(
        convert, treatment, since=hours, patient=about.patient, patients=asked.patients or PATIENTS, seed=about.seed,
        begins=about.begins, known=about.known,
    )  # fmt: skip
    asked.carry_out("trying doses on virtual patients", plan, about)
