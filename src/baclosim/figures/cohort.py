"""Figures of a cohort: bands of arms over time, a visual predictive check, and who has had an event by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .display import TimeScale, readable, time_scale
from .draw import draw_key, draw_time_axis, title_above
from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
PANEL, GAP, TOP, BOTTOM, LEFT, RIGHT = 1.35, 0.45, 0.62, 0.5, 0.5, 0.12  # inches
TINT = 0.14


@dataclass(frozen=True)
class ArmBands:
    """One quantity over time in every arm, in the unit shown: arm -> (3, t), low, median and high of the patients."""

    title: str
    arms: Mapping[str, Array]
    limits: tuple[float, float]


@dataclass(frozen=True)
class Events:
    """Who has had an event by when, of one arm: steps of the share without it, and how many are still watched.

    time (k,) h, rising from 0;  free (k,) share without the event from that time on;  low, high (k,) 95 % interval
    watched  patients at risk at the hours asked for
    """

    time: Array
    free: Array
    low: Array
    high: Array
    watched: Sequence[int]


def bands_figure(time: Array, panels: Sequence[ArmBands], words: str, width: float = 7.4) -> Figure:
    """Panels one below the other: the median of each arm as a line, 90 % of its patients as a tint.

    time  (t,) h;  words  what the lines are, such as "median and 90 % of patients"
    """
    from matplotlib.figure import Figure

    height = len(panels) * (PANEL + GAP) - GAP + TOP + BOTTOM
    scale = time_scale(0.0, float(time[-1]))
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, _arm_marks(list(panels[0].arms), words))
        for row, panel in enumerate(panels):
            floor = height - TOP - PANEL - row * (PANEL + GAP)
            inner = (LEFT / width, floor / height, 1 - (LEFT + RIGHT) / width, PANEL / height)
            _draw_bands(figure.add_axes(inner), time, panel, scale, is_last=row == len(panels) - 1)
        return figure


def _arm_marks(arms: Sequence[str], words: str) -> list[tuple[object, str]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[tuple[object, str]] = [(Line2D([], [], color=ink_of(i)), arm) for i, arm in enumerate(arms)]
    return [*marks, (Patch(color=colour("ink"), alpha=TINT, linewidth=0), words)] if words else marks


def ink_of(number: int) -> str:
    """The colour of an arm by its number."""
    return colour(SERIES[number % len(SERIES)])


def _draw_bands(axes: Axes, time: Array, panel: ArmBands, scale: TimeScale, *, is_last: bool) -> None:
    at = time / scale.hours
    for number, (low, median, high) in enumerate(panel.arms.values()):
        axes.fill_between(at, low, high, color=ink_of(number), alpha=TINT, linewidth=0)
        axes.plot(at, median, color=ink_of(number), zorder=2.4)
    set_limits(axes, panel.limits, max(float(np.nanmax(edges)) for edges in panel.arms.values()))
    title_above(axes, panel.title)
    draw_time_axis(axes, (0.0, float(time[-1])), scale, titled=is_last)


def set_limits(axes: Axes, limits: tuple[float, float], peak: float) -> None:
    """Limits of the value axis: scores keep their whole range."""
    low, high = limits
    is_score = bool(np.isfinite(high)) and high <= 10
    axes.set_ylim(low if np.isfinite(low) else None, high if is_score else min(high, max(peak, 1e-9) * 1.12))
    axes.locator_params(axis="y", nbins=4)


def vpc_figure(
    time: Array, band: Array, seen_time: Array, seen: Array, title: str, summary: tuple[Array, Array],
    width: float = 7.4,
) -> Figure:  # fmt: skip
    """Visual predictive check: what was seen over the percentiles that are predicted.

    time, band       (t,) h and (3, t): 5, 50 and 95 % of the simulated patients
    seen_time, seen  (m,) h and values of the observations
    summary          times (b,) of bins and (3, b), 5, 50 and 95 % of what was seen in each
    """
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    scale, height = time_scale(float(time[0]), float(time[-1])), 3.2
    blue, red = colour("blue"), colour("vermilion")
    key = [
        (Line2D([], [], color=blue), "predicted median"), (Patch(color=blue, alpha=0.2, linewidth=0), "predicted 90 %"),
        (Line2D([], [], color=red, marker="o", markersize=3), "5, 50, 95 % of what was seen"),
        (Line2D([], [], color=colour("muted"), marker="o", markersize=2.5, linestyle=""), "seen"),
    ]  # fmt: skip
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, key)
        inner = (LEFT / width, BOTTOM / height, 1 - (LEFT + RIGHT) / width, 1 - (BOTTOM + TOP) / height)
        axes = figure.add_axes(inner)
        axes.fill_between(time / scale.hours, band[0], band[2], color=blue, alpha=0.2, linewidth=0)
        axes.plot(time / scale.hours, band[1], color=blue)
        axes.plot(seen_time / scale.hours, seen, "o", color=colour("muted"), markersize=2.5, alpha=0.7)
        for row, style in zip(summary[1], (":", "-", ":"), strict=True):
            axes.plot(summary[0] / scale.hours, row, style, color=red, marker="o", markersize=3)
        title_above(axes, title)
        draw_time_axis(axes, (float(time[0]), float(time[-1])), scale)
        return figure


def events_figure(
    arms: Mapping[str, Events], hours: Sequence[float], title: str, end: float, width: float = 7.4
) -> Figure:
    """Kaplan-Meier curves: the share that has had the event, with its 95 % interval, and below it who is watched.

    hours  at which `watched` of each arm is counted;  end  of the study [h]
    """
    from matplotlib.figure import Figure

    scale, rows = time_scale(0.0, end), 0.17 * (len(arms) + 1)
    height = 2.5 + TOP + BOTTOM + rows
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, _arm_marks(list(arms), "95 % interval of the simulation"))
        inner = (LEFT / width, (BOTTOM + rows) / height, 1 - (LEFT + 0.35) / width, 2.5 / height)
        axes = figure.add_axes(inner)
        for number, events in enumerate(arms.values()):
            at = np.append(events.time, end) / scale.hours
            had, low, high = (100.0 * (1.0 - np.append(x, x[-1])) for x in (events.free, events.high, events.low))
            axes.step(at, had, where="post", color=ink_of(number))
            axes.fill_between(at, low, high, step="post", color=ink_of(number), alpha=TINT, linewidth=0)
        axes.set_ylim(0.0, _ceiling(arms))
        title_above(axes, title)
        draw_time_axis(axes, (0.0, end), scale)
        _write_watched(axes, arms, [hour / scale.hours for hour in hours])
        return figure


def _ceiling(arms: Mapping[str, Events]) -> float:
    highest = max(100.0 * (1.0 - float(events.low.min())) for events in arms.values())
    return min(100.0, max(1.0, 1.15 * highest))


def _write_watched(axes: Axes, arms: Mapping[str, Events], at: Sequence[float]) -> None:
    """How many are still watched, a line for each arm below the time axis."""
    transform = axes.get_xaxis_transform()
    inches = 2.5
    first = -0.55
    place = {"transform": transform, "fontsize": FONT - 1.2, "va": "center"}
    axes.text(0.0, first / inches, "watched and free of it", ha="left", color=colour("muted"), clip_on=False, **place)
    for number, events in enumerate(arms.values()):
        height = (first - 0.17 * (number + 1)) / inches
        for x, watched in zip(at, events.watched, strict=True):
            axes.text(x, height, readable(float(watched), 7), ha="center", color=ink_of(number), clip_on=False, **place)
