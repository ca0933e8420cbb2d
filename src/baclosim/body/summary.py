"""What papers print about a drug in blood, exactly, from the parameters of the two-compartment body.

All arguments are internal units (mL, mL/h, h, ug), floats or arrays that broadcast; all results likewise.
The first-order oral two-compartment solution is textbook (Gibaldi and Perrier, Pharmacokinetics, 1982).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = float | NDArray[np.float64]


@dataclass(frozen=True)
class Blood:
    """Kinetics of blood for one or many patients; every field broadcasts against the others.

    central_volume, peripheral_volume [mL]; exchange, renal_clearance, nonrenal_clearance [mL/h];
    absorption_rate [1/h]; absorption_lag [h]; bioavailability [fraction]
    """

    central_volume: Any
    peripheral_volume: Any
    exchange: Any
    renal_clearance: Any
    nonrenal_clearance: Any
    absorption_rate: Any = 1.0
    absorption_lag: Any = 0.0
    bioavailability: Any = 1.0

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> Blood:
        """The fields picked out of a patient's parameters."""
        return cls(**{name: parameters[name] for name in cls.__dataclass_fields__})

    @property
    def clearance(self) -> Any:
        """Systemic clearance [mL/h]."""
        return self.renal_clearance + self.nonrenal_clearance

    @property
    def apparent_clearance(self) -> Any:
        """CL/F of a swallowed dose [mL/h]."""
        return self.clearance / self.bioavailability

    @property
    def steady_state_volume(self) -> Any:
        """Vss [mL]."""
        return self.central_volume + self.peripheral_volume

    @property
    def rates(self) -> tuple[Any, Any]:
        """The rate constants alpha and beta of the two phases [1/h], the faster first."""
        leave = self.clearance / self.central_volume
        out, back = self.exchange / self.central_volume, self.exchange / self.peripheral_volume
        total = leave + out + back
        alpha = 0.5 * (total + np.sqrt(total**2 - 4.0 * leave * back))
        return alpha, leave * back / alpha

    @property
    def half_life(self) -> Any:
        """Terminal half-life [h]."""
        return np.log(2.0) / self.rates[1]

    @property
    def terminal_volume(self) -> Any:
        """Varea = CL / beta [mL], what a one-compartment analysis calls the volume of distribution."""
        return self.clearance / self.rates[1]

    @property
    def fraction_unchanged(self) -> Any:
        """Share of a swallowed dose that ends in urine unchanged."""
        return self.bioavailability * self.renal_clearance / self.clearance

    @property
    def fraction_metabolised(self) -> Any:
        """Share of a swallowed dose that ends as metabolites."""
        return self.bioavailability * self.nonrenal_clearance / self.clearance

    def after_tablet(self, time: Numbers) -> Any:
        """Plasma concentration [ug/mL] per ug swallowed, at a time [h] since the dose."""
        since = np.maximum(np.asarray(time) - self.absorption_lag, 0.0)
        return sum(weight * np.exp(-rate * since) for weight, rate in self._oral_phases)

    def after_injection(self, time: Numbers) -> Any:
        """Plasma concentration [ug/mL] per ug injected into a vein, at a time [h] since the dose."""
        alpha, beta = self.rates
        back = self.exchange / self.peripheral_volume
        fast = (alpha - back) * np.exp(-alpha * np.asarray(time))
        slow = (back - beta) * np.exp(-beta * np.asarray(time))
        return (fast + slow) / (self.central_volume * (alpha - beta))

    @property
    def _oral_phases(self) -> tuple[tuple[Any, Any], ...]:
        """Weights [1/mL] and rate constants [1/h] of the three exponentials after a tablet."""
        alpha, beta = self.rates
        gut = _apart(self.absorption_rate, alpha, beta)
        back = self.exchange / self.peripheral_volume
        scale = self.bioavailability * gut / self.central_volume
        return (
            (scale * (back - alpha) / ((gut - alpha) * (beta - alpha)), alpha),
            (scale * (back - beta) / ((gut - beta) * (alpha - beta)), beta),
            (scale * (back - gut) / ((alpha - gut) * (beta - gut)), gut),
        )

    @property
    def time_of_peak(self) -> Any:
        """Time of the plasma peak of one tablet [h]; the curve has one, found by halving its slope's bracket."""
        phases = self._oral_phases
        low = np.zeros(np.broadcast_shapes(*(np.shape(weight) for weight, _ in phases)))
        high = low + LATEST_PEAK
        for _ in range(60):
            middle = 0.5 * (low + high)
            rising = sum(weight * rate * np.exp(-rate * middle) for weight, rate in phases) < 0.0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        return 0.5 * (low + high) + self.absorption_lag

    @property
    def peak(self) -> Any:
        """Plasma peak of one tablet [ug/mL] per ug swallowed."""
        return self.after_tablet(self.time_of_peak)


LATEST_PEAK = 48.0  # h


def _apart(rate: Any, *others: Any) -> Any:
    """A rate moved by a millionth where it equals another, so that the partial fractions exist."""
    for other in others:
        rate = np.where(np.abs(rate - other) < 1e-7 * other, other * (1.0 + 1e-6), rate)
    return rate
