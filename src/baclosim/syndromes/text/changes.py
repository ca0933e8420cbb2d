"""What happened to each drug of a clause: overdosed, stopped, lowered, raised, started, or merely taken; or not so.

Each cue is judged as findings are: there, denied ("no overdose of baclofen", "was not stopped"), or left open.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..case import Change
from ..medicines import generic_names
from .clauses import Said, Span, said_after, said_of_events
from .grammar import pattern, whole_words
from .quantities import TIME, blanked

CUES: tuple[Change, ...] = ("overdose", "stopped", "lowered", "raised", "started", "taken")
LISTED = 2  # rank of a cue that reaches a drug through a list; its own cue counts more, and "taken" says least
REACH = 45  # letters between a drug and what happened to it
AMOUNT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,20})?|\d{1,12}(?:[.,]\d{1,20})?)\s*(mg|ug|mcg|µg|μg|micrograms?|milligrams?|g)\b(?!\s*/\s*ml)"
    r"\s*(/\s*(?:day|d\b|24\s?h)|per day|daily|a day|(?:(?:po|orally) )?(?:(?:[bt]\.?i|q\.?i?)\.?d|bd|tds|qds"
    r"|q ?\d{1,2} ?h|once (?:daily|a day)|twice (?:daily|a day)|(?:three|four) times (?:daily|a day))\b)?",
    re.IGNORECASE,
)
_SWITCH = re.compile(r"\b(?:changed|switched|converted|swapped)\b", re.IGNORECASE)
_CHAIN = re.compile(r"[\s,/+&]*(?:and|with|plus)?[\s,/+&]*", re.IGNORECASE)
_DETAIL = re.compile(rf"{AMOUNT.pattern}|{TIME.pattern}|\b(?:ago|before|earlier)\b", re.IGNORECASE)
_OBJECT = re.compile(r"(?:\s+|(?:of|on|with|his|her|their|the|any|an?|oral|intrathecal|doses?)\b)*", re.IGNORECASE)
"""What stands between a cue and the drug it is about: "overdose of her baclofen"."""


@dataclass(frozen=True)
class Named:
    """A drug named in a clause, and where."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Cue:
    """A word that tells what happened to a drug, and whether that is said to be so."""

    change: Change
    start: int
    end: int
    said: Said


@functools.cache
def any_drug() -> re.Pattern[str]:
    """Every name of a drug, the longest first."""
    return whole_words(map(re.escape, generic_names()))


def changes_of(clause: str, named: list[Named]) -> tuple[dict[int, Change], dict[int, Cue]]:
    """What happened to each drug of a clause, and what is denied or doubted of it where nothing else happened."""
    every = list(cues(clause, named))
    so = attached(clause, named, (cue for cue in every if cue.said == "present"))
    not_so = attached(clause, named, (cue for cue in every if cue.said != "present"))
    own = {place for place, (rank, _, _) in not_so.items() if rank < LISTED}
    found: dict[int, Change] = {
        place: cue.change for place, (rank, _, cue) in so.items() if rank < LISTED or place not in own
    }
    if switched(clause, named):
        found |= {0: "stopped", 1: "started"}
    return found, {place: cue for place, (_, _, cue) in not_so.items() if found.get(place, "taken") == "taken"}


def attached(clause: str, named: list[Named], every: Iterable[Cue]) -> dict[int, tuple[int, float, Cue]]:
    """Each drug with its cue, after rank and distance: a cue is of the nearest drug and of those listed with it."""
    found: dict[int, tuple[int, float, Cue]] = {}
    for cue in every:
        near = [(distance(cue.start, cue.end, drug), place) for place, drug in enumerate(named)]
        gap, nearest = min(near, default=(REACH + 1.0, 0))
        if gap > REACH:
            continue
        for place in chain(blanked(clause, [(cue.start, cue.end)]), named, nearest):
            rank = LISTED if place != nearest else int(cue.change == "taken")
            if place not in found or (rank, gap) < found[place][:2]:
                found[place] = (rank, gap, cue)
    return found


def cues(clause: str, named: list[Named]) -> Iterator[Cue]:
    """Every word of a clause that tells what happened to a drug; none inside a drug's name."""
    places: list[tuple[Change, int, int]] = [
        (change, match.start(), match.end())
        for change in CUES
        for match in pattern("change", change).finditer(clause)
        if not any(d.start <= match.start() < d.end for d in named)
    ]
    said = said_of_events(clause, [event(clause, start, end) for _, start, end in places])
    for change, start, end in places:
        yield Cue(change, start, end, said_past(clause, named, end, said[start, end]))


def event(clause: str, start: int, end: int) -> Span:
    """A cue as a thing said: a verb, which no list of what is denied reaches past a comma, or another event."""
    return start, end, "verb" if pattern("change", "verbs").fullmatch(clause, start, end) else "event"


def said_past(clause: str, named: list[Named], end: int, said: Said) -> Said:
    """What is said of a cue, the words after the drug that it is about included: "overdose of baclofen was denied"."""
    place = bisect_left(named, end, key=lambda drug: drug.start)
    if said != "present" or place == len(named) or named[place].start - end > REACH:
        return said
    if not _OBJECT.fullmatch(AMOUNT.sub(" ", clause[end : named[place].start])):
        return said
    rest = clause[named[place].end :][: 2 * REACH].lstrip()
    amount = AMOUNT.match(rest)
    return said_after(rest[amount.end() :] if amount else rest, said)


def distance(start: int, end: int, drug: Named) -> float:
    """Letters between a cue and a drug; what stands before the cue wins a tie."""
    return start - drug.end if drug.end <= start else drug.start - end + 0.5


def chain(clause: str, named: list[Named], place: int) -> Iterator[int]:
    """The drugs listed together with one: "baclofen and tizanidine"."""
    yield place
    for step in (-1, 1):
        other = place + step
        while 0 <= other < len(named):
            left, right = sorted((other, other - step))
            if not _CHAIN.fullmatch(_DETAIL.sub(" ", clause[named[left].end : named[right].start])):
                break
            yield other
            other += step


def switched(clause: str, named: list[Named]) -> bool:
    """Whether one drug was exchanged for another: "ziprasidone changed to perphenazine"."""
    return len(named) == 2 and bool(_SWITCH.search(clause)) and bool(re.search(r"\bto\b", clause[: named[1].start]))
