"""The answer to a question: what is urgent, what the facts say, what speaks against it, what the model computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..evidence.library import Entry, library
from ..plan.safety import DISCLAIMER
from .sentences import Sentence

if TYPE_CHECKING:
    from .computed import Computed

Kind = Literal["answer", "found by search", "not in the evidence", "another drug"]
NOT_HELD = "The evidence here does not hold the answer."
ANOTHER = "This is about {drugs}; the evidence here is about baclofen."
VITRO = "in vitro"
FOUND = "No curated answer fits; these are the facts nearest to the question."


@dataclass(frozen=True)
class Answer:
    """What is answered, with the facts behind each sentence.

    read_as       the question with its spelling corrected, where that changed it
    urgent        emergency advice; to be shown before all else
    refusal       said when a personal dose was asked for
    says          the short answer
    disagreement  evidence that speaks against it, or disagrees within itself
    computed      what the model makes of the numbers in the question; `not_computed` says why it could not
    strength      how far the facts may be trusted, in words
    facts         ids of the facts, those that carry the answer first
    table         id of a table that shows more; empty for none
    see           commands that show more
    near          titles of topics that could be meant, where the answer is not held
    """

    question: str
    kind: Kind
    title: str = ""
    read_as: str = ""
    urgent: tuple[Sentence, ...] = ()
    refusal: str = ""
    says: tuple[Sentence, ...] = ()
    disagreement: tuple[Sentence, ...] = ()
    computed: Computed | None = None
    not_computed: str = ""
    strength: str = ""
    facts: tuple[str, ...] = ()
    table: str = ""
    see: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def numbered(self) -> dict[str, int]:
        """Number of the source of each fact, in the order of `sources`."""
        origins = [library().get(name).origin for name in self.facts]
        order = {origin: place for place, origin in enumerate(dict.fromkeys(origins), 1)}
        return {name: order[origin] for name, origin in zip(self.facts, origins, strict=True)}

    @property
    def sources(self) -> tuple[str, ...]:
        """Reference lines, one per source, each with its link and what was read of it."""
        return library().cite(*self.facts)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _lines(answer: Answer) -> Iterator[str]:
    """The answer as plain paragraphs."""
    yield from (f"! {sentence.text}" for sentence in answer.urgent)
    yield from filter(None, (answer.refusal, answer.title))
    yield from (sentence.text for sentence in answer.says)
    yield from (f"But: {sentence.text}" for sentence in answer.disagreement)
    yield from filter(None, (answer.strength, *answer.sources, DISCLAIMER))


def strength_of(facts: Sequence[Entry], is_disputed: bool) -> str:
    """How far facts may be trusted: how many sources, what was read of them, in which species, whether they agree."""
    if not facts:
        return ""
    sources = {entry.origin: entry.seen for entry in reversed(facts)}  # of several of one source the first counts
    count = f"{len(sources)} source{'s' if len(sources) > 1 else ''}"
    read = ", ".join(f"{number} {name}" for name, number in _tally([sources[o] for o in reversed(sources)]))
    parts = [f"Strength: {grade(facts, is_disputed)}", f"{count} ({read})"]
    others = {entry.species for entry in facts} - {"human", "chemical", "device", "none", ""}
    animals = sorted(
        {part for species in others for part in species.split(", ")}, key=lambda part: (part == VITRO, part)
    )
    if animals:
        parts.append(f"in part from {', '.join(animals)}")
    if is_disputed:
        parts.append("the evidence disagrees")
    return "; ".join(parts) + "."


def grade(facts: Sequence[Entry], is_disputed: bool) -> str:
    """One word.

    good  three or more sources in people, most of them read in the paper, its abstract or a label, and no disagreement
    weak  nothing but what was recalled or read second-hand, or nothing in people
    fair  all else
    """
    firsthand = {e.origin for e in facts if e.seen in ("full-text", "abstract", "label") and e.species == "human"}
    if not firsthand:
        return "weak"
    most = 2 * sum(entry.seen in ("full-text", "abstract", "label") for entry in facts) > len(facts)
    return "good" if len(firsthand) >= 3 and most and not is_disputed else "fair"


def _tally(names: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, names.count(name)) for name in dict.fromkeys(names)]
