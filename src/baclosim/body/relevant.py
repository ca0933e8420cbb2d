"""The part of a linear system that what is read depends on: the rest need not be solved."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from .transfers import LinearSystem

Flags = NDArray[np.bool_]


def relevant_states(systems: Iterable[LinearSystem], read: Collection[str], channels: Collection[str]) -> Flags:
    """Which states (s,) hold drug given through `channels` and touch an output in `read`, under any of the systems.

    Urine, for instance, is left out where only concentrations are read.
    """
    found: Flags | None = None
    for system in systems:
        flows = (system.A != 0.0).any(axis=0)
        rows = [system.outputs.index(name) for name in read if name in system.outputs]
        begins = [system.channels.index(name) for name in channels]
        seen = (system.C[:, rows] != 0.0).any(axis=(0, 1)) | np.isin(system.states, list(read))
        holds = (system.B[:, :, begins] != 0.0).any(axis=(0, 2))
        both = spread(seen, flows.T) & spread(holds, flows)
        found = both if found is None else found | both
    if found is None:
        raise ValueError("no system was given")
    return found


def spread(begin: Flags, flows: Flags) -> Flags:
    """States (s,) that can be reached from `begin`; flows[i, j] says that j feeds i."""
    reached = begin
    while True:
        further = reached | (flows & reached).any(axis=1)
        if (further == reached).all():
            return reached
        reached = further


def only(system: LinearSystem, kept: Flags) -> LinearSystem:
    """The system of the kept states (s,) alone; outputs that need another one read less."""
    states = tuple(np.array(system.states)[kept].tolist())
    return LinearSystem(
        states=states,
        channels=system.channels,
        A=system.A[:, kept][:, :, kept],
        B=system.B[:, kept],
        outputs=system.outputs,
        C=system.C[:, :, kept],
        compartments=tuple(name for name in system.compartments if name in states),
    )
