"""Turn `topics/*.toml` and `safety.toml` into `compiled.json`, with the terms of every wording.

python -m baclosim.ask.compile
"""

from __future__ import annotations

import dataclasses
import json
import sys
import tomllib
from typing import Any

from ..errors import EvidenceError, InputError, Problems, nearest
from ..evidence.compile import written
from ..evidence.library import library
from ..evidence.words import terms, words_of
from .safety import RULES
from .sentences import composed
from .topics import COMPILED, SOURCE, Topic

KEYS = {field.name for field in dataclasses.fields(Topic)}


def compiled_text() -> str:
    """The compiled form. Raises EvidenceError listing every fault of every topic."""
    problems = Problems()
    tables = [table for file in sorted(SOURCE.glob("*.toml")) for table in tomllib.loads(file.read_text())["topic"]]
    for table in tables:
        check(table, problems)
    safety = tomllib.loads(RULES.read_text(encoding="utf-8"))
    ids = {table["id"] for table in tables}
    for emergency in safety["emergency"]:
        if emergency["topic"] not in ids:
            problems.add(f"emergency {emergency['kind']}", emergency["topic"], "the id of a topic")
    problems.raise_as(EvidenceError, "the topics are not valid")
    words = {word for table in tables for ask in table["asks"] for word in words_of(ask)}
    words |= {word for text in (*safety["words"].values(), *safety["drugs"].values()) for word in words_of(text)}
    lines = ",\n".join(json.dumps(with_terms(table), ensure_ascii=False) for table in tables)
    rest = json.dumps(safety, ensure_ascii=False)
    return f'{{\n"topics": [\n{lines}\n],\n"words": {json.dumps(sorted(words))},\n"safety": {rest}\n}}\n'


def check(table: dict[str, Any], problems: Problems) -> None:
    """Note every fault of a topic: unknown keys, facts that do not exist, templates that cannot be filled."""
    where = f"topic {table.get('id', '?')}"
    for key in table.keys() - KEYS:
        problems.add(where, key, f"one of {', '.join(sorted(KEYS))}", nearest(key, KEYS))
    for name in (*table.get("facts", ()), *([table["table"]] if "table" in table else ())):
        if name not in library():
            problems.add(where, name, "the id of a fact or series")
    for template in (*table.get("says", ()), *table.get("disagreement", ())):
        try:
            composed(template, library())
        except InputError as error:
            problems.absorb(error, where)


def with_terms(table: dict[str, Any]) -> dict[str, Any]:
    """The topic with each wording as its terms."""
    synonyms = library().index.synonyms
    return table | {"asks": [terms(ask, synonyms) for ask in table["asks"]]}


if __name__ == "__main__":
    sys.exit(written({COMPILED: compiled_text}))
