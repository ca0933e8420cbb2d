"""`baclosim rescue`: after an interruption, or after too much."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from ..errors import InputError, Problems
from .output import AsJson, Patients, Quiet, Seed, working
from .plans import Begins, Folder, PatientFile, finish, first_day, patient_in


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("rescue")(rescue_patient)


def rescue_patient(
    regimen: Annotated[
        str, typer.Argument(help='What was prescribed: "350 ug/day intrathecally", "20 mg every 6 h"; or "none".')
    ],
    off: Annotated[
        str | None, typer.Option(help="Hours without drug: since the pump stopped, or the last tablet.")
    ] = None,
    since: Annotated[str, typer.Option(help="How long it had been given.")] = "1 year",
    delivered: Annotated[
        str | None, typer.Option(help='What really reached the patient: "180 ug/day intrathecally".')
    ] = None,
    overdose: Annotated[str | None, typer.Option(help='Instead of --off: "800 mg by mouth once".')] = None,
    ago: Annotated[str | None, typer.Option(help="How long ago the overdose was taken, or began.")] = None,
    patient: PatientFile = None,
    patients: Patients = None,
    seed: Seed = None,
    start: Begins = None,
    out: Folder = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """After an interruption or an overdose: time left, what helps, and with which dose to go on."""
    from ..plan.overdose import overdose as plan_overdose
    from ..plan.rescue import PATIENTS, rescue
    from ..units import read

    _check(off, overdose, ago, delivered)
    known = {
        "since": read(since, "time", where="--since"),
        "patient": patient_in(patient),
        "patients": patients or PATIENTS,
        "seed": 1 if seed is None else seed,
        "begins": first_day(start) if start else dt.date.today(),
    }
    with working("following virtual patients", quiet):
        if overdose is None or ago is None:
            plan = rescue(regimen, off=read(off, "time", where="--off"), delivered=delivered, **known)
        else:
            plan = plan_overdose(regimen, overdose, ago=read(ago, "time", where="--ago"), **known)
    finish(plan, as_json=as_json, folder=out, quiet=quiet)


def _check(off: str | None, overdose: str | None, ago: str | None, delivered: str | None) -> None:
    """Raise InputError listing options that do not go together."""
    problems = Problems()
    if (off is None) == (overdose is None):
        given = None if off is None else f"{off}, with --overdose {overdose!r}"
        problems.add("--off", given, "either --off, time without drug, or --overdose, what was taken")
    if overdose is not None and ago is None:
        problems.add("--ago", None, "how long ago the overdose was taken, such as '3 h'")
    if ago is not None and overdose is None:
        problems.add("--ago", ago, "--overdose as well")
    if delivered is not None and overdose is not None:
        problems.add("--delivered", delivered, "--off, not --overdose")
    problems.raise_as(InputError)
