"""A claim that the evidence answers: asked as anybody would ask it, and judged by what the answer holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ask import Answer, ask
from .findings import Finding, at_least, disputed, measured, told


def answered(what: str, question: str, needs: Sequence[str]) -> Iterator[Finding]:
    """The answer to a question: what it must say, the disagreement it states, its sources and its strength."""
    answer = ask(question, compute=False)
    yield told(what, whole(answer), answer.facts, needs=needs)
    for sentence in answer.disagreement:
        yield disputed(f"{what}: but", sentence.text, sentence.facts)
    linked = sum("http" in source for source in answer.sources)
    yield measured(f"{what}: sources with a link", linked, "", at_least(1.0))
    yield told(f"{what}: strength", answer.strength, [])


def whole(answer: Answer) -> str:
    """Every sentence of an answer, what disagrees included."""
    return " ".join(sentence.text for sentence in (*answer.says, *answer.disagreement)) or answer.kind
