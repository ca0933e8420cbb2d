"""Trying a course on virtual patients: the treatment is simulated once, every course resumes from its end.

A `Trial` holds the patients as they are just before the plan begins, their body assembled once. `follow` runs them
under a course from any state onwards. Only `simulate` does the work; nothing here knows how the drug acts.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...engine.march import Present
from ...patient import Patients
from ...simulate import simulate
from ...simulate.parts import body_for, doses_of
from ...simulate.prepared import Prepared
from ...trajectory import Trajectory
from ..treatment import DAY, Course, Treatment

LEAD = 1.0
"""A day of a plan begins so many hours before its first dose, so that a dose never falls on the instant of resuming."""
COARSE, FINE = 1.0, 0.25  # h, step of the effects while searching, and of what is told
BUILD_UP = 0.5  # h, while adaptation builds up over months
EVERY = 2.0  # h between records while searching
REMEMBERED = 1  # day before a state whose doses may still be on their way
FEW = 160  # patients for whom a second thread costs more than it saves
TAIL = 14
"""Days after the last change for which patients are followed."""


@dataclass(frozen=True)
class Trial:
    """Patients on a treatment, just before a plan begins."""

    patients: Patients
    treatment: Treatment
    present: Present

    @functools.cached_property
    def prepared(self) -> Prepared:
        """The patients in the body that holds their treatment, and so whatever a taper gives."""
        course = Course(self.treatment, ())
        body = body_for(doses_of(course, course.begins, self.patients, 0))
        return Prepared.of(self.patients, body, course, self.present.time)

    @property
    def n(self) -> int:
        """Number of patients."""
        return self.patients.n

    def of(self, which: NDArray[np.int64]) -> Trial:
        """The same trial with some of the patients."""
        return Trial(picked(self.patients, which), self.treatment, some_of(self.present, which))


def picked(group: Patients, which: NDArray[np.int64]) -> Patients:
    """Some of the patients by place; their numbers in a cohort are lost, so nothing random may be given to them."""
    parameters, covariates = (
        {name: values[which] for name, values in table.items()} for table in (group.parameters, group.covariates)
    )
    return replace(group, parameters=parameters, covariates=covariates)


def some_of(present: Present, which: NDArray[np.int64]) -> Present:
    """The state of some of the patients."""
    return replace(present, amounts=present.amounts[which], effects=present.effects[which], rates=present.rates[which])


def treated(patients: Patients, treatment: Treatment) -> Trial:
    """The patients after their treatment so far."""
    course = Course(treatment, ())
    end = treatment.simulated - LEAD
    built = simulate(patients, course, end, every=end, step=BUILD_UP, quantities=("withdrawal",))
    return Trial(patients, treatment, built.final)


def follow(
    trial: Trial,
    course: Course,
    day: int,
    since: Present | None = None,
    *,
    quantities: Sequence[str],
    every: float = EVERY,
    step: float = COARSE,
) -> Trajectory:
    """The patients under a course until a day of the plan begins, from its start or from a state `since`."""
    until, begin = course.begins + day * DAY - LEAD, since or trial.present
    recent = replace(course, listed=math.floor((begin.time - course.begins) / DAY) - REMEMBERED)
    threads = 1 if trial.n <= FEW else None
    doses = doses_of(recent, until, trial.patients, 0)
    ran = trial.prepared.march(doses, begin, until, quantities, every=every, step=step, threads=threads)
    return Trajectory(ran.time, ran.values, str(course), final=ran.final)
