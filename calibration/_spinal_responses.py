"""What a body predicts for doses into spinal fluid and by mouth: what calibration compares with people."""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY

Array = NDArray[np.float64]

HILL = 1.7  # steepness of effect in concentration, of the same pump patients as reflex.hm-vs-citb-dose.stokic-2006
NOTICED = 0.2  # effect at which a change is first noticed: assumed
VISIBLE = 0.05  # tracer is seen where it reaches this share of the largest concentration: assumed
TIMES = np.concatenate((np.linspace(0.0, 12.0, 721), np.linspace(12.1, 96.0, 840)))


class Responses:
    """What one set of parameters predicts for a unit dose [1 ug or 1 ug/h], by eigenmodes."""

    def __init__(self, values: dict[str, float]) -> None:
        self.system = assemble(WHOLE_BODY, {name: np.array([x]) for name, x in values.items()})
        rates, modes = np.linalg.eig(self.system.A[0])
        self.rates, self.modes, self.inverse = rates, modes, np.linalg.inv(modes)

    def bolus(self, channel: str, output: str, times: Array = TIMES) -> Array:
        """Course after 1 ug at time 0, (t,) ug/mL."""
        return self._course(channel, output, np.exp(np.outer(times, self.rates)))

    def infusion(self, channel: str, output: str, times: Array = TIMES) -> Array:
        """Course under 1 ug/h from time 0, (t,) ug/mL."""
        still = np.abs(self.rates) < 1e-12
        slow = np.where(still, -1.0, self.rates)
        gain = np.where(still, times[:, None], np.expm1(np.outer(times, slow)) / slow)
        return self._course(channel, output, gain)

    def steady(self, channel: str, output: str) -> float:
        """Level at the end of a long infusion of 1 ug/h [ug/mL]."""
        return float(self.infusion(channel, output, np.array([2000.0]))[0])

    def _course(self, channel: str, output: str, factors: Array) -> Array:
        entry = self.inverse @ self.system.B[0][:, self.system.channels.index(channel)]
        seen = self.system.C[0][self.system.outputs.index(output)] @ self.modes
        return ((seen * entry) * factors).sum(axis=1).real


def half_life(drug: Responses) -> float:
    """Of lumbar fluid over the first four hours after a lumbar bolus [h]."""
    times = np.linspace(0.5, 4.0, 15)
    slope = np.polyfit(times, np.log(drug.bolus("lumbar puncture", "csf_lumbar", times)), 1)[0]
    return -log(2.0) / slope


def clearance(drug: Responses, channel: str) -> float:
    """Dose over area, or rate over steady level, in lumbar fluid [mL/h]; the two are one number in a linear body."""
    return 1.0 / drug.steady(channel, "csf_lumbar")


def half_effective(drug: Responses) -> float:
    """Level at the lumbar fast site that halves the H reflex, by 70 ug/day (reflex.hm-vs-citb-dose.stokic-2006)."""
    return 70.0 / 24.0 * drug.steady("catheter", "lumbar_fast")


def effect(concentration: Array | float, half: float) -> Array:
    """Fraction of the largest effect."""
    x = (np.maximum(concentration, 0.0) / half) ** HILL
    return x / (1.0 + x)


def first_time(course: Array, level: float) -> float:
    """When a rising course first reaches a level [h]; the end of the grid if it never does."""
    at = int(np.argmax(course >= level))
    if at == 0:
        return float(TIMES[-1])
    return float(np.interp(level, course[at - 1 : at + 1], TIMES[at - 1 : at + 1]))


def bolus_effect(drug: Responses, site: str, dose: float) -> Array:
    """Course of effect after a lumbar bolus [ug], (t,)."""
    return effect(dose * drug.bolus("lumbar puncture", site), half_effective(drug))


def infusion_effect(drug: Responses, site: str, dose: float) -> Array:
    """Course of effect after the start of a pump [ug/day], (t,)."""
    return effect(dose / 24.0 * drug.infusion("catheter", site), half_effective(drug))


def visible_from(tracer: Responses, region: str) -> float:
    """When a lumbar tracer is first seen in a region of the head [h]."""
    canal = [name for name in tracer.system.outputs if name.startswith("csf_")]
    brightest = np.max([tracer.bolus("lumbar puncture", name) for name in canal], axis=0)
    return first_time(tracer.bolus("lumbar puncture", region) / brightest, VISIBLE)


def oral_steady(drug: Responses, plasma: float) -> float:
    """Lumbar fast site over the half effective level when site and that plasma level [ug/mL] are in balance."""
    return plasma * drug.steady("mouth", "lumbar_fast") / drug.steady("mouth", "plasma") / half_effective(drug)


def oral_single(drug: Responses, plasma: float) -> float:
    """The same, but as means over 1-4 h after one tablet, when the site still lags behind plasma."""
    times = np.linspace(1.0, 4.0, 31)
    per_plasma = drug.bolus("mouth", "lumbar_fast", times).mean() / drug.bolus("mouth", "plasma", times).mean()
    return float(plasma * per_plasma / half_effective(drug))


def arms_to_legs(drug: Responses, site: str, hours: float) -> float:
    """Cervical over lumbar site some hours after a lumbar bolus."""
    at = np.array([hours])
    cervical, lumbar = (drug.bolus("lumbar puncture", f"{part}_{site}", at)[0] for part in ("cervical", "lumbar"))
    return float(cervical / lumbar)


def wanted(reduction: float) -> float:
    """Concentration over the half effective one that gives this effect."""
    return (reduction / (1.0 - reduction)) ** (1.0 / HILL)
