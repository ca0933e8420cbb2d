"""What FHIR R4B itself demands of a resource: the models of fhir.resources, loaded only here."""

from __future__ import annotations

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

    try:
        model(kind).model_validate(body)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"])
            given = None if fault["type"] == "missing" else fault["input"]
            yield Problem(f"{name}{path}", given, _allowed(fault["type"], fault["msg"]))
    except (RecursionError, AssertionError, TypeError, ValueError, AttributeError, KeyError) as error:
        yield Problem(name, kind, f"content that FHIR R4B allows ({' '.join(str(error).split())[:200]})")


def _allowed(kind: str, message: str) -> str:
    known = {"missing": "this element to be present", "extra_forbidden": "only elements of FHIR R4B"}
    return known.get(kind, f"what FHIR R4B allows ({' '.join(message.split())})")


def valid(resource: dict[str, Any]) -> dict[str, Any]:
    """A resource that was written here, as JSON; raises when it is no valid R4B."""
    import json

    return json.loads(model(resource["resourceType"]).model_validate(resource).model_dump_json())
