"""Where the checks get their patients and runs: each run is made once, and what it rests on is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..evidence.records import Fact
from ..parameters import Parameter, parameters
from ..patient import Patient, Patients, typical_draws, virtual_patients
from ..simulate import body_for, doses_of, effects_for, simulate
from ..trajectory import Trajectory
from .findings import Spread

Array = NDArray[np.float64]
COHORT = 200
DRAWS = 100


def adult(**known: Any) -> Patient:
    """The adult that the specification's bounds are for, 70 kg and 110 mL/min, with whatever else is known."""
    about: dict[str, Any] = {"weight": 70.0, "creatinine_clearance": 110.0} | known
    return Patient(**about)


ADULT = adult()


@dataclass
class Clinic:
    """Patients drawn from one table of parameters, and the runs they took part in.

    table   parameters; another table shows what a check says of another model
    n       virtual patients in a cohort
    rests   names of the parameters behind the runs since `noting` began
    """

    table: Mapping[str, Parameter] = field(default_factory=parameters)
    n: int = COHORT
    seed: int = 1
    rests: set[str] = field(default_factory=set)
    _done: dict[Any, Trajectory] = field(default_factory=dict, repr=False)
    _behind: dict[Any, frozenset[str]] = field(default_factory=dict, repr=False)

    def typical(
        self, therapy: Any, until: str | float, *quantities: str, like: Patient = ADULT, **more: Any
    ) -> Trajectory:
        """The typical patient's course; only the named quantities are recorded. `more` as for `simulate`.

        `since` is an earlier course of the same therapy, patients and quantities, to go on from.
        """
        return self._run(1, therapy, until, quantities, like, more)

    def cohort(
        self, therapy: Any, until: str | float, *quantities: str, like: Patient = ADULT, **more: Any
    ) -> Trajectory:
        """The courses of n virtual patients."""
        return self._run(self.n, therapy, until, quantities, like, more)

    def uncertain(
        self, therapy: Any, until: str | float, *quantities: str, like: Patient = ADULT, **more: Any
    ) -> Trajectory:
        """Courses of the typical patient under draws of what the evidence leaves possible."""
        return self._run(-DRAWS, therapy, until, quantities, like, more)

    def patients(self, n: int, like: Patient = ADULT) -> Patients:
        """One typical patient, n virtual ones, or minus n draws of the typical one."""
        if n == 1:
            return Patients.of(like, self.table)
        if n < 0:
            return typical_draws(-n, like, self.seed, table=self.table)
        return virtual_patients(n, like, self.seed, table=self.table)

    def _run(
        self, n: int, therapy: Any, until: str | float, quantities: tuple[str, ...], like: Patient, more: dict[str, Any]
    ) -> Trajectory:
        since: Trajectory | None = more.pop("since", None)
        key = (n, str(therapy), until, quantities, repr(like), repr(sorted(more.items())), id(since))
        if key not in self._done:
            group = self.patients(n, like)
            more["resume"] = since.final if since else None
            self._done[key] = simulate(group, therapy, until, quantities=quantities, seed=self.seed, **more)
            self._behind[key] = frozenset(self._leaning(group, therapy, until, quantities))
        self.rests |= self._behind[key]
        return self._done[key]

    def _leaning(self, group: Patients, therapy: Any, until: str | float, quantities: tuple[str, ...]) -> Iterator[str]:
        """Names of the parameters that these quantities depend on under this therapy."""
        from ..leaning import model_of
        from ..therapy.language import parse
        from ..units import read

        regimen: Any = parse(therapy) if isinstance(therapy, str) else therapy
        doses = doses_of(regimen, read(until, "time") if isinstance(until, str) else until, group, self.seed)
        model = model_of(group, doses, body_for(doses), effects_for(quantities))
        known = group.parameters.keys() | self.table.keys()
        yield from group.behind(name for name in model.behind(*quantities) if name in known)

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """The names of the parameters behind whatever is run inside the block."""
        before, self.rests = self.rests, set()
        try:
            yield self.rests
        finally:
            self.rests = before


def one(fact: Fact, unit: str = "") -> float:
    """The single value of a fact, in a unit or as published. Raises TypeError when it has several."""
    value = fact.amount(unit).value
    if isinstance(value, tuple):
        raise TypeError(f"{fact.id} has several values")
    return value


def spread(values: Array) -> Spread:
    """The median of the patients with 90 % of them, (n,); no numbers when there is nobody."""
    if not len(values):
        return Spread(np.nan, np.nan, np.nan)
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return Spread(middle, low, high)


def shares(course: Trajectory, quantity: str) -> float:
    """Mean over the patients of the highest value of a probability: who ever shows it."""
    return float(course[quantity].max(axis=1).mean())


def average(course: Trajectory, quantity: str, start: float = 0.0, end: float = np.inf) -> Array:
    """Time average of a quantity from `start` to `end` [h], (n,)."""
    inside = (course.time >= start) & (course.time <= end)
    time = course.time[inside]
    return np.asarray(np.trapezoid(course[quantity][:, inside], time, axis=1) / np.ptp(time))


def last_day(course: Trajectory, quantity: str) -> Array:
    """Average of a quantity over the last 24 h, (n,)."""
    return average(course, quantity, course.time[-1] - 24.0)


def swing(course: Trajectory, quantity: str) -> Array:
    """Highest minus lowest value over the last 24 h, (n,)."""
    return np.ptp(course[quantity][:, course.time >= course.time[-1] - 24.0], axis=1)


def first_time(course: Trajectory, quantity: str, level: float) -> Array:
    """When a quantity first reaches a level [h], infinite where it never does, (n,)."""
    reached = course[quantity] >= level
    return np.where(reached.any(axis=1), course.time[np.argmax(reached, axis=1)], np.inf)


def hours_above(course: Trajectory, quantity: str, level: float) -> Array:
    """How long a quantity is at or above a level [h], (n,)."""
    return (course[quantity] >= level).mean(axis=1) * np.ptp(course.time)
