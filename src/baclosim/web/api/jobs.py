"""Studies of many patients as jobs: begun, watched, cancelled; the summary is kept for an hour."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field

from ...cohort.record import StudyRecord
from ..jobs import MOST_PATIENTS, Full, Job, Jobs, State
from .refusals import Route, documented

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=Route)
jobs = Jobs()
Name = Annotated[str, Path(max_length=40)]


class StudyAsked(BaseModel):
    """A study: the text of a study file (TOML), or the name of a bundled one."""

    model_config = ConfigDict(extra="forbid", strict=True)

    study: str = Field(max_length=100_000, examples=["drowsiness-label"])
    patients: int | None = Field(None, ge=1, le=MOST_PATIENTS, description="in place of what the file says")
    seed: int | None = Field(None, ge=0, lt=2**63, description="in place of what the file says")


class JobTold(BaseModel):
    """How a job stands, with its result once it is done."""

    id: str
    state: State
    patients_done: int
    patients: int
    error: str = ""
    result: StudyRecord | None = None


@router.post("", status_code=202)
def begin(asked: StudyAsked) -> JobTold:
    """Begin a study; ask /api/jobs/{id} how it goes."""
    from ...cohort import studies, study_of

    bundled = studies()
    name = asked.study if asked.study in bundled else "study"
    study = study_of(bundled.get(asked.study, asked.study), name, patients=asked.patients, seed=asked.seed)
    try:
        return told(jobs.begin(study))
    except Full as error:
        raise HTTPException(429, str(error)) from None


@router.get("/{name}", responses=documented(404))
def look(name: Name) -> JobTold:
    """How far a job is, and what came of it."""
    return told(found(name))


@router.delete("/{name}", status_code=202, responses=documented(404))
def cancel(name: Name) -> JobTold:
    """Cancel a job, or forget it when it is over."""
    job = found(name)
    jobs.cancel(job)
    return told(job)


def found(name: str) -> Job:
    """The job; raises HTTPException when there is none."""
    job = jobs.find(name)
    if job is None:
        raise HTTPException(404, "no job is called so; jobs are forgotten an hour after their end")
    return job


def told(job: Job) -> JobTold:
    """A job as its record."""
    return JobTold(
        id=job.id, state=job.state, patients_done=job.done, patients=job.total, error=job.error, result=job.result
    )
