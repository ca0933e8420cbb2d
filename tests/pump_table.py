"""The table of a pump, as a scenario file has it."""

from __future__ import annotations


def table(**more: object) -> dict[str, object]:
    return {
        "device": "synchromed-ii-40",
        "concentration": "2000 ug/mL",
        "catheter": {"length": "66 cm", "tip": "T10"},
        "program": [{"at": "0 h", "mode": "simple continuous", "dose": "350 ug/day"}],
        "refill": "at low reservoir",
    } | more
