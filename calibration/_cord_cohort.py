"""A cohort whose cords are compared with trials: drug at the cord of each patient, and what the drug does there.

The bodies are virtual patients of the calibrated body; the pharmacodynamic draws are fixed points of a Sobol
sequence, so that every prediction is a smooth function of the parameters and the same in every run.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.parameters import parameters
from baclosim.patient import Patient, Patients, virtual_patients

Array = NDArray[np.float64]

HELD = 0.9  # effect that titration ends at; maintained stretch reflexes were about 90 % suppressed (Sorensen 2004)
SETTLED = 2000.0  # h, of a constant infusion
BETWEEN = 1024  # patients in a cohort


class Exposure:
    """Concentration at the cord sites of each patient per microgram given, by eigenmodes."""

    def __init__(self, patients: Patients) -> None:
        self.system = assemble(WHOLE_BODY, patients.parameters)
        self.rates, self.modes = np.linalg.eig(self.system.A)
        self.inverse = np.linalg.inv(self.modes)
        self.bolus, self.steady = functools.cache(self.bolus), functools.cache(self.steady)

    def bolus(self, output: str, hours: float) -> Array:
        """After 1 ug by lumbar puncture, (n,) ug/mL."""
        return self._after("lumbar puncture", output, np.exp(self.rates * hours))

    def steady(self, channel: str, output: str) -> Array:
        """Under 1 ug/h for long, (n,) ug/mL."""
        still = np.abs(self.rates) < 1e-12
        slow = np.where(still, -1.0, self.rates)
        return self._after(channel, output, np.where(still, SETTLED, np.expm1(slow * SETTLED) / slow))

    def _after(self, channel: str, output: str, factors: Array) -> Array:
        entry = self.inverse @ self.system.B[:, :, [self.system.channels.index(channel)]]
        seen = self.system.C[:, [self.system.outputs.index(output)], :] @ self.modes
        return (seen[:, 0, :] * factors * entry[:, :, 0]).sum(axis=1).real


@dataclass(frozen=True)
class Draws:
    """Standard normal scores of each patient, (n,) each: what differs between cords."""

    reflex: Array
    tone: Array
    removable: Array
    strength: Array
    ashworth: Array
    spasms: Array
    hm_ratio: Array

    @classmethod
    def of(cls, n: int) -> Draws:
        """Fixed points, evenly spread; n a power of 2."""
        points = qmc.Sobol(7, scramble=False).random(n) + 0.5 / n
        return cls(*ndtri(points).T)

    @classmethod
    def typical(cls) -> Draws:
        """The typical patient alone."""
        return cls(*np.zeros((7, 1)))


class Cohort:
    """Patients of one condition: exposure, draws, and baseline scores as the parameter files hold them."""

    def __init__(self, condition: str, n: int = BETWEEN) -> None:
        like = Patient(condition=condition)
        self.origin = like.covariates.origin
        self.draws = Draws.of(n) if n > 1 else Draws.typical()
        self.exposure = Exposure(virtual_patients(n, like) if n > 1 else Patients.of(like))
        self.ashworth = self.baseline("ashworth", self.draws.ashworth)
        self.spasms = self.baseline("spasms", self.draws.spasms)

    def baseline(self, score: str, z: Array) -> Array:
        """A score before treatment, (n,)."""
        p = parameters()[f"baseline_{score}_{self.origin}"]
        return np.clip(p.value + p.spread * z, *p.within)


def hill(concentration: Array | float, half: Array | float, slope: float) -> Array:
    """Effect, 0 to 1, as in the model."""
    x = (np.maximum(concentration, 0.0) / half) ** slope
    return x / (1.0 + x)


def settled_shift(concentration: Array, half: Array, slope: float, loss: float) -> Array:
    """Shift of potency once receptors have settled under a steady concentration that acts on tone, (n,)."""
    shift = np.ones_like(concentration)
    for _ in range(25):
        shift = 1.0 / (1.0 - loss * hill(concentration, half * shift, slope))
    return shift
