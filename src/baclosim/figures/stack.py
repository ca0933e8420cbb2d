"""Panels stacked in time: the whole course, the doses below it and, beside a long course, one day in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .curves import Course, Panel, Reference, Tiers, panel, panels, window
from .display import TimeScale, time_scale
from .doses import Given, draw_per_day, draw_single, fullest_day
from .draw import draw_key, draw_panel, draw_time_axis, key_entries
from .style import FONT, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 7.4, 3.35  # inches: a page's column, a telephone
LONG = 24.0 * 5  # from here on doses are shown per day
PANEL, STRIP, GAP, BOTTOM = 1.02, 0.5, 0.42, 0.5  # inches


@dataclass(frozen=True)
class Column:
    """Panels over one stretch of time: `span` [h], the `scale` of its axis, hours subtracted as `origin`, a heading."""

    panels: tuple[Panel, ...]
    span: tuple[float, float]
    origin: float = 0.0
    heading: str = ""


@dataclass(frozen=True)
class Story:
    """All that a course figure shows; `day` holds one day in full, or nothing where the whole can be seen."""

    whole: Column
    day: Column | None = None
    doses: Given | None = None


def story(
    course: Course, names: Sequence[str] = (), known: Course | None = None,
    references: Mapping[str, Reference | Tiers] | None = None, doses: Given | None = None,
) -> Story:  # fmt: skip
    """Summarise a course for drawing; `known` are draws of the typical patient."""
    span = (float(course.time[0]), float(course.time[-1]))
    whole = panels(course, names, known, references)
    if not whole[0].is_mean:
        return Story(Column(whole, span), doses=doses)
    start, end = fullest_day(doses, *span)
    held = [[c.name for c in p.curves] for p in whole]
    flat = [name for row in held for name in row]
    day = window(course, flat, start, end)
    typical = window(known, flat, start, end) if known is not None else None
    zoomed = tuple(panel(day, r, typical, p.reference, log=p.log) for r, p in zip(held, whole, strict=True))
    heading = f"day {start / 24 + 1:.0f}, hour by hour"
    return Story(
        Column(whole, span, heading="each patient’s 24 h mean"), Column(zoomed, (start, end), start, heading), doses
    )


def parted(told: Story, most: int) -> tuple[Story, ...]:
    """The same in as few stories as hold at most so many panels each, evenly; doses stand below every one."""
    panels = len(told.whole.panels)
    count = -(-panels // most)
    cuts = [round(panels * i / count) for i in range(count + 1)]
    return tuple(
        Story(_slice(told.whole, *ends), told.day and _slice(told.day, *ends), told.doses) for ends in pairwise(cuts)
    )


def _slice(column: Column, first: int, last: int) -> Column:
    return replace(column, panels=column.panels[first:last])


def draw(told: Story, width: float = WIDE) -> Figure:
    """A figure `width` inches wide: key, panels, doses, time axis. A narrow one leaves the single day out."""
    from matplotlib.figure import Figure

    is_wide = width > 5
    columns = [c for c in (told.whole, told.day if is_wide else None) if c is not None]
    inches = [PANEL] * len(told.whole.panels) + [STRIP] * (told.doses is not None)
    key = key_entries(told.whole.panels)
    across = _across(len(key)) if is_wide else 1
    top = 0.17 * -(-len(key) // across) + 0.42 + 0.2 * bool(told.whole.heading)
    height = sum(inches) + GAP * (len(inches) - 1) + top + BOTTOM
    with theme():
        figure = Figure(figsize=(width, height))
        draw_key(figure, key, across)
        boxes = _boxes(columns, width)
        floor = height - top
        for row, tall in enumerate(inches):
            floor -= tall + (GAP if row else 0)
            cells = [figure.add_axes((x, floor / height, w, tall / height)) for x, w in boxes]
            _draw_row(cells, row, columns, told.doses, is_last=row == len(inches) - 1)
        return figure


def _across(entries: int) -> int:
    """Columns of a wide key: one line up to four entries, then rows of three."""
    return entries if entries <= 4 else 3


def _boxes(columns: Sequence[Column], width: float) -> list[tuple[float, float]]:
    """Left edge and width of each column, as shares of the figure."""
    room = 0.6 if any(len(p.curves) > 1 for p in columns[0].panels) else 0.1
    inner = width - 0.42 - room
    if len(columns) == 1:
        return [(0.42 / width, inner / width)]
    long = 0.66 * inner
    return [(0.42 / width, long / width), ((0.42 + long + 0.2) / width, (inner - long - 0.2) / width)]


def _draw_row(
    cells: Sequence[Axes], row: int, columns: Sequence[Column], doses: Given | None, *, is_last: bool
) -> None:
    scales = [_scale(column, len(columns)) for column in columns]
    for axes, column, scale in zip(cells, columns, scales, strict=True):
        _draw_cell(axes, row, column, scale, doses)
        draw_time_axis(axes, column.span, scale, column.origin, titled=is_last)
        if row == 0 and column.heading:
            axes.set_title(column.heading, loc="right", fontsize=FONT - 0.6, color=colour("muted"), pad=19)
    if len(cells) == 2:
        _join(cells[0], cells[1], columns[1], scales[0].hours, shares_values=row < len(columns[0].panels))


def _scale(column: Column, count: int) -> TimeScale:
    if column.origin or (count == 2 and column.span[1] - column.span[0] <= 24):
        return TimeScale(1.0, "hours", np.arange(0.0, 25.0, 6.0) + column.origin)
    return time_scale(*column.span, most=9 - 2 * (count == 2))


def _draw_cell(axes: Axes, row: int, column: Column, scale: TimeScale, doses: Given | None) -> None:
    if row < len(column.panels):
        draw_panel(axes, column.panels[row], scale.hours)
        return
    if doses is not None:
        if column.span[1] - column.span[0] >= LONG:
            draw_per_day(axes, doses, *column.span, scale.hours)
        else:
            draw_single(axes, doses, *column.span, scale.hours, "each dose" if column.heading else "")


def _join(long: Axes, short: Axes, day: Column, hours: float, *, shares_values: bool) -> None:
    """Let the day beside the whole course share its values' axis, and mark where it lies."""
    long.axvspan(day.span[0] / hours, day.span[1] / hours, color=colour("shade"), zorder=0, linewidth=0)
    if not shares_values:
        return
    low, high = (f(long.get_ylim()[i], short.get_ylim()[i]) for i, f in enumerate((min, max)))
    for axes in (long, short):
        axes.set_ylim(low, high)
    short.set_yticks(long.get_yticks(), labels=[])
    short.set_ylim(low, high)
    short.set_ylabel("")
    for text in list(long.texts):
        text.remove()
