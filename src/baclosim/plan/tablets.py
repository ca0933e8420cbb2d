"""Tablets that exist: which amounts they make, and how a day's dose goes down through them without ever going up.

Amounts are ug. A ladder is every daily dose that a taper can stand on, from the present one down to nothing; each rung
says what is taken at each time of the day. From rung to rung no time of the day ever gets more.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InputError, Problems

STRENGTHS = (5_000.0, 10_000.0, 20_000.0, 25_000.0)
"""Baclofen tablets that are sold [ug]."""
USUAL = (10_000.0, 5_000.0)
MOST_AT_ONCE = 100_000.0  # ug, that anyone takes at one time
GRAIN = 10.0  # ug, the finest that amounts are told apart


@dataclass(frozen=True)
class Supply:
    """What doses can be made of.

    strengths  tablets to be had [ug], the largest first
    halves     whether tablets may be halved
    drop       the finest measure of a liquid [ug]; 0 without a liquid
    """

    strengths: tuple[float, ...] = USUAL
    halves: bool = False
    drop: float = 0.0

    @property
    def pieces(self) -> tuple[tuple[float, str], ...]:
        """Amount [ug] and name of every piece, the largest first; whole tablets before halves of the same amount."""
        whole = [(s, f"{s / 1e3:g} mg", 0) for s in self.strengths]
        half = [(s / 2.0, f"half of {s / 1e3:g} mg", 1) for s in self.strengths if self.halves]
        return tuple((amount, name) for amount, name, _ in sorted((*whole, *half), key=lambda p: (-p[0], p[2])))

    def makes(self, most: float = MOST_AT_ONCE) -> tuple[float, ...]:
        """Every amount that can be taken at once, from nothing up to `most` [ug], ascending."""
        if self.drop:
            return tuple(self.drop * i for i in range(math.floor(most / self.drop + 1e-9) + 1))
        return _makes(tuple(amount for amount, _ in self.pieces), most)

    def in_words(self, amount: float) -> str:
        """An amount as the fewest pieces, "2 × 10 mg + 5 mg"; as a mass where it is a liquid or cannot be made."""
        counts = None if self.drop else _fewest(tuple(piece for piece, _ in self.pieces), round(amount / GRAIN))
        if counts is None:
            return f"{amount / 1e3:g} mg"
        named = [(count, name) for count, (_, name) in zip(counts, self.pieces, strict=True) if count]
        return " + ".join(name if count == 1 else f"{count} × {name}" for count, name in named) or "–"

    def __str__(self) -> str:
        if self.drop:
            return f"a liquid measured in {self.drop / 1e3:g} mg"
        sizes = " and ".join(f"{s / 1e3:g} mg" for s in self.strengths)
        return f"tablets of {sizes}" + (", whole or halved" if self.halves else ", whole")


@functools.cache
def _makes(pieces: tuple[float, ...], most: float) -> tuple[float, ...]:
    reach = {0}
    sizes = [round(piece / GRAIN) for piece in pieces]
    limit = math.floor(most / GRAIN + 1e-9)
    for amount in range(1, limit + 1):
        if any(amount - size in reach for size in sizes):
            reach.add(amount)
    return tuple(GRAIN * amount for amount in sorted(reach))


@functools.cache
def _fewest(pieces: tuple[float, ...], amount: int) -> tuple[int, ...] | None:
    """How many of each piece make an amount [GRAIN], the fewest in all; None when none do."""
    sizes = [round(piece / GRAIN) for piece in pieces]
    best: dict[int, tuple[int, ...]] = {0: (0,) * len(sizes)}
    for total in range(1, amount + 1):
        ways = [
            tuple(c + (i == j) for j, c in enumerate(best[total - size]))
            for i, size in enumerate(sizes)
            if total - size in best
        ]
        if ways:
            best[total] = min(ways, key=sum)
    return best.get(amount)


def ladder(present: Sequence[float], supply: Supply) -> tuple[tuple[float, ...], ...]:
    """Every rung from the present doses (one for each time of the day, ug) down to nothing.

    The first rung is the present one, as it is; the others are made of what is supplied. From each rung the dose that
    is largest beside its present share goes down by the least possible; of equals the one in the middle of the day
    first and the last of the day last.
    """
    made = supply.makes(max(MOST_AT_ONCE, max(present)))
    rungs = [tuple(present)]
    start = tuple(max(a for a in made if a <= dose * (1 + 1e-9)) for dose in present)
    now = start
    if sum(now) < sum(present) * (1 - 1e-9):
        rungs.append(now)
    while any(now):
        slot = min((i for i, dose in enumerate(now) if dose), key=lambda i: (-now[i] / present[i], _order(i, len(now))))
        lower = max(a for a in made if a < now[slot] * (1 - 1e-9))
        now = (*now[:slot], lower, *now[slot + 1 :])
        rungs.append(now)
    return tuple(rungs)


def _order(slot: int, slots: int) -> tuple[int, int]:
    """Middle of the day first, then the first dose, the last of the day at the end."""
    return (2 if slot == slots - 1 else 1 if slot == 0 else 0, slot)


def read_supply(tablets: str | None, halves: bool, liquid: str | None = None) -> Supply:
    """What doses are made of; raises InputError naming tablets that are not sold.

    tablets  strengths in mg, such as "10,5"; liquid: the finest step that is measured, such as "0.5 mg"
    """
    problems = Problems()
    found = []
    for word in (tablets or "").replace("mg", "").replace(";", ",").split(","):
        if not word.strip():
            continue
        strength = _milligrams(word)
        if strength not in STRENGTHS:
            sold = ", ".join(f"{s / 1e3:g}" for s in STRENGTHS)
            problems.add("--tablets", word.strip(), f"tablets that are sold: {sold} mg")
        found.append(strength)
    drop = 0.0
    if liquid is not None:
        if tablets or halves:
            problems.add("--liquid", liquid, "either tablets or a liquid")
        drop = _drop(liquid, problems)
    problems.raise_as(InputError)
    return Supply(tuple(sorted(set(found), reverse=True)) or USUAL, halves, drop)


def _milligrams(word: str) -> float:
    try:
        return float(word) * 1e3
    except ValueError:
        return math.nan


def _drop(liquid: str, problems: Problems) -> float:
    from ..units import read

    try:
        drop = float(read(liquid, "mass"))
    except InputError:
        problems.add("--liquid", liquid, "the least amount that is measured, such as '0.5 mg'")
        return 0.0
    if not GRAIN <= drop <= 10_000.0:
        problems.add("--liquid", liquid, "a least amount from 0.01 to 10 mg")
    return drop
