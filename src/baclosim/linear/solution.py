"""Solve dose records exactly: check the table, walk over it in the compiled kernel, report every record."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import NumericalError, Problems, RecordError
from ..therapy.records.datafile import Layout
from ..therapy.records.events import Records, read_records
from .model import LinearModel, evaluated, matrices_of

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

SHARE = 20_000  # records per thread before another thread is worth its start


def solve(
    model: LinearModel,
    events: object,
    parameters: Mapping[str, Any] | None = None,
    *,
    columns: str = "",
    ignore: str = "",
) -> pl.DataFrame:
    """Amounts in every compartment and every output at every record.

    `events` is the path of a data file, a Polars or pandas frame, or a mapping of columns: TIME, and where needed ID
    AMT CMT EVID RATE II ADDL SS MDV DV, the model's parameters, and F1 ALAG1 D1 R1 ... by compartment number.
    `parameters` gives what is not a column: one number each, or one per subject. `columns` and `ignore` tell of a data
    file what $INPUT and $DATA tell NONMEM (therapy/records/datafile.py). The result has a row per record: ID, TIME,
    EVID, the amount in each compartment under its name, the outputs, and DV and MDV where they came.
    Raises RecordError with all problems by row; NumericalError when a result is not finite.
    """
    import polars as pl

    records = records_of(model, events, parameters, Layout(columns, ignore))
    amounts = amounts_at_records(model, records)
    told: dict[str, Any] = {
        "ID": np.repeat(np.asarray(records.subjects, dtype=object), np.diff(records.starts)).tolist(),
        "TIME": records.time,
        "EVID": records.event,
    }
    told |= {name: amounts[:, i] for i, name in enumerate(model.compartments)}
    told |= outputs_at_records(model, records, amounts)
    return pl.DataFrame(told | dict(records.carried))


def records_of(
    model: LinearModel, events: object, parameters: Mapping[str, Any] | None, layout: Layout | None = None
) -> Records:
    """Checked records of an event table for this model."""
    return read_records(
        events,
        compartments=model.compartments,
        default_dose=model.dose_index,
        model_parameters=model.parameters,
        given=parameters,
        aliases=model.aliases,
        above_zero=model.above_zero,
        layout=layout,
    )


def amounts_at_records(model: LinearModel, records: Records, threads: int | None = None) -> Array:
    """Amounts (r, s) after each record.

    Raises RecordError where there is no steady state, NumericalError where a result is not finite.
    """
    from ..engine.records import walk_subjects

    sets = len(records.entries)
    matrices = matrices_of(model, records.parameters, sets)
    amounts = np.empty((len(records), len(model.compartments)))
    status = np.zeros(len(records), dtype=np.int64)
    items = (
        records.time, records.amount, records.rate, records.interval,
        records.event, records.compartment, records.additional, records.steady,
    )  # fmt: skip
    share(
        lambda first, last: walk_subjects(
            records.starts, first, last, items, records.sets, matrices, records.entries, amounts, status
        ),
        len(records.starts) - 1,
        len(records),
        threads,
    )
    check_status(records, status)
    check_finite(amounts, lambda row, c: f"{subject_at(records, row)}, {model.compartments[c]}")
    return amounts


def share(work: Callable[[int, int], None], pieces: int, records: int, threads: int | None) -> None:
    """Run work(first, last) over all pieces, on several threads when there is enough to do."""
    workers = min(threads or os.cpu_count() or 1, pieces, 1 + records // SHARE)
    if workers <= 1:
        work(0, pieces)
        return
    cuts = np.linspace(0, pieces, 4 * workers + 1).astype(int).tolist()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def subject_at(records: Records, row: int) -> str:
    """How a message names the subject and row of a record."""
    subject = records.subjects[int(np.searchsorted(records.starts, row, side="right")) - 1]
    return f"ID {subject}, row {row + 1}"


def check_status(records: Records, status: NDArray[np.int64]) -> None:
    """Raise RecordError naming every row whose steady state does not exist or cannot be held."""
    problems = Problems()
    for row in np.flatnonzero(status).tolist():
        where, given = f"{subject_at(records, row)}, SS", int(records.steady[row])
        if status[row] == 1:
            problems.add(where, given, "a dose that reaches a steady state", "Some compartment accumulates for ever.")
        else:
            problems.add(where, given, "at most 100000 infusions at once", "The duration is very long for this II.")
    problems.raise_as(RecordError)


def check_finite(values: Array, name: Callable[[int, int], str]) -> None:
    """Raise NumericalError naming the first value that is not finite."""
    if not np.isfinite(values.sum()):
        bad = np.argwhere(~np.isfinite(values))
        raise NumericalError(f"the result is not finite at {name(*bad[0][:2].tolist())}")


def outputs_at_records(model: LinearModel, records: Records, amounts: Array) -> dict[str, Array]:
    """Every output (r,) from the amounts (r, s)."""
    return {name: output_at_records(model, records, amounts, name) for name in model.outputs}


def output_at_records(model: LinearModel, records: Records, amounts: Array, name: str) -> Array:
    """One output or compartment (r,) from the amounts (r, s)."""
    if name in model.compartments:
        return amounts[:, list(model.compartments).index(name)]
    total = np.zeros(len(records))
    for compartment, weight in model.outputs[name].items():
        per_set = np.broadcast_to(evaluated(weight, records.parameters), (len(records.entries),))
        total += per_set[records.sets] * amounts[:, list(model.compartments).index(compartment)]
    return total
