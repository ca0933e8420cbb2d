"""An export as JSON: the shape of what `baclosim export … --json` prints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ..plan.safety import DISCLAIMER
from .parcel import File, Parcel


class FileRecord(BaseModel):
    """One file that was written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    holds: str
    bytes: int
    sha256: str


class ExportRecord(BaseModel):
    """What was exported."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="baclosim export")

    format: Literal[1] = Field(default=1, description="rises when a key changes its meaning")
    version: str = Field(description="of baclosim")
    form: str = Field(description="of the files: netcdf, parquet, nonmem, mrgsolve, ics, …")
    source: str = Field(description="scenario, plan or file that was exported")
    files: list[FileRecord]
    notes: list[str] = Field(description="what a reader of the files must know")
    facts: list[str] = Field(description="ids of the evidence that the numbers rest on")
    disclaimer: str


def record(parcel: Parcel, paths: Sequence[str]) -> ExportRecord:
    """The export in its published shape; `paths` are where its files went."""
    return ExportRecord(
        version=version("baclosim"),
        form=parcel.form,
        source=parcel.source,
        files=[file_record(file, path) for file, path in zip(parcel.files, paths, strict=True)],
        notes=list(parcel.notes),
        facts=list(parcel.facts),
        disclaimer=DISCLAIMER,
    )


def file_record(file: File, path: str) -> FileRecord:
    """One file with its digest."""
    digest = hashlib.sha256(file.content).hexdigest()
    return FileRecord(path=path, holds=file.holds, bytes=len(file.content), sha256=digest)
