"""Small FHIR bundles for the tests: a patient, and whatever is put beside them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np

from baclosim.exchange.fhir import FhirError, Imported, read
from baclosim.exchange.fhir.scenarios import export
from baclosim.scenario import Scenario

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
AT = "2026-03-02T08:00:00+01:00"
TODAY = dt.date(2026, 3, 2)
PATIENT = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1983-03-02"}
SUBJECT = {"reference": "Patient/p"}
BACLOFEN = {"coding": [{"system": RXNORM, "code": "1292", "display": "baclofen"}]}
MONTH = 30 * 24.0
THRICE = {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(code: str, value: float, unit: str, day: str = "2026-02-20", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": more.pop("id", f"o{code}"),
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": SUBJECT,
        "effectiveDateTime": day,
        "valueQuantity": quantity(value, unit),
        **more,
    }


def condition(system: str, code: str, **more: Any) -> dict[str, Any]:
    concept = {"coding": [{"system": system, "code": code}]}
    return {"resourceType": "Condition", "id": f"c{code}", "code": concept, "subject": SUBJECT, **more}


def dosage(value: float = 10, unit: str = "mg", timing: Any = THRICE, **more: Any) -> dict[str, Any]:
    return {"timing": timing, "doseAndRate": [{"doseQuantity": quantity(value, unit)}], **more}


def request(*dosages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": BACLOFEN,
        "subject": SUBJECT,
        "authoredOn": "2026-01-01",
        "dosageInstruction": list(dosages) or [dosage()],
        **more,
    }


def statement(*dosages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "id": "s",
        "status": "active",
        "medicationCodeableConcept": BACLOFEN,
        "subject": SUBJECT,
        "effectivePeriod": {"start": "2026-01-01"},
        "dosage": list(dosages) or [dosage()],
        **more,
    }


def bundle(*resources: dict[str, Any], patient: dict[str, Any] | None = PATIENT, **more: Any) -> bytes:
    everyone = [*([patient] if patient else []), *resources]
    entries = [{"resource": resource} for resource in everyone]
    found = {"resourceType": "Bundle", "type": "collection", "timestamp": AT, "entry": entries, **more}
    return json.dumps(found).encode()


def imported(*resources: dict[str, Any], at: str | None = None, **more: Any) -> Imported:
    return read(bundle(*resources, **more), "test.json", at=at, today=TODAY)


def refusal(*resources: dict[str, Any], **more: Any) -> str:
    """What is said of a bundle that cannot be read."""
    try:
        imported(*resources, **more)
    except FhirError as error:
        return str(error)
    raise AssertionError("the bundle was read")


def oral(*resources: dict[str, Any], **more: Any) -> str:
    """What is taken by mouth according to a bundle."""
    return str(imported(*resources, **more).scenario.therapy.regimens[0])


def said(lines: tuple[Any, ...], resource: str) -> str:
    """All that an account says of a resource."""
    return "; ".join(line.says for line in lines if line.resource.split(" ")[0] == resource)


def written(scenario: Scenario) -> bytes:
    return export(scenario).files[0].content


def doses(scenario: Scenario, until: float) -> list[tuple[Any, ...]]:
    """Every dose of a scenario up to a time after hour 0, in order: time, channel, amount, duration."""
    weight = scenario.patient.covariates.weight
    given = scenario.therapy.doses(scenario.before + until, weight=weight)
    rows = zip(given.time - scenario.before, given.channel, given.amount, given.duration, strict=True)
    return sorted((round(float(t), 5), int(c), float(a), round(float(d), 5)) for t, c, a, d in rows if a > 0.0)


def assert_same_doses(one: Scenario, other: Scenario, until: float = MONTH) -> None:
    a, b = doses(one, until), doses(other, until)
    assert len(a) == len(b)
    if a:
        assert np.allclose(np.array(a), np.array(b), rtol=1e-8, atol=1e-5)
