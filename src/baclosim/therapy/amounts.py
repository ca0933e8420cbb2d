"""Amounts of one dose: a mass, a mass per body weight, tablets of a strength, a gel of a strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from numpy.typing import NDArray

from ..errors import Problem, TherapyError

Weight = float | NDArray | None
"""Body weight [kg]: one number, one per patient (n,), or not known."""


def tidy(number: float) -> float:
    """Twelve significant digits, so that a number survives being printed in another unit and read again."""
    return float(f"{number:.12g}")


@dataclass(frozen=True)
class Mass:
    """Baclofen by mass [ug]."""

    amount: float
    basis: ClassVar[str] = "mass"

    @property
    def measure(self) -> float:
        """What steps up and down are counted in [ug]."""
        return self.amount

    def scaled(self, factor: float) -> Mass:
        """This amount times a factor."""
        return Mass(tidy(self.amount * factor))

    def ug(self, weight: Weight = None) -> float | NDArray:
        """Baclofen in it [ug]."""
        return self.amount


@dataclass(frozen=True)
class MassPerWeight:
    """Baclofen by body weight [ug/kg]."""

    amount: float
    basis: ClassVar[str] = "mass per body weight"

    @property
    def measure(self) -> float:
        """What steps up and down are counted in [ug/kg]."""
        return self.amount

    def scaled(self, factor: float) -> MassPerWeight:
        """This amount times a factor."""
        return MassPerWeight(tidy(self.amount * factor))

    def ug(self, weight: Weight = None) -> float | NDArray:
        """Baclofen in it [ug], scalar or (n,); raises TherapyError when no weight is known."""
        if weight is None:
            raise TherapyError(Problem("weight", None, "a body weight, because the dose is per kg"))
        return self.amount * weight


@dataclass(frozen=True)
class Tablets:
    """A number of tablets of one strength [ug]."""

    count: float
    strength: float
    basis: ClassVar[str] = "mass"

    @property
    def measure(self) -> float:
        """What steps up and down are counted in [ug]."""
        return tidy(self.count * self.strength)

    def scaled(self, factor: float) -> Tablets:
        """This amount times a factor, in tablets of the same strength."""
        return Tablets(tidy(self.count * factor), self.strength)

    def ug(self, weight: Weight = None) -> float | NDArray:
        """Baclofen in them [ug]."""
        return self.measure


@dataclass(frozen=True)
class Gel:
    """A mass of gel [g] with a mass fraction of baclofen."""

    grams: float
    strength: float
    basis: ClassVar[str] = "mass"

    @property
    def measure(self) -> float:
        """What steps up and down are counted in [ug of baclofen]."""
        return tidy(self.grams * 1e6 * self.strength)

    def scaled(self, factor: float) -> Gel:
        """This amount times a factor, of the same gel."""
        return Gel(tidy(self.grams * factor), self.strength)

    def ug(self, weight: Weight = None) -> float | NDArray:
        """Baclofen in it [ug]."""
        return self.measure


Amount = Mass | MassPerWeight | Tablets | Gel
