"""`baclosim pump`: the sums a pump nurse does, each with its working, and what a program delivers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from ..errors import InputError, Problem, Problems
from .output import AsJson, PaperSize, console, print_json, say

if TYPE_CHECKING:
    from ..pump.arithmetic import Answer
    from ..pump.catheter import Catheter
    from ..pump.device import Device

T = TypeVar("T")

DeviceName = Annotated[str, typer.Option("--device", help="Model of the pump.")]
Concentration = Annotated[str, typer.Option(help='In the reservoir, such as "2000 ug/mL".')]
Dose = Annotated[str, typer.Option(help='Daily dose, such as "350 ug/day".')]
Volume = Annotated[str | None, typer.Option(help='Filled in, such as "38 mL"; full when left out.')]
Length = Annotated[str | None, typer.Option("--catheter-length", help='Implanted length, such as "66 cm".')]
DeadVolume = Annotated[str | None, typer.Option("--catheter-volume", help='Dead volume, such as "0.2 mL".')]
FilledOn = Annotated[str | None, typer.Option(help="Day of the fill, such as 2026-01-05.")]
Calendar = Annotated[Path | None, typer.Option("--ics", help="Also write the dates to this calendar file.")]
PdfFile = Annotated[Path | None, typer.Option("--pdf", help="Also write a sheet with the working to this file.")]
USUAL = "synchromed-ii-40"

group = typer.Typer(
    help="Refill dates, bridge and priming boluses, volume checks, and what a program delivers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="pump")


class Reader:
    """Reads options into internal units, collecting every problem; `done` raises them all."""

    def __init__(self) -> None:
        self.problems = Problems()

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or a stand-in with its problems noted."""
        try:
            return read()
        except InputError as error:
            self.problems.absorb(error)
            return otherwise

    def device(self, name: str) -> Device:
        """The device of that name."""
        from ..pump.device import device

        return self.attempt(lambda: device(name), device(USUAL))

    def catheter(self, length: str | None, volume: str | None) -> Catheter:
        """A catheter of that length, or of that dead volume."""
        from ..pump.catheter import read_catheter

        given = {key: text for key, text in {"length": length, "volume": volume}.items() if text is not None}
        return self.attempt(lambda: read_catheter(given), read_catheter())

    def concentration(self, given: str, where: str = "--concentration") -> float:
        """A concentration that exists [ug/mL]."""
        from ..therapy.intrathecal_reading import read_concentration

        return read_concentration(given, where, self.problems)

    def daily_dose(self, given: str) -> float:
        """A daily dose [ug/day] of a believable size."""
        from ..therapy.intrathecal import SimpleContinuous
        from ..therapy.intrathecal_checks import check_dose
        from ..therapy.intrathecal_reading import quantity

        own = Problems()
        rate = quantity(given, "dose rate", "--dose", own)
        if not own.found:
            check_dose(SimpleContinuous(rate), given, "", False, own)
        self.problems.found += [dataclasses.replace(problem, where="--dose") for problem in own.found]
        return rate * 24.0

    def volume(self, given: str | None, where: str, most: float) -> float | None:
        """A volume [mL] up to that of the reservoir; None when it is not given."""
        from ..therapy.intrathecal_reading import quantity

        if given is None:
            return None
        volume = quantity(given, "volume", where, self.problems)
        if volume > most:
            self.problems.add(where, given, f"at most {most:g} mL, what the reservoir takes")
        return volume

    def fits(self, device: Device, daily_dose: float, **concentrations: float) -> None:
        """Note a daily dose [ug/day] that the device cannot give at these concentrations [ug/mL], unless all is amiss.

        Keys of `concentrations` say when each holds; one alone holds always.
        """
        from ..pump.check import check_mode
        from ..therapy.intrathecal import SimpleContinuous

        if not self.problems.found:
            for when, concentration in concentrations.items():
                where = "--dose" if len(concentrations) == 1 else f"--dose with --{when}"
                check_mode(SimpleContinuous(daily_dose / 24.0), concentration, device, where, self.problems)

    def bolus(self, device: Device) -> None:
        """Note a device that cannot give a bolus."""
        from ..pump.arithmetic import needs_bolus

        try:
            needs_bolus(device)
        except InputError as error:
            self.problems.found += [dataclasses.replace(one, where="--device") for one in error.problems]

    def date(self, given: str | None, where: str = "--filled-on") -> dt.date | None:
        """A day; None when it is not given."""
        try:
            return dt.date.fromisoformat(given) if given else None
        except ValueError:
            self.problems.add(where, given, "a day, such as 2026-01-05")
            return None

    def done(self) -> None:
        """Raise InputError listing every problem, if there is any."""
        self.problems.raise_as(InputError)


@group.command()
def refill(
    concentration: Concentration,
    dose: Dose,
    device: DeviceName = USUAL,
    volume: Volume = None,
    filled_on: FilledOn = None,
    ics: Calendar = None,
    pdf: PdfFile = None,
    paper: PaperSize = None,
    as_json: AsJson = False,
) -> None:
    """When the alarm comes, when the pump is empty, and when to refill."""
    from ..pump.arithmetic import refill_dates
    from .folder import paper_for

    read = Reader()
    model = read.device(device)
    strength, daily, day = read.concentration(concentration), read.daily_dose(dose), read.date(filled_on)
    fill = read.volume(volume, "--volume", model.reservoir_volume)
    read.fits(model, daily, concentration=strength)
    sheet = read.attempt(lambda: paper_for(pdf is not None, paper, pdf), None)
    read.done()
    answer = refill_dates(model, strength, daily, volume=fill, filled_on=day)
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
    old: Annotated[str, typer.Option(help='Concentration before, such as "500 ug/mL".')],
    new: Annotated[str, typer.Option(help='Concentration after, such as "2000 ug/mL".')],
    dose: Dose,
    device: DeviceName = USUAL,
    catheter_length: Length = None,
    catheter_volume: DeadVolume = None,
    volume: Volume = None,
    filled_on: FilledOn = None,
    as_json: AsJson = False,
) -> None:
    """A change of concentration: the bridge bolus, the mixture in the reservoir, the new dates."""
    from ..pump.arithmetic import concentration_change

    read = Reader()
    model, catheter = read.device(device), read.catheter(catheter_length, catheter_volume)
    before, after = read.concentration(old, "--old"), read.concentration(new, "--new")
    daily, fill = read.daily_dose(dose), read.volume(volume, "--volume", model.reservoir_volume)
    day = read.date(filled_on)
    read.bolus(model)
    read.fits(model, daily, old=before, new=after)
    read.done()
    tell(concentration_change(model, catheter, before, after, daily, volume=fill, filled_on=day), as_json)


@group.command()
def prime(
    concentration: Concentration,
    device: DeviceName = USUAL,
    catheter_length: Length = None,
    catheter_volume: DeadVolume = None,
    new_pump: Annotated[bool, typer.Option("--new-pump", help="The pump's tubing is empty, too.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The catheter already holds drug.")] = False,
    as_json: AsJson = False,
) -> None:
    """The priming bolus of a catheter."""
    from ..pump.arithmetic import priming_bolus

    read = Reader()
    model, catheter = read.device(device), read.catheter(catheter_length, catheter_volume)
    strength = read.concentration(concentration)
    read.bolus(model)
    read.done()
    tell(priming_bolus(model, catheter, strength, is_pump_primed=not new_pump, is_catheter_full=full), as_json)


@group.command()
def discrepancy(
    expected: Annotated[str, typer.Option(help='Volume the pump expects, such as "4.2 mL".')],
    aspirated: Annotated[str, typer.Option(help='Volume drawn back, such as "9 mL".')],
    filled: Annotated[str | None, typer.Option(help="Volume of the last fill; full when left out.")] = None,
    device: DeviceName = USUAL,
    as_json: AsJson = False,
) -> None:
    """What a gap between expected and drawn-back volume implies."""
    from ..pump.discrepancy import volume_discrepancy

    read = Reader()
    model = read.device(device)
    most = model.reservoir_volume
    volumes = [
        read.volume(given, where, most)
        for where, given in (("--expected", expected), ("--aspirated", aspirated), ("--filled", filled))
    ]
    read.done()
    answer = volume_discrepancy(model, volumes[0] or 0.0, volumes[1] or 0.0, filled=volumes[2])
    tell(answer, as_json)
    if answer.causes and not as_json:
        console().print("May mean: " + "; ".join(answer.causes), markup=False, soft_wrap=True)


@group.command()
def program(
    scenario: Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A scenario with a pump.")],
    as_json: AsJson = False,
) -> None:
    """Check the program of a scenario's pump and list what it delivers, with alarms and log."""
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
        print_json(with_units(dataclasses.asdict(answer)))
    else:
        console().print(str(answer), markup=False, soft_wrap=True)


TIMES = ("alarm", "empty", "empty_earliest", "empty_latest", "refill_by")  # h after the fill
UNITS: dict[str, str] = {**dict.fromkeys((*TIMES, "duration"), "h"), "volume": "mL", "gap": "mL", "dose": "ug"}
UNITS |= {"daily_dose": "ug_per_day", "concentration": "ug_per_mL", "mixed": "ug_per_mL"}


def with_units(answer: dict[str, Any]) -> dict[str, Any]:
    """The fields of an answer under keys that end in their units, and the dates of times after a known fill."""
    from ..pump.arithmetic import date_after

    told: dict[str, Any] = {}
    for key, value in answer.items():
        unit = f"_{UNITS[key]}" if key in UNITS else ""
        told[key + unit] = with_units(value) if isinstance(value, dict) else value
        if key in TIMES:
            told[f"{key}_date"] = date_after(answer["filled_on"], answer[key])
    return told


def write_whole(path: Path, content: bytes, option: str, what: str) -> None:
    """Write a file that an option asked for, whole or not at all, and say where."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise InputError(Problem(option, str(path), "a file that can be written", f"({error.strerror})")) from None
    say(f"{what}: {path}")
