"""A text in clauses, and whether what a clause names is there, denied, or left open.

Negation follows the reach that clinicians give it: "no A", "denies A, B and C", "without A or B", "A was absent". Where
a list leaves it open whether a word is still denied ("no A, B"), the word is unclear and is not used.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..vocabulary import circumstances, findings
from .grammar import fragments, pattern, whole_words

Said = Literal["present", "absent", "unclear"]
Form = Literal["noun", "word", "denied", "event", "verb"]
Span = tuple[int, int, Form]
"""Where something is named in a clause, and as what: a finding, or (event, verb) what happened to a drug or pump."""

SPLIT = re.compile(r"(?<=\?)(?!\w)|[;!\n]+|\.(?=\s|$)|\b(?:but|however|although|whereas|though|yet)\b", re.IGNORECASE)

NOT = re.compile(r"not|never|\w+n['o]?t", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"^(?:\s*\b(?:that|ever|he|she|they|it|pt|patient|the|a|an|any|having|has|had|have|is|was|were|been|there)\b)+",
    re.IGNORECASE,
)
"""Words between a denial and what it denies: "denies that he has had seizures"."""


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
    spans: list[Span] = [(m.start(), m.end(), terms()[m[0].lower()][0][1]) for m in found]
    for match, said in zip(found, said_of(clause, spans), strict=True):
        for name, form in terms()[match[0].lower()]:
            is_so: Said = "absent" if form == "denied" and said == "present" else said
            yield Mention(match.start(), match.end(), name, form, is_so, match[0])


def said_of(clause: str, spans: Sequence[Span]) -> Iterator[Said]:
    """What a clause says of each thing it names; `spans` in the order of the text, none within another."""
    or_follows = lists_ending_in_or(clause, spans)
    said, cue, before = "present", "", 0
    for index, (start, end, form) in enumerate(spans):
        said, cue = judged(clause[before:start], said, cue, form, or_follows[index])
        yield said_after(clause[end : spans[index + 1][0] if index + 1 < len(spans) else len(clause)], said)
        before = end


def said_of_events(clause: str, events: Sequence[Span]) -> dict[tuple[int, int], Said]:
    """What a clause says of events, among the findings it names: denial reaches them as it reaches findings."""
    taken: list[Span] = sorted(set(events), key=lambda span: (span[0], -span[1]))
    outer: list[Span] = [span for span, last in zip(taken, running_end(taken), strict=True) if span[0] >= last]
    spans: list[Span] = list(outer)
    place = 0
    for match in any_term().finditer(clause):
        while place < len(outer) and outer[place][1] <= match.start():
            place += 1
        if place == len(outer) or match.end() <= outer[place][0]:
            spans.append((match.start(), match.end(), terms()[match[0].lower()][0][1]))
    spans.sort()
    said = dict(zip(((start, end) for start, end, _ in spans), said_of(clause, spans), strict=True))
    found: dict[tuple[int, int], Said] = {}
    covering = (0, 0)
    for start, end, _ in taken:
        covering = (start, end) if (start, end) in said else covering
        found[start, end] = said[covering]
    return found


def running_end(spans: Sequence[Span]) -> Iterator[int]:
    """For each of some spans in order, where the last one before it that was not within another ended."""
    last = 0
    for start, end, _ in spans:
        yield last
        last = end if start >= last else last


def judged(gap: str, before: str, cue: str, form: Form, or_follows: bool) -> tuple[Said, str]:
    """What is said of a finding, from the words before it and from what was said of the one before."""
    doubt, denials = is_doubted(gap), list(denial().finditer(gap))
    reset = pattern("reset", "words")
    if denials and (not doubt or denials[-1].start() > doubt.start()):
        last = denials[-1]
        if passed(gap[last.end() :], last[0].lower(), bool(last["list"]), form):
            return "present", ""
        return "absent", "list" if last["list"] else last[0].lower()
    if doubt:
        return ("present", "") if doubt_over(doubt, gap[doubt.end() :], form) else ("unclear", "")
    if before == "present" or reset.search(gap):
        return "present", ""
    if before == "unclear" and not cue:
        return ("unclear", "") if re.search(r"\b(?:or|and)\b|/", gap) else ("present", "")
    return carried(gap, cue, form, or_follows)


def doubt_over(doubt: re.Match[str], rest: str, form: Form = "noun") -> bool:
    """Whether a doubt ended before this came: "possible stroke, now febrile", "h/o MS on baclofen"."""
    if re.match(r"\s*,", rest) or pattern("reset", "words").search(rest):  # "dose unknown, drowsy"
        return True
    is_past = pattern("doubted", "history").fullmatch(doubt[0])
    return bool(is_past and (form == "verb" or pattern("doubted", "ends").search(rest)))


def passed(between: str, cue: str, is_list: bool, form: Form) -> bool:
    """Whether something else was denied before this came: "no focus, tremor", "denies pain, took 40 tablets"."""
    if form == "verb" and re.search(r",|\band\b", between):
        return True
    if not is_list and "," in between and not re.search(r"\b(?:n?or)\b", between):
        return True
    return bool(pattern("reset", "words").search(_AUXILIARY.sub("", between))) and not NOT.fullmatch(cue)


def carried(gap: str, cue: str, form: Form, or_follows: bool) -> tuple[Said, str]:
    """Whether a denial reaches the next member of a list."""
    is_or = re.search(r"\b(?:n?or)\b|/", gap)
    if is_or or (cue == "list" and form != "verb"):
        return "absent", cue
    if form not in ("noun", "event"):
        return ("unclear", cue) if NOT.fullmatch(cue) and form != "verb" else ("present", "")
    if or_follows and re.fullmatch(r"[\s,]*", gap):
        return "absent", cue
    return ("present", "") if form == "event" else ("unclear", cue)


def lists_ending_in_or(clause: str, spans: Sequence[Span]) -> list[bool]:
    """For each thing that a clause names: whether the list that goes on after it ends in an "or"."""
    ends = [False] * len(spans)
    for index in range(len(spans) - 2, -1, -1):
        gap = clause[spans[index][1] : spans[index + 1][0]]
        ends[index] = bool(re.search(r"\b(?:n?or)\b", gap)) or (
            ends[index + 1] and re.fullmatch(r"[\s,]*", gap) is not None
        )
    return ends


def said_after(after: str, said: Said) -> Said:
    """What the words after a finding make of it."""
    if following("doubted").search(after) or re.match(r"\s*\?", after):
        return "unclear"
    return "absent" if said == "present" and following("denied").search(after) else said
