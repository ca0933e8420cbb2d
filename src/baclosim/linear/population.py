"""Many patients under one shared event table, in SIMD lanes where the table allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.modes import Modes, decompose
from ..engine.oral import LANE_CONDITION
from ..errors import Problems, RecordError
from ..therapy.records.events import Records
from ..therapy.records.rules import ENTRY, Names, check_value
from .model import LinearModel, evaluated, matrices_of
from .solution import amounts_at_records, check_finite, output_at_records, records_of, share

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LANES = 16  # patients side by side in the compiled kernel
CHUNK = 256  # patients walked together where the lanes do not serve


@dataclass(frozen=True)
class Population:
    """Amounts and outputs of n patients at the r records of a shared table.

    time    (r,)
    names   (q,) outputs, in the order of values
    values  (n, q, r)
    """

    time: Array
    names: tuple[str, ...]
    values: Array

    def __getitem__(self, name: str) -> Array:
        """One output (n, r)."""
        return self.values[:, self.names.index(name)]


def population(
    model: LinearModel,
    events: object,
    parameters: Mapping[str, Any],
    *,
    outputs: Sequence[str] = (),
    threads: int | None = None,
) -> Population:
    """Many patients under one shared event table (one subject): each parameter is a number or an array (n,).

    `outputs` names model outputs or compartments; without it, the model's outputs, or its compartments when it has
    none. Bolus tables go through SIMD lanes; everything else, and patients whose modes are nearly equal, through the
    walk that `solve` uses: same results. `threads` is the number of threads, all cores by default.
    Raises RecordError and NumericalError as `solve` does.
    """
    given, n = per_patient(model, parameters)
    records = records_of(model, events, {name: float(value[0]) for name, value in given.items()})
    names = chosen_outputs(model, outputs)
    check_shared(records, names, model, given)
    values = np.empty((n + -n % LANES, len(names), len(records)))
    alone = np.ones(n, dtype=bool)
    if fits_lanes(records):
        full = every_parameter(records, given, n)
        modes = modes_of(model, full, n)
        alone = modes.failed
        if not alone.all():
            march_lanes(model, records, full, modes, names, values, threads)
    for first in range(0, len(which := np.flatnonzero(alone)), CHUNK):
        patients = which[first : first + CHUNK]
        values[patients] = walk_patients(model, records, given, patients, names, threads)
    values = values[:n]
    check_finite(values, lambda patient, q: f"patient {patient}, {names[q]}")
    return Population(records.time, names, values)


def per_patient(model: LinearModel, parameters: Mapping[str, Any]) -> tuple[dict[str, Array], int]:
    """Parameters under their standard names as arrays (1,) or (n,), and n."""
    names = Names(tuple(model.compartments), model.parameters, dict(model.aliases))
    given = {names.standard(k): np.atleast_1d(np.asarray(v, dtype=float)) for k, v in parameters.items()}
    n = max((value.size for value in given.values()), default=1)
    problems = Problems()
    for name, value in given.items():
        if value.ndim != 1 or len(value) not in (1, n) or not n:
            problems.add(f"parameter {name}", value.shape, f"one number, or one for each of the {n} patients")
        else:
            check_value(name, value, names, set(model.above_zero), problems, "patient")
    problems.raise_as(RecordError)
    return given, n


def chosen_outputs(model: LinearModel, outputs: Sequence[str]) -> tuple[str, ...]:
    """The outputs asked for, or all of the model's, or all compartments."""
    return tuple(outputs) or tuple(model.outputs) or tuple(model.compartments)


def check_shared(records: Records, names: Sequence[str], model: LinearModel, given: Mapping[str, Array]) -> None:
    """One subject in the table; outputs that exist."""
    problems = Problems()
    known = (*model.outputs, *model.compartments)
    if len(records.subjects) != 1:
        problems.add("column ID", len(records.subjects), "the records of one subject, which every patient follows")
    for name in names:
        if name not in known:
            problems.add("outputs", name, f"one of {', '.join(known)}")
    problems.raise_as(RecordError)


def fits_lanes(records: Records) -> bool:
    """Whether the table holds boluses and observations only, under parameters that do not change."""
    plain = (records.event < 3).all() and not records.rate.any() and not records.steady.any()
    return bool(plain and len(records.entries) == 1)


def every_parameter(records: Records, given: Mapping[str, Array], n: int) -> dict[str, Array]:
    """Model parameters (n,) each: those given per patient, and those of the table."""
    named = {name: np.broadcast_to(value, (n,)) for name, value in records.parameters.items()}
    return named | {name: np.broadcast_to(value, (n,)) for name, value in given.items()}


def modes_of(model: LinearModel, parameters: Mapping[str, Array], n: int) -> Modes:
    """Modes of n patients, in closed form where the model has one."""
    if model.modes is not None:
        return model.modes(parameters)
    return decompose(matrices_of(model, {k: parameters[k] for k in model.parameters}, n), LANE_CONDITION)


def entry_of(kind: str, compartment: int, records: Records, given: Mapping[str, Array], n: int) -> Array:
    """F or lag of a compartment (n,)."""
    row = {"F": 0, "ALAG": 1}[kind]
    return np.broadcast_to(given.get(f"{kind}{compartment + 1}", records.entries[0, row, compartment]), (n,))


def march_lanes(
    model: LinearModel,
    records: Records,
    parameters: Mapping[str, Array],
    modes: Modes,
    names: Sequence[str],
    values: Array,
    threads: int | None,
) -> None:
    """Write the outputs of n patients into values (blocks x 16, q, r), in lanes; failed patients get noise."""
    from ..engine.population import march_blocks

    n = len(modes.failed)
    dosed, doses = nominal_doses(records)
    gaps, gap_of = distinct_gaps(records.time)
    reading = readings(model, parameters, names, n)
    weights = in_lanes(reading @ modes.vectors)
    floor = 0.0 if model.modes is not None and (reading >= 0.0).all() else -np.inf
    entering = np.stack([modes.inverse[:, :, c] * entry_of("F", c, records, parameters, n)[:, None] for c in dosed], 1)
    lags = np.stack([entry_of("ALAG", c, records, parameters, n) for c in dosed], 1)
    lanes = (in_lanes(modes.rates), in_lanes(entering), in_lanes(lags), weights)
    share(
        lambda first, last: march_blocks(first, last, records.time, gap_of, gaps, doses, *lanes, floor, values),
        len(weights),
        n * len(records),
        threads,
    )


def nominal_doses(records: Records) -> tuple[list[int], tuple[Array, Integers, Integers, Array]]:
    """Compartments dosed, and all doses in order of time: time, row of the record, index into compartments, amount."""
    rows = np.flatnonzero(records.event == 1)
    dosed = np.unique(records.compartment[rows]).tolist() or [0]
    left = records.time[-1] - records.time[rows]
    every = np.where(records.interval[rows] > 0.0, records.interval[rows], np.inf)
    count = 1 + np.minimum(records.additional[rows], np.ceil(left / every)).astype(np.int64)
    row = np.repeat(rows, count)
    j = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    time = records.time[row] + j * records.interval[row]
    order = np.lexsort((row, time))
    row = row[order]
    return dosed, (time[order], row, np.searchsorted(dosed, records.compartment[row]), records.amount[row])


def distinct_gaps(time: Array) -> tuple[Array, Integers]:
    """Distinct times between records (g,) and the index of each record (r,); gaps that differ by rounding are one."""
    gap = np.diff(time, prepend=time[0])
    rounded = np.round(gap / (np.abs(time).max() or 1.0), 14)
    _, first, gap_of = np.unique(rounded, return_index=True, return_inverse=True)
    return gap[first], gap_of.reshape(-1)


def readings(model: LinearModel, parameters: Mapping[str, Array], names: Sequence[str], n: int) -> Array:
    """What each output reads from each compartment: (n, q, s)."""
    weights = np.zeros((n, len(names), len(model.compartments)))
    for q, name in enumerate(names):
        for compartment, weight in model.outputs.get(name, {name: 1.0}).items():
            weights[:, q, list(model.compartments).index(compartment)] += evaluated(weight, parameters)
    return weights


def in_lanes(values: Array) -> Array:
    """(n, ...) as (blocks, ..., 16): the last block is filled up with copies of the last patient."""
    short = -len(values) % LANES
    padded = np.concatenate((values, np.repeat(values[-1:], short, axis=0))) if short else values
    blocks = padded.reshape(-1, LANES, *values.shape[1:])
    return np.ascontiguousarray(np.moveaxis(blocks, 1, -1))


def walk_patients(
    model: LinearModel,
    records: Records,
    given: Mapping[str, Array],
    patients: Integers,
    names: Sequence[str],
    threads: int | None,
) -> Array:
    """Outputs (k, q, r) of k patients by the walk over records: the table repeated, each with its own parameters."""
    k, r = len(patients), len(records)
    repeated = repeated_records(records, given, patients)
    amounts = amounts_at_records(model, repeated, threads)
    columns = [output_at_records(model, repeated, amounts, name).reshape(k, r) for name in names]
    return np.stack(columns, axis=1)


def repeated_records(records: Records, given: Mapping[str, Array], patients: Integers) -> Records:
    """The records once per patient; parameter set p of patient i becomes set i x sets + p."""
    k, r, sets = len(patients), len(records), len(records.entries)
    parameters = {name: np.tile(value, k) for name, value in records.parameters.items()}
    entries = np.tile(records.entries, (k, 1, 1))
    for name, value in given.items():
        own = np.repeat(value[patients] if len(value) > 1 else np.repeat(value, k), sets)
        if name in parameters:
            parameters[name] = own
        else:
            kind, compartment = name.rstrip("0123456789"), int(name.lstrip("FALGDR")) - 1
            entries[:, list(ENTRY).index(kind), compartment] = own
    columns = ("time", "event", "amount", "compartment", "rate", "interval", "additional", "steady")
    return replace(
        records,
        subjects=patients.tolist(),
        starts=np.arange(k + 1) * r,
        sets=np.tile(records.sets, k) + np.repeat(np.arange(k), r) * sets,
        parameters=parameters,
        entries=entries,
        carried={},
        **{name: np.tile(getattr(records, name), k) for name in columns},
    )
