"""`baclosim cohort report`: a study on paper, as one page for a browser and as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import AsJson, PaperSize, Quiet, print_json, say, working

if TYPE_CHECKING:
    from ...cohort.power import Power
    from ...cohort.results import Results
    from ...report.study import Check
    from ...report.study.record import StudyReportRecord

Reference = Annotated[str | None, typer.Option(help="The arm to compare with; the first when left out.")]
Data = Annotated[Path | None, typer.Option(help="Observations to lay over an arm: CSV or Parquet, time_h and value.")]
Sizes = Annotated[list[int] | None, typer.Option("--size", help="Patients in each arm, for --power; may be repeated.")]


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("report")(report_of)


def report_of(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that a study was run into.")],
    out: Annotated[Path | None, typer.Option(help="Folder for the report; that of the study when left out.")] = None,
    reference: Reference = None,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Whether to write a PDF too.")] = True,
    paper: PaperSize = None,
    data: Data = None,
    quantity: Annotated[str | None, typer.Option(help="What --data measured; plasma when left out.")] = None,
    unit: Annotated[str | None, typer.Option(help="Of --data, such as ng/mL; else the quantity's own.")] = None,
    arm: Annotated[str | None, typer.Option(help="The arm that --data measured; the first when left out.")] = None,
    endpoint: Annotated[
        str | None, typer.Option("--power", help="An endpoint to give the power of trials for.")
    ] = None,
    size: Sizes = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put a study on paper: report.html and report.pdf.

    Question, patients, outcomes, figures, evidence.
    """
    from ...cohort import open_results
    from ..folder import check_target, paper_for

    target = out or folder
    printed = paper_for(pdf, paper or ("a4" if pdf else None), target)
    check_line(data, {"--quantity": quantity, "--unit": unit, "--arm": arm}, endpoint, size or [])
    check_target(target)
    results = open_results(folder)
    with working("writing the report", quiet):
        checks = () if data is None else (check_of(results, data, quantity or "plasma", unit or "", arm),)
        powers = () if endpoint is None else powers_of(results, endpoint, reference, size or [])
        told = written(results, reference, checks, powers, target, printed)
    if as_json:
        print_json(told.model_dump())
    say(f"report: {', '.join(told.files)}", quiet or as_json)


def check_line(data: Path | None, about: dict[str, str | None], endpoint: str | None, sizes: list[int]) -> None:
    """Raise InputError for options that go with others which were not given."""
    from ...errors import InputError, Problems

    problems = Problems()
    for name, given in about.items():
        if given is not None and data is None:
            problems.add(name, given, "together with --data, which it speaks of")
    if endpoint is None and sizes:
        problems.add("--size", ", ".join(map(str, sizes)), "together with --power ENDPOINT")
    if endpoint is not None and not sizes:
        problems.add("--power", endpoint, "together with --size, patients in each arm")
    problems.raise_as(InputError)


def check_of(results: Results, data: Path, quantity: str, unit: str, arm: str | None) -> Check:
    """Observations ready to be drawn over what an arm predicts; raises InputError."""
    from ...cohort.drawing import observations, vpc_of
    from ...report.study import Check

    seen, treated = observations(data), arm or results.arms[0]
    draw = vpc_of(results, quantity, treated, seen, unit)
    return Check(len(seen), quantity, treated, results.manifest["band_is_mean"], draw)


def powers_of(results: Results, endpoint: str, reference: str | None, sizes: list[int]) -> tuple[Power, ...]:
    """The power of trials of every arm against the reference; raises InputError."""
    from ...cohort.power import power
    from ...errors import InputError, Problem

    against = reference or results.arms[0]
    others = [arm for arm in results.arms if arm != against]
    if not others:
        raise InputError(Problem("--power", endpoint, "a study with two arms or more"))
    return tuple(one for arm in others for one in power(results, endpoint, arm, against, sizes))


def written(
    results: Results, reference: str | None, checks: tuple[Check, ...], powers: tuple[Power, ...], target: Path,
    paper: str | None,
) -> StudyReportRecord:  # fmt: skip
    """Write the report, all of it or none; returns what is told of it."""
    from ... import report
    from ...report.study import document_of
    from ...report.study.record import record
    from ..folder import whole_folder

    document = document_of(results, reference, checks, powers)
    with whole_folder(target) as scratch:
        names = [path.name for path in report.write_document(document, scratch, paper)]
    return record(results, document, reference, [str(target / name) for name in names])
