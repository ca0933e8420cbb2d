"""A text in clauses, and whether what a clause names is there, denied, or left open.

Negation follows the reach that clinicians give it: "no A", "denies A, B and C", "without A or B", "A was absent". Where
a list leaves it open whether a word is still denied ("no A, B"), the word is unclear and is not used.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .grammar import fragments, pattern, whole_words
from .vocabulary import circumstances, findings

Said = Literal["present", "absent", "unclear"]
Form = Literal["noun", "word", "denied"]

SPLIT = re.compile(r"(?<=\?)|[;!\n]+|\.(?=\s|$)|\b(?:but|however|although|whereas|though|yet)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """A finding named in a clause: where, as what form, and what is said of it."""

    start: int
    end: int
    name: str
    form: Form
    said: Said
    words: str


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a text within which a negation can reach."""
    return tuple(part.strip() for part in SPLIT.split(text) if part and part.strip())


@functools.cache
def terms() -> dict[str, tuple[tuple[str, Form], ...]]:
    """What people say -> the findings it is about, and in which form."""
    known: dict[str, list[tuple[str, Form]]] = {}
    for entry in (*findings().values(), *circumstances().values()):
        labelled = (entry.name.replace("_", " "), *entry.nouns)
        forms: tuple[tuple[tuple[str, ...], Form], ...] = (
            (labelled, "noun"),
            (entry.words, "word"),
            (entry.denied, "denied"),
        )
        for said, form in forms:
            for words in said:
                known.setdefault(words.lower(), []).append((entry.name, form))
    return {words: tuple(dict.fromkeys(about)) for words, about in known.items()}


@functools.cache
def any_term() -> re.Pattern[str]:
    """Every term, the longest first."""
    return whole_words(map(re.escape, terms()))


@functools.cache
def denial() -> re.Pattern[str]:
    """Words before a finding that deny it; the group `list` holds those that reach over a whole list."""
    listed, single = "|".join(fragments("denied", "list")), "|".join(fragments("denied", "before"))
    return re.compile(rf"\b(?:(?P<list>{listed})|{single})\b|(?<!\S)w/o(?!\S)", re.IGNORECASE)


@functools.cache
def following(kind: str) -> re.Pattern[str]:
    """Words right after a finding that deny or doubt it."""
    words = "|".join(fragments(kind, "after"))
    return re.compile(rf"^\s*(?:[:=]|is|are|was|were|could|ha(?:s|ve) been)?\s*(?:{words}|no$)(?!\w)", re.IGNORECASE)


def is_doubted(text: str) -> re.Match[str] | None:
    """The last word of a text that leaves open what follows it."""
    found = [*pattern("doubted", "before").finditer(text), *re.finditer(r"\?", text)]
    return max(found, key=lambda match: match.start(), default=None)


def mentions(clause: str) -> Iterator[Mention]:
    """Every finding that a clause names, with what is said of it."""
    found = list(any_term().finditer(clause))
    or_follows = lists_ending_in_or(clause, found)
    said, cue, end = "present", "", 0
    for index, match in enumerate(found):
        gap = clause[end : match.start()]
        forms = terms()[match[0].lower()]
        said, cue = judged(gap, said, cue, forms[0][1], or_follows[index])
        after = clause[match.end() : found[index + 1].start() if index + 1 < len(found) else len(clause)]
        final = said_after(after, said)
        for name, form in forms:
            is_so: Said = "absent" if form == "denied" and final == "present" else final
            yield Mention(match.start(), match.end(), name, form, is_so, match[0])
        end = match.end()


def judged(gap: str, before: str, cue: str, form: Form, or_follows: bool) -> tuple[Said, str]:
    """What is said of a finding, from the words before it and from what was said of the one before."""
    doubt, denials = is_doubted(gap), list(denial().finditer(gap))
    reset = pattern("reset", "words")
    if denials and (not doubt or denials[-1].start() > doubt.start()):
        last = denials[-1]
        if passed(gap[last.end() :], last[0].lower(), bool(last["list"])):
            return "present", ""
        return "absent", "list" if last["list"] else last[0].lower()
    if doubt:
        return ("present", "") if reset.search(gap[doubt.end() :]) else ("unclear", "")
    if before == "present" or reset.search(gap):
        return "present", ""
    if before == "unclear" and not cue:
        return ("unclear", "") if re.search(r"\b(?:or|and)\b|/", gap) else ("present", "")
    return carried(gap, cue, form, or_follows)


def passed(between: str, cue: str, is_list: bool) -> bool:
    """Whether something else was denied before this finding came: "no focus, tremor", "no cause was found: tremor"."""
    if not is_list and "," in between and not re.search(r"\b(?:n?or)\b", between):
        return True
    return bool(pattern("reset", "words").search(between)) and cue not in ("not", "never")


def carried(gap: str, cue: str, form: Form, or_follows: bool) -> tuple[Said, str]:
    """Whether a denial reaches the next member of a list."""
    if cue == "list" or re.search(r"\b(?:n?or)\b|/", gap):
        return "absent", cue
    if form != "noun":
        return ("unclear", cue) if cue == "not" else ("present", "")
    if or_follows and re.fullmatch(r"[\s,]*", gap):
        return "absent", cue
    return "unclear", cue


def lists_ending_in_or(clause: str, found: list[re.Match[str]]) -> list[bool]:
    """For each finding of a clause: whether the list that goes on after it ends in an "or"."""
    ends = [False] * len(found)
    for index in range(len(found) - 2, -1, -1):
        gap = clause[found[index].end() : found[index + 1].start()]
        ends[index] = bool(re.search(r"\b(?:n?or)\b", gap)) or (
            ends[index + 1] and re.fullmatch(r"[\s,]*", gap) is not None
        )
    return ends


def said_after(after: str, said: Said) -> Said:
    """What the words after a finding make of it."""
    if following("doubted").search(after) or re.match(r"\s*\?", after):
        return "unclear"
    return "absent" if said == "present" and following("denied").search(after) else said
