"""`baclosim titrate`: how to begin and raise baclofen, by tablet or by pump."""

from __future__ import annotations

from typing import Annotated

import typer

from .asking import Asked, planning

Several = list[str]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("titrate")(titrate)


@planning
def titrate(
    asked: Asked,
    route: Annotated[str, typer.Argument(metavar="oral|pump", help="By tablet, or by implanted pump.")] = "oral",
    goal: Annotated[
        str | None, typer.Option(help="Of one patient: 'ashworth below 2', 'tone down by 1'; 'in 60 % of patients'.")
    ] = None,
    limit: Annotated[
        Several | None, typer.Option(help="Across the patients, such as 'drowsiness below 70 % in 80 % of patients'.")
    ] = None,
    drug: Annotated[Several | None, typer.Option("--with", help="Another drug that is taken; repeat it.")] = None,
    history: Annotated[Several | None, typer.Option(help="What is known, such as epilepsy; repeat it.")] = None,
    despite: Annotated[Several | None, typer.Option(help="A refusal that is overruled, such as 'kidneys'.")] = None,
    walks: Annotated[bool, typer.Option("--walks", help="By pump: weakness and worse walking end it too.")] = False,
    optimise: Annotated[bool, typer.Option("--optimise", help="The best way within published limits.")] = False,
) -> None:
    """Plan how to begin and raise baclofen. Checked against the patient, with odds from people like this one."""
    from ...plan.titrating.request import PATIENTS, request_for
    from ...plan.titrating.titrate import titrate as planned

    with asked.reading() as (reading, about):
        request = reading.attempt(
            lambda: request_for(
                about.patient,
                route,
                goal,
                limit or (),
                drug or (),
                history or (),
                despite=tuple(despite or ()),
                walks=walks,
                optimise=optimise,
                patients=asked.patients or PATIENTS,
                seed=about.seed,
                begins=about.begins,
                known=about.known,
            ),
            None,
        )
    assert request is not None
    asked.carry_out(f"trying ways to raise the dose on {request.patients} patients", lambda: planned(request), about)
