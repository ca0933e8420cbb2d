"""Ranked search over words: ids, quantities, statements, populations; BM25 over weighted fields.

A rare word counts more than a common one, words in ids and quantities more than in statements; stems are compared,
synonyms are one, and a word that nobody uses here is read as the nearest that somebody does. The counting is done when
the evidence is compiled. Own code, because the libraries for it begin by loading NumPy: 0.4 s before the first answer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .spelling import corrected
from .words import EMPTY, Synonyms, stem, terms_of, words_of

_WEIGHTS = {
    "id": 3.0,
    "quantity": 3.0,
    "columns": 2.0,
    "statement": 2.0,
    "population": 1.0,
    "species": 1.0,
    "rows": 1.0,
}
_SHORTEST_BEGINNING = 3
MOST = 64
_SATURATION, _LENGTH = 1.2, 0.6  # k1 and b of BM25


@dataclass(frozen=True)
class Index:
    """Which entries hold which terms, and how strongly.

    postings  term -> places of entries with their weighted counts
    lengths   weighted number of terms of each entry
    words     every word that occurs, to correct spelling by
    synonyms  as in `words`
    """

    postings: Mapping[str, Sequence[tuple[int, float]]]
    lengths: Sequence[float]
    words: frozenset[str]
    synonyms: Synonyms

    def asked(self, text: str) -> list[str]:
        """The terms of a question, each once, with its spelling corrected; words beyond the first MOST are left out."""
        return list(dict.fromkeys(terms_of(self.spelled(words_of(text)[:MOST]), self.synonyms)))

    def spelled(self, words: list[str]) -> list[str]:
        """The words with those that occur nowhere replaced by the nearest that do."""
        return [word if self.knows(word) else corrected(word, self.words) for word in words]

    def knows(self, word: str) -> bool:
        """Whether this word, or another form of it, occurs."""
        return word in self.words or stem(word) in self.postings or stem(word) in self.synonyms

    def rarity(self, term: str) -> float:
        """How much a term tells (BM25's inverse document frequency); the most for one that occurs nowhere."""
        holders = len(self.postings.get(term, ()))
        return math.log(1.0 + (len(self.lengths) - holders + 0.5) / (holders + 0.5))

    def scores(self, asked: Iterable[str]) -> dict[int, float]:
        """BM25 score of every entry that holds one of the terms, by place."""
        return {place: score for place, (_, score) in self._tallies(asked).items()}

    def weight(self, place: int, term: str) -> float:
        """How strongly an entry holds a term; 0 when it does not."""
        return next((count for other, count in self.postings.get(term, ()) if other == place), 0.0)

    def ranked(self, text: str) -> list[int]:
        """Places of the entries that hold one of the words, those with most words first; all for an empty search."""
        if not text.strip():
            return list(range(len(self.lengths)))
        found = self._tallies(self.asked(text))
        return sorted(found, key=lambda place: (-found[place][0], -found[place][1], place))

    def _tallies(self, asked: Iterable[str]) -> dict[int, tuple[int, float]]:
        """Number of terms held and BM25 score of each entry that holds any."""
        mean = sum(self.lengths) / max(1, len(self.lengths))
        matched: dict[int, int] = defaultdict(int)
        score: dict[int, float] = defaultdict(float)
        for term in asked:
            rarity = self.rarity(term)
            for place, count in self._holders(term).items():
                matched[place] += 1
                short = 1.0 - _LENGTH + _LENGTH * self.lengths[place] / mean
                score[place] += rarity * count * (_SATURATION + 1.0) / (count + _SATURATION * short)
        return {place: (matched[place], score[place]) for place in matched}

    def _holders(self, term: str) -> dict[int, float]:
        """Places that hold a term; of one that none holds, those that hold a longer one, at half its weight."""
        held = self.postings.get(term)
        if held or len(term) < _SHORTEST_BEGINNING:
            return dict(held or ())
        longer = (places for other, places in self.postings.items() if other.startswith(term))
        found: dict[int, float] = {}
        for place, count in (pair for places in longer for pair in places):
            found[place] = max(found.get(place, 0.0), 0.5 * count)
        return found


def build_index(entries: Sequence[Any], synonyms: Synonyms, words: Iterable[str] = ()) -> Index:
    """Count the terms of every entry; `words` are known besides those of the entries, to correct spelling by."""
    known = {*EMPTY, *words, *(word for entry in entries for word in words_in(entry))}
    return index_of([counts_in(entry, synonyms) for entry in entries], known, synonyms)


def index_of(counts: Sequence[Mapping[str, float]], words: Iterable[str], synonyms: Synonyms) -> Index:
    """An index out of the weighted counts of each entry's terms."""
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, own in enumerate(counts):
        for term, count in own.items():
            postings[term].append((place, count))
    return Index(dict(postings), [sum(own.values()) for own in counts], frozenset(words), synonyms)


def counts_in(entry: object, synonyms: Synonyms) -> dict[str, float]:
    """Each term of an entry, counted with the weight of the field it stands in."""
    counts: dict[str, float] = defaultdict(float)
    for field, weight in _WEIGHTS.items():
        for term in terms_of(words_of(_text(entry, field)), synonyms):
            counts[term] += weight
    return dict(counts)


def words_in(entry: object) -> set[str]:
    """Every word of an entry, as it is written."""
    return {word for field in _WEIGHTS for word in words_of(_text(entry, field))}


def index_from(compiled: Mapping[str, Any]) -> Index:
    """An index out of its compiled form: `counts` by entry, `words`, `synonyms`."""
    return index_of(list(compiled["counts"].values()), compiled["words"], compiled["synonyms"])


def _text(entry: object, field: str) -> str:
    value = getattr(entry, field, "")
    if field == "rows":
        value = [cell for row in value for cell in row if isinstance(cell, str)]
    text = value if isinstance(value, str) else " ".join(value)
    return text.replace("_", " ")


def closest_ids(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The ids most like this one: by spelling, else those that share the most words with it."""
    import difflib

    known = list(known)
    close = difflib.get_close_matches(name.lower(), known, n=count, cutoff=0.6)
    if close:
        return close
    asked = set(words_of(name)) - EMPTY
    shared = sorted(known, key=lambda other: -len(asked & set(words_of(other))))
    return [other for other in shared[:count] if asked & set(words_of(other))]
