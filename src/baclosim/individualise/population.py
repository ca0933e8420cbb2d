"""Many persons: typical values and spread, by Monte Carlo expectation-maximisation on the same likelihood.

Each person's deviates are Normal(mean, sd) among people. Draws of every person from an importance density stand for
their posterior under any mean and sd, with changed weights; so the model is run once per round, and the steps of EM
between rounds cost nothing (MCPEM: Bauer and Guzy in D'Argenio, Advanced Methods of PK/PD Systems Analysis 2004).
The published uncertainty of each typical value counts as prior data, and the published spread as much as PEOPLE
persons do, so that what these data cannot tell (whether a low level is poor absorption or a high clearance) stays where
the literature has it.
Standard errors come from the persons' scores (Fisher's identity).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from ..errors import InputError, Problem
from ..parameters import Parameter, parameters
from ..patient.spread import at_deviate, typical_deviate
from ..simulate.parts import routes_of
from .estimated import checked, estimated_for
from .individual import Individual
from .likelihood import log_likelihood
from .observations import Person
from .optimum import Optimum, Target, optimum, target_of
from .posterior import Proposal, Told, coarsely, not_estimated, sampled, untold, weighted
from .prediction import predictor_of

Array = NDArray[np.float64]

DRAWS = 600  # of each person in each round
ROUNDS = 6
MOST_STEPS = 100
SETTLED = 1e-4  # change of every mean and log sd in a step of EM at which it is over
PEOPLE = 10.0  # persons that the published spread counts for (assumed)
WORN = 0.1  # effective share of a person's draws, in the middle, below which they must be drawn anew
SCATTERS = np.exp(np.linspace(-1.0, 1.0, 81))  # factors on the scatter of levels that are tried
FEWEST = 2


@dataclass(frozen=True)
class Typical:
    """One parameter of a population.

    value, interval    typical value and its 95 % interval, in the parameter's unit
    published          typical value before these data
    spread             SD between people on the parameter's own scale over the published one, with its 95 % interval
    shrinkage          mean posterior variance of the persons' deviates over that between people
    """

    parameter: Parameter
    value: float
    interval: tuple[float, float]
    published: float
    spread: float
    spread_interval: tuple[float, float]
    shrinkage: float


@dataclass(frozen=True)
class Population:
    """What many persons' data say of people.

    names           (p,) parameters
    mean, sd        (p,) of the deviates between people: 0 and 1 are the published typical value and spread
    covariance      (2p, 2p) of mean and log sd
    scatter         factor on the published scatter of levels
    log_likelihood  of all data, the persons' deviates integrated out
    history         (steps, 2p) mean and sd over the steps of EM
    individuals     each person among these people
    """

    names: tuple[str, ...]
    mean: Array
    sd: Array
    covariance: Array
    scatter: float
    log_likelihood: float
    history: Array
    individuals: tuple[Individual, ...]

    @property
    def typical(self) -> tuple[Typical, ...]:
        """Every parameter with its intervals."""
        table, error = parameters(), np.sqrt(np.diag(self.covariance))
        return tuple(self._typical(table[name], i, error) for i, name in enumerate(self.names))

    def _typical(self, parameter: Parameter, i: int, error: Array) -> Typical:
        p = len(self.names)
        ends = self.mean[i] + error[i] * np.array([-1.96, 0.0, 1.96])
        low, value, high = at_deviate(parameter, ends).tolist()
        width = float(np.exp(1.96 * error[p + i]))
        shrinkage = float(np.mean([f.draws.covariance[i, i] for f in self.individuals]) / self.sd[i] ** 2)
        sd = float(self.sd[i])
        return Typical(parameter, value, (low, high), parameter.value, sd, (sd / width, sd * width), shrinkage)


@dataclass(frozen=True)
class Drawn:
    """Draws of one person: deviates (n, d), latent values (n, m), log density of the proposal (n,)."""

    target: Target
    best: Optimum
    z: Array
    others: dict[str, Array]
    latent: Array
    log_proposal: Array
    _known: dict[int, Array] = field(default_factory=dict, repr=False)

    def log_likelihood(self, scatter: int) -> Array:
        """Log-likelihood of each draw (n,) under one of SCATTERS, computed once."""
        if scatter not in self._known:
            data = self.target.data.scattering(SCATTERS[scatter])
            self._known[scatter] = log_likelihood(data, self.latent).sum(axis=1)
        return self._known[scatter]

    def logs(self, mean: Array, sd: Array, scatter: int) -> Array:
        """Log weights (n,), not normalised, under means and sds (p,) and one of SCATTERS."""
        among = among_people(self.target, mean, sd)
        return self.log_likelihood(scatter) + among.log_prior(self.z) - self.log_proposal


def fit_population(
    persons: Sequence[Person],
    *,
    parameters: Sequence[str] | None = None,
    draws: int = DRAWS,
    rounds: int = ROUNDS,
    seed: int = 0,
    told: Told = untold,
) -> Population:
    """Estimate typical values and spread from the data of several persons.

    parameters  names; by default all that any person's kinds of data can inform
    told        called with the persons done and their number, over all rounds
    Raises InputError for fewer than two persons.
    """
    if len(persons) < FEWEST:
        raise InputError(Problem("data", f"{len(persons)} person", "at least two persons for a population"))
    targets = targets_of(persons, parameters)
    p = len(targets[0].names)
    mean, sd, scatter = np.zeros(p), np.ones(p), len(SCATTERS) // 2
    history: list[Array] = []
    drawn: list[Drawn] = []
    for step in range(rounds):
        before = drawn
        drawn = []
        for i, target in enumerate(targets):
            begin = before[i].best.z if before else None
            drawn.append(drawn_of(target, mean, sd, begin, draws, seed, step * len(targets) + i))
            told(step * len(targets) + i + 1, rounds * len(targets))
        mean, sd, scatter = maximised(drawn, mean, sd, scatter, history)
    return finished(drawn, mean, sd, scatter, np.array(history), seed)


def targets_of(persons: Sequence[Person], names: Sequence[str] | None) -> list[Target]:
    """The target of each person, all over the same parameters."""
    predictors = [predictor_of(p.patient, p.therapy, p.data.quantities, p.data.times, p.before) for p in persons]
    own = [estimated_for(p, routes_of(q.doses)) for p, q in zip(persons, predictors, strict=True)]
    chosen = tuple(dict.fromkeys(name for some in own for name in some)) if names is None else checked(names)
    return [target_of(p, chosen, q) for p, q in zip(persons, predictors, strict=True)]


def among_people(target: Target, mean: Array, sd: Array) -> Target:
    """A person among people with these means and sds (p,) of the deviates."""
    rest = target.size - len(mean)
    return replace(target, mean=np.append(mean, np.zeros(rest)), sd=np.append(sd, np.ones(rest)))


def drawn_of(target: Target, mean: Array, sd: Array, begin: Array | None, n: int, seed: int, block: int) -> Drawn:
    """Draws of one person about the most probable one among these people."""
    among = among_people(target, mean, sd)
    best = optimum(among, begin)
    proposal = Proposal(best.z, best.covariance)
    sample = sampled(coarsely(among, best), proposal, not_estimated(among), n, seed, block)
    return Drawn(among, best, sample.z, sample.others, sample.latent, proposal.log_density(sample.z, among))


def maximised(
    drawn: Sequence[Drawn], mean: Array, sd: Array, scatter: int, history: list[Array]
) -> tuple[Array, Array, int]:
    """Steps of EM over fixed draws until mean and sd settle, or have moved too far for these draws."""
    uncertainty = np.array([typical_deviate(parameters()[name]) for name in drawn[0].target.names])
    p, n = len(mean), len(drawn)
    for _ in range(MOST_STEPS):
        weights = [normalised(d.logs(mean, sd, scatter)) for d in drawn]
        first = np.array([w @ d.z[:, :p] for w, d in zip(weights, drawn, strict=True)])
        new = first.sum(axis=0) / (n + sd**2 / uncertainty**2)
        second = np.sum([w @ (d.z[:, :p] - new) ** 2 for w, d in zip(weights, drawn, strict=True)], axis=0)
        wide = np.sqrt((second + PEOPLE) / (n + PEOPLE))
        moved = max(float(np.abs(new - mean).max()), float(np.abs(np.log(wide / sd)).max()))
        mean, sd, scatter = new, wide, better_scatter(drawn, weights, scatter)
        history.append(np.concatenate((mean, sd)))
        if moved < SETTLED or np.median([1.0 / (w @ w) / len(w) for w in weights]) < WORN:
            break
    return mean, sd, scatter


def better_scatter(drawn: Sequence[Drawn], weights: Sequence[Array], now: int) -> int:
    """Of SCATTERS, the present one or that neighbour under which the weighted draws are most likely."""
    if not any((d.target.data.proportional > 0.0).any() for d in drawn):
        return now

    def expected(scatter: int) -> float:
        return sum(float(w @ d.log_likelihood(scatter)) for w, d in zip(weights, drawn, strict=True))

    return max(range(max(now - 1, 0), min(now + 2, len(SCATTERS))), key=expected)


def normalised(logs: Array) -> Array:
    """Weights that add up to 1."""
    return np.exp(logs - logsumexp(logs))


def finished(drawn: Sequence[Drawn], mean: Array, sd: Array, scatter: int, history: Array, seed: int) -> Population:
    """The population with its standard errors and every person in it."""
    individuals, scores, total = [], [], 0.0
    for d in drawn:
        logs = d.logs(mean, sd, scatter)
        among = among_people(d.target, mean, sd)
        draws = weighted(among, d.z, d.others, d.latent, logs)
        individuals.append(Individual(d.target.person, among, d.best, draws, seed))
        total += draws.evidence
        rest = (d.z[:, : len(mean)] - mean) / sd
        scores.append(np.concatenate((draws.weights @ rest / sd, draws.weights @ (rest**2 - 1.0))))
    uncertainty = np.array([typical_deviate(parameters()[name]) for name in drawn[0].target.names])
    information = np.array(scores).T @ np.array(scores)
    information += np.diag(np.append(1.0 / uncertainty**2, np.full(len(mean), 2.0 * PEOPLE)))
    covariance = np.asarray(np.linalg.inv(information), dtype=float)
    return Population(
        drawn[0].target.names, mean, sd, covariance, float(SCATTERS[scatter]), total, history, tuple(individuals)
    )
