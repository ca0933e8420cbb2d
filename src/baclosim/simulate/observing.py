"""What is seen at a visit, with the errors of those who look.

A score is read by an examiner: its mean over the last dosing interval, an error of reading anew at each visit, rounded
as the mean of whole numbers is. A sign is seen or not: each patient has one liability for it, drawn once, and shows it
while the model's probability over the last day is above that. So the share of a cohort that ever shows a sign is its
highest probability, not the sum over visits (effects/sedation.py). A sign that a patient shows without any drug is
not counted. One patient alone is the typical one: read exactly, of median liability among those who are free of the
sign without drug.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..effects.bedside import CAREFUL, EXACT, Examiner
from ..patient import Patients
from ..quantities import known
from ..streams import normal, per_patient, uniform
from ..therapy.policies.rules import SCORES

Array = NDArray[np.float64]
DAY = 24.0
TIERS = {f"{tier}_withdrawal": "withdrawal" for tier in ("mild", "moderate", "severe")}
BACKGROUND = {"drowsiness": "drowsiness_placebo"}


def quantity_of(observed: str) -> str:
    """The quantity of a run from which something is observed."""
    return TIERS.get(observed, observed)


@dataclass(frozen=True)
class Observer:
    """Those who look at one group of patients; `window` [h] is the time over which a score is read."""

    group: Patients
    seed: int
    examiner: Examiner
    is_typical: bool
    window: float

    @classmethod
    def of(cls, group: Patients, seed: int, examiner: Examiner | None, differs: bool, window: float) -> Observer:
        """The usual examiner for a cohort, an exact one for the typical patient, unless one is given."""
        is_typical = group.n == 1 or not differs
        usual = EXACT if is_typical else CAREFUL
        return cls(group, seed, examiner or usual, is_typical, window)

    def sees(self, observed: str, visit: int, time: Array, values: Array) -> Array:
        """What is noted at the end of a course: a score, or 1 where a sign is seen; (n,).

        visit         0 before the first dose, then counted from 1
        time, values  (t,) h and (n, t) of the quantity, back to at least a day where there is one
        """
        if observed in SCORES:
            recent = time >= time[-1] - self.window + 1e-9
            recent[-1] = True
            return self._reads(observed, visit, values[:, recent].mean(axis=1))
        highest = values[:, time >= time[-1] - DAY].max(axis=1)
        if observed in TIERS:
            return (highest >= self.group.parameters[observed]).astype(float)
        return self._shows(observed, highest)

    def _reads(self, score: str, visit: int, latent: Array) -> Array:
        z = np.zeros(self.group.n)
        if not self.is_typical and self.examiner.error:
            z = per_patient(self.seed, f"examiner/{score}/{visit}", self.group.first, self.group.n, normal)
        return self.examiner.reads(latent, z, known(score).limits)

    def _shows(self, sign: str, probability: Array) -> Array:
        always = self.group.parameters[BACKGROUND[sign]] if sign in BACKGROUND else np.zeros(self.group.n)
        liability = 0.5 * (always + 1.0)
        if not self.is_typical:
            liability = per_patient(self.seed, f"liability/{sign}", self.group.first, self.group.n, uniform)
        return ((liability < probability) & (liability >= always)).astype(float)
