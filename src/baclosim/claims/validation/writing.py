"""The comparisons as a table, figures and the tables of the page in docs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...figures.display import readable
from .comparing import GROUP_SAYS, GROUPS, Comparison, Group

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MEASURED = "## As measured"
"""The heading below which the page is rewritten."""
COLUMNS = ("what", "fact", "verdict", "observed", "predicted", "95 %", "SDs")


def record(row: Comparison) -> dict[str, Any]:
    """One row as plain data; no number is None."""
    made, seen = row.prediction, row.observed_interval
    return {
        "group": row.group,
        "fact": row.fact,
        "what": row.what,
        "unit": row.unit,
        "observed": number(row.observed),
        "observed_low": seen[0] if seen else None,
        "observed_high": seen[1] if seen else None,
        "predicted": made.value if made else None,
        "predicted_low": made.low if made else None,
        "predicted_high": made.high if made else None,
        "scale": row.scale,
        "error": number(row.error),
        "standard_deviations": number(row.deviations),
        "verdict": row.verdict,
        "not_independent_of": row.twin or None,
    }


def cells(row: Comparison) -> tuple[str, ...]:
    """One row of the table as people read it."""
    made = row.prediction
    unit = f" {row.unit}" if row.unit and row.unit != "dimensionless" else ""
    star = " (not independent)" if row.twin else ""
    return (
        row.what,
        row.fact,
        row.verdict + star,
        "" if row.observed != row.observed else f"{readable(row.observed)}{unit}",
        readable(made.value) if made else "",
        f"{readable(made.low)} to {readable(made.high)}" if made else "",
        "" if row.deviations != row.deviations else f"{row.deviations:+.1f}",
    )


def number(value: float) -> float | None:
    """The number, None when it is none."""
    return None if math.isnan(value) else float(value)


def write(rows: Sequence[Comparison], folder: Path) -> tuple[Path, ...]:
    """Write the table as CSV and the figures as SVG into a folder that exists."""
    import polars

    from ...figures.svg import to_svg

    table = folder / "validation.csv"
    polars.DataFrame([record(row) for row in rows], infer_schema_length=None).write_csv(table)
    written = [table]
    for name, figure in figures(rows):
        path = folder / f"{name}.svg"
        path.write_text(to_svg(figure, name), encoding="utf-8")
        written.append(path)
    return tuple(written)


def figures(rows: Sequence[Comparison]) -> Iterator[tuple[str, Figure]]:
    """Ratios of predicted to observed by group, and shares against each other; name and figure."""
    from ...figures.compare import Estimate, Pair, agreement_figure, forest_figure

    known = [row for row in rows if row.prediction and not math.isnan(row.error)]
    for group in GROUPS:
        ratios = [
            Estimate(f"{row.what}", r.value / row.observed, r.low / row.observed, r.high / row.observed)
            for row in known
            if row.group == group and row.scale == "log" and (r := row.prediction)
        ]
        if ratios:
            title = f"Predicted over observed, {group}"
            yield group.replace(" ", "-"), forest_figure(ratios, title, reference=1.0, log=True)
    shares = [
        Pair(row.what, row.observed, made.value, row.observed_interval, (made.low, made.high), row.group)
        for row in known
        if row.scale == "linear" and (made := row.prediction)
    ]
    if shares:
        yield "shares", agreement_figure(shares, "share", "", log=False)


def tally(rows: Sequence[Comparison], group: Group) -> str:
    """How many rows of a group met which verdict, in words."""
    found = Counter(row.verdict for row in rows if row.group == group)
    return ", ".join(f"{count} {verdict}" for verdict, count in found.items())


def page(rows: Sequence[Comparison]) -> str:
    """The measured part of the page: one table for each group."""
    return "\n".join(page_lines(rows))


def page_lines(rows: Sequence[Comparison]) -> Iterator[str]:
    """The lines of the measured part."""
    yield MEASURED
    for group in GROUPS:
        own = [row for row in rows if row.group == group]
        yield from ("", f"### {group.capitalize()}", "", GROUP_SAYS[group], f"{tally(rows, group).capitalize()}.", "")
        yield "| fact | what | observed | predicted (95 %) | SDs | verdict |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from (page_row(row) for row in own)


def page_row(row: Comparison) -> str:
    """One row of a table of the page."""
    unit = f" {row.unit}" if row.unit and row.unit != "dimensionless" else ""
    seen = "series" if math.isnan(row.observed) else f"{'at most ' if row.limit else ''}{row.observed:.3g}{unit}"
    made = row.prediction
    said = f"{made.value:.3g} ({made.low:.3g} to {made.high:.3g}){unit}" if made else ""
    sds = "" if math.isnan(row.deviations) else f"{row.deviations:+.1f}"
    twin = f", not independent of `{row.twin}`" if row.twin else ""
    return f"| `{row.fact}` | {row.what} | {seen} | {said} | {sds} | {row.verdict}{twin} |"


def rewrite(path: Path, rows: Sequence[Comparison]) -> None:
    """Put the present tables into the page, below its heading MEASURED; the text above stays."""
    above = path.read_text(encoding="utf-8").split(MEASURED)[0] if path.exists() else ""
    part = path.with_name(path.name + ".part")
    part.write_text(above + page(rows) + "\n", encoding="utf-8")
    part.replace(path)
