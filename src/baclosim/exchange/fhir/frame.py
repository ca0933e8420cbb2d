"""The frame of a bundle that is written: entries that refer to each other, where it is from, and that it is valid."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any

from ...plan.safety import DISCLAIMER
from .measured import TAG
from .valid import valid

Json = dict[str, Any]
SOFTWARE = "baclosim"
HTEST = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
ASSEMBLER = {
    "system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
    "code": "assembler",
    "display": "Assembler",
}
FACT = "urn:baclosim:fact"


def address(salt: str, kind: str, name: str) -> str:
    """The full URL of a resource: the same for the same content, another for any other."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{SOFTWARE}/{salt}/{kind}/{name}')}"


def bundle(resources: Sequence[Json], moment: str, salt: str) -> bytes:
    """Resources as a bundle of type collection; references between them ("Patient/patient") become full URLs.

    moment  when it was made, as an instant
    salt    what tells this bundle from others

    Raises pydantic's ValidationError when something of it is no valid R4B.
    """
    known = {f"{one['resourceType']}/{one['id']}": address(salt, one["resourceType"], one["id"]) for one in resources}
    entries = [{"fullUrl": address(salt, r["resourceType"], r["id"]), "resource": linked(r, known)} for r in resources]
    found = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{SOFTWARE}/{salt}")),
        "meta": {"security": [HTEST], "tag": [TAG]},
        "type": "collection",
        "timestamp": moment,
        "entry": entries,
    }
    return (json.dumps(valid(found), ensure_ascii=False, indent=2) + "\n").encode()


def linked(value: Any, known: dict[str, str]) -> Any:
    """A resource with every reference to another of the bundle as its full URL."""
    if isinstance(value, list):
        return [linked(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: known.get(one, one) if key == "reference" and isinstance(one, str) else linked(one, known)
        for key, one in value.items()
    }


def refer(resource: Json) -> Json:
    """A reference to a resource."""
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def concept(text: str) -> Json:
    """A CodeableConcept that is only a text."""
    return {"text": text}


def quantity(value: float, unit: str, ucum: str | None = None) -> Json:
    """A Quantity with its UCUM code; twelve significant digits."""
    tidy = float(f"{value:.12g}")
    code = unit if ucum is None else ucum
    number = int(tidy) if tidy.is_integer() and abs(tidy) < 1e15 else tidy
    return {"value": number, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}


def note(text: str) -> Json:
    """An Annotation."""
    return {"text": text}


def provenance(targets: Iterable[Json], moment: str, source: str, facts: Sequence[str]) -> Json:
    """By which version of this program resources were made, from what, and on which facts of the evidence they rest."""
    software = {
        "resourceType": "Device",
        "id": "software",
        "deviceName": [{"name": SOFTWARE, "type": "model-name"}],
        "version": [{"value": version(SOFTWARE)}],
        "note": [note(DISCLAIMER)],
    }
    origin = {"role": "source", "what": {"display": source}}
    evidence = [{"role": "source", "what": {"identifier": {"system": FACT, "value": fact}}} for fact in facts]
    return {
        "resourceType": "Provenance",
        "id": "provenance",
        "contained": [software],
        "target": [refer(one) for one in targets],
        "recorded": moment,
        "agent": [{"type": {"coding": [ASSEMBLER]}, "who": {"reference": "#software"}}],
        "entity": [origin, *evidence],
    }
