"""What a pump did and said, on a strip of time: alarms by priority, refills, faults and programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .display import time_scale
from .draw import draw_time_axis
from .style import FONT, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Weight = Literal["critical", "non-critical", "note"]
# Weight: row from the bottom, marker, ink. Shape and row say the same as colour.
_LOOK = {"critical": (2, "D", "alarm"), "non-critical": (1, "^", "ochre"), "note": (0, "o", "muted")}
_CHARACTER = 0.062  # inches, a letter of a label


@dataclass(frozen=True)
class Event:
    """Something that happened at `time` [h], in a few words, as important as `weight` says."""

    time: float
    says: str
    weight: Weight = "note"


def events_figure(events: Sequence[Event], span: tuple[float, float], width: float = 7.4) -> Figure:
    """The strip of events over `span` [h]."""
    from matplotlib.figure import Figure

    height = 2.0
    with theme():
        figure = Figure(figsize=(width, height))
        left = 0.95
        axes = figure.add_axes((left / width, 0.5 / height, 1 - (left + 0.1) / width, 1 - 0.6 / height))
        draw_events(axes, events, span, across=width - left)
        return figure


def draw_events(axes: Axes, events: Sequence[Event], span: tuple[float, float], across: float = 6.4) -> None:
    """Marks in three rows by weight, each with its words while there is room; `across` is the width in inches."""
    scale = time_scale(*span)
    for weight, (row, marker, ink) in _LOOK.items():
        chosen = [e for e in events if e.weight == weight]
        times = [e.time / scale.hours for e in chosen]
        axes.plot(times, [row] * len(times), marker, color=colour(ink), markersize=4.5, linewidth=0, clip_on=False)
        for event, level in zip(chosen, staggered(chosen, span, across), strict=True):
            if level is not None:
                _name(axes, event, row, level, scale.hours, span)
    axes.set_yticks([row for row, _, _ in _LOOK.values()], labels=list(_LOOK))
    axes.set_ylim(-0.4, 3.0)
    axes.tick_params(axis="y", pad=9)
    draw_time_axis(axes, span, scale)


def _name(axes: Axes, event: Event, row: int, level: int, hours: float, span: tuple[float, float]) -> None:
    to_left = event.time > span[0] + 0.75 * (span[1] - span[0])
    axes.annotate(
        event.says, (event.time / hours, row), textcoords="offset points",
        xytext=(4 if to_left else -4, 5 + 8.5 * level),
        ha="right" if to_left else "left", va="bottom", fontsize=FONT - 0.8,
        color=colour("ink"), parse_math=False,
    )  # fmt: skip


def staggered(events: Sequence[Event], span: tuple[float, float], across: float, levels: int = 2) -> list[int | None]:
    """The level (0, 1, ...) at which each event's words fit beside those before it, or None where nothing is free."""
    inches = across / (span[1] - span[0])
    free = [float("-inf")] * levels
    found: list[int | None] = []
    for event in events:
        start = (event.time - span[0]) * inches
        level = next((i for i, end in enumerate(free) if start >= end), None)
        if level is not None:
            free[level] = start + _CHARACTER * len(event.says) + 0.15
        found.append(level)
    return found
