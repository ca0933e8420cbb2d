"""One group simulated again and again while its therapy changes a little, as when a dose is dragged on a page.

What a change leaves as it was is kept: the body, arranged for the lanes, and where a past of months has left the group.
The past is known by the doses themselves, so that nothing kept can be that of another therapy.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..body.transfers import Body
from ..engine.inputs import EARLY
from ..patient import Patients
from ..therapy.doses import CHANNELS, Doses
from ..trajectory import Trajectory
from .checking import whole_steps
from .kept import Kept
from .parts import LAGGED, body_for, charcoal_by, doses_of, drawn_by, effects_for, guided_by, routes_of, trajectory
from .prepared import Prepared
from .run import simulate

if TYPE_CHECKING:
    from ..engine.kernel import Precision
    from ..engine.march import Present

BODIES, PASTS = 2, 8  # kept of one group


@dataclass(frozen=True, eq=False)
class Repeated:
    """A group and what is kept of its earlier runs."""

    group: Patients
    bodies: Kept[tuple[Any, ...], Prepared] = field(default_factory=lambda: Kept(BODIES), repr=False)
    pasts: Kept[tuple[Any, ...], Present] = field(default_factory=lambda: Kept(PASTS), repr=False)

    def simulate(
        self,
        therapy: Any,
        until: float,
        *,
        quantities: tuple[str, ...],
        every: float,
        step: float,
        before: float = 0.0,
        seed: int = 0,
        precision: Precision = "double",
        first: int | None = None,
    ) -> Trajectory:
        """The same as `simulate` in one thread, to the last bit, of the `first` so many patients; times in h.

        A therapy that is decided on at visits, or that is asked for its serotonin, is simulated from the beginning.
        """
        n = self.group.n if first is None else min(first, self.group.n)
        group = self.group if n == self.group.n else self.group[:n]
        run = {"every": every, "step": step, "precision": precision}
        if guided_by(therapy) or _with_serotonin(quantities):
            return simulate(group, therapy, until, quantities=quantities, before=before, seed=seed, threads=1, **run)
        doses = doses_of(therapy, until + before, group, seed)
        doses = replace(doses, time=doses.time - before)
        body = body_for(doses, draws=bool(drawn_by(therapy)), charcoal=bool(charcoal_by(therapy)))
        routes, mark = routes_of(doses), _mark(body, therapy, until)
        ready = self.bodies.of(mark, lambda: Prepared.of(self.group, body, therapy, until)).first(n)
        present = None
        if before > 0.0:
            past, doses = parted(doses, group)
            known = (*mark, n, _digest(past), before, step, precision)
            present = self.pasts.of(known, lambda: _settled(ready, past, before, step, precision))
        marched = ready.march(doses, present, until, quantities, record_start=True, threads=1, **run)
        return trajectory(
            group, therapy, routes, body, effects_for(quantities), marched, marched.final, behind=ready.behind
        )


def _with_serotonin(quantities: tuple[str, ...]) -> bool:
    return effects_for(quantities) is not effects_for(())


def _mark(body: Body, therapy: Any, until: float) -> tuple[Any, ...]:
    """What tells one body of a group from another: its parts, and what a therapy changes of it at which times."""
    tips = tuple(therapy.tips(until)) if hasattr(therapy, "tips") else ()
    sites = tuple(site.name for site in body.sites)
    return (body.compartments, body.channels, sites, tips, drawn_by(therapy), charcoal_by(therapy))


def _settled(ready: Prepared, past: Doses, before: float, step: float, precision: Precision) -> Present:
    """Where so many hours of a past leave the group at hour 0."""
    return ready.march(
        past, None, 0.0, (), start=-before, every=whole_steps(before, step), step=step, threads=1, precision=precision
    ).final


def parted(doses: Doses, group: Patients) -> tuple[Doses, Doses]:
    """The doses that act by hour 0 in somebody, and those that act after it in somebody; some are both."""
    lag = group.parameters["absorption_lag"]
    lagged = np.isin(doses.channel, [CHANNELS.index(name) for name in LAGGED])
    begins = doses.time + np.where(lagged, lag.min(), 0.0)
    ends = doses.time + doses.duration + np.where(lagged, lag.max(), 0.0)
    return _those(doses, begins <= EARLY), _those(doses, ends > -EARLY)


def _those(doses: Doses, which: NDArray[np.bool_]) -> Doses:
    whose = None if doses.patient is None else doses.patient[which]
    return Doses(doses.time[which], doses.channel[which], doses.amount[which], doses.duration[which], whose)


def _digest(doses: Doses) -> bytes:
    """A few bytes that stand for a list of doses."""
    found = hashlib.blake2b(digest_size=16)
    for column in (doses.time, doses.channel, doses.amount, doses.duration, doses.patient):
        found.update(b"" if column is None else np.ascontiguousarray(column).data)
    return found.digest()
