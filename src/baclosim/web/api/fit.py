"""Individual estimates, each a job."""

from __future__ import annotations

from fastapi import APIRouter

from ..fitting import FitWanted
from .jobs import JobTold, begun
from .refusals import Route

router = APIRouter(prefix="/fit", tags=["jobs"], route_class=Route)


@router.post("", status_code=202)
def fit(wanted: FitWanted) -> JobTold:
    """Begin to estimate who the persons of a table are, and what comes next; ask /api/jobs/{id} how it goes."""
    return begun(wanted.job())
