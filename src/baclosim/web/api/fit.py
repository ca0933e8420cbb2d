"""Individual estimates, each a job; predictions at the records of a table."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..work.aside import in_turn
from ..work.exchanging import archive
from ..work.fitting import FitWanted
from ..work.predicting import PredictionsWanted
from .exchange import ZIP
from .jobs import JobTold, begun
from .refusals import Route

router = APIRouter(prefix="/fit", tags=["jobs"], route_class=Route)


@router.post("", status_code=202)
def fit(wanted: FitWanted) -> JobTold:
    """Begin to estimate who the persons of a table are, and what comes next; ask /api/jobs/{id} how it goes."""
    return begun(wanted.job())


@router.post("/predictions", responses=ZIP, response_class=Response)
def predictions(wanted: PredictionsWanted) -> Response:
    """A table with what is predicted at each of its records, in a ZIP archive; nothing is estimated."""
    headers = {"content-disposition": 'attachment; filename="predictions.zip"'}
    return Response(in_turn(lambda: archive(wanted.parcel())), media_type="application/zip", headers=headers)
