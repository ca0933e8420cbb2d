"""What is asked of a titration, read from words."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InputError, Problems
from ...patient import Patient
from ...therapy.alongside import Alongside, alongside
from ..people import Known
from .aims import Aim, read_aim
from .prescribing import Route, check_despite, check_drugs, known_history, known_route

PATIENTS, DRAWS = 300, 100
SIGNS = ("drowsiness", "weakness")


@dataclass(frozen=True)
class Request:
    """What is asked for.

    drugs, history  what else is taken, and what is known: checked before any dose
    despite         refusals that are overruled
    walks           whether weak legs or worse walking would be a loss, which decides by pump
    optimise        take the best way within the published limits instead of the published one
    known           this very person, as an individual estimate tells; else it is tried on people like the patient
    """

    patient: Patient
    route: Route
    aim: Aim
    drugs: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    walks: bool = False
    optimise: bool = False
    patients: int = PATIENTS
    seed: int = 1
    begins: dt.date | None = None
    known: Known | None = None

    @functools.cached_property
    def beside(self) -> tuple[Alongside, ...]:
        """The other drugs of which amount and effect are known, so that they are simulated."""
        return tuple(other for drug in self.drugs if (other := _simulated(drug)) is not None)

    @property
    def simulated(self) -> Iterator[str]:
        """Which of the other drugs the virtual patients take, in a sentence for each kind."""
        taken = [str(other) for other in self.beside]
        left_out = [drug for drug in self.drugs if _simulated(drug) is None]
        if taken:
            yield f"The virtual patients take {' and '.join(taken)} as well, from the first day on."
        if left_out:
            yield (
                f"Checked but not simulated: {', '.join(left_out)}. A drug is simulated when how much and when is said "
                "and numbers on it are known."
            )


def _simulated(drug: str) -> Alongside | None:
    """A drug as it is taken; None where no amount is said, or no run can carry it."""
    try:
        read = alongside(drug)
        return read if read.words and read.regimen is not None else None
    except InputError:
        return None


def request_for(
    patient: Patient, route: str, goal: str | None = None, limits: Sequence[str] = (), drugs: Sequence[str] = (),
    history: Sequence[str] = (), **others: Any,
) -> Request:  # fmt: skip
    """The request that these words state; raises InputError listing everything that cannot be read.

    route    "oral" or "pump"
    goal     of one patient: "ashworth below 2", "tone down by 1", perhaps "in 60 % of patients"; limits: across all
    others   the other fields of a Request
    """
    problems = Problems()
    aim, by = read_aim(goal, limits, problems), known_route(route, problems)
    names = tuple(name for word in history if (name := known_history(word, problems)))
    check_drugs(drugs, problems)
    check_despite(others.get("despite", ()), problems)
    problems.raise_as(InputError)
    return Request(patient, by, aim, tuple(drugs), names, **others)
