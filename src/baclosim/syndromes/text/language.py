"""Plain English to a case: what was understood is told, what was not is told too, and nothing is assumed.

A small deterministic grammar over the vocabulary. It knows what clinicians write; it is no judge of style and guesses
nothing: a word whose meaning it leaves open is listed as unclear and not used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...errors import InputError, Problem, Problems
from ..case import Case, Drug, Onset, Status
from ..medicines import generic_names
from ..vocabulary import circumstances, findings, values
from ..words import hours_in_words
from .changes import any_drug
from .clauses import clauses, mentions, said_of_events
from .grammar import fragments, pattern
from .history import NO_DRUG, Told, joined, told
from .person import AGE, KIDNEYS, person_in
from .quantities import Number, blanked, numbers

LONGEST = 20_000  # letters; a case is a page
_WORD = re.compile(r"[^\W\d_]{3,}")
_LINES, _BLANKS = re.compile(r"\s*\n\s*"), re.compile(r" {2,}")  # one each: patterns that skip blanks stay quick
_PIECE = re.compile(r",|\b(?:and|with|plus)\b", re.IGNORECASE)
_FILLING = frozenset(
    _WORD.findall(
        """about after ago are before came child day days earlier female following found girl had has her his history
        hour hours later male man minutes month months noted now old patient presented presents she signs since some
        temp temperature the then there today was week weeks were who woman year years yesterday"""
    )
)
"""Words that tell nothing of their own, so that nobody misses them."""
_ALL_LISTED = re.compile(
    r"\b(?:(?:takes?|taking|on|uses?) no(?: other)? (?:drugs?|medicines?|medications?)"
    r"|no(?: other)? (?:medicines?|medications?)|no other drugs?"
    r"|(?:without|not (?:on|taking)|(?:does not|doesn't) take) any(?: other)? (?:drugs?|medicines?|medications?))"
    r"\s*(?=$|[,:])",
    re.IGNORECASE,
)
_OVERDOSE = re.compile(
    rf"\b(?:(?P<before>{'|'.join(fragments('other_drugs', 'words'))})\s+)?"
    r"(?:overdos(?:e|es|ed|age|ing)|(?<![\d ] )(?<!mg )o/?d(?:'?e?d)?(?= (?:of|on|with)\b))\b"
    r"(?:\s+(?:of|on|with|by)\s+(?P<after>(?:(?:his|her|their|the|an?|some)\s+)?[\w-]+))?",
    re.IGNORECASE,
)
"""An overdose, and the drug it was of when that is none of those known here."""
_UNSAID = re.compile(
    rf"(?:(?:his|her|their|the|an?|some)\s+)?(?:{'|'.join(fragments('other_drugs', 'unsaid'))})", re.IGNORECASE
)
PEAKS = ("temperature", "ck", "white_cells")
NO_BACLOFEN = ("itb_interrupted", "oral_baclofen_lowered", "baclofen_excess")


@dataclass
class Heard:
    """What a text told.

    understood  what was taken from it, in words; unclear: what was named but left open; left: parts not understood
    """

    findings: dict[str, bool] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    drugs: dict[str, Drug] = field(default_factory=dict)
    circumstances: dict[str, bool] = field(default_factory=dict)
    patient: dict[str, float] = field(default_factory=dict)
    pump: Status = ""
    pump_ago: float | None = None
    onset: float | None = None
    signs_for: float | None = None
    complete: bool = False
    understood: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def case(self, title: str = "") -> Case:
        """As a case."""
        onset = Onset(self.onset, self.onset) if self.onset else None
        return Case(
            title, self.findings, self.values, tuple(self.drugs.values()), self.circumstances, self.pump, self.pump_ago,
            onset, self.signs_for, self.complete, self.patient,
        )  # fmt: skip


def heard(text: str, where: str = "text") -> Heard:
    """What a text tells. Raises InputError for a text that is too long, or values that are impossible."""
    if len(text) > LONGEST:
        allowed = f"at most {LONGEST:,} characters"
        raise InputError(Problem(where, f"{len(text):,} characters", allowed, "A case is a page of text."))
    plain = _BLANKS.sub(" ", _LINES.sub("\n", "".join(c if c.isprintable() or c == "\n" else " " for c in text)))
    plain = plain.replace("’", "'")
    found, problems = Heard(), Problems()
    read = list(numbers(plain, problems))
    problems.raise_as(InputError)
    for number in read:
        note_number(found, number)
    note_person(found, blanked(plain, [(n.start, n.end) for n in read]))
    only_baclofen = not names_another_drug(plain)
    for clause in clauses(blanked(plain, [(n.start, n.end) for n in read if n.name != "temperature"])):
        note_clause(found, clause, only_baclofen=only_baclofen)
    found.unclear += [
        f"{drug}: of how much is not said, so that its course is not simulated"
        for drug in found.drugs.values()
        if is_unmeasured(drug)
    ]
    return found


def is_unmeasured(drug: Drug) -> bool:
    """Whether a drug is an overdose of baclofen whose amount nobody told."""
    return drug.name == "baclofen" and drug.change == "overdose" and not drug.dose


def note_number(found: Heard, number: Number) -> None:
    """Take over a value; of several the highest where that is what counts, otherwise the first."""
    value = values()[number.name]
    before = found.values.get(number.name)
    if before is not None and (number.name not in PEAKS or number.number <= before):
        found.unclear.append(f"{value.label} also {value.shown(number.number)}: {value.shown(before)} is used")
        return
    found.values[number.name] = number.number
    found.understood.append(f"{value.label} {value.shown(number.number)}")


def note_person(found: Heard, text: str) -> None:
    """Take over who the patient is."""
    person = person_in(text)
    found.patient |= person.patient
    found.circumstances |= person.circumstances
    found.understood += person.understood
    found.unclear += person.unclear


def note_clause(found: Heard, clause: str, *, only_baclofen: bool = True) -> None:
    """Take over what one clause tells, and keep what of it tells nothing."""
    if _ALL_LISTED.search(clause):
        found.complete = True
        found.understood.append("every drug is listed")
        clause = _ALL_LISTED.sub(" ", clause)
    for mention in mentions(clause):
        note_finding(found, mention.name, mention.said, mention.words)
    note_history(found, history_in(found, clause, only_baclofen))
    found.left += unread(clause)


def names_another_drug(text: str) -> bool:
    """Whether a text names any drug beside baclofen."""
    others = any(generic_names()[match[0].lower()] != "baclofen" for match in any_drug().finditer(text))
    return others or pattern("other_drugs", "words").search(text) is not None


def history_in(found: Heard, clause: str, only_baclofen: bool) -> Told:
    """What a clause tells of drugs and pump; an overdose that names no drug is of baclofen if no other is named."""
    history, match = told(clause), _OVERDOSE.search(clause)
    if match is None or settles_overdose(history, clause, match):
        return history
    said = said_of_events(clause, [(match.start(), match.end(), "event")])[match.start(), match.end()]
    words = " ".join(match[0].split())
    other = match["before"] or (match["after"] if match["after"] and not _UNSAID.fullmatch(match["after"]) else "")
    if said == "absent":
        found.understood.append(f"no {words}" if other else "no overdose")
    elif said == "unclear":
        found.unclear.append(f"'{words}': not clear whether there was one")
    elif other:
        found.unclear.append(f"'{words}': of a drug that is not weighed here")
    elif not only_baclofen or pattern("other_drugs", "unknown").search(clause):
        found.unclear.append(f"'{words}': {NO_DRUG}")
    else:
        found.understood.append(f"'{match[0]}' as one of baclofen, since no other drug is named")
        end = match.start("after") if match["after"] else match.end()
        return told(f"{clause[:end]}{'' if match['after'] else ' of'} baclofen {clause[end:].lstrip()}")
    return history


def settles_overdose(history: Told, clause: str, match: re.Match[str]) -> bool:
    """Whether the history of a clause already tells of what the overdose was, or that there was none."""
    if history.pump == "excess" or any(drug.change == "overdose" for drug in history.drugs):
        return True
    if any("overdose" in says for says in (*history.refused, *history.unclear)):
        return True
    return bool(match["after"]) and any_drug().search(clause, match.start("after"), match.end("after")) is not None


def unread(clause: str) -> list[str]:
    """The parts of a clause that name nothing known: the whole clause when all of them do."""
    pieces = [piece for piece in _PIECE.split(clause) if set(_WORD.findall(piece.lower())) - _FILLING]
    of_drug = any_drug().search(clause) is not None
    silent = [piece for piece in pieces if is_silent(piece) and not (of_drug and is_change(piece))]
    if silent == pieces and is_silent(clause):
        silent = [clause] if pieces else []
    return [" ".join(piece.split()) for piece in silent]


def is_change(words: str) -> bool:
    """Whether words tell what happened to a drug that is named elsewhere in their clause."""
    return any(pattern("change", change).search(words) for change in ("overdose", "stopped", "lowered"))


def is_silent(words: str) -> bool:
    """Whether words name neither a finding nor a part of the history."""
    return (
        next(mentions(words), None) is None
        and told(words) == Told()
        and not _OVERDOSE.search(words)
        and not (AGE.search(words) or KIDNEYS.search(words))
    )


def note_finding(found: Heard, name: str, said: str, words: str) -> None:
    """Take over one finding; one that is told both ways is unclear."""
    known = found.circumstances if name in circumstances() else found.findings
    label = (findings().get(name) or circumstances()[name]).label
    if said == "unclear":
        found.unclear.append(f"'{words}': not clear whether there is {label}")
    elif known.get(name, said == "present") != (said == "present"):
        del known[name]
        found.understood = [line for line in found.understood if line not in (label, f"no {label}")]
        found.unclear.append(f"'{words}': told both as there and as not there")
    elif name not in known:
        known[name] = said == "present"
        found.understood.append(label if said == "present" else f"no {label}")


def note_history(found: Heard, clause: Told) -> None:
    """Take over drugs, pump and times."""
    for drug in clause.drugs:
        key = drug.name
        if key in found.drugs and {drug.route, found.drugs[key].route} == {"oral", "intrathecal"}:
            key = f"{drug.name} {drug.route}"  # baclofen by both routes
        found.drugs[key] = joined(found.drugs[key], drug) if key in found.drugs else drug
        found.understood.append(str(drug))
    found.understood += clause.refused
    for name in clause.denied:
        found.understood.append(f"no {name}")
        found.circumstances |= dict.fromkeys(NO_BACLOFEN, False) if name == "baclofen" else {}
    found.unclear += clause.unclear
    found.understood += [f"{name} as a treatment, not counted as an exposure" for name in clause.treatments]
    if clause.pump:
        found.pump = clause.pump if found.pump in ("", "working") else found.pump
        found.pump_ago = clause.pump_ago if clause.pump_ago is not None else found.pump_ago
        when = f" since {hours_in_words(clause.pump_ago)}" if clause.pump_ago and clause.pump != "working" else ""
        found.understood.append(
            {"none": "no pump", "working": "pump works"}.get(clause.pump, f"pump: {clause.pump}{when}")
        )
    if clause.onset is not None and found.onset is None:
        found.onset = clause.onset
        found.understood.append(f"signs began {hours_in_words(clause.onset)} after the change")
    if clause.signs_for is not None and found.signs_for is None:
        found.signs_for = clause.signs_for
        found.understood.append(f"signs for {hours_in_words(clause.signs_for)}")
