"""Runs of adaptation under treatment, stop and restart: what calibration of withdrawal compares with people.

A run gives what cord and brain miss, before the lag with which the nervous system answers. The lag is a linear filter
and the gain a factor, so both are tried afterwards without running again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from baclosim.body.transfers import assemble
from baclosim.body.whole import BLOOD_BODY, WHOLE_BODY
from baclosim.effects.adaptation import ADAPTATION
from baclosim.effects.receptor import RECEPTOR
from baclosim.effects.tolerance import TOLERANCE
from baclosim.effects.whole import SITES
from baclosim.engine.inputs import prepare
from baclosim.engine.march import march
from baclosim.engine.network import Network
from baclosim.patient import Patients

Array = NDArray[np.float64]
Chosen = NDArray[np.bool_]

DAY, YEAR = 24.0, 8760.0  # h
STEP = 0.5  # h
SEEN_BEFORE = 240.0  # h before the stop that a run keeps, so that the lag settles
NETWORK = Network((RECEPTOR, TOLERANCE, ADAPTATION), SITES)
RECORD = ("cord_adaptation", "polysynaptic_effect", "brain_adaptation", "brain_inhibition")


@dataclass(frozen=True)
class Doses:
    """Doses about the stop at time 0: impulses [ug] by mouth, elsewhere rates [ug/h] that hold until the next row."""

    channel: str
    time: Array
    amount: Array

    def then(self, more: Doses) -> Doses:
        """These and later ones of the same kind."""
        return replace(self, time=np.append(self.time, more.time), amount=np.append(self.amount, more.amount))


def tablets(start: float, stop: float, daily: float, per_day: int = 3) -> Doses:
    """`daily` mg in equal doses at equal intervals, the last one at `stop` [h]."""
    interval = DAY / per_day
    time = stop - np.arange(np.floor((stop - start) / interval) + 1.0)[::-1] * interval
    return Doses("mouth", time, np.full(len(time), daily * 1000.0 / per_day))


def even_taper(start: float, daily: float, weeks: float, per_day: int = 3) -> Doses:
    """`daily` mg until time 0, then a little less each day, to nothing after `weeks`."""
    time = np.arange(DAY / per_day, weeks * 7.0 * DAY, DAY / per_day)
    share = 1.0 - np.ceil(time / DAY) / (weeks * 7.0 + 1.0)
    return tablets(start, 0.0, daily, per_day).then(Doses("mouth", time, share * daily * 1000.0 / per_day))


def pump(start: float, daily: float, restart: float | None = None) -> Doses:
    """`daily` ug from the catheter until time 0, and again from `restart` [h] on."""
    stopped = Doses("catheter", np.array([start, 0.0]), np.array([daily / DAY, 0.0]))
    again = Doses("catheter", np.array([restart]), np.array([daily / DAY])) if restart is not None else None
    return stopped.then(again) if again else stopped


def across_placenta(start: float, plasma: float, clearance: float) -> Doses:
    """A level in plasma [ug/mL] held by the mother until birth at time 0; the child's own clearance [mL/h]."""
    return Doses("vein", np.array([start, 0.0]), np.array([plasma * clearance, 0.0]))


@dataclass(frozen=True)
class Run:
    """What n patients miss from `SEEN_BEFORE` before the stop on.

    time         (t,) h since the last dose or since the pump stopped
    cord, brain  (n, t) adaptation less effect, before the lag
    """

    time: Array
    cord: Array
    brain: Array

    def felt(self, place: str, rate: float, recovery: float) -> Array:
        """What is felt of the shortfall of one place, (n, t); rates [1/h] of the nervous system's answer and recovery.

        As effects/adaptation.py has it: lagged with its sign, cut at zero, then followed up and, otherwise, down.
        """
        missed = self.cord if place == "cord" else self.brain
        short = np.maximum(followed(missed, rate, missed[:, :1]), 0.0)
        up, down = -np.expm1(-rate * STEP), -np.expm1(-recovery * STEP)
        found, now = np.empty_like(short), short[:, 0]
        for i, target in enumerate(short.T):
            gap = target - now
            now = now + np.where(gap > 0.0, up, down) * gap
            found[:, i] = now
        return found


def followed(course: Array, rate: float, start: Array) -> Array:
    """A course as it is followed at a rate [1/h], (..., t), from its value `start` (..., 1)."""
    kept = np.exp(-rate * STEP)
    return lfilter([1.0 - kept], [1.0, -kept], course, axis=-1, zi=start * kept)[0]


def run(group: Patients, doses: Doses, until: float) -> Run:
    """March the group under these doses until `until` h after the stop."""
    body = WHOLE_BODY if doses.channel == "catheter" else BLOOD_BODY
    lasts = np.zeros(len(doses.time))
    if doses.channel != "mouth":
        lasts = np.diff(np.append(doses.time, until + DAY))
    inputs = prepare(
        doses.time,
        np.full(len(doses.time), doses.channel),
        doses.amount if doses.channel == "mouth" else doses.amount * lasts,
        lasts,
        channels=body.channels,
        lag={"mouth": group.parameters["absorption_lag"]},
        patients=group.n,
    )
    start = float(np.floor(doses.time[0]))
    marched = march(
        [(start, assemble(body, group.parameters))], inputs, NETWORK, group.parameters,
        start=start, until=until, step=STEP, every=STEP, record=RECORD, threads=1,
    )  # fmt: skip
    keep = marched.time >= -SEEN_BEFORE
    expected_cord, cord, expected_brain, brain = (marched.values[name][:, keep] for name in RECORD)
    return Run(marched.time[keep], expected_cord - cord, expected_brain - brain)


@dataclass(frozen=True)
class Felt:
    """Shortfalls (n, t) per unit of gain, and the gains (q,): every patient is tried with every gain."""

    time: Array
    cord: Array
    brain: Array
    both: Array
    gains: Array

    def peak(self, place: str) -> Array:
        """Highest deficit after the stop, (n, q)."""
        highest = getattr(self, place)[:, self.time >= 0.0].max(axis=1)
        return 1.0 - np.exp(-highest[:, None] * self.gains)

    def share(self, place: str, tier: float) -> float:
        """Share of people whose deficit reaches a tier."""
        return float((self.peak(place) >= tier).mean())

    def onset(self, place: str, tier: float) -> Array:
        """When it first reaches the tier [h after the stop], (n, q); infinite where never."""
        after = self.time >= 0.0
        rising = np.maximum.accumulate(getattr(self, place)[:, after], axis=1)
        times = np.append(self.time[after], np.inf)
        return np.stack([times[np.searchsorted(row, self._needed(tier))] for row in rising])

    def worst(self, place: str) -> Array:
        """When it is worst [h after the stop], (n, q)."""
        after = self.time >= 0.0
        when = self.time[after][getattr(self, place)[:, after].argmax(axis=1)]
        return np.repeat(when[:, None], len(self.gains), axis=1)

    def relief(self, place: str, tier: float, since: float) -> Array:
        """How long after a restart at `since` h the deficit stays at the tier or above [h], (n, q)."""
        after = self.time >= since
        falling = np.maximum.accumulate(getattr(self, place)[:, after][:, ::-1], axis=1)
        left = np.append(self.time[after][::-1] - since, 0.0)
        return np.stack([left[np.searchsorted(row, self._needed(tier))] for row in falling])

    def damage(self, tier: float, rate: float, some: slice) -> Array:
        """Peak of muscle breakdown, (n, q), of some patients; it follows what exceeds the tier at a rate [1/h]."""
        course = 1.0 - np.exp(-self.both[some, None, :] * self.gains[:, None])
        excess = np.maximum(course - tier, 0.0)
        return followed(excess, rate, np.zeros((*excess.shape[:2], 1))).max(axis=-1)

    def _needed(self, tier: float) -> Array:
        return -np.log1p(-tier) / self.gains


def quantile(values: Array, among: Chosen, share: float) -> float:
    """Quantile of the finite values among the chosen; 1000 when there are none, so that a fit turns away."""
    chosen = values[among & np.isfinite(values)]
    return float(np.quantile(chosen, share)) if len(chosen) else 1000.0


def within(values: Array, among: Chosen, low: float, high: float) -> float:
    """Share of the chosen whose value lies in an interval."""
    return float(((values > low) & (values <= high) & among).sum() / max(among.sum(), 1))
