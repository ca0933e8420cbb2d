"""Drugs and the pump in a text: what was started, raised, lowered or stopped, when, how much, for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..case import Change, Drug, Status
from ..measured import number_in
from ..medicines import generic_names
from .changes import AMOUNT, CUES, REACH, Cue, Named, any_drug, changes_of
from .clauses import Said, Span, denial, doubt_over, is_doubted, said_of_events
from .grammar import pattern
from .quantities import Time, times

_JUST_BEFORE = re.compile(AMOUNT.pattern + r"\s*(?:of\s+)?(?:oral\s+|intrathecal\s+)?$", re.IGNORECASE)
_AGO = re.compile(r"^[\s,]*(?:ago|before|earlier|prior|previously|back|pta)\b", re.IGNORECASE)
_AFTER = re.compile(r"^[\s,]*(?:after|since|following|post|into|from)\b", re.IGNORECASE)
_FOR = re.compile(r"(?:\bx|\bfor(?: the (?:past|last))?(?: about| over| some| more than)?|\bthese)\s*$", re.IGNORECASE)
LONGEST_ILLNESS = 60 * 24.0  # h
MILLIGRAMS = {"g": 1000.0, "gram": 1000.0, "mg": 1.0, "milligram": 1.0}
FREQUENCIES = {
    "bid": 2.0,
    "bd": 2.0,
    "twice": 2.0,
    "tid": 3.0,
    "tds": 3.0,
    "three": 3.0,
    "qid": 4.0,
    "qds": 4.0,
    "four": 4.0,
}
OVERDOSE = {"": 200.0, "oral": 200.0, "intrathecal": 1.5}
"""mg of baclofen at once: differential.overdose.dose-threshold.leung-2006, overdose.toxic-doses.poisoning-handbook."""
_TABLETS = re.compile(
    r"(?<![\w.,])(\d{1,3})\s*(?:x\b|×|(?:tab(?:let)?s?|pills?)\b)|\bx\s?(\d{1,3})\b(?! ?(?:d|h|w|/))", re.IGNORECASE
)
_SWALLOWED = re.compile(r"\b(?:took|taken|ingest\w*|swallow\w*|overdos\w*)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"from (\d[\d.,]*) ?(?:[mu]g)? ?to \d[\d.,]* ?([mu]g)", re.IGNORECASE)

NO_DRUG = "it is not said of which drug, so that it is not weighed"
TROUBLES: tuple[Status, ...] = ("excess", "interrupted", "working")
_NOT_EVER = re.compile(r"\bnever\b|\bden(?:y|ie)", re.IGNORECASE)
_NO_PUMP = re.compile(
    r"\b(?:no|without(?: a| any)?|never had (?:a|any))\s+(?:\w+\s+)?pump\b"
    r"(?!\s+(?:alarm|malfunction|fail|stall|problem|issue|leak|trouble|error|over|under))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Told:
    """What one clause tells of drugs and pump: `refused` is what did not happen to them, in words."""

    drugs: tuple[Drug, ...] = ()
    denied: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    pump: Status = ""
    pump_ago: float | None = None
    onset: float | None = None
    signs_for: float | None = None


@dataclass(frozen=True)
class Lengths:
    """The lengths of time of a clause: all, those that count from a change, and those for which something has been."""

    every: tuple[Time, ...]
    clocks: tuple[Time, ...]
    spells: tuple[Time, ...]


@dataclass(frozen=True)
class Untold:
    """A length of time that nobody told."""

    hours: None = None


_NEVER = Untold()


def told(clause: str) -> Told:
    """Drugs, pump and times of one clause."""
    named = [Named(generic_names()[m[0].lower()], m.start(), m.end()) for m in any_drug().finditer(clause)]
    lengths = lengths_of(clause)
    changes, refused = changes_of(clause, named)
    about_pump = pump_cues(clause, named)
    pump = pump_status(clause, about_pump)
    sorts: dict[str, list[str]] = {"unclear": list(unnamed(clause, named, pump))}
    for sort, says in dict.fromkeys(pump_open(about_pump, pump)):
        sorts.setdefault(sort, []).append(says)
    drugs = []
    for place in range(len(named)):
        sort, says, drug = judged(clause, named, place, changes.get(place), refused.get(place), lengths)
        drugs += [drug] if drug else []
        if sort:
            sorts.setdefault(sort, []).append(says)
    return Told(
        drugs=merged(drugs, pump),
        denied=tuple(sorts.get("denied", ())),
        refused=tuple(sorts.get("refused", ())),
        unclear=tuple(sorts.get("unclear", ())),
        treatments=tuple(sorts.get("treatments", ())),
        pump=pump,
        pump_ago=pump_time(pump, lengths),
        onset=onset_told(lengths),
        signs_for=signs_told(clause, lengths, bool(named)),
    )


def judged(
    clause: str, named: list[Named], place: int, change: Change | None, cue: Cue | None, lengths: Lengths
) -> tuple[str, str, Drug | None]:
    """Where a drug belongs, what is to be told of it there, and the drug where it is one of the history.

    cue  what is denied or doubted of it
    """
    name = named[place].name
    drug = drug_of(clause, named, place, change, lengths)
    if cue and cue.said == "unclear":
        what = "there was an overdose" if cue.change == "overdose" else f"it was {cue.change}"
        return "unclear", f"'{name}': not clear whether {what}", drug if change else None
    if cue and drug.change == "overdose" and cue.change == "overdose":
        return "unclear", f"'{name} {drug.dose}': told both as an overdose and as none", None
    if cue and (cue.change == "overdose" or drug.change == "overdose" or is_excess(clause, cue, named[place])):
        return "refused", f"no overdose of {name}", drug if change and drug.change != "overdose" else None
    if cue and cue.change in ("stopped", "lowered", "raised"):
        return "refused", f"{name} not {cue.change}", replace(drug, change="taken", ago=None)
    sort = "denied" if cue and not change else sort_of(clause, named, place, change is not None)
    gone, ago = gone_without(clause, named, place, lengths) if sort == "denied" else (False, None)
    if gone:
        return "", "", replace(drug, change="stopped", ago=ago, since=None)
    if sort == "unclear":
        return sort, f"'{name}': not clear whether it was taken", None
    daily = dose_in(clause[named[place].end :][:REACH])[0] if drug.change == "overdose" and not drug.dose else ""
    if daily and not sort:
        return "unclear", f"'{daily}': what is taken a day, not the amount of the overdose", drug
    return (sort, name, None) if sort else ("", "", drug)


def is_excess(clause: str, cue: Cue, drug: Named) -> bool:
    """Whether what is denied is that more than was prescribed was taken."""
    return cue.change == "taken" and bool(re.search(r"\b(?:more than|extra|over)\b", clause[cue.end : drug.start]))


def gone_without(clause: str, named: list[Named], place: int, lengths: Lengths) -> tuple[bool, float | None]:
    """Whether a denied drug is one that was stopped, and h ago: "no baclofen for 3 days", "none since Monday"."""
    before = clause[named[place - 1].end if place else 0 : named[place].start]
    start = named[place].end
    end = next((i for i in (clause.find(",", start),) if i >= 0), len(clause))
    if _NOT_EVER.search(before):
        return False, None
    own = [t for t in lengths.every if start <= t.start < end and (_FOR.search(t.before) or _AGO.search(t.after))]
    since = re.search(r"\bsince\b", clause[start:end], re.IGNORECASE)
    return bool(own or since), own[0].hours if own else None


def sort_of(clause: str, named: list[Named], place: int, changed: bool) -> str:
    """Whether a drug is denied, doubtful, or a treatment of the signs; nothing for one of the history."""
    before = clause[named[place - 1].end if place else 0 : named[place].start]
    if denial().search(before) and not changed:
        return "denied"
    doubt = is_doubted(before)
    if doubt and not doubt_over(doubt, before[doubt.end() :]):
        return "unclear"
    return "treatments" if not changed and pattern("treatment", "words").search(clause) else ""


def unnamed(clause: str, named: list[Named], pump: Status) -> Iterator[str]:
    """What was changed without being named."""
    if named or pump or not pattern("unnamed", "words").search(clause):
        return
    for change in ("stopped", "lowered"):
        if match := pattern("change", change).search(clause):
            yield f"'{match[0]}': of what is not said"
    if (match := pattern("change", "overdose").search(clause)) and pattern("other_drugs", "unknown").search(clause):
        yield f"'{match[0]}': {NO_DRUG}"


# --- one drug ------------------------------------------------------------------------------------------------------


def drug_of(clause: str, named: list[Named], place: int, change: Change | None, lengths: Lengths) -> Drug:
    """One drug with all that its clause says of it."""
    drug = named[place]
    start = named[place - 1].end if place else 0
    end = named[place + 1].start if place + 1 < len(named) else len(clause)
    route = route_in(clause[start:end]) if drug.name == "baclofen" else ""
    before = _JUST_BEFORE.search(clause[start : drug.start])
    dose, single = dose_in(before[0] if before else clause[drug.end : end], route)
    single = tablets_in(clause[start:end]) or single
    if drug.name == "baclofen" and single and change in (None, "taken", "overdose"):
        change, dose = "overdose", single
    dose = single if change == "overdose" else dose  # a daily dose tells nothing of how much an overdose was
    own = tuple(t for t in lengths.clocks if drug.end <= t.start < end)
    ago = nearest(drug, own or lengths.clocks) if change != "taken" else None
    change = "started" if change is None and ago is not None and drug.name != "baclofen" else change
    since = nearest(drug, lengths.spells)
    return Drug(drug.name, change or "taken", ago, dose, since, route)


def nearest(drug: Named, lengths: tuple[Time, ...]) -> float | None:
    """The length of time that stands nearest to a drug [h]."""
    return min(lengths, key=lambda t: max(t.start - drug.end, drug.start - t.end), default=_NEVER).hours


def lengths_of(clause: str) -> Lengths:
    """Every length of time of a clause, each judged once."""
    every = tuple(times(clause))
    clocks = tuple(t for t in every if starts_clock(clause, t))
    return Lengths(every, clocks, tuple(t for t in every if not starts_clock(clause, t) and _FOR.search(t.before)))


def starts_clock(clause: str, length: Time) -> bool:
    """Whether a length of time counts from a change of a drug or pump: "2 days ago", "24 h after stopping"."""
    if _AGO.search(length.after) or is_held(length):
        return True
    follows = clause[length.end : length.end + REACH]
    if not _AFTER.search(length.after) or pattern("unrelated", "words").search(follows):
        return False
    known = (any_drug(), pattern("pump", "about"), *(pattern("change", change) for change in CUES[:-1]))
    return any(p.search(follows) for p in known)


def is_held(length: Time) -> bool:
    """Whether a length of time tells for how long a drug has been stopped: "held x3d", "stopped for 2 days"."""
    during = _FOR.search(length.before)
    if not during:
        return False
    before = length.before[max(0, during.start() - REACH) : during.start()].rstrip()
    return any(match.end() == len(before) for match in pattern("change", "stopped").finditer(before))


def dose_in(text: str, route: str = "") -> tuple[str, str]:
    """The daily dose in some words, and a single dose of baclofen that is an overdose; nothing when there is none."""
    daily, single = "", ""
    text = _FROM_TO.sub(r"\1 \2", text)
    for match in AMOUNT.finditer(text):
        unit = {"mcg": "ug", "µg": "ug", "μg": "ug"}.get(match[2].lower(), match[2].lower())
        number = number_in(match[1])
        if match[3]:
            daily = daily or f"{number * times_a_day(match[3]):.10g} {unit}/day"
        elif number * MILLIGRAMS.get(unit.rstrip("s"), 0.0) >= OVERDOSE[route]:
            single = f"{number:g} {unit}"
    return daily, single


def times_a_day(words: str) -> float:
    """How often a day a dose is taken."""
    key = re.sub(r"[\s.]|(?:po|orally)\b", "", words.lower())
    every = re.fullmatch(r"q(\d+)h", key)
    if every:
        return 24.0 / max(int(every[1]), 1)
    return next((n for start, n in FREQUENCIES.items() if key.startswith(start)), 1.0)


def tablets_in(text: str) -> str:
    """What some tablets that were taken at once amount to, where that is an overdose: "took 40 tabs of 20 mg each"."""
    amount, count = AMOUNT.search(text), _TABLETS.search(text)
    if not (amount and count and _SWALLOWED.search(text)) or amount[3]:
        return ""
    unit, number = amount[2].lower(), int(count[1] or count[2]) * number_in(amount[1])
    return f"{number:g} mg" if unit == "mg" and number >= OVERDOSE["oral"] else ""


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
    if "overdose" in (first.change, second.change):  # its amount is not the daily dose, and it counts most
        own, other = (first, second) if first.change == "overdose" else (second, first)
        return replace(own, since=own.since or other.since, route=own.route or other.route)
    return Drug(
        first.name, change, first.ago if first.ago is not None else second.ago, first.dose or second.dose,
        first.since or second.since, first.route or second.route,
    )  # fmt: skip


# --- pump and times ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PumpCue:
    """A word that tells of the state of the pump, and whether that is said to be so."""

    status: Status
    words: str
    said: Said


def pump_cues(clause: str, named: list[Named]) -> list[PumpCue]:
    """What is said of the pump, where a clause speaks of it and of no other drug; what weighs most comes first."""
    if not pattern("pump", "about").search(clause) or any(drug.name != "baclofen" for drug in named):
        return []
    places: list[tuple[Status, int, int]] = [
        (status, m.start(), m.end()) for status in TROUBLES for m in pattern("pump", status).finditer(clause)
    ]
    forms: list[Span] = [
        (start, end, "verb" if clause[start:end].lower().endswith("ed") else "event") for _, start, end in places
    ]
    said = said_of_events(clause, forms)
    return [PumpCue(status, clause[start:end], said[start, end]) for status, start, end in places]


def pump_status(clause: str, cues: list[PumpCue]) -> Status:
    """The state of the pump."""
    if _NO_PUMP.search(clause):
        return "none"
    said: list[Status] = [cue.status for cue in cues if cue.said == "present"]
    return said[0] if said else ""


def pump_open(cues: list[PumpCue], status: Status) -> Iterator[tuple[str, str]]:
    """What is denied or doubted of the pump, where nothing else is wrong with it: the sort, and what is to be told."""
    for cue in cues:
        if cue.status == "working" or status not in ("", "working"):
            continue
        if cue.said == "absent":
            yield "refused", f"pump: no '{cue.words}'"
        elif cue.said == "unclear":
            yield "unclear", f"'{cue.words}' of the pump: not clear whether that is so"


def pump_time(pump: Status, lengths: Lengths) -> float | None:
    """Hours since the pump's trouble began, where the clause says so."""
    return lengths.clocks[0].hours if pump and lengths.clocks else None


def onset_told(lengths: Lengths) -> float | None:
    """Hours from a change to the signs, where a clause says "24 h after stopping" or "two days into"."""
    return next((t.hours for t in lengths.clocks if _AFTER.search(t.after)), None)


def signs_told(clause: str, lengths: Lengths, about_drugs: bool) -> float | None:
    """Hours for which there have been signs, where a clause without drugs, doses and pumps says "for 3 days"."""
    if about_drugs or AMOUNT.search(clause) or pattern("pump", "about").search(clause):
        return None
    return next((t.hours for t in lengths.every if _FOR.search(t.before) and t.hours <= LONGEST_ILLNESS), None)
