"""Do the data fit people like this one at all? Prior predictive checks, before and apart from the estimate.

Virtual patients with these covariates are given the same therapy and observed with the same scatter. How far each
datum, and all of them together, lie from what was seen in them is a distance with a p-value (Evans and Moshonov,
Bayesian Analysis 2006;1:893). A small one says that the dose, the unit, the time or the patient may be another than
written down, or that the model does not hold for this person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..parameters import parameters
from ..patient.spread import deviates, varying
from ..streams import stream
from .kinds import PENN
from .likelihood import readings
from .observations import Data, Observation
from .optimum import Target
from .posterior import Posterior

Array = NDArray[np.float64]

VIRTUAL = 2000
UNLIKELY = 0.02  # p-value of all data together, or of one datum after correction for their number, that is told
FAR = 2.5  # SDs between patients from which an estimate is told
RIDGE = 0.02  # of each variance, added so that many data need no more virtual patients than there are


@dataclass(frozen=True)
class Conflict:
    """How the data compare with virtual patients before any estimate.

    low, median, high  (m,) what 90 % of the virtual patients would have shown, on the latent scale, scatter included
    distance           (m,) of each datum from their median, in robust SDs; with its sign
    positive           (m,) share of them whose reading is above 0: of a symptom, who would have said yes
    p                  (m,) two-sided p-value of each datum
    overall            p-value of all data together, by their Mahalanobis distance
    """

    low: Array
    median: Array
    high: Array
    distance: Array
    positive: Array
    p: Array
    overall: float


def conflict_of(target: Target, n: int = VIRTUAL, seed: int = 0) -> Conflict:
    """Compare the data of one person with n virtual patients like that person."""
    data = target.data
    free = deviates(varying(parameters()), n, seed, first=50_000_000)
    z = np.stack([free[name] for name in target.names], axis=1) if target.names else np.zeros((n, 0))
    generator = stream(seed, "individualise/prior", 0)
    z = np.concatenate((z, generator.standard_normal((n, target.size - z.shape[1]))), axis=1)
    z = target.mean + target.sd * z
    others = {name: values for name, values in free.items() if name not in target.names}
    values = target.latent(z, others)
    seen = readings(data, values, generator.standard_normal(values.shape))
    low, median, high = np.quantile(seen, (0.05, 0.5, 0.95), axis=0)
    spread = np.maximum((high - low) / (2.0 * 1.645), 1e-12)
    return Conflict(
        low=low,
        median=median,
        high=high,
        distance=middle_of(data, median, spread),
        positive=(seen > 0.0).mean(axis=0),
        p=p_values(data, seen),
        overall=overall_p(target.person.observations, seen),
    )


def middle_of(data: Data, median: Array, spread: Array) -> Array:
    """Signed distance (m,) from the median to the nearest point of each datum's interval, in SDs."""
    nearest = np.clip(median, data.low, data.high)
    return (nearest - median) / spread


def p_values(data: Data, seen: Array) -> Array:
    """Two-sided p-values (m,): twice the smaller share of virtual readings beyond the datum, its own interval half."""
    below = (seen < data.low).mean(axis=0)
    above = (seen > data.high).mean(axis=0)
    inside = 1.0 - below - above
    return np.minimum(1.0, 2.0 * np.minimum(below + 0.5 * inside, above + 0.5 * inside) + 1.0 / len(seen))


def coded(observations: tuple[Observation, ...], readings: Array) -> Array:
    """Readings (n, m) as they would have been written down beside these observations, as numbers."""
    columns = [code(o, readings[:, i]) for i, o in enumerate(observations)]
    return np.stack(columns, axis=1)


def code(observation: Observation, reading: Array) -> Array:
    """Readings (n,) of one observation: rounded scores, steps of a count, yes as 1, levels cut at their limit."""
    o = observation
    if o.kind.scale == "score":
        return np.clip(np.floor(reading + 0.5), *o.kind.limits)
    if o.kind.scale == "count":
        return np.searchsorted([edge for *_, edge in PENN], reading, side="right").astype(float)
    if o.kind.scale == "yes or no":
        return (reading > 0.0).astype(float)
    if o.below is not None:
        return np.maximum(reading, o.below)
    return reading if o.above is None else np.minimum(reading, o.above)


def own_code(observation: Observation) -> float:
    """The same of the observation itself: of any reading within its interval."""
    low, high = observation.interval
    inside = high - 1e-9 if np.isinf(low) else low + 1e-9 if np.isinf(high) else 0.5 * (low + high)
    return float(code(observation, np.array([inside]))[0])


def overall_p(observations: tuple[Observation, ...], seen: Array) -> float:
    """Share of virtual patients whose data lie farther from the rest than the person's own."""
    virtual = coded(observations, seen)
    own = np.array([own_code(o) for o in observations])
    centre, spread = virtual.mean(axis=0), virtual.std(axis=0)
    kept = spread > 1e-9 * (1.0 + np.abs(centre))
    if (np.abs(own - centre)[~kept] > 1e-6).any():  # something that no virtual patient showed
        return 1.0 / (len(seen) + 1)
    scaled = (virtual[:, kept] - centre[kept]) / spread[kept]
    correlation = scaled.T @ scaled / len(scaled) + RIDGE * np.eye(int(kept.sum()))
    inverse = np.linalg.inv(correlation)
    mine = (own[kept] - centre[kept]) / spread[kept]
    farther = np.einsum("ni,ij,nj->n", scaled, inverse, scaled) >= mine @ inverse @ mine
    return float((farther.sum() + 1) / (len(scaled) + 1))


def cautions_of(found: Conflict, observations: tuple[Observation, ...], draws: Posterior) -> Iterator[Caution]:
    """What the reader must know about how data, model and estimate agree."""
    if found.overall < UNLIKELY:
        says = (
            f"Fewer than 1 in {round(1 / max(found.overall, 1e-3))} people like this one would give such data. Check "
            "doses, times and units; else this person lies outside what the model describes."
        )
        yield Caution("data against the model", says)
    for i in np.flatnonzero(found.p * len(found.p) < UNLIKELY):
        o = observations[i]
        where = f"row {o.row}" if o.row else f"at {o.time:g} h"
        says = f"lies {abs(found.distance[i]):.1f} SD {'above' if found.distance[i] > 0 else 'below'} what is expected"
        slip = slip_of_unit(o, float(found.low[i]), float(found.high[i]))
        yield Caution(f"{o.kind.name}, {where}", f"{says} of people like this one.{slip}")
    for name, z in zip(draws.target.names, draws.mean, strict=False):
        if abs(z) > FAR:
            side = "above" if z > 0 else "below"
            says = f"estimated {abs(z):.1f} SD {side} the typical: outside the people whom the evidence describes."
            yield Caution(name.replace("_", " "), says)


def slip_of_unit(observation: Observation, low: float, high: float) -> str:
    """A hint where a level is usual, within low and high [ug/mL], in a unit a thousand times larger or smaller."""
    if observation.kind.scale != "level" or observation.value is None:
        return ""
    if low <= 1000.0 * observation.value <= high:
        return " A thousand times as much would be usual: is the unit right?"
    return " A thousandth would be usual: is the unit right?" if low <= observation.value / 1000.0 <= high else ""
