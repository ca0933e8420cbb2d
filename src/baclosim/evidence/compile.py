"""Turn the TOML evidence into `compiled.json`, which loads far faster, and count its words into `index.json`.

python -m baclosim.evidence.compile
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from ..errors import EvidenceError, Problems
from .library import CLAIMS, COMPILED, COUNTED, FACTS, SYNONYMS, build
from .loading import Tables, check_file, read_tables
from .search import counts_in, words_in
from .words import EMPTY, compiled_synonyms, words_of


def compiled_text() -> str:
    """The compiled form of the evidence in this package, one entry a line.

    Raises EvidenceError listing every fault.
    """
    tables = read_tables(FACTS)
    problems = Problems()
    tables["claim"] += check_file(CLAIMS, problems, {})["claim"]
    problems.raise_as(EvidenceError, "the claims are not valid")
    return as_lines(tables)


def as_lines(tables: Tables) -> str:
    """JSON with one entry a line, so that a change of one fact is a change of one line."""
    kinds = []
    for kind, entries in tables.items():
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False, allow_nan=False) for entry in entries)
        kinds.append(f'"{kind}": [\n{lines}\n]')
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def counted_text() -> str:
    """The terms of the evidence in this package, counted for search: one entry, word or wording a line."""
    table = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    synonyms = compiled_synonyms(table)
    entries = build(read_tables(FACTS)).entries
    words = {*EMPTY, *(word for entry in entries for word in words_in(entry))}
    words |= {word for wordings in table.values() for wording in wordings for word in words_of(wording)}
    parts = (
        braced("synonyms", [f"{json.dumps(key)}: {json.dumps(term)}" for key, term in sorted(synonyms.items())]),
        braced("counts", [f"{json.dumps(e.id)}: {json.dumps(counts_in(e, synonyms))}" for e in entries]),
        braced("words", [json.dumps(word) for word in sorted(words)], "[]"),
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def braced(key: str, lines: list[str], brackets: str = "{}") -> str:
    """One key of a JSON object with a value of many lines."""
    return f'"{key}": {brackets[0]}\n' + ",\n".join(lines) + f"\n{brackets[1]}"


def written(texts: Mapping[Path, Callable[[], str]]) -> int:
    """Write each file; 0 when done, 2 when what a text is made of is not valid, which is said on stderr."""
    try:
        for path, text in texts.items():
            path.write_text(text(), encoding="utf-8")
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(written({COMPILED: compiled_text, COUNTED: counted_text}))
