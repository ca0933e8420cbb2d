"""What is known about a person, as numbers: read from text, checked, and completed where nothing was said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import Problems, UnitError, nearest
from ..units import convert, number, read
from . import kidney

ADULT_AGE, ADULT_WEIGHT, ADULT_HEIGHT = 40.0, 70.0, 170.0
CHILD_BELOW = 18.0  # years

CONDITIONS = {
    "spasticity": "spinal",
    "multiple sclerosis": "spinal",
    "spinal cord injury": "spinal",
    "hereditary spastic paraplegia": "spinal",
    "motor neurone disease": "spinal",
    "cerebral palsy": "cerebral",
    "brain injury": "cerebral",
    "stroke": "cerebral",
    "Parkinson's disease": "none",
    "alcohol use disorder": "none",
    "healthy": "none",
}
"""Each condition and where its spasticity comes from, which sets the baseline scores when none are given."""

ALIASES = {
    "ms": "multiple sclerosis",
    "sci": "spinal cord injury",
    "cp": "cerebral palsy",
    "tbi": "brain injury",
    "traumatic brain injury": "brain injury",
    "motor neuron disease": "motor neurone disease",
    "als": "motor neurone disease",
    "parkinson": "Parkinson's disease",
    "parkinson disease": "Parkinson's disease",
    "parkinson's disease": "Parkinson's disease",
    "parkinsons disease": "Parkinson's disease",
}
SEXES = {"female": "female", "f": "female", "woman": "female", "male": "male", "m": "male", "man": "male"}
FORMULAS = ("cockcroft-gault", "ckd-epi 2021", "bedside schwartz")

MOLAR = re.compile(r"\s*(\d+(?:[.,]\d+)*)\s*([uµμmn]?mol\s*/\s*(?:d|m)?[Ll])\s*")


@dataclass(frozen=True)
class Covariates:
    """A person in numbers.

    age [years], sex ("female", "male" or "" when not said), weight [kg], height [cm],
    creatinine_clearance [mL/min] and kidney_from, how it was obtained; condition and origin ("spinal", "cerebral"
    or "none"); ashworth (1 to 5) and spasms (0 to 4), None when not given; assumed: names of what was filled in.
    """

    age: float
    sex: str
    weight: float
    height: float
    creatinine_clearance: float
    kidney_from: str
    condition: str
    origin: str
    ashworth: float | None
    spasms: float | None
    assumed: tuple[str, ...]

    @property
    def is_child(self) -> bool:
        """Whether younger than 18 years."""
        return self.age < CHILD_BELOW


Hint = Callable[[float], str]


def no_hint(_: float) -> str:
    """No likely slip is known."""
    return ""


def age_hint(age: float) -> str:
    """Months written as years."""
    return f"Is it in months? Write '{age:g} months'." if age > 120 else ""


def height_hint(height: float) -> str:
    """Metres, or inches, written as centimetres."""
    if 0.4 <= height <= 2.5:
        return f"Is it in metres? Write '{height:g} m'."
    return ""


def creatinine_hint(creatinine: float) -> str:
    """Micromolar written as mg/dL."""
    in_mg = creatinine / kidney.MICROMOLAR_PER_MG_DL
    return f"Is it in umol/L? Write '{creatinine:g} umol/L' ({in_mg:.2g} mg/dL)." if creatinine > 25 else ""


def ashworth_hint(score: float) -> str:
    """The modified scale starts at 0."""
    return "The scale here is 1 (normal) to 5 (rigid); the modified scale's 0 to 4 is one less." if score < 1 else ""


QUANTITIES: dict[str, tuple[str, str, tuple[float, float], Hint]] = {
    "age": ("age", "year", (0.0, 120.0), age_hint),
    "weight": ("weight", "kg", (1.0, 400.0), no_hint),
    "height": ("height", "cm", (30.0, 250.0), height_hint),
    "creatinine_clearance": ("clearance", "mL/min", (0.0, 250.0), no_hint),
    "serum_creatinine": ("creatinine", "mg/dL", (0.1, 25.0), creatinine_hint),
    "ashworth": ("fraction", "", (1.0, 5.0), ashworth_hint),
    "spasms": ("fraction", "", (0.0, 4.0), no_hint),
}
"""Kind, unit of a bare number, limits and likely slip of each numerical covariate."""


def read_number(name: str, given: Any, problems: Problems) -> float | None:
    """One covariate in its unit; None when it was not given or is wrong (then in `problems`)."""
    if given is None:
        return None
    kind, unit, (low, high), hint = QUANTITIES[name]
    try:
        value = creatinine(given) if kind == "creatinine" else read(given, kind, where=name, default_unit=unit)
    except UnitError as error:
        problems.absorb(error)
        return None
    if not low <= value <= high:
        problems.add(name, given, f"{low:g} to {high:g} {unit}".strip(), hint(value))
        return None
    return value


def creatinine(given: Any) -> float:
    """Serum creatinine [mg/dL] from mass or molar text, or a number in mg/dL. Raises UnitError."""
    molar = MOLAR.fullmatch(str(given)[:80])
    if molar:
        return convert(number(molar[1], "serum_creatinine", given), molar[2], "umol/L") / kidney.MICROMOLAR_PER_MG_DL
    return read(given, "creatinine", where="serum_creatinine", default_unit="mg/dL")


def read_word(name: str, given: str | None, known: dict[str, str], problems: Problems) -> str:
    """A word out of a list; "" when it was not given or is wrong (then in `problems`)."""
    if given is None:
        return ""
    word = {k.lower(): v for k, v in known.items()}.get(str(given).strip().lower())
    if word is None:
        allowed = "one of " + ", ".join(dict.fromkeys(known.values()))
        problems.add(name, given, allowed, nearest(str(given), known))
    return word or ""


def usual_weight(age: float) -> float:
    """Weight [kg] of a child of an age [years], by the rules of emergency medicine (recalled)."""
    if age < 1.0:
        return 3.5 + 6.5 * age
    return min(2.0 * age + 8.0 if age < 6.0 else 3.0 * age + 7.0, ADULT_WEIGHT)


def usual_height(age: float) -> float:
    """Height [cm] at an age [years]: 6 cm a year from 77 cm (recalled), an adult's in the end."""
    return min(50.0 + 39.0 * age / 2.0 if age < 2.0 else 77.0 + 6.0 * age, ADULT_HEIGHT)


def too_heavy(age: float, weight: float, height: float | None) -> bool:
    """Whether a weight is hardly possible at that age and height, as pounds written as kg would be."""
    if height is not None and age >= 2.0:
        return weight / (height / 100.0) ** 2 > 75.0
    return age < 14.0 and weight > 3.0 * usual_weight(age)


def heavy(age: float, weight: float, height: float) -> bool:
    """Whether a weight is so high that pounds may have been meant."""
    if age < 14.0:
        return weight > 1.9 * usual_weight(age)
    return weight / (height / 100.0) ** 2 > 45.0


def filtration(
    formula: str, age: float, weight: float, height: float | None, creatinine: float, female: bool
) -> tuple[float, str]:
    """Creatinine clearance [mL/min] by a named formula, and how it was obtained. Schwartz needs a height."""
    if formula == "cockcroft-gault":
        return kidney.cockcroft_gault(age, weight, creatinine, female), "Cockcroft-Gault 1976"
    surface = kidney.body_surface(weight, height)
    if formula == "ckd-epi 2021":
        return kidney.own(kidney.ckd_epi_2021(age, creatinine, female), surface), "CKD-EPI 2021"
    assert height is not None
    return kidney.own(kidney.schwartz_bedside(height, creatinine), surface), "bedside Schwartz 2009"
