"""`baclosim rescue`: after an interruption, or after too much."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .asking import Asked, planning

if TYPE_CHECKING:
    from ...patient import Patient
    from ...plan.asked import Reading
    from ...scenario.interrupted import Case


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("rescue")(rescue_patient)


@planning
def rescue_patient(
    asked: Asked,
    treatment: Annotated[
        str,
        typer.Argument(
            metavar="TREATMENT|FILE|EXAMPLE",
            help='What was prescribed: "350 ug/day intrathecally", "20 mg every 6 h", "none"; or a pump\'s scenario.',
        ),
    ],
    off: Annotated[
        str | None, typer.Option(help="Time without drug: since the pump stopped, or the last tablet.")
    ] = None,
    since: Annotated[str, typer.Option(help="For how long it had been given.")] = "1 year",
    delivered: Annotated[
        str | None, typer.Option(help='What really reached the patient: "180 ug/day intrathecally".')
    ] = None,
    at: Annotated[
        str | None, typer.Option(help='Of a scenario: the time of its run that is now, such as "15 days".')
    ] = None,
    overdose: Annotated[str | None, typer.Option(help='Instead of --off: "800 mg by mouth once".')] = None,
    ago: Annotated[str | None, typer.Option(help="How long ago the overdose was taken, or began.")] = None,
) -> None:
    """Say what to do after an interruption or an overdose. Time left, what helps, the dose to go on with."""
    from ...plan.rescuing.overdose import overdose as plan_overdose
    from ...plan.rescuing.rescue import PATIENTS, rescue
    from ...scenario.interrupted import Case

    with asked.reading(wait=0) as (reading, about):
        if at is None and is_scenario(treatment):
            reading.problems.add("--at", None, f"the time of the run of {treatment} that is now, such as '15 days'")
        options = {"--off": off, "--delivered": delivered, "--at": at, "--overdose": overdose, "--ago": ago}
        check_together(reading, options)
        if at is None:
            case = Case(treatment, reading.hours("since", since), about.patient, delivered=delivered)
        else:
            case = at_moment(treatment, at, about.patient, reading, says_who=asked.says_who)
        without = reading.hours("off", off) if off else case.off
        before = reading.hours("ago", ago) if ago else 0.0
    known: dict[str, Any] = {
        "since": case.since, "patient": case.patient, "patients": asked.patients or PATIENTS, "seed": about.seed,
        "begins": about.begins, "known": about.known,
    }  # fmt: skip
    if overdose is None:
        plan = functools.partial(
            rescue, case.treatment, off=without, delivered=case.delivered, beside=case.beside, **known
        )
    else:
        plan = functools.partial(plan_overdose, case.treatment, overdose, ago=before, **known)
    asked.carry_out("following virtual patients", plan, about)


def is_scenario(given: str) -> bool:
    """Whether a treatment looks like a scenario: the name of a file or of an example."""
    from ...scenario.reading import examples

    return given.endswith(".toml") or given in examples()


def check_together(reading: Reading, given: dict[str, str | None]) -> None:
    """Note options that do not go together."""
    note, has = reading.problems.add, {name for name, value in given.items() if value is not None}
    if "--overdose" in has:
        for name in sorted({"--off", "--delivered", "--at"} & has):
            note(name, given[name], "either this, or --overdose with --ago")
        if "--ago" not in has:
            note("--ago", None, "how long ago the overdose was taken, such as '3 h'")
        return
    if "--ago" in has:
        note("--ago", given["--ago"], "--overdose as well")
    if "--at" in has and "--delivered" in has:
        note("--delivered", given["--delivered"], "nothing: the scenario's pump tells what was delivered")
    if not has & {"--off", "--at"}:
        note("--off", None, "time without drug, such as '18 h'; or --overdose; or --at, of a scenario with a pump")


def at_moment(treatment: str, at: str, patient: Patient, reading: Reading, *, says_who: bool) -> Case:
    """The case of a scenario's run at a moment told in words; of words that are none, the treatment as it stands."""
    from ...scenario import load
    from ...scenario.interrupted import Case, case_at

    problems = len(reading.problems.found)
    moment = reading.hours("at", at)
    if len(reading.problems.found) > problems:
        return Case(treatment, moment, patient)
    return case_at(load(treatment), moment, reading, patient if says_who else None)
