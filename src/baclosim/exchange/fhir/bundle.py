"""From the bytes of a file to the resources of a FHIR R4B Bundle, each with the name by which people find it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...errors import InputError, Problem, Problems
from ...mistaken import slip_in_words

Json = dict[str, Any]
LARGEST = 50_000_000  # bytes
DEEPEST = 60  # FHIR itself nests a handful
MOST_RESOURCES = 50_000
TYPES = ("collection", "searchset", "document", "transaction", "batch", "history")
READ_TYPES = TYPES[:4]

# Elements that only another version of FHIR has: resource, element, version.
MARKS = (
    ("MedicationStatement", "taken", "STU3"),
    ("MedicationStatement", "medication", "R5"),
    ("MedicationRequest", "medication", "R5"),
    ("MedicationRequest", "context", "STU3"),
    ("Observation", "related", "STU3"),
    ("DeviceUseStatement", "whenUsed", "STU3"),
    ("Condition", "assertedDate", "STU3"),
    ("MedicationOrder", "", "DSTU2"),
    ("DeviceUsage", "", "R5"),
)


class FhirError(InputError):
    """A FHIR bundle cannot be read."""


@dataclass(frozen=True)
class Resource:
    """One resource: `name` for people ("Observation/abc"), type, content, what it contains, and its full URL."""

    name: str
    type: str
    body: Json
    inside: dict[str, Json] = field(default_factory=dict, repr=False)
    url: str | None = None

    def get(self, key: str, default: Any = None) -> Any:
        """An element of the resource."""
        return self.body.get(key, default)


@dataclass(frozen=True)
class Bundle:
    """A bundle as it was found; `known` holds its resources by everything that a reference may say."""

    name: str
    type: str
    timestamp: str | None
    resources: tuple[Resource, ...]
    known: dict[str, Resource] = field(repr=False)

    def of(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, in the order of the file."""
        return (resource for resource in self.resources if resource.type in types)

    def referred(self, reference: Any, source: Resource) -> Resource | None:
        """The resource that a Reference names, contained or in the bundle; None when it is not here."""
        address = str((reference or {}).get("reference") or "")
        if address.startswith("#"):
            body = source.inside.get(address[1:])
            return Resource(f"{source.name}{address}", str(body.get("resourceType")), body) if body else None
        return self.known.get(address) or self.known.get("/".join(address.split("/")[-2:]))


def parse(content: bytes, name: str) -> Json:
    """The JSON of a bundle. Raises FhirError naming what is wrong with the file as a whole."""
    if len(content) > LARGEST:
        raise FhirError(Problem("file", name, f"a bundle of at most {LARGEST // 1_000_000} MB"))
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise FhirError(Problem("file", name, "JSON in UTF-8", f"(byte {error.start} is none)")) from None
    except RecursionError:
        raise FhirError(Problem("file", name, "JSON", "It is nested too deeply.")) from None
    except ValueError as error:
        raise FhirError(Problem("file", name, "FHIR R4B as JSON", _slip(content, error))) from None
    if not isinstance(found, dict):
        raise FhirError(Problem("file", name, 'an object with "resourceType": "Bundle"'))
    _check_depth(found, name)
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _slip(content: bytes, error: ValueError) -> str:
    if content.lstrip()[:1] == b"<":
        return "It looks like XML; ask for application/fhir+json."
    if str(error).startswith("Extra data") and content.lstrip()[:1] == b"{":
        return "It looks like one resource a line (ndjson, as bulk export gives); put them into a Bundle."
    return slip_in_words(error)


def _check_depth(found: Json, name: str) -> None:
    """Raise FhirError when something is nested deeper than FHIR ever is."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)
                 if isinstance(inner, dict | list)]  # fmt: skip
        if not level:
            return
    raise FhirError(Problem("file", name, f"JSON nested at most {DEEPEST} deep"))


def read_bundle(content: bytes, name: str = "bundle") -> Bundle:
    """The resources of a bundle. Raises FhirError listing everything that is wrong with its frame."""
    found = parse(content, name)
    kind = found.get("resourceType")
    if kind != "Bundle":
        hint = f'Put it into {{"resourceType": "Bundle", "type": "collection", ...}}; a bare {kind} says too little.'
        raise FhirError(Problem(f"{name}.resourceType", kind, "Bundle", hint if isinstance(kind, str) else ""))
    problems = Problems()
    if found.get("type") not in READ_TYPES:
        problems.add("Bundle.type", found.get("type"), f"one of {', '.join(READ_TYPES)}")
    resources = tuple(_resources(found, problems))
    for version, where in dict.fromkeys(marked for resource in resources for marked in marks(resource)):
        problems.add(where, version, "FHIR R4B (4.3) or R4 (4.0)", f"This element is of FHIR {version}.")
    for twice, count in Counter(resource.name for resource in resources).items():
        if count > 1:
            problems.add(twice, f"{count} times", "each resource once in a bundle")
    problems.raise_as(FhirError, f"{name}: {len(problems.found)} problems with the bundle")
    known = {key: resource for resource in reversed(resources) for key in (resource.name, resource.url) if key}
    timestamp = found.get("timestamp")
    return Bundle(name, found["type"], timestamp if isinstance(timestamp, str) else None, resources, known)


def _resources(bundle: Json, problems: Problems) -> Iterator[Resource]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MOST_RESOURCES:
        given = f"{len(entries)} entries" if isinstance(entries, list) else entries
        problems.add("Bundle.entry", given, f"a list of at most {MOST_RESOURCES} entries")
        return
    for number, entry in enumerate(entries):
        body = entry.get("resource") if isinstance(entry, dict) else None
        if body is None and isinstance(entry, dict):
            continue  # a request or a response without content says nothing about a patient
        if not isinstance(body, dict) or not isinstance(body.get("resourceType"), str):
            problems.add(f"Bundle.entry[{number}]", body, 'a resource with its "resourceType"')
            continue
        url = entry.get("fullUrl")
        yield _resource(body, number, url if isinstance(url, str) else None)


def _resource(body: Json, number: int, url: str | None) -> Resource:
    own = body.get("id")
    name = f"{body['resourceType']}/{own}" if isinstance(own, str) else f"entry[{number}] {body['resourceType']}"
    listed = body.get("contained")
    contained = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Resource(name, body["resourceType"], body, {str(one.get("id")): one for one in contained}, url)


def marks(resource: Resource) -> Iterator[tuple[str, str]]:
    """The versions other than R4 and R4B that a resource shows itself to be of, each with where."""
    for kind, element, version in MARKS:
        if resource.type == kind and (not element or element in resource.body):
            yield version, f"{resource.name}{'.' if element else ''}{element}"
