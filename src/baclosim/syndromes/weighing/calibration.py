"""How well the classifier knows what it says: every published case of the evidence, each judged without itself.

Nothing in the classifier is set by these cases, so that leaving one out changes its answer in nothing: each answer is
already one without it. What is fitted here, one number for the sharpness of all probabilities, is fitted to the other
cases only and reported, never used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from ..vignettes import Vignette, vignettes
from ..words import percent
from .classifier import Evidence, by_syndrome, evidence_of, log_posterior, normalised
from .course import predicted
from .likelihood import OTHER, syndromes

SHARPNESS = np.linspace(0.2, 3.0, 57)
Blind = Literal["", "exposures", "findings"]
BINS = (0.0, 0.05, 0.2, 0.5, 0.8, 1.0)


@dataclass(frozen=True)
class Judged:
    """One case: its published diagnosis, the probability that it got, its rank, and the syndrome that came first."""

    name: str
    diagnosis: str
    first: str
    rank: int
    probability: float
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Interval:
    """A share of n cases with its exact binomial 95 % interval."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share."""
        return self.hits / self.n

    def __str__(self) -> str:
        share, low, high = (f"{100 * x:.0f}" for x in (self.share, self.low, self.high))
        return f"{self.hits} of {self.n} ({share} %, 95 % interval {low} to {high} %)"


@dataclass(frozen=True)
class Bin:
    """Claims of about one probability: how many, their mean, and how many came true."""

    low: float
    high: float
    claimed: float
    true: Interval


@dataclass(frozen=True)
class Calibration:
    """All cases judged.

    log_score   mean of -log2 of the probability of the published diagnosis, made to sum to 1 over the syndromes [bits]
    tempered    the same when every answer is sharpened or blunted by a number fitted to the other cases
    sharpness   that number, fitted to all cases; 1 is right, below 1 is too sure
    """

    cases: tuple[Judged, ...]
    bins: tuple[Bin, ...]
    log_score: float
    tempered: float
    sharpness: float

    def within(self, rank: int) -> Interval:
        """Share of cases whose published diagnosis is among the first so many."""
        return exact(sum(case.rank <= rank for case in self.cases), len(self.cases))

    def confusion(self) -> dict[tuple[str, str], int]:
        """How often each published diagnosis (first) met each first answer (second)."""
        found: dict[tuple[str, str], int] = {}
        for case in self.cases:
            found[case.diagnosis, case.first] = found.get((case.diagnosis, case.first), 0) + 1
        return found


def calibrated(cases: Sequence[Vignette] | None = None, blind_to: Blind = "") -> Calibration:
    """Judge every vignette of the evidence, or these, on request blind to exposures and times, or to findings."""
    judged = tuple(judge(case, blind_to) for case in (vignettes().values() if cases is None else cases))
    logs = np.log(np.array([case.probabilities for case in judged]))
    true = np.array([codes().index(case.diagnosis) for case in judged])
    scores = np.stack([tempered(logs, true, sharp) for sharp in SHARPNESS])
    left_out = [scores[np.argmin(scores.sum(axis=1) - scores[:, i]), i] for i in range(len(judged))]
    return Calibration(
        judged,
        tuple(reliability(judged)),
        float(tempered(logs, true, 1.0).mean()),
        float(np.mean(left_out)),
        float(SHARPNESS[np.argmin(scores.sum(axis=1))]),
    )


def codes() -> tuple[str, ...]:
    """Every syndrome and "none of these"."""
    return (*syndromes(), OTHER)


def judge(vignette: Vignette, blind_to: Blind = "") -> Judged:
    """One case, with the simulator's word where its dose is told."""
    factors = {course.syndrome: course.factor for course in predicted(vignette.case)}
    evidence = evidence_of(vignette.case, factors)
    if blind_to == "exposures":
        evidence = Evidence(evidence.findings, {})
    elif blind_to == "findings":
        evidence = replace(evidence, findings={})
    marginal = by_syndrome(normalised(log_posterior(evidence))[1:]).mean(axis=0)
    order = np.argsort(-marginal, kind="stable")
    place = codes().index(vignette.diagnosis)
    return Judged(
        vignette.name,
        vignette.diagnosis,
        codes()[order[0]],
        int(np.flatnonzero(order == place)[0]) + 1,
        float(marginal[place]),
        tuple(marginal.tolist()),
    )


def tempered(logs: np.ndarray, true: np.ndarray, sharp: float) -> np.ndarray:
    """-log2 of the probability of the truth, (cases,), when log-probabilities (cases, syndromes) are scaled."""
    p = normalised(sharp * logs)
    return -np.log2(p[np.arange(len(true)), true])


def reliability(cases: Sequence[Judged]) -> list[Bin]:
    """Every claim about every syndrome of every case by its probability, and how many came true."""
    claims = np.array([p for case in cases for p in case.probabilities])
    came = np.array([code == case.diagnosis for case in cases for code in codes()])
    found = []
    for low, high in pairwise(BINS):
        inside = (claims >= low) & ((claims < high) | (high == BINS[-1]))
        if inside.any():
            found.append(
                Bin(low, high, float(claims[inside].mean()), exact(int(came[inside].sum()), int(inside.sum())))
            )
    return found


def exact(hits: int, n: int) -> Interval:
    """A share with its exact (Clopper-Pearson) 95 % interval. Raises ValueError without any case."""
    from scipy.special import betaincinv

    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is no share")
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, 0.025))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 0.975))
    return Interval(hits, n, low, high if math.isfinite(high) else 1.0)


CASES = ("case", "published", "first answer", "rank", "probability")
CALIBRATED = ("claimed", "on average", "came true")


def case_rows(found: Calibration) -> list[tuple[str, ...]]:
    """Every case under CASES."""
    said = ((c, *(name.replace("_", " ") for name in (c.diagnosis, c.first))) for c in found.cases)
    return [(c.name, published, first, str(c.rank), percent(c.probability)) for c, published, first in said]


def bin_rows(found: Calibration) -> list[tuple[str, ...]]:
    """Claims of about one probability under CALIBRATED, beside the share that came true."""
    return [(f"{percent(b.low)} to {percent(b.high)}", percent(b.claimed), str(b.true)) for b in found.bins]
