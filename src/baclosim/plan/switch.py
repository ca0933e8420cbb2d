"""A treatment that ends, and whatever follows at any hour after its end: another route, a rescue, a restart.

The treatment so far is simulated once for a group; every way to go on resumes from its end. Time 0 of what is returned
is the end: when the pump's flow stopped, or when the last tablet was taken.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.march import Present
from ..leaning import model_of
from ..patient import Patients
from ..simulate.parts import body_for, doses_of, effects_for
from ..simulate.prepared import Prepared
from ..simulate.run import simulate
from ..therapy.alongside import Alongside
from ..therapy.doses import Doses, told_apart
from ..therapy.language import parse
from ..therapy.removal import Removal, rates
from ..trajectory import Trajectory
from .treatment import DAY, Course, Stage, Treatment

PAUSE = 0.5
"""Hours after the end at which the group is held, ready to go on: nothing may follow sooner."""
BUILD_UP, STEP = 0.5, 0.25  # h, step of the effects during the treatment, and afterwards


After = tuple[tuple[float, str], ...]
"""Hours after the end of a treatment, above PAUSE, and what begins then, in the dosing language."""


@dataclass(frozen=True)
class Switched:
    """A treatment up to its end, then whatever comes `after`.

    removed  spinal fluid drawn, at hours after the end
    canal    whether the body has a spinal canal even when nothing is given into it
    poisoned whether fluid may be drawn from the canal
    beside   other drugs, taken all the time
    """

    treatment: Treatment
    after: After = ()
    removed: tuple[Removal, ...] = ()
    canal: bool = True
    poisoned: bool = False
    beside: tuple[Alongside, ...] = ()
    notes: tuple[Any, ...] = ()

    @property
    def ended(self) -> float:
        """When the treatment ends [h of the run]."""
        return self.treatment.simulated - (0.0 if self.treatment.is_pump else overnight(self.treatment))

    @property
    def drawn(self) -> tuple[tuple[float, float], ...]:
        """Times [h] and rates [mL/h] at which spinal fluid is drawn."""
        moved = (replace(one, at=one.at + self.ended) for one in self.removed)
        return rates(moved) or (((0.0, 0.0),) if self.poisoned else ())

    def doses(self, until: float, patients: int = 1, seed: int = 0, **known: Any) -> Doses:
        """Every dose up to `until` [h]; doses of nothing keep the body the same whatever follows."""
        treated = Course(self.treatment, (Stage(0, (0.0,) * len(self.treatment.doses)),))
        given = treated.doses(min(until, self.treatment.simulated)) + Doses.of("clump", -1.0, 0.0)
        if self.canal:
            given = given + Doses.of("catheter", -1.0, 0.0, 1.0)
        for other in self.beside:
            given = given + Doses.of(other.drug.name, -1.0, 0.0)
            given = together(given, other.doses(until, patients, seed, **known), patients)
        for at, words in self.after:
            start = self.ended + at
            if until >= start:
                later = regimen(words).doses(until - start, patients, seed, **known)
                given = together(given, replace(later, time=later.time + start), patients)
        return given

    def __str__(self) -> str:
        return f"{self.treatment.says}, then {'; '.join(words for _, words in self.after) or 'nothing'}"


def together(one: Doses, other: Doses, patients: int) -> Doses:
    """Both lists; listed patient by patient when either is."""
    if one.patient is None and other.patient is None:
        return one + other
    return told_apart(one, patients) + told_apart(other, patients)


def overnight(treatment: Treatment) -> float:
    """Hours from the last tablet of a day to the first of the next."""
    return DAY - max(slot.hour for slot in treatment.slots)


def route_of(treatment: Treatment) -> str:
    """ "intrathecal" by pump, else "mouth"."""
    return "intrathecal" if treatment.is_pump else "mouth"


@functools.lru_cache(maxsize=256)
def regimen(words: str) -> Any:
    """What words prescribe; parsed once."""
    return parse(words)


@dataclass(frozen=True, eq=False)
class Held:
    """A group at some moment after the end of its treatment, ready to go on; `therapy` is that treatment.

    prepared  the body assembled, for all that follows without drawing fluid
    """

    group: Patients
    therapy: Switched
    present: Present
    prepared: Prepared

    @property
    def treatment(self) -> Treatment:
        """What has ended."""
        return self.therapy.treatment

    def __getitem__(self, which: slice) -> Held:
        """Some of the patients."""
        now = self.present
        some = Present(now.time, now.amounts[which], now.effects[which], now.rates[which])
        return replace(self.of(self.group[which]), present=some)

    def of(self, group: Patients) -> Held:
        """The same moment for a group that differs only in what is to come, such as dialysis."""
        return replace(self, group=group, prepared=prepared_for(group, self.therapy))


def prepared_for(group: Patients, therapy: Switched) -> Prepared:
    """A group in the body that holds this treatment and whatever may follow it."""
    body = body_for(therapy.doses(0.0), draws=bool(therapy.drawn))
    return Prepared.of(group, body, therapy, therapy.ended)


def held(
    group: Patients, treatment: Treatment, *, canal: bool = True, poisoned: bool = False,
    beside: tuple[Alongside, ...] = (),
) -> Held:  # fmt: skip
    """The group just after the end of its treatment so far; the rest as `Switched` has it, for later courses."""
    therapy = Switched(treatment, canal=canal, poisoned=poisoned, beside=beside)
    end = therapy.ended + PAUSE
    course = simulate(group, therapy, end, every=end, step=BUILD_UP, quantities=("withdrawal",))
    return Held(group, therapy, course.final, prepared_for(group, therapy))


def gone_on(
    now: Held,
    after: After,
    until: float,
    quantities: Sequence[str],
    *,
    every: float = 1.0,
    step: float = STEP,
    removed: tuple[Removal, ...] = (),
) -> Trajectory:
    """The group from its held state on, recorded every so many hours; times are hours after the treatment's end."""
    therapy = replace(now.therapy, after=after, removed=removed)
    end = therapy.ended + until
    prepared = Prepared.of(now.group, now.prepared.body, therapy, end) if removed else now.prepared
    doses = doses_of(therapy, end, now.group, 0)
    marched = prepared.march(doses, now.present, end, quantities, every=every, step=step)
    return Trajectory(marched.time - therapy.ended, marched.values, str(therapy), final=marched.final)


def leaned_on(now: Held, after: After, quantities: Sequence[str]) -> tuple[str, ...]:
    """Names of the parameters that these quantities depend on when so much follows the treatment."""
    therapy = replace(now.therapy, after=after)
    doses = doses_of(therapy, therapy.ended + DAY, now.group, 0)
    given = doses.amount > 0.0
    real = Doses(doses.time[given], doses.channel[given], doses.amount[given], doses.duration[given])  # none of nothing
    model = model_of(now.group, real, body_for(doses), effects_for(quantities))
    known = now.group.parameters.keys()
    return now.group.behind(name for name in model.behind(*quantities) if name in known)


def later(now: Held, hours: float) -> Held:
    """The group so many hours after the end of its treatment, nothing given meanwhile."""
    course = gone_on(now, (), hours, ("withdrawal",), every=hours - PAUSE, step=BUILD_UP)
    return replace(now, present=course.final)


def average(course: Trajectory, quantity: str, hours: float = DAY) -> NDArray[np.float64]:
    """Mean of a quantity over the last `hours` of a course, (n,)."""
    return course[quantity][:, course.time > course.time[-1] - hours + 1e-9].mean(axis=1)
