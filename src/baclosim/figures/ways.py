"""Ways to go on after an interruption, side by side over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]


def ways_figure(curves: Mapping[str, tuple[Array, Array]], now: float, width: float) -> Figure:
    """Percent of patients at mild withdrawal or worse: hours and values (t,) of each way; `now` [h] is marked."""
    from matplotlib.figure import Figure

    with theme():
        figure = Figure(figsize=(width, 0.5 * width))
        axes = figure.add_axes((0.62 / width, 0.18, 1.0 - 3.1 / width, 0.72))
        for (name, (time, share)), ink in zip(curves.items(), SERIES, strict=False):
            axes.plot(time, share, color=colour(ink), label=name)
        axes.axvline(now, color=colour("ink"), linewidth=0.8)
        axes.annotate("now", (now, 0.0), (3, 4), textcoords="offset points", fontsize=FONT)
        axes.legend(frameon=False, fontsize=FONT, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=1.2)
        axes.set(xlim=(0.0, max(float(time[-1]) for time, _ in curves.values())), ylim=(0.0, None), xlabel="hours off")
        axes.set_title("At mild withdrawal or worse, % of virtual patients", loc="left", fontsize=FONT)
        return figure
