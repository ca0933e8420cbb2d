"""The steps of a regimen as data: what is taken, by which route, when and how long; then what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .amounts import Amount, Mass, MassPerWeight
from .timing import Continuous, Days, Once, Timing

Route = Literal["mouth", "skin", "vein", "intrathecal"]
Food = Literal["", "with food", "without food"]
Basis = Literal["dose", "day"]


@dataclass(frozen=True)
class Intake:
    """One thing that is taken.

    amount   per dose; per day when the timing is Divided or Continuous
    over     h, how long one dose takes to give; 0 is all at once
    area     cm2 of skin covered; None unless the route is skin
    wear     h on the skin; None is until the next application, at most a day
    """

    amount: Amount
    timing: Timing
    route: Route = "mouth"
    days: Days | None = None
    food: Food = ""
    over: float = 0.0
    area: float | None = None
    wear: float | None = None

    @property
    def per_day(self) -> float:
        """Amount on a day of dosing, in the unit of the amount's measure."""
        return self.amount.measure * self.timing.per_day

    @property
    def worn(self) -> float:
        """Hours that one application stays on the skin."""
        return min(self.timing.gap, 24.0) if self.wear is None else self.wear

    @property
    def channel(self) -> str:
        """Where it enters the body, one of doses.CHANNELS."""
        if self.route == "intrathecal":
            return "catheter" if isinstance(self.timing, Continuous) else "lumbar puncture"
        return self.route


@dataclass(frozen=True)
class For:
    """A step that lasts this many hours."""

    hours: float


@dataclass(frozen=True)
class ForDoses:
    """A step that ends when one more dose than this would be due."""

    count: int


@dataclass(frozen=True)
class Until:
    """A step that ends with this day; day 1 is the first 24 hours of the simulation."""

    day: int


Span = For | ForDoses | Until


@dataclass(frozen=True)
class Dosing:
    """The same intakes for a while; `from_day` 1 is the first day."""

    intakes: tuple[Intake, ...]
    span: Span | None = None
    from_day: int | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one dose and no more."""
        return all(isinstance(intake.timing, Once) for intake in self.intakes)


@dataclass(frozen=True)
class Nothing:
    """A pause, or the end when no span is given."""

    span: Span | None = None
    from_day: int | None = None


@dataclass(frozen=True)
class Percent:
    """A change by this percentage of the present amount."""

    percent: float


Change = Mass | MassPerWeight | Percent


@dataclass(frozen=True)
class Ramp:
    """The dosing before it, raised or lowered in even steps.

    upward   whether it rises
    change   of each step
    basis    whether change and target are of one dose or of a whole day
    every    h between steps
    target   where it ends; None is nothing at all
    span     how long the last level is held
    """

    upward: bool
    change: Change
    basis: Basis
    every: float
    target: Mass | MassPerWeight | None
    span: Span | None = None


Step = Dosing | Nothing | Ramp
Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Adherence:
    """Which doses are not taken: a fraction at random, and these by number in order of time, counted from 1."""

    random: float = 0.0
    numbers: tuple[int, ...] = ()


TAKEN_AS_PRESCRIBED = Adherence()
