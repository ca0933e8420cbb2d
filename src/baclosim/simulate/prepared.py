"""A group whose body is assembled once, for many courses that go on from one state: a closed loop, a plan's ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..body.transfers import Body, assemble
from .run import effects_for, inputs_for, stretches_for

if TYPE_CHECKING:
    from ..engine.basis import Basis
    from ..engine.march import Marched, Present, System
    from ..patient import Patients
    from ..therapy.doses import Doses


@dataclass(frozen=True, eq=False)
class Prepared:
    """A group in one body: its systems from time to time of the run, and their coordinates."""

    group: Patients
    body: Body
    stretches: tuple[tuple[float, System], ...]
    bases: tuple[Basis, ...]

    @classmethod
    def of(cls, group: Patients, body: Body, therapy: Any, until: float) -> Prepared:
        """The group in this body up to `until` [h]; the therapy tells where a tip lies and when fluid is drawn."""
        from ..engine.basis import basis

        stretches = tuple((time, assemble(body, known)) for time, known in stretches_for(group, therapy, until))
        return cls(group, body, stretches, tuple(basis(system.A) for _, system in stretches))

    def march(
        self,
        doses: Doses,
        resume: Present,
        until: float,
        quantities: Sequence[str],
        *,
        every: float,
        step: float,
        begun: bool = True,
        threads: int | None = None,
    ) -> Marched:
        """March the group on from a state to `until` [h], recording every so many hours.

        doses  all that still act, in hours of the run
        begun  whether doses at the very instant of resuming have been given before
        """
        from ..engine.march import march

        inputs = inputs_for(doses, self.body, self.group, shift=0.0)
        return march(
            self.stretches, inputs, effects_for(quantities), self.group.parameters, start=resume.time, until=until,
            step=step, every=every, record=tuple(quantities), resume=resume, begun=begun, bases=self.bases,
            threads=threads,
        )  # fmt: skip
