"""What charts say where the pointer is: quantity, number, unit, and the bands then. static/hover.js words it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

Line = dict[str, Any]
"""Of one series: name, unit, and under `between` and `known` in which rows of its table the edges of a band stand."""


def line(whose: str, label: str, unit: str, **edges: Sequence[Mapping[str, Any]]) -> Line:
    """A curve, whose it is where there are several, and the series that are edges of its bands, by kind of band."""
    rows = {kind: [edge["encode"]["y"] for edge in found] for kind, found in edges.items() if found}
    return {"name": f"{whose}: {label}" if whose else label, "unit": unit, **rows}


def course(time_unit: str, lines: Sequence[Line | None]) -> dict[str, str]:
    """How a chart over time is told, one entry for each series; None for one that is only an edge."""
    return {":formatter": f"hover.course({json.dumps(time_unit)}, {json.dumps(list(lines))})"}


def value(unit: str) -> dict[str, str]:
    """How numbers are told that all have one unit."""
    return {":valueFormatter": f"hover.value({json.dumps(unit)})"}
