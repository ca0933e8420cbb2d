"""`baclosim export fhir`: a scenario, its predictions, or a plan as a FHIR R4B bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import InputError, Problem
from ..output import AsJson, Patients, Quiet, Seed
from .shared import Folder, finish

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...plan.record import PlanRecord

LARGEST = 20_000_000  # bytes of a plan


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("fhir")(fhir)


def fhir(
    source: Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A scenario, or the plan.json of a plan.")],
    results: Annotated[bool, typer.Option("--results", help="Of a scenario: simulate it, with predictions.")] = False,
    patient: Annotated[str | None, typer.Option(help="Of a plan: the scenario whose patient it is for.")] = None,
    out: Folder = None,
    patients: Patients = None,
    seed: Seed = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a FHIR R4B bundle. Treatment as statements, plans as proposals, predictions as observations."""
    plan = plan_in(source)
    if plan is None and patient:
        raise InputError(Problem("--patient", patient, "a plan, as a scenario has a patient of its own"))
    if plan and (results or patients or seed is not None):
        raise InputError(Problem("--results", source, "a scenario: a plan has been simulated already"))
    doing = "simulating" if results else "writing"
    finish(source, lambda: made(source, plan, results, patient, patients, seed, quiet), out, as_json=as_json,
           quiet=quiet, doing=doing)  # fmt: skip


def made(
    source: str, plan: PlanRecord | None, results: bool, patient: str | None, patients: int | None, seed: int | None,
    quiet: bool,
) -> Parcel:  # fmt: skip
    """The bundle of a plan, of a scenario, or of a scenario with what it predicts."""
    from ...scenario import load
    from ..run import adjusted, announce_compiling

    if plan:
        from ...exchange.fhir.plans import export as export_plan

        person, sentence = person_of(patient) if patient else (None, "")
        return export_plan(plan, source, person, sentence)
    study = adjusted(load(source), patients, seed)
    if not results:
        from ...exchange.fhir.scenarios import export as export_scenario

        return export_scenario(study)
    from ...exchange.fhir.results import export as export_results
    from ...outcome import run_scenario

    announce_compiling(quiet)
    return export_results(run_scenario(study))


def person_of(scenario: str) -> tuple[dict, str]:
    """The Patient of a scenario, and a sentence that says who that is."""
    from ...exchange.fhir.scenarios import MONDAY, patient
    from ...exchange.fhir.when import Zero
    from ...patient.speech import patient_sentence
    from ...scenario import load

    study = load(scenario)
    return patient(study.patient, Zero(study.start or MONDAY)), patient_sentence(study.patient)


def plan_in(source: str) -> PlanRecord | None:
    """The plan in a file of JSON; None for what is no JSON file. Raises InputError for JSON that is no plan."""
    path = Path(source)
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    from ...plan.record import read_record

    if path.stat().st_size > LARGEST:
        raise InputError(Problem("file", source, f"a plan of at most {LARGEST // 1_000_000} MB"))
    return read_record(path.read_bytes(), source, "Of a run, export the scenario with --results.")
