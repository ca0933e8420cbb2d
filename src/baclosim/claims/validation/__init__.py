"""Predicted against observed: what the model says of facts that never set a parameter, and of those that did.

comparing   one row: observation, prediction, error, verdict     writing   table, figures, the page in docs
blood, spine, cord, brain, kidney, pumps, withdrawal, syndrome   the rows, room by room
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from ...evidence.library import library
from ..clinic import Clinic
from .comparing import Comparison

ROOMS = ("blood", "spine", "cord", "brain", "kidney", "pumps", "withdrawal", "syndrome")


def comparisons(
    clinic: Clinic | None = None, progress: Callable[[int, int], None] = lambda *_: None
) -> tuple[Comparison, ...]:
    """Every row, room by room; held-out facts that no room predicts stand at the end as not predicted.

    progress  told after every row how many rooms are done, and of how many
    """
    where = clinic or Clinic()
    rows = []
    for number, room in enumerate(ROOMS):
        for row in importlib.import_module(f".{room}", __name__).comparisons(where):
            rows.append(row)
            progress(number, len(ROOMS))
    return (*rows, *unpredicted({row.fact for row in rows}))


def unpredicted(known: set[str]) -> Iterator[Comparison]:
    """Rows without prediction for the held-out facts and series that are not among the known."""
    nothing = float("nan")
    book = library()
    for entry in (*book.facts.values(), *book.series.values()):
        if entry.use == "check" and entry.id not in known:
            value = getattr(entry, "value", None)
            seen = float(value) if isinstance(value, (int, float)) else nothing
            yield Comparison(entry.id, entry.quantity or "series", getattr(entry, "unit", ""), seen, None, None)
