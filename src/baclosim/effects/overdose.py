"""Signs of an overdose: how often each was seen, and how likely it is when coma is so likely.

Two series count the same signs, one almost all in coma, one mostly awake; together they tell how often a sign comes
with coma and without. A sign counted only among the mostly awake keeps its frequency; one counted only among the
comatose is not expected without coma (assumed).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..evidence.library import library

SERIES = {"overdose.signs.perry-1998": "coma", "overdose.signs.leung-2006": "GCS below 9"}
"""Each published series, and what it calls coma."""
SAME = {
    "hyporeflexia": "absent or reduced reflexes",
    "bradycardia": "sinus bradycardia",
    "tonic-clonic seizure": "seizure",
    "coma": "GCS below 9",
}
"""Signs that the two series name differently; the first name is replaced by the second."""


@dataclass(frozen=True)
class Sign:
    """One sign: its probability in coma and without, and the counts behind it.

    counts  id of the series -> (how many showed it, of how many)
    """

    name: str
    in_coma: float
    without: float
    counts: dict[str, tuple[int, int]]

    def probability(self, coma: ArrayLike) -> NDArray[np.float64]:
        """Probability of the sign where coma has that probability, any shape."""
        share = np.asarray(coma, dtype=float)
        return self.in_coma * share + self.without * (1.0 - share)

    def interval(self, series: str) -> tuple[float, float]:
        """95 % interval of the frequency in one series (Jeffreys)."""
        from scipy.stats import beta

        seen, of = self.counts[series]
        low, high = beta.ppf([0.025, 0.975], seen + 0.5, of - seen + 0.5)
        return (float(low) if seen else 0.0), (float(high) if seen < of else 1.0)


def signs() -> dict[str, Sign]:
    """Every sign of the published series by name, coma itself left out."""
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for series in SERIES:
        rows: Any = library().table(series).rows
        for name, seen, of in rows:
            counts.setdefault(SAME.get(str(name), str(name)), {})[series] = (int(seen), int(of))
    coma = counts.pop(SAME["coma"])
    return {name: Sign(name, *_split(seen, coma), seen) for name, seen in sorted(counts.items())}


def _split(seen: dict[str, tuple[int, int]], coma: dict[str, tuple[int, int]]) -> tuple[float, float]:
    """Most likely frequencies in coma and without, each from 0 to 1, on a grid of hundredths."""
    if len(seen) == 1:
        series, (count, of) = next(iter(seen.items()))
        mostly_awake = 2 * coma[series][0] < coma[series][1]
        return count / of, count / of if mostly_awake else 0.0
    grid = np.linspace(0.0, 1.0, 101)
    inside, outside = np.meshgrid(grid, grid, indexing="ij")
    likelihood = np.zeros_like(inside)
    for series, (count, of) in seen.items():
        share = coma[series][0] / coma[series][1]
        p = np.clip(share * inside + (1.0 - share) * outside, 1e-9, 1.0 - 1e-9)
        likelihood += count * np.log(p) + (of - count) * np.log1p(-p)
    best = int(likelihood.argmax())
    return float(inside.flat[best]), float(outside.flat[best])
