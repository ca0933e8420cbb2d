"""Kidney function that changes during a run, and sessions of dialysis.

kidney = "20 mL/min at 5 days, 90 mL/min at 14 days"     or [("5 days", "20 mL/min"), ...]
dialysis = "4 h at 30 h, 4 h at 78 h"                    or [("30 h", "4 h"), ("78 h", "4 h", "150 mL/min")]
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import Problems, UnitError
from ..units import read
from .peritoneal import LONGEST, peritoneal_dialysis

HIGHEST = 500.0  # mL/min, clearance of one machine

T = TypeVar("T")
_PIECES = re.compile(r"\s*(?:[,;]\s*(?:then\b)?|\bthen\b)\s*")
_CHANGE = re.compile(r"^(.+?)\s+(?:at|after|from)\s+(.+)$")
_PERITONEAL = re.compile(r"(?i)^peritoneal(?:\s+dialysis)?\s+from\s+(.+?)\s+(?:to|until)\s+(.+)$")


@dataclass(frozen=True)
class KidneyChange:
    """From a time [h] of the run on, the creatinine clearance [mL/min] is another."""

    at: float
    creatinine_clearance: float


@dataclass(frozen=True)
class DialysisSession:
    """Haemodialysis from `start` for `duration` [h]; `clearance` [mL/h], or None for the model's own."""

    start: float
    duration: float
    clearance: float | None = None

    @property
    def end(self) -> float:
        """When it ends [h]."""
        return self.start + self.duration


def read_kidney(given: Any, problems: Problems) -> tuple[KidneyChange, ...]:
    """Changes in the order of time; faults go to `problems`."""
    changes = _each(given, "kidney", _change, problems)
    ordered = tuple(sorted(changes, key=lambda change: change.at))
    for one, other in itertools.pairwise(ordered):
        if one.at == other.at:
            problems.add("kidney", f"two changes at {one.at:g} h", "one change at a time")
    return ordered


def read_dialysis(given: Any, problems: Problems) -> tuple[DialysisSession, ...]:
    """Sessions in the order of time; faults go to `problems`.

    Of text, "peritoneal from 48 h to 8 days" is as many sessions end to end, with the clearance of that method.
    """
    pieces = _PIECES.split(given.strip()) if isinstance(given, str) else given
    if isinstance(pieces, list):
        pieces = [session for i, piece in enumerate(pieces) for session in _plain(piece, f"dialysis[{i}]", problems)]
    sessions = _each(pieces, "dialysis", _session, problems)
    ordered = tuple(sorted(sessions, key=lambda session: session.start))
    for one, other in itertools.pairwise(ordered):
        if other.start < one.end:
            allowed = f"a start after the session before it ends, at {one.end:g} h"
            problems.add("dialysis", f"a session at {other.start:g} h", allowed)
    return ordered


def _plain(piece: Any, where: str, problems: Problems) -> list[Any]:
    """The piece itself, or the sessions that peritoneal dialysis stands for; none when its times are at fault."""
    found = _PERITONEAL.match(piece) if isinstance(piece, str) else None
    if found is None:
        return [piece]
    start, end = (_number(text, "time", where, (0.0, 1e6), problems) for text in found.groups())
    if start is None or end is None:
        return []
    if end <= start:
        problems.add(where, piece, "an end after its start")
        return []
    return list(peritoneal_dialysis(start, end))


def _each(given: Any, where: str, make: Callable[[Any, str, Problems], T | None], problems: Problems) -> list[T]:
    if given is None:
        return []
    pieces = _PIECES.split(given.strip()) if isinstance(given, str) else given
    if isinstance(pieces, Mapping) or not isinstance(pieces, Iterable):
        problems.add(where, given, "a list, one entry for each change")
        return []
    found = [make(piece, f"{where}[{i}]", problems) for i, piece in enumerate(pieces)]
    return [entry for entry in found if entry is not None]


def _parts(piece: Any, keys: tuple[str, ...]) -> tuple[Any, ...] | None:
    """An entry as (time, what, ...), whichever way it is written; None when it is written no such way."""
    if isinstance(piece, str):
        match = _CHANGE.match(piece)
        return (match[2], match[1]) if match else None
    if isinstance(piece, Mapping):
        return tuple(piece[key] for key in keys if key in piece) if set(piece) <= set(keys) else None
    return tuple(piece) if isinstance(piece, Iterable) else None


def _change(piece: Any, where: str, problems: Problems) -> KidneyChange | None:
    parts = _parts(piece, ("at", "creatinine_clearance"))
    if parts is None or len(parts) != 2:
        problems.add(where, piece, "a time and a creatinine clearance, such as ('5 days', '20 mL/min')")
        return None
    at = _number(parts[0], "time", where, (0.0, 1e6), problems)
    clearance = _number(parts[1], "clearance", where, (0.0, 250.0), problems)
    return None if at is None or clearance is None else KidneyChange(at, clearance)


def _session(piece: Any, where: str, problems: Problems) -> DialysisSession | None:
    parts = _parts(piece, ("start", "duration", "clearance"))
    if parts is None or len(parts) not in (2, 3):
        problems.add(where, piece, "a start and a duration, such as ('30 h', '4 h')")
        return None
    start = _number(parts[0], "time", where, (0.0, 1e6), problems)
    duration = _number(parts[1], "time", where, (0.0, LONGEST), problems)
    clearance = _number(parts[2], "clearance", where, (0.0, HIGHEST), problems) if len(parts) == 3 else None
    if start is None or duration is None or (len(parts) == 3 and clearance is None):
        return None
    return DialysisSession(start, duration, None if clearance is None else clearance * 60.0)


def _number(given: Any, kind: str, where: str, limits: tuple[float, float], problems: Problems) -> float | None:
    default = {"time": "hour", "clearance": "mL/min"}[kind]
    try:
        value = read(given, kind, where=where, default_unit=default)
    except UnitError as error:
        problems.absorb(error)
        return None
    if not limits[0] <= value <= limits[1]:
        problems.add(where, given, f"{limits[0]:g} to {limits[1]:g} {default}")
        return None
    return value
