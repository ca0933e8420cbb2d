"""Blocks of 16 patients in one stretch of constant body: their modes arranged for the lanes, one row of 16 for each.

Compiled, and many blocks at once, because a cohort arranges a block for every 16 patients, and marching a month in it
takes hardly longer than a dozen small arrays take NumPy. Every array begins with an axis of blocks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .basis import Basis
from .kept import kept
from .kernel import AHEAD, LANES

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

LINE = 64  # bytes of a cache line, and of the widest vectors
STEPS_KEPT = 8  # lengths of a step, of which some are the odd ends of a run
NOTHING = 1e-17  # a weight this small beside the largest of its row is rounding
RESTED = -37.0  # below this rate x step less than half a unit in the last place of a mode outlives the step


def in_line(shape: tuple[int, ...], real: Any = np.float64) -> NDArray[Any]:
    """Room for an array that begins with a cache line: a vector that lies across two takes twice as long to read."""
    size = math.prod(shape) * np.dtype(real).itemsize
    free = np.empty(size + LINE, dtype=np.uint8)
    begin = -free.ctypes.data % LINE
    return free[begin : begin + size].view(real).reshape(shape)


def lined_up(values: NDArray[Any]) -> NDArray[Any]:
    """A copy that begins with a cache line."""
    found = in_line(values.shape, values.dtype)
    found[...] = values
    return found


def lots(rows: Sequence[int], real: Any) -> tuple[NDArray[Any], ...]:
    """So many rows of 16 zeros each, (k lanes,), which all begin with a cache line."""
    whole = lined_up(np.zeros(sum(rows) * LANES, real))
    ends = [*itertools.accumulate(k * LANES for k in rows)]
    return tuple(whole[begin:end] for begin, end in zip([0, *ends], ends, strict=False))


def in_blocks(values: NDArray[Any], rows: Indices) -> NDArray[Any]:
    """Values (n, k) of patients, those of `rows` (b, lanes), as (b, k, lanes); each block begins with a cache line."""
    return lined_up(values[rows].transpose(0, 2, 1))


class Matrices(Protocol):
    """What a block needs to know of n bodies: how doses enter, B (n, s, k), and what is reported, C (n, q, s)."""

    @property
    def B(self) -> Array:
        """(n, s, k)."""
        ...

    @property
    def C(self) -> Array:
        """(n, q, s)."""
        ...


class Weights(NamedTuple):
    """Some sums over modes: weights (b, w, lanes), their modes (b, w), where each sum's begin and end (b, q + 1).

    Those of the last modes come first, so that a sum can be begun with the modes that rest, whichever they are. What
    lies beyond the last end is not used.
    """

    weight: Array
    mode: Indices
    bounds: Indices


class Over(NamedTuple):
    """What a step does to the modes.

    moving  (b,) how many leading modes outlive it in some lane
    decay   (b, m, lanes) what each keeps, and cross (b, m, lanes) what it takes over from its partner
    gain    (b, k m, lanes) what a unit rate of each channel adds
    split   (b, d) where the weights of each drive come to the modes that outlive it
    """

    moving: Indices
    decay: Array
    cross: Array
    gain: Array
    split: Indices


class Blocks:
    """The modes of the patients `rows` (b, lanes) of a group, whose coordinates are `own`.

    outputs, states, drives  outputs and states of the body to record, and outputs that drive the effects
    """

    def __init__(
        self, own: Basis, system: Matrices, rows: Indices, outputs: Sequence[int], states: Sequence[int],
        drives: Sequence[int],
    ) -> None:  # fmt: skip
        self._own, self.rows, self.pairs = own, rows, own.pairs
        entering = self._side_by_side(system.B)
        blocks, modes, channels = len(rows), own.rates.shape[1], entering.shape[1]
        self.rate, self.turn = np.empty((blocks, modes, LANES)), np.empty((blocks, modes, LANES))
        self.inject = np.zeros((blocks, channels * modes, LANES))
        enter(own.rates, own.turns, own.inverse, entering, rows, self.rate, self.turn, self.inject)
        self.record, self.drive = (self._weights(system, *of) for of in ((outputs, states), (drives, ())))
        self._known: dict[float, Over] = {}

    def _weights(self, system: Matrices, outputs: Sequence[int], states: Sequence[int]) -> Weights:
        told = self._side_by_side(system.C, list(outputs))
        sums, (blocks, modes, _) = len(outputs) + len(states), self.rate.shape
        mode, bounds = np.empty((blocks, sums * modes), np.int64), np.zeros((blocks, sums + 1), np.int64)
        found = Weights(in_line((blocks, sums * modes, LANES)), mode, bounds)
        room = np.empty((modes, LANES)), np.empty(modes, np.bool_)
        weigh(self._own.vectors, told, self.rows, np.array(states, dtype=np.int64), *found, *room)
        return found

    def _side_by_side(self, matrix: Array, rows: Any = slice(None)) -> Array:
        """The chosen rows of the matrices of these patients, (n, i, j), as (i, j, n)."""
        mine = slice(self.rows[0, 0], self.rows[-1, -1] + 1)
        return np.ascontiguousarray(matrix.transpose(1, 2, 0)[rows, :, mine])

    def coordinates(self, x: Array) -> Array:
        """Modes (b, m, lanes) from amounts (b, s, lanes)."""
        return self._turned(self._own.inverse, x)

    def amounts(self, z: Array) -> Array:
        """Amounts (b, s, lanes) from modes (b, m, lanes)."""
        return self._turned(self._own.vectors, z)

    def _turned(self, matrix: Array, x: Array) -> Array:
        found = in_line(x.shape)
        turn(matrix, self.rows, x, found)
        return found

    def room(self, drives: int, moving_drives: int, states: int, quantities: int, real: Any) -> tuple[Any, ...]:
        """Room for the loop to work in, block after block: rows of `real` numbers, of doubles, which channels run."""
        reals = (drives, drives, states, states, states, states, states, quantities, AHEAD * moving_drives)
        resting, dense = max(moving_drives, 1), self.rate.shape[1] * moving_drives
        doubles = (self.record.bounds.shape[1] - 1, resting, dense, 2 * self.pairs, 1, 1)
        active = np.zeros(self.inject.shape[1] // self.rate.shape[1], dtype=np.bool_)
        return (*(lots(rows, of) for rows, of in ((reals, real), (doubles, np.float64))), active)

    def over(self, step: float) -> Over:
        """What a step of this length [h] does to the modes; that of the last few lengths is kept.

        Threads that march the same patients may share blocks: one may clear what another is about to look up.
        """
        found = self._known.get(step)
        if found is None:
            if len(self._known) >= STEPS_KEPT:
                self._known.clear()
            found = self._known[step] = self._over(step)
        return found

    def _over(self, step: float) -> Over:
        decay, cross, gain = in_line(self.rate.shape), np.zeros(self.rate.shape), np.zeros(self.inject.shape)
        moving, split = np.zeros(len(self.rate), dtype=np.int64), self.drive.bounds[:, :-1].copy()
        move_over(self.rate, self.turn, self.pairs, self.inject, step, moving, decay, cross, gain)
        find_moving(self.drive.mode, self.drive.bounds, moving, split)
        return Over(moving, decay, cross, gain, split)


@kept
def turn(matrix, rows, x, found):
    """Write each lane's matrix of `matrix` (n, i, j) times its column of x (b, j, lanes) into found (b, i, lanes)."""
    _, height, width = matrix.shape
    for b in range(len(rows)):
        for lane in range(LANES):
            own = matrix[rows[b, lane]]
            for i in range(height):
                total = 0.0
                for j in range(width):
                    total += own[i, j] * x[b, j, lane]
                found[b, i, lane] = total


@kept
def enter(rates, turns, inverse, B, rows, rate, angular, inject):
    """Write rates and angular rates (b, m, lanes), and what a unit of each channel is in modes, channel by channel.

    B       (s, k, n), of these rows alone, the first of them first
    inject  (b, k m, lanes), zeros at first
    """
    states, channels, _ = B.shape
    modes = rates.shape[1]
    for b in range(len(rows)):
        for lane in range(LANES):
            n = rows[b, lane]
            for m in range(modes):
                rate[b, m, lane], angular[b, m, lane] = rates[n, m], turns[n, m]
            for s in range(states):
                for k in range(channels):
                    entering = B[s, k, n - rows[0, 0]]
                    if entering != 0.0:
                        for m in range(modes):
                            inject[b, k * modes + m, lane] += inverse[n, m, s] * entering


@kept
def weigh(vectors, C, rows, states, weight, mode, bounds, dense, used):
    """Write the `Weights` of outputs, then of states, but none that is nothing; bounds are zeros at first.

    C            (q, s, n) what the outputs tell of the states, of these rows alone, the first of them first
    dense, used  (m, lanes) and (m,), room to work in

    What is nothing is settled lane by lane and becomes 0, so that no patient's result depends on the neighbours.
    """
    outputs, modes = len(C), vectors.shape[2]
    for b in range(len(rows)):
        count = 0
        for q in range(outputs + len(states)):
            used[:] = False
            for lane in range(LANES):
                n = rows[b, lane]
                if q < outputs:
                    tell(vectors[n], C[q, :, n - rows[0, 0]], dense, lane)
                else:
                    for m in range(modes):
                        dense[m, lane] = vectors[n, states[q - outputs], m]
                largest = 0.0
                for m in range(modes):
                    largest = max(largest, abs(dense[m, lane]))
                for m in range(modes):
                    if abs(dense[m, lane]) <= NOTHING * largest:
                        dense[m, lane] = 0.0
                    else:
                        used[m] = True
            for m in range(modes - 1, -1, -1):
                if used[m]:
                    mode[b, count] = m
                    for lane in range(LANES):
                        weight[b, count, lane] = dense[m, lane]
                    count += 1
            bounds[b, q + 1] = count


def tell(vectors, output, dense, lane):
    """Write what an output (s,) tells of each mode into a lane of dense (m, lanes)."""
    dense[:, lane] = 0.0
    for s in range(len(output)):
        if output[s] != 0.0:
            for m in range(dense.shape[0]):
                dense[m, lane] += output[s] * vectors[s, m]


@kept
def move_over(rate, turn, pairs, inject, step, moving, decay, cross, gain):
    """Write all of `Over` but where the weights are split; all but decay are zeros at first."""
    blocks, modes, _ = rate.shape
    channels = inject.shape[1] // modes
    for b in range(blocks):
        for i in range(modes):
            for lane in range(LANES):
                first = i - i % 2
                own, angular = rate[b, i, lane], turn[b, first, lane] if i < 2 * pairs else 0.0
                outlives = angular != 0.0 or own * step > RESTED
                if outlives:
                    moving[b] = i + 1
                if angular == 0.0:
                    decay[b, i, lane] = np.exp(own * step) if outlives else 0.0
                    gathered = step if own == 0.0 else np.expm1(own * step) / own
                    for k in range(channels):
                        gain[b, k * modes + i, lane] = inject[b, k * modes + i, lane] * gathered
                elif i == first:
                    turning = complex(own, -angular)
                    moved = np.exp(turning * step)
                    decay[b, i, lane] = decay[b, i + 1, lane] = moved.real
                    cross[b, i, lane], cross[b, i + 1, lane] = -moved.imag, moved.imag
                    for k in range(channels):
                        entering = complex(inject[b, k * modes + i, lane], inject[b, k * modes + i + 1, lane])
                        answer = entering * (moved - 1.0) / turning
                        gain[b, k * modes + i, lane], gain[b, k * modes + i + 1, lane] = answer.real, answer.imag


@kept
def find_moving(mode, bounds, moving, found):
    """Move found (b, d), where each sum begins, to where its modes, the last ones first, come to those `moving`."""
    for b in range(found.shape[0]):
        for d in range(found.shape[1]):
            while found[b, d] < bounds[b, d + 1] and mode[b, found[b, d]] >= moving[b]:
                found[b, d] += 1
