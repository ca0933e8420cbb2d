"""Curves as options of ECharts: the panels of the reports, stacked in one chart whose panels share their time axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from ...figures.curves import Course, Curve, Panel, Tiers, panels
from ...figures.display import TimeScale, time_scale
from ...figures.style import SERIES
from ...parameters import typical
from ...scenario import Scenario
from . import hover
from .parts import BOTTOM, GAP, HEIGHT, TOP, Array, Look, Options, base_options, rounded, time_axis

TIERS = ("mild", "moderate", "severe")


class Drawn(Protocol):
    """What curves are drawn of: an outcome, or a preview of it."""

    @property
    def scenario(self) -> Scenario:
        """What is simulated."""
        ...

    @property
    def patients(self) -> Course:
        """How patients differ."""
        ...

    @property
    def uncertainty(self) -> Course | None:
        """How uncertain the typical patient is, where that is known."""
        ...


def course_options(outcomes: Sequence[Drawn], labels: Sequence[str], look: Look) -> Options:
    """One or several therapies as one chart: panels of the same quantities below each other, linked in time.

    All numbers stand under "dataset", the rest is how they are drawn: while a dose is dragged mostly they alone change.
    """
    rows = list(alike_panels(outcomes))
    end = max(o.scenario.duration for o in outcomes)
    scale = time_scale(0.0, end)
    options: Options = base_options(look) | {"grid": [], "xAxis": [], "yAxis": [], "series": [], "title": []}
    numbers = Numbers()
    for place, row in enumerate(rows):
        shown = next(panel for panel in row if panel is not None)
        options["grid"].append(
            {"left": 62, "right": 22, "top": TOP + place * (HEIGHT + GAP), "height": HEIGHT, "containLabel": False}
        )
        options["title"].append(panel_title(shown, place, look))
        options["xAxis"].append(time_axis(scale, end, place, look, is_last=place == len(rows) - 1))
        options["yAxis"].append(value_axis(shown, place, look))
        for number, panel in enumerate(row):
            if panel is not None:
                colour = look.ink(SERIES[number]) if len(outcomes) > 1 else None
                name = labels[number] if len(outcomes) > 1 else ""
                options["series"] += panel_series(panel, place, scale, look, name, colour, numbers)
    options["dataZoom"] = [{"type": "inside", "xAxisIndex": list(range(len(rows))), "filterMode": "none"}]
    options["axisPointer"]["link"] = [{"xAxisIndex": "all"}]
    options["dataset"] = numbers.sets()
    options["tooltip"] |= hover.course(scale.unit, [series.pop("told", None) for series in options["series"]])
    return options


class Numbers:
    """The numbers of a chart, gathered while its lines are listed: one set for each row of times, a line a row."""

    def __init__(self) -> None:
        self._rows: dict[bytes, list[Array]] = {}

    def line(self, time: Array, values: Array) -> Options:
        """How a line finds its values (t,) at these times (t,)."""
        rows = self._rows.setdefault(time.tobytes(), [time])
        rows.append(values)
        at = list(self._rows).index(time.tobytes())
        return {"datasetIndex": at, "seriesLayoutBy": "row", "encode": {"x": 0, "y": len(rows) - 1}}

    def sets(self) -> list[Options]:
        """All sets; each a table (1 + lines, t) with few digits."""
        return [
            {"source": rounded(np.stack(rows)).astype(np.float32), "sourceHeader": False}
            for rows in self._rows.values()
        ]


def chart_height(options: Options) -> int:
    """Height of a chart in px."""
    return TOP + len(options["grid"]) * (HEIGHT + GAP) - GAP + BOTTOM


def alike_panels(outcomes: Sequence[Drawn]) -> Iterator[tuple[Panel | None, ...]]:
    """Rows of panels, one panel for each outcome or None; several therapies are compared quantity by quantity."""
    references = {"withdrawal": tiers()}
    found = [panels(o.patients, known=o.uncertainty, references=references) for o in outcomes]
    if len(outcomes) == 1:
        yield from ((panel,) for panel in found[0])
        return
    by_name = [{p.curves[0].name: p for p in own} for own in found]
    for name in dict.fromkeys(name for own in by_name for name in own):
        row = [own.get(name) for own in by_name]
        yield tuple(None if p is None else only_first(p) for p in row)


def only_first(panel: Panel) -> Panel:
    """The panel with the first of its curves."""
    return replace(panel, curves=panel.curves[:1])


def tiers() -> Tiers:
    """The tiers of withdrawal, in %."""
    known = typical(tuple(f"{name}_withdrawal" for name in TIERS))
    return Tiers(tuple((100.0 * known[f"{name}_withdrawal"], name) for name in TIERS))


def panel_title(panel: Panel, place: int, look: Look) -> Options:
    """What stands above a panel: quantity and unit."""
    mean = "{mean| 24 h mean}" if panel.is_mean else ""
    style = {"fontSize": 12, "fontWeight": 600, "color": look.ink("ink")}
    style["rich"] = {"mean": {"fontSize": 10, "color": look.ink("muted")}}  # lighter, so that it fits a telephone
    return {"text": panel.title + mean, "left": 0, "top": TOP + place * (HEIGHT + GAP) - 24, "textStyle": style}


def value_axis(panel: Panel, place: int, look: Look) -> Options:
    """The axis of a panel's values."""
    low, high = panel.limits
    score = np.isfinite(high) and low > 0.0
    return {
        "type": "log" if panel.log else "value",
        "gridIndex": place,
        "min": low if score else (None if panel.log else 0.0),
        "max": high if score else None,
        "splitNumber": 3,
        "axisLabel": {"color": look.ink("muted")},
        "splitLine": {"lineStyle": {"color": look.ink("rule")}},
        "axisLine": {"show": False},
        "axisTick": {"show": False},
    }


def panel_series(
    panel: Panel, place: int, scale: TimeScale, look: Look, name: str, colour: str | None, numbers: Numbers
) -> Iterator[Options]:
    """Medians and bands of a panel."""
    for curve in panel.curves:
        ink = colour or look.of_light(curve.colour)
        time = curve.time / scale.hours
        edges: dict[str, list[Options]] = {"between": [], "known": []}
        if look.between and curve.most is not None and not panel.log:
            edges["between"] = list(band(curve.most, time, place, ink, f"{name}{curve.name} between", numbers))
        if look.uncertain and curve.known is not None and not panel.log:
            edges["known"] = [edge_line(place, ink) | numbers.line(time, edge) for edge in curve.known]
        line = median(place, ink, name or curve.label) | numbers.line(time, curve.median)
        if isinstance(panel.reference, Tiers) and curve is panel.curves[0]:
            line["markLine"] = tier_lines(panel.reference, curve, look)
        line["told"] = hover.line(name, curve.label, curve.unit, **edges)
        yield from (*edges["between"], line, *edges["known"])


def median(place: int, ink: str, name: str) -> Options:
    """The median of the patients."""
    return {
        "type": "line",
        "name": name,
        "xAxisIndex": place,
        "yAxisIndex": place,
        "showSymbol": False,
        "lineStyle": {"width": 2, "color": ink},
        "itemStyle": {"color": ink},
        "z": 3,
    }


def band(edges: Array, time: Array, place: int, ink: str, name: str, numbers: Numbers) -> Iterator[Options]:
    """A band between two edges (2, t): an unseen line with an area stacked upon it."""
    for values, is_area in ((edges[0], False), (edges[1] - edges[0], True)):
        yield {
            "type": "line",
            "name": name,
            "stack": f"{name} {place}",
            "xAxisIndex": place,
            "yAxisIndex": place,
            "showSymbol": False,
            "silent": True,
            "tooltip": {"show": False},
            "lineStyle": {"opacity": 0},
            "itemStyle": {"color": ink},
            **({"areaStyle": {"color": ink, "opacity": 0.18}} if is_area else {}),
            **numbers.line(time, values),
        }


def edge_line(place: int, ink: str) -> Options:
    """One edge of what is uncertain about the typical patient."""
    return {
        "type": "line",
        "name": "typical patient, 95 % interval",
        "xAxisIndex": place,
        "yAxisIndex": place,
        "showSymbol": False,
        "silent": True,
        "tooltip": {"show": False},
        "lineStyle": {"width": 1, "type": "dashed", "color": ink, "opacity": 0.85},
        "itemStyle": {"color": ink},
    }


def tier_lines(reference: Tiers, curve: Curve, look: Look) -> Options:
    """The levels of withdrawal that the curve comes near, named."""
    most = float(np.max(curve.median if curve.most is None else curve.most))
    near = [(level, name) for level, name in reference.levels if level <= 1.25 * max(most, reference.levels[0][0])]
    return {
        "symbol": "none",
        "silent": True,
        "lineStyle": {"color": look.ink("alarm"), "type": "dotted"},
        "label": {"position": "insideEndTop", "color": look.ink("alarm"), "formatter": "{b}"},
        "data": [{"yAxis": level, "name": name} for level, name in near],
    }
