"""Scenarios: the bundled ones, judging one, simulating one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Response
from pydantic import BaseModel

from ...errors import nearest
from ...outcome.record import RunRecord, record
from ...scenario import Scenario
from ...scenario.checking import checked
from ...scenario.reading import Source, examples, parsed
from ...scenario.tables import ScenarioTable
from ..limits import within_limits
from .paper import PDF, Paper, printed
from .refusals import Route, documented

router = APIRouter(route_class=Route, tags=["simulate"])


class Verdict(BaseModel):
    """What a scenario was understood to be."""

    patient: str
    therapy: str
    duration_h: float
    patients: int


@router.get("/examples")
def list_examples() -> list[str]:
    """Names of the bundled scenarios."""
    return sorted(examples())


@router.get("/examples/{name}", responses=documented(404))
def one_example(name: Annotated[str, Path(max_length=100)]) -> dict[str, Any]:
    """A bundled scenario as tables, ready to be changed and sent to /api/simulate."""
    found = examples()
    if name not in found:
        raise HTTPException(404, f"no example of that name. {nearest(name, found)}".strip())
    return parsed(name, found[name]).raw


@router.post("/check")
def check(table: ScenarioTable) -> Verdict:
    """Judge a scenario without simulating it."""
    from ...patient.speech import patient_sentence

    study = scenario_of(table)
    return Verdict(
        patient=patient_sentence(study.patient), therapy=str(study.therapy), duration_h=study.duration,
        patients=study.patients,
    )  # fmt: skip


@router.post("/simulate")
def simulate(table: ScenarioTable) -> RunRecord:
    """Simulate a scenario: summary, curves with both bands, cautions, what it rests on."""
    from ...outcome import run_scenario
    from ..live import pool

    study = within_limits(scenario_of(table))
    return record(pool().submit(run_scenario, study).result())


@router.post("/simulate/report", responses=PDF, response_class=Response)
def report(table: ScenarioTable, paper: Paper = "a4") -> Response:
    """The report of a simulated scenario as PDF."""
    from ...outcome import run_scenario
    from ...report import build
    from ...report.pdf import render

    study = within_limits(scenario_of(table))
    return printed(lambda: render(build(run_scenario(study)), paper), "report")


def scenario_of(table: ScenarioTable) -> Scenario:
    """The scenario that was sent; raises ScenarioError with every mistake."""
    return checked(Source("request", "", table.model_dump(exclude_none=True)))
