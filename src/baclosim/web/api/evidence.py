"""What is known: facts and tables, parameters, the specification."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query

from ...errors import nearest
from ...evidence.library import Entry, library
from ...parameters import parameters as parameter_table
from ..work.jobs import Job, Progress
from .jobs import ClaimsRecord, JobTold, begun
from .refusals import Route, documented

router = APIRouter(route_class=Route, tags=["evidence"])
Name = Annotated[str, Path(max_length=120)]
MOST = 200


@router.get("/evidence")
def search(q: Annotated[str, Query(max_length=200)] = "", most: Annotated[int, Query(ge=1, le=MOST)] = 20) -> list[Any]:
    """Facts and tables that hold these words, best first."""
    return [told(entry) for entry in library().find(q)[:most]]


@router.get("/evidence/{name}", responses=documented(404))
def entry(name: Name) -> dict[str, Any]:
    """One fact or table with its source."""
    known = library()
    if name not in known:
        raise HTTPException(404, f"no entry is called so. {nearest(name, (*known.facts, *known.series))}".strip())
    return told(known.get(name))


def told(found: Entry) -> dict[str, Any]:
    """An entry as plain data, with its reference line."""
    return {**asdict(found), "reference": "; ".join(library().cite(found.id))}


@router.get("/parameters")
def list_parameters() -> list[str]:
    """Names of all parameters of the model."""
    return sorted(parameter_table())


@router.get("/parameters/{name}", responses=documented(404))
def parameter(name: Name) -> dict[str, Any]:
    """One parameter: value, interval, spread, grade, facts, sources."""
    known = parameter_table()
    if name not in known:
        raise HTTPException(404, f"no parameter is called so. {nearest(name, known)}".strip())
    return {**asdict(known[name]), "references": library().cite(*known[name].facts)}


@router.get("/claims")
def claims() -> list[dict[str, Any]]:
    """The specification, claim by claim."""
    return [asdict(claim) for claim in library().claims()]


@router.post("/claims/{name}", status_code=202, responses=documented(404))
def compute(name: Name) -> JobTold:
    """Begin to compute whether a claim holds, or those of a section ("body"); ask /api/jobs/{id} how it goes."""
    from ...claims.running import record, run_checks

    ids = [claim.id for claim in library().claims() if name in (claim.id, claim.id.split(".")[0])]
    if not ids:
        raise HTTPException(404, f"no claim is called so. {nearest(name, [c.id for c in library().claims()])}".strip())

    def work(progress: Progress) -> ClaimsRecord:
        told = []
        for number, result in enumerate(run_checks(ids)):
            told.append(record(result))
            progress(number + 1, len(ids))
        return ClaimsRecord(claims=told)

    return begun(Job("claim", work, len(ids), "claims"))


@router.post("/validate", status_code=202)
def validate() -> JobTold:
    """Begin to compare predictions with published numbers, held out or not; ask /api/jobs/{id} how it goes."""
    from ..work.validating import validation_job

    return begun(validation_job())
