"""From pieces of dosing to what a scenario says: regimens in plain words, and what came before hour 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf
from typing import Any

from ...errors import InputError
from ...therapy import speech
from ...therapy.regimen import Regimen
from ...therapy.steps import Dosing, For, Nothing, Step
from ...therapy.timing import DAY, Once
from .account import Account
from .instructions import BACLOFEN, Piece

KEYS = {"mouth": "oral", "skin": "topical", "vein": "intravenous", "intrathecal": "intrathecal"}
SLACK = 1e-6  # h


def untangled(pieces: list[Piece], account: Account) -> list[Piece]:
    """Pieces of one drug and route without doubles; two orders that overlap otherwise are a problem."""
    kept: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
        same = next((k for k in kept if k.intake == piece.intake and _is_shared(k, piece)), None)
        if same and same.source != piece.source:
            account.leave(piece.source, f"says the same as {same.source}")
            kept[kept.index(same)] = replace(same, end=max(same.end, piece.end))
            continue
        kept = [_cut(other, piece, account) for other in kept]
        kept.append(piece)
    return kept


def _is_shared(one: Piece, other: Piece) -> bool:
    """Whether two pieces, the later second, have time in common; single doses where they are at the same time."""
    return one.end > other.start + SLACK or (one.start == one.end == other.start == other.end)


def _cut(earlier: Piece, later: Piece, account: Account) -> Piece:
    """An earlier piece, ended where a later order of the same day takes over; a longer overlap is a problem."""
    overlap = min(earlier.end, later.end) - later.start
    if earlier.source == later.source or overlap <= SLACK:
        return earlier
    if overlap <= DAY + SLACK:
        account.note(earlier.source, f"ends where {later.source} begins, on the same day")
        return replace(earlier, end=later.start)
    allowed = f"no time in common with {later.source}: how much is taken together is unclear"
    hint = "End one of them, or write both doses as two dosages of one order."
    account.refuse(earlier.source, f"overlaps for {_long(overlap)}", allowed, hint)
    return replace(earlier, end=later.start)


def _long(hours: float) -> str:
    return "ever" if hours == inf else f"{hours / DAY:.0f} days"


def steps(pieces: Sequence[Piece], origin: float, until: float = inf) -> tuple[Step, ...]:
    """The steps of a regimen that begins at `origin` [h] and does what these pieces say until it ends [h]."""
    return tuple(_joined(list(_steps(pieces, origin, until))))


def _steps(pieces: Sequence[Piece], origin: float, until: float) -> Iterator[Step]:
    edges = {edge for piece in pieces for edge in (piece.start, piece.end) if origin < edge < until}
    for start, end in pairwise([origin, *sorted(edges), until]):
        intakes = tuple(piece.intake for piece in pieces if _acts(piece, start))
        span = None if end == inf else For(_tidy(end - start))
        if not intakes:
            yield Nothing(span)
        elif all(isinstance(intake.timing, Once) for intake in intakes):
            yield Dosing(intakes)
            yield Nothing(span)
        else:
            yield Dosing(intakes, span)


def _acts(piece: Piece, time: float) -> bool:
    """Whether a piece gives something from this time on; a single dose only where it stands."""
    if isinstance(piece.intake.timing, Once):
        return abs(piece.start - time) <= SLACK
    return piece.start <= time + SLACK and piece.end > time + SLACK


def _tidy(hours: float) -> float:
    """A length in whole minutes where dates give such."""
    minutes = round(hours * 60.0)
    return minutes / 60.0 if abs(hours * 60.0 - minutes) < 1e-3 else hours


def _joined(found: list[Step]) -> list[Step]:
    """The steps with equal neighbours joined, and nothing after a last single dose."""
    kept: list[Step] = []
    for step in found:
        longer = _longer(kept[-1], step) if kept else None
        kept = [*kept[:-1], longer] if longer else [*kept, step]
    return kept[:-1] if len(kept) > 1 and kept[-1] == Nothing() and _is_single(kept[-2]) else kept


def _longer(one: Step, other: Step) -> Step | None:
    """Two steps as one where the second goes on with the first; None where it does not."""
    goes_on = replace(one, span=None) == replace(other, span=None) and not _is_single(one)
    if not goes_on or not isinstance(one.span, For):
        return None
    return replace(one, span=For(one.span.hours + other.span.hours) if isinstance(other.span, For) else None)


def _is_single(step: Step) -> bool:
    return isinstance(step, Dosing) and step.is_single


def therapy_table(pieces: list[Piece], pump_since: float | None, account: Account) -> tuple[dict[str, Any], float]:
    """The table [therapy] without its pump, and for how long the therapy has gone on before hour 0 [h].

    pump_since  hours from hour 0 at which a pump began its present dose; None without a pump
    """
    doses = [piece for piece in pieces if piece.drug == BACLOFEN]
    routes = {route: untangled([p for p in doses if p.intake.route == route], account) for route in KEYS}
    known = [piece for each in routes.values() for piece in each]
    origin, is_earlier = _origin(known, pump_since, account)
    table: dict[str, Any] = {}
    if is_earlier:
        past = [replace(piece, end=min(piece.end, 0.0)) for piece in known if piece.start < 0.0]
        table["earlier"] = _sentence(steps(_clipped(past, origin), origin, 0.0), past[0].source, account)
    first = 0.0 if is_earlier else origin
    for route, each in routes.items():
        present = [piece for piece in each if _is_after(piece, first)]
        if present:
            table[KEYS[route]] = _course(_clipped(present, first), first, account)
    if is_earlier and not set(table) - {"earlier"} and pump_since is None:
        table["oral"] = "stop"
    companions = _companions([piece for piece in pieces if piece.drug != BACLOFEN], first, account)
    if companions:
        table["alongside"] = companions
    return table, -first


def _is_after(piece: Piece, first: float) -> bool:
    return piece.end > first + SLACK or (piece.start == piece.end and piece.start >= first - SLACK)


def _origin(known: list[Piece], pump_since: float | None, account: Account) -> tuple[float, bool]:
    """When the therapy begins [h from hour 0], and whether what came before hour 0 is another therapy.

    Treatment that goes on over hour 0 is one therapy, which has gone on before; treatment that has changed by then
    came earlier. A pump that has run before leaves no room for an earlier therapy.
    """
    begins = min((piece.start for piece in known), default=0.0)
    if pump_since is not None and pump_since < 0.0:
        for piece in known:
            if piece.end <= pump_since + DAY:
                account.leave(piece.source, "over before the pump began its present dose, where the run begins")
            elif piece.start < pump_since - DAY:
                account.note(piece.source, "its time before the pump began its present dose is not simulated")
        return _whole_days(pump_since), False
    goes_on = any(piece.start < -SLACK and piece.end > SLACK for piece in known)
    return _whole_days(min(begins, 0.0)), begins < -SLACK and not goes_on


def _whole_days(start: float) -> float:
    """A time before hour 0 in whole days, as a scenario counts them, where it is longer than one."""
    return start if start >= -DAY else DAY * round(start / DAY)


def _clipped(pieces: list[Piece], origin: float) -> list[Piece]:
    """The pieces from `origin` on; what began within the same day begins there."""
    near = [replace(p, start=origin) if origin < p.start < origin + DAY / 2 and origin < 0 else p for p in pieces]
    return [replace(piece, start=max(piece.start, origin)) for piece in near]


def _course(pieces: list[Piece], origin: float, account: Account) -> str:
    """One route as a sentence; a text with rules stands for itself and may be the only one."""
    worded = [piece for piece in pieces if piece.words]
    if worded and len(pieces) == 1 and abs(worded[0].start - origin) < DAY:
        return worded[0].words
    if worded:
        account.refuse(
            worded[0].source, worded[0].words, "the only order by its route, from the start of the therapy on"
        )
    return _sentence(steps(pieces, origin), pieces[0].source, account)


def _sentence(found: tuple[Step, ...], source: str, account: Account) -> str:
    """The steps in plain words; faults go to the account."""
    try:
        return str(Regimen(found))
    except InputError as error:
        account.absorb(error, source)
        return "stop"


def _companions(pieces: list[Piece], origin: float, account: Account) -> list[str]:
    """Other drugs, each in plain words."""
    found = []
    for drug in dict.fromkeys(piece.drug for piece in pieces):
        own = untangled([piece for piece in pieces if piece.drug == drug], account)
        present = [piece for piece in own if _is_after(piece, origin)]
        for piece in own:
            if piece not in present:
                account.leave(piece.source, f"{drug}: over before the run begins")
            elif piece.start < origin - DAY:
                account.note(piece.source, f"{drug}: its time before the therapy begins is not simulated")
        if present:
            words = present[0].words or spoken(steps(_clipped(present, origin), origin))
            found.append(f"{drug} {words}")
    return found


def spoken(found: Sequence[Step]) -> str:
    """Steps in plain words, whatever the drug: no limits of baclofen apply."""
    return ", then ".join(speech.step(step) for step in found)
