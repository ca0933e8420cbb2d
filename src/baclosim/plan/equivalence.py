"""Doses of equal effect by mouth and into the spinal canal, patient by patient.

The effect of each daily dose is simulated from the state in which the present treatment has left the patients, so that
tolerance is the same on both sides. On logit and log scales an effect is nearly a straight line in the dose: between
the doses tried it is interpolated there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..patient import Covariates, Patients
from .switch import Held, average, gone_on, held, leaned_on
from .treatment import DAY, Treatment

Array = NDArray[np.float64]

HIGHEST_BY_MOUTH, PER_KG = 80e3, 2e3
"""ug/day, the labelled maximum (label.dose_range.us), and ug/kg/day in children (paediatric.covariates.he-2014)."""
LEAST_BY_MOUTH = 5e3
INTO_CANAL = (5.0, 20.0, 80.0, 300.0, 900.0, 2000.0)
SETTLED = 6.0 * DAY
"""Hours after which levels no longer change and tolerance has hardly begun to."""
START, STEP = 1.0, 1.0
"""Hours after the end of the treatment at which another begins; step of the effects."""
PLACES: Mapping[str, str] = {"cord": "polysynaptic_effect", "brain": "brain_inhibition"}
FELT = ("ashworth", "drowsiness")
LEAST = 1e-9


def highest_by_mouth(person: Covariates) -> float:
    """The highest oral dose that any plan names for a person like this [ug/day], in whole tablets of 5 mg."""
    own = PER_KG * person.weight if person.is_child else HIGHEST_BY_MOUTH
    return max(5e3 * (min(own, HIGHEST_BY_MOUTH) // 5e3), 2.0 * LEAST_BY_MOUTH)


def in_milligrams(dose: float) -> str:
    """An oral dose [ug/day] in mg/day."""
    return f"{dose / 1000.0:g} mg/day"


@dataclass(frozen=True)
class Answer:
    """Effect of each daily dose by one route, mean of a day: `effects` place -> (n, k) for `doses` (k,) [ug/day]."""

    doses: Array
    effects: Mapping[str, Array]

    def at(self, dose: float | Array, name: str) -> Array:
        """What a dose, one for all or each patient's own (n,), does to each patient, (n,); kept within those tried.

        name  a place of PLACES, or one of FELT
        """
        log, rows = np.log(self.doses), self.effects[name]
        asked = np.broadcast_to(np.log(dose), len(rows)).tolist()
        straight = _logit(rows) if name in PLACES else rows
        found = np.array([np.interp(x, log, row) for x, row in zip(asked, straight, strict=True)])
        return _expit(found) if name in PLACES else found

    def reaching(self, effect: Array, place: str) -> Array:
        """The dose [ug/day] with which each patient has this effect (n,); beyond the doses tried, on the same line."""
        log, wanted = np.log(self.doses), _logit(effect)
        rows = zip(_logit(self.effects[place]), wanted.tolist(), strict=True)
        return np.exp([_crossing(row, log, level) for row, level in rows])


def words_for(route: str, dose: float, times: int = 4) -> str:
    """A daily dose [ug/day] in the dosing language."""
    if route == "intrathecal":
        return f"{dose:g} ug/day intrathecally"
    return f"{dose / 1000.0:g} mg/day by mouth in {times} doses"


def answers(now: Held, route: str, doses: Sequence[float], times: int = 4) -> Answer:
    """What each daily dose by a route does to a group after the end of its treatment."""
    found: dict[str, list[Array]] = {name: [] for name in (*PLACES, *FELT)}
    for dose in doses:
        after = ((START, words_for(route, dose, times)),)
        course = gone_on(now, after, SETTLED, (*PLACES.values(), *FELT), step=STEP)
        for name in found:
            found[name].append(average(course, PLACES.get(name, name)))
    return Answer(np.array(doses), {name: np.stack(columns, axis=1) for name, columns in found.items()})


def _crossing(row: Array, log: Array, level: float) -> float:
    """Where a rising line through the points (log, row) meets a level; straight on beyond its ends."""
    i = int(np.clip(np.searchsorted(row, level), 1, len(row) - 1))
    slope = (row[i] - row[i - 1]) / (log[i] - log[i - 1])
    return float(log[i - 1] + (level - row[i - 1]) / max(slope, LEAST))


def _logit(share: Array) -> Array:
    kept = np.clip(share, LEAST, 1.0 - LEAST)
    return np.log(kept / (1.0 - kept))


def _expit(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


@dataclass(frozen=True)
class Exchange:
    """One group on its treatment, and what each daily dose by either route does to it."""

    held: Held
    pump: Answer
    tablets: Answer

    @property
    def treatment(self) -> Treatment:
        """What they are on."""
        return self.held.treatment

    @property
    def highest(self) -> float:
        """The highest oral dose that is named to them [ug/day]."""
        return highest_by_mouth(self.held.group.like.covariates)

    @property
    def now(self) -> Answer:
        """What the present route does."""
        return self.pump if self.treatment.is_pump else self.tablets

    @property
    def other(self) -> Answer:
        """What the other route does."""
        return self.tablets if self.treatment.is_pump else self.pump

    @property
    def rests(self) -> tuple[str, ...]:
        """Names of the parameters behind it."""
        both = tuple((START, words_for(route, 1e4)) for route in ("intrathecal", "mouth"))
        return leaned_on(self.held, both, (*PLACES.values(), *FELT))

    def equal(self) -> Array:
        """The dose by the other route with the same mean effect on the cord [ug/day], (n,)."""
        return self.other.reaching(self.now.at(self.treatment.daily, "cord"), "cord")

    def kept(self, dose: float | Array, place: str) -> Array:
        """What a dose by the other route [ug/day] gives of the present effect at a place, as a ratio, (n,)."""
        return self.other.at(dose, place) / self.now.at(self.treatment.daily, place)


def exchange(group: Patients, treatment: Treatment) -> Exchange:
    """What each daily dose by either route does to a group that has been treated so."""
    now, own = held(group, treatment), (treatment.daily,)
    is_pump = treatment.is_pump
    times, highest = 4 if is_pump else len(treatment.slots), highest_by_mouth(group.like.covariates)
    return Exchange(
        now,
        answers(now, "intrathecal", _tried(INTO_CANAL, own if is_pump else ())),
        answers(now, "mouth", _tried((LEAST_BY_MOUTH, highest / 4.0, highest), () if is_pump else own), times),
    )


def _tried(grid: Sequence[float], own: Sequence[float]) -> tuple[float, ...]:
    """The doses of a grid and the present one, in order."""
    return tuple(sorted({*grid, *own}))
