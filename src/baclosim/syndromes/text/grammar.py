"""The grammar's fragments as patterns of whole words."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any


@functools.cache
def grammar() -> dict[str, Any]:
    """What grammar.toml holds."""
    file = resources.files("baclosim") / "syndromes" / "text" / "grammar.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def pattern(*path: str) -> re.Pattern[str]:
    """The fragments at a path of the grammar, as whole words in either case."""
    return whole_words(fragments(*path))


def fragments(*path: str) -> list[str]:
    """The fragments at a path of the grammar."""
    found: Any = grammar()
    for name in path:
        found = found[name]
    return list(found)


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some fragments, longest first, as whole words in either case."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(longest)})(?![\w])", re.IGNORECASE)
