"""What is asked of a pump in words, read for the sums of `arithmetic`; and its answers with their units in the keys."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from .. import moments
from ..errors import InputError, Problems
from .arithmetic import date_after, needs_bolus
from .catheter import Catheter, read_catheter
from .device import Device, device

T = TypeVar("T")
USUAL = "synchromed-ii-40"


class Asked:
    """Reads what was asked into internal units, collecting every problem; `done` raises them all.

    named  how a key is called where it was asked, such as "--dose" on the command line
    """

    def __init__(self, named: Callable[[str], str] = str) -> None:
        self.named = named
        self.problems = Problems()

    def attempt(self, read: Callable[[], T], otherwise: T) -> T:
        """What is read, or a stand-in with its problems noted."""
        return self.problems.attempt(read, otherwise)

    def device(self, name: str) -> Device:
        """The device of that name."""
        return self.attempt(lambda: device(name), device(USUAL))

    def catheter(self, length: str | None, volume: str | None) -> Catheter:
        """A catheter of that length, or of that dead volume."""
        given = {key: text for key, text in {"length": length, "volume": volume}.items() if text is not None}
        return self.attempt(lambda: read_catheter(given), read_catheter())

    def concentration(self, given: str | None, where: str = "concentration") -> float:
        """A concentration that exists [ug/mL]."""
        from ..therapy.intrathecal.reading import read_concentration

        return read_concentration(given, self.named(where), self.problems)

    def daily_dose(self, given: str | None) -> float:
        """A daily dose [ug/day] of a believable size."""
        from ..therapy.intrathecal.checks import check_dose
        from ..therapy.intrathecal.program import SimpleContinuous
        from ..therapy.intrathecal.reading import quantity

        own = Problems()
        rate = quantity(given, "dose rate", self.named("dose"), own)
        if not own.found:
            check_dose(SimpleContinuous(rate), given, "", False, own)
        self.problems.found += [dataclasses.replace(problem, where=self.named("dose")) for problem in own.found]
        return rate * 24.0

    def volume(self, given: str | None, where: str, most: float) -> float | None:
        """A volume [mL] up to that of the reservoir; None when it is not given."""
        from ..therapy.intrathecal.reading import quantity

        if given is None:
            return None
        volume = quantity(given, "volume", self.named(where), self.problems)
        if volume > most:
            self.problems.add(self.named(where), given, f"at most {most:g} mL, what the reservoir takes")
        return volume

    def fits(self, device: Device, daily_dose: float, **concentrations: float) -> None:
        """Note a daily dose [ug/day] that the device cannot give at these concentrations [ug/mL], unless all is amiss.

        Keys of `concentrations` say when each holds; one alone holds always.
        """
        from ..therapy.intrathecal.program import SimpleContinuous
        from .check import check_mode

        if not self.problems.found:
            for when, concentration in concentrations.items():
                alone, dose = len(concentrations) == 1, self.named("dose")
                where = dose if alone else f"{dose} with {self.named(when)}"
                check_mode(SimpleContinuous(daily_dose / 24.0), concentration, device, where, self.problems)

    def bolus(self, device: Device) -> None:
        """Note a device that cannot give a bolus."""
        try:
            needs_bolus(device)
        except InputError as error:
            self.problems.found += [dataclasses.replace(one, where=self.named("device")) for one in error.problems]

    def date(self, given: str | None, where: str = "filled-on") -> dt.date | None:
        """A day; None when it is not given."""
        try:
            return moments.day(given) if given else None
        except ValueError:
            self.problems.add(self.named(where), given, "a day as year-month-day, such as 2026-01-05")
            return None

    def done(self) -> None:
        """Raise InputError listing every problem, if there is any."""
        self.problems.raise_as(InputError)


TIMES = ("alarm", "empty", "empty_earliest", "empty_latest", "refill_by")  # h after the fill
UNITS: dict[str, str] = {**dict.fromkeys((*TIMES, "duration"), "h"), "volume": "mL", "gap": "mL", "dose": "ug"}
UNITS |= {"daily_dose": "ug_per_day", "concentration": "ug_per_mL", "mixed": "ug_per_mL"}


def with_units(answer: dict[str, Any]) -> dict[str, Any]:
    """The fields of an answer under keys that end in their units, and the dates of times after a known fill."""
    told: dict[str, Any] = {}
    for key, value in answer.items():
        unit = f"_{UNITS[key]}" if key in UNITS else ""
        told[key + unit] = with_units(value) if isinstance(value, dict) else value
        if key in TIMES:
            told[f"{key}_date"] = date_after(answer["filled_on"], answer[key])
    return told
