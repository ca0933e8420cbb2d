"""Who the patient of a text is: age, weight, kidneys, level of a spinal lesion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .measured import number_in

HIGHEST_THORACIC = 6  # at and above this level autonomic dysreflexia occurs
_LINK = r"\s*(?:of|is|was|[:=~])?\s*"
AGE = re.compile(
    r"\b(\d{1,3})[\s-]*(?:years?|yrs?|y)?[\s/-]*(?:old|y/?o)(?:\b|(?=[mf]\b))|\bage[d:]?\s*(\d{1,3})\b"
    r"|(?<![\w./])(\d{1,3})\s?(?-i:[MF])\b(?!\s*°)",
    re.IGNORECASE,
)
"""Years of life: "27 years old", "aged 27", "27yoM", "62F"."""
_WEIGHT = re.compile(r"\b(\d{2,3}(?:\.\d+)?)\s*kg\b", re.IGNORECASE)
_CLEARANCE = re.compile(
    rf"\b(?:creatinine clearance|cr ?cl|e?gfr){_LINK}(\d{{1,3}}(?:[.,]\d+)?)(?:\s*ml/min)?", re.IGNORECASE
)
_CREATININE = re.compile(
    rf"\b(?:creat(?:inine)?|cr|s?cr){_LINK}(\d{{1,4}}(?:[.,]\d+)?)(?:\s*(?:mg/dl|[uµμ]mol(?:/l)?))?", re.IGNORECASE
)
KIDNEYS = re.compile(f"{_CLEARANCE.pattern}|{_CREATININE.pattern}", re.IGNORECASE)
"""Numbers of the kidneys: "eGFR 18", "creat 2.1"."""
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
    ("creatinine_clearance", _CLEARANCE, 300.0, "mL/min"),
)


@dataclass
class Person:
    """What a text tells of the patient, in numbers and in words."""

    patient: dict[str, float] = field(default_factory=dict)
    circumstances: dict[str, bool] = field(default_factory=dict)
    understood: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def person_in(text: str) -> Person:
    """Who a text is about; a creatinine tells the clearance of nobody's kidneys by itself, and is left unclear."""
    found = Person()
    for name, pattern, most, unit in PATIENT:
        match = pattern.search(text)
        number = number_in(next(filter(None, match.groups()))) if match else 0.0
        if 0.0 < number <= most:
            found.patient[name] = number
            found.understood.append(f"{name.replace('_', ' ')} {number:g} {unit}")
    creatinine = _CREATININE.search(text)
    if creatinine and "creatinine_clearance" not in found.patient:
        found.unclear.append(f"'{creatinine[0]}': say the clearance ('eGFR 25') or 'kidney failure'")
    note_lesion(found, text)
    return found


def note_lesion(found: Person, text: str) -> None:
    """Take over the level of a spinal lesion."""
    lesion = _LESION.search(text) or _LESION_AT.search(text)
    if lesion:
        high = lesion[1] == "C" or (lesion[1] == "T" and int(lesion[2]) <= HIGHEST_THORACIC)
        found.circumstances["high_lesion"] = high
        found.understood.append(f"{'a' if high else 'no'} spinal lesion at T6 or above ({lesion[1]}{lesion[2]})")
