"""Curves of a study, quickly: fewer patients than a report, only what is shown, and the newest request first.

Simulations run on threads beside the server's own, a few at a time. What a page asked for before and has since
replaced is dropped before it begins.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from ..engine.march import available_cores
from ..outcome.running import Outcome, run_scenario
from .study import Study

PATIENTS = 200
DRAWS = 100
LONGEST_DRAG = 24.0 * 62  # h; beyond it curves are drawn when the slider is released
SHOWN = (
    "plasma", "csf_lumbar", "csf_cervical", "csf_cisternal", "ashworth", "spasm_score", "drowsiness", "strength",
    "withdrawal", "brain_deficit", "cord_deficit", "encephalopathy", "coma", "ventilation", "respiratory_drive",
)  # fmt: skip

T = TypeVar("T")


@functools.cache
def pool() -> ThreadPoolExecutor:
    """Threads on which everything is simulated, one more than there are cores."""
    return ThreadPoolExecutor(available_cores() + 1, thread_name_prefix="simulate")


def outcomes(study: Study, *, quick: bool = False) -> tuple[Outcome, ...]:
    """Every therapy of a study simulated; `quick` leaves out how uncertain the typical patient is.

    Raises InputError with every mistake of the study.
    """
    draws = 2 if quick else DRAWS
    return tuple(run_scenario(s, shown=SHOWN, draws=draws) for s in study.scenarios(patients=PATIENTS))


class Stale(Exception):
    """Something newer was asked for meanwhile."""


class Latest:
    """One page's requests of one kind: the newest is computed, those that it overtakes end in `Stale`."""

    def __init__(self) -> None:
        self._number = 0

    async def run(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """The result of work on a thread of the pool; raises Stale as soon as something newer was asked for."""
        self._number += 1
        mine = self._number

        def unless_stale() -> T:
            if mine != self._number:
                raise Stale
            return work(*arguments, **named)

        found = await asyncio.get_running_loop().run_in_executor(pool(), unless_stale)
        if mine != self._number:
            raise Stale
        return found

    def cancel(self) -> None:
        """Forget what is under way; its result is dropped."""
        self._number += 1
