"""Spinal fluid: labels, punctures and tracer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...parameters import Parameter
from ...trajectory import Trajectory
from ..clinic import Array, Clinic, last_day
from .comparing import Comparison, Reader, compared, people, rows_of, study

BOLUS = "50 ug once intrathecally"
VISIBLE = 0.05  # tracer is seen where it reaches this share of the largest concentration: assumed, as in the fit
REGIONS = {"basal cisterns": "csf_cisternal"}  # fluid over the brain is one well-mixed pool and no recorded quantity
SEEN = ("csf_lumbar", "csf_thoracic", "csf_cervical", "csf_cisternal")


def steady(dose: float) -> str:
    """An intrathecal dose [ug/day] in words."""
    return f"{dose:g} ug/day intrathecally"


def lumbar(course: Trajectory) -> Array:
    """Lumbar fluid on the last day [ng/mL]."""
    return last_day(course, "csf_lumbar") * 1000.0


def plasma(course: Trajectory) -> Array:
    """Plasma on the last day [ng/mL]."""
    return last_day(course, "plasma") * 1000.0


def ratio(course: Trajectory) -> Array:
    """Lumbar over cisternal fluid."""
    return last_day(course, "csf_lumbar") / last_day(course, "csf_cisternal")


def half_life(course: Trajectory) -> Array:
    """Of lumbar fluid over the first four hours [h]."""
    return 3.5 * np.log(2.0) / np.log(course.at("csf_lumbar", 0.5) / course.at("csf_lumbar", 4.0))


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about spinal fluid."""
    settled: dict[str, Any] = {"every": "1 h", "before": "10 days"}
    fact = "it.lumbar-cisternal-ratio.label-us"
    made = study(clinic, steady(400.0), "24 h", ratio, "csf_lumbar", "csf_cisternal", **settled)
    yield compared(fact, "lumbar over cisternal, 400 ug/day", made)
    fact = "it.plasma-conc.label-us"
    made = study(clinic, steady(600.0), "24 h", plasma, "plasma", **settled)
    yield compared(fact, "plasma, 600 ug/day, at most", made, "ng/mL", observed=5.0, limit=True)
    fact = "it.csf-css.label-ch"
    for dose, seen in ((50.0, 130.0), (1200.0, 1240.0)):
        made = study(clinic, steady(dose), "24 h", lumbar, "csf_lumbar", **settled, people=1)
        yield compared(fact, f"lumbar fluid, {dose:g} ug/day", made, "ng/mL", observed=seen)
    flows = study(clinic, steady(400.0), "24 h", lambda c: 400e3 / 24.0 / lumbar(c), "csf_lumbar", **settled, people=10)
    yield compared("it.csf-clearance.label-us", "lumbar clearance on infusion", flows, "mL/h")
    for fact in ("it.csf-halflife.label-us", "it.csf-halflife.sallerin-caute-1991", "it.csf-halflife.label-ch"):
        made = study(clinic, BOLUS, "6 h", half_life, "csf_lumbar", every="15 min", people=people(fact))
        yield compared(fact, "half-life after a bolus", made, "h")
    yield from tracer(clinic)


def tracer(clinic: Clinic) -> Iterator[Comparison]:
    """When a tracer that the cord does not take up is seen in the head."""
    inert = Clinic(table=without_loss(clinic.table), n=clinic.n, seed=clinic.seed)
    for series in ("tracer.in111-ascent.radiopaedia", "tracer.in111-ascent.mallinckrodt"):
        for row in rows_of(series):
            region, by = REGIONS.get(row["region"], ""), "mallinckrodt" in series
            made = study(inert, BOLUS, "48 h", first_seen(region), *SEEN, every="15 min") if region else None
            yield compared(series, f"tracer seen, {row['region']}", made, "h", observed=row["time_h"], limit=by)


def first_seen(region: str) -> Reader:
    """A reader of the time at which a region is as bright as can be seen [h]."""

    def read(course: Trajectory) -> Array:
        brightest = np.max([course[name] for name in SEEN], axis=0)
        seen = course[region][:, 1:] >= VISIBLE * brightest[:, 1:]
        return np.where(seen.any(axis=1), course.time[1:][np.argmax(seen, axis=1)], course.time[-1])

    return read


def without_loss(table: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """The same parameters for something that leaves fluid only with the fluid itself."""
    least = 0.05  # 1/h, as in the fit: it.spinal-loss-rate.derived gives 0.02 to 0.08
    names = ("spinal_loss_rate", "cranial_loss_rate")
    return dict(table) | {
        name: replace(table[name], value=least, interval=(least, least), spread=0.0, within=(0.0, 1.0))
        for name in names
    }
