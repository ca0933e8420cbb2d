"""Peritoneal dialysis as sessions: a small clearance that never stops."""

from __future__ import annotations

from math import ceil

from ..parameters import parameters

LONGEST = 24.0  # h, one session; continuous treatment is several in a row


def peritoneal_dialysis(start: float, until: float, clearance: float | None = None) -> list[tuple[float, float, float]]:
    """Sessions for `Patient(dialysis=...)`: start [h], duration [h], clearance [mL/min], end to end.

    clearance  the model's own when not given, which is assumed: none was measured with baclofen
    """
    own = parameters()["peritoneal_clearance"].value if clearance is None else clearance
    count = max(ceil((until - start) / LONGEST), 1)
    length = (until - start) / count
    return [(start + i * length, length, own) for i in range(count)]
