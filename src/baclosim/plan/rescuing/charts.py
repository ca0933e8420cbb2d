"""The figure of a rescue plan, as a chart that a report draws at the width it has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ...figures.ways import ways_figure
from ...trajectory import Trajectory
from ..onset import levels
from ..plan import Chart
from .restart import Way


def ways_chart(ways: Sequence[Way], courses: Sequence[Trajectory], off: float) -> Chart:
    """How many are in withdrawal from the end of the drug on, by the way that is taken now."""
    mild = levels()["mild"]
    curves = {
        way.name: (course.time, 100.0 * (course["withdrawal"] >= mild).mean(axis=0))
        for way, course in zip(ways, courses, strict=True)
    }
    alt = "Share of virtual patients at mild withdrawal or worse over time, one line for each way to go on."
    caption = "Virtual patients at mild withdrawal or worse, by what is done now; hours from the end of the drug."
    return Chart("ways", caption, alt, partial(ways_figure, curves, off))
