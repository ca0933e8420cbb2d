"""Plans: taper, titrate, rescue, convert."""

from __future__ import annotations

from fastapi import APIRouter

from ...plan.record import PlanRecord
from ..planning import ConversionWanted, OverdoseWanted, RescueWanted, TaperWanted, TitrationWanted, Wanted
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
    from ...plan.record import record
    from ..live import pool

    return record(pool().submit(wanted.plan).result())
