"""Turn the TOML evidence into `compiled.json`, which loads far faster.

python -m baclosim.evidence.compile
"""

from __future__ import annotations

import json
import sys

from ..errors import EvidenceError, Problems
from .library import CLAIMS, COMPILED, FACTS
from .loading import Tables, check_file, read_tables


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


def main() -> int:
    """Write `compiled.json`; 0 when done, 2 when the evidence is not valid."""
    try:
        COMPILED.write_text(compiled_text(), encoding="utf-8")
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
