"""Dose records: a NONMEM-style event table read, checked row by row and turned into plain arrays.

Everything that is wrong is collected, named by row and column, and raised once as RecordError. Nothing is ignored: a
column that nobody understands is an error, and so is a feature of NONMEM that is not supported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import Problems, RecordError, nearest
from .datafile import Layout
from .rules import ENTRY, RESERVED, Names, check_events, check_parameters, check_times, flag
from .table import Table

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

UNSUPPORTED = {
    "CONT": "Continuation records are not supported.",
    "CALL": "Parameters are taken at every record, so CALL has no meaning here.",
    "PCMT": "Every compartment is reported, so PCMT has no meaning here.",
    "L1": "Levels are not supported.",
    "L2": "Correlated observations are not supported.",
}


@dataclass(frozen=True)
class Records:
    """Checked records, r rows in file order, those of a subject together.

    subjects    one entry per subject, as written in ID
    starts      (subjects + 1,) first row of each subject, then r
    time        (r,) in the table's unit of time
    event       (r,) EVID 0 to 4
    amount      (r,) AMT
    compartment (r,) index of the compartment
    rate        (r,) RATE: 0 bolus, > 0 given, -1 modelled rate, -2 modelled duration
    interval    (r,) II
    additional  (r,) ADDL
    steady      (r,) SS 0, 1 or 2
    sets        (r,) index of the parameter set that holds on (previous record, this record]
    parameters  model parameter -> (p,) value in each parameter set
    entries     (p, 4, s) F, lag, duration and rate of doses into each compartment, per parameter set
    carried     columns reported unchanged (DV, MDV), each (r,)
    """

    subjects: Sequence[Any]
    starts: Integers
    time: Array
    event: Integers
    amount: Array
    compartment: Integers
    rate: Array
    interval: Array
    additional: Integers
    steady: Integers
    sets: Integers
    parameters: Mapping[str, Array]
    entries: Array
    carried: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.time)


def read_records(
    events: object,
    *,
    compartments: Sequence[str],
    default_dose: int,
    model_parameters: Iterable[str],
    given: Mapping[str, Any] | None = None,
    aliases: Mapping[str, str] | None = None,
    above_zero: Iterable[str] = (),
    layout: Layout | None = None,
) -> Records:
    """Read and check an event table: a path of a data file, a Polars or pandas frame, or a mapping of columns.

    `layout` tells what a data file does not say itself (see `datafile`). `given` holds parameters that are not columns:
    one number for everyone, or one per subject in order of appearance.
    Raises RecordError with every problem, each naming its row (the first record is row 1) and column.
    """
    problems = Problems()
    table = Table.read(events, problems, layout)
    problems.raise_as(RecordError)
    names = Names(tuple(compartments), tuple(model_parameters), dict(aliases or {}))
    table = table.renamed(names.standard, problems).with_hours(problems)
    check_columns(table, names, problems)
    problems.raise_as(RecordError)
    subjects, starts = subjects_of(table, problems)
    columns = event_columns(table, names, default_dose, problems)
    check_times(columns, starts, problems)
    check_events(columns, problems)
    values = parameter_columns(table, names, given or {}, starts, problems)
    check_parameters(values, columns, names, set(above_zero), problems)
    table.locate(problems)
    problems.raise_as(RecordError)
    sets, parameters, entries = parameter_sets(values, names, len(table))
    return Records(
        subjects=subjects,
        starts=starts,
        time=columns["TIME"],
        event=columns["EVID"].astype(np.int64),
        amount=columns["AMT"],
        compartment=columns["CMT"].astype(np.int64),
        rate=columns["RATE"],
        interval=columns["II"],
        additional=columns["ADDL"].astype(np.int64),
        steady=columns["SS"].astype(np.int64),
        sets=sets,
        parameters=parameters,
        entries=entries,
        carried={name: columns[name] for name in ("DV", "MDV") if name in table.columns},
    )


def check_columns(table: Table, names: Names, problems: Problems) -> None:
    """Every column must be known; TIME must be there."""
    for name in table.columns:
        if name not in names.known:
            hint = UNSUPPORTED.get(name.upper()) or nearest(name, names.known)
            problems.add(f"column {name}", name, f"one of {', '.join(names.known)}", hint or "Leave the column out.")
    if "TIME" not in table.columns:
        problems.add("column TIME", None, "the time of every record")
    elif not len(table):
        problems.add("events", "no row", "at least one record")


def subjects_of(table: Table, problems: Problems) -> tuple[list[Any], Integers]:
    """Subjects and the first row of each, then the number of rows; the rows of a subject must stand together."""
    if "ID" not in table.columns:
        return [1], np.array([0, len(table)])
    ids = table.plain("ID", problems)
    change = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    subjects = ids[change].tolist()
    seen: set[Any] = set()
    for row, subject in zip(change.tolist(), subjects, strict=True):
        if subject in seen:
            problems.add(table.where(row, "ID"), subject, "the rows of one subject together", "Sort the table by ID.")
        seen.add(subject)
    return subjects, np.append(change, len(table)).astype(np.int64)


def event_columns(table: Table, names: Names, default_dose: int, problems: Problems) -> dict[str, Array]:
    """The reserved columns as numbers (r,), missing cells as 0; CMT as an index; EVID worked out when there is none."""
    columns = {name: table.numbers(name, problems, missing=0.0) for name in RESERVED if name not in ("ID", "CMT", "DV")}
    columns["TIME"] = table.numbers("TIME", problems, missing=np.nan)
    columns["DV"] = table.numbers("DV", problems, missing=np.nan)
    dosing = np.any([columns[name] != 0.0 for name in ("AMT", "RATE", "II", "ADDL", "SS")], axis=0)
    if "EVID" not in table.columns:
        columns["EVID"] = np.where(dosing, 1.0, np.where(columns["MDV"] == 1.0, 2.0, 0.0))
    columns["CMT"] = compartment_column(table, names, default_dose, problems)
    return columns


def compartment_column(table: Table, names: Names, default_dose: int, problems: Problems) -> Array:
    """CMT as an index from 0; missing or 0 is the default compartment for doses; names are as good as numbers."""
    n = len(names.compartments)
    number = table.numbers("CMT", problems, missing=0.0, words={c: i + 1.0 for i, c in enumerate(names.compartments)})
    allowed = f"a whole number from 0 to {n} or one of {', '.join(names.compartments)}"
    off = number < 0.0
    flag(problems, off, number, "CMT", allowed, "Turning compartments off is not supported.")
    flag(problems, ~off & ((number > n) | (number != np.round(number))), number, "CMT", allowed)
    return np.where(number == 0.0, float(default_dose), number - 1.0)


def parameter_columns(
    table: Table, names: Names, given: Mapping[str, Any], starts: Integers, problems: Problems
) -> dict[str, Array]:
    """Every parameter as a column (r,), from the table or from `given`; each must come from exactly one of them."""
    allowed = (*names.model_parameters, *names.entry_parameters)
    values: dict[str, Array] = {}
    for name in allowed:
        if name in table.columns:
            values[name] = table.numbers(name, problems, missing=np.nan)
    for word, value in given.items():
        name = names.standard(word)
        if name not in allowed:
            problems.add(f"parameter {word}", word, f"one of {', '.join(allowed)}", nearest(word, allowed))
        elif name in values:
            problems.add(f"parameter {word}", word, "either a column or a parameter, not both")
        else:
            values[name] = spread_over_rows(word, value, starts, problems)
    for name in names.model_parameters:
        if name not in values:
            problems.add(f"parameter {name}", None, "a column of the table or an entry of `parameters`")
    return values


def spread_over_rows(name: str, value: Any, starts: Integers, problems: Problems) -> Array:
    """A parameter given once, or once per subject, as a column (r,)."""
    subjects, rows = len(starts) - 1, int(starts[-1])
    try:
        number = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        number = np.empty((0, 0))
    if number.ndim == 0:
        return np.full(rows, float(number))
    if number.shape == (subjects,):
        return np.repeat(number, np.diff(starts))
    problems.add(f"parameter {name}", value, f"one number, or one for each of the {subjects} subjects")
    return np.ones(rows)


def parameter_sets(values: Mapping[str, Array], names: Names, rows: int) -> tuple[Integers, dict[str, Array], Array]:
    """Distinct parameter sets: index of each row (r,), model parameters (p,) each, and entries (p, 4, s)."""
    if not values:
        return np.zeros(rows, dtype=np.int64), {}, default_entries(1, names)
    columns = np.stack(list(values.values()), axis=1)
    change = np.concatenate(([True], (columns[1:] != columns[:-1]).any(axis=1)))
    distinct, index = columns[:1], np.zeros(1, dtype=np.int64)
    if change[1:].any():
        distinct, index = np.unique(columns[change], axis=0, return_inverse=True)
    sets = index.reshape(-1)[np.cumsum(change) - 1].astype(np.int64)
    entries = default_entries(len(distinct), names)
    at = {name: i for i, name in enumerate(values)}
    for c in range(len(names.compartments)):
        for k, kind in enumerate(ENTRY):
            if f"{kind}{c + 1}" in at:
                entries[:, k, c] = distinct[:, at[f"{kind}{c + 1}"]]
    return sets, {name: distinct[:, at[name]] for name in names.model_parameters}, entries


def default_entries(sets: int, names: Names) -> Array:
    """F 1, lag 0, no duration and no rate: (p, 4, s)."""
    return np.tile(np.array(list(ENTRY.values()))[None, :, None], (sets, 1, len(names.compartments)))
