"""What every export has: the scenario it is made from, the folder it goes to, and how it is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import console, printable, say, table, working

if TYPE_CHECKING:
    from ...exchange import Parcel

ScenarioFile = Annotated[str, typer.Argument(metavar="FILE|EXAMPLE", help="A scenario file, an example, or - .")]
Folder = Annotated[Path | None, typer.Option("--out", help="Folder for the files; by default reports/NAME.")]


def finish(
    source: str, make: Callable[[], Parcel], folder: Path | None, *, as_json: bool, quiet: bool, doing: str
) -> None:
    """Make a parcel, write its files all or none, and tell what was written.

    source  file or example that it is made from, after which the folder is named when none is given
    doing   what goes on meanwhile, for the terminal
    """
    from ..folder import check_target, whole_folder

    target = folder or Path("reports") / (Path(source).stem if source != "-" else "standard-input")
    check_target(target)
    with working(doing, quiet):
        parcel = make()
    with whole_folder(target) as scratch:
        for file in parcel.files:
            (scratch / file.name).write_bytes(file.content)
    tell(parcel, target, as_json, quiet)


def tell(parcel: Parcel, folder: Path, as_json: bool, quiet: bool) -> None:
    """The files and what must be known of them, on the terminal or as JSON."""
    paths = [str(folder / file.name) for file in parcel.files]
    if as_json:
        from ...exchange.record import record

        typer.echo(record(parcel, paths).model_dump_json(indent=2))
        return
    rows = [(path, file.holds) for path, file in zip(paths, parcel.files, strict=True)]
    console().print(table(("file", "holds"), rows))
    for note in parcel.notes:
        console().print(printable(f"! {note}"), markup=False, soft_wrap=True)
    say(f"written: {paths[0]}", quiet)
