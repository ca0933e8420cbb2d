"""The canal as a moving picture of ECharts: one bar for each vertebra, coloured by the concentration beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...figures.display import time_in_words
from ...figures.spine import Canal
from ...quantities import CANAL
from ...trajectory import Trajectory
from . import hover
from .parts import Look, Options, base_options, rounded

Array = NDArray[np.float64]

FRAMES = 60
NARROW = 520  # px
NANOGRAMS = 1000.0  # per ug, for ng/mL
COLOURS = ("#fde725", "#90d743", "#35b779", "#21918c", "#31688e", "#443983", "#440154")
"""Light to dark, even steps of lightness, readable without red or green."""


def spine_options(course: Trajectory, canal: Canal, look: Look) -> Options:
    """Frames over the run: bars as long as the concentration, coloured by it; the catheter's tip and the cord's end."""
    chosen = np.unique(np.linspace(0, len(course.time) - 1, FRAMES).round().astype(int))
    values = NANOGRAMS * np.stack([course[name][0, chosen] for name in CANAL])
    most = float(values.max()) or 1.0
    step = round_step(most / 4.0)
    steps = math.ceil(1.01 * most / step)
    fullest = int(values.sum(axis=0).argmax())
    base = base_options(look)
    base["tooltip"] |= hover.value("ng/mL")
    return {
        "baseOption": {
            **base,
            "grid": {"left": 64, "right": 230, "top": 24, "bottom": 120},
            "xAxis": concentration_axis(step, steps, look),
            "yAxis": vertebra_axis(canal, look),
            "visualMap": colours(most, look),
            "timeline": timeline([time_in_words(float(course.time[i])) for i in chosen], fullest, look),
            "series": [bars(canal, look)],
        },
        "options": [{"series": [{"data": rounded(frame).tolist()}]} for frame in values.T],
        "media": [
            {"query": {"maxWidth": NARROW}, "option": narrow(len(chosen), step * steps)},
            {"option": wide(len(chosen), step)},
        ],
    }


def round_step(least: float) -> float:
    """The next number of the form 1, 2 or 5 times a power of ten.

    >>> round_step(160.0), round_step(0.3)
    (200.0, 0.5)
    """
    size = 10.0 ** math.floor(math.log10(least))
    return size * next(round_one for round_one in (1.0, 2.0, 5.0, 10.0) if round_one * size >= least)


def wide(frames: int, step: float) -> Options:
    """What is otherwise on a wider screen; all of it is told, for a chart may have begun narrow."""
    return {
        "grid": {"left": 64, "right": 230},
        "xAxis": {"interval": step},
        "visualMap": {"show": True},
        "timeline": {"label": {"interval": max(1, frames // 5)}},
    }


def narrow(frames: int, most: float) -> Options:
    """What is otherwise on a telephone: the bars have the room, lengths say what the scale of colours would."""
    return {
        "grid": {"left": 40, "right": 104},
        "xAxis": {"interval": most / 2.0},
        "visualMap": {"show": False},
        "timeline": {"label": {"interval": max(1, frames // 2)}},
    }


def concentration_axis(step: float, steps: int, look: Look) -> Options:
    """Concentration, ng/mL, the same in all frames."""
    return {
        "type": "value",
        "min": 0,
        "max": step * steps,
        "interval": step,
        "name": "ng/mL",
        "nameTextStyle": {"color": look.ink("muted")},
        "axisLabel": {"color": look.ink("muted")},
        "splitLine": {"lineStyle": {"color": look.ink("rule")}},
    }


def vertebra_axis(canal: Canal, look: Look) -> Options:
    """Vertebrae from the neck down."""
    return {
        "type": "category",
        "inverse": True,
        "data": list(canal.levels),
        "axisLabel": {"color": look.ink("muted"), "interval": 0, "fontSize": 11},
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": look.ink("rule")}},
    }


def colours(most: float, look: Look) -> Options:
    """The scale of colours."""
    return {
        "min": 0,
        "max": most,
        "dimension": 0,
        "right": 8,
        "top": "middle",
        "textStyle": {"color": look.ink("muted")},
        "inRange": {"color": list(COLOURS if not look.dark else COLOURS[::-1])},
        "calculable": True,
        "formatter": "{value} ng/mL",
        "precision": 0,
    }


def timeline(names: list[str], first: int, look: Look) -> Options:
    """The handle of time, with a button to play; it stands at the frame `first`."""
    muted = look.ink("muted")
    return {
        "data": names,
        "currentIndex": first,
        "axisType": "category",
        "autoPlay": False,
        "playInterval": 180,
        "bottom": 8,
        "left": 20,
        "right": 20,
        "label": {"color": muted, "interval": max(1, len(names) // 5)},
        "lineStyle": {"color": look.ink("rule")},
        "itemStyle": {"color": muted},
        "progress": {"lineStyle": {"color": look.ink("blue")}, "itemStyle": {"color": look.ink("blue")}},
        "checkpointStyle": {"color": look.ink("blue"), "borderColor": look.ink("paper")},
        "controlStyle": {"color": look.ink("ink"), "borderColor": look.ink("ink"), "showPrevBtn": True},
        "emphasis": {"label": {"color": look.ink("ink")}},
    }


def bars(canal: Canal, look: Look) -> Options:
    """The bars, with lines where the cord ends and where the catheter does."""
    marks: list[dict[str, Any]] = [mark("end of the cord", canal, canal.conus, look.ink("muted"))]
    if canal.tip is not None:
        marks.append(mark("catheter tip", canal, canal.tip, look.ink("alarm")))
    return {
        "type": "bar",
        "name": "Concentration",
        "barCategoryGap": "8%",
        "markLine": {"symbol": "none", "silent": True, "data": marks},
        "data": [],
    }


def mark(name: str, canal: Canal, depth: float, colour: str) -> dict[str, Any]:
    """A line across at a depth [cm]."""
    level = int(np.clip(np.searchsorted(canal.edges, depth) - 1, 0, len(canal.levels) - 1))
    label = {"formatter": name, "color": colour, "position": "end"}
    return {"yAxis": level, "lineStyle": {"color": colour, "type": "dashed"}, "label": label}
