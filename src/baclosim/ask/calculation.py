"""What a question asks to be computed: a quantity, a dose, a route, a patient. A small grammar over words and numbers.

    calculation_in("what plasma level will 60 mg a day give with clearance 30?", terms)
    -> Calculation("plasma level", "60 mg/day by mouth in 3 doses", {"creatinine_clearance": "30 mL/min"})

A quantity is meant only when its words are said and the numbers that it needs are given; otherwise there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

NUMBER = r"(\d+(?:\.\d+)?)"
_DOSE = re.compile(NUMBER + r"\s*(mg|milligrams?|ug|mcg|micrograms?|g|grams?)\b(?!\s*/\s*(?:ml|dl|l)\b)")
_DAILY = re.compile(r"\s*(?:/|per|a|each|every)\s*(?:day|d|24 h)\b|\s*daily\b")
_OFTEN = re.compile(
    r"\s*((?:once|twice|two times|three times|four times|thrice)\s*(?:a day|daily|per day)|tds|tid|bd|bid|qid|qds|"
    r"every (?:\d+) ?(?:h|hours?)|every (?:six|eight|twelve) hours?|at night)\b"
)
_CONCENTRATION = re.compile(NUMBER + r"\s*((?:mg|ug|mcg|ng)\s*/\s*ml)\b")
_VOLUME = re.compile(NUMBER + r"\s*ml\b(?!\s*/)")
_CLEARANCE = re.compile(
    r"(?:clearance|egfr|gfr|crcl|kidney function)\s*(?:of|is|at|=|about|around|:)?\s*" + NUMBER
    + r"|" + NUMBER + r"\s*ml\s*/\s*min"
)  # fmt: skip
_AGE = re.compile(NUMBER + r"[\s-]*(?:year|yr|y)s?[\s-]*(?:old|of age)|aged?\s+" + NUMBER)
_WEIGHT = re.compile(NUMBER + r"\s*kg\b(?!\s*/)")
_SEX = re.compile(r"\b(woman|female|girl|lady)\b|\b(man|male|boy|gentleman)\b")
_MONTHS = re.compile(r"(?:after|for|over|since)\s+" + NUMBER + r"\s*(weeks?|months?|years?)")
_HOUR = re.compile(NUMBER + r"\s*(?:h|hours?)\s*(?:after|later)")
_OFTEN_WORDS = {"thrice": "three times", "six": "6", "eight": "8", "twelve": "12", "two times": "twice"}
_ONE = re.compile(r"\b(bolus|boluses|single|once|test dose)\b")
DAYS = {"week": 7.0, "month": 30.0, "year": 365.0}
LONG_TREATMENT = 180.0  # days, where a question does not say how long the drug was taken
LONGEST_TREATMENT = 730.0  # days that are computed; what adapts has settled by then
DOSES_A_DAY = 3


@dataclass(frozen=True)
class Calculation:
    """What is to be computed.

    quantity  one of QUANTITIES
    regimen   in the language of `therapy`; empty where the quantity needs none
    patient   covariates for `Patient`
    days      how long the regimen has gone on, where that matters
    numbers   further numbers by name, with their units, such as a volume
    assumed   what was taken for granted, in words
    """

    quantity: str
    regimen: str = ""
    patient: dict[str, str] = field(default_factory=dict)
    days: float = 0.0
    numbers: dict[str, str] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()


QUANTITIES: dict[str, tuple[str, ...]] = {
    "refill interval": ("refill", "duration", "empti", "reservoir", "until"),
    "time in coma": ("coma",),
    "ventilation": ("ventilation",),
    "infant dose": ("lactation", "milk"),
    "onset of withdrawal": ("withdrawal",),
    "spinal fluid level": ("csf",),
    "half-life": ("half_life",),
    "plasma level": ("plasma", "level", "concentr", "blood"),
    "drowsiness": ("drowsiness",),
    "tone": ("ashworth", "spasticity", "tone"),
}
"""What can be computed, and the terms by which a question means it; the first that is meant is taken."""


def calculation_in(question: str, asked: Collection[str]) -> Calculation | None:
    """What a question asks to compute; None when nothing, or when a number that it needs is missing.

    asked  the terms of the question
    """
    text = " ".join(plain_numbers(question.lower()).replace("µ", "u").replace("μ", "u").split())
    read = (_OWN.get(name, _steady)(name, text, set(asked)) for name in QUANTITIES)
    return next(filter(None, read), None)


def plain_numbers(text: str) -> str:
    """The text with "1,000" as 1000 and "1,5" as 1.5."""
    return re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text))


def patient_in(text: str) -> dict[str, str]:
    """The covariates that a question gives, with their units."""
    found = {}
    clearance, age, weight, sex = (pattern.search(text) for pattern in (_CLEARANCE, _AGE, _WEIGHT, _SEX))
    if clearance:
        found["creatinine_clearance"] = f"{clearance[1] or clearance[2]} mL/min"
    if age:
        found["age"] = f"{age[1] or age[2]} years"
    if weight:
        found["weight"] = f"{weight[1]} kg"
    if sex:
        found["sex"] = "female" if sex[1] else "male"
    return found


def is_intrathecal(text: str, unit: str) -> bool:
    """Whether a dose goes into the spinal fluid: the question says so, or only that is dosed in micrograms."""
    return unit == "ug" or bool(re.search(r"\b(pump|intrathecal\w*|itb|lumbar|spinal (infusion|bolus|dose))\b", text))


def doses_in(text: str) -> Iterator[tuple[str, str, str]]:
    """Each dose: number, unit (mg or ug or g), and how often: "day", "once", or the words for it."""
    for match in _DOSE.finditer(text):
        unit = "ug" if match[2][:2] in ("ug", "mc") or match[2].startswith("microg") else match[2][0]
        rest = text[match.end() :]
        often = _OFTEN.match(rest)
        how = "day" if _DAILY.match(rest) else _plain(often[1]) if often else "once"
        yield match[1], {"m": "mg", "g": "g"}.get(unit, unit), how


def _plain(often: str) -> str:
    for word, other in _OFTEN_WORDS.items():
        often = often.replace(word, other)
    return often if "a day" not in often else often.replace("a day", "daily")


def times_a_day(text: str) -> int:
    """In how many doses a question takes the amount of a day; 0 when it does not say."""
    found = re.search(r"\b(?:in|over|as|divided into|split into) (\d) (?:divided )?(?:doses|times|portions)\b", text)
    return int(found[1]) if found else 0


def daily_in(text: str) -> tuple[str, tuple[str, ...]] | None:
    """A regimen that goes on, and what was assumed of it; None when no dose is given that can be read as daily."""
    for number, unit, how in doses_in(text):
        if is_intrathecal(text, unit) and not (how == "once" and _ONE.search(text)):
            return f"{number} {unit}/day intrathecally", () if how == "day" else ("the dose is that of a day",)
        if how == "day":
            told = times_a_day(text)
            assumed = () if told else (f"taken in {DOSES_A_DAY} doses a day",)
            return f"{number} {unit}/day by mouth in {told or DOSES_A_DAY} doses", assumed
        if how != "once":
            return f"{number} {unit} by mouth {how}", ()
    return None


def single_in(text: str) -> str:
    """A single dose in words; empty when none is given."""
    tablets = re.search(NUMBER + r"\s*(?:x\s*)?(?:tablets?|pills?)\s*(?:of|x|at)?\s*" + NUMBER + r"\s*mg", text)
    if tablets:
        return f"{float(tablets[1]) * float(tablets[2]):g} mg by mouth once"
    for number, unit, how in doses_in(text):
        if how == "once":
            return (
                f"{number} {unit} once intrathecally"
                if is_intrathecal(text, unit)
                else f"{number} {unit} by mouth once"
            )
    return ""


def _steady(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """A quantity under a regimen that goes on."""
    found = daily_in(text) if asked.intersection(QUANTITIES[quantity]) else None
    return Calculation(quantity, found[0], patient_in(text), assumed=found[1]) if found else None


def _level(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """A level in blood under a regimen that goes on, or after one dose, perhaps at an hour that is named."""
    if "csf" in asked:
        return None
    steady = _steady(quantity, text, asked)
    single = None if steady else _after_one(quantity, text, asked)
    hour = _HOUR.search(text)
    return replace(single, numbers={"after": f"{hour[1]} h"}) if single and hour else steady or single


def _after_one(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """A quantity after one dose."""
    dose = single_in(text) if asked.intersection(QUANTITIES[quantity]) else ""
    return Calculation(quantity, dose, patient_in(text)) if dose else None


def _onset(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """Withdrawal after a regimen that went on long enough; taking it is not asked about when the text says taper."""
    meant = asked.intersection(QUANTITIES[quantity]) and not asked & {"taper"}
    found = daily_in(text) if meant else None
    if found is None:
        return None
    said = _MONTHS.search(text)
    days = float(said[1]) * DAYS[said[2].rstrip("s")] if said else LONG_TREATMENT
    short = min(days, LONGEST_TREATMENT)
    beyond = (f"treatment of {days:g} days is computed as {short:g}",) if short < days else ()
    assumed = beyond if said else (f"taken for {LONG_TREATMENT:g} days before",)
    return Calculation(quantity, found[0], patient_in(text), short, assumed=(*found[1], *assumed))


def _half_life(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """A half-life in blood of a patient who is described; without a description the cited one is enough."""
    patient = patient_in(text)
    meant = "half_life" in asked and patient and "csf" not in asked
    return Calculation(quantity, patient=patient) if meant else None


def _refill(quantity: str, text: str, asked: set[str]) -> Calculation | None:
    """How long a reservoir lasts: it needs a concentration and a daily dose; the volume is that of the pump."""
    concentration, found = _CONCENTRATION.search(text), daily_in(_CONCENTRATION.sub(" ", text))
    meant = asked.intersection(QUANTITIES[quantity]) and asked & {"pump", "reservoir", "refill"}
    if not (concentration and found and meant):
        return None
    numbers = {"concentration": f"{concentration[1]} {concentration[2].replace(' ', '').replace('ml', 'mL')}"}
    numbers["dose"] = found[0].removesuffix(" intrathecally")
    volume = _VOLUME.search(_CONCENTRATION.sub(" ", text))
    return Calculation(quantity, numbers=numbers | ({"volume": f"{volume[1]} mL"} if volume else {}))


_OWN: dict[str, Callable[[str, str, set[str]], Calculation | None]] = {
    "plasma level": _level,
    "refill interval": _refill,
    "half-life": _half_life,
    "onset of withdrawal": _onset,
    "time in coma": _after_one,
    "ventilation": _after_one,
}
"""How each quantity is read; the others are those of a regimen that goes on."""
