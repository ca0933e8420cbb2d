"""What is asked of a study that is done: arms compared, questions in SQL, a visual predictive check, power."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Response
from pydantic import BaseModel, Field

from ...cohort.summary import Contrast, as_row
from ..work.afterwards import Check, Comparison, Question, Trial
from ..work.aside import in_turn
from ..work.studying import StudyDone
from .jobs import JobTold, begun, found
from .refusals import Documented, Route, documented

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=Route)
Name = Annotated[str, Path(max_length=40, description="of a study that is done")]
SVG: Documented = {
    200: {"description": "The figure.", "content": {"image/svg+xml": {"schema": {"type": "string"}}}},
}


class ComparedRecord(BaseModel):
    """Arms against one of them."""

    contrasts: list[Contrast]


class AnswerRecord(BaseModel):
    """The answer to a question in SQL."""

    columns: list[str]
    rows: list[list[Any]]
    more: bool = Field(description="whether rows were left out")


@router.post("/{name}/compare", responses=documented(404, 409))
def compare(name: Name, wanted: Comparison) -> ComparedRecord:
    """Every arm of a study against one of them."""
    contrasts = in_turn(wanted.contrasts, studied(name))
    return ComparedRecord(contrasts=[Contrast(**as_row(contrast)) for contrast in contrasts])


@router.post("/{name}/query", responses=documented(404, 409))
def query(name: Name, wanted: Question) -> AnswerRecord:
    """A question in SQL over the tables of a study: patients, visits, courses and bands; 10,000 rows at most."""
    answer = in_turn(wanted.answer, studied(name))
    return AnswerRecord(columns=list(answer.columns), rows=answer.rows(), more=answer.has_more)


@router.post("/{name}/vpc", responses={**documented(404, 409), **SVG}, response_class=Response)
def check(name: Name, wanted: Check) -> Response:
    """A visual predictive check as SVG: observations over the percentiles that an arm predicts."""
    return Response(in_turn(wanted.figure, studied(name)), media_type="image/svg+xml")


@router.post("/{name}/power", status_code=202, responses=documented(404, 409))
def power(name: Name, wanted: Trial) -> JobTold:
    """Begin to try trials drawn from the patients of a study; ask /api/jobs/{id} how it goes."""
    return begun(wanted.job(studied(name)))


def studied(name: str) -> StudyDone:
    """What came of a study; raises HTTPException."""
    result = found(name).result
    if not isinstance(result, StudyDone):
        raise HTTPException(409, "only a study that is done can be asked")
    return result
