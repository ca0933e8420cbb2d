"""Spelling: a word that occurs nowhere is read as the nearest one that does, when there is a near one."""

from __future__ import annotations

import functools
from collections.abc import Iterable

SHORTEST, LONGEST = 4, 30
NEAR = 80.0  # percent of letters shared, by normalised Indel distance


@functools.lru_cache(maxsize=4096)
def corrected(word: str, known: frozenset[str]) -> str:
    """The known word most like this one, or the word itself when none is near, or when it is a number or very short."""
    if not SHORTEST <= len(word) <= LONGEST or any(letter.isdigit() for letter in word):
        return word
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, candidates(word, known), scorer=fuzz.ratio, score_cutoff=NEAR)
    return found[0] if found else word


def candidates(word: str, known: Iterable[str]) -> list[str]:
    """Known words of about this length that begin or end alike, in order, so that the same slip is read the same."""
    return sorted(
        other
        for other in known
        if len(other) >= SHORTEST and abs(len(other) - len(word)) <= 3 and (other[0] == word[0] or other[1:3] == word[1:3])
    )
