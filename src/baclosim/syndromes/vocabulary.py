"""The words: every finding, value and exposure that a case may speak of, with what people call it."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ..errors import InputError, Problem, nearest


@dataclass(frozen=True)
class Finding:
    """One thing that is there or not.

    how      ask, examine, measure or test
    implies  findings that are there whenever this one is
    nouns, words, denied  what texts say when it is there (nouns; adjectives and verbs) and when it is not
    """

    name: str
    label: str
    how: str = "ask"
    implies: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Value:
    """One thing that is measured.

    unit          of the number inside; `units` are what people may write: scale and offset to it
    possible      range in which a living patient can be
    above, below  limits with the finding that a number beyond them makes present
    called        other names
    """

    name: str
    label: str
    unit: str
    units: Mapping[str, tuple[float, float]]
    possible: tuple[float, float]
    above: tuple[tuple[float, str], ...]
    below: tuple[tuple[float, str], ...]
    called: tuple[str, ...]

    def shown(self, number: float) -> str:
        """The number with its unit."""
        space = "" if self.unit.startswith("/") else " "
        return f"{round(number, 1):,.10g}{space}{self.unit}"


@functools.cache
def _tables() -> dict[str, Any]:
    file = resources.files("baclosim") / "syndromes" / "vocabulary.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@functools.cache
def findings() -> dict[str, Finding]:
    """Every finding by name."""
    return {
        name: Finding(
            name,
            entry["label"],
            entry["how"],
            tuple(entry.get("implies", ())),
            tuple(entry.get("noun", ())),
            tuple(entry.get("word", ())),
            tuple(entry.get("denied", ())),
        )
        for name, entry in _tables()["finding"].items()
    }


@functools.cache
def values() -> dict[str, Value]:
    """Every value by name."""
    return {
        name: Value(
            name,
            entry["label"],
            entry["unit"],
            {unit: (scale, offset) for unit, (scale, offset) in entry["units"].items()},
            tuple(entry["possible"]),
            tuple((limit, finding) for limit, finding in entry["above"]),
            tuple((limit, finding) for limit, finding in entry["below"]),
            tuple(entry["called"]),
        )
        for name, entry in _tables()["value"].items()
    }


@functools.cache
def circumstances() -> dict[str, Finding]:
    """Exposures that are no single drug, by name; told of in the same way as findings."""
    return {
        name: Finding(name, entry["label"], "ask", (), tuple(entry.get("noun", ())), tuple(entry.get("word", ())))
        for name, entry in _tables()["exposure"].items()
    }


@functools.cache
def names() -> dict[str, str]:
    """Name of a finding or circumstance by everything that it is called, in lower case."""
    known: dict[str, str] = {}
    for entry in (*findings().values(), *circumstances().values()):
        for said in (entry.name, entry.name.replace("_", " "), *entry.nouns, *entry.words):
            known.setdefault(said.lower(), entry.name)
    return known


@functools.cache
def value_names() -> dict[str, str]:
    """Name of a value by everything that it is called, in lower case."""
    return {
        said.lower(): value.name
        for value in values().values()
        for said in (value.name, value.name.replace("_", " "), value.label, *value.called)
    }


def finding_named(given: object, where: str) -> str:
    """The name of a finding or circumstance that people call so. Raises InputError with the nearest."""
    key = " ".join(str(given).lower().split())
    if key not in names():
        allowed = "a finding, such as 'clonus' (`baclosim assess --vocabulary` lists all)"
        hint = "That is a value: give a number." if key in value_names() else nearest(key, names())
        raise InputError(Problem(where, given, allowed, hint))
    return names()[key]


def value_named(given: object, where: str) -> str:
    """The name of a value that people call so. Raises InputError with the nearest."""
    key = " ".join(str(given).lower().split())
    if key not in value_names():
        allowed = f"one of {', '.join(values())}"
        raise InputError(Problem(where, given, allowed, nearest(key, value_names())))
    return value_names()[key]
