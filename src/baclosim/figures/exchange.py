"""Doses by mouth and by pump against each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .display import readable
from .style import FONT, colour, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
INKS = {"cord": "green", "brain": "purple"}
TICKS = tuple(step * size for size in (1.0, 10.0, 100.0, 1000.0) for step in (1.0, 2.0, 5.0))  # ug/day
HIGHEST = 300.0  # %, above which a share is cut off


def cover_figure(doses: Array, bands: Mapping[str, Array], chosen: float, width: float) -> Figure:
    """Percent of the pump's effect that tablets keep: low, middle and high (3, k) by place, at doses (k,) [mg/day]."""
    from matplotlib.figure import Figure

    with theme():
        figure = Figure(figsize=(width, 0.5 * width))
        axes = figure.add_axes((0.62 / width, 0.18, 1.0 - 1.5 / width, 0.72))
        top = min(HIGHEST, max(110.0, *(float(band.max()) for band in bands.values())))
        for place, (low, middle, high) in bands.items():
            ink = colour(INKS[place])
            axes.fill_between(doses, np.minimum(low, top), np.minimum(high, top), color=ink, alpha=0.16, linewidth=0)
            axes.plot(doses, np.minimum(middle, top), color=ink)
            axes.annotate(
                place, (doses[-1], min(middle[-1], top)), (4, 0), textcoords="offset points", color=ink, va="center"
            )
        axes.axhline(100.0, color=colour("muted"), linewidth=0.8, linestyle=":")
        axes.axvline(chosen, color=colour("ink"), linewidth=0.8)
        axes.annotate(
            "planned", (chosen, top), (-3, -2), textcoords="offset points", ha="right", va="top", fontsize=FONT
        )
        axes.set(xlim=(doses[0], doses[-1]), ylim=(0.0, top), xlabel="by mouth, mg/day")
        axes.set_title("Of the pump's effect, %", loc="left", fontsize=FONT)
        return figure


def equal_dose_figure(
    equal: Array, typical: tuple[float, float, float], marks: Mapping[str, float], width: float
) -> Figure:
    """Share of patients (n,) below each pump dose [ug/day], sorted; the typical value with its interval; marks."""
    from matplotlib.figure import Figure

    with theme():
        figure = Figure(figsize=(width, 0.5 * width))
        axes = figure.add_axes((0.62 / width, 0.18, 1.0 - 0.8 / width, 0.72))
        axes.plot(equal, 100.0 * (np.arange(len(equal)) + 0.5) / len(equal), color=colour("green"))
        own, low, high = typical
        axes.plot([low, high], [50.0, 50.0], color=colour("ink"), linewidth=1.0, linestyle="--")
        axes.plot([own], [50.0], "o", color=colour("ink"), markersize=4)
        middle = float(np.sqrt(equal[0] * max(equal[-1], *marks.values())))
        for height, (words, dose) in zip((30.0, 15.0), marks.items(), strict=False):
            axes.axvline(dose, color=colour("vermilion"), linewidth=0.9)
            side, shift = ("right", -3) if dose > middle else ("left", 3)
            axes.annotate(
                words, (dose, height), (shift, 0), textcoords="offset points", color=colour("vermilion"), ha=side,
                bbox={"facecolor": colour("paper"), "edgecolor": "none", "pad": 1.0},
            )  # fmt: skip
        axes.set_xscale("log")
        axes.set_xticks([dose for dose in TICKS if axes.get_xlim()[0] <= dose <= axes.get_xlim()[1]])
        axes.xaxis.set_major_formatter(lambda value, _: readable(value))
        axes.xaxis.set_minor_formatter(lambda value, _: "")
        axes.set(ylim=(0.0, 100.0), xlabel="by pump, ug/day")
        axes.set_title("Virtual patients below that dose, %", loc="left", fontsize=FONT)
        return figure
