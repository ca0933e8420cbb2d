"""Peritoneal dialysis as sessions: a small clearance that never stops."""

from __future__ import annotations

from .course import LONGEST

CLEARANCE = 6.0
"""mL/min, of a small molecule under four exchanges a day: assumed, for none was measured with baclofen."""


def peritoneal_dialysis(start: float, until: float, clearance: float = CLEARANCE) -> list[tuple[float, float, float]]:
    """Sessions for `Patient(dialysis=...)`: start [h], duration [h], clearance [mL/min], end to end."""
    count = max(int(-(-(until - start) // LONGEST)), 1)
    length = (until - start) / count
    return [(start + i * length, length, clearance) for i in range(count)]
