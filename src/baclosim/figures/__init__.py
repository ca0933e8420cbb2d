"""Figures: plain arrays in, Matplotlib out. Nothing here simulates; Matplotlib is loaded when something is drawn.

style    colours and type, once        display  scale, unit, digits, ticks
curves   bands and views of a course   doses    what is given          stack    panels stacked in time
spine    the canal                     events   alarms and log
compare  predicted against observed, forest plots
svg      the same bytes each time, themed for a page      loading  Matplotlib without its manual
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .curves import Course
    from .doses import Given


def draw_course(
    course: Course, names: Sequence[str] = (), *, known: Course | None = None, doses: Given | None = None,
    width: float = 7.4,
) -> Figure:  # fmt: skip
    """Draw a course over time: one panel for each name, or the main quantities.

    course  what was simulated; quantities are arrays (patient, time)
    known   draws of the typical patient, for the band of uncertainty
    width   inches
    Raises KeyError naming a quantity that was not recorded.
    """
    from .stack import draw, story

    for name in names:
        course[name]
    return draw(story(course, names, known, doses=doses), width)
