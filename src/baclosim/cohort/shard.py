"""One shard: some patients of one draw in every arm, simulated piece by piece, as tables ready to be written.

A shard depends on the study and its own number alone. Whoever computes it, wherever and in whatever order, gets the
same bytes (on one kind of processor, with the same versions).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..outcome.summary import MEASURES, Measure
from ..patient import Patients
from ..trajectory import column_name
from .digest import last_day
from .measures import reported
from .patients import Followed, Indices, followed, people
from .sketch import count, empty, filled
from .study import Arm, Study
from .trial import allocation, examined, leaving

Array = NDArray[np.float64]
MEMORY = 32e6  # bytes of recorded values at once, where a policy needs all of them
AT_ONCE = 1024  # patients at most: finding the coordinates of their bodies takes 0.1 MB each
BLOCK = 256  # patients whose random numbers are drawn together
COVARIATES = {
    "age": "age_years", "female": "female", "weight": "weight_kg", "height": "height_cm",
    "creatinine_clearance": "creatinine_clearance_mL_per_min", "ashworth": "baseline_ashworth",
    "spasms": "baseline_spasms",
}  # fmt: skip
BODY = {"canal_length": "canal_length_cm", "spinal_csf_volume": "spinal_csf_volume_mL"}


Columns = Mapping[str, Array | Indices]


@dataclass(frozen=True)
class Piece:
    """What came of some patients in one arm: tables by name, of columns, and what the bands are of, (b, n) each."""

    tables: Mapping[str, Columns]
    banded: Mapping[str, Array]


def compute(study: Study, number: int, threads: int | None = None, piece: int | None = None) -> dict[str, bytes]:
    """The files of a shard, name -> content.

    threads  of the simulation;  piece  patients simulated at once, chosen by memory when None
    """
    draw, first, n = study.of_shard(number)
    size = piece or piece_size(study)
    group = people(study, draw, first, n)
    tables: dict[str, list[pl.DataFrame]] = {}
    for arm in range(len(study.arms)):
        columns: dict[str, list[Columns]] = {}
        sketches: dict[str, Indices] = {}
        for start in range(0, n, size):
            found = worked_out(study, arm, draw, group[start : start + size], min(size, n - start), threads)
            for name, table in found.tables.items():
                columns.setdefault(name, []).append(table)
            for name, values in found.banded.items():
                count(name, values, sketches.setdefault(name, empty(name, len(values))))
        for name, parts in columns.items():
            tables.setdefault(name, []).append(frame(parts))
        tables.setdefault("bands", []).append(bands(draw, arm, sketches))
    return {f"{name}.parquet": as_parquet(pl.concat(parts, how="diagonal")) for name, parts in tables.items()}


def piece_size(study: Study) -> int:
    """Patients whose recorded values fit into MEMORY, AT_ONCE at most, in whole blocks."""
    times = study.duration / study.every + 1.0
    most = MEMORY / (8.0 * times * len(study.recorded))
    return min(max(BLOCK, int(most / BLOCK) * BLOCK), AT_ONCE)


def worked_out(study: Study, arm: int, draw: int, group: Patients, n: int, threads: int | None) -> Piece:
    """The first n of some people in one arm, simulated and measured; nothing when none of them is in it."""
    treatment, first = study.arms[arm], group.first
    chosen = np.flatnonzero(allocation(study, first, n) == arm) if study.is_randomised else np.arange(n)
    if not len(chosen):
        return Piece({}, {})
    seen = followed(study, treatment, group, chosen, threads)
    kept, numbers = seen.kept, first + chosen
    who = {"draw": np.full(len(chosen), draw), "arm": np.full(len(chosen), arm), "patient": numbers}
    at_visits = dict(zip(study.recorded, kept.seen, strict=True))
    left = leaving(study, treatment, numbers, at_visits.get(study.intolerance.quantity) if study.intolerance else None)
    found = measures(study, seen, numbers) | decided(seen)
    tables = {
        "patients": who | described(group, chosen) | {"left_h": left} | found,
        "courses": whole_courses(study, seen, who),
    }
    if study.visits:
        tables["visits"] = visits(study, treatment, at_visits, who, left)
    return Piece(tables, dict(zip(study.record, kept.banded, strict=True)))


def described(group: Patients, chosen: Indices) -> dict[str, Array]:
    """Who the patients are, column -> (chosen,)."""
    found = {column: group.covariates[name][chosen] for name, column in COVARIATES.items()}
    return found | {column: group.parameters[name][chosen] for name, column in BODY.items()}


def measures(study: Study, seen: Followed, numbers: Indices) -> dict[str, Array]:
    """The usual measures of every quantity kept, its area, and the endpoints, column -> (n,)."""
    found: dict[str, Array] = {}
    span = seen.time[-1] - seen.time[last_day(seen.time)]
    for name, (whole, late), final in zip(study.record, seen.kept.usual, seen.kept.final, strict=True):
        (highest, lowest, area), (peak, trough, late_area), column = whole, late, column_name(name)
        usual: dict[Measure, Array] = {"highest": highest, "lowest": lowest, "peak": peak, "trough": trough}
        usual |= {"average": late_area / span, "final": final}
        found |= {f"{column}_{measure}": usual[measure] for measure in MEASURES} | {f"{column}_area_h": area}
    for endpoint, values in zip(study.endpoints, seen.kept.endpoints, strict=True):
        is_told = endpoint.measure == "reported"
        found[endpoint.column] = reported(endpoint.quantity, values, study.seed, numbers) if is_told else values
    return found


def decided(seen: Followed) -> dict[str, Array]:
    """The dose on which each patient is left by each policy of the therapy, column -> (n,)."""
    named = ((each, each.unit.replace("/", "_per_")) for each in seen.decisions)
    return {f"last_dose_{unit}": each.dose[:, -1] for each, unit in named}


def visits(study: Study, arm: Arm, seen: Mapping[str, Array], who: Mapping[str, Indices], left: Array) -> Columns:
    """What was written down at each visit of each patient who had not left, one row each."""
    v, n = len(study.visits), len(left)
    table: dict[str, Any] = {name: np.repeat(values, v) for name, values in who.items()}
    table["visit"] = np.tile(np.arange(v), n)
    table["time_h"] = np.tile(np.asarray(study.visits), n)
    for name in study.record:
        table[column_name(name)] = examined(study, arm, name, who["patient"], seen[name]).T.ravel()
    present = table["time_h"] <= np.repeat(left, v)
    return {name: values[present] for name, values in table.items()}


def whole_courses(study: Study, seen: Followed, who: Mapping[str, Indices]) -> Columns:
    """The whole courses of the first patients of the study, one row for each time."""
    kept = np.flatnonzero(who["patient"] < study.courses)
    t = len(seen.time)
    table: dict[str, Any] = {name: np.repeat(values[kept], t) for name, values in who.items()}
    table["time_h"] = np.tile(seen.time, len(kept))
    courses = zip(study.record, seen.kept.courses, strict=True)
    return table | {column_name(name): course[:, kept].T.ravel() for name, course in courses}


def band_times(study: Study) -> Array:
    """The times of the bands [h]: every record, or the middle of each stretch over which a mean is taken."""
    records, stride = round(study.duration / study.every), study.band_stride
    if stride == 1:
        return np.arange(records + 1, dtype=np.float64) * study.every
    return (np.arange(records // stride, dtype=np.float64) + 0.5) * stride * study.every


def bands(draw: int, arm: int, sketches: Mapping[str, Indices]) -> pl.DataFrame:
    """The sketches of an arm as one table, one row for each bucket that holds a patient."""
    if not sketches:
        return pl.DataFrame(schema=BANDS)
    found = [filled(name, dense) for name, dense in sketches.items()]
    whose = np.repeat(np.arange(len(found)), [len(counts.time) for counts in found])
    columns: dict[str, Any] = {"draw": np.full(len(whose), draw), "arm": np.full(len(whose), arm)}
    columns["quantity"] = pl.Series(list(sketches))[whose]
    columns |= {
        name: np.concatenate([getattr(counts, name) for counts in found]) for name in ("time", "bucket", "count")
    }
    return pl.DataFrame(columns).cast(BANDS)  # pyright: ignore[reportArgumentType]


BANDS = {
    "draw": pl.Int32, "arm": pl.Int16, "quantity": pl.String, "time": pl.Int32, "bucket": pl.Int32, "count": pl.Int64,
}  # fmt: skip
TYPES = {"draw": pl.Int32, "arm": pl.Int16, "patient": pl.Int64, "visit": pl.Int16}


def frame(parts: Sequence[Columns]) -> pl.DataFrame:
    """Tables of the same columns as one, one below the other; what is not a number, or never comes, is missing."""
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    made = pl.DataFrame(table)
    numbers = pl.col(pl.Float64)
    return made.with_columns(
        pl.when(numbers.is_finite()).then(numbers),
        *(pl.col(name).cast(kind) for name, kind in TYPES.items() if name in table),
    )


def as_parquet(table: pl.DataFrame) -> bytes:
    """The table as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", compression_level=1, statistics=True)
    return buffer.getvalue()
