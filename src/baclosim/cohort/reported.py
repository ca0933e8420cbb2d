"""Outcomes of real trials beside what a study predicts for a trial of the same size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import EvidenceError, Problems, nearest
from ..evidence.library import library
from ..evidence.records import Fact, Series
from ..outcome.record import rounded
from .results import Results
from .study import Reported
from .summary import NORMAL_95, Row, as_row, summary
from .tables import ReportedTable, StudyTable


@dataclass(frozen=True)
class Pairing:
    """One reported outcome and what is predicted of it.

    predicted       mean (or share) over all simulated patients; less that of `reported.against`, where there is one
    low, high       within which 95 % of trials of the reported size would find it; None when that size is not known
    is_within       whether the reported outcome lies there; None likewise
    """

    label: str
    reported: Reported
    predicted: float
    low: float | None
    high: float | None

    @property
    def is_within(self) -> bool | None:
        """Whether a trial of that size could well have found what was reported."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.reported.value <= self.high

    def as_row(self) -> dict[str, object]:
        """All of it as one row of a table."""
        own = {"predicted": self.predicted, "predicted_low": self.low, "predicted_high": self.high}
        told = {key: rounded(value) if isinstance(value, float) else value for key, value in own.items()}
        return {"outcome": self.label, **as_row(self.reported), **told, "is_within": self.is_within}


def read_reported(tables: StudyTable, problems: Problems) -> Iterator[Reported]:
    """The reported outcomes of a study file; faults go to `problems`."""
    arms, endpoints = [arm.name for arm in tables.arm], [e.name for e in tables.endpoint]
    for number, table in enumerate(tables.reported, 1):
        where, before = f"reported[{number}]", len(problems.found)
        named = [("arm", table.arm, arms), ("endpoint", table.endpoint, endpoints)]
        for key, given, known in [*named, *([("against", table.against, arms)] if table.against else [])]:
            if given not in known:
                allowed = f"one of {', '.join(known)}" if known else f"an {key} of this study"
                problems.add(f"{where}.{key}", given or None, allowed, nearest(given, known))
        found = _number_of(table, where, problems)
        if found and len(problems.found) == before:
            yield found


def _number_of(table: ReportedTable, where: str, problems: Problems) -> Reported | None:
    """The number that a fact or a cell of a series holds."""
    try:
        source = library().get(table.fact)
    except (EvidenceError, KeyError) as error:
        problems.add(f"{where}.fact", table.fact or None, "the id of a fact or series", str(error).strip("'\""))
        return None
    low = high = None
    if isinstance(source, Fact):
        value, n = source.value, source.n
        low, high = source.low, source.high
    else:
        value, n = _cell(source, table, where, problems), _size(source, table)
    if not isinstance(value, int | float) or not math.isfinite(value):
        problems.add(where, table.fact, "a fact or cell with one number")
        return None
    low, high = (None if x is None else table.times * x for x in (low, high))
    interval = source.interval if isinstance(source, Fact) else ""
    return Reported(
        table.arm, table.against, table.endpoint, table.times * value, low, high, interval, n, source.id, source.use
    )


def _cell(series: Series, table: ReportedTable, where: str, problems: Problems) -> float | None:
    """The number in a row and column, less that of another row where one is named."""
    rows = {str(row[0]): row for row in series.rows}
    if table.column not in series.columns:
        allowed = f"one of {', '.join(series.columns)}"
        problems.add(f"{where}.column", table.column, allowed, nearest(table.column or "", series.columns))
        return None
    values = []
    for key in ("row", "minus"):
        given = getattr(table, key)
        if key == "minus" and given is None:
            continue
        if given not in rows:
            problems.add(f"{where}.{key}", given, f"one of {', '.join(rows)}", nearest(given or "", rows))
            return None
        values.append(rows[given][series.columns.index(table.column)])
    if not all(isinstance(value, int | float) for value in values):
        return None
    return float(values[0]) - (float(values[1]) if len(values) > 1 else 0.0)


def _size(series: Series, table: ReportedTable) -> int | None:
    """How many patients the row speaks of."""
    row = next((row for row in series.rows if str(row[0]) == table.row), None)
    number = row[series.columns.index("n")] if row and "n" in series.columns else series.n
    return int(number) if isinstance(number, int | float) and math.isfinite(number) else None


def side_by_side(results: Results) -> tuple[Pairing, ...]:
    """Every reported outcome of a study beside what is predicted for a trial of that size."""
    entries = [Reported(**entry) for entry in results.manifest["reported"]]
    if not entries:
        return ()
    rows = {(row.label, row.arm): row for row in summary(results, [entry.endpoint for entry in entries])}
    return tuple(_pairing(entry, rows) for entry in entries if (entry.endpoint, entry.arm) in rows)


def _pairing(entry: Reported, rows: dict[tuple[str, str], Row]) -> Pairing:
    own = rows[entry.endpoint, entry.arm]
    other = rows[entry.endpoint, entry.against] if entry.against else None
    predicted = (own.mean or 0.0) - ((other.mean or 0.0) if other else 0.0)
    label = f"{entry.endpoint}, {entry.arm}" + (f" less {entry.against}" if entry.against else "")
    if entry.n is None:
        return Pairing(label, entry, predicted, None, None)
    variance = _variance(own) + (_variance(other) if other else 0.0)
    half = NORMAL_95 * math.sqrt(variance / entry.n)
    return Pairing(label, entry, predicted, predicted - half, predicted + half)


def _variance(row: Row) -> float:
    """Between the patients; of a share, that of yes and no."""
    return row.sd**2 if row.sd is not None else (row.mean or 0.0) * (1.0 - (row.mean or 0.0))
