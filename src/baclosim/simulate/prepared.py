"""A group whose body is assembled once, for many courses that go on from one state: a closed loop, a plan's ways."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..body.transfers import Body, LinearSystem, assemble
from .parts import effects_for, inputs_for, parameters_behind, stretches_for

if TYPE_CHECKING:
    from ..engine.basis import Basis
    from ..engine.kernel import Precision
    from ..engine.march import Lanes, Marched, Present
    from ..patient import Patients
    from ..therapy.doses import Doses


@dataclass(frozen=True, eq=False)
class Prepared:
    """A group in one body: its systems from time to time of the run, their coordinates, arranged for the lanes."""

    group: Patients
    body: Body
    stretches: tuple[tuple[float, LinearSystem], ...]
    bases: tuple[Basis, ...]
    lanes: Lanes = field(default_factory=dict, repr=False)
    parts: dict[int, Prepared] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, group: Patients, body: Body, therapy: Any, until: float) -> Prepared:
        """The group in this body up to `until` [h]; the therapy tells where a tip lies and when fluid is drawn."""
        from ..engine.basis import basis

        stretches = tuple((time, assemble(body, known)) for time, known in stretches_for(group, therapy, until))
        return cls(group, body, stretches, tuple(basis(system.A) for _, system in stretches))

    def first(self, n: int) -> Prepared:
        """The first n of the group, who share all that is arranged already where they fill their lanes."""
        from ..engine.kernel import LANES

        if n >= self.group.n:
            return self
        if n not in self.parts:
            stretches = tuple((time, system.first(n)) for time, system in self.stretches)
            bases, lanes = tuple(b.first(n) for b in self.bases), {} if n % LANES else self.lanes
            self.parts[n] = Prepared(self.group[:n], self.body, stretches, bases, lanes)
        return self.parts[n]

    @functools.cached_property
    def behind(self) -> tuple[str, ...]:
        """The parameters that a run rests on, serotonin left out."""
        return parameters_behind(self.group, self.body, effects_for(()))

    def march(
        self,
        doses: Doses,
        resume: Present | None,
        until: float,
        quantities: Sequence[str],
        *,
        every: float,
        step: float,
        start: float = 0.0,
        record_start: bool = False,
        begun: bool = True,
        threads: int | None = None,
        precision: Precision = "double",
    ) -> Marched:
        """March the group on from a state, or from nothing at `start`, to `until` [h], recording every so many hours.

        doses         all that still act, in hours of the run
        record_start  whether the first record is at the very beginning
        begun         whether doses at the very instant of resuming have been given before
        """
        from ..engine.march import march

        inputs = inputs_for(doses, self.body, self.group, shift=0.0)
        return march(
            self.stretches, inputs, effects_for(quantities), self.group.parameters,
            start=resume.time if resume else start, until=until, step=step, every=every, record=tuple(quantities),
            resume=resume, record_start=record_start, begun=begun, bases=self.bases, lanes=self.lanes,
            threads=threads, precision=precision,
        )  # fmt: skip
