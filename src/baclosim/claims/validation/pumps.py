"""Pumps: how many fail, at the hazards that were published elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...pump.hazards import YEAR, published_hazards
from ..clinic import Clinic
from .comparing import Comparison, Prediction, compared, rows_of

FAILURES = ("motor stall", "feed-through short", "battery film", "overinfusion")
MONTHS = 78.0


def failed(months: float) -> Prediction:
    """Share of pumps that have failed by then; the interval takes a third of the rate for its standard error."""
    age = months * 30.4375 * 24.0
    expected = 0.0
    for hazard in published_hazards():
        if hazard.kind in FAILURES:
            if hazard.per == "year":
                expected += hazard.rate * age / YEAR
            else:
                expected += hazard.rate * min(
                    max((age - hazard.earliest) / (hazard.latest - hazard.earliest), 0.0), 1.0
                )
    share, sd = 1.0 - math.exp(-expected), 1.0 / 3.0
    return Prediction(share, share * math.exp(-1.96 * sd), share * math.exp(1.96 * sd), sd)


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about devices; drugs that are not approved for the pump are not modelled."""
    series = "fault.failure-78-months.fda-2012"
    for row in rows_of(series):
        made = failed(MONTHS) if row["drug"] == "approved drugs" else None
        yield compared(
            series, f"failed by 78 months, {row['drug']}", made, observed=row["failed_fraction_at_78_months"]
        )
