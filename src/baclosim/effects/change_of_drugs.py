"""What the doses of a run settle about serotonin syndrome: the load before the last change of drugs, and after it.

A change is a serotonergic drug that is started, started again, or taken in a larger dose than ever before; changes
less than a day apart are one. Whoever falls ill was well on what came before the last of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d

from ..drugs.companions import COMPANIONS, Companion
from ..therapy.doses import CHANNELS, Doses
from .syndrome_course import HOLDING, joined_load, made_ill

Array = NDArray[np.float64]

TOGETHER = 24.0  # h: most cases begin within a day of a change, so changes closer than that cannot be told apart
GRACE = 24.0  # h before a change in which a dose still counts as going on
GONE = 5.0  # half-lives without, after which the next dose is a new start
EVERY = 1.0  # h, between the times at which the load is looked at
CLEARLY = 1.05  # times the largest dose before: more is a larger dose


def loads_about(doses: Doses, until: float, values: Mapping[str, Array]) -> dict[str, Array]:
    """Each patient's `tolerated_load` and `toxic_load`, (n,), under these doses up to `until` [h].

    values  parameters of the patients, (n,) each. Empty without a drug that raises serotonin.
    """
    taken = dict(serotonergic(doses))
    if not taken:
        return {}
    change = last_change(taken)
    time = np.arange(0.0, until + EVERY, EVERY)
    levels = {"reuptake_load": np.zeros(len(time)), "breakdown_load": np.zeros(len(time))}
    for drug, (when, amount) in taken.items():
        for load in levels.keys() & set(drug.loads):
            levels[load] += drug.levels(when, amount, time)
    kinds, which = np.unique(np.stack([values[name] for name in HOLDING], axis=1), axis=0, return_inverse=True)
    p: dict[str, Array] = dict(zip(HOLDING, kinds.T[:, :, None], strict=True))
    load = joined_load(levels["reuptake_load"], levels["breakdown_load"], p)
    earlier = load[:, time <= change].max(axis=1, initial=0.0) if change > 0.0 else np.zeros(len(kinds))
    lasting = minimum_filter1d(load[:, time >= change], size=1 + interval(taken, change), axis=1, mode="nearest")
    return {"tolerated_load": earlier[which], "toxic_load": made_ill(earlier, lasting.max(axis=1))[which]}


def serotonergic(doses: Doses) -> Iterator[tuple[Companion, tuple[Array, Array]]]:
    """Each drug that holds what clears serotonin, with the times [h] and amounts [loads] of its doses, in order."""
    first = doses.patient is None or doses.patient == 0
    for channel in np.unique(doses.channel):
        drug = COMPANIONS.get(CHANNELS[channel])
        if drug is not None and drug.is_serotonergic:
            own = np.flatnonzero((doses.channel == channel) & first)
            own = own[np.argsort(doses.time[own], kind="stable")]
            yield drug, (doses.time[own], doses.amount[own])


def last_change(taken: Mapping[Companion, tuple[Array, Array]]) -> float:
    """When the last change began [h]."""
    changes = np.sort(np.concatenate([changes_of(drug, *own) for drug, own in taken.items()]))
    return float(changes[np.append(0, np.flatnonzero(np.diff(changes) >= TOGETHER) + 1)[-1]])


def interval(taken: Mapping[Companion, tuple[Array, Array]], change: float) -> int:
    """Longest usual time between doses that go on after a change [h], a day at most; 0 where each is taken once.

    A load that swings between doses is meant to stay at the low end of its swing.
    """
    between = [np.median(np.diff(when[when >= change - GRACE])) for when, _ in taken.values() if _goes_on(when, change)]
    return round(min(max(between, default=0.0), TOGETHER) / EVERY)


def _goes_on(when: Array, change: float) -> bool:
    return (when >= change - GRACE).sum() > 1


def changes_of(drug: Companion, when: Array, amount: Array) -> Array:
    """When a drug was started, started again, or raised [h]."""
    most = np.maximum.accumulate(amount)
    raised = np.append(True, amount[1:] > CLEARLY * most[:-1])
    halving = max(drug.half_life, drug.metabolite_half_life)
    anew = np.append(True, np.diff(when) > GONE * halving)
    return when[raised | anew]
