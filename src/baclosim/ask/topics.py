"""The curated topics: what people ask, which facts answer it in which sentences; and which topic a question is about.

A topic is data, `topics/*.toml`. A question is compared with every wording of every topic: the share of rare terms that
the two have in common decides.
"""

from __future__ import annotations

import functools
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = HERE / "topics"
COMPILED = HERE / "compiled.json"

WHOLE, PARTS = 0.7, 0.3
"""How much the likeness to the best wording counts, and the share of the question that the topic knows at all."""


@dataclass(frozen=True)
class Topic:
    """What is asked, and what is answered.

    asks          wordings, each a list of terms
    says          templates of the sentences of the answer (see `sentences`)
    disagreement  templates of what speaks against it, or of evidence that disagrees
    facts         ids of more facts; those named in the sentences come in their order unless they are listed here
    table         id of a table shown whole
    urgent        kind of emergency whose warning goes before the answer
    beside        whether it answers for other drugs too
    computes      quantities of `calculation` that the model can work out beside it
    see           commands that show more
    """

    id: str
    title: str
    asks: tuple[tuple[str, ...], ...]
    says: tuple[str, ...]
    disagreement: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    table: str = ""
    urgent: str = ""
    beside: bool = False
    computes: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topics:
    """All topics, with the rarity of every term over them.

    words  every word of the wordings, to correct spelling by
    """

    all: tuple[Topic, ...]
    words: frozenset[str]
    rarities: Mapping[str, float]

    def rarity(self, term: str) -> float:
        """How much a term tells of the topic: the most when no topic has it."""
        return self.rarities.get(term, math.log(1.0 + len(self.all)))

    def named(self, name: str) -> Topic:
        """A topic by id; raises StopIteration for an unknown one, which compiling rules out."""
        return next(topic for topic in self.all if topic.id == name)

    def ranked(self, asked: Sequence[str]) -> list[tuple[float, Topic]]:
        """Topics by likeness to the terms of a question, 0 to 1, the most alike first."""
        mine = set(asked)
        total = sum(map(self.rarity, mine))
        found = [(self._likeness(topic, mine, total), topic) for topic in self.all] if total else []
        return sorted(found, key=lambda pair: -pair[0])

    def covered(self, topic: Topic, asked: Sequence[str]) -> float:
        """Share of a question's terms, by rarity, that one wording of the topic has."""
        total = sum(map(self.rarity, asked))
        shared = (sum(self.rarity(term) for term in set(asked).intersection(wording)) for wording in topic.asks)
        return max(shared) / total if total else 0.0

    def _likeness(self, topic: Topic, mine: set[str], total: float) -> float:
        known = {term for wording in topic.asks for term in wording}
        best = 0.0
        for wording in topic.asks:
            shared = sum(self.rarity(term) for term in mine.intersection(wording))
            best = max(best, 2.0 * shared / (total + sum(map(self.rarity, wording))))
        return WHOLE * best + PARTS * sum(map(self.rarity, mine & known)) / total


def rarities_of(topics: Sequence[Topic]) -> dict[str, float]:
    """Rarity of each term: the fewer topics have it, the more it tells."""
    holders: dict[str, set[str]] = defaultdict(set)
    for topic in topics:
        for term in (term for wording in topic.asks for term in wording):
            holders[term].add(topic.id)
    return {term: math.log(1.0 + len(topics) / len(having)) for term, having in holders.items()}


@functools.cache
def topics() -> Topics:
    """The topics that are shipped."""
    return topics_from(compiled()["topics"], compiled()["words"])


@functools.cache
def compiled() -> dict[str, Any]:
    """Topics and safety rules as `python -m baclosim.ask.compile` wrote them."""
    return json.loads(COMPILED.read_text(encoding="utf-8"))


def topics_from(tables: Sequence[Mapping[str, Any]], words: Sequence[str]) -> Topics:
    """Topics out of their compiled form."""
    made = tuple(Topic(**{key: _frozen(value) for key, value in table.items()}) for table in tables)
    return Topics(made, frozenset(words), rarities_of(made))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
