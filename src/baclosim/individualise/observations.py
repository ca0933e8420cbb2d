"""Observations of one person as arrays, ready for the likelihood, and what was done to the person meanwhile."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..patient import Patient
from .kinds import Kind, interval_of

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Observation:
    """One thing that was seen or measured.

    time   h since the start of the therapy
    value  in the quantity's unit (levels ug/mL, spasms an hour, 1 for yes and 0 for no); None outside `limits`
    below  the value lies below this, or "above" it; None when the value is known
    row    of the table it came from, counted from 1; 0 when it came from none
    """

    time: float
    kind: Kind
    value: float | None
    below: float | None = None
    above: float | None = None
    row: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """What it says on the latent scale."""
        if self.value is not None:
            return interval_of(self.kind, self.value)
        return (-np.inf if self.above is None else self.above, np.inf if self.below is None else self.below)


@dataclass(frozen=True)
class Person:
    """One person: who, what was given, what was seen.

    name      as the table calls them
    patient   their covariates
    therapy   anything that `simulate` takes
    before    h for which the same therapy had gone on before hour 0
    notes     what a reader must know about the data
    times     of every row of the table, whatever it holds [h]
    """

    name: str
    patient: Patient
    therapy: Any
    observations: tuple[Observation, ...]
    before: float = 0.0
    notes: tuple[Caution, ...] = ()
    times: tuple[float, ...] = ()

    @functools.cached_property
    def data(self) -> Data:
        """The observations as arrays."""
        return data_of(self.observations)

    @property
    def last(self) -> float:
        """Time of the last observation [h]."""
        return max(o.time for o in self.observations)


@dataclass(frozen=True)
class Data:
    """m observations as arrays (m,).

    times, quantities    distinct instants [h] and names to be predicted
    at, of               index of each observation into them
    low, high            interval on the latent scale; equal for a value that is known
    additive, proportional  SD of the scatter: sqrt(additive^2 + (proportional x latent)^2)
    symptoms             names of what is reported by yes or no; each has one readiness per person
    symptom              index into symptoms, -1 for everything else
    """

    times: Array
    quantities: tuple[str, ...]
    at: Integers
    of: Integers
    low: Array
    high: Array
    additive: Array
    proportional: Array
    symptoms: tuple[str, ...]
    symptom: Integers

    def __len__(self) -> int:
        return len(self.low)

    @property
    def is_exact(self) -> NDArray[np.bool_]:
        """Where the value is known, (m,)."""
        return self.low == self.high

    def scattering(self, factor: float) -> Data:
        """The same with the scatter of levels multiplied by a factor."""
        by = np.where(self.proportional > 0.0, factor, 1.0)
        return replace(self, additive=self.additive * by, proportional=self.proportional * by)

    def chosen(self, values: Array) -> Array:
        """What belongs to each observation, (n, m), from predictions (n, quantities, times)."""
        return values[:, self.of, self.at]


def data_of(observations: tuple[Observation, ...]) -> Data:
    """Observations as arrays, in their order."""
    times = np.unique([o.time for o in observations])
    quantities = tuple(dict.fromkeys(o.kind.quantity for o in observations))
    symptoms = tuple(dict.fromkeys(o.kind.quantity for o in observations if o.kind.scale == "yes or no"))
    intervals = np.array([o.interval for o in observations], dtype=float).reshape(-1, 2)
    asked = [symptoms.index(o.kind.quantity) if o.kind.quantity in symptoms else -1 for o in observations]
    return Data(
        times=times,
        quantities=quantities,
        at=np.searchsorted(times, [o.time for o in observations]),
        of=np.array([quantities.index(o.kind.quantity) for o in observations], dtype=np.int64),
        low=intervals[:, 0],
        high=intervals[:, 1],
        additive=np.array([o.kind.additive for o in observations]),
        proportional=np.array([o.kind.proportional for o in observations]),
        symptoms=symptoms,
        symptom=np.array(asked, dtype=np.int64),
    )
