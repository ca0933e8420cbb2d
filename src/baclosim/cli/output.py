"""How commands speak: results on stdout (a table, or JSON), messages and progress on stderr."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No messages, no progress.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also write the report as PDF.")]
PaperSize = Annotated[str | None, typer.Option("--paper", help="Of the PDF: a4 (unless told) or letter.")]
Patients = Annotated[int | None, typer.Option("--patients", min=1, max=100_000, help="Number of virtual patients.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the random numbers.")]


LEAST_OF_WORDS = 16  # columns of the terminal in which words can still be read


def print_json(result: Any) -> None:
    """A result on stdout as JSON; not-a-number becomes null."""
    typer.echo(json.dumps(clean(result), ensure_ascii=False, indent=2, allow_nan=False))


def clean(value: Any) -> Any:
    """The value with null in place of numbers that JSON does not know, and dates as text."""
    if isinstance(value, Mapping):
        return {str(key): clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(inner) for inner in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not -float("inf") < value < float("inf") else value


def say(message: str, quiet: bool = False) -> None:
    """One line on stderr."""
    if not quiet:
        typer.echo(message, err=True)


def printable(text: str) -> str:
    """Text without control characters, which could move the cursor or recolour the terminal.

    >>> printable("a \x1b[31mb\x07\n")
    'a [31mb'
    """
    return "".join(character for character in text if character.isprintable())


def console() -> Console:
    """The terminal, or plain text 110 wide when stdout is none."""
    from rich.console import Console

    made = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    made.on_broken_pipe = reader_left  # its own way is to end with 1
    return made


def reader_left() -> NoReturn:
    """Say that whoever read stdout, such as `head`, has enough; the program then ends without a word."""
    raise BrokenPipeError


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "", numbers: int = 0) -> Table:
    """A table whose last `numbers` columns are aligned to the right; cells are no markup.

    Where there is room, words break sooner than numbers; no number is cut where the terminal has 80 columns.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = [[Text(str(cell)) for cell in row] for row in rows]
    made = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    words = len(columns) - numbers
    widths = [max(len(name), *(row[place].cell_len for row in cells), 0) for place, name in enumerate(columns)]
    needed = sum(min(wide, LEAST_OF_WORDS) for wide in widths[:words]) + sum(widths[words:]) + 2 * len(columns) + 2
    whole = needed <= console().width
    for place, name in enumerate(columns):
        parts = longest_word(name, *(row[place].plain for row in cells))
        if place < words:
            made.add_column(name, min_width=min(10, widths[place]))
        else:
            made.add_column(name, justify="right", min_width=parts, no_wrap=whole)
    for row in cells:
        made.add_row(*row)
    return made


def longest_word(*texts: str) -> int:
    """How wide the longest word of these texts is."""
    return max((len(word) for text in texts for word in text.split()), default=0)


@contextmanager
def working(message: str, quiet: bool = False) -> Iterator[None]:
    """A spinner on stderr while work goes on; nothing at all when stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield
