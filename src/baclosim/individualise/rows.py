"""Rows of a data file in one shape, whether it is a simple table or a NONMEM-style one.

    time, what, value, unit          one thing a row: a level, a score, a symptom, a dose, a death
    ID, TIME, AMT, DV, EVID ...      doses and observations as NONMEM has them; DVID names what was observed

Every fault is named by its row; nothing that is given is left out silently.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..errors import Problems, nearest
from ..therapy.records.datafile import Layout
from ..therapy.records.rules import check_events, flag
from ..therapy.records.table import MISSING, Table, parse

COVARIATES = {
    "AGE": "age", "SEX": "sex", "WT": "weight", "WEIGHT": "weight", "HT": "height", "HEIGHT": "height",
    "CRCL": "creatinine_clearance", "CREATININE_CLEARANCE": "creatinine_clearance", "SCR": "serum_creatinine",
    "SERUM_CREATININE": "serum_creatinine", "CONDITION": "condition", "BASELINE_ASHWORTH": "ashworth",
    "BASELINE_SPASMS": "spasms",
}  # fmt: skip
SIMPLE = ("ID", "TIME", "WHAT", "VALUE", "UNIT", "ROUTE", "LLOQ", "NOTE")
NONMEM = (
    "ID", "TIME", "AMT", "DV", "EVID", "MDV", "CMT", "RATE", "II", "ADDL", "SS", "DVID", "UNIT", "ROUTE", "BLQ", "LLOQ",
    "NOTE",
)  # fmt: skip
ALIASES = {"CENS": "BLQ", "LIMIT": "LLOQ", "TYPE": "WHAT", "KIND": "WHAT", "COMMENT": "NOTE", "AMOUNT": "AMT"}
UNSUPPORTED = {
    "L2": "Correlated observations are not supported.",
    "F1": "Bioavailability is the model's own.",
    "ALAG1": "The absorption lag is the model's own.",
}
DOSE_WAYS = {0: "mouth", 1: "mouth", 2: "vein"}  # CMT: gut and blood, as in the two-compartment oral model
SEEN_IN = {0: "plasma", 2: "plasma"}
DEFAULT_UNITS = {"dose": "mg", "level": "ng/mL"}
MOST_ADDITIONAL = 100_000
LEAST_INTERVAL = 0.01  # h, of doses at steady state
OTHER = "other"  # a record of NONMEM's that is neither: a time at which something may be predicted
EVENTS = ("AMT", "RATE", "II", "ADDL", "SS", "EVID", "MDV")


@dataclass(frozen=True)
class Row:
    """One thing that happened, as it was written down.

    number    of the row, counted from 1; `person` as written in ID, "" without
    time      as written
    what      "dose", "death", OTHER, or the name of a kind of observation
    limit     of quantification, as written; `is_below` says that the value lies below it
    rate      amount per hour; interval, additional and steady are NONMEM's II, ADDL and SS
    """

    number: int
    person: str
    time: Any
    what: str
    value: Any
    unit: str = ""
    route: str = ""
    limit: Any = None
    is_below: bool = False
    rate: float = 0.0
    interval: float = 0.0
    additional: int = 0
    steady: int = 0


@dataclass(frozen=True)
class Sheet:
    """All rows of a file.

    covariates  of each person, name -> value
    marked      numbers of the rows that hold a value but are marked as no observation
    is_nonmem   whether bare numbers have usual units, as a NONMEM-style file has no place for them
    table       what they were read from
    """

    rows: tuple[Row, ...]
    covariates: Mapping[str, Mapping[str, Any]]
    marked: tuple[int, ...] = ()
    is_nonmem: bool = False
    table: Table = field(default_factory=lambda: Table({}))


def read_sheet(
    source: object,
    problems: Problems,
    layout: Layout | None = None,
    start: dt.datetime | None = None,
    *,
    observed: bool = True,
) -> Sheet:
    """Read a table of either kind; faults go to `problems`.

    layout    what a data file does not say itself
    start     date and time of hour 0, for a column of dates; without it they count from each person's first row
    observed  whether something must have been observed: DV is needed in a NONMEM-style table
    """
    table = Table.read(source, problems, layout)
    if problems.found:
        return Sheet((), {})
    table = table.renamed(standard, problems).with_hours(problems, start)
    is_nonmem = bool({"AMT", "DV", "EVID"} & set(table.columns))
    known = NONMEM if is_nonmem else SIMPLE
    needed = ("TIME", *(["DV"] if observed else [])) if is_nonmem else ("TIME", "WHAT", "VALUE")
    check_columns(table, known, needed, problems)
    if any(name not in table.columns for name in needed):
        return Sheet((), {})
    if not len(table):
        problems.add("data", "no row", "at least one observation")
    persons = persons_of(table, problems)
    rows, marked = nonmem_rows(table, persons, problems) if is_nonmem else (simple_rows(table, persons), ())
    return Sheet(tuple(rows), covariates_of(table, persons, problems), tuple(marked), is_nonmem, table)


def has_doses(source: object, layout: Layout | None = None) -> bool:
    """Whether a table holds dose rows; false for one that cannot be read."""
    sheet = read_sheet(source, Problems(), layout)
    return any(row.what == "dose" for row in sheet.rows)


def standard(name: str) -> str:
    """The name of a column in capitals, by its usual spelling."""
    upper = name.strip().upper().replace(" ", "_")
    return ALIASES.get(upper, upper)


def check_columns(table: Table, known: tuple[str, ...], needed: tuple[str, ...], problems: Problems) -> None:
    """Every column must be known, and those that are needed there."""
    allowed = (*known, *COVARIATES)
    for name in table.columns:
        if name not in allowed:
            hint = UNSUPPORTED.get(name) or nearest(name, allowed) or "Leave the column out, or call it NOTE."
            problems.add(f"column {name}", name, f"one of {', '.join(known)}, or a covariate such as AGE or WT", hint)
    for name in needed:
        if name not in table.columns:
            problems.add(f"column {name}", None, f"the columns {', '.join(needed)}")


def persons_of(table: Table, problems: Problems) -> list[str]:
    """Whose each row is, as text; the rows of one person must stand together."""
    if "ID" not in table.columns:
        return [""] * len(table)
    names = [word(value) for value in table.plain("ID", problems).tolist()]
    seen: set[str] = set()
    for i, name in enumerate(names):
        if i and name != names[i - 1] and name in seen:
            problems.add(f"row {i + 1}, ID", name, "the rows of one person together", "Sort the table by ID.")
        seen.add(name)
    return names


def simple_rows(table: Table, persons: list[str]) -> Iterator[Row]:
    """The rows of a simple table."""
    for i, person in enumerate(persons):
        cells = {name: cell(table, name, i) for name in SIMPLE}
        yield Row(
            number=i + 1,
            person=person,
            time=cells["TIME"],
            what=word(cells["WHAT"]).lower(),
            value=cells["VALUE"],
            unit=word(cells["UNIT"]),
            route=word(cells["ROUTE"]).lower(),
            limit=cells["LLOQ"],
        )


def nonmem_rows(table: Table, persons: list[str], problems: Problems) -> tuple[list[Row], list[int]]:
    """The rows of a NONMEM-style table, and the numbers of those marked as no observation."""
    columns = {name: table.numbers(name, problems, missing=0.0) for name in EVENTS}
    dosing = np.any([columns[name] != 0.0 for name in ("AMT", "RATE", "II", "ADDL", "SS")], axis=0)
    if "EVID" not in table.columns:
        columns["EVID"] = np.where(dosing, 1.0, np.where(columns["MDV"] == 1.0, 2.0, 0.0))
    check_events(columns, problems)
    event = columns["EVID"]
    reset = "Resets are not supported in a fit; give the persons or periods apart."
    flag(problems, np.isin(event, (3, 4)), event, "EVID", "0, 1 or 2", reset)
    flag(problems, columns["RATE"] < 0.0, columns["RATE"], "RATE", "0 or more in a fit")
    flag(problems, columns["ADDL"] > MOST_ADDITIONAL, columns["ADDL"], "ADDL", f"at most {MOST_ADDITIONAL:,} in a fit")
    hasty = (columns["SS"] == 1.0) & (columns["II"] > 0.0) & (columns["II"] < LEAST_INTERVAL)
    flag(problems, hasty, columns["II"], "II", f"at least {LEAST_INTERVAL} h with SS in a fit")
    flag(problems, columns["SS"] == 2.0, columns["SS"], "SS", "0 or 1 in a fit")
    below, _ = parse(table.columns["BLQ"], 0.0) if "BLQ" in table.columns else (np.zeros(len(table)), None)
    flag(problems, ~np.isin(below, (0, 1)), below, "BLQ", "0 or 1")
    rows, marked = [], []
    for i, person in enumerate(persons):
        row = Row(i + 1, person, cell(table, "TIME", i), "", cell(table, "DV", i), word(cell(table, "UNIT", i)))
        if event[i] == 1.0:
            rows.append(dose_row(table, columns, i, person, problems))
        elif event[i] == 0.0 and columns["MDV"][i] != 1.0:
            rows.append(observation_row(table, row, i, bool(below[i]), problems))
        else:
            rows.append(replace(row, what=OTHER))
            marked += [i + 1] if row.value is not None else []
    return rows, marked


def dose_row(table: Table, columns: Mapping[str, Any], i: int, person: str, problems: Problems) -> Row:
    """A dose record."""
    way = word(cell(table, "ROUTE", i)).lower() or compartment(table, i, DOSE_WAYS, "by ROUTE in words", problems)
    return Row(
        number=i + 1,
        person=person,
        time=cell(table, "TIME", i),
        what="dose",
        value=float(columns["AMT"][i]),
        unit=word(cell(table, "UNIT", i)),
        route=way,
        rate=float(columns["RATE"][i]),
        interval=float(columns["II"][i]),
        additional=int(np.clip(columns["ADDL"][i], 0.0, MOST_ADDITIONAL)),
        steady=int(columns["SS"][i]),
    )


def observation_row(table: Table, row: Row, i: int, is_below: bool, problems: Problems) -> Row:
    """An observation record; without DVID it is a plasma level."""
    what = word(cell(table, "DVID", i)).lower() or compartment(table, i, SEEN_IN, "by DVID in words", problems)
    limit = cell(table, "LLOQ", i)
    return Row(
        row.number, row.person, row.time, what, row.value, row.unit, limit=row.value if limit is None else limit,
        is_below=is_below,
    ) if is_below else Row(row.number, row.person, row.time, what, row.value, row.unit, limit=limit)  # fmt: skip


def compartment(table: Table, i: int, meaning: Mapping[int, str], otherwise: str, problems: Problems) -> str:
    """What CMT says of a row: a number of the two-compartment oral model, or a word."""
    given = cell(table, "CMT", i)
    if given is None:
        return meaning[0]
    if isinstance(given, float | int) and int(given) in meaning:
        return meaning[int(given)]
    if isinstance(given, str):
        return given.strip().lower()
    allowed = f"{', '.join(str(number) for number in meaning)}, or said {otherwise}"
    problems.add(f"row {i + 1}, CMT", given, allowed)
    return meaning[0]


def covariates_of(table: Table, persons: list[str], problems: Problems) -> dict[str, dict[str, Any]]:
    """The covariates of each person; what changes within a person is a fault."""
    found: dict[str, dict[str, Any]] = {name: {} for name in persons}
    for column in COVARIATES.keys() & table.columns.keys():
        for i, person in enumerate(persons):
            given, name = cell(table, column, i), COVARIATES[column]
            if given is None:
                continue
            before = found[person].setdefault(name, given)
            if before != given:
                hint = "Kidneys that change belong into the patient of a scenario file."
                problems.add(f"row {i + 1}, {column}", given, f"the same value for one person, here {before}", hint)
    return found


def cell(table: Table, name: str, i: int) -> Any:
    """One cell as a number or text; None where it is missing."""
    if name not in table.columns:
        return None
    value = table.columns[name][i]
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or value != value or (isinstance(value, str) and value.strip() in MISSING):
        return None
    return value.strip() if isinstance(value, str) else value


def word(value: Any) -> str:
    """A cell as text: "" where it is missing, whole numbers without a point."""
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()
