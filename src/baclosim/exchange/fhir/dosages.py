"""From regimens to MedicationStatements: dose, timing and bounds as FHIR has them, and plain words where it has none.

A simulated treatment is written as a statement of what is taken, never as an order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from ...therapy.amounts import Mass, MassPerWeight, Tablets
from ...therapy.regimen import Regimen
from ...therapy.speech import intake as in_words
from ...therapy.steps import TAKEN_AS_PRESCRIBED, Intake
from ...therapy.timeline import Segment, timeline
from ...therapy.timing import Continuous, Once
from .codes import Meaning, meanings, tables
from .frame import quantity, refer
from .instructions import scaled
from .rhythm import repeat_of
from .when import Zero

Json = dict[str, Any]
ROUTES = ("mouth", "vein", "intrathecal")


@dataclass(frozen=True)
class Course:
    """What is given of one drug from an hour on: a regimen, or words alone where no regimen could be read.

    start   h from hour 0; `end` where it is over whatever the regimen says
    scale   by which amounts of the regimen become those of the drug [ug]
    """

    drug: Meaning
    start: float
    regimen: Regimen | None
    words: str
    end: float = inf
    scale: float = 1.0


def statement(name: str, course: Course, patient: Json, zero: Zero, clock: float) -> Json:
    """A course as a MedicationStatement; `clock` is the hour after midnight of a Monday at its start."""
    segments = tuple(_of_one_strength(list(_held(course, clock)))) if course.regimen else ()
    dosages = list(structured(segments, course, zero))
    strengths = strengths_of(segments)
    found = {
        "resourceType": "MedicationStatement",
        "id": name,
        "status": status(course, segments),
        "subject": refer(patient),
        "effectivePeriod": _period(course.start, course.end, zero),
        "dosage": dosages if dosages else [{"text": course.words}],
    }
    return {**found, **medication(course.drug, strengths[0] if strengths and dosages else None, "{tbl}")}


def strengths_of(segments: Sequence[Segment]) -> list[float]:
    """The strengths of the tablets that are taken [ug]."""
    return sorted({i.amount.strength for s in segments for i in s.intakes if isinstance(i.amount, Tablets)})


def _of_one_strength(segments: list[Segment]) -> list[Segment]:
    """The segments with tablets by mass where they are of several strengths: one medication has one strength."""
    if len(strengths_of(segments)) < 2:
        return segments
    return [replace(segment, intakes=tuple(map(_by_mass, segment.intakes))) for segment in segments]


def _by_mass(intake: Intake) -> Intake:
    return replace(intake, amount=Mass(intake.amount.measure)) if isinstance(intake.amount, Tablets) else intake


def status(course: Course, segments: Sequence[Segment]) -> str:
    """Whether a course goes on, is over, or is still to come at hour 0."""
    last = min(course.end, course.start + segments[-1].end) if segments else course.end
    return "intended" if course.start > 0.0 else "completed" if last <= 0.0 else "active"


def medication(drug: Meaning, strength: float | None, per: str) -> Json:
    """What is given: a code, or a contained Medication whose ingredient has a strength [ug] per tablet or mL."""
    if strength is None:
        return {"medicationCodeableConcept": drug.concept()}
    above = quantity(strength / 1e3, "mg") if per != "mL" else quantity(strength, "ug")
    ratio = {"numerator": above, "denominator": quantity(1, "tablet" if per == "{tbl}" else per, per)}
    contained = {
        "resourceType": "Medication",
        "id": "medication",
        "code": drug.concept(),
        "ingredient": [{"itemCodeableConcept": drug.concept(), "isActive": True, "strength": ratio}],
    }
    return {"contained": [contained], "medicationReference": {"reference": "#medication", "display": drug.name}}


def _held(course: Course, clock: float) -> Iterator[Segment]:
    """The segments of a course, cut where it ends."""
    assert course.regimen is not None
    for segment in timeline(course.regimen.steps, clock):
        if course.start + segment.start < course.end:
            yield segment


def structured(segments: Sequence[Segment], course: Course, zero: Zero) -> Iterator[Json]:
    """Every segment as dosages; none at all where one of them cannot be said so."""
    if course.regimen is None or course.regimen.adherence != TAKEN_AS_PRESCRIBED:
        return
    found = [one for number, segment in enumerate(segments, 1) for one in _of_segment(segment, number, course, zero)]
    if all(found):
        yield from (one for one in found if one)


def _of_segment(segment: Segment, number: int, course: Course, zero: Zero) -> Iterator[Json | None]:
    for intake, first in zip(segment.intakes, segment.firsts, strict=True):
        end = min(course.start + segment.end, course.end)
        yield dosage(
            intake if course.scale == 1.0 else scaled(intake, course.scale),
            number,
            _period(course.start + first, end, zero),
        )


def _period(start: float, end: float, zero: Zero) -> Json:
    return {"start": zero.written(start), **({} if end == inf else {"end": zero.written(end)})}


def dosage(intake: Intake, sequence: int, bounds: Json) -> Json | None:
    """An intake within bounds as a Dosage; None where FHIR has no words for it."""
    repeat = repeat_of(intake.timing, intake.days, intake.over)
    given = _given(intake)
    if repeat is None or given is None or intake.route not in ROUTES:
        return None
    timing = {"event": [bounds["start"]]} if isinstance(intake.timing, Once) else {}
    if isinstance(intake.timing, Once):
        repeat = {key: value for key, value in repeat.items() if key != "count"}
    else:
        repeat = {"boundsPeriod": bounds, **repeat}
    food = {"additionalInstruction": [_food(intake.food)]} if intake.food in tables()["food"] else {}
    return {
        "sequence": sequence,
        "text": in_words(intake),
        **food,
        "timing": {**timing, **({"repeat": repeat} if repeat else {})},
        "route": meanings("route")[intake.route].concept(),
        "doseAndRate": [given],
    }


def _food(words: str) -> Json:
    entry = tables()["food"][words]
    coding = {"system": tables()["system"][entry["system"]], "code": entry["code"], "display": entry["display"]}
    return {"coding": [coding], "text": words}


def _given(intake: Intake) -> Json | None:
    """Dose or rate of an intake."""
    unit, size = ("ug", 1.0) if intake.route == "intrathecal" else ("mg", 1e3)
    share = intake.timing.share
    match intake.amount:
        case Mass(amount) if isinstance(intake.timing, Continuous):
            return {"rateQuantity": quantity(amount / size, f"{unit}/d")}
        case Mass(amount):
            return {"doseQuantity": quantity(amount * share / size, unit)}
        case Tablets(count, _):
            return {"doseQuantity": quantity(count * share, "tablet", "{tbl}")}
        case MassPerWeight(amount) if not isinstance(intake.timing, Continuous):
            return {"doseQuantity": quantity(amount * share / 1e3, "mg/kg")}
        case _:
            return None
