"""Arms summed up and compared, by Polars over the tables on disk: never more in memory than an answer needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from ..errors import InputError, Problem, nearest
from ..outcome.record import rounded
from ..outcome.summary import PATIENT_LEVELS, TYPICAL_LEVELS
from ..quantities import QUANTITIES
from .results import TABLES, Results
from .sql import answered

Kind = Literal["number", "event", "yes or no"]
NORMAL_95 = 1.959963985


@dataclass(frozen=True)
class Measure:
    """One column of the table of patients, in words; `quantity` is what it is a measure of, or ""."""

    column: str
    label: str
    unit: str
    kind: Kind
    quantity: str = ""


@dataclass(frozen=True)
class Row:
    """One measure of one arm.

    patients           number of patients, over all draws
    mean, sd           over the patients; of an event or a yes or no, the share who have it and None
    median, low, high  of the patients: median and 5 to 95 %; of an event, its time among those who have it
    typical_low, typical_high  95 % interval of the mean over the draws of the typical values; None with one draw
    """

    measure: str
    label: str
    unit: str
    kind: Kind
    quantity: str
    arm: str
    patients: int
    mean: float | None
    sd: float | None
    median: float | None
    low: float | None
    high: float | None
    typical_low: float | None
    typical_high: float | None


@dataclass(frozen=True)
class Contrast:
    """One measure of one arm against another.

    difference      of the means (or of the shares), arm less reference
    low, high       its 95 % interval from the number of simulated patients alone
    patients_low, patients_high  5 and 95 % of the patients' own differences; None when the arms hold different people
    share_lower     share of the patients who fare lower under the arm; None likewise
    """

    measure: str
    label: str
    unit: str
    kind: Kind
    quantity: str
    arm: str
    reference: str
    difference: float | None
    low: float | None
    high: float | None
    patients_low: float | None
    patients_high: float | None
    share_lower: float | None


def measures_of(results: Results, names: Sequence[str] = ()) -> tuple[Measure, ...]:
    """The measures named (endpoints or columns), or the endpoints, or the averages where there are none.

    Raises InputError for names that the study has not.
    """
    endpoints = {entry["name"]: _endpoint(entry) for entry in results.manifest["endpoints"]}
    by_column = {measure.column: measure for measure in endpoints.values()}
    if names:
        known = [*endpoints, *results.columns()]
        wrong = [name for name in names if name not in known]
        if wrong:
            raise InputError(Problem("measure", n, "an endpoint or a column", nearest(n, known)) for n in wrong)
        chosen = (endpoints.get(n) or by_column.get(n) or Measure(n, n, "", "number") for n in names)
        return tuple(dict.fromkeys(chosen))
    if endpoints:
        return tuple(endpoints.values())
    return tuple(
        Measure(
            f"{q['column']}_average", f"{q['label']}, average of the last day", _unit(q["unit"]), "number", q["name"]
        )
        for q in results.manifest["quantities"]
    )


def _endpoint(entry: dict[str, Any]) -> Measure:
    kind: Kind = "event" if entry["is_event"] else "yes or no" if entry["measure"] == "reported" else "number"
    return Measure(entry["column"], entry["name"], entry["unit"], kind, entry["quantity"])


def _average(entry: dict[str, Any]) -> Measure:
    label = f"{entry['label']}, average of the last day"
    return Measure(f"{entry['column']}_average", label, _unit(entry["unit"]), "number", entry["name"])


def _unit(unit: str) -> str:
    return "" if unit == "dimensionless" else unit


def as_row(entry: Any) -> dict[str, Any]:
    """A dataclass as a row: numbers with six significant digits, so that the order of a sum does not show."""
    return {k: rounded(v) if isinstance(v, float) else v for k, v in asdict(entry).items()}


def scale(row: Row | Contrast) -> tuple[float, str]:
    """By what a mean or share is multiplied to be shown, and the unit then: %, ng/mL, or as it is."""
    if row.kind != "number":
        return 100.0, "%"
    if row.unit.startswith("ug/mL"):
        return 1e3, "ng/mL" + row.unit.removeprefix("ug/mL")
    kind = QUANTITIES[row.quantity].kind if row.quantity in QUANTITIES else ""
    return (100.0, "%") if kind in ("effect", "probability") and not row.unit else (1.0, row.unit)


def summary(results: Results, names: Sequence[str] = ()) -> tuple[Row, ...]:
    """Every measure in every arm."""
    chosen = measures_of(results, names)
    patients = results.table("patients")
    wanted = [expression for measure in chosen for expression in _statistics(measure)]
    whole = patients.group_by("arm").agg(pl.len().alias("patients"), *wanted).collect(engine="streaming")
    means = [_mean(measure).alias(measure.column) for measure in chosen]
    draws = patients.group_by("arm", "draw").agg(*means).collect(engine="streaming")
    found = {row["arm"]: row for row in whole.to_dicts()}
    return tuple(
        _row(measure, arm, found[arm], draws.filter(pl.col("arm") == arm)[measure.column])
        for measure in chosen
        for arm in results.arms
        if arm in found
    )


def _mean(measure: Measure) -> pl.Expr:
    column = pl.col(measure.column)
    return column.is_not_null().mean() if measure.kind == "event" else column.mean()


def _statistics(measure: Measure) -> list[pl.Expr]:
    column, name = pl.col(measure.column), measure.column
    spread = [column.quantile(level, "linear").alias(f"{name}|{level}") for level in PATIENT_LEVELS]
    return [_mean(measure).alias(f"{name}|mean"), column.std().alias(f"{name}|sd"), *spread]


def _row(measure: Measure, arm: str, found: dict[str, Any], draws: pl.Series) -> Row:
    low, median, high = (found[f"{measure.column}|{level}"] for level in PATIENT_LEVELS)
    interval = [draws.quantile(level, "linear") if len(draws) > 1 else None for level in TYPICAL_LEVELS]
    is_share = measure.kind == "yes or no"
    return Row(
        measure=measure.column, label=measure.label, unit=measure.unit, kind=measure.kind,
        quantity=measure.quantity, arm=arm,
        patients=found["patients"], mean=found[f"{measure.column}|mean"],
        sd=found[f"{measure.column}|sd"] if measure.kind == "number" else None,
        median=None if is_share else median, low=None if is_share else low, high=None if is_share else high,
        typical_low=interval[0], typical_high=interval[1],
    )  # fmt: skip


def compare(results: Results, reference: str | None = None, names: Sequence[str] = ()) -> tuple[Contrast, ...]:
    """Every measure of every arm against a reference, the first arm by default; the same people where they are shared.

    Raises InputError for an arm that the study has not, and when there is only one.
    """
    against = results.arms[0] if reference is None else reference
    if against not in results.arms:
        raise InputError(Problem("arm", against, f"one of {', '.join(results.arms)}", nearest(against, results.arms)))
    others = [arm for arm in results.arms if arm != against]
    if not others:
        raise InputError(Problem("arms", against, "a study with two arms or more"))
    tell = _paired if results.is_paired else _apart
    return tuple(tell(results, measure, arm, against) for measure in measures_of(results, names) for arm in others)


def _values(results: Results, measure: Measure, arm: str) -> pl.LazyFrame:
    """The patients of an arm with their value; of an event, 1 for those who have it."""
    column = pl.col(measure.column)
    value = column.is_not_null().cast(pl.Float64) if measure.kind == "event" else column
    return results.table("patients").filter(pl.col("arm") == arm).select("draw", "patient", value.alias("value"))


def _paired(results: Results, measure: Measure, arm: str, against: str) -> Contrast:
    one, two = _values(results, measure, arm), _values(results, measure, against)
    both = one.join(two, on=["draw", "patient"], suffix="_other")
    gap = pl.col("value") - pl.col("value_other")
    found = both.select(
        gap.mean().alias("mean"), (gap.std() / gap.count().sqrt()).alias("error"),
        gap.quantile(PATIENT_LEVELS[0], "linear").alias("low"),
        gap.quantile(PATIENT_LEVELS[-1], "linear").alias("high"), (gap < 0.0).mean().alias("lower"),
    ).collect(engine="streaming").to_dicts()[0]  # fmt: skip
    is_number = measure.kind == "number"
    return _contrast(
        measure, arm, against, found["mean"], found["error"],
        (found["low"], found["high"]) if is_number else None, found["lower"] if is_number else None,
    )  # fmt: skip


def _apart(results: Results, measure: Measure, arm: str, against: str) -> Contrast:
    value = pl.col("value")
    one, two = (
        _values(results, measure, name).select(value.mean().alias("mean"), (value.var() / value.count()).alias("error"))
        .collect(engine="streaming").to_dicts()[0]
        for name in (arm, against)
    )  # fmt: skip
    if one["mean"] is None or two["mean"] is None:
        return _contrast(measure, arm, against, None, None)
    error = float(np.sqrt((one["error"] or 0.0) + (two["error"] or 0.0)))
    return _contrast(measure, arm, against, one["mean"] - two["mean"], error)


def _contrast(
    measure: Measure, arm: str, against: str, mean: float | None, error: float | None,
    own: tuple[float, float] | None = None, lower: float | None = None,
) -> Contrast:  # fmt: skip
    half = None if error is None else NORMAL_95 * error
    return Contrast(
        measure=measure.column, label=measure.label, unit=measure.unit, kind=measure.kind,
        quantity=measure.quantity, arm=arm, reference=against,
        difference=mean, low=None if mean is None or half is None else mean - half,
        high=None if mean is None or half is None else mean + half,
        patients_low=own[0] if own else None, patients_high=own[1] if own else None, share_lower=lower,
    )  # fmt: skip


def query(results: Results, sql: str) -> pl.DataFrame:
    """The answer to a question in SQL over the tables `patients`, `visits`, `courses` and `bands`.

    Raises InputError when it cannot be understood.
    """
    tables = {name: results.table(name) for name in TABLES if results.files(name)}
    try:
        return answered(tables, sql)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise InputError(Problem("query", sql, f"SQL over {', '.join(tables)}", f"({reason})")) from None
