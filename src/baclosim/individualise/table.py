"""An individual as Polars tables: observations with what the model says of them, parameters, weighted draws, bands."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from ..parameters import parameters
from ..patient.spread import at_deviate
from ..trajectory import Trajectory, column_name
from .forecasting import Forecast
from .individual import LEVELS, Individual


def observation_rows(individual: Individual) -> list[dict[str, Any]]:
    """One row for each observation: what was seen, what the best fit and the posterior say, how odd it is."""
    data = individual.target.data
    low, middle, high = individual.draws.quantile(individual.draws.latent, *LEVELS)
    conflict = individual.conflict
    return [
        {
            "row": o.row,
            "time_h": o.time,
            "kind": o.kind.name,
            "value": o.value,
            "interval_low": finite(data.low[i]),
            "interval_high": finite(data.high[i]),
            "best": float(individual.latent_best[i]),
            "posterior_low": float(low[i]),
            "posterior_median": float(middle[i]),
            "posterior_high": float(high[i]),
            "expected_low": float(conflict.low[i]),
            "expected_median": float(conflict.median[i]),
            "expected_high": float(conflict.high[i]),
            "distance_sd": float(conflict.distance[i]),
            "p": float(conflict.p[i]),
        }
        for i, o in enumerate(individual.person.observations)
    ]


def parameter_rows(individual: Individual) -> list[dict[str, Any]]:
    """One row for each estimated parameter."""
    return [
        {
            "parameter": e.parameter.name,
            "unit": e.parameter.unit,
            "grade": e.parameter.grade,
            "prior_low": e.prior[0],
            "prior_median": e.prior[1],
            "prior_high": e.prior[2],
            "best": e.best,
            "posterior_low": e.posterior[0],
            "posterior_median": e.posterior[1],
            "posterior_high": e.posterior[2],
            "shrinkage": e.shrinkage,
        }
        for e in individual.estimates
    ]


def draws_frame(individual: Individual) -> pl.DataFrame:
    """One row for each weighted draw: weight and every estimated parameter in its unit."""
    draws, table = individual.draws, parameters()
    columns: dict[str, Any] = {"weight": draws.weights}
    columns |= {name: at_deviate(table[name], draws.z[:, i]) for i, name in enumerate(individual.target.names)}
    readiness = draws.z[:, len(individual.target.names) :].T
    names = (f"readiness_{symptom}" for symptom in individual.target.data.symptoms)
    return pl.DataFrame(columns | dict(zip(names, readiness, strict=True)))


def course_frame(found: Forecast) -> pl.DataFrame:
    """A long table of both courses: 5, 50 and 95 % of the versions of the person at each time."""
    courses = [("unchanged", found.unchanged), *([("change", found.change)] if found.change else [])]
    return pl.concat(band(course, name, plan) for plan, course in courses for name in course)


def band(course: Trajectory, name: str, plan: str) -> pl.DataFrame:
    """One quantity of one course."""
    low, middle, high = course.quantile(name, *LEVELS)
    frame = pl.DataFrame({"time_h": course.time, "low": low, "median": middle, "high": high})
    return frame.select(pl.lit(plan).alias("plan"), pl.lit(column_name(name)).alias("quantity"), pl.all())


def finite(value: float) -> float | None:
    """A number; None where it is infinite."""
    return float(value) if np.isfinite(value) else None
