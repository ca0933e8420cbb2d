"""What every planning command is told, written once: whom the plan is for, how it is tried, where it goes.

@planning
def taper(asked: Asked, treatment: ...) -> None:
    with asked.reading() as (reading, about):
        ...
    asked.carry_out("trying tapers", lambda: plan_taper(...), about)
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from ... import moments
from ...errors import InputError, Problem
from ..output import AsJson, PaperSize, Patients, Pdf, Quiet, Seed, working
from .telling import finish

if TYPE_CHECKING:
    from ...patient import Patient
    from ...plan.asked import Reading
    from ...plan.people import Known
    from ...plan.plan import Plan

PatientFile = Annotated[Path | None, typer.Option("--patient", help="Scenario file whose patient is meant.")]
Estimate = Annotated[
    Path | None,
    typer.Option("--estimate", help="Instead: one person's estimate, the folder that `baclosim fit --out` wrote."),
]
Begins = Annotated[
    str | None,
    typer.Option("--start", help="Day 1, such as 2026-01-05; when left out tomorrow, of a rescue today."),
]
Folder = Annotated[Path | None, typer.Option("--out", help="Folder for sheet, report, calendar, CSV and JSON.")]


@dataclass(frozen=True)
class Asked:
    """The options that all planning commands share."""

    patient: PatientFile = None
    estimate: Estimate = None
    start: Begins = None
    patients: Patients = None
    seed: Seed = None
    out: Folder = None
    pdf: Pdf = False
    paper: PaperSize = None
    as_json: AsJson = False
    quiet: Quiet = False

    @property
    def says_who(self) -> bool:
        """Whether it is said who the plan is for."""
        return self.patient is not None or self.estimate is not None

    @contextmanager
    def reading(self, wait: int = 1) -> Iterator[tuple[Reading, About]]:
        """Reads these options and, within the block, the command's own; then raises InputError for all problems.

        wait  days from now to day 1 when it is not said
        """
        from ...plan.asked import Reading
        from ..folder import check_target, paper_for

        if self.out:
            check_target(self.out)
        reading = Reading(lambda key: f"--{key}")
        if self.patient and self.estimate:
            reading.problems.add("--patient", str(self.patient), "either this or --estimate, which knows who it is")
        known = reading.attempt(lambda: known_from(self.estimate), None)
        yield (
            reading,
            About(
                patient=known.versions.like if known else patient_in(self.patient),
                known=known,
                begins=reading.attempt(lambda: first_day(self.start, wait), None),
                paper=reading.attempt(lambda: paper_for(self.pdf, self.paper, self.out), None),
                seed=1 if self.seed is None else self.seed,
            ),
        )
        reading.done()

    def carry_out(self, doing: str, plan: Callable[[], Plan], about: About) -> None:
        """Make the plan, write it where it was asked for, and show it."""
        from ..folder import load_meanwhile
        from ..run import announce_compiling

        if self.out:
            load_meanwhile("polars", "jinja2")
        announce_compiling(self.quiet)
        with working(doing, self.quiet):
            made = plan()
        finish(made, as_json=self.as_json, folder=self.out, paper=about.paper, quiet=self.quiet)


@dataclass(frozen=True, eq=False)
class About:
    """What the shared options come to: who the plan is for, the estimate if any, day 1, the paper, the seed."""

    patient: Patient
    known: Known | None
    begins: dt.date | None
    paper: str | None
    seed: int


def planning(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options of `Asked` after its own; it is given them as its first argument."""
    hints, shared = (get_type_hints(one, include_extras=True) for one in (command, Asked))
    _, *own = inspect.signature(command).parameters.values()
    listed = [(p.name, p.default, hints[p.name]) for p in own]
    listed += [(field.name, field.default, shared[field.name]) for field in fields(Asked)]

    def called(**given: Any) -> None:
        asked = Asked(**{field.name: given.pop(field.name) for field in fields(Asked)})
        command(asked, **given)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, default=d, annotation=hint) for name, d, hint in listed]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {name: hint for name, _, hint in listed}
    return called


def patient_in(file: Path | None) -> Patient:
    """The patient of a scenario file, or an adult of whom nothing is known; raises ScenarioError."""
    from ...patient import Patient
    from ...scenario.reading import source

    return Patient(**source(file).raw.get("patient", {})) if file else Patient()


def known_from(estimate: Path | None) -> Known | None:
    """The person whom an estimate tells of; raises InputError for what `baclosim fit` did not write."""
    if estimate is None:
        return None
    from ...individualise.kept import read_estimate
    from ...plan.people import Known

    kept = read_estimate(estimate)
    return Known(kept.versions, kept.rests_on, kept.cautions)


def first_day(given: str | None, wait: int = 1) -> dt.date:
    """Day 1 of a plan: the date given, or so many days from now."""
    try:
        return moments.day(given) if given else dt.date.today() + dt.timedelta(days=wait)
    except ValueError:
        raise InputError(Problem("--start", given, "a day as year-month-day, such as 2026-01-05")) from None
