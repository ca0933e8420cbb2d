"""A block of 16 patients in one stretch of constant body: its modes arranged for the lanes, one row of 16 for each.

Compiled, because a cohort arranges a block for every 16 patients, and marching a month in it takes hardly longer than
a dozen small arrays take NumPy.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .basis import Basis
from .kernel import LANES
from .propagation import compiled

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
    """Some sums over modes: weights (w, lanes), the mode of each (w,), where each sum's begin and end (q + 1,).

    Those of the last modes come first, so that a sum can be begun with the modes that rest, whichever they are.
    """

    weight: Array
    mode: Indices
    bounds: Indices


class Over(NamedTuple):
    """What a step does to the modes.

    moving  how many leading modes outlive it in some lane
    decay   (m, lanes) what each keeps, and cross (m, lanes) what it takes over from its partner
    gain    (k m, lanes) what a unit rate of each channel adds
    split   (d,) where the weights of each drive come to the modes that outlive it
    """

    moving: int
    decay: Array
    cross: Array
    gain: Array
    split: Indices


class Block:
    """The modes of the patients `rows` (lanes,) of a group, whose coordinates are `own`.

    outputs, states, drives  outputs and states of the body to record, and outputs that drive the effects
    """

    def __init__(
        self, own: Basis, system: Matrices, rows: Indices, outputs: Sequence[int], states: Sequence[int],
        drives: Sequence[int],
    ) -> None:  # fmt: skip
        self._own, self._rows, self.pairs = own, rows, own.pairs
        self.rate, self.turn = (np.ascontiguousarray(values[rows].T) for values in (own.rates, own.turns))
        self.inject = injected(own.inverse, system.B, rows)
        self.record, self.drive = (self._weights(system, *of) for of in ((outputs, states), (drives, ())))
        self._known: dict[float, Over] = {}

    def _weights(self, system: Matrices, outputs: Sequence[int], states: Sequence[int]) -> Weights:
        told = (np.array(numbers, dtype=np.int64) for numbers in (outputs, states))
        weight, mode, bounds = weights(self._own.vectors, system.C, self._rows, *told)
        return Weights(lined_up(weight), mode, bounds)

    def coordinates(self, x: Array) -> Array:
        """Modes (m, lanes) from amounts (s, lanes)."""
        return lined_up(turned(self._own.inverse, self._rows, x))

    def amounts(self, z: Array) -> Array:
        """Amounts (s, lanes) from modes (m, lanes)."""
        return turned(self._own.vectors, self._rows, z)

    def room(self, drives: int, moving_drives: int, states: int, quantities: int, real: Any) -> tuple[Any, ...]:
        """Room for the loop to work in: rows of `real` numbers, rows of doubles, and which channels run."""
        reals = (drives, drives, states, states, states, states, quantities)
        doubles = (len(self.record.bounds) - 1, max(moving_drives, 1), 2 * self.pairs)
        active = np.zeros(len(self.inject) // len(self.rate), dtype=np.bool_)
        return (*(lots(rows, of) for rows, of in ((reals, real), (doubles, np.float64))), active)

    def over(self, step: float) -> Over:
        """What a step of this length [h] does to the modes; that of the last few lengths is kept.

        Threads that march the same patients may share a block: one may clear what another is about to look up.
        """
        found = self._known.get(step)
        if found is None:
            if len(self._known) >= STEPS_KEPT:
                self._known.clear()
            found = self._known[step] = self._over(step)
        return found

    def _over(self, step: float) -> Over:
        moving, decay, cross, gain = moved_over(self.rate, self.turn, self.pairs, self.inject, step)
        split = where_moving(self.drive.mode, self.drive.bounds, moving)
        return Over(moving, lined_up(decay), cross, gain, split)


@compiled
def turned(matrix, rows, x):
    """Each lane's matrix of `matrix` (n, i, j) times its column of x (j, lanes), (i, lanes)."""
    _, height, width = matrix.shape
    found = np.zeros((height, LANES))
    for lane in range(LANES):
        for i in range(height):
            for j in range(width):
                found[i, lane] += matrix[rows[lane], i, j] * x[j, lane]
    return found


@compiled
def injected(inverse, B, rows):
    """What a unit of each channel is in modes, (k m, lanes), channel after channel."""
    _, states, channels = B.shape
    modes = inverse.shape[1]
    found = np.zeros((channels * modes, LANES))
    for lane in range(LANES):
        for s in range(states):
            for k in range(channels):
                entering = B[rows[lane], s, k]
                if entering != 0.0:
                    for m in range(modes):
                        found[k * modes + m, lane] += inverse[rows[lane], m, s] * entering
    return found


@compiled
def weights(vectors, C, rows, outputs, states):
    """`Weights` of outputs, then of states, less those that are nothing in every lane.

    What is nothing is settled lane by lane and becomes 0, so that no patient's result depends on the neighbours.
    """
    sums, modes = len(outputs) + len(states), vectors.shape[2]
    dense = np.zeros((sums, modes, LANES))
    for lane in range(LANES):
        own = vectors[rows[lane]]
        for q in range(len(outputs)):
            for s in range(own.shape[0]):
                told = C[rows[lane], outputs[q], s]
                if told != 0.0:
                    for m in range(modes):
                        dense[q, m, lane] += told * own[s, m]
        for q in range(len(states)):
            for m in range(modes):
                dense[len(outputs) + q, m, lane] = own[states[q], m]
        for q in range(sums):
            least = NOTHING * np.abs(dense[q, :, lane]).max()
            for m in range(modes):
                if abs(dense[q, m, lane]) <= least:
                    dense[q, m, lane] = 0.0
    weight, mode = np.empty((sums * modes, LANES)), np.empty(sums * modes, np.int64)
    bounds, count = np.zeros(sums + 1, np.int64), 0
    for q in range(sums):
        for m in range(modes - 1, -1, -1):
            if np.any(dense[q, m] != 0.0):
                weight[count], mode[count] = dense[q, m], m
                count += 1
        bounds[q + 1] = count
    return weight[:count].copy(), mode[:count].copy(), bounds


@compiled
def moved_over(rate, turn, pairs, inject, step):
    """All of `Over` but where the weights are split."""
    modes, channels = len(rate), len(inject) // len(rate)
    decay, cross, gain = np.zeros(rate.shape), np.zeros(rate.shape), np.zeros(inject.shape)
    moving = 0
    for i in range(modes):
        for lane in range(LANES):
            first = i - i % 2
            own, angular = rate[i, lane], turn[first, lane] if i < 2 * pairs else 0.0
            if angular != 0.0 or own * step > RESTED:
                moving = i + 1
                decay[i, lane] = np.exp(own * step)
            if angular == 0.0:
                gathered = step if own == 0.0 else np.expm1(own * step) / own
                for k in range(channels):
                    gain[k * modes + i, lane] = inject[k * modes + i, lane] * gathered
            elif i == first:
                turning = complex(own, -angular)
                moved = np.exp(turning * step)
                decay[i, lane], cross[i, lane], cross[i + 1, lane] = moved.real, -moved.imag, moved.imag
                for k in range(channels):
                    entering = complex(inject[k * modes + i, lane], inject[k * modes + i + 1, lane])
                    answer = entering * (moved - 1.0) / turning
                    gain[k * modes + i, lane], gain[k * modes + i + 1, lane] = answer.real, answer.imag
            else:
                decay[i, lane] = decay[first, lane]
    return moving, decay, cross, gain


@compiled
def where_moving(mode, bounds, moving):
    """Where the modes of each sum, the last ones first, come to the first `moving` ones, (d,)."""
    found = bounds[:-1].copy()
    for d in range(len(found)):
        while found[d] < bounds[d + 1] and mode[found[d]] >= moving:
            found[d] += 1
    return found
