"""A patient in one sentence, for the head of a result or of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from .covariates import Covariates
from .one import Patient


def patient_sentence(patient: Patient) -> str:
    """Who is treated, with what was assumed marked as such."""
    return ", ".join((*_person(patient.covariates), *_kidneys(patient)))


def _person(who: Covariates) -> Iterator[str]:
    noun = {"female": ("girl", "woman"), "male": ("boy", "man"), "": ("child", "adult")}[who.sex][not who.is_child]
    yield f"{noun} of {age(who.age)}{_assumed(who, 'age')}"
    yield f"{who.weight:g} kg{_assumed(who, 'weight')}"
    yield who.condition
    if who.ashworth is not None:
        yield f"Ashworth {round(who.ashworth, 2):g}"
    if who.spasms is not None:
        yield f"spasm score {round(who.spasms, 2):g}"


def _kidneys(patient: Patient) -> Iterator[str]:
    who = patient.covariates
    source = "" if who.kidney_from == "given" else f" ({who.kidney_from})"
    yield f"creatinine clearance {who.creatinine_clearance:.3g} mL/min{source}"
    for change in patient.kidney_changes:
        yield f"{change.creatinine_clearance:g} mL/min from {change.at:g} h"
    if patient.dialysis_sessions:
        yield f"{len(patient.dialysis_sessions)} sessions of haemodialysis"


def age(years: float) -> str:
    """An age in years, below two years in months, below a month in days."""
    if years >= 2.0:
        return f"{years:.3g} years"
    return f"{12.0 * years:.3g} months" if years >= 1.0 / 12.0 else f"{365.25 * years:.0f} days"


def _assumed(who: Covariates, name: str) -> str:
    return " (assumed)" if name in who.assumed else ""
