"""What FHIR R4B itself demands of a resource: the models of fhir.resources, loaded only here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from ...errors import BaclosimError, Problem

MISSING = "FHIR needs the package fhir.resources: pip install 'baclosim[exchange]'"


def model(kind: str) -> Any:
    """The model of a type of resource in R4B. Raises BaclosimError when fhir.resources is not installed."""
    try:
        return getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] != "fhir":
            raise
        raise BaclosimError(MISSING) from None


def faults(kind: str, body: dict[str, Any], name: str) -> Iterator[Problem]:
    """Where the content of a resource is no R4B: elements that do not exist, that are missing or of a wrong type."""
    from pydantic import ValidationError

    yield from (Problem(path, None, "a value: FHIR has no null here") for path in nulls(body, name))
    try:
        found = json.loads(model(kind).model_validate(body).model_dump_json())
        yield from (Problem(*one, "the type of JSON that FHIR prescribes") for one in mistyped(body, found, name))
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
            given = None if fault["type"] == "missing" else fault["input"]
            yield Problem(f"{name}{path}", given, _allowed(fault["type"], fault["msg"]))
    except (RecursionError, AssertionError, TypeError, ValueError, AttributeError, KeyError) as error:
        yield Problem(name, kind, f"content that FHIR R4B allows ({' '.join(str(error).split())[:200]})")


def nulls(value: Any, path: str) -> Iterator[str]:
    """Where JSON has a null that FHIR does not know: it stands only in lists of which the extensions are beside."""
    if isinstance(value, dict):
        for key, inner in value.items():
            beside = f"_{key}" in value or key.startswith("_")
            if isinstance(inner, list) and beside:
                inner = [one for one in inner if one is not None]
            yield from nulls(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from nulls(inner, f"{path}[{number}]")
    elif value is None:
        yield path


def mistyped(given: Any, meant: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Where a number, text or truth value stands for another of these, which the models would let pass."""
    if isinstance(given, dict) and isinstance(meant, dict):
        for key in [key for key in given if key in meant]:
            yield from mistyped(given[key], meant[key], f"{path}.{key}")
    elif isinstance(given, list) and isinstance(meant, list):
        for number, (one, other) in enumerate(zip(given, meant, strict=False)):
            yield from mistyped(one, other, f"{path}[{number}]")
    elif _type(given) is not _type(meant):
        yield path, given


def _type(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _allowed(kind: str, message: str) -> str:
    known = {"missing": "this element to be present", "extra_forbidden": "only elements of FHIR R4B"}
    return known.get(kind, f"what FHIR R4B allows ({' '.join(message.split())})")


def valid(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource that was written here, as JSON; raises when it is no valid R4B."""
    return json.loads(model(resource["resourceType"]).model_validate(resource).model_dump_json())
