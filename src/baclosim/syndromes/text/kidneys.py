"""What a serum creatinine in a text tells of the kidneys: the clearance by Cockcroft and Gault, or what it lacks.

Where age, sex or weight is missing there is no clearance. A creatinine at which even a usual man of 40 years and 70 kg
in place of what is missing would clear less than 30 mL/min (no baclofen below that: renal.dose_advice.secondary)
counts as failing kidneys all the same: above 3.24 mg/dL where nothing else is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import Problems
from ..case import FAILING_KIDNEYS
from ..measured import number_in

CREATININE = re.compile(
    r"\b(?:serum )?(?:creat(?:inine)?|s?cr)\b\s*(?:of|is|was|at|[:=~])?\s*(\d{1,4}(?:[.,]\d{1,3})?)(?![\d.,]*\d)"
    r"(?!\s*m?g\b(?!\s*/))(?:\s*(mg\s?/\s?dl|(?:[uµμ]|micro)mol(?:es)?(?:\s?/\s?l)?))?",
    re.IGNORECASE,
)
"""A creatinine; "paroxetine CR 25 mg" is none."""
MOST_MG_DL = 25.0  # a bare number up to here is mg/dL, and above micromol/L: neither can be the other in the living
ADULT = 18.0  # years


@dataclass(frozen=True)
class Kidneys:
    """What a creatinine tells: clearance [mL/min], whether kidneys fail without one, and each in words."""

    clearance: float | None = None
    fail: bool = False
    understood: str = ""
    unclear: str = ""


def kidneys_in(text: str, age: float | None, sex: str, weight: float | None) -> Kidneys:
    """What the first creatinine of a text tells of someone of an age [years], a sex ("" untold) and a weight [kg]."""
    match = CREATININE.search(text)
    if match is None:
        return Kidneys()
    problems = Problems()
    creatinine = creatinine_of(match, problems)
    if creatinine is None:
        return Kidneys(unclear=f"'{match[0]}': no creatinine that anyone has; {problems.found[0].allowed}")
    if age is not None and age < ADULT:
        return Kidneys(
            unclear=f"'{match[0]}': below 18 years the clearance is not worked out here; give it as 'eGFR 25'"
        )
    missing = [name for name, given in (("age", age), ("sex", sex), ("weight", weight)) if not given]
    if missing:
        return incomplete(match[0], creatinine, age, sex, weight, missing)
    clearance, how = filtration(age, weight, creatinine, sex)
    if not 0.0 < clearance <= 250.0:
        return Kidneys(unclear=f"'{match[0]}': a clearance of {clearance:.0f} mL/min by {how} is not possible")
    about = f"creatinine {creatinine:.3g} mg/dL, {age:g} years, {weight:g} kg, {sex}"
    return Kidneys(round(clearance, 1), understood=f"creatinine clearance {clearance:.3g} mL/min by {how} ({about})")


def creatinine_of(match: re.Match[str], problems: Problems) -> float | None:
    """The creatinine [mg/dL] of a match; None when nobody can have it (then in `problems`)."""
    from ...patient.covariates import read_number

    number = number_in(match[1])
    is_mass = match[2].lower().startswith("mg") if match[2] else number <= MOST_MG_DL
    return read_number("serum_creatinine", f"{number:g} {'mg/dL' if is_mass else 'umol/L'}", problems)


def filtration(age: float | None, weight: float | None, creatinine: float, sex: str) -> tuple[float, str]:
    """Clearance [mL/min] by Cockcroft and Gault and its name; what is not told is taken as that of a usual man."""
    from ...patient import covariates

    years, mass = age or covariates.ADULT_AGE, weight or covariates.ADULT_WEIGHT
    return covariates.filtration("cockcroft-gault", years, mass, None, creatinine, sex == "female")


def incomplete(
    words: str, creatinine: float, age: float | None, sex: str, weight: float | None, missing: list[str]
) -> Kidneys:
    """What a creatinine tells when something of the patient is missing for the clearance."""
    from ...patient import covariates

    lacks = f"'{words}': told without {', '.join(missing)}, so that no clearance follows"
    clearance, how = filtration(age, weight, creatinine, sex)
    if clearance >= FAILING_KIDNEYS:
        return Kidneys(unclear=f"{lacks}; say what is missing, or the clearance ('eGFR 25'), or 'kidney failure'")
    usual = {"age": f"{covariates.ADULT_AGE:g} years", "sex": "male", "weight": f"{covariates.ADULT_WEIGHT:g} kg"}
    stand_in = ", ".join(usual[name] for name in missing)
    under = f"under {FAILING_KIDNEYS:g} mL/min by {how} even in a usual adult ({stand_in})"
    says = f"failing kidneys: creatinine {creatinine:.3g} mg/dL, {under}"
    return Kidneys(fail=True, understood=says, unclear=lacks)
