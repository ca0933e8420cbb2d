"""`baclosim validate`: what the model predicts of published numbers, held out or not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import AsJson, Quiet, console, print_json, say, table, working


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
    from ..claims.validation.writing import COLUMNS, cells, record, rewrite, tally, write
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
