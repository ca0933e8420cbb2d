"""Ways to go on after an interruption, side by side over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .side_by_side import dashes_of
from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
KEY_LINE = 0.19  # inches of a line of the key


def ways_figure(curves: Mapping[str, tuple[Array, Array]], now: float, width: float) -> Figure:
    """Percent of patients at mild withdrawal or worse: hours and values (t,) of each way; `now` [h] is marked."""
    from matplotlib.figure import Figure

    with theme():
        is_wide = width > 5
        height = 0.5 * width if is_wide else 0.7 * width + KEY_LINE * len(curves)
        floor = 0.62 / height if is_wide else (0.7 + KEY_LINE * len(curves)) / height
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes(
            (0.62 / width, floor, 1.0 - (3.1 if is_wide else 0.8) / width, 1 - floor - 0.35 / height)
        )
        for place, ((name, (time, share)), ink) in enumerate(zip(curves.items(), SERIES, strict=False)):
            axes.plot(time, share, color=colour(ink), linestyle=dashes_of(place), label=name)
        axes.axvline(now, color=colour("ink"), linewidth=0.8)
        axes.annotate("now", (now, 0.0), (3, 4), textcoords="offset points", fontsize=FONT)
        key: Any = {"frameon": False, "fontsize": FONT, "handlelength": 2.4}
        if is_wide:
            axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), **key)
        else:
            figure.legend(loc="lower left", **key)
        axes.set(xlim=(0.0, max(float(time[-1]) for time, _ in curves.values())), ylim=(0.0, None), xlabel="hours off")
        whose = "virtual patients" if is_wide else "patients"
        axes.set_title(f"At mild withdrawal or worse, % of {whose}", loc="left", fontsize=FONT)
        return figure
