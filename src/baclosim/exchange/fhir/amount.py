"""How much a Dosage gives: by mass, in tablets or millilitres of a medication of known strength, per body weight."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any

from ...errors import Problem, TherapyError, UnitError
from ...parameters import typical
from ...therapy.amounts import Amount, Mass, MassPerWeight, Tablets, tidy
from ...units import both_ways, either_way, number, read
from .account import shortly
from .codes import meaning, reading_unit, shown, texts

Json = dict[str, Any]
TABLET = ("{tbl}", "{tablet}", "tab", "tbl", "tab(s)", "tablet", "tablets", "1")
CONCENTRATIONS = ("pump_concentration_lowest", "pump_concentration_highest")
PIECES = (*TABLET, "{capsule}", "cap", "capsule", "capsules")
_STRENGTH = re.compile(r"(\d+(?:[.,]\d+)*)\s*(mg|mcg|ug|µg|g)(?:\s*/\s*(\d+(?:[.,]\d+)*)?\s*(ml))?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Strength:
    """How much drug [ug] is in one piece, or in one mL of a liquid; `note`: how its words were read, or why not."""

    per_piece: float | None = None
    per_ml: float | None = None
    note: str = ""


UNKNOWN = Strength()


def strength_of(medication: Json | None, concept: Any) -> Strength:
    """The strength of a medication: of its active ingredient, else as its name says ("baclofen 10 MG Oral Tablet").

    Of a number that reads in two ways the one with which pumps are filled is meant, else none; a note says so.
    Raises TherapyError for a ratio that is none of mass, UnitError for digits that are no number.
    """
    ingredients = [one for one in (medication or {}).get("ingredient") or () if one.get("isActive", True)]
    if len(ingredients) == 1 and ingredients[0].get("strength"):
        return _ratio(ingredients[0]["strength"])
    found = [match for text in texts(concept) for match in [_STRENGTH.search(text)] if match]
    return _in_words(found[0][0]) if found else UNKNOWN


def _in_words(said: str) -> Strength:
    """A strength in words; of two readings, a thousandfold apart, the only one with which pumps are filled."""
    ways = both_ways(said)
    if not ways:
        return _measured(said)
    filled = [(way, strength) for way in ways for strength in [_measured(way)] if _is_in_pumps(strength)]
    if len(filled) != 1:
        return Strength(note=f"strength not used, because {said!r} reads in two ways. {either_way(said)}")
    (way, strength), other = filled[0], ways[1 - ways.index(filled[0][0])]
    return replace(strength, note=f"{said!r} is read as {way!r}: no pump is filled with {other!r}")


def _measured(said: str) -> Strength:
    """A strength in words whose digits can be read in one way."""
    found = _STRENGTH.fullmatch(said)
    assert found is not None
    amount, unit, volume, is_liquid = found.groups()
    drug = read(f"{amount} {unit.lower()}", "mass", where="strength")
    return Strength(per_ml=drug / number(volume or "1", "strength")) if is_liquid else Strength(per_piece=drug)


def _is_in_pumps(strength: Strength) -> bool:
    """Whether pumps are filled with a solution of that strength."""
    low, high = typical(CONCENTRATIONS).values()
    return strength.per_ml is not None and low <= strength.per_ml <= high


def _ratio(strength: Json) -> Strength:
    """A ratio of strength; raises TherapyError where it is none of mass."""
    above, below = strength.get("numerator") or {}, strength.get("denominator") or {}
    try:
        drug = read(f"{above.get('value')} {unit_of(above)}", "mass")
        parts = float(below.get("value", 1))
        if unit_of(below).lower() in PIECES or not unit_of(below):
            return Strength(per_piece=drug / parts)
        return Strength(per_ml=drug / read(f"{parts} {unit_of(below)}", "volume"))
    except (UnitError, TypeError, ValueError, ZeroDivisionError):
        allowed = "a mass per tablet or per volume, such as 10 mg / 1 {tbl} or 2000 ug / 1 mL"
        raise TherapyError(Problem("ingredient.strength", f"{said(above)} / {said(below)}", allowed)) from None


def unit_of(quantity: Json) -> str:
    """The unit of a Quantity as `units` reads it."""
    return reading_unit(str(quantity.get("code") or quantity.get("unit") or ""))


def is_divided(quantity: Json, *kinds: str) -> bool:
    """Whether the code of a Quantity and its unit in words are two units of a kind: which is meant would be a guess."""
    code, unit = quantity.get("code"), quantity.get("unit")
    for kind in kinds if code and unit else ():
        try:
            coded, worded = (read(f"1 {reading_unit(str(one))}", kind) for one in (code, unit))
        except UnitError:
            continue
        return not math.isclose(coded, worded)
    return False


def said(quantity: Json) -> str:
    """A Quantity as people write it."""
    return f"{shortly(quantity.get('value'))} {quantity.get('unit') or quantity.get('code') or ''}".strip()


def dose(quantity: Json, strength: Strength) -> Amount:
    """The amount of one dose. Raises TherapyError where it cannot be told."""
    value, unit = quantity.get("value"), unit_of(quantity)
    if value is None or quantity.get("comparator"):
        raise _unclear(quantity, "a number")
    if is_divided(quantity, "mass", "dose per weight"):
        raise _unclear(quantity, f"one unit: its code is {quantity['code']}")
    if unit.lower() in PIECES:
        if strength.per_piece is None:
            raise _unclear(quantity, "a mass, or a medication whose ingredient has a strength", strength.note)
        return Tablets(float(value), strength.per_piece)
    if unit.lower() == "ml" and strength.per_ml is not None:
        return Mass(tidy(float(value) * strength.per_ml))
    for kind, make in (("mass", Mass), ("dose per weight", MassPerWeight)):
        try:
            return make(tidy(read(f"{value} {unit}", kind)))
        except UnitError:
            continue
    raise _unclear(quantity, "a mass such as 10 mg, tablets or mL of known strength, or mg/kg", strength.note)


def _unclear(quantity: Json, allowed: str, hint: str = "") -> TherapyError:
    return TherapyError(Problem("doseAndRate.doseQuantity", said(quantity), allowed, hint))


def rate(given: Json, strength: Strength) -> float | None:
    """The rate [ug/h] of a doseAndRate; None where it has none. Raises TherapyError where it cannot be told."""
    quantity, ratio = given.get("rateQuantity"), given.get("rateRatio")
    if given.get("rateRange"):
        raise TherapyError(Problem("doseAndRate.rateRange", "a range", "one rate, such as 350 ug/d"))
    if ratio:
        above, below = ratio.get("numerator") or {}, ratio.get("denominator") or {}
        quantity = {"value": _each(above, below.get("value", 1)), "unit": f"{unit_of(above)}/{unit_of(below)}"}
    if not quantity:
        return None
    if is_divided(quantity, "dose rate", "flow"):
        allowed = f"one unit: its code is {quantity['code']}"
        raise TherapyError(Problem("doseAndRate.rateQuantity", said(quantity), allowed))
    text = f"{quantity.get('value')} {unit_of(quantity)}"
    try:
        return read(text, "dose rate")
    except UnitError:
        pass
    try:
        flow = read(text, "flow")
    except UnitError:
        flow = None
    if flow is None or strength.per_ml is None:
        allowed = "a mass per time such as 350 ug/d, or a flow of a medication of known strength"
        raise TherapyError(Problem("doseAndRate.rate", said(quantity), allowed, strength.note))
    return flow * strength.per_ml


def _each(above: Json, parts: Any) -> float:
    value = above.get("value")
    if value is None or not float(parts) > 0.0:
        raise TherapyError(Problem("doseAndRate.rateRatio", f"{value} / {parts}", "a mass over a time above zero"))
    return float(value) / float(parts)


def route_of(dosage: Json) -> str | None:
    """The route of a Dosage, one of those of a regimen; None where it has none. Raises TherapyError for another."""
    concept = dosage.get("route")
    if not concept:
        return None
    found = meaning("route", concept)
    if found is None:
        hint = "The rectum does not absorb baclofen." if "rectal" in shown(concept).lower() else ""
        allowed = "by mouth (SNOMED 26643006), intrathecal (72607000), intravenous (47625008) or topical (6064005)"
        raise TherapyError(Problem("route", shown(concept), allowed, hint))
    return found.name
