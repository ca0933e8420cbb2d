"""The sums a pump nurse does, each with its working: refill dates, a bridge, a priming bolus, a gap in volume."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from ...pump.asked import USUAL, Asked, with_units
from .refusals import Route

if TYPE_CHECKING:
    from ...pump.arithmetic import Answer

router = APIRouter(prefix="/pump", tags=["pump"], route_class=Route)


class Sum(BaseModel):
    """What every sum needs."""

    model_config = ConfigDict(extra="forbid", strict=True)

    device: str = Field(USUAL, max_length=100)


class RefillAsked(Sum):
    """A fill of the reservoir."""

    concentration: str = Field(max_length=100, examples=["2000 ug/mL"])
    dose: str = Field(max_length=100, examples=["350 ug/day"])
    volume: str | None = Field(None, max_length=100, description="filled in; full when left out")
    filled_on: str | None = Field(None, max_length=20, description="such as 2026-01-05")


class OfCatheter(Sum):
    """A sum that depends on the catheter, of a length or of a dead volume."""

    catheter_length: str | None = Field(None, max_length=100, examples=["66 cm"])
    catheter_volume: str | None = Field(None, max_length=100, examples=["0.2 mL"])


class BridgeAsked(OfCatheter):
    """A change of concentration."""

    old: str = Field(max_length=100, examples=["500 ug/mL"])
    new: str = Field(max_length=100, examples=["2000 ug/mL"])
    dose: str = Field(max_length=100, examples=["350 ug/day"])
    volume: str | None = Field(None, max_length=100, description="filled in; full when left out")
    filled_on: str | None = Field(None, max_length=20, description="such as 2026-01-05")


class PrimeAsked(OfCatheter):
    """An empty catheter."""

    concentration: str = Field(max_length=100, examples=["2000 ug/mL"])
    new_pump: bool = Field(False, description="the pump's tubing is empty, too")
    full: bool = Field(False, description="the catheter already holds drug")


class GapAsked(Sum):
    """The volume that the pump expects and the one drawn back."""

    expected: str = Field(max_length=100, examples=["4.2 mL"])
    aspirated: str = Field(max_length=100, examples=["9 mL"])
    filled: str | None = Field(None, max_length=100, description="volume of the last fill; full when left out")


@router.post("/refill")
def refill(wanted: RefillAsked) -> dict[str, Any]:
    """When the alarm comes, when the pump is empty, and when to refill."""
    from ...pump.arithmetic import refill_dates

    read = reader()
    model = read.device(wanted.device)
    strength, daily, day = read.concentration(wanted.concentration), read.daily_dose(wanted.dose), wanted.filled_on
    begins, fill = read.date(day), read.volume(wanted.volume, "volume", model.reservoir_volume)
    read.fits(model, daily, concentration=strength)
    read.done()
    return told(refill_dates(model, strength, daily, volume=fill, filled_on=begins))


@router.post("/bridge")
def bridge(wanted: BridgeAsked) -> dict[str, Any]:
    """A change of concentration: the bridge bolus, the mixture in the reservoir, the new dates."""
    from ...pump.arithmetic import concentration_change

    read = reader()
    model, catheter = read.device(wanted.device), read.catheter(wanted.catheter_length, wanted.catheter_volume)
    before, after = read.concentration(wanted.old, "old"), read.concentration(wanted.new, "new")
    daily, fill = read.daily_dose(wanted.dose), read.volume(wanted.volume, "volume", model.reservoir_volume)
    day = read.date(wanted.filled_on)
    read.bolus(model)
    read.fits(model, daily, old=before, new=after)
    read.done()
    return told(concentration_change(model, catheter, before, after, daily, volume=fill, filled_on=day))


@router.post("/prime")
def prime(wanted: PrimeAsked) -> dict[str, Any]:
    """The priming bolus of a catheter."""
    from ...pump.arithmetic import priming_bolus

    read = reader()
    model, catheter = read.device(wanted.device), read.catheter(wanted.catheter_length, wanted.catheter_volume)
    strength = read.concentration(wanted.concentration)
    read.bolus(model)
    read.done()
    return told(
        priming_bolus(
            model, catheter, strength, is_pump_primed=not wanted.new_pump, is_catheter_full=wanted.full
        )
    )  # fmt: skip


@router.post("/discrepancy")
def discrepancy(wanted: GapAsked) -> dict[str, Any]:
    """What a gap between expected and drawn-back volume implies."""
    from ...pump.discrepancy import volume_discrepancy

    read = reader()
    model = read.device(wanted.device)
    expected, aspirated, filled = (
        read.volume(getattr(wanted, name), name, model.reservoir_volume) for name in ("expected", "aspirated", "filled")
    )
    read.done()
    return told(volume_discrepancy(model, expected or 0.0, aspirated or 0.0, filled=filled))


def reader() -> Asked:
    """Reads a body; problems name its keys."""
    return Asked(lambda name: name.replace("-", "_"))


def told(answer: Answer) -> dict[str, Any]:
    """An answer with its working, units in the keys; a time that never comes is null."""
    return with_units(dataclasses.asdict(answer))
