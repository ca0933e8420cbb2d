"""A regimen: steps one after another, checked as a whole when it is made.

`language.parse` makes one from plain words and `str` puts it back into one normalised sentence. Everything here is
frozen, so a regimen can be compared, hashed and kept as the name of a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cautions import Caution
from .amounts import MassPerWeight
from .checks import check
from .doses import Doses
from .given import Given, given
from .notes import notes
from .speech import sentence
from .steps import TAKEN_AS_PRESCRIBED, Adherence, Dosing, Steps

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Regimen:
    """What is prescribed. Raises TherapyError listing every problem when it cannot be followed."""

    steps: Steps
    adherence: Adherence = TAKEN_AS_PRESCRIBED

    def __post_init__(self) -> None:
        check(self.steps, self.adherence)

    def __str__(self) -> str:
        return sentence(self.steps, self.adherence)

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of a result must know about this prescription."""
        return notes(self.steps)

    @property
    def needs_weight(self) -> bool:
        """Whether some dose is per kg of body weight."""
        intakes = (i for step in self.steps if isinstance(step, Dosing) for i in step.intakes)
        return any(isinstance(intake.amount, MassPerWeight) for intake in intakes)

    def given(
        self,
        until: float,
        patients: int = 1,
        seed: int = 0,
        start_clock: float | None = None,
        *,
        weight: float | NDArray[np.float64] | None = None,
        topical_flux: float | NDArray[np.float64] | None = None,
        first: int = 0,
    ) -> Given:
        """Doses up to `until` [h], with what was applied beside what gets in.

        start_clock   hour on the wall at time 0, after midnight of a Monday; 8.0 when None
        weight        kg, scalar or (patients,); needed when a dose is per kg
        topical_flux  ug/cm2/h, scalar or (patients,); the parameter's typical value when None
        first         number in the cohort of the first of these patients, so that cutting a cohort changes nothing

        Raises TherapyError when a weight is missing or the doses are too many.
        """
        return given(self.steps, self.adherence, until, patients, seed, start_clock, weight, topical_flux, first)

    def doses(
        self,
        until: float,
        patients: int = 1,
        seed: int = 0,
        start_clock: float | None = None,
        *,
        weight: float | NDArray[np.float64] | None = None,
        topical_flux: float | NDArray[np.float64] | None = None,
        first: int = 0,
    ) -> Doses:
        """Doses up to `until` [h] that reach a channel of the body [h, ug]; arguments as for `given`."""
        return self.given(
            until, patients, seed, start_clock, weight=weight, topical_flux=topical_flux, first=first
        ).doses
