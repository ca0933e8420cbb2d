"""`baclosim taper`: a taper of tablets or of a pump for this patient, compared with the published rules."""

from __future__ import annotations

from typing import Annotated

import typer

from .planning import Asked, planning
from .pump import USUAL


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("taper")(taper)


@planning
def taper(
    asked: Asked,
    treatment: Annotated[str, typer.Argument(help='What is taken now, such as "25 mg three times daily".')],
    since: Annotated[str, typer.Option(help='For how long it has been taken, such as "8 months".')],
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
    from ..plan.goals import Goal
    from ..plan.tablets import read_supply
    from ..plan.tapering.bounds import least_of_pump, read_bridge, with_bridge
    from ..plan.tapering.taper import plan_taper
    from ..plan.tapering.wish import PATIENTS, PATTERNS, PUMP_PATTERNS, TABLETS, Wish
    from ..plan.treatment import read_treatment
    from ..therapy.conditions import TIERS, Condition, tier_level

    with asked.reading() as (reading, about):
        hours = reading.hours("--since", since)
        level = tier_level(reading.one_of("--tier", tier, TIERS))
        share = reading.part("--probability", probability)
        days = None if within is None else int(reading.hours("--within", within) // 24)
        gaps = reading.gaps(every)
        step = None if largest_step is None else reading.part("--largest-step", largest_step)
        supply = reading.attempt(lambda: read_supply(tablets, halves, liquid), TABLETS)
        weight = about.patient.covariates.weight
        now = reading.attempt(lambda: read_treatment(treatment, hours, weight), None)
        over = reading.attempt(lambda: read_bridge(bridge, weight), None) if bridge else None
        if now and not now.is_pump and (bridge or concentration):
            reading.problems.add("treatment", treatment, "a pump's dose with --bridge or --concentration")
        least = reading.attempt(lambda: least_of_pump(device, concentration), 0.0) if now and now.is_pump else 0.0
    assert now is not None
    wish = Wish(
        patient=about.patient,
        treatment=with_bridge(now, over) if over else now,
        supply=supply,
        limit=Goal(Condition("withdrawal", "below", level), share),
        within=days,
        patterns=gaps or (PUMP_PATTERNS if now.is_pump else PATTERNS),
        step_share=step,
        pump_least=least,
        bridge=over.doses if over else (),
        patients=asked.patients or PATIENTS,
        seed=about.seed,
        begins=about.begins,
        known=about.known,
    )
    asked.carry_out(f"trying tapers on {wish.patients} patients", lambda: plan_taper(wish), about)
