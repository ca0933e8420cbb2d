"""What the results of a course lean on, for the tables and notes of a report."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..leaning import Model, channels_of

if TYPE_CHECKING:
    from ..outcome import Outcome
    from ..parameters import Parameter
    from ..therapy.doses import Doses
    from ..trajectory import Trajectory


@dataclass(frozen=True)
class Leaning:
    """What the results of a course lean on."""

    course: Trajectory
    model: Model

    def behind(self, quantity: str) -> tuple[Parameter, ...]:
        """The parameters that one quantity depends on."""
        names = self.model.behind(quantity)
        return tuple(p for p in self.course.parameters if p.name in names)

    @functools.cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that any recorded quantity depends on."""
        names = self.model.behind(*self.course)
        return tuple(p for p in self.course.parameters if p.name in names)

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of the facts behind these parameters, in order of first use."""
        return tuple(dict.fromkeys(fact for p in self.parameters for fact in p.facts))


def leaning(outcome: Outcome, doses: Doses) -> Leaning:
    """The leaning of what these doses came to."""
    from ..simulate import body_for, effects_for

    course, patient = outcome.patients, outcome.scenario.patient
    held_nothing = empty(course) | (frozenset() if patient.dialysis_sessions else {"dialysate"})
    model = Model(body_for(doses), effects_for(tuple(course)), channels_of(doses), patient.parameters(), held_nothing)
    return Leaning(course, model)


def empty(course: Trajectory) -> frozenset[str]:
    """Compartments that held nothing throughout the run, such as the dialysate of somebody without dialysis."""
    return frozenset(q.name for q in course.quantities if q.kind == "amount" and not np.any(course[q.name]))
