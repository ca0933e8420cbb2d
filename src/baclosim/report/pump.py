"""What a pump did and said: its events on a strip of time, and its log as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..figures.display import time_in_words
from .document import Cell, Column, Picture, Rows, Table

if TYPE_CHECKING:
    from ..figures.events import Weight
    from ..pump.log import Event

LINES = 60  # of the log; what is left out is counted
_WEIGHTS: dict[str, Weight] = {"critical": "critical", "non-critical": "non-critical", "information": "note"}
_KNOWN_TO = {"device": "pump", "person": "people", "truth": "nobody"}


def events_picture(log: Sequence[Event], until: float) -> Picture:
    """Alarms by priority, refills, faults and programming from 0 to `until` [h]."""
    from ..figures.events import Event as Mark
    from ..figures.events import events_figure

    marks = [
        Mark(event.time, str(event.values.get("alarm", event.kind)), _WEIGHTS[event.priority])
        for event in log
        if event.time >= 0 and event.kind != "alarm ends"
    ]
    alarms = sum(event.kind == "alarm" for event in log)
    caption = "Events of the pump with typical numbers; marks and rows give the priority, the log below the words."
    alt = f"Strip of time with {len(marks)} events of the pump, {alarms} of them alarms; the log holds the words."
    return Picture("events", caption, alt, lambda width: events_figure(marks, (0.0, until), width))


def log_table(log: Sequence[Event]) -> Table:
    """The log: when, how grave, what, and who knows of it."""
    columns = (Column("When"), Column("What"), Column("Priority"), Column("Known to"))
    left_out = len(log) - LINES
    title = f"the first {LINES} events; {left_out} more are in the record of the run" if left_out > 0 else ""
    return Table("Log of the pump", columns, (Rows(tuple(_line(event) for event in log[:LINES]), title),))


def _line(event: Event) -> tuple[Cell, ...]:
    return (
        Cell(time_in_words(event.time)),
        Cell(event.text),
        Cell(event.priority),
        Cell(_KNOWN_TO[event.source]),
    )
