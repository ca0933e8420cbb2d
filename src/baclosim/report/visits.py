"""What a policy decided: the visits as a table, of the typical patient and of the cohort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..figures.display import readable, time_in_words
from ..outcome.visits import telling
from .document import Block, Cell, Column, Paragraph, Rows, Table
from .words import sentence

if TYPE_CHECKING:
    from ..outcome import Outcome
    from ..outcome.visits import VisitRow


def visits_blocks(outcome: Outcome) -> Iterator[Block]:
    """One table for each policy; nothing without one."""
    for log, rows in zip(outcome.typical.decisions, outcome.visits, strict=True):
        if not rows:
            yield Paragraph(f"{sentence(log.policy)} No visit falls within this run.")
            continue
        yield Paragraph(
            f"{sentence(log.policy)} Visits at which something changed; scores of the virtual patients are read with "
            "an examiner's error, those of the typical patient exactly. The share raised is of all virtual patients."
        )
        columns = (
            Column("Visit"),
            Column("Typical patient"),
            Column("Done"),
            Column("Dose", log.unit, is_number=True),
            Column("Patients' dose", f"{log.unit}, 5 to 95 %", is_number=True),
            Column("Raised", "share", is_number=True),
        )
        yield Table("What was decided at visits", columns, (Rows(tuple(_line(row) for row in telling(rows))),))


def _line(row: VisitRow) -> tuple[Cell, ...]:
    return (
        Cell(time_in_words(row.time)),
        Cell(row.seen),
        Cell(row.outcome, row.reason),
        Cell(readable(row.dose)),
        Cell(readable(row.median), f"{readable(row.low)} to {readable(row.high)}"),
        Cell(f"{row.shares['raised']:.0%}"),
    )
