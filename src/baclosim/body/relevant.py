"""The part of a linear system that what is read depends on: the rest need not be solved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .transfers import Body, LinearSystem

Flags = NDArray[np.bool_]


def relevant_states(body: Body, read: Collection[str], channels: Collection[str]) -> Flags:
    """Which states (s,) of a body hold drug given through `channels` and touch an output or state in `read`.

    Urine, for instance, is left out where only concentrations are read. The parameters do not matter, so that the
    states kept are the same for every patient.
    """
    states = (*body.compartments, *(site.name for site in body.sites))
    at = {name: i for i, name in enumerate(states)}
    told = {c.name: c.compartments for c in body.concentrations}
    feeds = [(t.source, t.target) for t in body.transfers]
    feeds += [(source, site.name) for site in body.sites for name in site.inputs for source in told[name]]
    flows = np.zeros((len(states), len(states)), dtype=bool)
    for source, target in feeds:
        flows[at[target], at[source]] = True
    touched = {compartment for name in read for compartment in told.get(name, (name,))}
    entered = {entry.target for entry in body.entries if entry.channel in channels}
    return spread(np.isin(states, list(touched)), flows.T) & spread(np.isin(states, list(entered)), flows)


def spread(begin: Flags, flows: Flags) -> Flags:
    """States (s,) that can be reached from `begin`; flows[i, j] says that j feeds i."""
    reached = begin
    while True:
        further = reached | (flows & reached).any(axis=1)
        if (further == reached).all():
            return reached
        reached = further


def only(system: LinearSystem, kept: Flags) -> LinearSystem:
    """The system of the kept states (s,) alone; outputs that need another one read less.

    Patients stay side by side in memory.
    """
    A, B, C = (matrix.transpose(1, 2, 0) for matrix in (system.A, system.B, system.C))
    states = tuple(np.array(system.states)[kept].tolist())
    return LinearSystem(
        states=states,
        channels=system.channels,
        A=A[kept][:, kept].transpose(2, 0, 1),
        B=B[kept].transpose(2, 0, 1),
        outputs=system.outputs,
        C=C[:, kept].transpose(2, 0, 1),
        compartments=tuple(name for name in system.compartments if name in states),
    )


def entered_by(body: Body, channels: Collection[str]) -> Body:
    """The body with no other way in than these channels."""
    return replace(body, entries=tuple(entry for entry in body.entries if entry.channel in channels))
