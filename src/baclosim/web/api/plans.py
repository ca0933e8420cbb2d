"""Plans: taper, titrate, rescue, convert."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ...plan.record import PlanRecord, record
from ..work.planning import KINDS, ConversionWanted, OverdoseWanted, RescueWanted, TaperWanted, TitrationWanted, Wanted
from .paper import PDF, Paper, printed
from .refusals import Route, documented

router = APIRouter(route_class=Route, prefix="/plan", tags=["plan"])


@router.post("/taper", responses=documented(409))
def taper(wanted: TaperWanted) -> PlanRecord:
    """The soonest taper that keeps withdrawal below a tier in most virtual patients, compared with published rules."""
    return planned(wanted)


@router.post("/titrate", responses=documented(409))
def titrate(wanted: TitrationWanted) -> PlanRecord:
    """How to begin and raise baclofen, checked against the patient first."""
    return planned(wanted)


@router.post("/rescue", responses=documented(409))
def rescue(wanted: RescueWanted) -> PlanRecord:
    """After an interruption: time left, what helps, with which dose to go on."""
    return planned(wanted)


@router.post("/overdose", responses=documented(409))
def overdose(wanted: OverdoseWanted) -> PlanRecord:
    """After too much: hours of coma and ventilation, and the withdrawal that can follow."""
    return planned(wanted)


@router.post("/convert", responses=documented(409))
def convert(wanted: ConversionWanted) -> PlanRecord:
    """Doses of equal effect by the other route, as a distribution."""
    return planned(wanted)


def planned(wanted: Wanted) -> PlanRecord:
    """The plan as its published record, computed beside the server's own threads."""
    from ..live import pool

    return record(pool().submit(wanted.plan).result())


def on_paper(kind: str, asked: type[Wanted]) -> None:
    """Add the routes that print plans of this kind: the report, and the sheet for the patient."""

    def report(wanted: Wanted, paper: Paper = "a4") -> Response:
        """The plan with its odds, what it was compared with and what it rests on, as PDF."""
        from ...report.pdf import render
        from ...report.planning import document_of

        return printed(lambda: render(document_of(wanted.plan()), paper), f"{kind}-report")

    def sheet(wanted: Wanted, paper: Paper = "a4") -> Response:
        """The sheet of the plan for the patient, one page to sign, as PDF."""
        from ...report.pdf import render_sheet

        return printed(lambda: render_sheet(wanted.plan(), paper), f"{kind}-sheet")

    for name, made in (("report", report), ("sheet", sheet)):
        made.__annotations__["wanted"] = asked
        told = {"name": f"{kind}_{name}", "operation_id": f"{kind}_{name}", "response_class": Response}
        router.post(f"/{kind}/{name}", responses={**documented(409), **PDF}, **told)(made)


for kind, asked in KINDS.items():
    on_paper(kind, asked)
