"""`baclosim export`: results, models, plans and dates for other programs.

Each module adds its commands to the group; `shared` holds the options and the last step that all of them have.
"""

from __future__ import annotations

import typer

from ..line import Commands
from . import calendar, equations, fhir, models, results, sbml

group = Commands(
    help="Take results, models, plans and dates to other programs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for part in (results, models, sbml, equations, calendar, fhir):
    part.add_to(group)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="export")
