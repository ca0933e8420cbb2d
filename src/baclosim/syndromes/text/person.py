"""Who the patient of a text is: age, sex, weight, level of a spinal lesion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..measured import number_in
from .kidneys import CREATININE, kidneys_in

HIGHEST_THORACIC = 6  # at and above this level autonomic dysreflexia occurs
KILOGRAMS = 0.45359237  # to a pound
_LINK = r"\s*(?:of|is|was|[:=~])?\s*"
AGE = re.compile(
    r"\b(\d{1,3})[\s-]*(?:years?|yrs?|y)?[\s/-]*(?:old|y/?o)(?:\b|(?=[mf]\b))|\bage[d:]?\s*(\d{1,3})\b"
    r"|(?<![\w./])(\d{1,3})\s?(?-i:[MF])\b(?!\s*°)",
    re.IGNORECASE,
)
"""Years of life: "27 years old", "aged 27", "27yoM", "62F"."""
_WEIGHT = re.compile(r"\b(\d{2,3}(?:\.\d+)?)\s*kgs?\b", re.IGNORECASE)
_POUNDS = re.compile(r"\b(\d{2,3}(?:\.\d+)?)\s*(?:lbs?|pounds)\b", re.IGNORECASE)
_CLEARANCE = re.compile(
    rf"\b(?:creatinine clearance|cr ?cl|e?gfr){_LINK}(\d{{1,3}}(?:[.,]\d+)?)(?:\s*ml/min)?", re.IGNORECASE
)
KIDNEYS = re.compile(f"{_CLEARANCE.pattern}|{CREATININE.pattern}", re.IGNORECASE)
"""Numbers of the kidneys: "eGFR 18", "creat 2.1"."""
_FEMALE = re.compile(
    r"\b(?:woman|female|girl|lady)\b|(?<=\d)\s?(?:y/?o)?\s?(?-i:F)\b|\by/?o\s?(?-i:F)\b", re.IGNORECASE
)
_MALE = re.compile(r"\b(?:man|male|boy|gentleman)\b|(?<=\d)\s?(?:y/?o)?\s?(?-i:M)\b|\by/?o\s?(?-i:M)\b", re.IGNORECASE)
_LESION = re.compile(
    r"\b([CTL])(1[0-2]|[1-9])\b[\s-]*(?:(?:complete|incomplete|spinal|cord|level|motor|ASIA|AIS)\b[\s-]*(?:[A-D]\b[\s-]*)?)*"
    r"(?:lesion|injury|paraplegi|tetraplegi|quadriplegi|paraparesis|SCI\b|level\b)"
)
_LESION_AT = re.compile(
    r"\b(?:lesion|injury|paraplegia|tetraplegia|quadriplegia|SCI),? (?:at |level )?([CTL])(1[0-2]|[1-9])\b"
)
PATIENT = (
    ("age", AGE, 110.0, "years"),
    ("weight", _WEIGHT, 300.0, "kg"),
    ("creatinine_clearance", _CLEARANCE, 250.0, "mL/min"),
)


@dataclass
class Person:
    """What a text tells of the patient, in numbers and in words."""

    patient: dict[str, float] = field(default_factory=dict)
    circumstances: dict[str, bool] = field(default_factory=dict)
    understood: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def person_in(text: str) -> Person:
    """Who a text is about."""
    found = Person()
    for name, pattern, most, unit in PATIENT:
        match = pattern.search(text)
        number = number_in(next(filter(None, match.groups()))) if match else 0.0
        if 0.0 < number <= most:
            found.patient[name] = number
            found.understood.append(f"{name.replace('_', ' ')} {number:g} {unit}")
    note_pounds(found, text)
    note_kidneys(found, text)
    note_lesion(found, text)
    return found


def note_pounds(found: Person, text: str) -> None:
    """Take over a weight in pounds, where none is told in kilograms."""
    match = _POUNDS.search(text)
    if match and "weight" not in found.patient:
        found.patient["weight"] = round(number_in(match[1]) * KILOGRAMS, 1)
        found.understood.append(f"weight {found.patient['weight']:g} kg ({match[0]})")


def sex_in(text: str) -> str:
    """ "female" or "male", "" where a text tells neither or both."""
    female, male = (bool(pattern.search(text)) for pattern in (_FEMALE, _MALE))
    return "" if female is male else "female" if female else "male"


def note_kidneys(found: Person, text: str) -> None:
    """Take over what a creatinine tells of the kidneys."""
    if "creatinine_clearance" in found.patient:
        match = CREATININE.search(text)
        found.unclear += [f"'{match[0]}': not used, since the clearance is told"] if match else []
        return
    told = kidneys_in(text, found.patient.get("age"), sex_in(text), found.patient.get("weight"))
    if told.clearance is not None:
        found.patient["creatinine_clearance"] = told.clearance
    if told.fail:
        found.circumstances["kidney_failure"] = True
    found.understood += [told.understood] if told.understood else []
    found.unclear += [told.unclear] if told.unclear else []


def note_lesion(found: Person, text: str) -> None:
    """Take over the level of a spinal lesion."""
    lesion = _LESION.search(text) or _LESION_AT.search(text)
    if lesion:
        high = lesion[1] == "C" or (lesion[1] == "T" and int(lesion[2]) <= HIGHEST_THORACIC)
        found.circumstances["high_lesion"] = high
        found.understood.append(f"{'a' if high else 'no'} spinal lesion at T6 or above ({lesion[1]}{lesion[2]})")
