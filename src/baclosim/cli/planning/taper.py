"""`baclosim taper`: a taper of tablets or of a pump for this patient, compared with the published rules."""

from __future__ import annotations

from typing import Annotated

import typer

from ..pump import USUAL
from .asking import Asked, planning


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("taper")(taper)


@planning
def taper(
    asked: Asked,
    treatment: Annotated[str, typer.Argument(help='What is taken now, such as "25 mg three times daily".')],
    since: Annotated[str | None, typer.Option(help='Needed: how long it has been taken, such as "8 months".')] = None,
    tablets: Annotated[str | None, typer.Option(help="Strengths at hand in mg, of 5, 10, 20, 25; 10,5.")] = None,
    halves: Annotated[bool, typer.Option("--halves", help="Tablets may be halved.")] = False,
    liquid: Annotated[str | None, typer.Option(help='A liquid instead, by its finest measure: "0.5 mg".')] = None,
    within: Annotated[str | None, typer.Option(help='The gentlest within this time, such as "6 weeks".')] = None,
    tier: Annotated[str, typer.Option(help="Withdrawal stays below: mild, moderate or severe.")] = "moderate",
    probability: Annotated[str, typer.Option(help="Share of the virtual patients in whom it does.")] = "95 %",
    every: Annotated[str | None, typer.Option(help='Step days: "week", "3 days", "twice a week".')] = None,
    largest_step: Annotated[str | None, typer.Option(help='Largest step as a share of the dose: "25 %".')] = None,
    device: Annotated[str, typer.Option(help="Of a pump: its model.")] = USUAL,
    concentration: Annotated[str | None, typer.Option(help='Of a pump: "2000 ug/mL"; sets its least dose.')] = None,
    bridge: Annotated[
        str | None, typer.Option(help='Of a pump: tablets that take over: "20 mg 4 times daily".')
    ] = None,
) -> None:
    """Plan a taper that keeps withdrawal below a tier. The soonest, or the gentlest within a time."""
    from ...plan.tapering.asked import TaperWords, wish_of
    from ...plan.tapering.taper import plan_taper
    from ...plan.tapering.wish import PATIENTS

    words = TaperWords(
        treatment, since, tablets, halves, liquid, within, tier, probability, every, largest_step, device,
        concentration, bridge,
    )  # fmt: skip
    with asked.reading() as (reading, about):
        wish = wish_of(
            words, reading, about.patient, patients=asked.patients or PATIENTS, seed=about.seed, begins=about.begins,
            known=about.known,
        )  # fmt: skip
    assert wish is not None
    asked.carry_out(f"trying tapers on {wish.patients} patients", lambda: plan_taper(wish), about)
