"""The patients of a piece of a cohort and their courses under an arm, the same however the cohort is cut.

Doses are worked out for patients in the order of their numbers. Then each patient gets the smallest body that holds
that patient's own doses, so that an overdose of one does not change the body of the next.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..engine.kernel import LANES, Precision
from ..errors import NumericalError
from ..patient import Patients, population, virtual_patients
from ..simulate import doses_of, simulate
from ..simulate.decisions import Decisions
from ..streams import per_patient
from ..therapy.doses import CHANNELS, Doses, told_apart
from ..therapy.timing import DAY
from .digest import Digest, Digester
from .study import Arm, Study

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Dosed:
    """A therapy of which the doses are known already."""

    therapy: Any
    given: Doses

    def doses(self, until: float, **_: Any) -> Doses:
        """What was worked out before."""
        return self.given

    @property
    def notes(self) -> tuple[Caution, ...]:
        """What a reader must know about the therapy."""
        return self.therapy.notes

    @property
    def drawn(self) -> tuple[tuple[float, float], ...]:
        """Spinal fluid that is drawn."""
        return self.therapy.drawn

    def tips(self, until: float) -> tuple[tuple[float, str], ...]:
        """Where the catheter tip lies."""
        return self.therapy.tips(until)

    def __str__(self) -> str:
        return str(self.therapy)


PRECISION: Precision = "single"
"""Of the effects of cohorts: off by 1e-5 where a sketch is off by 1e-3, and a third cheaper; the body stays exact."""


def people(study: Study, draw: int, first: int, n: int) -> Patients:
    """Patients from `first` on, n and as many as fill the lanes: a block is never half empty.

    A draw changes what is typical, not who they are.
    """
    make = population if study.are_drawn else virtual_patients
    whole = -(-n // LANES) * LANES
    return make(whole, like=study.patient, seed=study.seed, first=first, table=study.table(draw))


@dataclass(frozen=True)
class Followed:
    """What became of some patients: records at times (t,) [h], what is kept of them, and what policies decided."""

    time: Array
    kept: Digest
    decisions: tuple[Decisions, ...]


def followed(study: Study, arm: Arm, group: Patients, chosen: Indices, threads: int | None) -> Followed:
    """What becomes of the chosen patients (rising indices into the group) under an arm.

    Raises NumericalError naming the arm and the patients among whom a result is not finite.
    """
    with_courses = group.first + int(chosen[0]) < study.courses
    run = functools.partial(
        simulate, until=study.duration, every=study.every, before=arm.before, quantities=study.recorded,
        seed=study.seed, threads=threads, precision=PRECISION, resumable=False,
        digest=functools.partial(Digester.of, study, with_courses),
    )  # fmt: skip
    try:
        if arm.therapy.guided:
            courses, places = [run(group, arm.therapy)], chosen
        else:
            doses = varied(doses_of(arm.therapy, study.duration + arm.before, group, study.seed), study, arm, group)
            groups = list(by_body(doses, group.n, chosen))
            filled = [np.resize(members, -(-len(members) // LANES) * LANES) for members in groups]
            courses = [run(some(group, full), Dosed(arm.therapy, own_doses(doses, full))) for full in filled]
            places = in_order(groups, [len(full) for full in filled], chosen)
    except NumericalError as error:
        last = group.first + group.n - 1
        raise NumericalError(f"arm {arm.name!r}, among patients {group.first} to {last}: {error}") from error
    kept = Digest.joined([digest for course in courses for digest in course.digests]).taken(places)
    decisions = tuple(replace(each, level=each.level[chosen]) for each in courses[0].decisions)
    return Followed(courses[0].time, kept, decisions)


def some(group: Patients, members: Indices) -> Patients:
    """These members of a group, which may be all of it."""
    return group if np.array_equal(members, np.arange(group.n)) else group.taken(members)


def in_order(groups: list[Indices], sizes: list[int], chosen: Indices) -> Indices:
    """Where each of the chosen patients stands when groups of them, each filled up to its size, follow each other."""
    found = np.empty(len(chosen), dtype=np.int64)
    for members, size, end in zip(groups, sizes, np.cumsum(sizes), strict=True):
        found[np.searchsorted(chosen, members)] = np.arange(end - size, end - size + len(members))
    return found


def varied(doses: Doses, study: Study, arm: Arm, group: Patients) -> Doses:
    """The doses with what is absorbed by mouth varied from day to day, each patient's days alike for all arms."""
    if study.day_to_day == 0.0:
        return doses
    days = int(np.ceil((study.duration + arm.before) / DAY)) + 1
    sd = np.sqrt(np.log1p(study.day_to_day**2))
    z = per_patient(study.seed, "day to day", group.first, group.n, lambda g, size: g.standard_normal((size, days)))
    own = told_apart(doses, group.n)
    assert own.patient is not None
    factor = np.exp(sd * z - 0.5 * sd**2)[own.patient, np.floor(own.time / DAY).astype(np.int64)]
    by_mouth = np.isin(own.channel, [CHANNELS.index("mouth"), CHANNELS.index("clump")])
    return replace(own, amount=np.where(by_mouth, own.amount * factor, own.amount))


def by_body(doses: Doses, n: int, chosen: Indices) -> Iterator[Indices]:
    """The chosen patients in groups that get drug by the same channels, each group in order."""
    if doses.patient is None:
        yield chosen
        return
    used = np.zeros((n, len(CHANNELS)), dtype=bool)
    used[doses.patient, doses.channel] = True
    kinds = used[chosen]
    for kind in np.unique(kinds, axis=0):
        yield chosen[(kinds == kind).all(axis=1)]


def own_doses(doses: Doses, members: Indices) -> Doses:
    """The doses of some patients, who are numbered anew in the order given."""
    if doses.patient is None:
        return doses
    order = np.argsort(doses.patient, kind="stable")
    bounds = np.searchsorted(doses.patient[order], np.stack((members, members + 1)))
    rows = [order[start:stop] for start, stop in bounds.T]
    listed = np.concatenate(rows)
    number = np.repeat(np.arange(len(members)), [len(row) for row in rows])
    return Doses(
        doses.time[listed], doses.channel[listed], doses.amount[listed], doses.duration[listed], number
    )  # fmt: skip
