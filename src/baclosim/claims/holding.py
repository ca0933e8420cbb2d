"""A cohort on pumps whose dose is raised at each visit so that its effect stays that of the first day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..simulate import simulate
from ..therapy.doses import CHANNELS, Doses
from .clinic import Array, Clinic

VISIT = 2190.0  # h between visits, three months
FIRST_DOSE = 200.0  # ug/day
MOMENT = 1e-3  # h between the doses of two visits: a run that goes on holds what begins at its start to be past


@dataclass(frozen=True)
class Given:
    """Doses ready made, as a therapy."""

    list: Doses
    words: str
    notes: tuple[Any, ...] = ()

    def doses(self, until: float, **_: Any) -> Doses:
        """The doses up to `until` [h]."""
        early, own = self.list.time <= until, self.list
        patient = None if own.patient is None else own.patient[early]
        return Doses(own.time[early], own.channel[early], own.amount[early], own.duration[early], patient)

    def __str__(self) -> str:
        return self.words


def held(clinic: Clinic, visits: int, n: int | None = None) -> tuple[Array, NDArray[np.bool_]]:
    """Daily dose at the start and at each visit (n, visits + 1) [ug/day], and whose tolerance rises on, (n,).

    n as for `Clinic.patients`; a cohort when left out.
    """
    group = clinic.patients(clinic.n if n is None else n)
    doses, shift, present = [np.full(group.n, FIRST_DOSE)], np.ones(group.n), None
    rising = np.zeros(group.n, dtype=bool)
    for visit in range(visits):
        course = simulate(
            group,
            between_visits(visit, doses[-1]),
            (visit + 1) * VISIT,
            every=VISIT,
            step=3.0,
            quantities=("potency_shift", "escalating"),
            resume=present,
        )
        present, now = course.final, course["potency_shift"][:, -1]
        rising = course["escalating"][:, -1] > 0.5
        doses.append(doses[-1] * now / shift)
        shift = now
    return np.stack(doses, axis=1), rising


def between_visits(visit: int, dose: Array) -> Given:
    """Each patient's own daily dose (n,) [ug/day] from one visit to the next."""
    n = len(dose)
    start, length = visit * VISIT + MOMENT, VISIT - 2.0 * MOMENT
    channel = np.full(n, CHANNELS.index("catheter"))
    given = Doses(np.full(n, start), channel, dose * length / 24.0, np.full(n, length), np.arange(n))
    return Given(given, f"doses of visit {visit}")
