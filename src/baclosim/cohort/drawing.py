"""The figures and tables that a study ends in: bands of the arms, a forest, times to events, as files of a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..errors import InputError, Problem, Problems, nearest
from ..figures.cohort import ArmBands, Events, at_risk_hours, bands_figure, events_figure, vpc_figure
from ..figures.display import axis_title, display
from ..figures.outcomes import Bar, Outcome, outcomes_figure
from ..figures.stack import WIDE
from ..figures.svg import to_svg
from ..quantities import known
from ..units import read
from .baseline import baseline
from .events import Survival, survival
from .reported import side_by_side
from .results import Results
from .summary import NORMAL_95, Contrast, Row, as_row, compare, scale, summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAND = (0.05, 0.5, 0.95)
BINS = 8
FIGURES, TABLES = "figures", "tables"


def write_all(results: Results) -> tuple[Path, ...]:
    """Write every figure as SVG and every table as CSV into the folder of a study; returns the files."""
    folder, tables = results.store.folder / FIGURES, results.store.folder / TABLES
    folder.mkdir(exist_ok=True)
    tables.mkdir(exist_ok=True)
    written = []
    for name, figure in figures(results):
        path = folder / f"{name}.svg"
        path.write_text(to_svg(figure, name), encoding="utf-8")
        written.append(path)
    for name, rows in all_tables(results):
        if rows:
            path = tables / f"{name}.csv"
            pl.DataFrame(rows, infer_schema_length=None).write_csv(path)
            written.append(path)
    return tuple(written)


def all_tables(results: Results) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Who the patients are, summary, comparison and what trials reported, each as rows."""
    yield "patients", [row for one in baseline(results) for row in one.as_rows()]
    yield "summary", [as_row(row) for row in summary(results)]
    if len(results.arms) > 1:
        yield "comparison", [as_row(row) for row in compare(results)]
    yield "reported", [pair.as_row() for pair in side_by_side(results)]


def figures(results: Results) -> Iterator[tuple[str, Figure]]:
    """Every figure that this study allows, with its name."""
    yield "bands", draw_bands(results)
    if len(results.arms) > 1:
        yield "outcomes", outcomes_figure(outcomes_of(summary(results), results.arms))
        if less := differences_of(compare(results), results.arms):
            yield "differences", outcomes_figure(less)
    for entry in results.manifest["endpoints"]:
        if entry["is_event"]:
            yield f"events-{entry['column'].removesuffix('_h')}", draw_events(results, entry["name"])


def draw_bands(results: Results) -> Figure:
    """Median and 90 % of the patients of every arm over time, a panel for each quantity."""
    return bands_drawn(results, panels_of(results))


def panels_of(results: Results) -> tuple[ArmBands, ...]:
    """The bands of every quantity kept, two at a time: adding up their sketches takes more time than drawing them."""
    names = [entry["name"] for entry in results.manifest["quantities"]]
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(functools.partial(_panel, results), names))


def bands_drawn(results: Results, panels: Sequence[ArmBands], width: float = WIDE) -> Figure:
    """Some of these bands, over the whole time of the study."""
    time = np.asarray(results.manifest["band_time_h"])
    mean = "; each patient’s 24 h mean" if results.manifest["band_is_mean"] else ""
    return bands_figure(time, panels, f"90 % of patients{mean}", width, results.manifest["duration_h"])


def _panel(results: Results, name: str) -> ArmBands:
    quantity, bands = known(name), results.band(name, BAND)
    peak = max(float(np.nanmax(band)) for band in bands.values())
    shown = display(quantity.unit, quantity.kind, peak)
    limits = (quantity.limits[0] * shown.factor, quantity.limits[1] * shown.factor)
    scaled = {arm: shown.factor * bands[arm] for arm in results.arms if arm in bands}
    return ArmBands(axis_title(quantity.label, shown.unit, limits), scaled, limits)


def outcomes_of(rows: Sequence[Row], arms: Sequence[str]) -> tuple[Outcome, ...]:
    """Of each measure the arms one below the other: a share with its interval, or the median and 90 % of patients."""
    return tuple(
        _outcome([r for r in rows if r.measure == name], arms) for name in dict.fromkeys(r.measure for r in rows)
    )


def _outcome(own: Sequence[Row], arms: Sequence[str]) -> Outcome:
    factor, unit = scale(own[0])
    words = "median and 90 % of patients" if own[0].kind == "number" else "share of patients with 95 % interval"
    bars = tuple(Bar(r.arm, arms.index(r.arm), *(factor * (x or 0.0) for x in about(r))) for r in own)
    return Outcome(titled(own[0].label, unit, words), bars, least=factor * least(own[0]))


def least(row: Row) -> float:
    """The value from which the scale of a measure counts: the least of a score, otherwise 0."""
    is_score = row.kind == "number" and not row.unit and known(row.quantity).kind == "score"
    return known(row.quantity).limits[0] if is_score else 0.0


def titled(label: str, unit: str, words: str) -> str:
    """What stands above a panel."""
    return f"{label[:1].upper()}{label[1:]}{f', {unit}' if unit else ''}: {words}"


def about(row: Row) -> tuple[float | None, float | None, float | None]:
    """Of a number the median and 90 % of patients, of a share its interval over the draws, or from their number."""
    if row.kind == "number":
        return row.median, row.low, row.high
    if row.typical_low is not None:
        return row.mean, row.typical_low, row.typical_high
    return row.mean, *wilson(row.mean or 0.0, row.patients)


def differences_of(rows: Sequence[Contrast], arms: Sequence[str]) -> tuple[Outcome, ...]:
    """Of each measure the arms less the reference with 95 % intervals, and a line at no difference."""
    known = [row for row in rows if row.difference is not None]
    names = dict.fromkeys(row.measure for row in known)
    return tuple(_differences([row for row in known if row.measure == name], arms) for name in names)


def _differences(own: Sequence[Contrast], arms: Sequence[str]) -> Outcome:
    factor, unit = scale(own[0])
    bars = tuple(_less(row, arms.index(row.arm), factor) for row in own)
    unit = "percentage points" if unit == "%" else unit
    return Outcome(titled(own[0].label, unit, f"difference from {own[0].reference}"), bars, reference=0.0)


def _less(row: Contrast, number: int, factor: float) -> Bar:
    value = factor * (row.difference or 0.0)
    low, high = (value if edge is None else factor * edge for edge in (row.low, row.high))
    return Bar(row.arm, number, value, low, high)


def wilson(p: float, n: int) -> tuple[float, float]:
    """95 % interval of a share p of n patients (Wilson, J Am Stat Assoc 1927;22:209-212)."""
    z2 = NORMAL_95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return (0.0 if p == 0.0 else float(centre - half)), (1.0 if p == 1.0 else float(centre + half))


def draw_events(results: Results, endpoint: str) -> Figure:
    """Kaplan-Meier curves of an event endpoint, by its name."""
    return events_drawn(results, endpoint, survival(results, endpoint))


def events_drawn(results: Results, endpoint: str, found: Mapping[str, Survival], width: float = WIDE) -> Figure:
    """The curves of every arm, with those at risk below them."""
    end = next(e["end_h"] for e in results.manifest["endpoints"] if e["name"] == endpoint)
    hours = at_risk_hours(end, width)
    arms = {arm: Events(s.time, s.free, s.low, s.high, [s.watched(hour) for hour in hours]) for arm, s in found.items()}
    title = f"{endpoint[:1].upper()}{endpoint[1:]}, % of patients who have had it"
    return events_figure(arms, hours, title, end, width)


def observations(path: Path) -> pl.DataFrame:
    """What was seen, from a CSV or Parquet file with columns time_h and value; raises InputError."""
    return seen_in(path, str(path), is_parquet=path.suffix == ".parquet")


def seen_in(source: Path | bytes, name: str, *, is_parquet: bool = False) -> pl.DataFrame:
    """The same from a file or its content; `name` is for people."""
    try:
        table = pl.read_parquet(source) if is_parquet else pl.read_csv(source)
        found = table.select(pl.col("time_h", "value").cast(pl.Float64)).drop_nulls()
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        allowed = "a CSV or Parquet file with columns time_h and value"
        raise InputError(Problem("data", name, allowed, f"({reason})")) from None
    if not found.select(pl.all_horizontal(pl.all().is_finite().all())).item():
        raise InputError(Problem("data", name, "finite numbers in time_h and value"))
    return found


def draw_vpc(results: Results, quantity: str, arm: str, seen: pl.DataFrame, unit: str = "") -> Figure:
    """A visual predictive check of an arm, as `vpc_of` makes it ready."""
    return vpc_of(results, quantity, arm, seen, unit)(WIDE)


def vpc_of(results: Results, quantity: str, arm: str, seen: pl.DataFrame, unit: str = "") -> Callable[[float], Figure]:
    """What was seen (columns time_h and value) over the percentiles predicted for an arm, to be drawn at a width.

    unit  of the values, for a concentration; the quantity's own when left out

    Raises InputError for a quantity or an arm that the study has not, or fewer than five observations.
    """
    kept = [entry["name"] for entry in results.manifest["quantities"]]
    problems = Problems()
    for where, given, allowed in (("quantity", quantity, kept), ("arm", arm, results.arms)):
        if given not in allowed:
            problems.add(where, given, f"one of {', '.join(allowed)}", nearest(given, allowed))
    if len(seen) < 5:
        problems.add("data", f"{len(seen)} observations", "five observations or more")
    scaled = problems.attempt(lambda: in_own_unit(quantity, unit), 1.0) if quantity in kept else 1.0
    problems.raise_as(InputError)
    time, value = seen["time_h"].to_numpy(), scaled * seen["value"].to_numpy()
    shown = display(known(quantity).unit, known(quantity).kind, float(value.max()))
    order = np.argsort(time, kind="stable")
    bins = np.array_split(order, min(BINS, len(order) // 5))
    middles = np.array([np.median(time[part]) for part in bins])
    levels = np.stack([np.quantile(shown.factor * value[part], BAND) for part in bins], axis=1)
    band = shown.factor * results.band(quantity, BAND)[arm]
    at = np.asarray(results.manifest["band_time_h"])
    title = axis_title(known(quantity).label, shown.unit, known(quantity).limits)
    return lambda width: vpc_figure(
        at, band, time, shown.factor * value, f"{title} ({arm})", (middles, levels), width
    )  # fmt: skip


def in_own_unit(quantity: str, unit: str) -> float:
    """By what values in a unit are multiplied to be in the quantity's own; raises InputError for what does not fit."""
    own = known(quantity).unit
    if not unit or unit == own:
        return 1.0
    if own != "ug/mL":
        allowed = f"nothing, for {quantity} is told in {own}" if own != "dimensionless" else "nothing: it has no unit"
        raise InputError(Problem("unit", unit, allowed))
    return read(f"1 {unit}", "concentration", where="unit")
