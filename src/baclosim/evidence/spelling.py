"""Spelling: a word that occurs nowhere is read as the nearest one that does, when one is near enough.

Near means one slip, two in a long word. A slip is a letter left out, put in, replaced, or two letters that changed
places; in a short word a replaced consonant is too often another word.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

SHORTEST, SHORT, LONG, LONGEST = 4, 6, 9, 30


@functools.lru_cache(maxsize=4096)
def corrected(word: str, known: frozenset[str]) -> str:
    """The known word most like this one, or the word itself when none is near, or when it is very short or a number."""
    if not SHORTEST <= len(word) <= LONGEST or any(letter.isdigit() for letter in word):
        return word
    from rapidfuzz.distance import OSA

    slips = 2 if len(word) >= LONG else 1
    found = [
        (distance, other[0] != word[0], -len(other), other)  # letters are rather left out than put in
        for other in candidates(word, known, slips)
        if (distance := OSA.distance(word, other, score_cutoff=slips)) <= slips
        and (len(word) > SHORT or not is_replaced(word, other))
    ]
    return min(found, default=(0, False, 0, word))[-1]


def is_replaced(word: str, other: str) -> bool:
    """Whether words of one length differ by more than the order of their letters and by other letters than vowels."""
    if len(word) != len(other) or sorted(word) == sorted(other):
        return False
    return any(a != b and not {a, b} <= set("aeiouy") for a, b in zip(word, other, strict=True))


def candidates(word: str, known: Iterable[str], slips: int) -> list[str]:
    """Known words of about this length that begin or end alike."""
    return [
        other
        for other in known
        if len(other) >= SHORTEST
        and abs(len(other) - len(word)) <= slips
        and (other[0] == word[0] or other[-2:] == word[-2:])
    ]
