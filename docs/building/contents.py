"""The contents of the site: each list of the first page is a part of the navigation, so nothing is listed twice."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

MADE = (
    ("reference/commands", "Commands", "every command, its options, and an example with what it prints."),
    ("reference/names/index", "Names in the code", "what can be called from Python, room by room."),
    ("reference/schemas/index", "Files and results", "what scenario files hold and what `--json` prints."),
    ("reference/parameters", "Parameters", "every number of the model with interval, spread, grade and facts."),
    ("reference/quantities", "Quantities", "every output with its unit."),
    ("reference/evidence/index", "The evidence", "every fact and table with what was read."),
    ("reference/claims", "Claims", "the specification: code, tests, and where each is shown."),
)
"""Pages that are made from the code at every build: where, name, what they hold."""
PART = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CARD = re.compile(r"^(- \[[^\]]+\]\([^)]+\)): (\w)", re.MULTILINE)
LISTED = re.compile(r"^- \[[^\]]+\]\(([\w/-]+?)\.(?:md|rst)\):", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls when it begins."""
    app.connect("source-read", contents)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Adds the made pages to the first page's references, and a hidden table of contents to each of its lists."""
    if page == app.config.root_doc:
        made = "".join(f"- [{name}]({where}.rst): {holds}\n" for where, name, holds in MADE)
        parts = PART.sub(with_tree, source[0].replace("## Reference\n\n", f"## Reference\n\n{made}", 1))
        source[0] = CARD.sub(lambda line: f"{line[1]}\\\n  {line[2].upper()}", parts)


def with_tree(part: re.Match[str]) -> str:
    """A part of the first page with the table of contents that its list stands for."""
    pages = LISTED.findall(part[2])
    tree = ["```{toctree}", ":hidden:", f":caption: {part[1]}", "", *pages, "```", ""]
    return part[0] + ("\n".join(["", *tree, ""]) if pages else "")
