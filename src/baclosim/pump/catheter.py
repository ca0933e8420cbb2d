"""The catheter: drug moves through it as a column, so every change at the pump waits for dead volume over flow.

A line is a queue of slugs, each a volume [mL] with one concentration [ug/mL]. What is pushed in at one end pushes the
same volume out at the other: exact, whatever the flow does. With `mixing_cells` the front is smeared as by that many
well-stirred cells in series (catheter.transition-mixing.medtronic-patent, fault.priming-bolus-mixing.medtronic-label).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import Problems, TherapyError, UnitError, nearest
from ..parameters import typical
from ..units import read

Array = NDArray[np.float64]
Piece = tuple[float, float]  # volume [mL], concentration [ug/mL]
Space = Literal["intrathecal", "subdural", "epidural"]
LEVELS = tuple(f"{region}{i}" for region, n in (("C", 7), ("T", 12), ("L", 5), ("S", 1)) for i in range(1, n + 1))
KINDS = ("ascenda", "indura", "prometra")


@dataclass(frozen=True)
class Catheter:
    """An implanted catheter: dead volume [mL], vertebral level and space of its tip, cells that mix (0 = plug flow)."""

    volume: float
    tip: str = "T10"
    space: Space = "intrathecal"
    mixing_cells: int = 0
    length: float | None = None

    def __str__(self) -> str:
        length = "" if self.length is None else f"{self.length:g} cm, "
        space = "" if self.space == "intrathecal" else f" ({self.space})"
        return f"catheter {length}{self.volume:.4g} mL, tip at {self.tip}{space}"


def read_catheter(given: object = None) -> Catheter:
    """Read `length` or `volume`, `kind`, `tip`, `space`, `mixing_cells`; raises TherapyError listing every problem."""
    problems = Problems()
    if not isinstance(given, Mapping | None):
        problems.add("catheter", given, "a table, such as { length = '66 cm', tip = 'T10' }")
    table: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    known = ("length", "volume", "kind", "tip", "space", "mixing_cells")
    for key in [k for k in table if k not in known]:
        problems.add(f"catheter.{key}", table[key], f"one of {', '.join(known)}", nearest(key, known))
    kind = str(table.get("kind") or "ascenda").lower()
    if kind not in KINDS:
        problems.add("catheter.kind", kind, f"one of {', '.join(KINDS)}", nearest(kind, KINDS))
        kind = "ascenda"
    length, volume = _dead_volume(table, kind, problems)
    space = str(table.get("space") or "intrathecal").lower()
    if space not in ("intrathecal", "subdural", "epidural"):
        problems.add("catheter.space", space, "intrathecal, subdural or epidural")
    cells = table.get("mixing_cells") or 0
    if not isinstance(cells, int) or not 0 <= cells <= 200:
        problems.add("catheter.mixing_cells", cells, "a whole number from 0 (plug flow) to 200")
    tip = read_level(table.get("tip") or "T10", "catheter.tip", problems)
    problems.raise_as(TherapyError)
    return Catheter(volume, tip, space, int(cells), length)  # type: ignore[arg-type]


def _dead_volume(table: Mapping[str, Any], kind: str, problems: Problems) -> tuple[float | None, float]:
    """Length [cm], if known, and dead volume [mL]."""
    names = {"ascenda": "ascenda", "indura": "indura", "prometra": "prometra_catheter"}
    value = typical(("catheter_implanted_length", f"{names[kind]}_length", f"{names[kind]}_volume_per_length"))
    usual, longest, per_length = value.values()
    try:
        if table.get("volume") is not None:
            volume = read(table["volume"], "volume", where="catheter.volume")
            if not 0.0 < volume <= 1.0:
                problems.add(
                    "catheter.volume", table["volume"], "more than 0 and at most 1 mL", "An 80 cm one holds 0.18 mL."
                )
            return None, volume
        given = table.get("length")
        length = usual if given is None else read(given, "length", where="catheter.length")
    except UnitError as error:
        problems.absorb(error)
        return None, usual * per_length
    if not 5.0 <= length <= longest:
        problems.add("catheter.length", given, f"5 to {longest:g} cm, the length before trimming of {kind}")
    return length, length * per_length


def read_level(given: object, where: str, problems: Problems) -> str:
    """A vertebra a tip can lie at, or the disc below it ("L3/L4"); a problem and T10 for anything else."""
    wanted = str(given).strip().upper().replace("-", "/")
    upper, _, lower = wanted.partition("/")
    if upper in LEVELS and (not lower or lower == (*LEVELS, "S2")[LEVELS.index(upper) + 1]):
        return wanted
    last = {"C": "C7", "T": "T12", "L": "L5", "S": "S1"}.get(upper[:1])
    hint = f"The nearest is {last!r}." if last and upper[1:].isdigit() and int(upper[1:]) > int(last[1:]) else ""
    problems.add(where, given, "a vertebra from C1 to S1, such as T10", hint or nearest(wanted, LEVELS))
    return "T10"


@dataclass
class PlugLine:
    """A line in plug flow; its slugs, the one nearest the outlet first."""

    volume: float
    slugs: list[Piece]

    @classmethod
    def filled(cls, volume: float, concentration: float) -> PlugLine:
        """A line full of one solution."""
        return cls(volume, [(volume, concentration)] if volume > 0.0 else [])

    def push(self, volume: float, concentration: float) -> list[Piece]:
        """Push a slug in; returns the pieces that come out, in order, of the same volume in all."""
        if volume <= 0.0:
            return []
        slugs = self.slugs
        if not slugs or (len(slugs) == 1 and slugs[0][1] == concentration):
            return [(volume, concentration)]
        if slugs[-1][1] == concentration:
            slugs[-1] = (slugs[-1][0] + volume, concentration)
        else:
            slugs.append((volume, concentration))
        out: list[Piece] = []
        while volume > 0.0:
            size, strength = slugs[0]
            if size > volume or len(slugs) == 1:
                slugs[0] = (size - volume, strength)
                out.append((volume, strength))
                break
            out.append(slugs.pop(0))
            volume -= size
        return out

    @property
    def amount(self) -> float:
        """Drug inside [ug]."""
        return sum(volume * concentration for volume, concentration in self.slugs)


@dataclass
class MixedLine:
    """A line of equal well-stirred cells in series; `cells` holds their concentrations, inlet first."""

    volume: float
    cells: Array
    strongest: float

    @classmethod
    def filled(cls, volume: float, concentration: float, n: int) -> MixedLine:
        """A line of n cells full of one solution."""
        return cls(volume, np.full(n, concentration), concentration)

    def push(self, volume: float, concentration: float) -> list[Piece]:
        """Push a slug in; returns the pieces that come out, each the mean over at most half a cell's volume."""
        if volume <= 0.0:
            return []
        if np.all(self.cells == concentration):
            return [(volume, concentration)]
        cell = self.volume / len(self.cells)
        self.strongest = max(self.strongest, concentration)
        out: list[Piece] = []
        while volume > 0.0:
            if float(np.max(np.abs(self.cells - concentration))) <= 1e-13 * self.strongest:
                out.append(self._settle(volume, concentration))
                break
            step = min(volume, 0.5 * cell)
            out.append(self._step(step, concentration, cell))
            volume -= step
        return out

    def _step(self, step: float, inlet: float, cell: float) -> Piece:
        """Exact for cells in series: the share passed on k cells further is Poisson in volumes of one cell."""
        n, passed = len(self.cells), step / cell
        terms = [math.exp(-passed)]
        for k in range(1, n):
            terms.append(terms[-1] * passed / k)
        kernel = np.array(terms)
        before = self.amount
        self.cells = np.convolve(self.cells, kernel)[:n] + inlet * (1.0 - np.cumsum(kernel))
        return step, (before + inlet * step - self.amount) / step

    def _settle(self, volume: float, inlet: float) -> Piece:
        before = self.amount
        self.cells = np.full_like(self.cells, inlet)
        return volume, max(0.0, (before + inlet * volume - self.amount) / volume)

    @property
    def amount(self) -> float:
        """Drug inside [ug]."""
        return float(self.cells.sum()) * self.volume / len(self.cells)


Line = PlugLine | MixedLine


def line(volume: float, concentration: float, mixing_cells: int = 0) -> Line:
    """A line full of one solution, in plug flow or with mixing cells."""
    if mixing_cells and volume > 0.0:
        return MixedLine.filled(volume, concentration, mixing_cells)
    return PlugLine.filled(volume, concentration)


@dataclass
class Outflow:
    """Drug that left at one place, as pieces of constant rate: arrays of start [h], amount [ug], duration [h]."""

    times: list[Array] = field(default_factory=list)
    amounts: list[Array] = field(default_factory=list)
    durations: list[Array] = field(default_factory=list)
    total: float = 0.0

    def add(self, times: Array, amounts: Array, durations: Array) -> None:
        """Append pieces; empty ones are dropped."""
        keep = amounts > 0.0
        if not keep.all():
            times, amounts, durations = times[keep], amounts[keep], durations[keep]
        if len(amounts):
            self.times.append(times)
            self.amounts.append(amounts)
            self.durations.append(durations)
            self.total += float(amounts.sum())

    def at_once(self, time: float, amount: float) -> None:
        """Append an amount [ug] given all at once."""
        if amount > 0.0:
            self.add(np.array([time]), np.array([amount]), np.zeros(1))

    def joined(self) -> tuple[Array, Array, Array]:
        """Start, amount and duration of all pieces, each (m,)."""
        empty = [np.empty(0)]
        return (
            np.concatenate(self.times or empty),
            np.concatenate(self.amounts or empty),
            np.concatenate(self.durations or empty),
        )


def emerging(times: Array, volumes: Array, pieces: Sequence[Piece]) -> tuple[Array, Array, Array]:
    """When pieces leave: start [h], amount [ug], duration [h] of each stretch of constant rate.

    times    (k+1,) knots between which the flow is constant
    volumes  (k+1,) volume that has left by each knot, beginning with 0
    pieces   what leaves, in order, of volumes[-1] in all
    """
    if len(pieces) == 1:
        return times[:-1], (volumes[1:] - volumes[:-1]) * pieces[0][1], times[1:] - times[:-1]
    ends = np.cumsum([volume for volume, _ in pieces])
    ends[-1] = volumes[-1]
    strengths = np.array([concentration for _, concentration in pieces])
    grid = np.unique(np.concatenate((volumes, np.minimum(ends, volumes[-1]))))
    middle = 0.5 * (grid[1:] + grid[:-1])
    part = np.searchsorted(volumes, middle, side="right") - 1
    flow = np.diff(volumes)[part] / np.diff(times)[part]
    starts = times[part] + (grid[:-1] - volumes[part]) / flow
    which = np.minimum(np.searchsorted(ends, middle), len(pieces) - 1)
    moved = np.diff(grid)
    return starts, moved * strengths[which], moved / flow
