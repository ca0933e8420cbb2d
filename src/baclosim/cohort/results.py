"""What came of a study: tables read lazily from its folder, summaries by arm, comparisons of arms, bands over time."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ..errors import InputError, Problem, nearest
from .sketch import Counts, quantiles
from .sql import scanned
from .store import Store

Array = NDArray[np.float64]
TABLES = ("patients", "visits", "courses", "bands")
CELL = ("arm", "time", "bucket")  # of a sketch
TOGETHER = 16  # shards whose sketches are in memory at a time
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Results:
    """The folder of a study, finished or not; nothing is read before it is asked for."""

    store: Store
    manifest: dict[str, Any]

    @property
    def arms(self) -> list[str]:
        """Names of the arms."""
        return [arm["name"] for arm in self.manifest["arms"]]

    @functools.cached_property
    def shards(self) -> list[int]:
        """Numbers of the shards that are there."""
        return [n for n in range(self.manifest["shards"]) if self.store.shard(n).exists()]

    @property
    def is_complete(self) -> bool:
        """Whether every shard is there."""
        return len(self.shards) == self.manifest["shards"]

    @property
    def is_paired(self) -> bool:
        """Whether the same patients are in every arm."""
        return self.manifest["design"] == "shared"

    def files(self, name: str) -> list[Path]:
        """The files of a table, shard by shard; none when the study has no such table."""
        found = [self.store.shard(n) / f"{name}.parquet" for n in self.shards]
        return found if name in TABLES and found and found[0].exists() else []

    def table(self, name: str) -> pl.LazyFrame:
        """A table of all shards as a lazy frame, the arm by its name; raises InputError when there is none."""
        files = self.files(name)
        if not files:
            has = [t for t in TABLES if self.files(t)]
            allowed = f"one of {', '.join(has)}" if has else "a study of which a shard is done"
            raise InputError(Problem("table", name, allowed, nearest(name, has)))
        return scanned(files, self.arms)

    def columns(self) -> list[str]:
        """The numeric columns of the table of patients."""
        schema = self.table("patients").collect_schema()
        return [name for name, kind in schema.items() if kind.is_numeric() and name not in ("draw", "patient")]

    def check_columns(self, given: Sequence[str]) -> None:
        """Raise InputError for columns that the table of patients has not."""
        known = self.columns()
        wrong = [name for name in given if name not in known]
        if wrong:
            raise InputError(
                Problem("column", name, "a column of the table of patients", nearest(name, known)) for name in wrong
            )

    def band(self, quantity: str, levels: tuple[float, ...] = LEVELS) -> dict[str, Array]:
        """Quantiles over the patients of all draws, arm -> (levels, times); times are `band_time_h` of the manifest."""
        parts = self._counted(quantity)
        found = functools.reduce(lambda *two: added_up(pl.concat(two).lazy()).collect(), parts).sort(*CELL)
        times = len(self.manifest["band_time_h"])
        return {
            str(arm): quantiles(quantity, _counts(part), times, levels)
            for (arm,), part in found.partition_by("arm", as_dict=True, maintain_order=True).items()
        }

    def _counted(self, quantity: str) -> Iterator[pl.DataFrame]:
        """Patients in each bucket of a quantity, some shards at a time: memory holds however many there are."""
        self.table("bands")  # refused when there is none
        files = self.files("bands")
        for first in range(0, len(files), TOGETHER):
            rows = scanned(files[first : first + TOGETHER], self.arms)
            yield added_up(rows.filter(pl.col("quantity") == quantity)).collect()


def added_up(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Counts of one bucket, arm and time in one row."""
    return rows.group_by(*CELL).agg(pl.col("count").sum())


def _counts(part: pl.DataFrame) -> Counts:
    time, bucket, count = (part[name].cast(pl.Int64).to_numpy() for name in ("time", "bucket", "count"))
    return Counts(time, bucket, count)


def open_results(folder: str | Path) -> Results:
    """The results of a study; raises InputError when the folder holds none."""
    store = Store(Path(folder))
    manifest = store.manifest()
    if manifest is None:
        raise InputError(Problem("folder", str(folder), "a folder that `baclosim cohort STUDY --out` has written"))
    return Results(store, manifest)
