"""Spinal fluid drawn off by lumbar puncture, as after an overdose through a pump."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import Problems, UnitError
from ..units import read
from .intrathecal.program import span

USUAL_TIME = 0.25  # h that a removal takes unless told
MOST = 100.0  # mL at once; an adult's canal holds less
LIMITS = {"at": (0.0, 1e6), "volume": (1.0, MOST), "over": (1.0 / 60.0, 24.0)}
ALLOWED = {"at": "a time of the run", "volume": f"1 to {MOST:g} mL", "over": "1 min to 24 h"}


@dataclass(frozen=True)
class Removal:
    """`volume` [mL] of fluid drawn at L3/L4 from `at` on, over `over` [h]."""

    at: float
    volume: float
    over: float = USUAL_TIME

    @property
    def end(self) -> float:
        """When it ends [h]."""
        return self.at + self.over

    @property
    def rate(self) -> float:
        """mL/h while it lasts."""
        return self.volume / self.over

    def __str__(self) -> str:
        return f"{self.volume:g} mL of spinal fluid removed at {span(self.at)}"


def rates(removals: Iterable[Removal]) -> tuple[tuple[float, float], ...]:
    """Times [h] from which fluid is drawn at another rate, and that rate [mL/h], from hour 0 on; none when never."""
    removed = tuple(removals)
    if not removed:
        return ()
    turns = sorted({0.0, *(r.at for r in removed), *(r.end for r in removed)})
    return tuple((t, sum((r.rate for r in removed if r.at <= t < r.end), start=0.0)) for t in turns)


def read_removals(given: Iterable[Mapping[str, Any]], where: str, problems: Problems) -> tuple[Removal, ...]:
    """Removals from tables such as { at = "3 h", volume = "30 mL" }, in the order of time; faults go to `problems`."""
    found = [_removal(table, f"{where}[{i + 1}]", problems) for i, table in enumerate(given)]
    return tuple(sorted((r for r in found if r is not None), key=lambda removal: removal.at))


def _removal(table: Mapping[str, Any], where: str, problems: Problems) -> Removal | None:
    read_values = {key: _number(table.get(key), key, where, problems) for key in ("at", "volume")}
    over = _number(table["over"], "over", where, problems) if "over" in table else USUAL_TIME
    at, volume = read_values["at"], read_values["volume"]
    return None if at is None or volume is None or over is None else Removal(at, volume, over)


def _number(given: Any, key: str, where: str, problems: Problems) -> float | None:
    if given is None:
        problems.add(f"{where}.{key}", None, "this key as well: { at = '3 h', volume = '30 mL' }")
        return None
    try:
        value = read(given, "volume" if key == "volume" else "time", where=f"{where}.{key}")
    except UnitError as error:
        problems.absorb(error)
        return None
    low, high = LIMITS[key]
    if not low <= value <= high:
        problems.add(f"{where}.{key}", given, ALLOWED[key])
        return None
    return value
