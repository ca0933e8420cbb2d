"""The joint fit of the typical adult's blood to published summary quantities.

Weighted least squares on logarithms. A reading's variance is its sampling variance plus the variance between studies
of its kind (DerSimonian and Laird, Control Clin Trials 1986;7:177-188), drawn towards the variance pooled over kinds
because few studies of a kind say little about it. Readings of one kind from one source share one study's
weight. Intervals: the linearised covariance, inflated where the readings disagree by more than their weights say.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..patient.scaling import ADULT_CREATININE_CLEARANCE
from .readings import KINDS, Reading, readings
from .summary import Blood

Array = NDArray[np.float64]

START = {
    "absorption_rate": 1.6,
    "central_volume": 28e3,
    "peripheral_volume": 20e3,
    "exchange": 6e3,
    "renal_per_creatinine": 1.0,
    "nonrenal_clearance": 1.5e3,
    "bioavailability": 0.8,
}
NAMES = tuple(START)
WEAK_PULL = 0.5
"""Log-scale SD of the pull to START when a source is left out, for what no other source determines."""

ABSORPTION_LAG = 0.2
"""Held at its value in values/systemic.toml [h]: summary quantities cannot tell it from the absorption rate."""

POOLED_WEIGHT = 2
"""Studies' worth of weight that the variance pooled over kinds has in each kind's own."""


@dataclass(frozen=True)
class Fit:
    """The fitted adult.

    values        typical value by parameter name
    covariance    (p, p) of the logarithms (bioavailability: of the logit), in the order of NAMES
    between       between-study SD of the logarithm, by kind
    chi_square    weighted sum of squares; degrees_of_freedom readings minus parameters
    """

    values: Mapping[str, float]
    covariance: Array
    between: Mapping[str, float]
    chi_square: float
    degrees_of_freedom: int

    def interval(self, name: str) -> tuple[float, float]:
        """About 95 % interval of a typical value."""
        at = NAMES.index(name)
        centre, half = to_line(name, self.values[name]), 1.96 * math.sqrt(self.covariance[at, at])
        return from_line(name, centre - half), from_line(name, centre + half)

    def correlation(self, name: str) -> dict[str, float]:
        """Correlation of one parameter's estimate with every other's, on the fitted scale."""
        sd = np.sqrt(np.diag(self.covariance))
        row = self.covariance[NAMES.index(name)] / sd / sd[NAMES.index(name)]
        return {other: float(rho) for other, rho in zip(NAMES, row, strict=True) if other != name}


@dataclass(frozen=True)
class Residual:
    """One reading against the model; `predicted`, `low` and `high` are NaN when no other source speaks of its kind.

    low, high  95 % interval in which the reading was to be expected
    deviation  of the logarithms, in standard deviations
    """

    reading: Reading
    unit: str
    predicted: float
    low: float
    high: float
    deviation: float


def to_line(name: str, value: float) -> float:
    """Onto the unbounded scale of the fit: logit for the bioavailability, logarithm for the rest."""
    return math.log(value / (1.0 - value)) if name == "bioavailability" else math.log(value)


def from_line(name: str, x: float) -> float:
    """Back from the unbounded scale of the fit."""
    return 1.0 / (1.0 + math.exp(-x)) if name == "bioavailability" else math.exp(x)


def blood(values: Mapping[str, float]) -> Blood:
    """Kinetics of the adult of 70 kg and 110 mL/min with these values."""
    own = {name: values[name] for name in NAMES if name != "renal_per_creatinine"}
    renal = values["renal_per_creatinine"] * ADULT_CREATININE_CLEARANCE * 60.0
    return Blood(renal_clearance=renal, absorption_lag=ABSORPTION_LAG, **own)


def between_studies(rows: Iterable[Reading]) -> dict[str, float]:
    """Between-study SD of the logarithm, by kind."""
    by_kind: dict[str, list[Reading]] = defaultdict(list)
    for reading in rows:
        by_kind[reading.kind].append(reading)
    freedom = {kind: len({r.source for r in group}) - 1 for kind, group in by_kind.items()}
    variances = {kind: _dersimonian_laird(by_kind[kind]) for kind, df in freedom.items() if df}
    pooled = sum(variances[kind] * freedom[kind] for kind in variances) / max(sum(freedom.values()), 1)
    return {
        kind: math.sqrt((variances.get(kind, 0.0) * df + pooled * POOLED_WEIGHT) / (df + POOLED_WEIGHT))
        for kind, df in freedom.items()
    }


def _dersimonian_laird(group: list[Reading]) -> float:
    y = np.log([r.observed for r in group])
    w = np.array([r.standard_error for r in group]) ** -2.0
    mean = np.average(y, weights=w)
    excess = float(np.sum(w * (y - mean) ** 2)) - (len(group) - 1)
    return max(0.0, excess / float(np.sum(w) - np.sum(w**2) / np.sum(w)))


def fit(rows: tuple[Reading, ...], pull: float = 0.0) -> Fit:
    """Fit the typical adult. `pull` adds a weak pull to START (1 / SD on the fitted scale)."""
    from scipy.optimize import least_squares

    between = between_studies(rows)
    weight = 1.0 / _expected_sd(rows, between)
    observed = np.log([r.observed for r in rows])
    start = np.array([to_line(name, START[name]) for name in NAMES])

    def residuals(x: Array) -> Array:
        return np.concatenate(((predicted(rows, x) - observed) * weight, pull * (x - start)))

    found = least_squares(residuals, start, jac="3-point", xtol=1e-13, ftol=1e-13, gtol=1e-13)
    chi_square, freedom = 2.0 * float(found.cost), len(rows) - len(NAMES)
    information = found.jac.T @ found.jac
    return Fit(
        values={name: from_line(name, x) for name, x in zip(NAMES, found.x, strict=True)},
        covariance=np.linalg.inv(information) * max(1.0, chi_square / max(freedom, 1)),
        between=between,
        chi_square=chi_square,
        degrees_of_freedom=freedom,
    )


def predicted(rows: tuple[Reading, ...], x: Array) -> Array:
    """Logarithms of what the model says for each reading; x is on the fitted scale."""
    values = {name: from_line(name, xi) for name, xi in zip(NAMES, x, strict=True)}
    person = blood(values)
    kinds = {r.kind for r in rows}
    said = {kind: math.log(KINDS[kind].predict(person, ADULT_CREATININE_CLEARANCE)) for kind in kinds}
    return np.array([said[r.kind] for r in rows])


def _expected_sd(rows: tuple[Reading, ...], between: Mapping[str, float]) -> Array:
    """SD of each reading's logarithm about the typical adult; twins of one source share one weight."""
    twins = Counter((r.source, r.kind) for r in rows)
    variances = [(r.standard_error**2 + between[r.kind] ** 2) * twins[r.source, r.kind] for r in rows]
    return np.sqrt(variances)


def residuals(rows: tuple[Reading, ...], result: Fit) -> tuple[Residual, ...]:
    """Each reading against a fit."""
    pooled = max(result.between.values(), default=0.0)
    x = np.array([to_line(name, result.values[name]) for name in NAMES])
    said = predicted(rows, x)
    slopes = _slopes(rows, x)
    typical = np.einsum("rp,pq,rq->r", slopes, result.covariance, slopes)
    own = np.array([r.standard_error**2 + result.between.get(r.kind, pooled) ** 2 for r in rows])
    sd = np.sqrt(typical + own)
    return tuple(
        Residual(
            reading=r,
            unit=KINDS[r.kind].unit,
            predicted=math.exp(p),
            low=math.exp(p - 1.96 * s),
            high=min(math.exp(p + 1.96 * s), KINDS[r.kind].ceiling),
            deviation=(math.log(r.observed) - p) / s,
        )
        for r, p, s in zip(rows, said, sd, strict=True)
    )


def _slopes(rows: tuple[Reading, ...], x: Array) -> Array:
    """Central differences of the predictions, (readings, parameters)."""
    step = 1e-5
    shifts = step * np.eye(len(NAMES))
    up = [predicted(rows, x + shift) for shift in shifts]
    down = [predicted(rows, x - shift) for shift in shifts]
    return (np.array(up) - np.array(down)).T / (2.0 * step)


@functools.cache
def leave_one_out() -> tuple[Residual, ...]:
    """Every reading predicted by a fit that has seen nothing of its source."""
    rows = readings()
    found: list[Residual] = []
    for source in dict.fromkeys(r.source for r in rows):
        others = tuple(r for r in rows if r.source != source)
        left_out = tuple(r for r in rows if r.source == source)
        result = fit(others, pull=1.0 / WEAK_PULL)
        known = {r.kind for r in others}
        found += [r if r.reading.kind in known else _unspoken(r) for r in residuals(left_out, result)]
    return tuple(found)


def _unspoken(row: Residual) -> Residual:
    nothing = math.nan
    return Residual(row.reading, row.unit, nothing, nothing, nothing, nothing)
