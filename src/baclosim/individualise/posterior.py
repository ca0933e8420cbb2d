"""Who the person may be: importance sampling over virtual patients.

Candidates are drawn from a mixture: Student's t about what is known so far (first the Laplace approximation, then the
moments of a pilot sample), and a share of plain virtual patients, which bounds the weights (Hesterberg, Technometrics
1995;37:185). What is not estimated is a virtual patient's own in every candidate, so that it is integrated out. The
effective sample size says how many independent draws the weighted ones are worth.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from ..engine.kernel import LANES
from ..parameters import parameters
from ..patient import Patients
from ..patient.many import patients_at
from ..patient.spread import deviates, varying
from ..streams import stream
from .likelihood import log_likelihood
from .optimum import Optimum, Target

Array = NDArray[np.float64]

DRAWS = 5000
PILOT = (500, 1000)  # draws spent at a time on learning where to draw: a tenth of all, within these
PLAIN = 0.05  # share of plain virtual patients
FREEDOM = 5.0  # of Student's t
ENOUGH = 0.5  # effective share of a pilot from which no other pilot is needed
MOST_PILOTS = 4
COARSE = (1.0, 0.5)  # h, steps of the effects that are tried for the draws, the longest first
CLOSE = 0.02  # by which a longer step may change the log-likelihood of candidates like the person
CAREFUL = 5.0  # effective draws for each deviate at which a pilot's moments count as much as those before it
APART = 10_000_000  # virtual patients between two samples
FEW = 400  # effective draws below which tails are not to be trusted
PART = 2000  # draws between two reports of progress

Told = Callable[[int, int], None]


def untold(done: int, of: int) -> None:
    """Nobody waits to be told."""


@dataclass(frozen=True)
class Proposal:
    """Where candidates are drawn: Student's t with this mean (d,) and scale (d, d), and plain virtual patients."""

    mean: Array
    scale: Array

    def draw(self, n: int, target: Target, generator: np.random.Generator) -> Array:
        """Candidates (n, d)."""
        d = len(self.mean)
        normal = generator.standard_normal((n, d))
        stretch = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, n))
        plain = generator.random(n) < PLAIN
        near = self.mean + (normal @ np.linalg.cholesky(self.scale).T) * stretch[:, None]
        return np.where(plain[:, None], target.mean + target.sd * normal, near)

    def log_density(self, z: Array, target: Target) -> Array:
        """Log density of the mixture at candidates (n, d), (n,)."""
        d = len(self.mean)
        factor = np.linalg.cholesky(self.scale)
        distance = (np.linalg.solve(factor, (z - self.mean).T) ** 2).sum(axis=0)
        size = float(np.log(np.diag(factor)).sum())
        constant = gammaln((FREEDOM + d) / 2) - gammaln(FREEDOM / 2) - d / 2 * np.log(FREEDOM * np.pi) - size
        near = constant - (FREEDOM + d) / 2 * np.log1p(distance / FREEDOM)
        return np.logaddexp(np.log1p(-PLAIN) + near, np.log(PLAIN) + target.log_prior(z))


@dataclass(frozen=True)
class Posterior:
    """Weighted draws of one person.

    target       whose
    z            (n, d) deviates of the estimated parameters, then of the readiness to report each symptom
    others       name -> (n,) deviates of all other parameters that differ between people
    log_weights  (n,) normalised: their exponentials add up to 1
    latent       (n, m) latent values of the observations
    evidence     log marginal likelihood of the data, estimated
    """

    target: Target
    z: Array
    others: dict[str, Array]
    log_weights: Array
    latent: Array
    evidence: float

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(self.z)

    @functools.cached_property
    def weights(self) -> Array:
        """Weights (n,), which add up to 1."""
        return np.exp(self.log_weights)

    @property
    def effective(self) -> float:
        """Effective sample size: how many independent draws these are worth."""
        return float(1.0 / (self.weights**2).sum())

    @functools.cached_property
    def mean(self) -> Array:
        """Posterior mean of the deviates (d,)."""
        return self.weights @ self.z

    @functools.cached_property
    def covariance(self) -> Array:
        """Posterior covariance of the deviates (d, d)."""
        rest = self.z - self.mean
        return (rest * self.weights[:, None]).T @ rest

    def quantile(self, values: Array, *levels: float) -> Array:
        """Weighted quantiles (levels, ...) of values (n, ...)."""
        return weighted_quantiles(values, self.weights, levels)

    def chosen(self, n: int, seed: int = 0) -> NDArray[np.int64]:
        """Indices (n,) of draws of equal weight, by systematic resampling."""
        offset = stream(seed, "individualise/resampling", 0).random()
        places = (np.arange(n) + offset) / n
        picked = np.minimum(np.searchsorted(np.cumsum(self.weights), places), self.n - 1)
        return stream(seed, "individualise/order", 0).permutation(picked)

    def versions(self, n: int = 1000, seed: int = 0) -> dict[str, Array]:
        """Deviates of n persons who may all be this one, equally likely: name -> (n,), all in which people differ."""
        picked = self.chosen(n, seed)
        own = {name: self.z[picked, i] for i, name in enumerate(self.target.names)}
        return {k: v[picked] for k, v in self.others.items()} | own

    def patients(self, n: int = 1000, seed: int = 0) -> Patients:
        """The same as patients: a cohort that simulate, plan and cohort take as it is."""
        return patients_at(self.versions(n, seed), n, self.target.person.patient)


def weighted_quantiles(values: Array, weights: Array, levels: Sequence[float]) -> Array:
    """Quantiles (levels, ...) of values (n, ...) under weights (n,), linear between the draws' midpoints."""
    flat = values.reshape(len(values), -1)
    order = np.argsort(flat, axis=0)
    found = np.empty((len(levels), flat.shape[1]))
    for i in range(flat.shape[1]):
        w = weights[order[:, i]]
        found[:, i] = np.interp(levels, np.cumsum(w) - 0.5 * w, flat[order[:, i], i])
    return found.reshape(-1, *values.shape[1:])


def posterior(target: Target, best: Optimum, n: int = DRAWS, seed: int = 0, told: Told = untold) -> Posterior:
    """n weighted draws of the person, begun from the most probable one; `told` how many are done, and of how many."""
    told(0, n)
    coarse, others = coarsely(target, best), not_estimated(target)
    begin = proposal = Proposal(best.z, best.covariance)
    pilots: list[Posterior] = []
    for block in range(1, MOST_PILOTS + 1):
        pilots.append(sampled(coarse, proposal, others, int(np.clip(n // 10, *PILOT)), seed, block))
        proposal = learnt(pooled(pilots), begin)
        told(0, n)
        if pilots[-1].effective > ENOUGH * pilots[-1].n:
            break
    return sampled(coarse, proposal, others, n, seed, 0, told)


def coarsely(target: Target, best: Optimum) -> Target:
    """The same target for many draws: effects in single precision, with the longest step that tells the same.

    The same is what changes the log-likelihood of sixteen candidates about the best fit by less than CLOSE.
    """
    fine = replace(target, predictor=replace(target.predictor, precision="single"))
    if not target.predictor.effects.states:
        return fine
    noise = stream(0, "individualise/steps", 0).standard_normal((LANES, target.size))
    near = best.z + noise @ np.linalg.cholesky(best.covariance).T
    expected = target.log_likelihood(near)
    for step in COARSE:
        coarse = replace(fine, predictor=replace(fine.predictor, step=step))
        if np.abs(coarse.log_likelihood(near) - expected).max() < CLOSE:
            return coarse
    return fine


def not_estimated(target: Target) -> tuple[str, ...]:
    """The parameters that differ between people but are not estimated: a virtual patient's own in each draw."""
    return tuple(name for name in varying(parameters()) if name not in target.names)


def sampled(
    target: Target, proposal: Proposal, others: tuple[str, ...], n: int, seed: int, block: int, told: Told = untold
) -> Posterior:  # fmt: skip
    """n weighted draws from a proposal; `block` keeps the random numbers of several samples apart."""
    z = proposal.draw(n, target, stream(seed, "individualise/candidates", block))
    free = deviates(others, n, seed, first=block * APART)
    values = in_parts(target, z, free, told)
    logs = log_likelihood(target.data, values).sum(axis=1) + target.log_prior(z) - proposal.log_density(z, target)
    return weighted(target, z, free, values, np.where(np.isnan(logs), -np.inf, logs))


def in_parts(target: Target, z: Array, others: dict[str, Array], told: Told) -> Array:
    """Latent values (n, m) of candidates (n, d), PART at a time, so that whoever waits is told."""
    found: list[Array] = []
    for first in range(0, len(z), PART):
        part = slice(first, first + PART)
        found.append(target.latent(z[part], {name: values[part] for name, values in others.items()}))
        told(min(first + PART, len(z)), len(z))
    return np.concatenate(found)


def weighted(target: Target, z: Array, others: dict[str, Array], latent: Array, logs: Array) -> Posterior:
    """Draws with their log weights (n,) normalised."""
    total = float(np.asarray(logsumexp(logs)))
    return Posterior(target, z, others, logs - total, latent, total - np.log(len(z)))


def pooled(samples: Sequence[Posterior]) -> Posterior:
    """Several samples of one target as one."""
    logs = np.concatenate([s.log_weights + s.evidence + np.log(s.n) for s in samples])
    others = {name: np.concatenate([s.others[name] for s in samples]) for name in samples[0].others}
    z, latent = (np.concatenate(parts) for parts in ([s.z for s in samples], [s.latent for s in samples]))
    return weighted(samples[0].target, z, others, latent, logs)


def learnt(pilot: Posterior, begin: Proposal) -> Proposal:
    """A proposal with the moments of a pilot sample, as far as its effective size bears them; else as at the start."""
    share = pilot.effective / (pilot.effective + CAREFUL * len(begin.mean))
    scale = share * pilot.covariance + (1.0 - share) * begin.scale
    return Proposal(share * pilot.mean + (1.0 - share) * begin.mean, scale)
