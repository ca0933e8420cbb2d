"""Blood: labels and studies of a swallowed dose, and the sources of the fit left out one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...body.fit import Residual, fit, leave_one_out, residuals
from ...body.readings import KINDS, readings
from ...body.summary import Blood
from ...evidence.library import library
from ...trajectory import Trajectory
from ..clinic import DRAWS, Array, Clinic, last_day, one
from .comparing import Comparison, Prediction, Reader, compared, expected, people, rows_of, scaled, study


def peak(course: Trajectory) -> Array:
    """Highest plasma level of each patient [ng/mL]."""
    return course["plasma"].max(axis=1) * 1000.0


def area(course: Trajectory) -> Array:
    """Area under plasma of each patient [ng h/mL]."""
    return np.asarray(np.trapezoid(course["plasma"], course.time, axis=1)) * 1000.0


READ = {"peak": peak, "area": area}


def swallowed(clinic: Clinic, dose: float, read: Reader, number: int | None) -> Prediction:
    """What so many people show of their plasma after a dose [mg] at once."""
    return study(clinic, f"{dose:g} mg by mouth once", "72 h", read, "plasma", every="15 min", people=number)


def held_out(clinic: Clinic) -> Iterator[Comparison]:
    """Facts that never set a parameter."""
    for series in ("label.cmax_auc.swiss", "oral.bioequivalence.foroutan-2003"):
        for row in rows_of(series):
            for what, column, unit in (("peak", "cmax_ng_per_mL", "ng/mL"), ("area", "auc_ng_h_per_mL", "ng h/mL")):
                made = swallowed(clinic, row["dose_mg"], READ[what], people(series))
                yield compared(series, f"{what} after {row['dose_mg']:g} mg", made, unit, observed=row[column])
    fact = "oral.cmax.ijcpt-2017"
    yield compared(fact, "peak after 10 mg, healthy men", swallowed(clinic, 10.0, peak, people(fact)), "ng/mL")
    yield compared("label.half_life.fleqsuvy", "half-life", half_life(clinic), "h")
    yield from milk(clinic)


def half_life(clinic: Clinic) -> Prediction:
    """Terminal half-life [h]."""
    between, typical = (Blood.of(clinic.patients(n).parameters).half_life for n in (clinic.n, -DRAWS))
    return expected(between, typical, None)


def milk(clinic: Clinic) -> Iterator[Comparison]:
    """Milk from the model's plasma and one listed ratio, which is uncertain in itself and taken as exact."""
    ratio = one(library().fact("lactation.milk_plasma_ratio.elactancia"))
    series = "regulatory.lactation.milk"
    readers = {
        "peak at 4 h": lambda c: c.at("plasma", 4.0),
        "trough mean": trough,
        "peak mean": highest,
        "single sample": average,
    }
    for row in rows_of(series):
        words = {"intrathecal": "intrathecally"}.get(row["route"], "by mouth")
        therapy, read = f"{row['maternal_dose']} {words}", readers[row["sample"]]
        made = scaled(study(clinic, therapy, "7 days", read, "plasma", every="1 h", people=1), 1000.0 * ratio)
        yield compared(
            series, f"milk, {row['maternal_dose']}, {row['sample']}", made, "ug/L", observed=row["milk_ug_per_l"]
        )
    daily = scaled(
        study(clinic, "20 mg four times daily by mouth", "7 days", average, "plasma", every="1 h", people=1), ratio
    )
    yield compared(
        "regulatory.lactation.rid", "infant dose over the mother's, by weight", scaled(daily, 0.15 / (80.0 / 70.0))
    )


def average(course: Trajectory) -> Array:
    """Average plasma of the last day [ug/mL]."""
    return last_day(course, "plasma")


def trough(course: Trajectory) -> Array:
    """Lowest plasma of the last day [ug/mL]."""
    return course["plasma"][:, course.time >= course.time[-1] - 24.0].min(axis=1)


def highest(course: Trajectory) -> Array:
    """Highest plasma of the last day [ug/mL]."""
    return course["plasma"][:, course.time >= course.time[-1] - 24.0].max(axis=1)


def fitted(clinic: Clinic) -> Iterator[Comparison]:
    """The readings of the joint fit: as fitted, and each by a fit that saw nothing of its source."""
    rows = readings()
    for residual in residuals(rows, fit(rows)):
        yield of_reading(residual, left_out=False)
    for residual in leave_one_out():
        yield of_reading(residual, left_out=True)


def of_reading(residual: Residual, *, left_out: bool) -> Comparison:
    """A row out of a reading of the fit; no prediction where no other source speaks of its kind."""
    reading, known = residual.reading, not np.isnan(residual.predicted)
    sd = abs(np.log(reading.observed / residual.predicted) / residual.deviation) if known else np.nan
    made = Prediction(residual.predicted, residual.low, residual.high, float(sd)) if known else None
    unit = KINDS[reading.kind].unit
    label = "" if unit == "dimensionless" else unit
    return Comparison(reading.fact, reading.kind, label, reading.observed, None, made, left_out=left_out)


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about blood."""
    yield from held_out(clinic)
    yield from fitted(clinic)
