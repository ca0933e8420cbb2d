"""The library: every fact, series and claim by id; search; and the reference lines that a result ends with.

    library().fact("oral.clearance.simon-2018").amount("mL/min")
    library().find("half life", use="fit")

It loads `compiled.json`, which `python -m baclosim.evidence.compile` makes out of the TOML files.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import EvidenceError, Problem
from .mirrors import is_mirror
from .records import Amount, Claim, Fact, Series
from .search import Index, build_index, closest_ids, index_from

__all__ = ["Amount", "Claim", "Entry", "Fact", "Library", "Series", "library", "read_folder"]

HERE = Path(__file__).parent
FACTS = HERE / "facts"
CLAIMS = HERE / "claims.toml"
COMPILED = HERE / "compiled.json"
SYNONYMS = HERE / "synonyms.toml"
COUNTED = HERE / "index.json"

Entry: TypeAlias = Fact | Series
READ_AS = {
    "full-text": "full text read",
    "abstract": "abstract read",
    "label": "product label read",
    "review": "read in a review",
    "secondary": "read in a secondary source",
    "recalled": "recalled, not verified",
}


@dataclass(frozen=True)
class Library:
    """All evidence by id, in the order of the files.

    counted  the file with the terms of these entries, counted when they were compiled; counted anew where there is none
    """

    facts: Mapping[str, Fact]
    series: Mapping[str, Series]
    claimed: tuple[Claim, ...] = ()
    counted: Path | None = None

    def __contains__(self, name: object) -> bool:
        return name in self.facts or name in self.series

    def get(self, name: str) -> Entry:
        """A fact or series by id. Raises EvidenceError with the nearest ids."""
        found = self.facts.get(name) or self.series.get(name)
        if found is None:
            raise EvidenceError(self._unknown(name, "the id of a fact or series", (*self.facts, *self.series)))
        return found

    def fact(self, name: str) -> Fact:
        """A fact by id. Raises EvidenceError with the nearest ids."""
        if name not in self.facts:
            raise EvidenceError(self._unknown(name, "the id of a fact", self.facts))
        return self.facts[name]

    def table(self, name: str) -> Series:
        """A series by id. Raises EvidenceError with the nearest ids."""
        if name not in self.series:
            raise EvidenceError(self._unknown(name, "the id of a series", self.series))
        return self.series[name]

    def _unknown(self, name: str, allowed: str, known: Iterable[str]) -> Problem:
        near = closest_ids(name, known)
        return Problem("evidence", name, allowed, f"Near it: {', '.join(near)}." if near else "")

    def find(
        self, words: str, *, topic: str | None = None, use: str | None = None, seen: str | None = None
    ) -> tuple[Entry, ...]:
        """Entries that hold the words, best first: those with all words before those with some.

        topic  first word of the id, or the name of a topic file
        use    fit, check or context
        seen   full-text, abstract, label, review, secondary or recalled
        An empty search lists every entry that passes the filters, in the order of the files.
        """
        wanted = {"use": use, "seen": seen}
        return tuple(
            entry
            for entry in map(self.entries.__getitem__, self.index.ranked(words))
            if topic in (None, entry.topic, entry.file)
            and all(value in (None, getattr(entry, key)) for key, value in wanted.items())
        )

    @functools.cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every fact and series, in the order in which the index counts them."""
        return (*self.facts.values(), *self.series.values())

    @functools.cached_property
    def index(self) -> Index:
        """The terms of the entries, for search."""
        counted = index_from(json.loads((self.counted or COUNTED).read_text(encoding="utf-8")))
        return counted if self.counted else build_index(self.entries, counted.synonyms, counted.words)

    def cite(self, *names: str) -> tuple[str, ...]:
        """Reference lines of these entries, one per source, each saying what was read of it.

        Raises EvidenceError with the nearest ids.
        """
        cited: dict[str, list[Entry]] = {}
        for name in dict.fromkeys(names):
            entry = self.get(name)
            cited.setdefault(entry.origin, []).append(entry)
        return tuple(_reference(entries) for entries in cited.values())

    def claims(self) -> tuple[Claim, ...]:
        """The specification, claim by claim."""
        return self.claimed


def _reference(entries: list[Entry]) -> str:
    first = entries[0]
    links = [f"https://doi.org/{first.doi}"] if first.doi else []
    pages = dict.fromkeys(e.url for e in entries if e.url and not (first.doi and first.doi in e.url))
    links += [page for page in pages if not is_mirror(page)]
    on_copy = ["on a copy at another site"] if any(is_mirror(page) for page in pages) else []
    read = "; ".join([*dict.fromkeys(READ_AS[e.seen] for e in entries), *on_copy])
    return " ".join((first.source.rstrip(".") + ".", *links, f"[{read}]"))


@functools.cache
def library() -> Library:
    """All evidence shipped with baclosim, loaded once."""
    return build(json.loads(COMPILED.read_text(encoding="utf-8")), counted=COUNTED)


def read_folder(path: Path | str) -> Library:
    """Read and check a folder of TOML evidence files. Raises EvidenceError listing every fault."""
    from .loading import read_tables

    return build(read_tables(Path(path)))


def build(tables: Mapping[str, Iterable[Mapping[str, Any]]], counted: Path | None = None) -> Library:
    """A library out of checked entries by kind: fact, series, claim; `counted` as in Library."""
    return Library(
        facts={entry["id"]: make_fact(entry) for entry in tables["fact"]},
        series={entry["id"]: make_series(entry) for entry in tables["series"]},
        claimed=tuple(make_claim(entry) for entry in tables["claim"]),
        counted=counted,
    )


def make_fact(entry: Mapping[str, Any]) -> Fact:
    """A fact out of a checked entry."""
    if isinstance(entry.get("value"), list):
        return Fact(**{**entry, "value": tuple(entry["value"])})
    return Fact(**entry)


def make_series(entry: Mapping[str, Any]) -> Series:
    """A series out of a checked entry."""
    return Series(**{**entry, "columns": tuple(entry["columns"]), "rows": tuple(map(tuple, entry["rows"]))})


def make_claim(entry: Mapping[str, Any]) -> Claim:
    """A claim out of a checked entry."""
    documents = tuple(entry.get("documents") or (entry["document"],))
    return Claim(id=entry["id"], says=entry["says"], kind=entry["kind"], shows=entry["shows"], documents=documents)
