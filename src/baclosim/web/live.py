"""Curves of a study, quickly: fewer patients than a report, only what is shown, and the newest request first.

Simulations run on threads beside the server's own, a few at a time. What a page asked for before and has since
replaced is dropped before it begins. What is dragged has threads of its own: pages take turns, and whose turn it is
gets the newest that it asked for. Then only the virtual patients are marched, who are drawn and made ready once, in
single precision and on a coarser grid, fewer of them when time is long or many people drag at once; the page says how
many. All of them, and the rest, come when it is let go.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, ClassVar, TypeVar

from ..engine.march import available_cores
from ..engine.stopping import asking
from ..outcome.running import Outcome, run_scenario
from ..patient import Patient, virtual_patients
from ..scenario import Scenario
from ..simulate.kept import Kept
from ..simulate.repeated import Repeated
from ..trajectory import Trajectory
from .study import Study

PATIENTS = 200
DRAWS = 100
WHILE_DRAGGED = (PATIENTS, 96, 48)  # so many of the virtual patients, always the first of them
PATIENT_HOURS = PATIENTS * 24.0 * 31.0  # marched at once while something is dragged, where that is possible
LONGEST_DRAG = 24.0 * 731  # h shown; beyond it curves are drawn when the slider is released
COARSE = 2.0  # h between the points of a curve that is dragged
STILL = 1.0  # s after which a page that has not asked for more is no longer dragged
SHOWN = (
    "plasma", "csf_lumbar", "csf_cervical", "csf_cisternal", "ashworth", "spasm_score", "drowsiness", "strength",
    "withdrawal", "brain_deficit", "cord_deficit", "encephalopathy", "coma", "ventilation", "respiratory_drive",
)  # fmt: skip

T = TypeVar("T")

_groups: Kept[tuple[Patient, int, int], Repeated] = Kept(64)  # about 2 MB each
_canals: Kept[tuple[Patient, int, int], Repeated] = Kept(12)  # up to 30 MB each


@functools.cache
def pool() -> ThreadPoolExecutor:
    """Threads on which curves, plans and cases are computed, one more than there are cores."""
    return ThreadPoolExecutor(available_cores() + 1, thread_name_prefix="simulate")


@functools.cache
def quick() -> ThreadPoolExecutor:
    """Threads on which what is dragged is simulated, one for each core, so that it never waits behind what is long."""
    return ThreadPoolExecutor(available_cores(), thread_name_prefix="drag")


def outcomes(study: Study) -> tuple[Outcome, ...]:
    """Every therapy of a study simulated; raises InputError with every mistake of the study."""
    return tuple(run_scenario(s, shown=SHOWN, draws=DRAWS) for s in study.scenarios(patients=PATIENTS))


@dataclass(frozen=True)
class Preview:
    """Some virtual patients under one therapy, while it is dragged; how uncertain the typical one is comes later."""

    scenario: Scenario
    patients: Trajectory
    uncertainty: None = None


def previews(study: Study, at_once: int = 1) -> tuple[Preview, ...]:
    """Every therapy of a study, quickly, while so many people drag; none when it would take long.

    Raises InputError with every mistake.
    """
    found = study.scenarios(patients=PATIENTS)
    if any(s.duration > LONGEST_DRAG for s in found):
        return ()
    n = while_dragged(sum(s.duration for s in found), at_once)
    return tuple(preview(s, n) for s in found)


def while_dragged(hours: float, at_once: int) -> int:
    """How many patients are marched over so many hours while so many people drag."""
    room = PATIENT_HOURS / hours / max(1.0, at_once / (1.0 + available_cores()))
    return next((n for n in WHILE_DRAGGED if n <= room), WHILE_DRAGGED[-1])


def preview(scenario: Scenario, n: int = PATIENTS) -> Preview:
    """One therapy for the first n virtual patients, quickly."""
    group = repeated(scenario.patient, n, scenario.seed, canal=scenario.therapy.enters_canal)
    course = group.simulate(
        scenario.therapy, scenario.duration, first=n, every=COARSE, step=COARSE / 4.0, before=scenario.before,
        quantities=SHOWN, seed=scenario.seed, precision="single",
    )  # fmt: skip
    return Preview(scenario, course)


def repeated(like: Patient, n: int, seed: int, *, canal: bool) -> Repeated:
    """At least n virtual patients of a study, made ready once for every drag; bodies with a canal weigh more."""
    kept = _canals if canal else _groups
    enough = next((m for m in WHILE_DRAGGED if m > n and (like, m, seed) in kept), n)
    return kept.of((like, enough, seed), lambda: Repeated(virtual_patients(enough, like=like, seed=seed)))


class Stale(Exception):
    """Something newer was asked for meanwhile."""


class Latest:
    """One page's requests of one kind: the newest is computed, those that it overtakes end in `Stale`.

    threads  where they are computed
    """

    dragging: ClassVar[dict[Latest, float]] = {}  # when a page last asked in passing [s], of all visitors

    def __init__(self, threads: Callable[[], Executor] = pool) -> None:
        self._threads = threads
        self._number = 0
        self._settled = 0  # number of the last request that was not made in passing
        self._newest: tuple[int, Callable[[], Any]] = (0, tuple)  # of those made in passing, with its number
        self._begun = 0  # number of the last of them that was begun
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """The result of work on one of the threads; raises Stale, and ends the work, when something newer is asked."""
        self._number += 1
        mine = self._settled = self._number

        def go_on() -> None:
            if mine != self._number:
                raise Stale

        def unless_stale() -> T:
            go_on()
            with asking(go_on):
                return work(*arguments)

        found = await asyncio.get_running_loop().run_in_executor(self._threads(), unless_stale)
        go_on()
        return found

    async def in_passing(self, work: Callable[..., T], *arguments: Any) -> T:
        """The same while something is dragged: what has begun is shown even if the drag goes on, one after the other.

        A page waits for one thread at a time, and when it has one, the newest is computed that was asked for by then.
        Raises Stale for what was overtaken before it began, or by a request that was not made in passing.
        """
        self._number += 1
        mine = self._number
        self._newest = (mine, functools.partial(work, *arguments))
        self._drags()
        async with self._turn:
            if mine != self._number or mine == self._begun:
                raise Stale
            number, found = await asyncio.get_running_loop().run_in_executor(quick(), self._begin)
        if number < self._settled:
            raise Stale
        return found

    def _begin(self) -> tuple[int, Any]:
        """The newest of the requests made in passing, with its number; on a thread for what is dragged."""
        number, work = self._newest
        if number < self._settled:
            raise Stale
        self._begun = number
        return number, work()

    def _drags(self) -> None:
        """Note when this page asked in passing, and forget those that have not asked for long."""
        now = monotonic()
        self.dragging.pop(self, None)
        self.dragging[self] = now
        for page in [page for page, asked in self.dragging.items() if now - asked > STILL]:
            del self.dragging[page]

    def cancel(self) -> None:
        """Forget what is under way; its result is dropped."""
        self._number += 1
        self._settled = self._number
