"""The result of a run as Polars tables: the summary, and the curves with both of their bands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import polars

from ..quantities import known
from .record import curves

if TYPE_CHECKING:
    from .running import Outcome


def summary_frame(outcome: Outcome) -> polars.DataFrame:
    """One row for each quantity and measure."""
    return polars.DataFrame([{**asdict(row), "unit": row.unit} for row in outcome.summary])


def curves_frame(outcome: Outcome) -> polars.DataFrame:
    """A long table, one row for each quantity and time: bands of the patients and of the typical patient."""
    return polars.concat(_curve(outcome, name) for name in outcome.patients)


def _curve(outcome: Outcome, name: str) -> polars.DataFrame:
    frame = polars.DataFrame({"time_h": outcome.patients.time, **curves(outcome, name)})
    return frame.select(polars.lit(name).alias("quantity"), polars.lit(known(name).unit).alias("unit"), polars.all())
