"""From Devices, DeviceUseStatements and what flows into the canal to the table [therapy.pump] of a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import Any

from ...errors import UnitError
from ...therapy.intrathecal.program import EVERY_DAY, days_text
from ...therapy.speech import clock_time, number
from ...therapy.timing import DAY, Clock, Weekdays
from ...units import read
from .account import Account
from .amount import unit_of
from .bundle import Bundle, Resource
from .codes import shown, tables
from .instructions import Piece

IN_USE = ("active", "completed", "on-hold", "intended")
_LEVEL = re.compile(r"\b(C[1-8]|T(?:1[0-2]|[1-9])|L[1-5]|S[1-5])\b")
_NUMBERED = re.compile(r"\b(cervical|thoracic|lumbar|sacral)\s+(?:vertebra\s+)?(\d{1,2})\b", re.IGNORECASE)


def pump_pieces(pieces: list[Piece]) -> list[Piece]:
    """The pieces that a pump carries out: what flows into the canal, and parts of the day with a rate of their own."""
    return [piece for piece in pieces if piece.is_pump or _is_part_of_day(piece)]


def _is_part_of_day(piece: Piece) -> bool:
    """Whether drug flows into the canal from a clock time on for some hours, day by day."""
    intake = piece.intake
    return intake.route == "intrathecal" and isinstance(intake.timing, Clock) and intake.over > 0.0


def find_pump(bundle: Bundle, theirs: list[Resource], account: Account) -> tuple[Resource | None, str | None]:
    """The implanted pump and its model by our name; None where there is none; others are accounted for."""
    pump, model = None, None
    for resource in theirs:
        if resource.type != "Device":
            continue
        words = words_of(resource)
        named = _model(resource)
        if named and model is None:
            pump, model = resource, named
        elif "catheter" not in words:
            account.leave(resource.name, f"{_short(resource)}: no implanted pump that the model knows")
    return pump, model


def words_of(device: Resource) -> str:
    """Everything that names a device, in lower case."""
    names = [one.get("name") for one in device.get("deviceName") or ()]
    parts = [*names, device.get("modelNumber"), device.get("manufacturer"), shown(device.get("type"))]
    return " ".join(str(part) for part in parts if part).lower().replace("®", "").replace("™", "")


def _short(device: Resource) -> str:
    names = [one.get("name") for one in device.get("deviceName") or ()]
    return str(next(iter([*names, shown(device.get("type"))]), "a device"))


def _model(device: Resource) -> str | None:
    """Our name of a pump's model: by its name or number, else by its make and the volume of its reservoir."""
    words = words_of(device)
    volume = _property(device, "reservoir volume", "volume")
    for name, entry in tables()["pump"].items():
        if any(re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", words) for word in entry["words"]):
            return name
    made = [(name, e) for name, e in tables()["pump"].items() if any(make in words for make in e["make"])]
    sized = [name for name, entry in made if volume == entry["volume"]]
    return sized[0] if sized else None


def _property(device: Resource, word: str, kind: str) -> float | None:
    """A property of a device whose type names it, in the unit of its kind."""
    for one in device.get("property") or ():
        if word in shown(one.get("type")).lower():
            for quantity in one.get("valueQuantity") or ():
                try:
                    return read(f"{quantity.get('value')} {unit_of(quantity)}", kind)
                except UnitError:
                    continue
    return None


def pump_table(
    bundle: Bundle, theirs: list[Resource], pieces: list[Piece], account: Account
) -> tuple[dict[str, Any] | None, float | None]:
    """The table [therapy.pump] and since when the pump has given its present dose [h]; None where there is no pump."""
    pump, model = find_pump(bundle, theirs, account)
    flowing = pump_pieces(pieces)
    if not flowing:
        if pump:
            account.leave(pump.name, "nothing says what it gives: an intrathecal order with a rate would")
        return None, None
    if pump is None:
        _check_nameless(flowing, theirs, account)
        return None, None
    account.use(pump.name, f"pump {model}")
    table = {"device": model, **_concentration(flowing, account), **_catheter(bundle, theirs, pump, account)}
    now = [piece for piece in flowing if piece.end > 0.0]
    since = min((piece.start for piece in now), default=0.0)
    _leave_past(flowing, now, account)
    table["program"] = list(program(now, account))
    return table, min(since, 0.0)


def _check_nameless(flowing: list[Piece], theirs: list[Resource], account: Account) -> None:
    """A flow into the canal without a pump that is known: as ordered where no device is named and the rate is even."""
    devices = [r for r in theirs if r.type == "Device" and "pump" in words_of(r)]
    if devices or not all(piece.is_pump for piece in flowing):
        named = _short(devices[0]) if devices else None
        allowed = f"a Device that is one of {', '.join(tables()['pump'])}, or its make with the volume of its reservoir"
        account.refuse(devices[0].name if devices else flowing[0].source, named, allowed)
        return
    account.note(
        flowing[0].source, "no Device names the pump: drug flows exactly as ordered, without catheter or refill"
    )


def _leave_past(flowing: list[Piece], now: list[Piece], account: Account) -> None:
    for piece in flowing:
        if piece.source not in {one.source for one in now}:
            account.leave(piece.source, "an earlier dose of the pump: its present dose stands for the time before")


def _concentration(flowing: list[Piece], account: Account) -> dict[str, str]:
    found = sorted({piece.strength.per_ml for piece in flowing if piece.strength.per_ml})
    if len(found) != 1:
        given = " and ".join(f"{number(one)} ug/mL" for one in found) or None
        allowed = "one concentration in the reservoir, as the strength of the medication, such as 2000 ug / 1 mL"
        account.refuse(f"{flowing[0].source}.medication", given, allowed, flowing[0].strength.note)
        return {}
    return {"concentration": f"{number(found[0])} ug/mL"}


def _catheter(bundle: Bundle, theirs: list[Resource], pump: Resource, account: Account) -> dict[str, Any]:
    """Length and tip of the catheter, from its Device and from where it is used."""
    catheter: dict[str, str] = {}
    for resource in theirs:
        if resource.type == "Device" and resource is not pump and "catheter" in words_of(resource):
            length = _property(resource, "length", "length")
            account.use(resource.name, "catheter" + (f" of {number(length)} cm" if length else ""))
            catheter |= {"length": f"{number(length)} cm"} if length else {}
            catheter |= _tip(words_of(resource).upper())
            catheter |= next(({"space": s} for s in ("subdural", "epidural") if s in words_of(resource)), {})
    for resource in theirs:
        if resource.type == "DeviceUseStatement":
            catheter |= _use(resource, account)
    if "tip" not in catheter:
        account.note(pump.name, "nothing says where the catheter ends: T10 is assumed")
    return {"catheter": catheter} if catheter else {}


def _use(statement: Resource, account: Account) -> dict[str, str]:
    """The tip of the catheter, where a use statement names it."""
    if statement.get("status") not in IN_USE:
        account.leave(statement.name, f"its status is {statement.get('status')}")
        return {}
    tip = _tip(shown(statement.get("bodySite")))
    account.use(statement.name, f"catheter tip at {tip['tip']}" if tip else "the pump is in use")
    return tip


def _tip(text: str) -> dict[str, str]:
    """A vertebral level in a text, as "T10" or "thoracic vertebra 10"."""
    found = _LEVEL.search(text)
    if found:
        return {"tip": found[1]}
    spelt = _NUMBERED.search(text)
    return {"tip": f"{spelt[1][0].upper()}{spelt[2]}"} if spelt else {}


def program(pieces: list[Piece], account: Account) -> Iterator[dict[str, Any]]:
    """The entries of a pump's program, in order of time: one wherever something begins or ends."""
    for time in sorted({0.0, *(max(edge, 0.0) for piece in pieces for edge in (piece.start, piece.end) if edge < inf)}):
        acting = [p for p in pieces if max(p.start, 0.0) <= time < p.end]
        mode = _mode(acting, account) if acting else {"mode": "stopped"}
        yield {"at": f"{number(time)} h", **mode}


def _mode(acting: list[Piece], account: Account) -> dict[str, Any]:
    """What the pump does while these pieces act: one rate all day, or one for each part of the day."""
    if len(acting) == 1 and acting[0].is_pump:
        return {"mode": "simple continuous", "dose": f"{number(acting[0].intake.amount.measure)} ug/day"}
    if any(piece.is_pump for piece in acting):
        names = ", ".join(dict.fromkeys(piece.source for piece in acting))
        account.refuse(names, f"{len(acting)} rates at once", "one rate all day, or one for each part of the day")
        return {"mode": "stopped"}
    return {"mode": "flex", "steps": [step for piece in acting for step in _flex_steps(piece)]}


def _flex_steps(piece: Piece) -> Iterator[str]:
    """One part of the day, "Mon-Fri 06:00-10:00 20 ug/h"."""
    intake = piece.intake
    days = intake.days.days if isinstance(intake.days, Weekdays) else EVERY_DAY
    rate = intake.amount.measure / intake.over
    for start in intake.timing.hours if isinstance(intake.timing, Clock) else ():
        ends = clock_time((start + intake.over) % DAY)
        yield f"{days_text(days)}{clock_time(start)}-{ends} {number(rate)} ug/h"
