"""Published onsets of withdrawal, case by case, over what the model expects of people who fall as ill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..evidence.library import library
from ..figures.draw import title_above
from ..figures.style import FONT, colour, theme
from ..parameters import typical
from .clinic import Array, Clinic
from .stopping import YEAR, ended

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CASES = "withdrawal.cases.onset-summary-shared"
DAYS = 4.0
COHORT = 400
ROUTES = {
    "oral": ("75 mg/day by mouth in 3 doses", "brain_deficit", "Deficit of the brain after 75 mg/day by mouth, %"),
    "intrathecal": ("350 ug/day intrathecally", "withdrawal", "Severity after 350 ug/day by pump, %"),
}
"""What was taken for a year, which quantity is shown, and how its panel is called."""


@dataclass(frozen=True)
class Onset:
    """One published case: its name, and the hours after the stop between which it began."""

    name: str
    low: float
    high: float


def onsets(route: str) -> list[Onset]:
    """Published cases of one route with a clock, the earliest first; those held out for checks among them."""
    table = library().table(CASES)
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    known = [Onset(str(r["case"]), *(as_hours(r[f"onset_h_{end}"]) for end in ("low", "high"))) for r in rows
             if r["route"] == route]  # fmt: skip
    timed = [case for case in known if case.high <= 24.0 * DAYS]
    return sorted(timed, key=lambda case: (case.high, case.low))


def as_hours(given: object) -> float:
    """A time of the table, infinite where none is given."""
    return float(given) if isinstance(given, (int, float)) else np.inf


def withdrawal_cases(clinic: Clinic | None = None) -> Figure:
    """For each route the course of those who become moderately ill, and below it when published cases began."""
    from matplotlib.figure import Figure

    where = clinic or Clinic(n=COHORT)
    with theme():
        figure = Figure(figsize=(7.4, 6.4))
        areas = figure.subplots(4, 1, sharex=True, gridspec_kw={"height_ratios": (3, 1.6, 3, 1.6), "hspace": 0.55})
        for place, (route, (therapy, quantity, title)) in enumerate(ROUTES.items()):
            course = ended(where, therapy, YEAR, "stop", DAYS, quantity)
            draw_course(areas[2 * place], course.time, ill(course[quantity]), where.n, title)
            draw_cases(areas[2 * place + 1], onsets(route))
        areas[-1].set_xlabel("hours since the stop")
        areas[-1].set_xlim(0.0, 24.0 * DAYS)
        areas[-1].set_xticks(np.arange(0.0, 24.0 * DAYS + 1.0, 12.0))
        return figure


def ill(values: Array) -> Array:
    """The courses of those who reach the moderate tier; cases are published because they were as ill."""
    moderate = typical(("moderate_withdrawal",))["moderate_withdrawal"]
    return values[values.max(axis=1) >= moderate]


def draw_course(axes: Axes, time: Array, values: Array, of: int, title: str) -> None:
    """Median and 5 to 95 % of the ill among `of` patients, and the edge of the moderate tier."""
    low, middle, high = 100.0 * np.quantile(values, (0.05, 0.5, 0.95), axis=0)
    axes.fill_between(time, low, high, color=colour("alarm"), alpha=0.16, linewidth=0)
    axes.plot(time, middle, color=colour("alarm"))
    tier = 100.0 * typical(("moderate_withdrawal",))["moderate_withdrawal"]
    axes.axhline(tier, color=colour("muted"), linewidth=0.6, dashes=(1, 2))
    axes.annotate("moderate", (0.0, tier), xytext=(3, 2), textcoords="offset points", fontsize=FONT - 1.0)
    axes.set_ylim(0.0, 80.0)
    said = f"median and 90 % of the {len(values)} of {of} patients who reach moderate"
    axes.annotate(said, (1.0, 0.86), xycoords="axes fraction", ha="right", fontsize=FONT - 1.0)
    title_above(axes, title)


def draw_cases(axes: Axes, cases: list[Onset]) -> None:
    """A bar from the earliest to the latest hour at which each case can have begun."""
    for row, case in enumerate(cases):
        axes.plot([case.low, case.high], [row, row], color=colour("blue"), linewidth=2.5, solid_capstyle="round")
        axes.plot(case.high, row, "o", color=colour("blue"), markersize=4.0)
        axes.annotate(case.name, (case.high, row), xytext=(7, 0), textcoords="offset points", va="center",
                      fontsize=FONT - 1.0, parse_math=False)  # fmt: skip
    axes.set_ylim(-0.7, len(cases) - 0.3)
    axes.set_yticks([])
    title_above(axes, "Published cases: when they began")
