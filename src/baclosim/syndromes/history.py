"""Drugs and the pump in a text: what was started, raised, lowered or stopped, when, how much, for how long."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .case import Change, Drug, Status
from .clauses import denial, is_doubted
from .grammar import pattern, whole_words
from .measured import number_in
from .medicines import generic_names
from .quantities_in_text import TIME, Time, blanked, times

_SWITCH = re.compile(r"\b(?:changed|switched|converted|swapped)\b", re.IGNORECASE)
_CHAIN = re.compile(r"[\s,/+&]*(?:and|with|plus)?[\s,/+&]*", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,20})?|\d{1,12}(?:[.,]\d{1,20})?)\s*(mg|ug|mcg|µg|μg|micrograms?|milligrams?|g)\b(?!\s*/\s*ml)"
    r"\s*(/\s*(?:day|d|24\s?h)|per day|daily|a day)?",
    re.IGNORECASE,
)
_JUST_BEFORE = re.compile(_AMOUNT.pattern + r"\s*(?:of\s+)?(?:oral\s+|intrathecal\s+)?$", re.IGNORECASE)
_DETAIL = re.compile(rf"{_AMOUNT.pattern}|{TIME.pattern}|\b(?:ago|before|earlier)\b", re.IGNORECASE)
_AGO = re.compile(r"^[\s,]*(?:ago|before|earlier|prior|previously|back)\b", re.IGNORECASE)
_AFTER = re.compile(r"^[\s,]*(?:after|since|following|post|into|from)\b", re.IGNORECASE)
_FOR = re.compile(r"(?:\bfor(?: the (?:past|last))?(?: about| over| some| more than)?|\bthese)\s*$", re.IGNORECASE)
CUES: tuple[Change, ...] = ("overdose", "stopped", "lowered", "raised", "started", "taken")
LONGEST_ILLNESS = 60 * 24.0  # h
REACH = 45  # letters between a drug and what happened to it
MILLIGRAMS = {"g": 1000.0, "gram": 1000.0, "mg": 1.0, "milligram": 1.0}
OVERDOSE = {"": 200.0, "oral": 200.0, "intrathecal": 1.5}
"""mg of baclofen at once: differential.overdose.dose-threshold.leung-2006, overdose.toxic-doses.poisoning-handbook."""
_FROM_TO = re.compile(r"from (\d[\d.,]*) ?(?:[mu]g)? ?to \d[\d.,]* ?([mu]g)", re.IGNORECASE)

TROUBLES: tuple[Status, ...] = ("excess", "interrupted", "working")
_DENIED_NEAR = re.compile(r"\b(?:no|not|without|never)\b(?:\s+(?!and\b)\w+){0,2}\s*$", re.IGNORECASE)
_NO_PUMP = re.compile(r"\b(?:no|without(?: a| any)?|never had (?:a|any))\s+(?:\w+\s+)?pump\b", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """What one clause tells of drugs and pump, and what it leaves unclear."""

    drugs: tuple[Drug, ...] = ()
    denied: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    pump: Status = ""
    pump_ago: float | None = None
    onset: float | None = None
    signs_for: float | None = None


@dataclass(frozen=True)
class Untold:
    """A length of time that nobody told."""

    hours: None = None


_NEVER = Untold()


@dataclass(frozen=True)
class Named:
    """A drug named in a clause, and where."""

    name: str
    start: int
    end: int


@functools.cache
def any_drug() -> re.Pattern[str]:
    """Every name of a drug, the longest first."""
    return whole_words(map(re.escape, generic_names()))


def told(clause: str) -> Told:
    """Drugs, pump and times of one clause."""
    named = [Named(generic_names()[m[0].lower()], m.start(), m.end()) for m in any_drug().finditer(clause)]
    lengths = tuple(times(clause))
    changes = changes_of(clause, named)
    pump = pump_status(clause, named)
    sorts: dict[str, list[str]] = {"denied": [], "unclear": list(unnamed(clause, named, pump)), "treatments": []}
    drugs = []
    for place, drug in enumerate(named):
        sort = sort_of(clause, named, place, place in changes)
        if sort == "unclear":
            sorts[sort].append(f"'{drug.name}': not clear whether it was taken")
        elif sort:
            sorts[sort].append(drug.name)
        else:
            drugs.append(drug_of(clause, named, place, changes.get(place), lengths))
    return Told(
        merged(drugs, pump),
        tuple(sorts["denied"]),
        tuple(sorts["unclear"]),
        tuple(sorts["treatments"]),
        pump,
        pump_time(clause, pump, lengths),
        onset_told(clause, lengths),
        signs_told(clause, lengths, bool(named)),
    )


def sort_of(clause: str, named: list[Named], place: int, changed: bool) -> str:
    """Whether a drug is denied, doubtful, or a treatment of the signs; nothing for one of the history."""
    before = clause[named[place - 1].end if place else 0 : named[place].start]
    if denial().search(before) and not changed:
        return "denied"
    if is_doubted(before):
        return "unclear"
    return "treatments" if not changed and pattern("treatment", "words").search(clause) else ""


def unnamed(clause: str, named: list[Named], pump: Status) -> Iterator[str]:
    """What was changed without being named."""
    if not named and not pump and pattern("unnamed", "words").search(clause):
        for change in ("stopped", "lowered", "overdose"):
            match = pattern("change", change).search(clause)
            if match:
                yield f"'{match[0]}': of what is not said"


# --- what happened to a drug ---------------------------------------------------------------------------------------


def changes_of(clause: str, named: list[Named]) -> dict[int, Change]:
    """What happened to each drug of a clause: each cue belongs to the nearest drug and to those listed with it."""
    found: dict[int, tuple[float, Change]] = {}
    for change, start, end in cues(clause, named):
        near = [(distance(start, end, drug), place) for place, drug in enumerate(named)]
        gap, nearest = min(near, default=(REACH + 1.0, 0))
        if gap > REACH:
            continue
        for place in chain(blanked(clause, [(start, end)]), named, nearest):
            far = gap if place == nearest else gap + REACH  # a drug's own cue counts more
            if place not in found or far < found[place][0]:
                found[place] = (far, change)
    if switched(clause, named):
        found |= {0: (0.0, "stopped"), 1: (0.0, "started")}
    return {place: change for place, (_, change) in found.items()}


def cues(clause: str, named: list[Named]) -> Iterator[tuple[Change, int, int]]:
    """Every word of a clause that tells what happened to a drug; none inside a drug's name."""
    for change in CUES:
        for match in pattern("change", change).finditer(clause):
            if not any(d.start <= match.start() < d.end for d in named):
                yield change, match.start(), match.end()


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


def drug_of(clause: str, named: list[Named], place: int, change: Change | None, lengths: tuple[Time, ...]) -> Drug:
    """One drug with all that its clause says of it."""
    drug = named[place]
    start = named[place - 1].end if place else 0
    end = named[place + 1].start if place + 1 < len(named) else len(clause)
    route = route_in(clause[start:end]) if drug.name == "baclofen" else ""
    before = _JUST_BEFORE.search(clause[start : drug.start])
    dose, single = dose_in(before[0] if before else clause[drug.end : end], route)
    if drug.name == "baclofen" and single and change in (None, "taken", "overdose"):
        change, dose = "overdose", single
    clocks = [t for t in lengths if starts_clock(clause, t)]
    own = [t for t in clocks if drug.end <= t.start < end]
    ago = nearest(drug, own or clocks) if change != "taken" else None
    change = "started" if change is None and ago is not None and drug.name != "baclofen" else change
    since = nearest(drug, [t for t in lengths if _FOR.search(t.before) and not _AGO.search(t.after)])
    return Drug(drug.name, change or "taken", ago, dose, since, route)


def nearest(drug: Named, lengths: list[Time]) -> float | None:
    """The length of time that stands nearest to a drug [h]."""
    return min(lengths, key=lambda t: max(t.start - drug.end, drug.start - t.end), default=_NEVER).hours


def starts_clock(clause: str, length: Time) -> bool:
    """Whether a length of time counts from a change of a drug or pump: "2 days ago", "24 h after stopping"."""
    if _AGO.search(length.after):
        return True
    follows = clause[length.end : length.end + REACH]
    if not _AFTER.search(length.after) or pattern("unrelated", "words").search(follows):
        return False
    known = (any_drug(), pattern("pump", "about"), *(pattern("change", change) for change in CUES[:-1]))
    return any(p.search(follows) for p in known)


def dose_in(text: str, route: str = "") -> tuple[str, str]:
    """The daily dose in some words, and a single dose of baclofen that is an overdose; nothing when there is none."""
    daily, single = "", ""
    text = _FROM_TO.sub(r"\1 \2", text)
    for match in _AMOUNT.finditer(text):
        unit = {"mcg": "ug", "µg": "ug", "μg": "ug"}.get(match[2].lower(), match[2].lower())
        number = number_in(match[1])
        if match[3]:
            daily = daily or f"{number:g} {unit}/day"
        elif number * MILLIGRAMS.get(unit.rstrip("s"), 0.0) >= OVERDOSE[route]:
            single = f"{number:g} {unit}"
    return daily, single


def route_in(text: str) -> str:
    """By which route, where some words tell."""
    spine, mouth = (bool(pattern("route", route).search(text)) for route in ("intrathecal", "oral"))
    return "intrathecal" if spine and not mouth else "oral" if mouth and not spine else ""


def merged(drugs: list[Drug], pump: Status) -> tuple[Drug, ...]:
    """Each drug once in a clause, with all that was told of it; a fault of the pump is no second stop."""
    found: dict[str, Drug] = {}
    for drug in drugs:
        if drug.name == "baclofen" and drug.route == "intrathecal" and pump and drug.change in ("stopped", "overdose"):
            drug = replace(drug, change="taken")
        found[drug.name] = joined(found[drug.name], drug) if drug.name in found else drug
    return tuple(found.values())


def joined(first: Drug, second: Drug) -> Drug:
    """Two mentions of one drug: the change that says more, and whatever either tells."""
    change = second.change if first.change == "taken" else first.change
    return Drug(
        first.name, change, first.ago if first.ago is not None else second.ago, first.dose or second.dose,
        first.since or second.since, first.route or second.route,
    )  # fmt: skip


# --- pump and times ------------------------------------------------------------------------------------------------


def pump_status(clause: str, named: list[Named]) -> Status:
    """The state of the pump, where a clause speaks of it and of no other drug."""
    if _NO_PUMP.search(clause):
        return "none"
    if not pattern("pump", "about").search(clause) or any(drug.name != "baclofen" for drug in named):
        return ""
    for status in TROUBLES:
        for match in pattern("pump", status).finditer(clause):
            before = clause[: match.start()]
            if not (_DENIED_NEAR.search(before) or is_doubted(before)):
                return status
    return ""


def pump_time(clause: str, pump: Status, lengths: tuple[Time, ...]) -> float | None:
    """Hours since the pump's trouble began, where the clause says so."""
    return next((t.hours for t in lengths if starts_clock(clause, t)), None) if pump else None


def onset_told(clause: str, lengths: tuple[Time, ...]) -> float | None:
    """Hours from a change to the signs, where a clause says "24 h after stopping" or "two days into"."""
    return next((t.hours for t in lengths if _AFTER.search(t.after) and starts_clock(clause, t)), None)


def signs_told(clause: str, lengths: tuple[Time, ...], about_drugs: bool) -> float | None:
    """Hours for which there have been signs, where a clause without drugs, doses and pumps says "for 3 days"."""
    if about_drugs or _AMOUNT.search(clause) or pattern("pump", "about").search(clause):
        return None
    return next((t.hours for t in lengths if _FOR.search(t.before) and t.hours <= LONGEST_ILLNESS), None)
