"""A regimen whose last step is changed by a policy at visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...cautions import Caution
from ..amounts import MassPerWeight
from ..doses import Doses
from ..regimen import Regimen
from ..steps import Dosing
from ..timeline import timeline
from ..timing import START_CLOCK, Clock
from .guided_doses import Branch, Scaled
from .notes import policy_notes
from .policy import Dosage, Policy


@dataclass(frozen=True)
class Guided:
    """A regimen whose last step is changed by a policy at visits. `differs`: whether patients are observed with error.

    Without visits (`doses`) it is the regimen alone, as if the policy never acted.
    """

    regimen: Regimen
    policy: Policy
    differs: bool = True

    def __str__(self) -> str:
        return f"{self.regimen}, {self.policy}"

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader of a result must know about this prescription."""
        return (*self.regimen.notes, *policy_notes(self.policy, self.usual))

    @property
    def last(self) -> Dosing:
        """The step that the policy changes."""
        step = self.regimen.steps[-1]
        assert isinstance(step, Dosing)
        return step

    @property
    def usual(self) -> Dosage:
        """The dosage of that step."""
        first = self.last.intakes[0]
        day = sum(intake.per_day for intake in self.last.intakes)
        measure = "ug/kg" if isinstance(first.amount, MassPerWeight) else "ug"
        return Dosage(first.amount.measure * first.timing.share, day, measure)

    @property
    def window(self) -> float:
        """Hours before a visit over which scores are read: one dosing interval; nothing where the drug flows."""
        gaps = (24.0 if isinstance(i.timing, Clock) or i.days else i.timing.gap for i in self.last.intakes)
        return min(24.0, max(gaps))

    @property
    def guided(self) -> tuple[Guided, ...]:
        """The parts of this therapy that a policy changes: all of it."""
        return (self,)

    def typical(self) -> Guided:
        """The same with the typical patient in mind: read exactly."""
        return replace(self, differs=False)

    def begins(self, clock: float) -> float:
        """When the step that the policy changes begins [h]; `clock` is the hour on the wall at time 0."""
        return timeline(self.regimen.steps, clock)[-1].start

    def branches(
        self, until: float, patients: int, seed: int = 0, start_clock: float | None = None, **known: Any
    ) -> tuple[Branch, ...]:
        """What visits change, ready to be followed: itself; arguments as for `Regimen.doses`."""
        doses = self.regimen.doses(until, patients, seed, start_clock, **known)
        begins = self.begins(START_CLOCK if start_clock is None else start_clock)
        return (Branch(self, Scaled.of(doses, patients), 0.0, begins),)

    def steady(self, until: float, **_: Any) -> Doses:
        """Doses that no policy changes: none."""
        return Doses.none()

    def doses(self, until: float, *args: Any, **known: Any) -> Doses:
        """Doses up to `until` [h] as if the policy never acted; arguments as for `Regimen.doses`."""
        return self.regimen.doses(until, *args, **known)
