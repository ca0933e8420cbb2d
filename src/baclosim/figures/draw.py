"""Drawing primitives for courses: plain arrays and panels in, marks on Matplotlib axes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .curves import Curve, Panel, Reference, Tiers, own_word
from .display import TimeScale, readable
from .style import FONT, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = (3.2, 2.2)
TINT_MOST, TINT_HALF = 0.16, 0.26


def draw_panel(axes: Axes, shown: Panel, hours: float = 1.0) -> None:
    """One panel: its curves, the range to compare with, and a title that holds the unit.

    hours  hours per unit of the time axis
    """
    if shown.log:
        from matplotlib.ticker import LogLocator

        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(numticks=6))
        axes.yaxis.set_major_formatter(lambda value, _: readable(value))
    for curve in shown.curves:
        draw_curve(axes, curve, hours)
    set_values(axes, shown)
    if isinstance(shown.reference, Tiers):
        draw_tiers(axes, shown.reference)
    elif shown.reference:
        draw_reference(axes, shown.reference)
    title_above(axes, shown.title + (" (logarithmic)" if shown.log else ""))
    if len(shown.curves) > 1:
        draw_labels(axes, shown.curves)


def draw_curve(axes: Axes, curve: Curve, hours: float = 1.0) -> None:
    """Median as a line; 50 and 90 % of the patients as two tints; what is known of the typical patient as dashes."""
    time = curve.time / hours
    for band, tint in ((curve.most, TINT_MOST), (curve.half, TINT_HALF)):
        if band is not None:
            axes.fill_between(time, band[0], band[1], color=curve.colour, alpha=tint, linewidth=0)
    if curve.known is not None:
        for edge in curve.known:
            axes.plot(time, edge, color=colour("ink"), linewidth=0.8, dashes=DASHES, zorder=2.2)
    axes.plot(time, curve.median, color=curve.colour, zorder=2.4)


def set_values(axes: Axes, shown: Panel) -> None:
    """Limits and ticks of the value axis: scores keep their whole range, logarithms three decades."""
    low, high = shown.limits
    edges = (edge for c in shown.curves for edge in (c.median[None], c.most, c.known) if edge is not None)
    peak = max(float(np.max(edge[-1])) for edge in edges)
    if shown.log:
        floor = min(float(np.min(c.median[c.median > 0], initial=peak)) for c in shown.curves)
        axes.set_ylim(max(floor / 2, peak / 1e3), peak * 2)
        return
    is_score = bool(np.isfinite(high)) and high <= 10
    axes.set_ylim(low, high if is_score else min(high, max(peak, 1e-9) * 1.12))
    axes.locator_params(axis="y", nbins=4, integer=is_score and high > 1)


def draw_reference(axes: Axes, reference: Reference) -> None:
    """A range to compare with, as a pale floor; the key says what it is."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, max(top, reference.high * 1.12))
    axes.axhspan(reference.low, reference.high, facecolor=colour("shade"), linewidth=0, zorder=0.2)
    for edge in (reference.low, reference.high):
        axes.axhline(edge, color=colour("muted"), linewidth=0.6, dashes=(1, 2), zorder=0.4)


def draw_tiers(axes: Axes, tiers: Tiers) -> None:
    """A dotted line at each level, with its name at the left end; the axis reaches the first level above the curves."""
    bottom, top = axes.get_ylim()
    reached = next((at for at, _ in tiers.levels if at > top), top)
    axes.set_ylim(bottom, max(top, reached * 1.12))
    for at, name in tiers.levels:
        if at <= axes.get_ylim()[1]:
            axes.axhline(at, color=colour("muted"), linewidth=0.6, dashes=(1, 2), zorder=0.4)
            place = {"ha": "left", "va": "bottom", "fontsize": FONT - 1.4, "color": colour("muted")}
            axes.text(0.004, at, name, transform=axes.get_yaxis_transform(), **place)


def title_above(axes: Axes, text: str) -> None:
    """The label of the value axis, upright above its left end."""
    axes.set_ylabel(text, rotation=0, ha="left", va="bottom", fontweight="bold", parse_math=False)
    axes.yaxis.set_label_coords(0.0, 1.0, axes.transAxes + _points(axes, 4.0))


def _points(axes: Axes, up: float) -> Any:
    from matplotlib.transforms import ScaledTranslation

    figure = axes.get_figure()
    assert figure is not None
    return ScaledTranslation(0, up / 72, figure.dpi_scale_trans)


def draw_labels(axes: Axes, curves: Sequence[Curve]) -> None:
    """The name of each curve in the right margin, level with it where the curves lie farthest apart."""
    order = sorted(curves, key=lambda c: float(np.mean(c.median)))
    at = _where_apart(order)
    to_axes = axes.transData + axes.transAxes.inverted()
    heights = [float(to_axes.transform((0, max(float(c.median[at]), 1e-12)))[1]) for c in order]
    words = own_word([curve.label for curve in order])
    for place, curve, word in zip(spread_out(heights, 0.17), order, words, strict=True):
        axes.text(1.015, place, word, transform=axes.transAxes, color=curve.colour, va="center", fontsize=FONT - 0.4)


def _where_apart(order: Sequence[Curve]) -> int:
    """The last time at which neighbours, on a linear axis, lie nearly as far apart as they ever do."""
    gaps = np.min(np.diff([c.median for c in order], axis=0), axis=0)
    return int(np.flatnonzero(gaps >= 0.9 * gaps.max())[-1])


def spread_out(places: Sequence[float], least: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """Ascending places, moved so that neighbours are `least` apart and all lie from `low` to `high` if they fit.

    >>> spread_out([0.5, 0.5], 0.2), spread_out([0.95, 1.0], 0.2)
    ([0.5, 0.7], [0.8, 1.0])
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least if moved else low))
    limit = high
    for i in reversed(range(len(moved))):
        moved[i] = round(min(moved[i], limit), 9)
        limit = moved[i] - least
    return moved


def draw_time_axis(
    axes: Axes, span: tuple[float, float], scale: TimeScale, origin: float = 0.0, *, titled: bool = True
) -> None:
    """Limits of the time axis; ticks and words only at the bottom of a stack. Tick words count from `origin` [h]."""
    axes.set_xlim(span[0] / scale.hours, span[1] / scale.hours)
    if not titled:
        axes.set_xticks([])
        return
    axes.set_xticks(scale.ticks, labels=[f"{tick - origin / scale.hours:g}" for tick in scale.ticks])
    axes.set_xlabel("hours of that day" if origin else scale.title, color=colour("muted"))


def key_entries(shown: Sequence[Panel]) -> list[tuple[Any, str]]:
    """What lines and tints mean, for whatever the panels hold: marks and words."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ink = colour("ink")
    curves = [c for p in shown for c in p.curves]
    has_spread = any(c.most is not None for c in curves)
    rows: list[tuple[Any, str]] = [(Line2D([], [], color=ink), "median patient" if has_spread else "the patient")]
    if any(c.half is not None for c in curves):
        rows.append((Patch(color=ink, alpha=TINT_MOST + TINT_HALF, linewidth=0), "middle 50 % of patients"))
    if has_spread:
        rows.append((Patch(color=ink, alpha=TINT_MOST, linewidth=0), "90 % of patients"))
    if any(c.known is not None for c in curves):
        dashed = Line2D([], [], color=ink, linewidth=0.8, dashes=DASHES)
        rows.append((dashed, "typical patient, 95 % uncertainty"))
    for reference in dict.fromkeys(p.reference for p in shown if isinstance(p.reference, Reference)):
        patch = Patch(facecolor=colour("shade"), edgecolor=colour("muted"), linewidth=0.5, linestyle=":")
        rows.append((patch, reference.label))
    return rows


def draw_key(figure: Figure, entries: Sequence[tuple[Any, str]], columns: int = 4, mark: float = 1.5) -> None:
    """The key above the panels, in so many columns; a mark is so many letters wide, more where broken lines differ."""
    marks, words = zip(*entries, strict=True)
    figure.legend(
        marks, words, loc="upper left", ncols=columns, frameon=False,
        bbox_to_anchor=(0.3 / figure.get_figwidth(), 1.0), fontsize=FONT - 0.8, handlelength=mark, handleheight=0.8,
        columnspacing=1.5, handletextpad=0.6, labelcolor=colour("muted"), borderaxespad=0.1, labelspacing=0.35,
    )  # fmt: skip
