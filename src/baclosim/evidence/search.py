"""A small ranked search over words: ids, quantities, statements, populations.

Each entry is a bag of words with a weight by field. A rare word counts more than a common one, a whole
word more than the beginning of one, and an entry that
holds all words asked for comes before any that holds only some.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

EntryType = TypeVar("EntryType", bound=Any)

_WORD = re.compile(r"[a-z0-9]+")
_WEIGHTS = {"id": 4.0, "quantity": 4.0, "columns": 3.0, "statement": 2.0, "population": 1.0, "species": 1.0}
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        """a an and are as at be by can do does for from happen happens has have how i if in is it its my of
    on or should that the there this to was what when which who why will with you"""
    )
)
_SHORTEST_BEGINNING = 3


def words_of(text: str) -> list[str]:
    """Lower-case words of a text without those that carry no meaning; a plural `s` is cut."""
    return [_singular(w) for w in _WORD.findall(text.lower()) if w not in _EMPTY_WORDS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


class Index(Generic[EntryType]):
    """Words -> entries that hold them, in the attributes that the table of weights names."""

    def __init__(self, entries: Sequence[EntryType]) -> None:
        self._entries = entries
        self._places: dict[str, dict[int, float]] = defaultdict(dict)
        for number, entry in enumerate(entries):
            for word, weight in _weighted(entry):
                places = self._places[word]
                places[number] = max(weight, places.get(number, 0.0))

    def ranked(self, words: str) -> list[EntryType]:
        """Entries that hold at least one of the words, best first; all of them for an empty search."""
        asked = list(dict.fromkeys(words_of(words)))
        if not words.strip():
            return list(self._entries)
        matched: dict[int, int] = defaultdict(int)
        score: dict[int, float] = defaultdict(float)
        for word in asked:
            for number, weight in self._holders(word).items():
                matched[number] += 1
                score[number] += weight
        order = sorted(matched, key=lambda number: (-matched[number], -score[number], number))
        return [self._entries[number] for number in order]

    def _holders(self, word: str) -> dict[int, float]:
        """Entry -> how strongly it holds the word, or a longer word that begins with it."""
        found = dict(self._places.get(word, {}))
        if len(word) >= _SHORTEST_BEGINNING:
            for longer, places in self._places.items():
                if longer.startswith(word):
                    for number, weight in places.items():
                        found[number] = max(found.get(number, 0.0), 0.5 * weight)
        rarity = math.log(1.0 + len(self._entries) / max(1, len(found)))
        return {number: rarity * weight for number, weight in found.items()}


def _weighted(entry: object) -> Iterator[tuple[str, float]]:
    for field, weight in _WEIGHTS.items():
        text = getattr(entry, field, "")
        for word in words_of(text if isinstance(text, str) else " ".join(text)):
            yield word, weight


def closest_ids(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The ids most like this one: by spelling, else those that share the most words with it."""
    import difflib

    known = list(known)
    close = difflib.get_close_matches(name.lower(), known, n=count, cutoff=0.6)
    if close:
        return close
    asked = set(words_of(name))
    shared = sorted(known, key=lambda other: -len(asked & set(words_of(other))))
    return [other for other in shared[:count] if asked & set(words_of(other))]
