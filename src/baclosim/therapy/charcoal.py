"""Activated charcoal after an overdose by mouth: for a while it binds what is still in the gut.

Nobody measured how well baclofen binds. What is bound is taken over from volunteers and other drugs
(overdose.charcoal.position-2005); the later it is given, the less is left to bind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..cautions import Caution
from ..errors import Problems, UnitError
from ..units import read
from .intrathecal.program import span

MIXING = 0.5  # h in which it binds: assumed
LATEST = 1e6  # h
FACT = "overdose.charcoal.position-2005"
CAUTION = Caution(
    "activated charcoal",
    "no quantitative evidence on baclofen: how much it binds is taken over from volunteers and other drugs. It is "
    "considered within an hour or so, and only where the airway is protected; no trial showed that it helps patients.",
    (FACT,),
)


@dataclass(frozen=True)
class Charcoal:
    """One dose of 50 g or more, `at` [h] of the run."""

    at: float

    def __str__(self) -> str:
        return f"activated charcoal at {span(self.at)}"


def binding(doses: Iterable[Charcoal]) -> tuple[tuple[float, float], ...]:
    """Times [h] from hour 0 on, and from each whether charcoal binds (1) or not (0); none when never given."""
    given = tuple(doses)
    if not given:
        return ()
    turns = sorted({0.0, *(c.at for c in given), *(c.at + MIXING for c in given)})
    return tuple((t, float(any(c.at <= t < c.at + MIXING for c in given))) for t in turns)


def read_charcoal(given: Iterable[Mapping[str, Any]], where: str, problems: Problems) -> tuple[Charcoal, ...]:
    """Doses from tables such as { at = "1 h" }, in the order of time; faults go to `problems`."""
    times = [_time(table.get("at"), f"{where}[{i + 1}].at", problems) for i, table in enumerate(given)]
    return tuple(Charcoal(time) for time in sorted(time for time in times if time is not None))


def _time(given: Any, where: str, problems: Problems) -> float | None:
    if given is None:
        problems.add(where, None, "when it is given: { at = '1 h' }")
        return None
    try:
        time = read(given, "time", where=where)
    except UnitError as error:
        problems.absorb(error)
        return None
    if not 0.0 <= time <= LATEST:
        problems.add(where, given, "a time of the run")
        return None
    return time
