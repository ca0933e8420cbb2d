"""Text to terms: what a search compares. Words are stemmed, the field's synonyms become one term, empty words go.

terms("How quickly does itching begin?")   ["onset", "itch", "onset"]

Stems are Snowball's (English). The synonyms are data, `synonyms.toml`, compiled with the evidence.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Synonyms = Mapping[str, str]
"""Stems of a wording, joined by blanks -> the term that stands for it."""

LONGEST_WORDING = 4
NOTHING = "nothing"
"""The term of wordings that are left out."""
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = str.maketrans({"µ": "u", "μ": "u", "’": "'", "β": "beta ", "α": "alpha ", "γ": "gamma ", "δ": "delta "})
EMPTY = frozenset(
    _WORD.findall(
        """a about after all also am an and any are as at be been before being but by can could did do does doing done
        for from get gets getting give gives given go goes got had happen happens has have having he her him his how
        i if i'm in into is it its itself i've just like make makes me might much must my no not now of off on once
        one or our out over people person please she should so some someone something tell than that the their them
        then there these they thing things this those to too up us use used using very was we were what when where
        whether which while who whom why will with would you your s really actually anything know kind sort way ok
        okay fine many help hello plus minus vs versus what's how's who's there's where's that's isn't aren't don't
        doesn't didn't can't won't couldn't shouldn't he's she's you're they're i'd i'll
        """.replace("'", "")
    )
)
"""Words that do not tell what is asked, without their apostrophes."""


@functools.lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word."""
    return _stemmer().stemWord(word)


@functools.cache
def _stemmer() -> Any:
    """Made when the first word is stemmed, since importing its languages takes a while."""
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def words_of(text: str) -> list[str]:
    """Lower-case words of a text, without accents; an apostrophe joins, hyphens and other marks part words."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return _WORD.findall(text.lower().replace("'", ""))


def terms(text: str, synonyms: Synonyms) -> list[str]:
    """The terms of a text in its order."""
    return list(terms_of(words_of(text), synonyms))


def terms_of(words: list[str], synonyms: Synonyms) -> Iterator[str]:
    """The terms of words in their order; the longest wording that has a synonym wins."""
    stems = [stem(word) for word in words]
    place = 0
    while place < len(stems):
        length, term = _longest(stems, place, synonyms)
        if term and term != NOTHING:
            yield term
        elif not term and words[place] not in EMPTY:
            yield stems[place]
        place += length


def _longest(stems: list[str], place: int, synonyms: Synonyms) -> tuple[int, str]:
    for length in range(min(LONGEST_WORDING, len(stems) - place), 0, -1):
        term = synonyms.get(" ".join(stems[place : place + length]))
        if term:
            return length, term
    return 1, ""


def compiled_synonyms(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The synonyms by stems. Raises ValueError for a wording that stands for two things."""
    found: dict[str, str] = {}
    for term, wordings in table.items():
        for wording in (term.replace("_", " "), *wordings):
            key = " ".join(stem(word) for word in words_of(wording))
            if found.setdefault(key, term) != term:
                raise ValueError(f"{wording!r} stands for {found[key]!r} and for {term!r}")
    return found
