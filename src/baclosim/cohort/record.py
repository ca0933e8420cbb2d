"""A study and its summary as JSON: what `baclosim cohort STUDY --json` and `cohort summary --json` print."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from ..outcome.record import DISCLAIMER, Record
from .reported import side_by_side
from .results import Results
from .summary import Row, as_row


class ReportedRecord(Record):
    """What a real trial found, beside what is predicted for a trial of that size."""

    outcome: str
    arm: str
    against: str | None
    endpoint: str
    value: float = Field(description="as reported, in the unit of the endpoint")
    low: float | None
    high: float | None
    interval: str = Field(description="what low and high are")
    n: int | None
    fact: str
    use: str = Field(description="'fit': the model was fitted to it")
    predicted: float
    predicted_low: float | None = Field(description="95 % of trials of that size lie above")
    predicted_high: float | None
    is_within: bool | None


class StudyRecord(Record):
    """What a study found."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim cohort")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    manifest: dict[str, Any] = Field(description="what was simulated and with what; manifest.json of the folder")
    complete: bool = Field(description="whether every shard is there")
    summary: list[Row]
    reported: list[ReportedRecord]
    disclaimer: str


def record(results: Results, rows: tuple[Row, ...]) -> StudyRecord:
    """A study and its summary in the published shape."""
    return StudyRecord(
        manifest=results.manifest,
        complete=results.is_complete,
        summary=[Row(**as_row(row)) for row in rows],
        reported=[ReportedRecord.model_validate(pair.as_row()) for pair in side_by_side(results)],
        disclaimer=DISCLAIMER,
    )
