"""`baclosim validate`: what the model predicts of published numbers, held out or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import AsJson, Quiet, console, print_json, say, table, working

if TYPE_CHECKING:
    from ..claims.validation.comparing import Comparison


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("validate")(validate)


def validate(
    out: Annotated[Path | None, typer.Option("--out", help="Write the table (CSV) and figures (SVG) here.")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Rewrite the tables of this Markdown page.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare predictions with observations. Held out, with their source left out, and fitted."""
    from ..claims.validation import comparisons
    from ..claims.validation.comparing import GROUP_SAYS, GROUPS
    from ..claims.validation.writing import record, rewrite, tally, write
    from .folder import check_target, whole_folder

    if out:
        check_target(out)
    with working("comparing with published numbers", quiet):
        rows = comparisons()
    if as_json:
        print_json([record(row) for row in rows])
    else:
        for group in GROUPS:
            own = [row for row in rows if row.group == group]
            title = f"{group.capitalize()}: {tally(rows, group)}. {GROUP_SAYS[group]}"
            console().print(table(COLUMNS, map(cells, own), title=title, numbers=4))
    if page:
        rewrite(page, rows)
        say(f"page: {page}", quiet)
    if out:
        with whole_folder(out) as folder:
            names = [path.name for path in write(rows, folder)]
        say(f"written to {out}: {', '.join(names)}", quiet)


COLUMNS = ("what", "fact", "verdict", "observed", "predicted", "95 %", "SDs")


def cells(row: Comparison) -> tuple[str, ...]:
    """One row of the table in the terminal."""
    made = row.prediction
    unit = f" {row.unit}" if row.unit and row.unit != "dimensionless" else ""
    star = " (not independent)" if row.twin else ""
    return (
        row.what,
        row.fact,
        row.verdict + star,
        "" if row.observed != row.observed else f"{row.observed:.3g}{unit}",
        f"{made.value:.3g}" if made else "",
        f"{made.low:.3g} to {made.high:.3g}" if made else "",
        "" if row.deviations != row.deviations else f"{row.deviations:+.1f}",
    )
