"""`baclosim import`: what other programs wrote, as a scenario."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .line import Commands
from .output import AsJson, Quiet, console, printable, say, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..exchange.fhir import Imported

group = Commands(no_args_is_help=True, help="Read what other programs wrote: a hospital's FHIR bundle.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group.command("fhir")(import_fhir)
    app.add_typer(group, name="import")


def import_fhir(
    bundle: Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A FHIR R4B bundle as JSON, or - .")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Scenario file to write; stdout if none.")] = None,
    at: Annotated[str | None, typer.Option(help="Day to which it is read; when the bundle was made.")] = None,
    duration: Annotated[str | None, typer.Option(help='How far to look ahead, such as "28 days".')] = None,
    proposals: Annotated[bool, typer.Option("--proposals", help="Read proposals as if they were given.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read a FHIR bundle as a scenario file. With an account of what was used and what was not."""
    from ..exchange.fhir import read
    from ..exchange.fhir.record import record
    from ..exchange.fhir.source import content

    if out:
        check_file(out, force)
    found = read(content(bundle), Path(bundle).name, today=dt.date.today(), at=at, duration=duration,
                 proposals=proposals)  # fmt: skip
    if out:
        out.write_text(found.text, encoding="utf-8")
    if as_json:
        typer.echo(record(found, bundle).model_dump_json())
    elif out:
        show(found)
        say(f"scenario: {out}; simulate it with: baclosim run {out}", quiet)
    else:
        typer.echo(found.text, nl=False)
        for line in account(found):
            say("  ".join(line), quiet)


def check_file(file: Path, force: bool) -> None:
    """Raise InputError, before any work is done, when a file could not or should not be written."""
    from ..errors import InputError, Problem
    from .folder import check_target

    if file.is_dir():
        raise InputError(Problem("--out", str(file), "a file, not a folder"))
    if file.exists() and not force:
        raise InputError(Problem("--out", str(file), "a new file, or --force to write over it"))
    check_target(file.parent)


def account(found: Imported) -> Iterator[tuple[str, str, str]]:
    """The account as rows: what became of it, the resource, in words."""
    for became, lines in (("used", found.used), ("note", found.notes), ("left", found.left)):
        yield from ((became, printable(line.resource), printable(line.says)) for line in lines)


def show(found: Imported) -> None:
    """The scenario in words, and the account of the bundle."""
    from ..patient.speech import patient_sentence
    from ..plan.safety import DISCLAIMER

    screen = console()
    sentence = f"{patient_sentence(found.scenario.patient)}\n{found.scenario.therapy}"
    screen.print(printable(found.scenario.title), style="bold", markup=False)
    screen.print("\n".join(map(printable, sentence.splitlines())), markup=False, soft_wrap=True)
    screen.print(table(("", "resource", f"as of {found.at:%Y-%m-%d %H:%M}"), account(found)))
    for caution in found.scenario.patient.cautions:
        screen.print(f"! {caution}", markup=False, soft_wrap=True)
    screen.print(DISCLAIMER, style="dim", markup=False, soft_wrap=True)
