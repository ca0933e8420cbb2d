"""What a report rests on: parameters with their grades, the numbered sources behind them, and what to be careful of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..evidence.library import Library, library
from ..figures.display import readable
from .document import Cell, Column, Notice, Notices, Paragraph, Reference, References, Rows, Section, Table

if TYPE_CHECKING:
    from ..cautions import Caution
    from ..parameters import Parameter

_LINK = re.compile(r"https?://[^\s<>\"']+")
_READ = re.compile(r"\[([^\]]*)\]\s*$")
WEAKEST = "The grade is that of the weakest link. Numbers in the last column are sources below."
_UNIT_WORDS = {"dimensionless": "", "hour": "h"}


def references(library: Library, facts: Iterable[str]) -> tuple[Reference, ...]:
    """One numbered reference for each source of these facts, in order of first use."""
    by_source: dict[str, list[str]] = {}
    for name in dict.fromkeys(facts):
        if name in library:
            entry = library.get(name)
            by_source.setdefault(entry.doi or entry.source, []).append(name)
    return tuple(
        _reference(number, library.cite(*names)[0], tuple(names)) for number, names in enumerate(by_source.values(), 1)
    )


def _reference(number: int, line: str, facts: tuple[str, ...]) -> Reference:
    read = _READ.search(line)
    text = _LINK.sub("", _READ.sub("", line))
    return Reference(number, " ".join(text.split()), tuple(_LINK.findall(line)), read[1] if read else "", facts)


def numbers_of(references: Iterable[Reference]) -> dict[str, int]:
    """Fact id -> number of its reference."""
    return {fact: reference.number for reference in references for fact in reference.facts}


def parameter_table(parameters: Iterable[Parameter], numbers: Mapping[str, int]) -> Table:
    """Every parameter behind a run: value, interval, spread, grade and sources; the weak ones first."""
    table = sorted(parameters, key=lambda p: (not p.is_weak, p.name))
    weak = tuple(_row(p, numbers) for p in table if p.is_weak)
    sound = tuple(_row(p, numbers) for p in table if not p.is_weak)
    groups = (Rows(weak, "Assumed or recalled"), Rows(sound, "Measured or fitted"))
    columns = (
        Column("Parameter"),
        Column("Typical value", is_number=True),
        Column("Interval", "of the typical value"),
        Column("Spread", "between patients", is_number=True),
        Column("Grade"),
        Column("Sources"),
    )
    return Table("Parameters behind this run", columns, tuple(g for g in groups if g.rows))


def _row(p: Parameter, numbers: Mapping[str, int]) -> tuple[Cell, ...]:
    unit = _UNIT_WORDS.get(p.unit, p.unit)
    low, high = p.interval
    cited = sorted({numbers[fact] for fact in p.facts if fact in numbers})
    return (
        Cell(p.name.replace("_", " "), p.says),
        Cell(f"{readable(p.value)} {unit}".strip()),
        Cell(f"{readable(low)} to {readable(high)}", p.interval_is),
        Cell(spread_in_words(p)),
        Cell(badge=p.grade),
        Cell("" if cited else "–", cites=tuple(cited)),
    )


def spread_in_words(p: Parameter) -> str:
    """How much patients differ: a coefficient of variation, or a standard deviation with its scale."""
    if not p.spread or p.distribution == "fixed":
        return "–"
    if p.distribution == "lognormal":
        return f"{readable(100 * p.spread, 2)} %"
    if p.distribution == "logit":
        return f"SD {readable(p.spread, 2)} (logit)"
    return f"SD {readable(p.spread, 2)} {_UNIT_WORDS.get(p.unit, p.unit)}".strip()


def resting_on(parameters: Sequence[Parameter], facts: Sequence[str], *intro: str) -> tuple[Section, Section]:
    """How every report ends: parameters with their grades, and the sources; without either its section is empty."""
    numbers = numbers_of(references(library(), facts))
    table = (*map(Paragraph, intro), parameter_table(parameters, numbers))
    return (
        Section("parameters", "What it rests on", table if parameters else ()),
        Section("sources", "Sources", sources(facts)),
    )


def sources(facts: Iterable[str]) -> tuple[References, ...]:
    """The numbered sources of these facts, as a block; none where there is nothing."""
    cited = references(library(), facts)
    return (References(cited),) if cited else ()


def cautioned(cautions: Iterable[Caution], *, grave: bool = True) -> tuple[Notices, ...]:
    """What the reader must know, as a block; none where there is nothing."""
    items = tuple(Notice(c.about, c.says, c.evidence) for c in cautions)
    return (Notices(items, grave),) if items else ()
