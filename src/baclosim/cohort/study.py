"""A study: who takes part, what each arm is given, what is asked of every patient."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..parameters import Parameter, parameters
from ..patient import Patient, typical_values
from ..quantities import known
from ..scenario.prescribed import Therapy
from .tables import Measure

SMALLEST_SHARD, LARGEST_SHARD = 256, 4096  # patients
SHARDS = 32  # about so many of a small study, that workers share them evenly
MOST_BAND_TIMES = 400


@dataclass(frozen=True)
class Arm:
    """One way of treating the patients.

    share     of the patients beside the shares of the other arms, when they are randomised
    drop_out  share who have left by the end for reasons of their own
    before    h of treatment before hour 0
    """

    name: str
    share: float
    drop_out: float
    therapy: Therapy
    before: float


@dataclass(frozen=True)
class Endpoint:
    """One number of each patient: a measure of a quantity between `start` and `end` [h], or `at` an hour."""

    name: str
    quantity: str
    measure: Measure
    level: float | None
    at: float | None
    start: float
    end: float

    @property
    def column(self) -> str:
        """Its column in the table of patients: the name in lower case, and the unit where there is one."""
        unit = self.unit.replace("/", "_per_").replace(" ", "_")
        words = "_".join(self.name.lower().replace("-", " ").split())
        return f"{words}_{unit}" if unit else words

    @property
    def unit(self) -> str:
        """Unit of the number; empty for scores, shares and yes or no."""
        own = known(self.quantity).unit
        own = "" if own == "dimensionless" else own
        if self.measure in ("time above", "time below", "first above", "first below"):
            return "h"
        return {"area": f"{own} h".strip(), "reported": ""}.get(self.measure, own)

    @property
    def is_event(self) -> bool:
        """Whether it is the time to something that may never happen."""
        return self.measure in ("first above", "first below")


@dataclass(frozen=True)
class Reported:
    """What a real trial reported of an arm (less that of `against`, where there is one), in the endpoint's unit.

    low, high  the interval of the fact, or None;  n  patients of that arm, or None;  use  of the fact ("fit", ...)
    """

    arm: str
    against: str | None
    endpoint: str
    value: float
    low: float | None
    high: float | None
    interval: str
    n: int | None
    fact: str
    use: str


@dataclass(frozen=True)
class Intolerance:
    """A patient leaves at the first visit at which a quantity lies above a level."""

    quantity: str
    above: float


@dataclass(frozen=True)
class Study:
    """What is simulated, checked as a whole.

    patients    how many; in a shared design each of them is in every arm
    draws       draws of the typical values, each with all patients
    day_to_day  coefficient of variation of what one person absorbs by mouth from day to day
    record      quantities to keep, and `endpoints` asked of every patient
    courses     how many patients' whole courses are kept
    visits      hours at which patients are examined
    reported    outcomes of a real trial to compare with
    every       h between recorded values
    """

    title: str
    patient: Patient
    arms: tuple[Arm, ...]
    endpoints: tuple[Endpoint, ...]
    duration: float
    every: float
    start: dt.datetime | None
    patients: int
    seed: int
    draws: int
    day_to_day: float
    is_randomised: bool
    are_drawn: bool
    record: tuple[str, ...]
    courses: int
    visits: tuple[float, ...]
    intolerance: Intolerance | None
    reported: tuple[Reported, ...]
    name: str
    text: str

    @property
    def design(self) -> Literal["shared", "randomised"]:
        """How patients and arms come together."""
        return "randomised" if self.is_randomised else "shared"

    @property
    def shard_size(self) -> int:
        """Patients of one shard, whole blocks of random numbers."""
        wanted = -(-self.patients // SHARDS)
        blocks = -(-wanted // SMALLEST_SHARD)
        return min(max(blocks * SMALLEST_SHARD, SMALLEST_SHARD), LARGEST_SHARD)

    @property
    def shards_per_draw(self) -> int:
        """Shards that hold all patients once."""
        return -(-self.patients // self.shard_size)

    @property
    def shards(self) -> int:
        """Number of shards."""
        return self.draws * self.shards_per_draw

    def of_shard(self, number: int) -> tuple[int, int, int]:
        """What a shard holds: number of the draw, first patient, number of patients."""
        draw, place = divmod(number, self.shards_per_draw)
        first = place * self.shard_size
        return draw, first, min(self.shard_size, self.patients - first)

    @functools.cached_property
    def recorded(self) -> tuple[str, ...]:
        """Quantities that a run must tell: those kept and those asked about."""
        asked = [e.quantity for e in self.endpoints]
        leaving = [self.intolerance.quantity] if self.intolerance else []
        return tuple(dict.fromkeys((*self.record, *asked, *leaving)))

    def table(self, draw: int = 0) -> dict[str, Parameter]:
        """The parameters of the patients; with several draws, one draw's typical values in their place."""
        table = parameters()
        if self.draws == 1:
            return table
        return {name: replace(p, value=float(self._drawn[name][draw])) for name, p in table.items()}

    @functools.cached_property
    def _drawn(self) -> dict[str, NDArray[np.float64]]:
        """The typical values of all draws, name -> (draws,)."""
        return typical_values(self.draws, self.seed, parameters())

    @property
    def band_stride(self) -> int:
        """Records from one time of a band to the next: every record, or all of a day when there would be too many."""
        records = round(self.duration / self.every)
        if records <= MOST_BAND_TIMES:
            return 1
        per_day = max(1, round(24.0 / self.every))
        return per_day * max(1, -(-records // (per_day * MOST_BAND_TIMES)))
