"""Drowsiness, overdose, ventilation."""

from __future__ import annotations

from collections.abc import Iterator

from ...patient import Patient
from ...trajectory import Trajectory
from ..clinic import ADULT, Array, Clinic, adult, hours_above
from .comparing import Comparison, Prediction, compared, expected, people, rows_of, study

LABEL = "5 mg three times daily, increase by 5 mg every 3 days up to 20 mg three times daily"
HALF = 0.5
NOBODY = ": nobody in the model needs one"
"""Why a row about those who need a ventilator holds no prediction."""


def highest(course: Trajectory) -> Array:
    """Highest probability of drowsiness of the run: who ever reports it."""
    return course["drowsiness"].max(axis=1)


def final(course: Trajectory) -> Array:
    """Probability of drowsiness at the end."""
    return course["drowsiness"][:, -1]


def drowsiness(clinic: Clinic) -> Iterator[Comparison]:
    """Tablets and placebo of the label's trial; the pump against what a maker quotes."""
    fact = "sedation.drowsiness-drug.fda-label"
    made = study(clinic, LABEL, "35 days", highest, "drowsiness", every="1 h", people=88, scale="linear")
    yield compared(fact, "drowsy on tablets, ever", made, scale="linear")
    fact = "sedation.drowsiness-placebo.fda-label"
    without = study(clinic, LABEL, "1 h", lambda c: c["drowsiness"][:, 0], "drowsiness", people=87, scale="linear")
    yield compared(fact, "drowsy on placebo", without, scale="linear")
    series = "adverse.itb-most-frequent.medtronic"
    for row in rows_of(series):
        rise = on_pump(clinic) if row["event"] == "somnolence" else None
        what = "drowsy on a pump, above placebo" if rise else f"{row['event']} on a pump"
        yield compared(series, what, rise, observed=row["percent"] / 100.0, scale="linear")


def on_pump(clinic: Clinic) -> Prediction:
    """Drowsiness on 400 ug/day above that without drug: spontaneous reports have a lower background than questions."""

    def read(course: Trajectory) -> Array:
        return course["drowsiness"][:, -1] - course["drowsiness"][:, 0]

    return study(
        clinic, "400 ug/day intrathecally", "30 days", read, "drowsiness", people=214, scale="linear", every="12 h"
    )


def ventilation(clinic: Clinic) -> Iterator[Comparison]:
    """Hours on a ventilator: a small child found with a measured level, and published series of overdoses."""
    series = "overdose.children-ventilated.cases"
    for row in rows_of(series):
        level, age = row["plasma_ng_per_mL"], row["age_y"]
        known = isinstance(level, float) and level == level
        made = child(clinic, age, level) if known else None
        what = f"hours on a ventilator, child of {age:g}" + (NOBODY if known and made is None else "")
        yield compared(series, what, made, "h", observed=row["ventilated_h"])
    fact = "overdose.vent-duration.perry-1998"
    made = ventilated(clinic, 400.0, people(fact))
    what = "mean hours on a ventilator, adolescents after 400 mg" + (NOBODY if made is None else "")
    yield compared(fact, what, made, "h")


def hours(course: Trajectory) -> Array:
    """Hours in which ventilation is more likely than not, of those who need it at all."""
    needed = hours_above(course, "ventilation", HALF)
    return needed[needed > 0.0]


def ventilated(clinic: Clinic, dose: float, number: int | None, like: Patient = ADULT) -> Prediction | None:
    """Hours on a ventilator of those who need one after a dose [mg]: published people are people who did.

    None when no virtual patient, or no draw of the typical one, needs one: there are no hours to compare.
    """
    run = (f"{dose:.4g} mg by mouth once", "10 days", "ventilation")
    between, typical = (hours(course(*run, like=like)) for course in (clinic.cohort, clinic.uncertain))
    return expected(between, typical, number) if between.size and typical.size else None


def child(clinic: Clinic, age: float, level: float) -> Prediction | None:
    """Hours on a ventilator of a child whose plasma peaks at a level [ng/mL]; the dose is not known."""
    like = adult(age=age, weight=2.0 * age + 8.0, creatinine_clearance=None)
    alone = clinic.typical("100 mg by mouth once", "24 h", "plasma", like=like, every="15 min")
    dose = 100.0 * level / 1000.0 / float(alone["plasma"].max())
    return ventilated(clinic, dose, 1, like)


def level_of_a_child(clinic: Clinic) -> Comparison:
    """Serum of a boy of 6 half a day after an overdose of known size."""
    fact = "overdose.level_child_1300mg.kwon-2021"
    like = adult(age=6.0, weight=22.0, creatinine_clearance=None)
    made = study(clinic, "1300 mg by mouth once", "24 h", lambda c: c.at("plasma", 12.0), "plasma", like=like, people=1)
    return compared(fact, "serum half a day after 1300 mg, child of 6", made, "ug/mL")


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about the brain."""
    yield level_of_a_child(clinic)
    yield from drowsiness(clinic)
    yield from ventilation(clinic)
