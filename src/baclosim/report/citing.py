"""Ids of facts in the text of a report become the numbers of their sources, where the report lists these."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

_ID = re.compile(r"\[((?:[a-z0-9-]+\.)+[a-z0-9-]+(?:, (?:[a-z0-9-]+\.)+[a-z0-9-]+)*)\]")


def with_numbers(value: Any, numbers: Mapping[str, int]) -> Any:
    """Blocks with every "[id, id]" in their text replaced by "[7]", if all of its facts have a number.

    numbers  id of a fact -> number of its source
    """
    if isinstance(value, str):
        return _ID.sub(lambda found: in_brackets(found[1], numbers), value)
    if isinstance(value, tuple):
        return tuple(with_numbers(inner, numbers) for inner in value)
    if not dataclasses.is_dataclass(value) or getattr(value, "kind", "") in ("references", "listing", "picture"):
        return value
    changed = {f.name: with_numbers(getattr(value, f.name), numbers) for f in dataclasses.fields(value) if f.init}
    return dataclasses.replace(value, **changed)  # pyright: ignore[reportArgumentType]


def in_brackets(ids: str, numbers: Mapping[str, int]) -> str:
    """Ids separated by commas as numbers in brackets, as they are when one of them is not among the sources.

    >>> in_brackets("a.b, c.d", {"a.b": 7, "c.d": 3}), in_brackets("a.b, x.y", {"a.b": 7})
    ('[3, 7]', '[a.b, x.y]')
    """
    names = ids.split(", ")
    if not all(name in numbers for name in names):
        return f"[{ids}]"
    return f"[{', '.join(str(n) for n in sorted({numbers[name] for name in names}))}]"
