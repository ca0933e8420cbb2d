"""Figures for answers that are series of numbers: misuse over the years, meta-analyses that disagree, cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..evidence.library import library
from .case_figure import withdrawal_cases

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RATIOS = ("RR", "OR", "HR")


def pictures() -> Iterator[tuple[str, Figure]]:
    """Name and figure of each."""
    yield "misuse-trend", misuse()
    yield "alcohol-ratios", alcohol(is_ratio=True)
    yield "alcohol-differences", alcohol(is_ratio=False)
    yield "withdrawal-cases", withdrawal_cases()


def misuse() -> Figure:
    """Changes of poison-centre exposures from 2014 to 2017, in percent (overdose.trend.reynolds-2020)."""
    from ..figures.compare import Estimate, forest_figure

    rows = library().table("overdose.trend.reynolds-2020").rows
    changes = [(str(name), float(str(value))) for name, value in rows if "change" in str(name)]
    return forest_figure([Estimate(n, v, v, v) for n, v in changes], "Change 2014 to 2017, percent", reference=0.0)


def alcohol(*, is_ratio: bool) -> Figure:
    """Meta-analyses in alcohol use disorder (aud.meta.table): ratios, or standardised differences."""
    from ..figures.compare import Estimate, forest_figure

    rows = [row for row in library().table("aud.meta.table").rows if (row[5] in RATIOS) == is_ratio and row[5] != "MD"]
    estimates = []
    for row in rows:
        value, low, high = (float(str(row[i])) for i in (6, 7, 8))
        estimates.append(Estimate(f"{row[0]} {row[1]:g}, {row[4]} ({row[5]})", value, low, high))
    title = "Ratio, baclofen over placebo" if is_ratio else "Standardised difference, baclofen minus placebo"
    return forest_figure(estimates, title, reference=1.0 if is_ratio else 0.0, log=is_ratio)
