"""`baclosim pump`: the sums a pump nurse does, each with its working, and what a program delivers."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, Problem
from .line import Commands
from .output import AsJson, PaperSize, console, print_json, say

if TYPE_CHECKING:
    from ..pump.arithmetic import Answer
    from ..pump.asked import Asked

DeviceName = Annotated[str, typer.Option("--device", help="Model of the pump.")]
Concentration = Annotated[str | None, typer.Option(help='Needed: in the reservoir, such as "2000 ug/mL".')]
Dose = Annotated[str | None, typer.Option(help='Needed: daily dose, such as "350 ug/day".')]
Volume = Annotated[str | None, typer.Option(help='Filled in, such as "38 mL"; full when left out.')]
Length = Annotated[str | None, typer.Option("--catheter-length", help='Implanted length, such as "66 cm".')]
DeadVolume = Annotated[str | None, typer.Option("--catheter-volume", help='Dead volume, such as "0.2 mL".')]
FilledOn = Annotated[str | None, typer.Option(help="Day of the fill, such as 2026-01-05.")]
Calendar = Annotated[Path | None, typer.Option("--ics", help="Also write the dates to this calendar file.")]
PdfFile = Annotated[Path | None, typer.Option("--pdf", help="Also write a sheet with the working to this file.")]
USUAL = "synchromed-ii-40"

group = Commands(
    help="Do a pump's sums: refills, boluses, volumes, programs. Each with its working.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="pump")


def reader() -> Asked:
    """Reads options; problems name them."""
    from ..pump.asked import Asked

    return Asked(lambda name: f"--{name}")


@group.command()
def refill(
    concentration: Concentration = None,
    dose: Dose = None,
    device: DeviceName = USUAL,
    volume: Volume = None,
    filled_on: FilledOn = None,
    ics: Calendar = None,
    pdf: PdfFile = None,
    paper: PaperSize = None,
    as_json: AsJson = False,
) -> None:
    """Say when to refill: alarm, empty and refill dates."""
    from ..pump import sums
    from .folder import paper_for

    read = reader()
    sheet = read.attempt(lambda: paper_for(pdf is not None, paper, pdf), None)
    answer = sums.refill(read, concentration, dose, device=device, volume=volume, filled_on=filled_on)
    if ics:
        from ..pump.calendar import calendar, refill_entries

        write_whole(ics, calendar(refill_entries(answer)), "--ics", "calendar")
    if pdf and sheet:
        from ..report.pdf import render
        from ..report.refill import document_of

        write_whole(pdf, render(document_of(answer), sheet), "--pdf", "sheet")
    tell(answer, as_json)


@group.command()
def bridge(
    old: Annotated[str | None, typer.Option(help='Needed: concentration before, such as "500 ug/mL".')] = None,
    new: Annotated[str | None, typer.Option(help='Needed: concentration after, such as "2000 ug/mL".')] = None,
    dose: Dose = None,
    device: DeviceName = USUAL,
    catheter_length: Length = None,
    catheter_volume: DeadVolume = None,
    volume: Volume = None,
    filled_on: FilledOn = None,
    as_json: AsJson = False,
) -> None:
    """Plan a change of concentration. The bridge bolus, the mixture in the reservoir, the new dates."""
    from ..pump import sums

    answer = sums.bridge(
        reader(), old, new, dose, device=device, catheter_length=catheter_length, catheter_volume=catheter_volume,
        volume=volume, filled_on=filled_on,
    )  # fmt: skip
    tell(answer, as_json)


@group.command()
def prime(
    concentration: Concentration = None,
    device: DeviceName = USUAL,
    catheter_length: Length = None,
    catheter_volume: DeadVolume = None,
    new_pump: Annotated[bool, typer.Option("--new-pump", help="The pump's tubing is empty, too.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The catheter already holds drug.")] = False,
    as_json: AsJson = False,
) -> None:
    """The priming bolus of a catheter."""
    from ..pump import sums

    answer = sums.prime(
        reader(), concentration, device=device, catheter_length=catheter_length, catheter_volume=catheter_volume,
        new_pump=new_pump, full=full,
    )  # fmt: skip
    tell(answer, as_json)


@group.command()
def discrepancy(
    expected: Annotated[str, typer.Option(help='Volume the pump expects, such as "4.2 mL".')],
    aspirated: Annotated[str, typer.Option(help='Volume drawn back, such as "9 mL".')],
    filled: Annotated[str | None, typer.Option(help="Volume of the last fill; full when left out.")] = None,
    device: DeviceName = USUAL,
    as_json: AsJson = False,
) -> None:
    """What a gap between expected and drawn-back volume implies."""
    from ..pump import sums

    tell(sums.discrepancy(reader(), expected, aspirated, filled=filled, device=device), as_json)


@group.command()
def program(
    scenario: Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A scenario with a pump.")],
    as_json: AsJson = False,
) -> None:
    """Check a scenario's pump program and what it delivers. With alarms and log."""
    from ..scenario import load

    study = load(scenario)
    pump = study.therapy.pump
    if pump is None:
        raise InputError(Problem("scenario", study.name, "a scenario with a table [therapy.pump]"))
    delivered = pump.delivery(study.duration, study.seed)
    if as_json:
        from ..outcome.record import pump_record

        print_json(pump_record(str(pump), delivered).model_dump())
        return
    lines = [str(pump), repr(delivered), pump.explained(delivered), *map(str, delivered.log)]
    console().print("\n".join(line for line in lines if line), markup=False, soft_wrap=True)


def tell(answer: Answer, as_json: bool) -> None:
    """An answer with its working, or as JSON."""
    if as_json:
        from ..pump.asked import with_units

        print_json(with_units(dataclasses.asdict(answer)))
    else:
        console().print(str(answer), markup=False, soft_wrap=True)


def write_whole(path: Path, content: bytes, option: str, what: str) -> None:
    """Write a file that an option asked for, whole or not at all, and say where."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(Problem(option, str(path), "a file that can be written", f"({error.strerror})")) from None
    say(f"{what}: {path}")
