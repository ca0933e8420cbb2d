"""What a code or a text means here, and how it is written: the tables of codes.toml."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ...drugs.companions import NAMES

Json = dict[str, Any]
PREFIXED = ("icd10", "icd10cm", "icd10gm")
DRUG_SYSTEMS = ("rxnorm", "atc", "snomed")


@dataclass(frozen=True)
class Code:
    """One code of a code system. `found` is False for a code from memory, which is read and never written."""

    system: str
    code: str
    display: str
    found: bool

    def holds(self, system: str, code: str) -> bool:
        """Whether a code of a system (by its short name) is this one; of ICD-10, or one below it."""
        if self.system == "icd10":
            return system in PREFIXED and code.replace(".", "").startswith(self.code.replace(".", ""))
        return (self.system, self.code) == (system, code)

    def coding(self) -> Json:
        """As a Coding."""
        return {"system": tables()["system"][self.system], "code": self.code, "display": self.display}


@dataclass(frozen=True)
class Meaning:
    """One thing that has codes and words."""

    name: str
    codes: tuple[Code, ...]
    words: tuple[str, ...]

    def concept(self) -> Json:
        """As a CodeableConcept: every code that may be written, and the name as text."""
        codings = [code.coding() for code in self.codes if code.found]
        return {**({"coding": codings} if codings else {}), "text": self.name}


@functools.cache
def tables() -> Mapping[str, Any]:
    """The whole of codes.toml."""
    text = (resources.files("baclosim.exchange.fhir") / "codes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.cache
def meanings(table: str) -> dict[str, Meaning]:
    """The meanings of one table of codes.toml: "measurement", "condition", "kidney", "drug" or "route"."""
    found = {name: _meaning(name, entry) for name, entry in tables()[table].items()}
    if table == "drug":
        found |= {name: Meaning(name, (), ()) for name in sorted({*NAMES.values()} - set(found))}
        found = {name: _with_words(meaning) for name, meaning in found.items()}
    return found


def _meaning(name: str, entry: Mapping[str, Any]) -> Meaning:
    codes = tuple(Code(c["system"], c["code"], c["display"], c["from"] == "found") for c in entry["codes"])
    return Meaning(name, codes, tuple(entry["words"]))


def _with_words(drug: Meaning) -> Meaning:
    """A drug that is also known by its generic name and by what the catalogue of companions calls it."""
    also = (word for word, name in NAMES.items() if name == drug.name)
    return Meaning(drug.name, drug.codes, tuple(dict.fromkeys((*drug.words, drug.name.lower(), *also))))


def codings(concept: Any) -> list[tuple[str, str]]:
    """System (short name, or as written) and code of each coding of a CodeableConcept."""
    short = {address: name for name, address in tables()["system"].items()}
    given = (concept or {}).get("coding") or ()
    return [(short.get(c.get("system"), c.get("system") or ""), c.get("code") or "") for c in given]


def texts(concept: Any) -> tuple[str, ...]:
    """Every text of a CodeableConcept, its own first."""
    given = concept or {}
    found = (given.get("text"), *(coding.get("display") for coding in given.get("coding") or ()))
    return tuple(text for text in found if text)


def shown(concept: Any) -> str:
    """A CodeableConcept in one line, for people."""
    codes = (f"{system} {code}".strip() for system, code in codings(concept))
    return next(iter((*texts(concept), *codes)), "nothing")


def by_code(table: str, concept: Any) -> Meaning | None:
    """What a concept means by its codes; None for codes that are not in the table."""
    given = codings(concept)
    return next((m for m in meanings(table).values() if any(c.holds(*one) for c in m.codes for one in given)), None)


def by_words(table: str, text: Iterable[str]) -> Meaning | None:
    """What a text means: the entry with the longest of its words in the text."""
    whole = " | ".join(text).lower()
    hits = [(len(word), m) for m in meanings(table).values() for word in m.words if _says(whole, word)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def _says(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}(?![\w])", text) is not None


def meaning(table: str, concept: Any) -> Meaning | None:
    """What a concept means, by its codes or else by its words."""
    return by_code(table, concept) or by_words(table, texts(concept))


def drugs_named(concept: Any) -> Iterator[str]:
    """The drugs that a concept names: by code, and by words where these name another."""
    for found in (by_code("drug", concept), by_words("drug", texts(concept))):
        if found:
            yield found.name


def reading_unit(ucum: str) -> str:
    """A UCUM unit as `units` reads it.

    >>> reading_unit("[lb_av]"), reading_unit("mg")
    ('lb', 'mg')
    """
    return tables()["ucum"].get(ucum, ucum)
