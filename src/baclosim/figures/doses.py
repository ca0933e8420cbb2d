"""What is given, as a strip: single doses over hours, or dose per day over weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .display import display
from .draw import title_above
from .style import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Given:
    """Doses of one route: `label` for people, time (m,) h, amount (m,) ug, duration (m,) h (0: all at once).

    `share` divides the amounts: the number of patients when each has doses of their own, otherwise 1.
    """

    label: str
    time: Array
    amount: Array
    duration: Array
    share: int = 1


def per_day(given: Given, edges: Array) -> Array:
    """Dose per day [ug/day] between the edges (e,) h, shape (e-1,); a dose at an edge counts to the right."""
    total = np.zeros(len(edges))
    at_once = given.duration <= 0
    order = np.argsort(given.time[at_once], kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(given.amount[at_once][order])))
    total += sums[np.searchsorted(given.time[at_once][order], edges, side="left")]
    for start, amount, duration in zip(*(x[~at_once] for x in (given.time, given.amount, given.duration)), strict=True):
        total += amount * np.clip((edges - start) / duration, 0.0, 1.0)
    return np.diff(total) / np.diff(edges) * 24.0 / given.share


def day_edges(start: float, end: float, most: int = 400) -> Array:
    """Edges [h] of whole days from `start` to `end`, of several days each where there would be too many."""
    step = 24.0 * max(1, round((end - start) / 24.0 / most))
    edges = np.arange(start, end, step)
    return np.append(edges, end) if end - edges[-1] > 1e-9 else edges


def fullest_day(given: Given | None, start: float, end: float) -> tuple[float, float]:
    """The last whole day [h] on which most is given; the last day of the course when nothing is known of doses."""
    days = int((end - start) // 24)
    last = (end - 24.0, end)
    if given is None or days < 1 or not len(given.time):
        return last
    rate = per_day(given, start + 24.0 * np.arange(days + 1, dtype=float))
    day = int(np.flatnonzero(rate >= rate.max() * (1 - 1e-6))[-1])
    return (start + 24.0 * day, start + 24.0 * (day + 1))


def draw_per_day(axes: Axes, given: Given, start: float, end: float, hours: float) -> None:
    """Dose per day as steps; the horizontal axis counts units of `hours` hours."""
    edges = day_edges(start, end)
    rate = per_day(given, edges)
    shown = display("ug", "amount", float(rate.max(initial=0.0)))
    axes.stairs(rate * shown.factor, edges / hours, fill=True, color=colour("ink"), alpha=0.18, linewidth=0)
    axes.stairs(rate * shown.factor, edges / hours, baseline=None, color=colour("ink"), linewidth=1.1)
    axes.set_ylim(0, max(rate.max(initial=0.0) * shown.factor, 1e-9) * 1.2)
    axes.locator_params(axis="y", nbins=2)
    title_above(axes, f"{given.label}, {shown.unit}/day")


def draw_single(axes: Axes, given: Given, start: float, end: float, hours: float, title: str = "") -> None:
    """Each dose as a stem at its time, infusions as bars over theirs; heights are amounts."""
    inside = (given.time < end) & (given.time + given.duration >= start)
    amount = given.amount[inside]
    shown = display("ug", "amount", float(amount.max(initial=0.0)))
    time, height, long = given.time[inside] / hours, amount * shown.factor, given.duration[inside] / hours
    once = long <= 0
    axes.vlines(time[once], 0, height[once], color=colour("ink"), linewidth=1.4)
    axes.plot(time[once], height[once], "o", markersize=2.6, color=colour("ink"), linewidth=0)
    axes.bar(time[~once], height[~once], width=long[~once], align="edge", color=colour("ink"), alpha=0.25, linewidth=0)
    axes.set_ylim(0, max(height.max(initial=0.0), 1e-9) * 1.35)
    axes.locator_params(axis="y", nbins=2)
    title_above(axes, f"{title or given.label}, {shown.unit}")
