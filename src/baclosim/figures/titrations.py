"""Titrations side by side: the daily dose of the first above, the share of patients at the goal below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .draw import draw_key, title_above
from .style import SERIES, colour, theme

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
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    columns = 2 if width > 5.0 else 1
    key = 0.2 * -(-len(ways) // columns) + 0.25
    height = key + 3.9
    inks = [colour(SERIES[i % len(SERIES)]) for i in range(len(ways))]
    weights = [2.2 if i == 0 else 1.0 for i in range(len(ways))]
    with theme():
        figure = Figure(figsize=(width, height))
        left, wide = 0.5 / width, 1 - 0.7 / width
        upper = figure.add_axes((left, 2.45 / height, wide, 1.25 / height))
        lower = figure.add_axes((left, 0.5 / height, wide, 1.55 / height))
        first = ways[0]
        upper.fill_between(first.days, first.dose[0], first.dose[2], step="post", color=inks[0], alpha=0.2, linewidth=0)
        upper.step(first.days, first.dose[1], where="post", color=inks[0], linewidth=2.2)
        for one, ink, weight in reversed(list(zip(ways, inks, weights, strict=True))):
            draw_arrivals(lower, one, ink, weight)
        title_above(upper, f"Daily dose, {unit}: median and 5 to 95 % of the patients")
        title_above(lower, "Seen at the goal by then, % of the patients")
        end = max(float(one.days[-1]) for one in ways)
        for axes in (upper, lower):
            axes.set(xlim=(0.0, end), ylim=(0.0, None))
            axes.locator_params(axis="y", nbins=4)
        upper.tick_params(labelbottom=False)
        lower.set_xlabel("days of the drug", color=colour("muted"))
        marks = [Line2D([], [], color=ink, linewidth=weight) for ink, weight in zip(inks, weights, strict=True)]
        draw_key(figure, list(zip(marks, (one.name for one in ways), strict=True)), columns)
        return figure


def draw_arrivals(axes: Axes, one: Rising, ink: str, weight: float) -> None:
    """How many have come to the goal, as steps from nobody on."""
    share = 100.0 * np.arange(len(one.arrived) + 1) / one.patients
    days = np.concatenate(([0.0], one.arrived, [one.days[-1]]))
    axes.step(days, np.append(share, share[-1]), where="post", color=ink, linewidth=weight)
