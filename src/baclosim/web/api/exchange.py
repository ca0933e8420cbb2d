"""Scenarios to other programs and from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from ...scenario.tables import ScenarioTable
from ..study import Study
from ..work.exchanging import FORMS, LARGEST, Draft, Options, archive, dates_as_text, drafted, exported, scenario_of
from .refusals import Documented, Route

router = APIRouter(route_class=Route, tags=["exchange"])
FormName = Literal[
    "scenario", "nonmem", "mrgsolve", "sbml", "fhir", "fhir-results", "netcdf", "parquet", "table", "ics", "equations"
]
ZIP: Documented = {
    200: {
        "description": "The files, and export.json, which says what they hold and what they lack.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class FileAsked(BaseModel):
    """The text of a scenario file (TOML), a FHIR R4B bundle (JSON) or a NONMEM-style table (CSV)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    content: str = Field(max_length=LARGEST)
    name: str = Field("file", min_length=1, max_length=200, description="of the file, such as levels.csv")
    at: str | None = Field(None, max_length=40, description="of a bundle: the day to which it is read")
    duration: str | None = Field(None, max_length=100, description="of a bundle: how far to look ahead")
    proposals: bool = Field(False, description="of a bundle: whether proposals are read as if they were given")
    subject: str = Field("", max_length=200, description="of a table: the subject, the first when left out")
    unit: str = Field("mg", max_length=20, description="of a table: the unit of its amounts")


class AccountLine(BaseModel):
    """What became of one part of the file."""

    became: str = Field(description="'used', 'note' or 'not shown'")
    where: str
    says: str


class DraftRecord(BaseModel):
    """What a file says: a scenario ready to be sent to /api/simulate, and the account of the file."""

    kind: str
    scenario: dict[str, Any]
    patient: str
    therapy: str
    account: list[AccountLine]
    subjects: list[str]


@router.get("/export")
def list_forms() -> dict[str, str]:
    """What a scenario can be exported as."""
    return FORMS


@router.post("/export/{form}", responses=ZIP, response_class=Response)
def export(form: Annotated[FormName, Path()], table: ScenarioTable) -> Response:
    """A scenario for another program, as a ZIP archive."""
    from ..live import pool

    raw = table.model_dump(exclude_none=True)
    study = Study(raw.get("patient", {}), (raw.get("therapy", {}),), raw.get("simulate", {}), raw.get("title", ""))
    content = pool().submit(lambda: archive(exported(form, scenario_of(study, 0)))).result()
    headers = {"content-disposition": f'attachment; filename="{form}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


@router.post("/import")
def read_file(asked: FileAsked) -> DraftRecord:
    """A file of another program as a scenario, with what was used, assumed and not shown; nothing is kept."""
    from ..live import pool

    options = Options(asked.at, asked.duration, asked.proposals, asked.subject, asked.unit)
    return record(pool().submit(drafted, asked.name, asked.content.encode(), options).result())


def record(found: Draft) -> DraftRecord:
    """A draft in its published shape."""
    lines = [AccountLine(became=became, where=where, says=says) for became, where, says in found.account]
    return DraftRecord(
        kind=found.kind, scenario=dates_as_text(found.study.raw()), patient=found.patient, therapy=found.therapy,
        account=lines, subjects=list(found.subjects),
    )  # fmt: skip
