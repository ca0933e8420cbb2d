"""What comes next for this person: the therapy as it is, and a change of it, over who the person may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..cautions import Caution
from ..errors import InputError, Problem
from ..patient import virtual_patients
from ..quantities import QUANTITIES
from ..simulate.parts import drawn_by
from ..simulate.run import simulate
from ..therapy.doses import Doses
from ..trajectory import Trajectory
from ..units import read
from .individual import Individual
from .recorded import Recorded

VERSIONS = 400  # of the person
LONGEST = 365.0 * 24.0  # h
MAIN = ("plasma", "ashworth", "spasm_score", "drowsiness", "withdrawal")
ABRUPT = Caution(
    "stopping",
    "Baclofen must never be stopped abruptly without supervision: withdrawal can be fatal. The forecast shows what is "
    "feared, it is no advice.",
)


@dataclass(frozen=True)
class Changed:
    """One therapy until a time [h], another from then on."""

    before: Any
    after: Any
    at: float

    def doses(self, until: float, **known: Any) -> Doses:
        """The doses of both, each while it holds."""
        first = cut(self.before.doses(min(until, self.at), **known), self.at)
        if until <= self.at:
            return first
        later = self.after.doses(until - self.at, **known)
        return first + replace(later, time=later.time + self.at)

    @property
    def drawn(self) -> tuple[tuple[float, float], ...]:
        """Times [h] and rates [mL/h] at which spinal fluid is drawn under the first."""
        return drawn_by(self.before)

    def tips(self, until: float) -> tuple[tuple[float, str], ...]:
        """Where the catheter tip lies: it stays where it was, unless the second therapy has one of its own."""
        first = self.before.tips(until) if hasattr(self.before, "tips") else ()
        later = self.after.tips(until - self.at) if hasattr(self.after, "tips") and until > self.at else ()
        return (*first, *((t + self.at, level) for t, level in later))

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader must know about either."""
        return (*self.before.notes, *self.after.notes)

    def __str__(self) -> str:
        return f"{self.before}; from {self.at:g} h on {self.after}"


def cut(doses: Doses, at: float) -> Doses:
    """Doses that begin before a time [h]; what flows then ends there."""
    kept = doses.time < at - 1e-9
    time, duration = doses.time[kept], doses.duration[kept]
    left = np.minimum(duration, at - time)
    share = np.divide(left, duration, out=np.ones_like(left), where=duration > 0.0)
    patient = None if doses.patient is None else doses.patient[kept]
    return Doses(time, doses.channel[kept], doses.amount[kept] * share, left, patient)


@dataclass(frozen=True)
class Forecast:
    """The person's next days.

    now         h, when the data end; changed: when the other therapy begins, or None
    unchanged   course of `VERSIONS` equally likely versions of the person, from hour 0 on
    change      the same under the other therapy, or None
    expected    course of people like this one, known without the data, under the unchanged therapy
    """

    now: float
    changed: float | None
    unchanged: Trajectory
    change: Trajectory | None
    expected: Trajectory
    cautions: tuple[Caution, ...]


def forecast(
    individual: Individual,
    ahead: str | float = "7 days",
    change: Any = None,
    *,
    quantities: Sequence[str] = (),
    versions: int = VERSIONS,
    every: float | None = None,
) -> Forecast:
    """The course of this person from the start of the data to some time after their end.

    ahead       how far beyond the last observation, "7 days" or hours; 0 for the data alone
    change      another therapy, in words or as `simulate` takes it, from when the next dose would be due
    quantities  what to follow beside what was observed; by default levels, tone, drowsiness and withdrawal
    Raises InputError for a time that is not between nothing and a year, and for words that cannot be read.
    """
    person = individual.person
    now, until = person.last, person.last + hours_ahead(ahead)
    therapy, cautions = going_on(person.therapy, now) if until > now else (person.therapy, ())
    asked = {*person.data.quantities, *(quantities or MAIN)}
    followed = tuple(name for name in QUANTITIES if name in asked)
    group, expected = individual.patients(versions), virtual_patients(versions, person.patient, individual.seed)
    run: Any = {"until": until, "every": every or interval(until), "before": person.before, "quantities": followed}
    unchanged, before = simulate(group, therapy, **run), simulate(expected, therapy, **run)
    if change is None:
        return Forecast(now, None, unchanged, None, before, cautions)
    other = parsed(change)
    at = next_due(therapy, now, until, person.before)
    is_next = isinstance(therapy, Changed) and at <= therapy.at
    changed = Changed(therapy.before if is_next else therapy, other, at)
    course = simulate(group, changed, **run)
    told = (*cautions, *course.cautions, *((ABRUPT,) if stops(other) else ()))
    return Forecast(now, at, unchanged, course, before, tuple(dict.fromkeys(told)))


def hours_ahead(given: str | float) -> float:
    """How far ahead [h]."""
    hours = read(given, "time", where="forecast", default_unit="hour")
    if not 0.0 <= hours <= LONGEST:
        raise InputError(Problem("forecast", given, "a time of at most a year, such as '7 days'"))
    return hours


def parsed(change: Any) -> Any:
    """A therapy from words, or as it is."""
    from ..therapy.language import parse

    return parse(change) if isinstance(change, str) else change


def going_on(therapy: Any, now: float) -> tuple[Any, tuple[Caution, ...]]:
    """The therapy beyond the data: words go on by themselves, recorded doses by repeating the last after `now` [h]."""
    if not isinstance(therapy, Recorded):
        return therapy, ()
    says = f"after the data the last dose is repeated: {therapy.repeating}."
    return Changed(therapy, therapy.repeating, therapy.due(now)), (Caution("forecast", says),)


def next_due(therapy: Any, now: float, until: float, before: float) -> float:
    """When the next dose after `now` is due [h]; now where none is, or where drug flows without a break."""
    doses = therapy.doses(until + before, patients=1, seed=0)
    times = doses.time[doses.duration == 0.0] - before
    later = times[times > now + 1e-9]
    return float(later.min()) if len(later) else now


def stops(therapy: Any) -> bool:
    """Whether a therapy gives nothing at all within a day."""
    return len(therapy.doses(24.0, patients=1, seed=0)) == 0


def interval(until: float) -> float:
    """Time between records [h] that suits a length [h]."""
    return 0.5 if until <= 14 * 24.0 else 1.0 if until <= 90 * 24.0 else 6.0
