"""What files hold and what `--json` prints, out of the JSON Schemas that `baclosim schema` gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from baclosim.cli.schema import What, schema_of

from . import rst

FILES = (What.scenario, What.study, What.case)


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of each schema's page, and of the page that lists them."""
    schemas = {what.value: schema_of(what) for what in What}
    rows = [
        (f":doc:`{name}`", "file" if What(name) in FILES else "result", rst.prose(schema.get("description", "")))
        for name, schema in schemas.items()
    ]
    yield (
        "schemas/index.rst",
        rst.title("Files and results")
        + "The files that people write, and what ``--json`` prints. ``baclosim schema NAME`` prints the JSON Schema\n"
        "(draft 2020-12) itself, for an editor or a program.\n\n"
        + rst.table(("name", "what", "holds"), rows)
        + rst.directive("toctree", body="\n".join(schemas), options=("hidden:",)),
    )
    for name, schema in schemas.items():
        yield f"schemas/{name}.rst", page(name, schema)


def page(name: str, schema: Mapping[str, Any]) -> str:
    """One schema: its fields, then those of the tables within it."""
    parts = [rst.title(name), rst.prose(schema.get("description", "")), "\n\n", fields(schema)]
    for inner, definition in schema.get("$defs", {}).items():
        if "properties" in definition:
            parts += [rst.title(inner, "-"), rst.prose(definition.get("description", "")), "\n\n", fields(definition)]
    return "".join(parts)


def fields(schema: Mapping[str, Any]) -> str:
    """The fields of a table or an object."""
    needed = schema.get("required", ())
    rows = [
        (rst.code(name), rst.plain(type_of(field)), "yes" * (name in needed), rst.prose(field.get("description", "")))
        for name, field in schema.get("properties", {}).items()
    ]
    columns = ("field", "type", "needed", "meaning")
    if not any(row[3] for row in rows):
        rows, columns = [row[:3] for row in rows], columns[:3]
    return rst.table(columns, rows) if rows else ""


def type_of(field: Mapping[str, Any]) -> str:
    """What a field may hold, in words."""
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in field or "oneOf" in field:
        return " or ".join(dict.fromkeys(map(type_of, field.get("anyOf") or field["oneOf"])))
    if "enum" in field or "const" in field:
        return " | ".join(str(choice) for choice in field.get("enum") or [field["const"]])
    if field.get("type") == "array":
        return f"list of {type_of(field.get('items') or {})}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), Mapping):
        return f"table of {type_of(field['additionalProperties'])}"
    return str(field.get("type", "anything"))
