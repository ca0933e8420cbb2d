"""The report of a plan: what calls for emergency care first, then the plan, the odds, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..figures.display import alike, display, readable
from ..parameters import parameters
from ..plan.record import facts_behind
from ..plan.tables import step_rows
from .document import (
    Cell,
    Column,
    Document,
    Notice,
    Notices,
    Pairs,
    Paragraph,
    Picture,
    Rows,
    Section,
    Table,
)
from .evidence import WEAKEST, cautioned, resting_on
from .words import sentence

if TYPE_CHECKING:
    from ..plan.plan import Band, Comparison, Odds, Plan


def document_of(plan: Plan) -> Document:
    """The whole report of a plan."""
    sections = (
        emergency_section(plan),
        steps_section(plan),
        odds_section(plan),
        comparison_section(plan),
        checks_section(plan),
        Section("warnings", "Before you use it", cautioned(plan.warnings)),
        *evidence_sections(plan),
    )
    lead = (sentence(plan.patient), sentence(f"now {plan.before}"))
    return Document.of(plan.title, f"{plan.kind} plan", lead, sections)


def emergency_section(plan: Plan) -> Section:
    """Signs that call for emergency care, and what to do."""
    items = tuple(
        Notice(one.when, f"{', '.join(one.signs)}. {' '.join(one.act)}", one.facts) for one in plan.emergencies
    )
    return Section("emergency", "Call for emergency help", (Notices(items),))


def steps_section(plan: Plan) -> Section:
    """The plan step by step."""
    columns, rows = step_rows(plan)
    cells = tuple(tuple(map(Cell, row)) for row in rows)
    table = Table("Step by step", tuple(map(Column, columns)), (Rows(cells),))
    reasons = tuple(Paragraph(reason) for reason in plan.reasons)
    return Section("plan", "The plan", (table, *reasons))


def odds_section(plan: Plan) -> Section:
    """What is predicted, with both kinds of range, and how the goals fare."""
    if not plan.odds:
        return Section("odds", "What is predicted", ())
    people = "versions of this patient" if plan.known else "virtual patients"
    columns = (
        Column(""),
        Column(people.capitalize(), "median, 5 to 95 % of them", is_number=True),
        Column("Typical patient", "95 % interval of what is known", is_number=True),
    )
    rows = tuple(
        (Cell(odds.says), Cell(band_in_words(odds, odds.patients)), Cell(band_in_words(odds, odds.typical)))
        for odds in plan.odds
    )
    intro = Paragraph(
        f"{plan.crowd}{f' ({plan.known})' if plan.known else ' like this one'}, and {plan.draws} draws of the typical "
        f"patient. How {'uncertain this person is' if plan.known else 'people differ'} and how uncertain the typical "
        "values are is computed apart. Of a share of patients the range is the 95 % interval that so many leave."
    )
    goals = Pairs(tuple((str(v.goal), "met" if v.is_met else "not met") for v in plan.verdicts))
    table = Table("Odds", columns, (Rows(rows),))
    return Section("odds", "What is predicted", (intro, *((goals,) if goals.rows else ()), table))


def band_in_words(odds: Odds, band: Band | None) -> str:
    """A number with its range in the unit people read; a dash where there is none."""
    if band is None:
        return "–"
    is_share = odds.unit.startswith("share")
    shown = display("dimensionless" if is_share else odds.unit, "probability" if is_share else "", band.high)
    numbers = tuple(shown.factor * x for x in (band.value, band.low, band.high))
    whole = odds.unit == "day"
    value, low, high = (f"{x:.0f}" for x in numbers) if whole else alike(*numbers, decimals=1)
    return f"{value}{'' if whole else ' ' + shown.unit} ({low} to {high})"


def comparison_section(plan: Plan) -> Section:
    """The ways that were weighed against each other, as tables and figures."""
    pictures = tuple(Picture(c.name, c.caption, c.alt, c.draw) for c in plan.charts)
    tables = tuple(block for one in plan.comparisons for block in comparison_blocks(one))
    return Section("comparison", "Against other ways", (*tables, *pictures))


def comparison_blocks(one: Comparison) -> tuple[Table | Paragraph, ...]:
    """One comparison with its notes."""
    numeric = [all(not isinstance(row[i], str) for row in one.rows) for i in range(len(one.columns))]
    columns = tuple(Column(title, is_number=is_number) for title, is_number in zip(one.columns, numeric, strict=True))
    rows = tuple(tuple(map(Cell, row)) for row in rows_in_words(one))
    return (Table(one.caption, columns, (Rows(rows),)), *(Paragraph(note, small=True) for note in one.notes))


def rows_in_words(one: Comparison) -> list[tuple[str, ...]]:
    """The rows of a comparison as text; a column of numbers has the same decimals throughout."""
    return list(zip(*map(column_in_words, zip(*one.rows, strict=True)), strict=True))


def column_in_words(cells: Sequence[str | float | None]) -> tuple[str, ...]:
    """A column of a comparison: as many decimals as its largest number needs for three digits.

    >>> column_in_words((5.33, 12.0, None)), column_in_words(("kept", 3.0))
    (('5.3', '12.0', '–'), ('kept', '3'))
    """
    numbers = [cell for cell in cells if isinstance(cell, (int, float))]
    if any(isinstance(cell, str) for cell in cells):
        return tuple(cell if isinstance(cell, str) else "–" if cell is None else readable(cell) for cell in cells)
    decimals = max((len(readable(x).partition(".")[2]) for x in numbers), default=0)
    texts = iter(alike(*numbers, decimals=decimals))
    return tuple("–" if cell is None else next(texts) for cell in cells)


def checks_section(plan: Plan) -> Section:
    """If this is seen, do that."""
    items = tuple(Notice(c.when, " ".join(p for p in (c.do, c.then) if p), c.facts) for c in plan.checks)
    return Section("checks", "If it goes wrong", (Notices(items, grave=False),) if items else ())


def evidence_sections(plan: Plan) -> tuple[Section, Section]:
    """Parameters with their grades, and the sources behind them."""
    table = parameters()
    return resting_on([table[name] for name in plan.parameters], facts_behind(plan), WEAKEST)
