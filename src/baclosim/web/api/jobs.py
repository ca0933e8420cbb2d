"""Work that takes long: begun by the routes of studies, estimates, trials and claims, watched and cancelled here."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, HTTPException, Path, Query, Response
from pydantic import BaseModel, Field

from ...cohort.power import Power
from ...cohort.record import StudyRecord
from ...individualise.record import FitRecord
from ..work.afterwards import PowerDone
from ..work.fitting import FitDone
from ..work.jobs import Job, State, jobs
from ..work.studying import StudyDone, report_of
from ..work.validating import ValidationDone
from .paper import PDF, Paper, pdf, printed
from .refusals import Documented, Route, documented

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=Route)
Name = Annotated[str, Path(max_length=40)]
T = TypeVar("T")
BYTES = {"schema": {"type": "string", "format": "binary"}}
NETCDF: Documented = {200: {"description": "The draws.", "content": {"application/x-netcdf": BYTES}}}


class ClaimsRecord(BaseModel):
    """What was found of claims: verdict, findings, facts, weak parameters."""

    claims: list[dict[str, Any]]


class PowerRecord(BaseModel):
    """How often trials find a difference, at each size."""

    power: list[Power]


class ValidationRecord(BaseModel):
    """What the model predicts of published numbers, row by row as `baclosim validate --json` tells them."""

    rows: list[dict[str, Any]]


JobRecord = StudyRecord | FitRecord | PowerRecord | ClaimsRecord | ValidationRecord


class JobTold(BaseModel):
    """How a job stands, with its result once it is done."""

    id: str
    kind: str = Field(description="'study', 'fit', 'power', 'claim' or 'validation'")
    state: State
    done: int
    total: int
    unit: str = Field(description="what is counted: 'patients', 'draws', 'trials', 'claims' or 'rooms of the model'")
    error: str = ""
    result: JobRecord | None = None


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


@router.get("/{name}/report", responses={**documented(404, 409), **PDF}, response_class=Response)
def report(name: Name, person: Annotated[int, Query(ge=1, le=100)] = 1, paper: Paper = "a4") -> Response:
    """The report of a study, or of an estimate of one person by number, that is done, as PDF."""
    done = found(name).result
    if isinstance(done, StudyDone):
        return pdf(report_of(done), paper, "study-report")
    return pdf(fitted(name, person).document(person - 1), paper, "estimate-report")


@router.get("/{name}/sheet", responses={**documented(404, 409), **PDF}, response_class=Response)
def sheet(name: Name, person: Annotated[int, Query(ge=1, le=100)] = 1, paper: Paper = "a4") -> Response:
    """The sheet of an estimate that is done for one person by number, with what comes next, as PDF."""
    from ...report.pdf import render_sheet

    plan = fitted(name, person).plan(person - 1)
    return printed(lambda: render_sheet(plan, paper), "estimate-sheet")


@router.get("/{name}/posterior", responses={**documented(404, 409), **NETCDF}, response_class=Response)
def draws(name: Name, person: Annotated[int, Query(ge=1, le=100)] = 1) -> Response:
    """A thousand equally likely draws of one person by number, as NetCDF for ArviZ."""
    from ...exchange import posterior

    individual, _ = fitted(name, person).found[person - 1]
    return Response(posterior(individual).files[0].content, media_type="application/x-netcdf")


def fitted(name: str, person: int) -> FitDone:
    """What came of an estimate that has so many persons; raises HTTPException."""
    result = found(name).result
    if not isinstance(result, FitDone):
        raise HTTPException(409, "only a study or an estimate that is done can be printed")
    if person > len(result.found):
        raise HTTPException(404, f"there are {len(result.found)} persons")
    return result


def begun(job: Job[T]) -> JobTold:
    """Begin a job; raises Full when there are too many."""
    return told(jobs.begin(job))


def found(name: str) -> Job[object]:
    """The job; raises HTTPException when there is none."""
    job = jobs.find(name)
    if job is None:
        raise HTTPException(404, "no job is called so; jobs are forgotten an hour after their end")
    return job


def told(job: Job[T]) -> JobTold:
    """A job as its record."""
    return JobTold(
        id=job.id, kind=job.kind, state=job.state, done=job.done, total=job.total, unit=job.unit, error=job.error,
        result=record_of(job.result),
    )  # fmt: skip


def record_of(made: object) -> JobRecord | None:
    """What came of a job in its published shape."""
    if isinstance(made, StudyDone):
        return made.record
    if isinstance(made, PowerDone):
        return PowerRecord(power=list(made.found))
    if isinstance(made, ValidationDone):
        return ValidationRecord(rows=made.record())
    return made.record() if isinstance(made, FitDone) else made if isinstance(made, ClaimsRecord) else None
