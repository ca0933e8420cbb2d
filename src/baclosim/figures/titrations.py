"""Titrations side by side: the daily dose of the first above, the share of patients at the goal below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .draw import title_above
from .side_by_side import Line, lines_of, stacked
from .style import colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rising:
    """One way to raise the dose.

    days     (t,) rising, the start and each visit
    dose     (3, t) daily dose below which 5, 50 and 95 % of the patients are
    arrived  sorted days (k,) at which patients were first seen at the goal, of `patients`
    """

    name: str
    days: Array
    dose: Array
    arrived: Array
    patients: int


def titrations_figure(ways: Sequence[Rising], unit: str, width: float = 7.4) -> Figure:
    """The first way with the spread of its doses; of all ways how many have come to the goal by each day."""
    lines = lines_of([one.name for one in ways])
    with theme():
        figure, (upper, lower) = stacked(width, lines, (1.25, 1.55), columns=2)
        first = ways[0]
        upper.fill_between(
            first.days, first.dose[0], first.dose[2], step="post", color=lines[0].ink, alpha=0.2, linewidth=0
        )
        upper.step(first.days, first.dose[1], where="post", color=lines[0].ink, linewidth=lines[0].weight)
        for one, line in reversed(list(zip(ways, lines, strict=True))):
            draw_arrivals(lower, one, line)
        spread = ": median and 5 to 95 % of the patients" if width > 5 else ""
        title_above(upper, f"Daily dose, {unit}{spread}")
        title_above(lower, "Seen at the goal by then, % of the patients")
        end = max(float(one.days[-1]) for one in ways)
        for axes in (upper, lower):
            axes.set(xlim=(0.0, end), ylim=(0.0, None))
            axes.locator_params(axis="y", nbins=4)
        upper.tick_params(labelbottom=False)
        lower.set_xlabel("days of the drug", color=colour("muted"))
        return figure


def draw_arrivals(axes: Axes, one: Rising, line: Line) -> None:
    """How many have come to the goal, as steps from nobody on."""
    share = 100.0 * np.arange(len(one.arrived) + 1) / one.patients
    days = np.concatenate(([0.0], one.arrived, [one.days[-1]]))
    axes.step(
        days, np.append(share, share[-1]), where="post", color=line.ink, linewidth=line.weight, linestyle=line.dashes
    )
