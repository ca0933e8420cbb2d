"""A report of a study as JSON: what `baclosim cohort report --json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import ConfigDict, Field

from ...outcome.record import DISCLAIMER, Record

if TYPE_CHECKING:
    from ...cohort.results import Results
    from ..document import Document


class StudyReportRecord(Record):
    """What was printed of a study."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim cohort report")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    title: str
    study_hash: str = Field(description="digest of the study file")
    complete: bool = Field(description="whether every shard was there")
    reference: str | None = Field(description="the arm that the others are compared with; null when there is one arm")
    sections: list[str] = Field(description="titles of what the report holds, in order")
    files: list[str]
    disclaimer: str


def record(results: Results, document: Document, reference: str | None, files: Sequence[str]) -> StudyReportRecord:
    """A report that was written, in the published shape."""
    return StudyReportRecord(
        title=document.title,
        study_hash=results.manifest["study_hash"],
        complete=results.is_complete,
        reference=(reference or results.arms[0]) if len(results.arms) > 1 else None,
        sections=[section.title for section in document.sections],
        files=list(files),
        disclaimer=DISCLAIMER,
    )
