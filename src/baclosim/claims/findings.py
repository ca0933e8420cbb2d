"""What a check finds: numbers beside the bounds that the specification sets them, and words beside their sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["holds", "fails", "disagreement printed", "not yet covered"]
VERDICTS: tuple[Verdict, ...] = ("holds", "fails", "disagreement printed", "not yet covered")
Cells = tuple[object, ...]


@dataclass(frozen=True)
class Bound:
    """A closed range; not-a-number lies outside every range."""

    low: float = -math.inf
    high: float = math.inf

    def contains(self, value: float) -> bool:
        """Whether the value lies in the range."""
        return self.low <= value <= self.high

    def __str__(self) -> str:
        if math.isinf(self.low):
            return f"at most {self.high:g}"
        return f"at least {self.low:g}" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


def at_least(low: float) -> Bound:
    """No less than."""
    return Bound(low=low)


def at_most(high: float) -> Bound:
    """No more than."""
    return Bound(high=high)


def between(low: float, high: float) -> Bound:
    """From low to high, ends included."""
    return Bound(low, high)


@dataclass(frozen=True)
class Table:
    """Rows under columns, as evidence or as the data of a figure."""

    columns: tuple[str, ...]
    rows: tuple[Cells, ...]


@dataclass(frozen=True)
class Finding:
    """One thing that a check computed or read.

    value, unit     a number, or words
    interval        of the number; `interval_is` says of what ("90 % of patients", "95 % of what is known")
    bound           what the number must keep to, None when it is only shown
    holds           None when nothing is demanded of it
    facts           ids of the evidence cited for it
    disagreement    what the evidence says otherwise, when it is in conflict
    table           rows that belong to it
    missing         whether this is what the software cannot do yet
    """

    what: str
    value: float | str
    unit: str = ""
    interval: tuple[float, float] | None = None
    interval_is: str = ""
    bound: Bound | None = None
    holds: bool | None = None
    facts: tuple[str, ...] = ()
    disagreement: str = ""
    table: Table | None = None
    missing: bool = False


@dataclass(frozen=True)
class Spread:
    """A number with its interval over patients."""

    value: float
    low: float
    high: float


def measured(
    what: str,
    value: float | Spread,
    unit: str = "",
    bound: Bound | None = None,
    *,
    facts: Sequence[str] = (),
    table: Table | None = None,
) -> Finding:
    """A computed number; with a bound it holds or fails. A Spread brings 90 % of the patients with it."""
    number = value.value if isinstance(value, Spread) else float(value)
    interval = (value.low, value.high) if isinstance(value, Spread) else None
    return Finding(
        what, number, unit, interval, "90 % of patients" if interval else "", bound,
        None if bound is None else bound.contains(number), tuple(facts), table=table,
    )  # fmt: skip


def told(
    what: str, text: str, facts: Sequence[str], *, needs: Sequence[str] = (), table: Table | None = None
) -> Finding:
    """What the evidence says; it holds when every needed word stands there."""
    holds = all(word.lower() in text.lower() for word in needs) if needs else None
    return Finding(what, text, holds=holds, facts=tuple(facts), table=table)


def disputed(what: str, text: str, facts: Sequence[str], *, table: Table | None = None) -> Finding:
    """Where the evidence is in conflict, both sides in words."""
    return Finding(what, text, facts=tuple(facts), disagreement=text, table=table)


def missing(what: str, text: str) -> Finding:
    """A part of the claim that the software cannot show yet: the claim counts as not covered."""
    return Finding(what, text, missing=True)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Of one claim: it fails when any finding does, and when nothing was demanded at all."""
    demanded = [finding.holds for finding in findings if finding.holds is not None]
    if not all(demanded) or not (demanded or any(f.disagreement for f in findings)):
        return "fails"
    if any(f.missing for f in findings):
        return "not yet covered"
    return "disagreement printed" if any(f.disagreement for f in findings) else "holds"
