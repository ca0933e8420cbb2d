"""Concentration along the canal beside a plain drawing of the spine, from the foramen magnum down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .display import display, readable
from .draw import spread_out
from .style import FONT, SERIES, colour, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch

Array = NDArray[np.float64]
LANDMARKS = ("C4", "C7", "T4", "T7", "T10", "T12", "L3", "L5")


@dataclass(frozen=True)
class Canal:
    """A canal to draw. Distances are cm below the foramen magnum.

    levels  names of the vertebrae from C1 downwards
    edges   (levels + 1,) top of each vertebra, and the end of the last
    conus   where the cord ends
    tip     where the catheter ends, or None without one
    """

    levels: tuple[str, ...]
    edges: Array
    conus: float
    tip: float | None = None

    @property
    def middles(self) -> Array:
        """Middle of each vertebra, (levels,)."""
        return (self.edges[1:] + self.edges[:-1]) / 2


@dataclass(frozen=True)
class Profile:
    """Concentration along the canal at one moment: `says` when, `median` (s,) ug/mL, `most` 90 % of patients (2, s)."""

    says: str
    median: Array
    most: Array | None = None


def canal_figure(canal: Canal, distance: Array, profiles: Sequence[Profile], width: float = 7.4) -> Figure:
    """The spine on the left, the profiles on the right, both by the same scale of depth; distance (s,) cm."""
    from matplotlib.figure import Figure

    height = 5.4
    with theme():
        figure = Figure(figsize=(width, height))
        room = 1.35 if width > 5 else 0.75
        base, tall = 0.55 / height, 1 - 0.95 / height
        bones = figure.add_axes((0.02, base, room / width, tall))
        curves = figure.add_axes(((room + 0.5) / width, base, 1 - (room + 1.45) / width, tall))
        draw_spine(bones, canal)
        draw_profiles(curves, canal, distance, profiles)
        return figure


def draw_spine(axes: Axes, canal: Canal) -> None:
    """Vertebral bodies, the sac with its cord, and the catheter; the vertical axis is depth in cm."""
    from matplotlib.patches import FancyBboxPatch

    for top, bottom in zip(canal.edges[:-1], canal.edges[1:], strict=True):
        tall = bottom - top
        size = 0.75 + 0.5 * top / canal.edges[-1]
        body = FancyBboxPatch(
            (-1.5 - size, top + 0.12 * tall), size, 0.76 * tall, boxstyle="round,pad=0,rounding_size=0.25",
            facecolor=colour("shade"), edgecolor=colour("muted"), linewidth=0.7,
        )  # fmt: skip
        axes.add_patch(body)
    end = canal.edges[-1]
    axes.add_patch(_tube(0.62, end, colour("sky"), 0.16))
    axes.add_patch(_tube(0.3, canal.conus, colour("ochre"), 0.55))
    if canal.tip is not None:
        axes.plot([1.9, 0.48, 0.48], [min(canal.tip + 9, end - 3), min(canal.tip + 7, end - 4), canal.tip],
                  color=colour("ink"), linewidth=1.2)  # fmt: skip
        axes.plot([0.48], [canal.tip], "o", color=colour("alarm"), markersize=4)
    axes.set_xlim(-3, 2)
    axes.set_ylim(end + 1, -1.0)
    axes.set_axis_off()


def _tube(half: float, end: float, fill: str, alpha: float) -> PathPatch:
    """A tapering shape from depth 0 to `end`, closed by a curve."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    taper = min(4.0, end / 4)
    corners = [(-half, 0), (-half, end - taper), (-half, end), (half, end), (half, end - taper), (half, 0), (-half, 0)]
    codes = [Path.MOVETO, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.CLOSEPOLY]
    return PathPatch(Path(corners, codes), facecolor=fill, alpha=alpha, linewidth=0)


def draw_profiles(axes: Axes, canal: Canal, distance: Array, profiles: Sequence[Profile]) -> None:
    """Concentration (logarithmic) against depth, one line for each moment, named at its lower end."""
    from matplotlib.ticker import LogLocator, NullLocator

    scale = display("ug/mL", "concentration")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(lambda value, _: readable(value))
    axes.xaxis.set_minor_locator(NullLocator())
    for profile, ink in zip(profiles, SERIES, strict=False):
        if profile.most is not None:
            axes.fill_betweenx(distance, *(profile.most * scale.factor), color=colour(ink), alpha=0.14, linewidth=0)
        axes.plot(profile.median * scale.factor, distance, color=colour(ink))
    peak = max(float(p.median.max()) for p in profiles) * scale.factor
    least = min(float(np.min(p.median[p.median > 0], initial=np.inf)) for p in profiles) * scale.factor
    axes.set_xlim(max(least / 2, peak / 1e4), peak * 2.5)
    _depth_axis(axes, canal)
    axes.set_xlabel(f"Baclofen in spinal fluid, {scale.unit} (logarithmic)", fontweight="bold")
    _name_profiles(axes, profiles, distance)


def _depth_axis(axes: Axes, canal: Canal) -> None:
    axes.set_ylim(canal.edges[-1] + 1, -1.0)
    shown = [i for i, name in enumerate(canal.levels) if _is_landmark(name, canal.levels)]
    axes.set_yticks(canal.middles[shown], labels=[canal.levels[i] for i in shown])
    axes.set_ylabel("vertebra", rotation=0, ha="right", va="bottom", color=colour("muted"))
    axes.yaxis.set_label_coords(-0.015, 1.0)
    axes.grid(True, axis="x")
    if canal.tip is not None:
        axes.axhline(canal.tip, color=colour("alarm"), linewidth=0.8, dashes=(2, 2))
        axes.text(
            1.0, canal.tip, " catheter tip", transform=axes.get_yaxis_transform(), va="center",
            fontsize=FONT - 0.6, color=colour("alarm"),
        )  # fmt: skip


def _is_landmark(name: str, levels: Sequence[str]) -> bool:
    """The first and last vertebra, and a few between that people orient themselves by."""
    return name in (levels[0], levels[-1], *LANDMARKS)


def _name_profiles(axes: Axes, profiles: Sequence[Profile], distance: Array) -> None:
    deep = float(distance[-1])
    row = 2.2  # cm between names
    places = spread_out([3.0 + row * i for i in range(len(profiles))], row, high=deep)
    for place, profile, ink in zip(places, profiles, SERIES, strict=False):
        axes.text(
            1.02, place, profile.says, transform=axes.get_yaxis_transform(), color=colour(ink), va="center",
            fontsize=FONT, fontweight="bold", parse_math=False,
        )  # fmt: skip
