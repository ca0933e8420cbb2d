"""What one set of parameters at the cord predicts for a cohort: reflex, tone, responders, strength."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from _cord_cohort import Array, Cohort, hill, settled_shift
from baclosim.effects.bedside import response_probability
from baclosim.parameters import parameters

DAY = 24.0
SCREENING = (4.0, 6.0, 8.0)  # h after a bolus at which screening looks (screen.observation.drugscom)
STRENGTH_SPREAD = 0.4  # of the logarithm of the weakness ratio: assumed


@dataclass(frozen=True)
class Cord:
    """What one set of parameters predicts."""

    values: dict[str, float]

    def __getattr__(self, name: str) -> float:
        return self.values[name]

    def reflex_half(self, c: Cohort) -> Array:
        """Half effective concentration for the monosynaptic reflex, (n,) ug/mL."""
        return self.spinal_half_effective * np.exp(self.reflex_spread * c.draws.reflex)

    def tone_half(self, c: Cohort) -> Array:
        """The same for tone, (n,) ug/mL."""
        return self.tone_half_effective * np.exp(self.tone_spread * c.draws.tone)

    def removable(self, c: Cohort) -> Array:
        """Share of excess tone that can be taken away, (n,)."""
        typical = logit(self.values[f"removable_share_{c.origin}"])
        return 1.0 / (1.0 + np.exp(-(typical + self.removable_spread * c.draws.removable)))

    def shift(self, c: Cohort, dose: float, channel: str = "catheter") -> Array:
        """Shift of potency under a long steady dose [ug/day], receptors settled and the slow shift not begun."""
        slow = dose / DAY * c.exposure.steady(channel, "lumbar_slow")
        return settled_shift(slow, self.tone_half(c), self.spinal_slope, parameters()["receptor_loss"].value)

    def residual_reflex(self, c: Cohort, dose: float) -> Array:
        """H/M under a steady pump dose, share of baseline, (n,)."""
        fast = dose / DAY * c.exposure.steady("catheter", "lumbar_fast")
        return 1.0 - hill(fast, self.reflex_half(c) * self.shift(c, dose), self.spinal_slope)

    def bolus_reflex(self, c: Cohort, dose: float, hours: float) -> Array:
        """H/M after a bolus, share of baseline, (n,)."""
        return 1.0 - hill(dose * c.exposure.bolus("lumbar_fast", hours), self.reflex_half(c), self.spinal_slope)

    def bolus_relief(self, c: Cohort, dose: float, hours: float) -> Array:
        """Share of excess tone taken away after a bolus, (n,)."""
        slow = dose * c.exposure.bolus("lumbar_slow", hours)
        return self.removable(c) * hill(slow, self.tone_half(c), self.spinal_slope)

    def oral_relief(self, c: Cohort, dose: float) -> Array:
        """Share of excess tone taken away by a steady dose by mouth [ug/day of racemate], (n,)."""
        slow = dose / DAY * c.exposure.steady("mouth", "lumbar_slow")
        return self.removable(c) * hill(slow, self.tone_half(c) * self.shift(c, dose, "mouth"), self.spinal_slope)

    def arm_relief(self, c: Cohort, dose: float, hours: float) -> Array:
        """The same in the arms after a bolus, (n,)."""
        slow = dose * c.exposure.bolus("cervical_slow", hours)
        return self.removable(c) * hill(slow, self.tone_half(c), self.spinal_slope)

    def responders(self, c: Cohort, dose: float = 100.0, failed: Array | float = 1.0) -> float:
        """Share whose Ashworth or spasm score falls enough at the best reading after the largest test bolus.

        failed  probability that each had failed on tablets, and so came to be tested: (n,), or 1 for everyone
        """
        relief = np.max([self.bolus_relief(c, dose, hours) for hours in SCREENING], axis=0)
        chance = response_probability((c.ashworth - 1.0) * relief, c.spasms * relief)
        return float((chance * failed).sum() / np.broadcast_to(failed, chance.shape).sum())

    def oral_failure(self, c: Cohort, intolerant: float) -> Array:
        """Probability that tablets of 80 mg/day fail, by tolerability or by too little relief, (n,)."""
        relief = self.oral_relief(c, 80e3)
        helped = response_probability((c.ashworth - 1.0) * relief, c.spasms * relief)
        return 1.0 - (1.0 - intolerant) * helped

    def strength(self, c: Cohort, slow: Array, shift: Array | float = 1.0) -> Array:
        """Strength at a concentration at the slow site, (n,)."""
        half = self.reflex_half(c) * self.weakness_ratio * np.exp(STRENGTH_SPREAD * c.draws.strength)
        return 1.0 - hill(slow, half * shift, self.spinal_slope)

    def reported(self, c: Cohort, dose: float) -> float:
        """Share who report weakness on a steady dose by mouth [ug/day of racemate]."""
        slow = dose / DAY * c.exposure.steady("mouth", "lumbar_slow")
        left = self.strength(c, slow, self.shift(c, dose, "mouth"))
        return float((1.0 - left**self.weakness_reporting).mean())

    def oral(self, c: Cohort, plasma: float) -> float:
        """Effect on the stretch reflex at a plasma concentration [ug/mL] in balance with the cord."""
        ratio = c.exposure.steady("mouth", "lumbar_fast") / c.exposure.steady("mouth", "plasma")
        return float(hill(plasma * ratio, self.reflex_half(c), self.spinal_slope).mean())


def logit(share: float) -> float:
    """Log odds."""
    return log(share / (1.0 - share))
