"""`baclosim export equations`: the model in print."""

from __future__ import annotations

import typer

from ..output import AsJson, Quiet
from .shared import Folder, finish


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("equations")(equations)


def equations(out: Folder = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Print every equation of the model. Markdown with LaTeX, from the code, with numbers, grades and facts."""
    from ...exchange.equations import equations

    finish("model", equations, out, as_json=as_json, quiet=quiet, doing="printing the model")
