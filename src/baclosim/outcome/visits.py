"""The visits of a run with a policy: what was seen and done, of the typical patient and across the cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..simulate.decisions import OUTCOMES

if TYPE_CHECKING:
    from ..simulate.decisions import Decisions


@dataclass(frozen=True)
class VisitRow:
    """One visit.

    time            h
    seen, outcome, reason, dose   of the typical patient; the dose is that after the visit, in the policy's unit
    shares          outcome -> share of the cohort
    median, low, high             dose of the cohort after the visit, with 90 % of the patients
    """

    time: float
    seen: str
    outcome: str
    reason: str
    dose: float
    shares: dict[str, float]
    median: float
    low: float
    high: float

    @property
    def done(self) -> str:
        """What was done for the typical patient, and why."""
        return f"{self.outcome} ({self.reason})" if self.reason else self.outcome


def visit_rows(typical: Decisions, cohort: Decisions) -> tuple[VisitRow, ...]:
    """Every visit under one policy."""
    shares = {name: cohort.share(name) for name in OUTCOMES}
    low, median, high = np.quantile(cohort.dose, (0.05, 0.5, 0.95), axis=0)
    return tuple(
        VisitRow(
            time=time,
            seen=typical.seen(0, k),
            outcome=OUTCOMES[typical.outcome[0, k]],
            reason=typical.reason(0, k),
            dose=float(typical.dose[0, k + 1]),
            shares={name: float(share[k]) for name, share in shares.items()},
            median=float(median[k + 1]),
            low=float(low[k + 1]),
            high=float(high[k + 1]),
        )
        for k, time in enumerate(typical.time.tolist())
    )


def telling(rows: tuple[VisitRow, ...], most: int = 30) -> tuple[VisitRow, ...]:
    """The visits worth a line: those at which something changed, the last, and at most so many, evenly chosen."""
    changed = [
        row
        for before, row in zip((None, *rows), rows, strict=False)
        if before is None or (row.done, row.dose, row.median) != (before.done, before.dose, before.median)
    ]
    if rows and changed[-1] is not rows[-1]:
        changed.append(rows[-1])
    chosen = np.unique(np.linspace(0, len(changed) - 1, min(most, len(changed))).round().astype(int)) if changed else []
    return tuple(changed[i] for i in chosen)
