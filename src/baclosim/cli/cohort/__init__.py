"""`baclosim cohort`: studies of many patients.

`running` runs them into a folder, `results` reads what came of them, `report` puts it on paper.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from ..line import Commands
from . import report, results, running


class Cohort(TyperGroup):
    """Takes the name of a study in the place of a command: `baclosim cohort STUDY` runs it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` in front of a study."""
        known = {*self.commands, "-h", "--help"}
        return super().parse_args(ctx, ["run", *args] if args and args[0] not in known else args)


group = Commands(
    cls=Cohort,
    help="Run and read studies of many patients. `baclosim cohort STUDY` runs one, the commands below read results.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for part in (running, results, report):
    part.add_to(group)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="cohort")
