"""What a gap implies: between the volumes expected and drawn back, between the doses programmed and delivered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..parameters import typical
from ..therapy.intrathecal.program import number
from .arithmetic import Answer
from .deliver import Delivery
from .device import Device
from .log import millilitres
from .refill import discrepancy_limit

FILLS = ("filled", "refilled")  # kinds of event

Verdict = Literal["in order", "too little given", "too much given"]


@dataclass(frozen=True)
class Discrepancy(Answer):
    """A gap in volume: `gap` [mL] drawn back less expected, given over programmed as `ratio`, and what it may mean."""

    ANSWERS = ("Verdict",)

    gap: float
    ratio: float
    verdict: Verdict
    causes: tuple[str, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """The verdict and what it may mean."""
        return (*super().first, *([f"May mean: {'; '.join(self.causes)}"] if self.causes else ()))


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


def gap_explained(delivery: Delivery, start: Delivery) -> str:
    """One line that adds up from the dose programmed to that in the canal [ug]; empty when they agree to 0.1 %.

    start  the same pump at hour 0. Programmed counts every volume at the concentration entered; the difference is what
    tubing and catheter hold more than at the start, what was lost, and what left the reservoir weaker or not at all.
    """
    programmed, held = delivery.programmed, delivery.balance
    if abs(programmed - held.delivered) <= 1e-3 * max(programmed, held.delivered):
        return ""
    now, before = held.tubing + held.catheter, start.balance.tubing + start.balance.catheter
    flowed = held.delivered + held.lost + now - before
    return (
        f"Programmed counts every volume at the concentration entered{_bridges(delivery)}: "
        f"{number(round(programmed, 2))} ug {_signed(flowed - programmed)} ug by what really left the reservoir"
        f"{_reasons(delivery)} {_signed(before - now)} ug by what tubing and catheter hold "
        f"({number(round(before, 2))} ug at the start, {number(round(now, 2))} ug at the end) "
        f"{_signed(-held.lost)} ug lost outside = {number(round(held.delivered, 2))} ug to the canal."
    )


def _signed(amount: float) -> str:
    return f"{'+' if round(amount, 2) > 0.0 else '-'} {number(abs(round(amount, 2)))}"


def _bridges(delivery: Delivery) -> str:
    modes = [str(event.values.get("program", "")) for event in delivery.log if event.kind == "programmed"]
    return ", that of a bridge bolus too, which moves old solution" if any("bridge" in mode for mode in modes) else ""


def _reasons(delivery: Delivery) -> str:
    """What may make a reservoir give another dose than was programmed, as far as the log shows it."""
    kinds = {event.kind for event in delivery.log}
    strengths = {event.values.get("entered_concentration") for event in delivery.log if event.kind in FILLS}
    shown = (
        (len(strengths) > 1, "old solution left in it mixes with the fill"),
        ("empty" in kinds, "it ran empty"),
        ("fault" in kinds, "faults"),
        (delivery.pump.flow_ratio != 1.0, "flow error"),
    )
    reasons = "; ".join(text for is_so, text in shown if is_so)
    return f" ({reasons})" if reasons else ""
