"""Questions answered and cases assessed."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ...ask.record import AnswerRecord
from ...syndromes.record import AssessmentRecord
from .refusals import Route

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


@router.post("/assess")
def assess(case: CaseRequest) -> AssessmentRecord:
    """The syndromes that a case could be, with reasons, the next question, and what is urgent."""
    from ...syndromes import assess as assessed
    from ...syndromes.record import record
    from ...syndromes.typed import case_from_options, refuse_empty
    from ..live import pool

    reading = case_from_options(
        text=case.text, present=case.present, absent=case.absent, values=case.values, drugs=case.drugs, pump=case.pump,
        onset=case.onset,
    )  # fmt: skip
    refuse_empty(reading)
    return record(pool().submit(assessed, reading.case, simulate=case.simulate).result(), reading)
