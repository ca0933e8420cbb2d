"""A closed loop as a chart: the dose that ran, the tone and the drowsiness that followed, below each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...figures.curves import daily_mean
from ...figures.display import time_scale
from ...figures.style import SERIES
from ...trajectory import Trajectory
from ..work.looping import LoopDone, steps
from . import hover
from .parts import BOTTOM, GAP, HEIGHT, TOP, Look, Options, base_options, points, time_axis

Array = NDArray[np.float64]
POINTS = 160
PANELS = (("Dose", "ug/day"), ("Ashworth score", ""), ("Probability of drowsiness", "%"))
TALL = 56  # px above the first panel, where the legend stands


def loop_options(done: LoopDone, look: Look) -> Options:
    """Three panels that share their time, a colour for each way to steer; tone and drowsiness as 24 h means."""
    end = max(float(episode.course.time[-1]) for episode in done.episodes.values())
    scale = time_scale(0.0, end)
    options: Options = base_options(look) | {"grid": [], "xAxis": [], "yAxis": [], "title": [], "series": []}
    for place, (title, unit) in enumerate(PANELS):
        top = TALL + TOP + place * (HEIGHT + GAP)
        options["grid"].append({"left": 62, "right": 22, "top": top, "height": HEIGHT})
        options["title"].append(heading(title, unit, top, look))
        options["xAxis"].append(time_axis(scale, end, place, look, is_last=place == len(PANELS) - 1))
        options["yAxis"].append(value_axis(place, look, starts_at_1=not unit))
    lines = []
    for number, (name, episode) in enumerate(done.episodes.items()):
        ink = look.ink(SERIES[number])
        at = np.linspace(0.0, float(episode.course.time[-1]), POINTS)
        shown = (steps(episode, done.interval), mean(episode.course, "ashworth", at, 1.0),
                 mean(episode.course, "drowsiness", at, 100.0))  # fmt: skip
        for place, (time, values) in enumerate(shown):
            options["series"].append(series(name, place, points(time / scale.hours, values), ink, is_first=not number))
            lines.append(hover.line(name, PANELS[place][0], PANELS[place][1]))
    options["series"][1]["markLine"] = aim(done.target, look)
    options["legend"] = {"show": True, "top": 4, "textStyle": {"color": look.ink("ink")}}
    options["axisPointer"]["link"] = [{"xAxisIndex": "all"}]
    options["tooltip"] |= hover.course(scale.unit, lines)
    return options


def loop_height() -> int:
    """Height of the chart in px."""
    return TALL + TOP + len(PANELS) * (HEIGHT + GAP) - GAP + BOTTOM


def mean(course: Trajectory, name: str, at: Array, factor: float) -> tuple[Array, Array]:
    """The 24 h mean of a quantity at times [h]."""
    return at, factor * daily_mean(course.time, course[name], at)[0]


def series(name: str, place: int, data: Sequence[Sequence[float]], ink: str, *, is_first: bool) -> Options:
    """One way to steer in one panel; a dose holds until the next. The first is dashed above the others."""
    return {
        "type": "line",
        "name": name,
        "data": data,
        "xAxisIndex": place,
        "yAxisIndex": place,
        "step": "end" if place == 0 else False,
        "showSymbol": False,
        "z": 4 if is_first else 3,
        "lineStyle": {"width": 2, "color": ink, "type": "dashed" if is_first else "solid"},
        "itemStyle": {"color": ink},
    }


def heading(title: str, unit: str, top: int, look: Look) -> Options:
    """What stands above a panel."""
    text = f"{title}, {unit}" if unit else f"{title}, 1 to 5"
    mark = "" if unit == "ug/day" else " (24 h mean)"
    return {"text": text + mark, "left": 8, "top": top - 24,
            "textStyle": {"fontSize": 12, "fontWeight": 600, "color": look.ink("ink")}}  # fmt: skip


def value_axis(place: int, look: Look, *, starts_at_1: bool) -> Options:
    """The axis of a panel."""
    ends = {"min": 1, "max": 5} if starts_at_1 else {"min": 0}
    return ends | {
        "type": "value",
        "gridIndex": place,
        "splitNumber": 3,
        "axisLabel": {"color": look.ink("muted")},
        "splitLine": {"lineStyle": {"color": look.ink("rule")}},
    }


def aim(target: float, look: Look) -> Options:
    """The score that is aimed at."""
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": look.ink("muted"), "type": "dotted"},
        "label": {"position": "insideEndTop", "color": look.ink("muted"), "formatter": "{b}"},
        "data": [{"yAxis": target, "name": "target"}],
    }
