"""Predicted against observed, and forest plots: how well the model meets the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .display import readable
from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Pair:
    """An observation and its prediction in one unit, each with an interval or None; `group` chooses the colour."""

    label: str
    observed: float
    predicted: float
    observed_interval: tuple[float, float] | None = None
    predicted_interval: tuple[float, float] | None = None
    group: str = ""


def agreement_figure(pairs: Sequence[Pair], title: str, unit: str, *, log: bool = True, width: float = 4.6) -> Figure:
    """A square of predicted against observed with the line of identity."""
    from matplotlib.figure import Figure

    with theme():
        figure = Figure(figsize=(width, width))
        side = 1 - 1.0 / width
        axes = figure.add_axes((0.62 / width, 0.55 / width, side, side))
        draw_agreement(axes, pairs, f"{title}, {unit}" if unit else title, log=log)
        return figure


def draw_agreement(axes: Axes, pairs: Sequence[Pair], title: str, *, log: bool = True) -> None:
    """Points with both error bars, the line of identity, dotted lines at half and double; each point is numbered."""
    low, high = _range(pairs, log)
    line = np.array([low, high])
    for factor, style in ((1.0, "-"), (2.0, ":"), (0.5, ":")):
        axes.plot(line, line * factor, color=colour("muted"), linewidth=0.8, linestyle=style)
    inks = dict(zip(dict.fromkeys(p.group for p in pairs), SERIES * 3, strict=False))
    for number, pair in enumerate(pairs, 1):
        _draw_pair(axes, pair, number, colour(inks[pair.group]))
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: readable(value))
            axis.set_minor_formatter(lambda value, _: "")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.grid(True, axis="both")
    axes.set_xlabel(f"observed {title}")
    axes.set_ylabel(f"predicted {title}")
    _name_groups(axes, inks)


def _range(pairs: Sequence[Pair], log: bool) -> tuple[float, float]:
    values = [
        x for p in pairs for x in (p.observed, p.predicted, *(p.observed_interval or ()), *(p.predicted_interval or ()))
    ]
    if log:
        positive = [x for x in values if x > 0]
        return min(positive) / 1.5, max(positive) * 1.5
    return min(0.0, *values), max(values) * 1.08


def _draw_pair(axes: Axes, pair: Pair, number: int, ink: str) -> None:
    if pair.observed_interval:
        axes.hlines(pair.predicted, *pair.observed_interval, color=ink, linewidth=1, alpha=0.6)
    if pair.predicted_interval:
        axes.vlines(pair.observed, *pair.predicted_interval, color=ink, linewidth=1, alpha=0.6)
    axes.plot([pair.observed], [pair.predicted], "o", color=ink, markersize=4.5)
    axes.annotate(
        str(number), (pair.observed, pair.predicted), xytext=(4, 4), textcoords="offset points",
        fontsize=FONT - 1.5, color=colour("muted"),
    )  # fmt: skip


def _name_groups(axes: Axes, inks: Mapping[str, str]) -> None:
    for row, (group, ink) in enumerate((g, i) for g, i in inks.items() if g):
        axes.text(
            0.03, 0.96 - 0.055 * row, f"● {group}", transform=axes.transAxes, color=colour(ink), va="top",
            fontsize=FONT, parse_math=False,
        )  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """One line of a forest plot: a value with its interval; `is_summary` draws a diamond."""

    label: str
    value: float
    low: float
    high: float
    is_summary: bool = False


def forest_figure(
    estimates: Sequence[Estimate], title: str, *, reference: float | None = None, log: bool = False, width: float = 7.4
) -> Figure:
    """Estimates one below the other, with their figures in words at the right; labels stand above on a telephone."""
    from matplotlib.figure import Figure

    is_wide = width > 4
    height = (0.24 if is_wide else 0.42) * len(estimates) + 0.85
    left = min(0.45 * width, 0.35 + 0.066 * max(len(e.label) for e in estimates)) if is_wide else 0.15
    with theme():
        figure = Figure(figsize=(width, height))
        box = (left / width, 0.55 / height, 1 - (left + 1.45) / width, 1 - 0.7 / height)
        axes = figure.add_axes(box)
        draw_forest(axes, estimates, title, reference, log=log)
        if not is_wide:
            label_above(axes, estimates)
        return figure


def label_above(axes: Axes, estimates: Sequence[Estimate]) -> None:
    """The label of each line above it, where there is no room beside."""
    axes.set_yticks([])
    for row, estimate in enumerate(estimates):
        axes.text(
            0.0, row - 0.42, estimate.label, transform=axes.get_yaxis_transform(), va="center", fontsize=FONT - 0.4,
            color=colour("muted"), parse_math=False,
        )  # fmt: skip
    axes.set_ylim(len(estimates) - 0.5, -0.8)


def draw_forest(
    axes: Axes, estimates: Sequence[Estimate], title: str, reference: float | None = None, *, log: bool = False
) -> None:
    """Lines with a square, summaries with a diamond, the reference as a fine vertical line."""
    if log:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: readable(value))
    if reference is not None:
        axes.axvline(reference, color=colour("muted"), linewidth=0.8, dashes=(2, 2))
    for row, estimate in enumerate(estimates):
        ink = colour("vermilion" if estimate.is_summary else "blue")
        axes.hlines(row, estimate.low, estimate.high, color=ink, linewidth=1.3)
        axes.plot([estimate.value], [row], "D" if estimate.is_summary else "s", color=ink, markersize=5)
        words = f"{readable(estimate.value)} ({readable(estimate.low)} to {readable(estimate.high)})"
        axes.text(1.03, row, words, transform=axes.get_yaxis_transform(), va="center", fontsize=FONT - 0.4)
    axes.set_yticks(range(len(estimates)), labels=[e.label for e in estimates], parse_math=False)
    axes.set_ylim(len(estimates) - 0.5, -0.5)
    axes.grid(False)
    axes.grid(True, axis="x")
    axes.set_xlabel(title, fontweight="bold", parse_math=False)
