"""Tables as the text of a scenario file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def document(tables: Mapping[str, Any], comments: list[str]) -> str:
    """A TOML document: comments, then keys, then tables, each named by its dotted path."""
    return "\n".join((*(f"# {one_line(text)}" for text in comments), "", *_lines(tables))) + "\n"


def one_line(text: str) -> str:
    """A text without line breaks and control characters, as a comment of TOML must be."""
    return "".join(character if character.isprintable() else " " for character in text)


def _lines(tables: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{key} = {value(given)}" for key, given in tables.items() if not isinstance(given, Mapping))
    for name, table in tables.items():
        if isinstance(table, Mapping) and table:
            yield ""
            yield f"[{name}]"
            yield from (f"{key} = {value(given)}" for key, given in table.items())


def value(given: Any) -> str:
    """A value as TOML writes it.

    >>> value({"tip": "T10"}), value(["a", 2.5])
    ('{ tip = "T10" }', '["a", 2.5]')
    """
    if isinstance(given, Mapping):
        inner = ", ".join(f"{key} = {value(one)}" for key, one in given.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(given, list | tuple):
        return f"[{', '.join(value(one) for one in given)}]"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, str):
        return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(given)
