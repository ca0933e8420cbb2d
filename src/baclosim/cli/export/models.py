"""`baclosim export nonmem|mrgsolve`: the oral model as text for other programs, with the records of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..output import AsJson, Quiet
from .shared import Folder, ScenarioFile, finish

if TYPE_CHECKING:
    from ...exchange import Parcel
    from ...scenario import Scenario


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command("nonmem")(nonmem)
    group.command("mrgsolve")(mrgsolve)


def nonmem(scenario: ScenarioFile, out: Folder = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Write the oral model as a NONMEM control stream. ADVAN4, numbers cited; data beside it."""
    from ...exchange import nonmem

    export(nonmem, scenario, out, as_json, quiet)


def mrgsolve(scenario: ScenarioFile, out: Folder = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Write the oral model as mrgsolve text. Numbers cited; doses and plasma as data beside it."""
    from ...exchange import mrgsolve

    export(mrgsolve, scenario, out, as_json, quiet)


def export(make: Callable[[Scenario], Parcel], scenario: str, out: Path | None, as_json: bool, quiet: bool) -> None:
    """Write what is made of a scenario."""
    from ...scenario import load

    study = load(scenario)
    finish(scenario, lambda: make(study), out, as_json=as_json, quiet=quiet, doing="writing the model")
