"""Plans: taper, titrate, rescue, convert."""

from __future__ import annotations

from fastapi import APIRouter

from ...plan.record import PlanRecord
from ..planning import ConversionWanted, OverdoseWanted, RescueWanted, TaperWanted, TitrationWanted, Wanted

router = APIRouter(prefix="/plan", tags=["plan"])


@router.post("/taper")
def taper(wanted: TaperWanted) -> PlanRecord:
    """The soonest taper that keeps withdrawal below a tier in most virtual patients, compared with published rules."""
    return planned(wanted)


@router.post("/titrate")
def titrate(wanted: TitrationWanted) -> PlanRecord:
    """How to begin and raise baclofen, checked against the patient first."""
    return planned(wanted)


@router.post("/rescue")
def rescue(wanted: RescueWanted) -> PlanRecord:
    """After an interruption: time left, what helps, with which dose to go on."""
    return planned(wanted)


@router.post("/overdose")
def overdose(wanted: OverdoseWanted) -> PlanRecord:
    """After too much: hours of coma and ventilation, and the withdrawal that can follow."""
    return planned(wanted)


@router.post("/convert")
def convert(wanted: ConversionWanted) -> PlanRecord:
    """Doses of equal effect by the other route, as a distribution."""
    return planned(wanted)


def planned(wanted: Wanted) -> PlanRecord:
    """The plan as its published record, computed beside the server's own threads."""
    from ...plan.record import record
    from ..live import pool

    return record(pool().submit(wanted.plan).result())
