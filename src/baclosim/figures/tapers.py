"""Tapers side by side: the daily dose above, the severity of withdrawal that most patients keep below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .display import time_scale
from .draw import title_above
from .side_by_side import lines_of, stacked
from .style import FONT, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """One way to taper: its name, days (t,), daily dose (t,), severity that 95 % of patients keep (t,) [%]."""

    name: str
    days: Array
    dose: Array
    severity: Array


def tapers_figure(
    ways: Sequence[Way], levels: Sequence[tuple[float, str]], unit: str = "mg", width: float = 7.4
) -> Figure:
    """The first way as a strong line, the others as fine ones.

    levels  tiers of severity [%] with their names; unit: of the daily doses
    """
    lines = lines_of([one.name for one in ways])
    with theme():
        figure, (upper, lower) = stacked(width, lines, (1.05, 1.75), columns=3)
        for one, line in reversed(list(zip(ways, lines, strict=True))):
            upper.step(one.days, one.dose, where="post", color=line.ink, linewidth=line.weight, linestyle=line.dashes)
            lower.plot(one.days, one.severity, color=line.ink, linewidth=line.weight, linestyle=line.dashes)
        title_above(upper, f"Daily dose, {unit}")
        title_above(lower, "Severity of withdrawal that 95 % of patients keep, %")
        draw_axes(upper, lower, ways, levels)
        return figure


def draw_axes(upper: Axes, lower: Axes, ways: Sequence[Way], levels: Sequence[tuple[float, str]]) -> None:
    """Limits and ticks of both panels, and the tiers as dotted lines."""
    end = max(float(one.days[-1]) for one in ways)
    scale = time_scale(0.0, 24.0 * end)
    per_day = 24.0 / scale.hours
    highest = max(float(one.severity.max()) for one in ways)
    upper.set_ylim(0.0, 1.08 * max(float(one.dose.max()) for one in ways))
    lower.set_ylim(0.0, 1.12 * max(highest, min(at for at, _ in levels)))
    for axes in (upper, lower):
        axes.set_xlim(0.0, end)
        axes.set_xticks(scale.ticks / per_day, labels=[f"{tick:g}" for tick in scale.ticks])
        axes.locator_params(axis="y", nbins=4)
    upper.tick_params(labelbottom=False)
    lower.set_xlabel(f"{scale.unit} of the plan", color=colour("muted"))
    for at, name in levels:
        if at <= lower.get_ylim()[1]:
            lower.axhline(at, color=colour("muted"), linewidth=0.6, dashes=(1, 2), zorder=0.4)
            lower.text(0.995, at, name, transform=lower.get_yaxis_transform(), ha="right", va="bottom",
                       fontsize=FONT - 1.4, color=colour("muted"))  # fmt: skip
