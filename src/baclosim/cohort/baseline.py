"""Who takes part in a study: covariates as the first table of a paper has them, and who left before the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from ..outcome.summary import PATIENT_LEVELS
from .results import Results

COVARIATES = {
    "age_years": ("age", "years"),
    "weight_kg": ("weight", "kg"),
    "height_cm": ("height", "cm"),
    "creatinine_clearance_mL_per_min": ("creatinine clearance", "mL/min"),
    "baseline_ashworth": ("Ashworth score of the legs, untreated", ""),
    "baseline_spasms": ("spasm frequency score, untreated", ""),
}
OF_THE_CANAL = {
    "canal_length_cm": ("length of the spinal canal", "cm"),
    "spinal_csf_volume_mL": ("spinal fluid along the canal", "mL"),
}
EVERYBODY = "all arms"


@dataclass(frozen=True)
class Spread:
    """A covariate of the patients of an arm: median, 5 and 95 %, and the whole range."""

    median: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True)
class Baseline:
    """The patients of an arm, or of all arms where the same are in each.

    women    how many of the `patients` are
    spreads  column of the table of patients -> how it is spread
    """

    arm: str
    patients: int
    women: int
    spreads: dict[str, Spread]

    def as_rows(self) -> Iterator[dict[str, object]]:
        """All of it as rows of a table, one for each covariate."""
        yield {
            "arm": self.arm,
            "patients": self.patients,
            "covariate": "women",
            "unit": "patients",
            "count": self.women,
        }
        for column, spread in self.spreads.items():
            name, unit = (COVARIATES | OF_THE_CANAL)[column]
            yield {"arm": self.arm, "patients": self.patients, "covariate": name, "unit": unit, **vars(spread)}


def baseline(results: Results) -> tuple[Baseline, ...]:
    """Who the patients of each arm are, each counted once; of all arms together where the same are in each."""
    table = results.table("patients").filter(pl.col("draw") == 0)
    shown = results.arms[:1] if results.is_paired else results.arms
    names = [*COVARIATES, *OF_THE_CANAL]
    wanted = [statistic for name in names for statistic in _statistics(name)]
    rows = (
        table.filter(pl.col("arm").is_in(shown))
        .group_by("arm")
        .agg(pl.len().alias("patients"), (pl.col("female") > 0.5).sum().alias("women"), *wanted)
        .collect(engine="streaming")
        .to_dicts()
    )
    found = {row["arm"]: row for row in rows}
    return tuple(
        Baseline(
            EVERYBODY if results.is_paired else arm,
            found[arm]["patients"],
            found[arm]["women"],
            {name: Spread(*(found[arm][f"{name}|{what}"] for what in range(5))) for name in names},
        )
        for arm in shown
        if arm in found
    )


def _statistics(name: str) -> list[pl.Expr]:
    column = pl.col(name)
    low, median, high = (column.quantile(level, "linear") for level in PATIENT_LEVELS)
    told = (median, low, high, column.min(), column.max())
    return [statistic.alias(f"{name}|{place}") for place, statistic in enumerate(told)]


@dataclass(frozen=True)
class Flow:
    """What became of the patients of an arm: how many began, how many left early, and the last doses of policies.

    doses  unit -> median, 5 and 95 % of the doses on which patients were left
    """

    arm: str
    patients: int
    left: int
    doses: dict[str, tuple[float, float, float]]


LAST_DOSE = "last_dose_"


def flow(results: Results) -> tuple[Flow, ...]:
    """What became of the patients of every arm; of each draw of the typical values they are counted once."""
    table = results.table("patients").filter(pl.col("draw") == 0)
    doses = [name for name in results.columns() if name.startswith(LAST_DOSE)]
    levels = [(0.5, "median"), (0.05, "low"), (0.95, "high")]
    last = [pl.col(n).quantile(level, "linear").alias(f"{n}|{what}") for n in doses for level, what in levels]
    rows = (
        table.group_by("arm")
        .agg(pl.len().alias("patients"), pl.col("left_h").is_not_null().sum().alias("left"), *last)
        .collect(engine="streaming")
        .to_dicts()
    )
    found = {row["arm"]: row for row in rows}
    return tuple(_flow(arm, found.get(arm, {}), doses) for arm in results.arms)


def _flow(arm: str, row: dict[str, Any], doses: list[str]) -> Flow:
    told = {name: tuple(row.get(f"{name}|{what}") for what in ("median", "low", "high")) for name in doses}
    known: Any = {unit_of(name): numbers for name, numbers in told.items() if None not in numbers}
    return Flow(arm, row.get("patients", 0), row.get("left", 0), known)


def unit_of(column: str) -> str:
    """The unit of a last dose, by its column.

    >>> unit_of("last_dose_ug_per_day")
    'ug/day'
    """
    return column.removeprefix(LAST_DOSE).replace("_per_", "/")
