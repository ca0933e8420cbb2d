"""Ways side by side: the first as a strong line, the others as fine ones, in two panels over one axis of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from .draw import draw_key
from .style import SERIES, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Dashes: TypeAlias = Literal["-"] | tuple[float, tuple[float, ...]]
DASHES: tuple[Dashes, ...] = (
    "-", (0.0, (6.0, 1.6)), (0.0, (3.0, 1.4)), (0.0, (1.0, 1.2)), (0.0, (7.0, 1.5, 1.2, 1.5)),
    (0.0, (4.0, 1.2, 1.2, 1.2, 1.2, 1.2)), (0.0, (9.0, 2.4)), (0.0, (2.0, 3.0)),
)  # fmt: skip
BELOW, BETWEEN, ABOVE = 0.5, 0.4, 0.2  # inches: under the lower panel, between the two, over the upper


@dataclass(frozen=True)
class Line:
    """How one way is drawn: its name, colour, width and how it is broken."""

    name: str
    ink: str
    weight: float
    dashes: Dashes


def lines_of(names: Sequence[str]) -> list[Line]:
    """A line for each way; the first is the strong one."""
    inks = [colour(SERIES[i % len(SERIES)]) for i in range(len(names))]
    return [Line(name, inks[i], 2.2 if i == 0 else 1.0, dashes_of(i)) for i, name in enumerate(names)]


def dashes_of(place: int) -> Dashes:
    """How a line is broken, so that lines differ without their colours too."""
    return DASHES[place % len(DASHES)]


def stacked(
    width: float, lines: Sequence[Line], heights: tuple[float, float], columns: int
) -> tuple[Figure, tuple[Axes, Axes]]:
    """A figure `width` inches wide with an upper and a lower panel of these heights, below a key of the lines.

    columns  of the key; one in a narrow figure
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    columns = columns if width > 5.0 else 1
    upper, lower = heights
    key = 0.2 * -(-len(lines) // columns) + 0.25
    height = BELOW + lower + BETWEEN + upper + ABOVE + key
    figure = Figure(figsize=(width, height))
    left, wide = 0.5 / width, 1 - 0.7 / width
    panels = (
        figure.add_axes((left, (BELOW + lower + BETWEEN) / height, wide, upper / height)),
        figure.add_axes((left, BELOW / height, wide, lower / height)),
    )
    marks = [Line2D([], [], color=line.ink, linewidth=line.weight, linestyle=line.dashes) for line in lines]
    draw_key(figure, [(mark, line.name) for mark, line in zip(marks, lines, strict=True)], columns)
    return figure, panels
