"""Figures of a cohort: bands of arms over time, a visual predictive check, and who has had an event by when.

Arms differ by how their lines are broken as well as by colour, and every word has its place on a telephone too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .display import TimeScale, readable, time_scale
from .draw import draw_key, draw_time_axis, title_above
from .side_by_side import dashes_of
from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
Marks = list[tuple[Any, str]]
PANEL, GAP, BOTTOM, LEFT, RIGHT = 1.12, 0.2, 0.46, 0.5, 0.14  # inches
KEY_LINE, TITLE_LINE, ROW = 0.17, 0.15, 0.17  # inches: of the key, of a title, of those at risk
CHARACTER = 0.066  # inches, a letter of a bold title
TINT = 0.12
MARK = 2.9  # letters: a mark of the key that shows how its line is broken


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


def bands_figure(
    time: Array, panels: Sequence[ArmBands], words: str, width: float = 7.4, end: float | None = None
) -> Figure:
    """Panels one below the other: the median of each arm as a line, 90 % of its patients as a tint.

    time   (t,) h;  end  of the time axis [h], the last time when left out
    words  what the lines are, such as "median and 90 % of patients"
    """
    from matplotlib.figure import Figure

    marks = arm_marks(list(panels[0].arms), words)
    titles = [wrapped(panel.title, width - LEFT - RIGHT) for panel in panels]
    tops = [TITLE_LINE * (title.count("\n") + 1) + 0.08 for title in titles]
    key = key_height(marks, width)
    height = key + sum(tops) + len(panels) * PANEL + (len(panels) - 1) * GAP + BOTTOM
    span = (0.0, float(time[-1]) if end is None else end)
    scale = time_scale(*span, most=9 if width > 5 else 6)
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, marks, across(marks, width), MARK)
        floor = height - key
        for row, (panel, title) in enumerate(zip(panels, titles, strict=True)):
            floor -= tops[row] + PANEL + (GAP if row else 0.0)
            inner = (LEFT / width, floor / height, 1 - (LEFT + RIGHT) / width, PANEL / height)
            axes = figure.add_axes(inner)
            _draw_bands(axes, time / scale.hours, panel)
            title_above(axes, title)
            draw_time_axis(axes, span, scale, titled=row == len(panels) - 1)
        return figure


def arm_marks(arms: Sequence[str], words: str) -> Marks:
    """What the lines of the arms look like, and what the tint is, for a key."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: Marks = [(Line2D([], [], color=ink_of(i), linestyle=dashes_of(i)), arm) for i, arm in enumerate(arms)]
    return [*marks, (Patch(color=colour("ink"), alpha=TINT + 0.06, linewidth=0), words)] if words else marks


def across(marks: Marks, width: float) -> int:
    """Columns of a key: four, in a narrow figure as many as its longest words leave room for."""
    longest = max(len(words) for _, words in marks)
    room = 4 if width > 5 else max(1, int((width - 0.3) / (0.45 + 0.062 * longest)))
    return min(room, len(marks))


def key_height(marks: Marks, width: float) -> float:
    """Inches that a key takes, with a gap below it."""
    return KEY_LINE * -(-len(marks) // across(marks, width)) + 0.16


def wrapped(title: str, room: float) -> str:
    """A title in as many lines as it needs where there is so much room [inches]."""
    return textwrap.fill(title, max(20, int(room / CHARACTER)))


def ink_of(number: int) -> str:
    """The colour of an arm by its number."""
    return colour(SERIES[number % len(SERIES)])


def _draw_bands(axes: Axes, at: Array, panel: ArmBands) -> None:
    """Tints below, their edges broken as the lines are, and the medians above all of them."""
    for number, (low, median, high) in enumerate(panel.arms.values()):
        line: Any = {"color": ink_of(number), "linestyle": dashes_of(number)}
        axes.fill_between(at, low, high, color=ink_of(number), alpha=TINT, linewidth=0)
        for edge in (low, high):
            axes.plot(at, edge, linewidth=0.5, alpha=0.8, zorder=2.2, **line)
        axes.plot(at, median, zorder=2.4, **line)
    set_limits(axes, panel.limits, max(float(np.nanmax(edges)) for edges in panel.arms.values()))


def set_limits(axes: Axes, limits: tuple[float, float], peak: float) -> None:
    """Limits of the value axis: scores keep their whole range."""
    low, high = limits
    is_score = bool(np.isfinite(high)) and high <= 10
    axes.set_ylim(low if np.isfinite(low) else None, high if is_score else min(high, max(peak, 1e-9) * 1.12))
    axes.locator_params(axis="y", nbins=4, integer=is_score and high > 1)


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

    blue, red = colour("blue"), colour("vermilion")
    key: Marks = [
        (Line2D([], [], color=blue), "predicted median"), (Patch(color=blue, alpha=0.2, linewidth=0), "predicted 90 %"),
        (Line2D([], [], color=red, marker="o", markersize=3, linestyle=":"), "5, 50, 95 % of what was seen"),
        (Line2D([], [], color=colour("muted"), marker="o", markersize=2.5, linestyle=""), "seen"),
    ]  # fmt: skip
    said = wrapped(title, width - LEFT - RIGHT)
    top = key_height(key, width) + TITLE_LINE * (said.count("\n") + 1) + 0.08
    scale, height = time_scale(float(time[0]), float(time[-1]), most=9 if width > 5 else 6), 2.1 + top + BOTTOM
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, key, across(key, width))
        inner = (LEFT / width, BOTTOM / height, 1 - (LEFT + RIGHT) / width, 2.1 / height)
        axes = figure.add_axes(inner)
        axes.fill_between(time / scale.hours, band[0], band[2], color=blue, alpha=0.2, linewidth=0)
        axes.plot(time / scale.hours, band[1], color=blue)
        axes.plot(seen_time / scale.hours, seen, "o", color=colour("muted"), markersize=2.5, alpha=0.7)
        for row, style in zip(summary[1], (":", "-", ":"), strict=True):
            axes.plot(summary[0] / scale.hours, row, style, color=red, marker="o", markersize=3)
        axes.set_ylim(0.0 if min(band.min(), seen.min()) >= 0.0 else None, None)
        title_above(axes, said)
        draw_time_axis(axes, (float(time[0]), float(time[-1])), scale)
        return figure


def events_figure(
    arms: Mapping[str, Events], hours: Sequence[float], title: str, end: float, width: float = 7.4
) -> Figure:
    """Kaplan-Meier curves: the share that has had the event, with its 95 % interval, and below it who is at risk.

    hours  at which `watched` of each arm is counted;  end  of the study [h]
    """
    from matplotlib.figure import Figure

    is_wide = width > 5
    scale = time_scale(0.0, end, most=9 if is_wide else 6)
    left = min(1.9, max(LEFT, 0.3 + 0.06 * max(map(len, arms)))) if is_wide else LEFT
    marks, said = arm_marks(list(arms), "95 % interval of the simulation"), wrapped(title, width - left - 0.3)
    top = key_height(marks, width) + TITLE_LINE * (said.count("\n") + 1) + 0.08
    rows = ROW * (len(arms) * (1 if is_wide else 2) + 1) + 0.08
    height = PLOT + top + BOTTOM + rows
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, marks, across(marks, width), MARK)
        inner = (left / width, (BOTTOM + rows) / height, 1 - (left + 0.3) / width, PLOT / height)
        axes = figure.add_axes(inner)
        for number, events in enumerate(arms.values()):
            _draw_events(axes, events, number, end, scale)
        axes.set_ylim(0.0, _ceiling(arms))
        axes.locator_params(axis="y", nbins=6)
        title_above(axes, said)
        draw_time_axis(axes, (0.0, end), scale)
        _write_at_risk(axes, arms, [hour / scale.hours for hour in hours], is_wide=is_wide)
        return figure


PLOT = 1.8  # inches, of the curves of events


def at_risk_hours(end: float, width: float = 7.4) -> list[float]:
    """The hours at which those at risk are counted: below the ticks of the time axis."""
    scale = time_scale(0.0, end, most=9 if width > 5 else 6)
    return [float(tick) * scale.hours for tick in scale.ticks]


def _draw_events(axes: Axes, events: Events, number: int, end: float, scale: TimeScale) -> None:
    """The steps of an arm with their interval."""
    at = np.append(events.time, end) / scale.hours
    had, low, high = (100.0 * (1.0 - np.append(x, x[-1])) for x in (events.free, events.high, events.low))
    axes.fill_between(at, low, high, step="post", color=ink_of(number), alpha=TINT + 0.06, linewidth=0)
    axes.step(at, had, where="post", color=ink_of(number), linestyle=dashes_of(number))


def _ceiling(arms: Mapping[str, Events]) -> float:
    highest = max(100.0 * (1.0 - float(events.low.min())) for events in arms.values())
    return min(100.0, max(1.0, 1.15 * highest))


def _write_at_risk(axes: Axes, arms: Mapping[str, Events], at: Sequence[float], *, is_wide: bool) -> None:
    """How many are at risk below the time axis: the arm beside its numbers, or above them where there is no room."""
    place: Any = {"transform": axes.get_xaxis_transform(), "fontsize": FONT - 1.2, "va": "center", "clip_on": False}
    row = iter(np.arange(0.56, 9.0, ROW) / -PLOT)
    left = {"ha": "right", "x": -0.03} if is_wide else {"ha": "left", "x": 0.0}
    named: Any = {**place, "transform": axes.transAxes, "parse_math": False, "ha": left["ha"]}
    axes.text(left["x"], next(row), "at risk", color=colour("muted"), **named)
    for number, (arm, events) in enumerate(arms.items()):
        height = next(row)
        axes.text(left["x"], height, arm, color=ink_of(number), **named)
        height = height if is_wide else next(row)
        for x, watched in zip(at, events.watched, strict=True):
            axes.text(x, height, readable(float(watched), 7), ha="center", color=ink_of(number), **place)
