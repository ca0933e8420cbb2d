"""Questions answered and cases assessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from ...ask.record import AnswerRecord
from ...syndromes.record import AssessmentRecord
from .paper import PDF, Paper, printed
from .refusals import Route

if TYPE_CHECKING:
    from ...syndromes.assessment import Assessment
    from ...syndromes.case import Case
    from ...syndromes.reading import Reading

router = APIRouter(route_class=Route, tags=["answers"])
LONGEST = 20_000  # characters of a case or a question


class Question(BaseModel):
    """A question in plain English."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str = Field(max_length=LONGEST)
    compute: bool = Field(True, description="whether the model may be run for what it can compute")


class CaseRequest(BaseModel):
    """A case: each entry in the words that `baclosim assess` takes; what is not told is unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field("", max_length=LONGEST)
    present: list[str] = Field([], max_length=100)
    absent: list[str] = Field([], max_length=100)
    values: list[str] = Field([], max_length=50, examples=[["temperature 39.6 C"]])
    drugs: list[str] = Field([], max_length=50, examples=[["sertraline started 2 days ago"]])
    pump: str = Field("", max_length=200)
    onset: str = Field("", max_length=200)
    simulate: bool = Field(True, description="whether the simulated course of baclofen informs the prior")


@router.post("/ask")
def ask(asked: Question) -> AnswerRecord:
    """An answer from the evidence, emergency advice first."""
    from ...ask import ask as answered
    from ...ask.record import record
    from ..live import pool

    return record(pool().submit(answered, asked.question, compute=asked.compute).result())


class Word(BaseModel):
    """A finding, a circumstance or a value that a case may speak of."""

    name: str
    label: str = Field(description="what it is; of a value with its unit")
    called: str = Field(description="other names, separated by commas")


@router.get("/assess/vocabulary")
def vocabulary() -> list[Word]:
    """Every finding, circumstance and value that a case may speak of."""
    from ...syndromes.words import vocabulary_rows

    return [Word(name=name, label=label, called=called) for name, label, called in vocabulary_rows()]


@router.post("/assess")
def assess(case: CaseRequest) -> AssessmentRecord:
    """The syndromes that a case could be, with reasons, the next question, and what is urgent."""
    from ...syndromes.record import record
    from ..live import pool

    reading = reading_of(case)
    return record(pool().submit(assessed, reading.case, simulate=case.simulate).result(), reading)


@router.post("/assess/report", responses=PDF, response_class=Response)
def report(
    case: CaseRequest,
    paper: Paper = "a4",
    whole: Annotated[bool, Query(description="every piece of evidence, not only the summary")] = False,
) -> Response:
    """An assessment as PDF: its summary of at most three pages, or the whole of it."""
    from ...report import assessment, summary
    from ...report.pdf import render

    reading, written = reading_of(case), assessment if whole else summary
    return printed(
        lambda: render(written.document_of(assessed(reading.case, simulate=case.simulate)), paper), "assessment"
    )


def reading_of(case: CaseRequest) -> Reading:
    """The case as it was understood; raises InputError with every mistake, and for one that says nothing."""
    from ...syndromes.typed import case_from_options, refuse_empty

    reading = case_from_options(
        text=case.text, present=case.present, absent=case.absent, values=case.values, drugs=case.drugs, pump=case.pump,
        onset=case.onset,
    )  # fmt: skip
    refuse_empty(reading)
    return reading


def assessed(case: Case, *, simulate: bool) -> Assessment:
    """What the case could be."""
    from ...syndromes import assess

    return assess(case, simulate=simulate)
