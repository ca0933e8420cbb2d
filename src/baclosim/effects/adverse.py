"""What labels and trials report, by route and dose: a table of evidence, not a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import InputError, Problem, nearest
from ..evidence.library import library


@dataclass(frozen=True)
class Report:
    """How often one adverse effect was reported.

    event    as the source names it
    setting  dose or phase of treatment
    low, high  percent of patients; equal when the source gives one figure
    placebo  percent on placebo, low and high, or None when there was none
    fact     id of the series
    """

    event: str
    setting: str
    low: float
    high: float
    placebo: tuple[float, float] | None
    fact: str


def reported(route: str) -> tuple[Report, ...]:
    """Every published frequency by "mouth" or "intrathecal"; raises InputError for another route."""
    if route not in _ROUTES:
        allowed = f"one of {', '.join(_ROUTES)}"
        raise InputError(Problem("route", route, allowed, nearest(route, _ROUTES)))
    return _ROUTES[route]()


def _rows(series: str) -> Any:
    """Rows of a series, whose columns are known here."""
    return library().table(series).rows


def _by_mouth() -> tuple[Report, ...]:
    label, high, long = (
        "adverse.oral-frequency.fda-label",
        "sedation.high-dose-rct.rolland-2018",
        "adverse.arbaclofen-openlabel.okuda-3005",
    )
    rows = [Report(r[0], "up to 80 mg/day", r[1], r[2], None, label) for r in _rows(label)]
    for name, low, most, *placebo in _rows(high):
        rows.append(Report(name, "180 to 300 mg/day, drinkers", low, most, (placebo[0], placebo[1]), high))
    for name, _, percent in _rows(long):
        rows.append(Report(name, "R form up to 80 mg/day, a year", percent, percent, None, long))
    return tuple(rows)


def _intrathecal() -> tuple[Report, ...]:
    older = "adverse.itb-older-us.lioresal-label"
    rows = [Report("somnolence", r[0], r[2], r[2], None, older) for r in _rows(older)]
    for fact in ("adverse.itb-spinal.gablofen-label", "adverse.itb-cerebral.gablofen-label"):
        origin = "spinal" if "spinal" in fact else "cerebral"
        for name, *percents in _rows(fact):
            for phase, percent in zip(("screening", "titration", "maintenance"), percents, strict=True):
                rows.append(Report(name, f"{phase}, {origin} origin", percent, percent, None, fact))
    return tuple(rows)


_ROUTES = {"mouth": _by_mouth, "intrathecal": _intrathecal}
