"""Marches many patients through time: stretches of constant body, blocks of lanes, threads.

The body may change at given times (a kidney that fails, a dialysis session, a catheter tip that moves): each stretch
between changes has its own linear system, and the amounts are carried over. pieces.py cuts a run into equal steps.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import NumericalError
from .basis import Basis, basis
from .block import Blocks, in_blocks, in_line
from .inputs import EARLY, Inputs, skip
from .kernel import LANES, REAL, Precision, kernel
from .network import Network
from .pieces import Piece, pieces_at, pieces_on_grid, record_times
from .stopping import asked
from .sweeping import is_finite

Array = NDArray[np.float64]
Lanes = dict[tuple[Any, ...], Any]
"""What is arranged of some bodies for the lanes, block by block (see `march`)."""
Digest = Callable[[Array], Callable[[Array], Any]]
"""Given the times (t,) [h] of the records, what makes something smaller of the records (q, t, lanes) of a block."""

AT_ONCE = 16  # blocks arranged together, at most: what Python does for them is then a hundredth
LONGEST = 48_000  # steps of blocks marched in one go: 20 to 100 ms
ROOM = 1 << 24  # bytes of their records, at most, where there are more blocks than one


class System(Protocol):
    """What the march needs to know of a body: dx/dt = A x + B u, reported quantities C x (see body/transfers.py)."""

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the s states."""
        ...

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the k inputs."""
        ...

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the q reported quantities."""
        ...

    @property
    def A(self) -> Array:
        """(n, s, s) 1/h."""
        ...

    @property
    def B(self) -> Array:
        """(n, s, k)."""
        ...

    @property
    def C(self) -> Array:
        """(n, q, s)."""
        ...


@dataclass(frozen=True)
class Present:
    """Everything about n patients at one instant, from which a run can be resumed.

    time     h
    amounts  (n, s) states of the linear system
    effects  (n, e) states of the effects
    rates    (n, k) present input rates [ug/h]
    """

    time: float
    amounts: Array
    effects: Array
    rates: Array

    @property
    def parts(self) -> tuple[Array, Array, Array]:
        """Amounts, effects, rates."""
        return self.amounts, self.effects, self.rates


@dataclass(frozen=True)
class Marched:
    """What was recorded: time (t,), values name -> (n, t), and the state at the end.

    digests  what a digest made of the records, block after block of lanes; then there are no values
    """

    time: Array
    values: dict[str, Array]
    final: Present
    digests: tuple[Any, ...] = ()


def march(
    stretches: Sequence[tuple[float, System]],
    inputs: Inputs,
    network: Network,
    parameters: Mapping[str, Array],
    *,
    until: float,
    start: float = 0.0,
    step: float = 0.25,
    every: float = 1.0,
    at: Array | None = None,
    record: Sequence[str],
    resume: Present | None = None,
    record_start: bool | None = None,
    begun: bool = True,
    bases: Sequence[Basis] | None = None,
    lanes: Lanes | None = None,
    threads: int | None = None,
    precision: Precision = "double",
    digest: Digest | None = None,
) -> Marched:
    """March every patient from `start` to `until` [h] and record the named quantities every `every` hours.

    stretches   (time from which it holds, linear system of n patients), the first at or before `start`
    inputs      events of the n patients; those before `start` are taken as already done when resuming
    parameters  name -> (n,) for every parameter of the network
    at          instants to record at [h], rising, instead of every `every` hours; steps then fit between them and are
                at most `step` long, which may be infinite where nothing but the body moves
    record      outputs or states of the body, quantities or states of the network
    record_start  whether the first record is at `start`; by default when not resuming
    precision     of the effects: "single" is quicker and errs about as much again as the step does
    begun         whether events at the very instant of resuming have been met before
    bases         `basis` of every stretch's system where it is known already
    lanes         where what is arranged of these stretches for the lanes is kept for further runs of them
    digest        what is kept in place of the records of each block, made while a cache still holds them; lanes beyond
                  the last patient are copies of that patient

    Raises NumericalError when something recorded is not finite, naming the patient and the quantity; and whatever
    `stopping.asking` has it ask before each block of patients.
    """
    system = stretches[0][1]
    n = system.A.shape[0]
    begin = (resume is None) if record_start is None else record_start
    pieces = _planned([t for t, _ in stretches], start, until, step, every if at is None else at, begin)
    times = record_times(pieces)
    extra = _columns(system, network, record)
    found = [basis(s.A) for _, s in stretches] if bases is None else bases
    blocks = -(-n // LANES)
    values = in_line((len(record), len(times), 0 if digest else blocks * LANES))  # patients side by side
    final = Present(
        until,
        np.empty((n, len(system.states))),
        np.empty((n, len(network.states))),
        np.empty((n, len(system.channels))),
    )
    rows = [parameters[p] for p in network.parameters] or [np.zeros(n)]
    own_parameters = np.stack(rows).astype(REAL[precision]).T
    kept = {} if lanes is None else lanes
    job = _Job(stretches, found, inputs, network, own_parameters, pieces, extra, resume, final, begun, kept)
    loop = kernel(network, precision)
    workers = min(threads or available_cores(), blocks)
    still_wanted = asked()
    digested = digest(times) if digest else None

    def run(some: range) -> list[Any]:
        still_wanted()
        first = some.start * LANES
        if digested is None:
            job.run(loop, some, values[None], first)
            return []
        held = in_line((len(some), len(record), len(times), LANES))
        job.run(loop, some, held, 0)
        for begin, own in zip(range(first, n, LANES), held, strict=False):
            _check(own, record, times, begin)
        return [digested(own) for own in held]

    records = len(record) * len(times) if digest else 0
    shares = _shares(blocks, workers, sum(piece.steps for piece in pieces), records)
    if workers <= 1:
        made = [run(some) for some in shares]
    else:
        with ThreadPoolExecutor(workers) as pool:
            made = list(pool.map(run, shares))
    if digested:
        return Marched(times, {}, final, tuple(itertools.chain(*made)))
    _check(values, record, times, 0)
    own = values[:, :, :n] if n >= LANES else values[:, :, :n].copy()
    return Marched(times, {name: own[i].T for i, name in enumerate(record)}, final)


def _planned(
    changes: Sequence[float], start: float, until: float, step: float, when: float | Array, begin: bool
) -> list[Piece]:
    """The pieces of a run that records at intervals of `when` [h], or at the instants `when`."""
    if not isinstance(when, float | int):
        return list(pieces_at(changes, start, until, step, when, first=begin))
    stride = round(when / step)
    if abs(stride * step - when) > 1e-9 or stride < 1:
        raise ValueError(f"records every {when:g} h do not fall on steps of {step:g} h")
    return list(pieces_on_grid(changes, start, until, step, stride, first=begin))


def _shares(blocks: int, workers: int, steps: int, records: int) -> list[range]:
    """The blocks that are marched in one go: few where each is long, so that a run nobody waits for soon ends.

    records  how many numbers of each patient are held meanwhile
    """
    room = ROOM // max(8 * LANES * records, 1)
    size = max(1, min(-(-blocks // workers), AT_ONCE, LONGEST // steps, room))
    return [range(first, min(first + size, blocks)) for first in range(0, blocks, size)]


def available_cores() -> int:
    """Number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class _Columns:
    """Which rows of the body are recorded and which drive the effects, which rows of a record to keep."""

    outputs: list[int]
    states: list[int]
    drives: list[int]
    chosen: NDArray[np.int64]
    wanted: NDArray[np.bool_]
    record_drives: NDArray[np.int64]


def _columns(system: System, network: Network, record: Sequence[str]) -> _Columns:
    known_outputs = {name: i for i, name in enumerate(system.outputs)}
    known_states = {name: i for i, name in enumerate(system.states) if name not in known_outputs}
    outputs = [known_outputs[r] for r in record if r in known_outputs]
    states = [known_states[r] for r in record if r in known_states]
    names = [r for r in record if r in known_outputs] + [r for r in record if r in known_states]
    names += [*network.quantities, *(s.name for s in network.states)]
    unknown = [r for r in record if r not in names]
    if unknown:
        raise KeyError(f"no quantity of this model is called {', '.join(unknown)}")
    drives = [known_outputs[d] for d in network.drives]
    chosen = np.array([names.index(r) for r in record], dtype=np.int64)
    wanted = np.array([not set(part).isdisjoint(record) for part in network.parts], dtype=np.bool_)
    extra = [network.drives.index(d) for d in network.drives_for(record)[network.rate_drives :]]
    return _Columns(outputs, states, drives, chosen, wanted, np.array(extra, dtype=np.int64))


@dataclass(frozen=True)
class _Job:
    """One run, block by block; every block writes only its own rows of `final`.

    parameters  (n, p) those of the network, in its precision
    """

    stretches: Sequence[tuple[float, System]]
    bases: Sequence[Basis]
    inputs: Inputs
    network: Network
    parameters: NDArray[Any]
    pieces: Sequence[Piece]
    columns: _Columns
    resume: Present | None
    final: Present
    begun: bool
    lanes: Lanes

    def run(self, loop: Any, some: range, records: Array, column: int) -> None:
        """March some blocks of patients, of which the first has number 0.

        records  (b, q, t, lanes), or (1, q, t, patients) in which these blocks' lanes begin with `column`
        """
        n, first = self.inputs.patients, some.start * LANES
        rows = np.minimum(np.arange(first, some.stop * LANES), n - 1).reshape(len(some), LANES)
        x, y, u = self._present(rows)
        parameter = in_blocks(self.parameters, rows).reshape(len(some), -1)
        cursor = self.inputs.first[rows]
        stop = self.inputs.first[rows + 1]  # lanes beyond the last patient are copies, doses and all:
        # without any they would sink into denormal numbers, with which arithmetic is slow
        if self.resume is not None:
            skip(self.inputs.time, cursor, stop, self.resume.time + (EARLY if self.begun else -EARLY))
        written, stretch, held, z, room = 0, -1, None, np.empty(0), ()
        for piece in self.pieces:
            if piece.stretch != stretch:
                if held is not None:
                    x = held.amounts(z)
                stretch = piece.stretch
                held = self._blocks(stretch, rows)
                z = held.coordinates(x)
                room = self._room(held)
            assert held is not None
            moving, decay, cross, gain, split = held.over(piece.step)
            written = loop(
                piece.start, piece.step, piece.steps, piece.every, piece.offset,
                held.pairs, moving, held.rate, held.turn, decay, cross, gain, held.inject,
                *held.drive, split, *held.record, parameter,
                self.inputs.time, self.inputs.channel, self.inputs.kind, self.inputs.value, cursor, stop,
                z, y, u, self.columns.wanted, self.columns.record_drives, self.columns.chosen,
                records, written, column, *room,
            )  # fmt: skip
        assert held is not None
        own = slice(first, min(some.stop * LANES, n))
        for kept, found in zip(self.final.parts, (held.amounts(z), y, u), strict=True):
            kept[own] = found.transpose(0, 2, 1).reshape(rows.size, -1)[: own.stop - own.start]

    def _blocks(self, stretch: int, rows: NDArray[np.int64]) -> Blocks:
        """The modes of some blocks in a stretch, arranged once where they are kept."""
        columns = self.columns
        those = (stretch, int(rows[0, 0]), len(rows))
        mark = (*those, *columns.outputs, "states", *columns.states, "drives", *columns.drives)
        if mark not in self.lanes:
            of = (columns.outputs, columns.states, columns.drives)
            self.lanes[mark] = Blocks(self.bases[stretch], self.stretches[stretch][1], rows, *of)
        return self.lanes[mark]

    def _room(self, blocks: Blocks) -> tuple[Any, ...]:
        """Room for the loop to work in."""
        net = self.network
        return blocks.room(
            len(net.drives), net.rate_drives, len(net.states), len(net.quantities), self.parameters.dtype
        )

    def _present(self, rows: NDArray[np.int64]) -> tuple[Array, Array, Array]:
        """Amounts, states of the effects and rates, (b, s, lanes), (b, e, lanes), (b, k, lanes)."""
        if self.resume is not None:
            amounts, effects, rates = (in_blocks(part, rows) for part in self.resume.parts)
            return amounts, effects, rates
        system, blocks = self.stretches[0][1], len(rows)
        effects = in_line((blocks, len(self.network.states), LANES))
        effects[...] = np.array([s.start for s in self.network.states]).reshape(-1, 1)
        nothing = (np.zeros((blocks, len(names), LANES)) for names in (system.states, system.channels))
        return next(nothing), effects, next(nothing)


def _check(records: Array, record: Sequence[str], times: Array, first: int) -> None:
    """Raise NumericalError for the first record (q, t, lanes) that is not finite, of patients from `first` on."""
    if is_finite(records.reshape(len(record), records[0].size // LANES if len(record) else 0, LANES)):
        return
    q, t, lane = np.argwhere(~np.isfinite(records))[0].tolist()
    raise NumericalError(f"{record[q]} of patient {first + lane} is not finite from {times[t]:g} h on")
