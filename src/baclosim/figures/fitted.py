"""Observations over the course of one person: what was expected before, what is believed now, what may come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .curves import Course, bands
from .display import axis_title, display, time_scale
from .draw import draw_key, draw_time_axis, title_above
from .style import colour, colour_of, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
LEVELS = (0.05, 0.5, 0.95)
PANEL, GAP, TOP, BOTTOM = 1.15, 0.42, 0.62, 0.5  # inches
LEAST = 0.01  # a probability below this in all is not drawn, unless it was observed


@dataclass(frozen=True)
class Seen:
    """One observation to be drawn, in internal units: low and high of what it says; equal when it is known."""

    time: float
    quantity: str
    low: float
    high: float


@dataclass(frozen=True)
class FittedCourse:
    """All that the figure shows.

    before     course of people like this one, known with the data: the expectation; or None
    unchanged  course of versions of the person
    change     the same under another therapy, or None
    seen       observations
    now        h, end of the data; changed: h, when the other therapy begins
    """

    unchanged: Course
    seen: Sequence[Seen]
    now: float
    before: Course | None = None
    change: Course | None = None
    changed: float | None = None


def draw_fit(shown: FittedCourse, width: float = 7.4) -> Figure:
    """A figure `width` inches wide: one panel for each observed or felt quantity, points for what was seen."""
    from matplotlib.figure import Figure

    rows = [q for q in shown.unchanged.quantities if worth_drawing(shown, q)]
    entries = key(shown)
    across = 3 if width > 5 else 1
    top = TOP + 0.17 * max(0, -(-len(entries) // across) - 2)
    height = PANEL * len(rows) + GAP * (len(rows) - 1) + top + BOTTOM
    span = (min(0.0, *(s.time for s in shown.seen), 0.0), float(shown.unchanged.time[-1]))
    scale = time_scale(*span)
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, entries, across)
        floor = height - top
        for i, quantity in enumerate(rows):
            floor -= PANEL + (GAP if i else 0.0)
            axes = figure.add_axes((0.42 / width, floor / height, (width - 0.62) / width, PANEL / height))
            draw_quantity(axes, shown, quantity, scale.hours)
            draw_time_axis(axes, span, scale, titled=i == len(rows) - 1)
        return figure


def worth_drawing(shown: FittedCourse, quantity: Any) -> bool:
    """Whether a quantity was observed, or is more than nothing in some course."""
    if any(s.quantity == quantity.name for s in shown.seen):
        return True
    courses = [c for c in (shown.unchanged, shown.change) if c is not None]
    low = min(float(np.quantile(c[quantity.name], 0.05)) for c in courses)
    high = max(float(np.quantile(c[quantity.name], 0.95)) for c in courses)
    return high > LEAST and quantity.is_felt(low, high)


def draw_quantity(axes: Axes, shown: FittedCourse, quantity: Any, hours: float) -> None:
    """One panel."""
    name = quantity.name
    scale = display(quantity.unit, quantity.kind, float(np.max(shown.unchanged[name])))
    ink = colour_of(name, quantity.kind)
    if shown.before is not None:
        low, _, high = bands(shown.before[name], LEVELS) * scale.factor
        for edge in (low, high):
            axes.plot(shown.before.time / hours, edge, color=colour("muted"), linewidth=0.7, dashes=(3.2, 2.2))
    draw_band(axes, shown.unchanged, name, scale.factor, hours, ink, 0.0)
    if shown.change is not None and shown.changed is not None:
        draw_band(axes, shown.change, name, scale.factor, hours, colour("alarm"), shown.changed)
    axes.axvline(shown.now / hours, color=colour("muted"), linewidth=0.7)
    limits = (quantity.limits[0] * scale.factor, quantity.limits[1] * scale.factor)
    top = set_height(axes, shown, name, scale.factor, limits)
    for seen in shown.seen:
        if seen.quantity == name:
            draw_seen(axes, seen, scale.factor, hours, limits[0], top, is_level=quantity.kind == "concentration")
    title_above(axes, axis_title(quantity.label, scale.unit, limits))


def draw_band(axes: Axes, course: Course, name: str, factor: float, hours: float, ink: str, start: float) -> None:
    """Median and 90 % of the versions from a time [h] on."""
    later = course.time >= start
    low, middle, high = bands(course[name][:, later], LEVELS) * factor
    axes.fill_between(course.time[later] / hours, low, high, color=ink, alpha=0.2, linewidth=0)
    axes.plot(course.time[later] / hours, middle, color=ink, linewidth=1.2)


def set_height(axes: Axes, shown: FittedCourse, name: str, factor: float, limits: tuple[float, float]) -> float:
    """The value axis: scores and shares keep their range, the rest reaches above curves and points."""
    low, high = limits
    courses = [c for c in (shown.unchanged, shown.change) if c is not None]
    peak = max(float(np.quantile(c[name], 0.95, axis=0).max()) for c in courses) * factor
    points = [s.low * factor for s in shown.seen if s.quantity == name and np.isfinite(s.low)]
    reach = max([peak, *points]) * 1.12
    is_score = bool(np.isfinite(high)) and high <= 10
    top = high if is_score else min(high, max(reach, 1e-9))
    axes.set_ylim(low - 0.04 * (top - low), top + 0.04 * (top - low))
    axes.locator_params(axis="y", nbins=4, integer=is_score and high > 1)
    return top


def draw_seen(
    axes: Axes, seen: Seen, factor: float, hours: float, bottom: float, top: float, *, is_level: bool
) -> None:
    """A point for a known value, a bar for all readings that were possible, a wedge at a limit of quantification."""
    style: dict[str, Any] = {"color": colour("ink"), "zorder": 3}
    time = seen.time / hours
    if seen.low == seen.high:
        axes.plot([time], [seen.low * factor], marker="o", markersize=3.6, linestyle="", **style)
        return
    if is_level and not (np.isfinite(seen.low) and np.isfinite(seen.high)):
        edge, marker = (seen.high, "v") if np.isfinite(seen.high) else (seen.low, "^")
        axes.plot([time], [edge * factor], marker=marker, markersize=4.6, linestyle="", **style)
        return
    low, high = max(seen.low * factor, bottom), min(seen.high * factor, top)
    axes.plot([time, time], [low, high], linewidth=2.4, solid_capstyle="butt", alpha=0.75, **style)


def key(shown: FittedCourse) -> list[tuple[Any, str]]:
    """What lines, tints and marks mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ink = colour("ink")
    rows: list[tuple[Any, str]] = [
        (Line2D([], [], color=ink, marker="o", markersize=3.6, linestyle=""), "observed"),
        (Line2D([], [], color=ink, linewidth=2.4, alpha=0.75), "observed within this range"),
        (Patch(color=ink, alpha=0.2, linewidth=0), "this person, median and 90 %"),
    ]
    if any(np.isinf(s.low) and s.quantity.startswith(("plasma", "csf")) for s in shown.seen):
        rows.insert(2, (Line2D([], [], color=ink, marker="v", markersize=4.6, linestyle=""), "below quantification"))
    if shown.before is not None:
        line = Line2D([], [], color=colour("muted"), linewidth=0.7, dashes=(3.2, 2.2))
        rows.append((line, "90 % of people like this one"))
    if shown.change is not None:
        rows.append((Patch(color=colour("alarm"), alpha=0.3, linewidth=0), "after the change"))
    return rows
