"""Puts the generated pages into `docs/reference`; what has not changed is left alone, so that builds are quick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import claims, commands, evidence, names, schemas, values

REFERENCE = Path(__file__).parents[1] / "reference"


def pages() -> Iterator[tuple[str, str]]:
    """Name and text of every generated page."""
    for part in (names, values, evidence, commands, schemas, claims):
        yield from part.pages()


def write(folder: Path = REFERENCE) -> None:
    """Write every page, and remove those that nothing generates any more."""
    written = {folder / name: text for name, text in pages()}
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for old in set(folder.rglob("*.rst")) - written.keys():
        old.unlink()
