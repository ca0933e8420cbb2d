"""What a gap between the volume expected and the volume drawn back implies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..parameters import typical
from ..therapy.intrathecal import number
from .arithmetic import Answer
from .device import Device
from .log import millilitres
from .refill import discrepancy_limit

Verdict = Literal["in order", "too little given", "too much given"]


@dataclass(frozen=True)
class Discrepancy(Answer):
    """A gap in volume: `gap` [mL] drawn back less expected, given over programmed as `ratio`, and what it may mean."""

    gap: float
    ratio: float
    verdict: Verdict
    causes: tuple[str, ...]


CAUSES: dict[Verdict, tuple[str, ...]] = {
    "in order": (),
    "too little given": (
        "catheter blocked or kinked",
        "motor stalled for a time (read the log)",
        "more was filled last time than was entered",
    ),
    "too much given": (
        "overinfusion: the pump gives more than programmed",
        "part of the last fill went beside the pump (pocket fill)",
        "less was filled last time than was entered",
        "not all could be drawn back",
    ),
}


def volume_discrepancy(
    device: Device, expected: float, aspirated: float, *, filled: float | None = None
) -> Discrepancy:
    """Compare the volume drawn back with the volume the pump expects [mL], after a fill of `filled` [mL] (None = full).

    The limit is 2 mL or the flow error, whichever is less (refill.volume-discrepancy-threshold.asra-2017); a
    disconnected or leaking catheter leaves no gap at all, and the answer says so.
    """
    fill = device.reservoir_volume if filled is None else filled
    programmed, given = fill - expected, fill - aspirated
    gap, limit = aspirated - expected, discrepancy_limit(programmed)
    ratio = given / programmed if programmed > 0.0 else 1.0
    verdict: Verdict = "in order" if abs(gap) <= limit else "too little given" if gap > 0.0 else "too much given"
    error = typical(("pump_flow_error_limit",))["pump_flow_error_limit"]
    working = (
        f"Programmed: {millilitres(fill)} filled - {millilitres(expected)} expected = {millilitres(programmed)}",
        f"Given: {millilitres(fill)} filled - {millilitres(aspirated)} drawn back = {millilitres(given)}",
        f"Gap: {millilitres(aspirated)} - {millilitres(expected)} = {millilitres(gap)}",
        f"Limit: 2 mL, or {100 * error:g} % of {millilitres(programmed)} if that is less: {millilitres(limit)}",
        f"Given over programmed: {millilitres(given)} / {millilitres(programmed)} = {number(round(100 * ratio, 1))} %",
        f"Verdict: {verdict}",
    )
    warnings = ("a disconnected or leaking catheter leaves no gap: a right volume does not prove delivery",)
    return Discrepancy(working, warnings, gap, ratio, verdict, CAUSES[verdict])
