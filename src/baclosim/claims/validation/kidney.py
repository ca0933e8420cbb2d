"""A mind clouded because the kidneys fail: how soon, and how long with a machine and without."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ...body.summary import Blood
from ...evidence.library import library
from ...patient import Patients
from ...trajectory import Trajectory
from ..clinic import DRAWS, Array, Clinic, adult, first_time, hours_above, one
from .comparing import Comparison, Prediction, compared, expected, people, rows_of, study

LIKELY = 0.5
HEALTHY = 100.0  # mL/min, of a group above 80: assumed
RESIDUAL = 5.0  # mL/min that people on dialysis have left: assumed
THRICE_WEEKLY = ", ".join(f"4 h at {24 * (7 * week + day) + 36} h" for week in range(4) for day in (0, 2, 4))
STARTED = "10 mg by mouth twice daily"
"""The median dose of older people on dialysis who began baclofen, in two: how it was divided is not told."""
TAKEN = f"{STARTED} for 3 days, then stop"
EARLY = "4 h at 72 h, 4 h at 96 h, 4 h at 144 h"
"""Sessions within 48 h of the first signs and then as before: their hours are assumed."""


def onset(course: Trajectory) -> Array:
    """When the mind is first likely to be clouded [h], of those in whom it ever is."""
    first = first_time(course, "encephalopathy", LIKELY)
    return first[np.isfinite(first) & (first > 0.0)]


def ill(course: Trajectory) -> Array:
    """Hours with a mind that is likely clouded, of those in whom it ever is."""
    hours = hours_above(course, "encephalopathy", LIKELY)
    return hours[hours > 0.0]


def after_starting(clinic: Clinic) -> Comparison:
    """From the first tablet to the illness, people on dialysis; the published middle one was counted at admission."""
    fact = "renal.encephalopathy_onset.chauvin-2020"
    like = adult(age=75, creatinine_clearance=RESIDUAL, dialysis=THRICE_WEEKLY)
    run = (STARTED, "28 days", "encephalopathy")
    between, typical = (onset(course(*run, like=like, every="1 h")) for course in (clinic.cohort, clinic.uncertain))
    made = middle(between / 24.0, typical, people(fact))
    return compared(fact, "first tablet to a clouded mind, dialysis, median", made, "day")


def middle(between: Array, typical: Array, number: int | None) -> Prediction | None:
    """The median of those who fall ill, with the width that their mean would have; None when nobody does."""
    if not (between.size and typical.size):
        return None
    sd, value = expected(between, typical, number).sd, float(np.median(between))
    return Prediction(value, value * math.exp(-1.96 * sd), value * math.exp(1.96 * sd), sd)


def until_clear(clinic: Clinic, fact: str, what: str, dialysis: str | None) -> Comparison:
    """How long the mind stays clouded after three days of tablets without kidneys; None when nobody falls ill."""
    like = adult(age=65, weight=60, creatinine_clearance=RESIDUAL, dialysis=dialysis)
    run = (TAKEN, "21 days", "encephalopathy")
    between, typical = (
        ill(course(*run, like=like, every="1 h")) / 24.0 for course in (clinic.cohort, clinic.uncertain)
    )
    made = expected(between, typical, people(fact)) if between.size and typical.size else None
    return compared(fact, what, made, "day")


def less_cleared(clinic: Clinic) -> Iterator[Comparison]:
    """How much of a usual dose gives the exposure of people with healthy kidneys, the same people beside themselves."""
    series = "renal.dose_reduction.vlavonou-2014"
    for row in rows_of(series):
        own = row["creatinine_clearance_ml_min"]
        between, typical = (
            cleared(clinic.patients(n, adult(creatinine_clearance=own)))
            / cleared(clinic.patients(n, adult(creatinine_clearance=HEALTHY)))
            for n in (clinic.n, -DRAWS)
        )
        made = expected(between, typical, people(series))
        yield compared(series, f"clearance at {own:g} over {HEALTHY:g} mL/min", made, observed=row["share_of_dose"])


def cleared(patients: Patients) -> Array:
    """Systemic clearance of each patient [mL/h], (n,)."""
    return np.asarray(Blood.of(patients.parameters).clearance)


def of_all_adults(clinic: Clinic) -> Comparison:
    """Clouded within a month of starting, of adults of one health system: what its codes found over tizanidine, divided
    by the share of delirium that codes find elsewhere."""
    fact, codes = (
        library().fact(name) for name in ("encephalopathy.rate.hwang-2023", "delirium.code_sensitivity.sheehan-2024")
    )
    observed = one(fact, "1/year") * 30.0 / 365.25 / one(codes)
    like = adult(age=53, creatinine_clearance=90.0)
    made = study(clinic, "10 mg by mouth every 8 h", "14 days", clouded, "encephalopathy", every="1 h", like=like,
                 people=fact.n, scale="linear")  # fmt: skip
    what = "clouded within a month, adults on 30 mg/day"
    return compared(fact.id, what, made, observed=observed, scale="linear")


def clouded(course: Trajectory) -> Array:
    """Highest probability of a clouded mind of the run: who ever is."""
    return course["encephalopathy"].max(axis=1)


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about failing kidneys."""
    yield from less_cleared(clinic)
    yield of_all_adults(clinic)
    yield after_starting(clinic)
    machine, alone = "renal.recovery_dialysed.chen-1997", "renal.recovery_supported.chen-1997"
    yield until_clear(clinic, machine, "clouded mind, dialysed within 48 h", EARLY)
    yield until_clear(clinic, alone, "clouded mind, not dialysed", None)
