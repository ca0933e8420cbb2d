"""Pieces of a run: stretches of equal steps, cut so that records and changes of the body fall on their own instant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
NEVER = 1 << 62


@dataclass(frozen=True)
class Piece:
    """Equal steps within one stretch of constant body; a record after step k when (k + offset) % every == 0."""

    stretch: int
    start: float
    step: float
    steps: int
    every: int
    offset: int


def pieces_on_grid(
    changes: Sequence[float], start: float, until: float, step: float, stride: int, *, first: bool
) -> Iterator[Piece]:
    """Records on the grid start, start + stride x step, ...; a change off the grid costs two short steps.

    changes  times [h] from which the body is another, the first at or before the start
    first    whether there is a record at the start
    """
    if first:
        yield Piece(0, start, 0.0, 1, 1, 0)
    ends = [*changes[1:], until]
    here = start
    for stretch, end in enumerate(ends):
        end = min(end, until)
        if end <= here:
            continue
        on_grid = np.ceil((here - start) / step - 1e-9)
        last = np.floor((end - start) / step + 1e-9)
        if on_grid > last:
            yield Piece(stretch, here, end - here, 1, NEVER, 0)
            here = end
            continue
        lead = start + on_grid * step - here
        if lead > 1e-9 * step:
            yield Piece(stretch, here, lead, 1, stride, int(on_grid) - 1)
        if last > on_grid:
            yield Piece(stretch, start + on_grid * step, step, int(last - on_grid), stride, int(on_grid))
        rest = end - (start + last * step)
        if rest > 1e-9 * step:
            yield Piece(stretch, start + last * step, rest, 1, NEVER, 0)
        here = end


def pieces_at(
    changes: Sequence[float], start: float, until: float, step: float, at: Array, *, first: bool
) -> Iterator[Piece]:
    """Records at the instants `at` [h], rising and within the run, with even steps of at most `step` between them.

    An instant at the start itself is recorded only when `first`.
    """
    if first and len(at) and at[0] == start:
        yield Piece(0, start, 0.0, 1, 1, 0)
    inner = [t for t in changes if start < t < until]
    recorded = {float(t) for t in at if t > start}
    for here, end in pairwise(sorted({start, *inner, *recorded, until})):
        steps = max(1, int(np.ceil((end - here) / step - 1e-9)))
        stretch = int(np.searchsorted(changes, here, side="right")) - 1
        yield Piece(max(stretch, 0), here, (end - here) / steps, steps, steps if end in recorded else NEVER, 0)


def record_times(pieces: Sequence[Piece]) -> Array:
    """The times at which these pieces record [h]."""
    written = []
    for p in pieces:
        k = np.arange(1, p.steps + 1)
        k = k[(k + p.offset) % p.every == 0]
        written.append(p.start + k * p.step)
    return np.concatenate(written)
