"""From a path or an example's name to the raw tables of a scenario file."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ..errors import Problem, ScenarioError, nearest
from ..mistaken import CASE, SCENARIO, STUDY, looks_like, slip_in_words

LARGEST = 1_000_000  # bytes; a scenario is a page of text
_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*["']?([\w-]+)["']?\s*(?:=|\.)""")


@dataclass(frozen=True)
class Source:
    """A scenario as it was found: `name` for people, `text` as written, `raw` as parsed."""

    name: str
    text: str
    raw: dict[str, Any]


def examples() -> dict[str, str]:
    """The bundled scenarios: name -> text of the file."""
    folder = resources.files("baclosim") / "examples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in files}


def source(given: str | Path) -> Source:
    """Find and parse a scenario: a file, the name of an example, or "-" for standard input.

    Raises ScenarioError when there is no such file or it is no TOML text of reasonable size.
    """
    name = str(given)
    if not name.strip():
        raise ScenarioError(Problem("file", given, "a scenario file or the name of an example", listing(examples())))
    if name == "-":
        return parsed("standard input", decoded(name, sys.stdin.buffer.read(LARGEST + 1)))
    bundled = examples()
    is_results = name in bundled and Path(given).is_dir()  # of an earlier run of that example
    try:
        if Path(given).exists() and not is_results:
            return parsed(name, decoded(name, _content(Path(given))))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(Problem("file", name, "a file that can be read", f"({reason})")) from None
    if name in bundled:
        return parsed(name, bundled[name])
    missing = "There is no such file." if Path(name).suffix or Path(name).name != name else ""
    hint = " ".join(part for part in (missing, _near(name, bundled), listing(bundled)) if part)
    raise ScenarioError(Problem("file", name, "a scenario file or the name of an example", hint))


def listing(bundled: Mapping[str, str]) -> str:
    """How to see the examples."""
    return f"`baclosim examples` lists all {len(bundled)}."


def _near(name: str, bundled: Mapping[str, str]) -> str:
    stem = Path(name).name.removesuffix(".toml")
    return nearest(stem, bundled) or nearest(name, [f.name for f in Path(".").glob("*.toml")])


def _content(path: Path) -> bytes:
    if path.is_dir():
        inside = next(iter(sorted(path.glob("*.toml"))), None)
        hint = f"Did you mean {str(inside)!r}?" if inside else ""
        raise ScenarioError(Problem("file", str(path), "a file, not a folder", hint))
    if not path.is_file():
        raise ScenarioError(Problem("file", str(path), "an ordinary file"))
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def decoded(name: str, content: bytes) -> str:
    """The bytes of a file as text; raises ScenarioError when too large, empty, or no UTF-8 text."""
    if len(content) > LARGEST:
        raise ScenarioError(Problem("file", name, f"a file of at most {LARGEST // 1_000_000} MB"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        allowed = "text in UTF-8"
        hint = f"(byte {error.start} is none; is it a scenario at all, saved as UTF-8?)"
        raise ScenarioError(Problem("file", name, allowed, hint)) from None
    if "\0" in text:
        raise ScenarioError(
            Problem("file", name, "text in UTF-8", "(it holds zero bytes, as programs and pictures do)")
        )
    if not text.strip():
        raise ScenarioError(Problem("file", name, "a scenario", "The file is empty; `baclosim examples` lists some."))
    return text


def parsed(name: str, text: str) -> Source:
    """Parse TOML; raises ScenarioError naming line and column of a mistake."""
    try:
        return Source(name, text, tomllib.loads(text))
    except ValueError as error:
        hint = looks_like(text, SCENARIO, STUDY, CASE) or slip_in_words(error)
        raise ScenarioError(Problem(name, _line(text, str(error)), "TOML", hint)) from None
    except RecursionError:
        raise ScenarioError(Problem(name, "…", "TOML", "It is nested too deeply.")) from None


def _line(text: str, message: str) -> str:
    number = re.search(r"line (\d+)", message)
    lines = text.splitlines()
    return lines[int(number[1]) - 1].strip() if number and int(number[1]) <= len(lines) else text.strip()[-40:]


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line (from 1) on which the deepest known part of a path such as ("patient", "age") is written.

    Entries of lists of tables count from 0: ("arm", "1", "name").
    """
    found, depth = None, 0
    for number, here in keys_of(text):
        if len(here) > depth and tuple(path[: len(here)]) == here:
            found, depth = number, len(here)
    return found


def keys_of(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line (from 1) that opens a table or sets a key, and the path of what it opens or sets."""
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            named = tuple(part.strip().strip("\"'") for part in header[1].split("."))
            if line.lstrip().startswith("[["):
                counts[named] = counts.get(named, -1) + 1
            table = tuple(_counted(named, counts))
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, key[1])


def _counted(named: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> Iterator[str]:
    """The parts of a name, with the number of the entry after each list of tables."""
    for i, part in enumerate(named, 1):
        yield part
        if named[:i] in counts:
            yield str(counts[named[:i]])
