"""A scenario as a bundle: the patient and what is known of them, and the treatment as statements of what is taken."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...drugs.companions import Companion
from ...patient import Patient
from ...patient.covariates import creatinine
from ...scenario import Scenario
from ...therapy.alongside import STAND_IN
from ...therapy.policies.guided import Guided
from ...therapy.timing import START_CLOCK
from ..parcel import File, Parcel
from .codes import meanings
from .dosages import Course, statement
from .frame import bundle, provenance, quantity, refer
from .implants import implants
from .settings import parameters
from .when import Zero

Json = dict[str, Any]
MONDAY = dt.datetime(2026, 1, 5, round(START_CLOCK))  # where a scenario without a date begins
SCORES = ("ashworth", "spasms")
MEASURED = {"weight": "kg", "height": "cm", "ashworth": "1", "spasms": "1"}


@dataclass(frozen=True)
class Written:
    """A scenario as resources, the patient first; `notes` say what no resource could carry."""

    resources: tuple[Json, ...]
    notes: tuple[str, ...]
    moment: str
    salt: str


def export(scenario: Scenario) -> Parcel:
    """A scenario as a bundle that `read` makes the same scenario of, but for what the notes name."""
    written = resources(scenario)
    facts = tuple(dict.fromkeys(f for caution in scenario.patient.cautions for f in caution.evidence))
    origin = provenance(written.resources, written.moment, scenario.title, facts)
    content = bundle((*written.resources, origin), written.moment, written.salt)
    holds = f"FHIR R4B bundle: {len(written.resources) + 1} resources"
    return Parcel("fhir", scenario.name, (File("bundle.json", holds, content),), written.notes, facts)


def resources(scenario: Scenario) -> Written:
    """The resources of a scenario."""
    zero = Zero(scenario.start or MONDAY)
    person = patient(scenario.patient, zero)
    found = [
        person,
        *observations(scenario.patient, person, zero, scenario.before),
        *conditions(scenario.patient, person),
    ]
    found += treatment(scenario, person, zero)
    devices, lost = implants(scenario, person, zero)
    salt = hashlib.sha256(scenario.text.encode()).hexdigest()[:16]
    notes = (*_lost(scenario), *lost)
    return Written((*found, *devices, parameters(scenario)), notes, zero.written(0.0), salt)


def patient(known: Patient, zero: Zero) -> Json:
    """The person: sex, and the age as a birth date."""
    who = known.covariates
    born = zero.moment.date() - dt.timedelta(days=round(who.age * 365.25))
    gender = {"gender": who.sex} if who.sex else {"gender": "unknown"}
    return {"resourceType": "Patient", "id": "patient", "active": True, **gender, "birthDate": born.isoformat()}


def observations(known: Patient, person: Json, zero: Zero, before: float) -> Iterator[Json]:
    """What was measured of a patient, nothing that was assumed; scores before the treatment began [h before hour 0]."""
    who, now = known.covariates, zero.written(0.0)
    for name, unit in MEASURED.items():
        value = getattr(who, name)
        if name not in who.assumed and value is not None:
            yield observation(name, quantity(value, unit), person, zero.written(-before if name in SCORES else 0.0))
    if known.serum_creatinine is not None:
        yield observation("serum_creatinine", quantity(creatinine(known.serum_creatinine), "mg/dL"), person, now)
    elif "creatinine_clearance" not in who.assumed:
        yield observation("creatinine_clearance", quantity(who.creatinine_clearance, "mL/min"), person, now)


def observation(name: str, value: Json, person: Json, moment: str) -> Json:
    """One measurement."""
    known = meanings("measurement")[name]
    return {
        "resourceType": "Observation",
        "id": name.replace("_", "-"),
        "status": "final",
        "code": known.concept() | {"text": known.words[0]},
        "subject": refer(person),
        "effectiveDateTime": moment,
        "valueQuantity": value,
    }


def conditions(known: Patient, person: Json) -> Iterator[Json]:
    """What ails the patient."""
    name = known.covariates.condition
    if known.condition is None or name not in meanings("condition"):
        return
    active = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    yield {
        "resourceType": "Condition",
        "id": "condition",
        "clinicalStatus": {"coding": [active]},
        "code": meanings("condition")[name].concept(),
        "subject": refer(person),
    }


def treatment(scenario: Scenario, person: Json, zero: Zero) -> Iterator[Json]:
    """Everything that is taken but what a pump gives, as statements."""
    therapy = scenario.therapy
    start = 0.0 if therapy.lead else -scenario.before
    clock = (zero.moment.weekday() * 24.0 + zero.moment.hour + zero.moment.minute / 60.0 + start) % 168.0
    if therapy.earlier:
        past = Course(meanings("drug")["baclofen"], -therapy.lead, therapy.earlier, str(therapy.earlier), 0.0)
        yield statement("earlier", past, person, zero, (clock - therapy.lead) % 168.0)
    for number, regimen in enumerate(therapy.regimens, 1):
        steps = None if isinstance(regimen, Guided) else regimen
        if steps is not None and str(steps) == "stop":
            continue
        course = Course(meanings("drug")["baclofen"], start, steps, str(regimen))
        yield statement(f"baclofen-{number}", course, person, zero, clock)
    for number, other in enumerate(therapy.beside, 1):
        course = Course(drug(other.drug), start, other.regimen, other.words, scale=_scale(other.drug))
        yield statement(f"alongside-{number}", course, person, zero, clock)


def drug(companion: Companion) -> Any:
    """What a companion is called in FHIR."""
    return meanings("drug")[companion.name]


def _scale(companion: Companion) -> float:
    """By which the stand-in for one load in a companion's regimen becomes its mass."""
    return companion.unit / STAND_IN if companion.is_modelled else 1.0


def _lost(scenario: Scenario) -> Iterator[str]:
    """What FHIR has no resource for, or none that is read back."""
    known, who = scenario.patient, scenario.patient.covariates
    if "age" in who.assumed:
        yield f"no age was given; the birth date is that of the {who.age:g} years assumed"
    if known.kidney_changes:
        yield "not carried: changes of the kidneys during the run"
    if known.dialysis_sessions:
        yield "not carried: dialysis"
    if known.kidney_formula:
        yield f"not carried: the formula of the kidneys, {known.kidney_formula}"
    if scenario.therapy.removed:
        yield "not carried: spinal fluid drawn off"
    if scenario.therapy.charcoal:
        yield "not carried: activated charcoal"
    if who.condition == "healthy":
        yield "not carried: that the person is healthy"
