"""A cohort on pumps for four years: the dose that keeps the effect of the first day, and the dose that a policy gives.

The first is what tolerance asks for, known exactly; the second is what people do who see a score at visits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..simulate import simulate
from ..simulate.decisions import Decisions
from ..therapy.doses import CHANNELS, Doses
from .clinic import Array, Clinic, adult

VISIT = 2190.0  # h between visits, three months
FIRST_DOSE = 200.0  # ug/day
POLICY = (
    "100 ug/day intrathecally, raise by 15 % every 4 weeks if ashworth above 2, lower by 10 % if ashworth below 1.5, "
    "at most 3000 ug/day"
)
YEARS = 4.0
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
            step=2.0,
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


def by_policy(clinic: Clinic) -> tuple[Decisions, Array]:
    """Four years of visits by POLICY, and each patient's true Ashworth score at their end, (n,)."""
    group = clinic.patients(clinic.n, adult(condition="spinal cord injury"))
    course = simulate(
        group, POLICY, YEARS * 365.25 * 24.0, every="28 days", step="2 h", quantities=("ashworth",), seed=clinic.seed
    )
    return course.decisions[0], course["ashworth"][:, -1]
