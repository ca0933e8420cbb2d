"""Reading the evidence files strictly: every fault of every file is listed at once.

Used when the evidence is compiled and by the tests; the running program loads the compiled form instead.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from ..errors import EvidenceError, Problems, nearest
from .records import SEEN, USES

_NAME = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_ID = re.compile(rf"{_NAME}(?:\.{_NAME})+")
_PART = r"(?:1|[A-Za-zµμ%]+(?:_[A-Za-z]+)?(?:(?:\*\*|\^)-?\d)?[²³]?)"
_UNIT = re.compile(rf"{_PART}(?: ?[/*] ?{_PART})*")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Rule:
    """What a key may hold: a test, and the words for it."""

    fits: Callable[[Any], bool]
    allowed: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_number(value: object) -> TypeGuard[float]:
    """Whether this is a finite number that a float can hold (True and False are not numbers)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= 1e300 and math.isfinite(value)


def _is_missing(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _is_cell(value: object) -> bool:
    return isinstance(value, (str, bool)) or _is_missing(value) or is_number(value)


def _is_unit(value: object) -> bool:
    if not (isinstance(value, str) and len(value) <= 60 and _UNIT.fullmatch(value)):
        return False
    from ..units import parses

    return parses(value)


def _is_list(value: object, fits: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and bool(value) and all(fits(x) for x in value)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _one_of(words: tuple[str, ...]) -> Rule:
    return Rule(lambda value: isinstance(value, str) and value in words, f"one of {', '.join(words)}")


_TEXT = Rule(_is_text, "a text that is not empty")
_NUMBER = Rule(is_number, "a finite number")
SHARED = {
    "id": Rule(_matches(_ID), "an id such as topic.quantity.author-year in lower case"),
    "statement": _TEXT,
    "quantity": _TEXT,
    "population": _TEXT,
    "species": _TEXT,
    "source": _TEXT,
    "n": Rule(lambda v: isinstance(v, int) and is_number(v) and v > 0, "a whole number of subjects above 0"),
    "doi": Rule(_matches(_DOI), "a DOI such as 10.1000/xyz"),
    "url": Rule(_matches(_URL), "a web address that begins with http:// or https://"),
    "seen": _one_of(SEEN),
    "use": _one_of(USES),
    "where": _TEXT,
    "note": Rule(lambda v: isinstance(v, str), "a text"),
}
FACT = SHARED | {
    "value": Rule(lambda v: is_number(v) or _is_list(v, is_number), "a finite number or a list of them"),
    "unit": Rule(_is_unit, "a unit that pint reads, such as ug/mL, 1/h or dimensionless"),
    "low": _NUMBER,
    "high": _NUMBER,
    "interval": _TEXT,
    "between_subject_cv": Rule(lambda v: is_number(v) and v >= 0, "a fraction of 0 or more"),
}
SERIES = SHARED | {
    "columns": Rule(lambda v: _is_list(v, _is_text) and len(set(v)) == len(v), "a list of distinct names"),
    "rows": Rule(
        lambda v: _is_list(v, lambda r: _is_list(r, _is_cell)),
        "rows of texts, truths and finite numbers, nan where there is none",
    ),
}
CLAIM = {
    "id": SHARED["id"],
    "says": _TEXT,
    "kind": _one_of(("simulate", "answer", "tool")),
    "shows": _TEXT,
    "document": _TEXT,
    "documents": Rule(lambda v: _is_list(v, _is_text), "a list of documents"),
}
_FLOATS = ("value", "low", "high", "between_subject_cv")
_SOURCED = ("id", "statement", "species", "source", "seen", "use")
_KINDS: dict[str, tuple[Mapping[str, Rule], tuple[str, ...]]] = {
    "fact": (FACT, _SOURCED),
    "series": (SERIES, (*_SOURCED, "columns", "rows")),
    "claim": (CLAIM, ("id", "says", "kind", "shows")),
}
# Keys of a fact that make sense only together with others.
_TOGETHER = {
    "value": ("quantity", "unit"),
    "unit": ("value",),
    "low": ("high", "interval", "value"),
    "high": ("low", "interval", "value"),
    "interval": ("low", "high"),
    "between_subject_cv": ("value",),
}

Tables = dict[str, list[dict[str, Any]]]


def read_tables(path: Path) -> Tables:
    """Checked entries of every TOML file in a folder: kind -> entries, each with the name of its `file`.

    Raises EvidenceError that lists every fault with file, entry and reason.
    """
    problems = Problems()
    files = sorted(path.glob("*.toml")) if path.is_dir() else []
    if not files:
        problems.add("evidence folder", str(path), "a folder that holds .toml files")
    tables: Tables = {kind: [] for kind in _KINDS}
    first_use: dict[str, str] = {}
    for file in files:
        for kind, entries in check_file(file, problems, first_use).items():
            tables[kind] += entries
    problems.raise_as(EvidenceError, f"the evidence is not valid ({len(problems.found)} problems)")
    return tables


def check_file(file: Path, problems: Problems, first_use: dict[str, str]) -> Tables:
    """Entries of one file; faults go to `problems`, ids to `first_use` (id -> the file that has it)."""
    found: Tables = {}
    for kind, entries in _parsed(file, problems).items():
        if kind not in _KINDS:
            problems.add(file.name, kind, f"tables named {', '.join(_KINDS)}", nearest(kind, _KINDS))
        elif not _is_list(entries, lambda e: isinstance(e, dict)):
            problems.add(f"{file.name}: {kind}", entries, f"a list of tables, each headed [[{kind}]]")
        else:
            for number, entry in enumerate(entries, 1):
                check_entry(kind, entry, f"{file.name}: {_called(entry, kind, number)}", problems)
                _check_first(entry.get("id"), file.name, problems, first_use)
            found[kind] = entries if kind == "claim" else [_tidied(entry, file.stem) for entry in entries]
    return found


def _tidied(entry: dict[str, Any], file: str) -> dict[str, Any]:
    """The entry with the name of its file, its numbers as floats, and None for the nan of an empty cell."""
    made = {key: _tidied_value(key, value) for key, value in entry.items()}
    return {**made, "file": file}


def _tidied_value(key: str, value: Any) -> Any:
    if key in _FLOATS and is_number(value):
        return float(value)
    if key == "value" and _is_list(value, is_number):
        return [float(x) for x in value]
    if key == "rows" and _is_list(value, lambda row: isinstance(row, list)):
        return [[None if _is_missing(cell) else cell for cell in row] for row in value]
    return value


def check_entry(kind: str, entry: Mapping[str, Any], where: str, problems: Problems) -> None:
    """Note every fault of one entry of a kind (fact, series, claim)."""
    rules, required = _KINDS[kind]
    for key in required:
        if key not in entry:
            problems.add(where, None, f"the key {key!r}", nearest(key, entry.keys() - rules.keys()))
    for key, value in entry.items():
        if key not in rules:
            problems.add(where, key, "a known key", nearest(key, rules))
        elif not rules[key].fits(value):
            problems.add(f"{where}, {key}", value, rules[key].allowed, _near_word(key, value))
    check_relations(kind, entry, where, problems)


def check_relations(kind: str, entry: Mapping[str, Any], where: str, problems: Problems) -> None:
    """Note the faults between keys: halves of a pair, low above high, rows of another length, no document."""
    if kind == "fact":
        for key in entry.keys() & _TOGETHER.keys():
            for other in _TOGETHER[key]:
                if other not in entry:
                    problems.add(where, None, f"the key {other!r}, since {key!r} is given")
        low, high = entry.get("low"), entry.get("high")
        if is_number(low) and is_number(high) and low > high:
            problems.add(f"{where}, low", low, f"a number not above high, {high}")
    if kind == "series" and not _faults(entry, SERIES, "columns", "rows"):
        wide = len(entry["columns"])
        for number, row in enumerate(entry["rows"], 1):
            if len(row) != wide:
                problems.add(f"{where}, row {number}", row, f"{wide} cells, one per column")
    if kind == "claim" and ("document" in entry) == ("documents" in entry):
        problems.add(where, None, "either the key 'document' or the key 'documents'")


def _faults(entry: Mapping[str, Any], rules: Mapping[str, Rule], *keys: str) -> bool:
    return any(key not in entry or not rules[key].fits(entry[key]) for key in keys)


def _near_word(key: str, value: object) -> str:
    words = {"seen": SEEN, "use": USES}.get(key, ())
    return nearest(value, words) if isinstance(value, str) else ""


def _called(entry: Mapping[str, Any], kind: str, number: int) -> str:
    name = entry.get("id")
    return name if isinstance(name, str) and name else f"{kind} number {number}"


def _check_first(name: object, file: str, problems: Problems, first_use: dict[str, str]) -> None:
    if not isinstance(name, str):
        return
    if name in first_use:
        problems.add(f"{file}: {name}", name, "an id used once", f"It is also in {first_use[name]}.")
    first_use.setdefault(name, file)


def _parsed(file: Path, problems: Problems) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        problems.add(file.name, str(error), "a TOML file in UTF-8")
        return {}
