"""A question as it is understood: spelled right, without its numbers, as terms that can be compared."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ..errors import InputError, Problem
from ..evidence.library import library
from ..evidence.spelling import corrected
from ..evidence.words import terms_of, words_of
from .safety import brands
from .topics import topics

LONGEST = 2000  # letters of a question
AMOUNTS = re.compile(
    r"(?<![\w-])\d[\d.,]*(?:\s*(?:[munµ]?g|mcg|(?:milli|micro)?grams?|ml|kg)\b)?"
    r"(?:\s*(?:/|a |per |each )?\s*(?:day|daily|ml|min|h)\b)?(?![\w-])",
    re.IGNORECASE,
)
"""Numbers with their units, which do not tell what is asked."""


@dataclass(frozen=True)
class Question:
    """A question as it is understood.

    words  spelled right, in their order
    terms  what is compared, each once; a brand of baclofen is baclofen
    """

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]

    @property
    def read_as(self) -> str:
        """The question with its spelling corrected; empty where nothing was."""
        return " ".join(self.words) if list(self.words) != words_of(self.text)[: len(self.words)] else ""


def understood(text: str) -> Question:
    """The words and terms of a question. Raises InputError when it has none, or is too long."""
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates, which no output can hold
    if len(text) > LONGEST:
        raise InputError(Problem("question", text, f"at most {LONGEST} letters"))
    words = words_of(text)
    if not any(word.isalpha() for word in words):
        raise InputError(Problem("question", text, "a question in English, such as 'Do you need to taper baclofen?'"))
    index, known = library().index, vocabulary()
    right = {w: w if w in topics().words or index.knows(w) else corrected(w, known) for w in set(words)}
    asked = [right.get(word, word) for word in words_of(AMOUNTS.sub(" ", text))]
    asked = ["baclofen" if word in brands() else word for word in asked]
    terms = dict.fromkeys(terms_of(asked, index.synonyms))
    return Question(text, tuple(right[word] for word in words), tuple(terms))


@functools.cache
def vocabulary() -> frozenset[str]:
    """Every word that the evidence, the topics and the rules know."""
    return library().index.words | topics().words
