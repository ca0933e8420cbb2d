"""The sums a pump nurse does, each with its working: refill dates, a bridge, a priming bolus, a gap in volume."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from ...pump import sums
from ...pump.asked import USUAL, Asked, with_units
from .paper import PDF, Paper, pdf
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
    return told(sums.refill(reader(), **wanted.model_dump()))


@router.post("/refill/sheet", responses=PDF, response_class=Response)
def refill_sheet(wanted: RefillAsked, paper: Paper = "a4") -> Response:
    """The sheet of a refill with its working and lines to fill in by hand, as PDF."""
    from ...report.refill import document_of

    return pdf(document_of(sums.refill(reader(), **wanted.model_dump())), paper, "refill")


@router.post("/bridge")
def bridge(wanted: BridgeAsked) -> dict[str, Any]:
    """A change of concentration: the bridge bolus, the mixture in the reservoir, the new dates."""
    return told(sums.bridge(reader(), **wanted.model_dump()))


@router.post("/prime")
def prime(wanted: PrimeAsked) -> dict[str, Any]:
    """The priming bolus of a catheter."""
    return told(sums.prime(reader(), **wanted.model_dump()))


@router.post("/discrepancy")
def discrepancy(wanted: GapAsked) -> dict[str, Any]:
    """What a gap between expected and drawn-back volume implies."""
    return told(sums.discrepancy(reader(), **wanted.model_dump()))


def reader() -> Asked:
    """Reads a body; problems name its keys."""
    return Asked(lambda name: name.replace("-", "_"))


def told(answer: Answer) -> dict[str, Any]:
    """An answer with its working, units in the keys; a time that never comes is null."""
    return with_units(dataclasses.asdict(answer))
