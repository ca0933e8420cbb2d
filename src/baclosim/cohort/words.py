"""What came of a study, as people read it: rows of text for a terminal or a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..figures.display import readable
from .power import Power
from .reported import side_by_side
from .results import Results
from .summary import Contrast, Row, scale

SUMMED = ("measure", "arm", "unit", "patients", "mean or share", "median (90 % of patients)")
COMPARED = ("measure", "arm", "against", "difference", "95 %", "of the patients 90 %")
POWERED = ("patients in each arm", "test", "power", "95 %")
PAIRED = ("what a trial found", "reported", "predicted (95 % of such trials)", "")


def summary_rows(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """The rows of a summary as people read them; of an event, the share who have it and when."""
    for row in rows:
        factor, unit = scale(row)
        mean = number(row.mean, factor)
        if row.typical_low is not None:
            mean += f" ({number(row.typical_low, factor)}–{number(row.typical_high, factor)})"
        within = 1.0 if row.kind == "event" else factor
        spread = "" if row.median is None else spread_of(row.median, row.low, row.high, within)
        yield (
            row.label,
            row.arm,
            unit,
            f"{row.patients:,}",
            mean,
            f"at {spread} h" if row.kind == "event" and spread else spread,
        )


def spread_of(median: float | None, low: float | None, high: float | None, factor: float) -> str:
    """A median with the range about it."""
    return f"{number(median, factor)} ({number(low, factor)}–{number(high, factor)})"


def contrasts(rows: Sequence[Contrast]) -> Iterator[tuple[str, ...]]:
    """The rows of a comparison as people read them."""
    for row in rows:
        factor, unit = scale(row)
        own = "" if row.patients_low is None else between(row.patients_low, row.patients_high, factor)
        label = f"{row.label}, {unit}" if unit else row.label
        interval = between(row.low, row.high, factor)
        yield label, row.arm, row.reference, number(row.difference, factor), interval, own


def power_rows(found: Sequence[Power]) -> Iterator[tuple[str, ...]]:
    """The power of a trial at each size."""
    for row in found:
        yield f"{row.patients:,}", row.test, f"{100 * row.found:.1f} %", f"{between(row.low, row.high, 100.0)} %"


def between(low: float | None, high: float | None, factor: float) -> str:
    """A range in words."""
    return f"{number(low, factor)} to {number(high, factor)}"


def number(value: float | None, factor: float = 1.0) -> str:
    """A number with three significant digits; a dash where there is none."""
    return "–" if value is None else readable(value * factor)


def pairings(results: Results) -> Iterator[tuple[str, ...]]:
    """What a real trial reported beside what is predicted for a trial of its size."""
    for pair in side_by_side(results):
        size = f" (n {pair.reported.n})" if pair.reported.n else ""
        spread = "" if pair.low is None else f" ({number(pair.low)} to {number(pair.high)})"
        verdict = {None: "", True: "agrees", False: "differs"}[pair.is_within]
        yield f"{pair.label}{size}", number(pair.reported.value), f"{number(pair.predicted)}{spread}", verdict
