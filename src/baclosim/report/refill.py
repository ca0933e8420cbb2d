"""The sheet of a refill: when to refill, how that was worked out, and what to write down beside the patient."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..figures.display import readable
from ..parameters import parameters
from ..pump.arithmetic import in_english
from ..pump.device import device
from .document import (
    Blanks,
    Cell,
    Column,
    Document,
    Notice,
    Notices,
    Pairs,
    Paragraph,
    Rows,
    Section,
    Table,
    Tile,
    Tiles,
)
from .evidence import WEAKEST, resting_on
from .words import sentence

if TYPE_CHECKING:
    from ..pump.arithmetic import RefillDates

FACTS = (
    "refill.interval-formula.derived",
    "refill.margin-before-alarm.gillette",
    "refill.maximum-interval.neuromodulation-2023",
    "pump.refill-date-threshold.flowonix-ptc",
)
PARAMETERS = ("pump_flow_error_limit", "refill_margin", "refill_interval_longest")
DAY = 24.0


def document_of(dates: RefillDates) -> Document:
    """What was filled, the dates, the working line by line, what to check by hand, and the evidence."""
    sections = (
        dates_section(dates),
        warnings_section(dates),
        working_section(dates),
        hand_section(),
        *evidence_sections(),
    )
    return Document.of("Pump refill", "pump refill", (filled_in_words(dates),), sections)


def filled_in_words(dates: RefillDates) -> str:
    """What was filled into what, in a sentence."""
    day = dates.filled_on
    when = f" on {day:%A} {day.day} {day:%B %Y}" if day else ""
    filled = f"{readable(dates.volume)} mL of {readable(dates.concentration)} ug/mL"
    return sentence(
        f"{device(dates.device).says}: filled{when} with {filled}, giving {readable(dates.daily_dose)} ug/day"
    )


def dates_section(dates: RefillDates) -> Section:
    """The day to refill, large, and every other date."""
    by = dates.date(dates.refill_by)
    tile = Tile(
        "Refill by", f"{by.day} {by:%B %Y}" if by else readable(dates.refill_by / DAY), "" if by else "days after"
    )
    hours = (
        ("refill by", dates.refill_by),
        ("low-reservoir alarm", dates.alarm),
        ("empty at the earliest", dates.empty_earliest),
        ("empty, if the flow is exact", dates.empty),
        ("empty at the latest", dates.empty_latest),
    )
    columns = (Column("What"), Column("After the fill", "days", is_number=True), Column("Date"))
    rows = tuple(
        (Cell(what), Cell(readable(round(hour / DAY, 1), 4)), Cell(date_in_words(dates, hour)))
        for what, hour in hours
        if math.isfinite(hour)
    )
    return Section("dates", "When", (Tiles((tile,)), Table("Every date", columns, (Rows(rows),))))


def date_in_words(dates: RefillDates, hours: float) -> str:
    """The date a number of hours after the fill, a dash where the day of the fill is not known."""
    day = dates.date(hours)
    return in_english(day) if day else "–"


def warnings_section(dates: RefillDates) -> Section:
    """What to know before relying on it."""
    items = tuple(Notice("", sentence(warning)) for warning in dates.warnings)
    return Section("warnings", "Before you rely on it", (Notices(items),) if items else ())


def working_section(dates: RefillDates) -> Section:
    """The sums, one a line, to be followed by hand."""
    lines = tuple((str(number), line) for number, line in enumerate(dates.working, 1))
    return Section("working", "The working", (Pairs(lines),))


def hand_section() -> Section:
    """What is written down at the refill."""
    note = Paragraph("Compare what is drawn back with what the pump says is left before filling.", small=True)
    blanks = Blanks(
        (
            ("Name", "Born"),
            ("Expected, mL", "Drawn back, mL", "Filled in, mL"),
            ("Filled by, signature", "Date", "Second check, signature"),
        )
    )
    return Section("hand", "At the refill", (note, blanks))


def evidence_sections() -> tuple[Section, Section]:
    """The numbers that the sums lean on with their grades, and the sources."""
    table = parameters()
    behind = [table[name] for name in PARAMETERS]
    return resting_on(behind, (*FACTS, *(fact for p in behind for fact in p.facts)), WEAKEST)
