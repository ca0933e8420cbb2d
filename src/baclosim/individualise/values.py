"""What one row says, in internal units: a time, a level, a score, a count, a symptom, a dose."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from .. import moments
from ..errors import Problems, UnitError
from ..units import either_way, factor, read
from .kinds import Kind, Scale
from .observations import Observation
from .rows import Row

MOLAR_MASS = 213.66  # g/mol of baclofen
MOLAR = {"nmol/l": MOLAR_MASS * 1e-6, "umol/l": MOLAR_MASS * 1e-3, "µmol/l": MOLAR_MASS * 1e-3}  # ug/mL in one
HIGHEST_LEVEL = {"plasma": 20.0, "csf_lumbar": 100.0, "csf_cisternal": 100.0}  # ug/mL
PER_HOUR = {"/h": 1.0, "per hour": 1.0, "/hour": 1.0, "/day": 1 / 24, "per day": 1 / 24, "/d": 1 / 24}
YES = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}
TURNS = {"began": (0.0, 1.0), "begins": (0.0, 1.0), "started": (0.0, 1.0), "ended": (1.0, 0.0), "stopped": (1.0, 0.0)}
BELOW = ("blq", "bql", "blloq", "<lloq", "below", "nd", "not detected")
DAY = 24.0
_SIGNED = re.compile(r"^\s*([<>≤≥])\s*=?\s*(.+?)\s*$")


def hours_of(row: Row, start: dt.datetime | None, problems: Problems) -> float | None:
    """The time of a row [h since the therapy began]; None with the fault noted."""
    where = f"row {row.number}, time"
    moment = date_of(row.time)
    if moment is not None:
        if start is None:
            problems.add(where, row.time, "hours since the therapy began, or dates with --start", "")
            return None
        return (moment - start).total_seconds() / 3600.0
    try:
        return read(row.time, "time", where=where, default_unit="hour")
    except UnitError as error:
        problems.absorb(error)
        return None


def date_of(given: Any) -> dt.datetime | None:
    """A date, or a date with a time, as ISO 8601 has them; a date alone means noon."""
    if not isinstance(given, str) or not re.match(r"^\d{4}-\d\d-\d\d", given):
        return None
    try:
        moment = moments.moment(given.strip())
    except ValueError:
        return None
    return moment + dt.timedelta(hours=12) if len(given.strip()) == 10 else moment


def observed(row: Row, kind: Kind, time: float, unit: str, problems: Problems) -> Iterator[Observation]:
    """What a row says was seen; two observations where a symptom began or ended, a day apart."""
    if row.value is None and not row.is_below:
        problems.add(f"row {row.number}, value", None, "a value; leave the row out when nothing was measured")
        return
    turn = TURNS.get(str(row.value).strip().lower()) if kind.scale == "yes or no" else None
    if turn:
        for at, value in zip((time - DAY, time), turn, strict=True):
            yield Observation(at, kind, value, row=row.number)
    elif kind.scale == "level":
        yield from level(row, kind, time, unit, problems)
    else:
        value = READERS[kind.scale](row, kind, unit, problems)
        if value is not None:
            yield Observation(time, kind, value, row=row.number)


def level(row: Row, kind: Kind, time: float, unit: str, problems: Problems) -> Iterator[Observation]:
    """A level, or one that is known to lie below or above a limit."""
    scale = concentration(row, unit, problems)
    text = str(row.value).strip().lower()
    signed = _SIGNED.match(text)
    is_below = row.is_below or text in BELOW
    given = row.limit if is_below else signed[2] if signed else row.value
    if scale is None:
        return
    value = number(given, f"row {row.number}, {'limit of quantification' if is_below else 'value'}", problems)
    if value is None:
        return
    value *= scale
    if not 0.0 < value <= HIGHEST_LEVEL[kind.quantity]:
        hint = "Is it below quantification? Write '<5' with the limit." if value == 0.0 else "Is the unit right?"
        highest = f"{HIGHEST_LEVEL[kind.quantity] / scale:g} {unit}"
        problems.add(f"row {row.number}, value", row.value, f"a level above 0 and at most {highest}", hint)
    elif is_below or (signed and signed[1] in "<≤"):
        yield Observation(time, kind, None, below=value, row=row.number)
    elif signed:
        yield Observation(time, kind, None, above=value, row=row.number)
    else:
        yield Observation(time, kind, value, row=row.number)


def concentration(row: Row, unit: str, problems: Problems) -> float | None:
    """ug/mL in one unit of a level; None with the fault noted."""
    if unit.lower() in MOLAR:
        return MOLAR[unit.lower()]
    try:
        return factor(unit, "concentration")[0]
    except UnitError:
        problems.add(f"row {row.number}, unit", unit or None, "a unit of concentration, such as ng/mL or nmol/L")
        return None


def number(given: Any, where: str, problems: Problems) -> float | None:
    """A finite number; None with the fault noted."""
    try:
        return read(given, "fraction", where=where)
    except UnitError:
        problems.add(where, given, "a number", either_way(given))
        return None


def score(row: Row, kind: Kind, unit: str, problems: Problems) -> float | None:
    """A score within its scale; whole, unless it is the mean of several."""
    low, high = kind.limits
    value = number(row.value, f"row {row.number}, value", problems)
    if value is None:
        return None
    whole = "a whole number " if kind.scale == "score" else ""
    if not low <= value <= high:
        hint = "The scale here is 1 (normal) to 5 (rigid); the modified scale's 0 to 4 is one less."
        allowed = f"{whole}from {low:g} to {high:g}"
        problems.add(
            f"row {row.number}, {kind.name}", row.value, allowed, hint if kind.name.endswith("ashworth") else ""
        )
        return None
    if whole and value != round(value):
        hint = "For the mean of several muscles write 'mean ashworth'." if kind.name == "ashworth" else ""
        problems.add(f"row {row.number}, {kind.name}", row.value, f"{whole}from {low:g} to {high:g}", hint)
        return None
    return value


def count(row: Row, kind: Kind, unit: str, problems: Problems) -> float | None:
    """Spasms an hour."""
    value = number(row.value, f"row {row.number}, value", problems)
    if unit.lower() not in PER_HOUR:
        problems.add(f"row {row.number}, unit", unit or None, "per hour or per day")
        return None
    if value is not None and value < 0.0:
        problems.add(f"row {row.number}, {kind.name}", row.value, "a number that is not negative")
        return None
    return None if value is None else value * PER_HOUR[unit.lower()]


def share(row: Row, kind: Kind, unit: str, problems: Problems) -> float | None:
    """A share between 0 and 1, or a percentage."""
    value = number(row.value, f"row {row.number}, value", problems)
    value = value / 100.0 if value is not None and unit in ("%", "percent") else value
    if value is not None and not 0.0 <= value <= 1.0:
        hint = "Is it a percentage? Write % as its unit."
        problems.add(f"row {row.number}, {kind.name}", row.value, "a share from 0 to 1", hint)
        return None
    return value


def symptom(row: Row, kind: Kind, unit: str, problems: Problems) -> float | None:
    """1 for yes and 0 for no."""
    text = f"{row.value:g}" if isinstance(row.value, float) else str(row.value).strip().lower()
    if text not in YES:
        problems.add(f"row {row.number}, {kind.name}", row.value, "yes, no, began or ended")
    return YES.get(text)


READERS: dict[Scale, Callable[[Row, Kind, str, Problems], float | None]] = {
    "score": score,
    "mean score": score,
    "count": count,
    "share": share,
    "yes or no": symptom,
}
