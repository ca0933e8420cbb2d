"""The answer as JSON: the shape of what `baclosim ask --json` prints."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..plan.safety import DISCLAIMER
from .answer import Answer
from .computed import Computed, Figure
from .sentences import Sentence


class Record(BaseModel):
    """A part of the answer; every key is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SentenceRecord(Record):
    """One sentence and the facts that say it."""

    text: str
    facts: list[str] = Field(description="ids of the evidence")


class FigureRecord(Record):
    """A number that the model computed; null where it is infinite or does not exist, such as signs that never come."""

    what: str
    unit: str
    typical: float | None = Field(description="of the typical patient")
    low: float | None = Field(description="lower end of the 95 % interval of the typical patient")
    high: float | None = Field(description="upper end of the 95 % interval of the typical patient")
    least: float | None = Field(description="5 % of virtual patients lie below")
    most: float | None = Field(description="5 % of virtual patients lie above")


class ComputedRecord(Record):
    """What the model makes of the numbers in the question."""

    quantity: str
    regimen: str
    patient: str
    figures: list[FigureRecord]
    notes: list[str] = Field(description="what was assumed, and cautions")
    facts: list[str] = Field(description="ids of the evidence that the run rests on")
    weak_parameters: list[str] = Field(description="parameters that are assumed or recalled")


class AnswerRecord(Record):
    """What baclosim answers to a question."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim ask")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    question: str
    read_as: str = Field(description="the question with its spelling corrected; empty where nothing was")
    kind: Literal["answer", "found by search", "not in the evidence", "another drug"]
    title: str
    urgent: list[SentenceRecord] = Field(description="emergency advice, to be shown before all else")
    refusal: str = Field(description="said when a personal dose was asked for, else empty")
    says: list[SentenceRecord]
    disagreement: list[SentenceRecord] = Field(description="evidence that speaks against it")
    computed: ComputedRecord | None
    not_computed: str = Field(description="why the model could not compute what was asked, else empty")
    strength: str
    facts: list[str] = Field(description="ids of the evidence, those that carry the answer first")
    sources: list[str] = Field(description="reference lines with links")
    table: str = Field(description="id of a table that shows more, else empty")
    see: list[str] = Field(description="commands that show more")
    near: list[str] = Field(description="topics that could be meant, where the answer is not held")
    disclaimer: str


def record(answer: Answer) -> AnswerRecord:
    """The answer in its published shape."""
    return AnswerRecord(
        question=answer.question,
        read_as=answer.read_as,
        kind=answer.kind,
        title=answer.title,
        urgent=sentences(answer.urgent),
        refusal=answer.refusal,
        says=sentences(answer.says),
        disagreement=sentences(answer.disagreement),
        computed=computed_record(answer.computed) if answer.computed else None,
        not_computed=answer.not_computed,
        strength=answer.strength,
        facts=list(answer.facts),
        sources=list(answer.sources),
        table=answer.table,
        see=list(answer.see),
        near=list(answer.near),
        disclaimer=DISCLAIMER,
    )


def sentences(said: tuple[Sentence, ...]) -> list[SentenceRecord]:
    """Sentences as records."""
    return [SentenceRecord(text=sentence.text, facts=list(sentence.facts)) for sentence in said]


def computed_record(made: Computed) -> ComputedRecord:
    """What the model computed as a record."""
    return ComputedRecord(
        quantity=made.quantity,
        regimen=made.regimen,
        patient=made.patient,
        figures=[figure_record(figure) for figure in made.figures],
        notes=list(made.notes),
        facts=list(made.facts),
        weak_parameters=list(made.weak),
    )


def figure_record(figure: Figure) -> FigureRecord:
    """A number with six significant digits."""
    names = ("typical", "low", "high", "least", "most")
    values = {name: finite(getattr(figure, name)) for name in names}
    return FigureRecord(what=figure.what, unit=figure.unit, **values)


def finite(value: float) -> float | None:
    """Six significant digits, or None for what is not finite."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
