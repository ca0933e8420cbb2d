"""How likely observations are: one rule for levels, censored levels, ordinal scores, counts and symptoms.

A reading r scatters about the latent value f, r ~ Normal(f, s) with s^2 = a^2 + (b f)^2. What is written down says
that r lies in an interval. A point has the density of r; an interval has Phi((high - f)/s) - Phi((low - f)/s): for a
level below quantification that is the probability of being below (Beal's M3), for a score the difference of two
cumulative probabilities of the examiner's rounding.

A symptom has probability p(t) in people like this one. One person keeps one readiness u ~ Normal(0, 1) to report it
and scatters about it from day to day with SD tau, so that the latent value is sqrt(1 + tau^2) probit(p) + u: over all
people the probability stays p, and a diary of fourteen days is not fourteen independent people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from .observations import Data

Array = NDArray[np.float64]

SURE = 1e-9  # a probability is never closer to 0 or 1
ROOT = np.sqrt(2.0 * np.pi)


def latent(data: Data, predicted: Array, readiness: Array) -> Array:
    """Latent values (n, m) from predictions (n, m) and each person's readiness (n, symptoms)."""
    asked = data.symptom >= 0
    if not asked.any():
        return predicted
    found = predicted.copy()
    spread = np.sqrt(1.0 + data.additive[asked] ** 2)
    probit = ndtri(np.clip(predicted[:, asked], SURE, 1.0 - SURE))
    found[:, asked] = spread * probit + readiness[:, data.symptom[asked]]
    return found


def scatter(data: Data, value: Array) -> Array:
    """SD of a reading about a latent value, both (n, m)."""
    return np.sqrt(data.additive**2 + (data.proportional * value) ** 2)


def log_likelihood(data: Data, value: Array) -> Array:
    """Log-likelihood of each observation, (n, m), at latent values (n, m)."""
    sd = scatter(data, value)
    low, high = (data.low - value) / sd, (data.high - value) / sd
    exact = data.is_exact
    found = np.empty_like(value)
    found[:, exact] = -0.5 * high[:, exact] ** 2 - np.log(ROOT * sd[:, exact])
    found[:, ~exact] = log_between(low[:, ~exact], high[:, ~exact])
    return found


def log_between(low: Array, high: Array) -> Array:
    """log(Phi(high) - Phi(low)) for low < high, without loss of digits in either tail."""
    flip = low > 0.0
    below, above = np.where(flip, -high, low), np.where(flip, -low, high)
    upper = log_ndtr(above)
    with np.errstate(invalid="ignore"):
        share = np.where(np.isneginf(below), -np.inf, log_ndtr(below) - upper)
    return upper + np.log1p(-np.exp(np.minimum(share, -1e-300)))


def slopes(data: Data, value: Array) -> tuple[Array, Array]:
    """First derivative of the log-likelihood by the latent value, and its information, both (m,), at values (m,).

    The information is the expected one for values that are known, else the observed one where it is positive.
    """
    sd = scatter(data, value)
    sd_slope = data.proportional**2 * value / sd
    rest = data.high - value
    with np.errstate(invalid="ignore"):
        first = rest / sd**2 + sd_slope * (rest**2 / sd**3 - 1.0 / sd)
    information = 1.0 / sd**2 + 2.0 * (sd_slope / sd) ** 2
    inside = ~data.is_exact
    bend = (data.proportional * data.additive) ** 2 / sd**3
    parts = (value, sd, sd_slope, bend, data.low, data.high)
    first[inside], information[inside] = interval_slopes(*(part[inside] for part in parts))
    return first, information


def interval_slopes(f: Array, s: Array, ds: Array, bend: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The same for intervals from low to high about latent values f; SD s with derivatives ds and bend; all (k,)."""
    probability = log_between((low - f) / s, (high - f) / s)
    first, second = np.zeros_like(f), np.zeros_like(f)
    for edge, sign in ((high, 1.0), (low, -1.0)):
        finite = np.isfinite(edge)
        u = np.where(finite, (edge - f) / s, 0.0)
        move = -(1.0 + u * ds) / s
        weight = np.where(finite, sign * np.exp(-0.5 * u**2 - probability) / ROOT, 0.0)
        first += weight * move
        second -= weight * (u * move**2 + (2.0 * move * ds + u * bend) / s)
    return first, np.maximum(first**2 - second, 0.0)


def readings(data: Data, value: Array, noise: Array) -> Array:
    """Readings (n, m) about latent values, from standard normal noise (n, m)."""
    return value + scatter(data, value) * noise


def probability_below(data: Data, value: Array, edge: Array) -> Array:
    """Probability (n, m) that a reading about latent values lies below an edge (m,)."""
    return ndtr((edge - value) / scatter(data, value))
