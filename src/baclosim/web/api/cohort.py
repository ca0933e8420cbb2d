"""Studies of many patients: the bundled ones, and a job for each that is asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from ...cohort.tables import StudyTable
from ...errors import nearest
from ..work.studying import MOST_PATIENTS, study_job
from .jobs import JobTold, begun
from .refusals import Route, documented

router = APIRouter(prefix="/cohort", tags=["jobs"], route_class=Route)


class StudyAsked(BaseModel):
    """A study: its tables, the text of a study file (TOML), or the name of a bundled one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    study: Annotated[
        Annotated[StudyTable, Tag("tables")] | Annotated[str, Field(max_length=100_000), Tag("text")],
        Discriminator(lambda given: "text" if isinstance(given, str) else "tables"),
    ] = Field(examples=["drowsiness-label"])
    patients: int | None = Field(None, ge=1, le=MOST_PATIENTS, description="in place of what the file says")
    seed: int | None = Field(None, ge=0, lt=2**63, description="in place of what the file says")


@router.get("/studies")
def list_studies() -> list[str]:
    """Names of the bundled studies."""
    from ...cohort import studies

    return sorted(studies())


@router.get("/studies/{name}", responses=documented(404))
def one_study(name: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
    """A bundled study as tables, ready to be changed and sent to /api/cohort."""
    from ...cohort import studies
    from ...scenario.reading import parsed

    found = studies()
    if name not in found:
        raise HTTPException(404, f"no study of that name. {nearest(name, found)}".strip())
    return parsed(name, found[name]).raw


@router.post("", status_code=202)
def begin(asked: StudyAsked) -> JobTold:
    """Begin a study; ask /api/jobs/{id} how it goes."""
    from ...cohort import studies, study_of
    from ...cohort.reading import checked
    from ...scenario.reading import Source

    given = {"patients": asked.patients, "seed": asked.seed}
    if isinstance(asked.study, str):
        bundled = studies()
        name = asked.study if asked.study in bundled else "study"
        study = study_of(bundled.get(asked.study, asked.study), name, **given)
    else:
        study = checked(Source("study", "", asked.study.model_dump(exclude_none=True)), **given)
    return begun(study_job(study))
