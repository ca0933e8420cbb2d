"""The most probable person (MAP) by perturbed lanes and a trust region, with its curvature (Laplace).

An estimate with p deviates runs its 2p + 1 perturbed copies as patients side by side; their differences are the
gradient, and with the information of each observation the Gauss-Newton Hessian.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..patient import Patients
from ..patient.many import patients_at
from .likelihood import latent, log_likelihood, slopes
from .observations import Data, Person
from .prediction import Predictor

Array = NDArray[np.float64]

STEP = 1e-3  # between-patient SDs, of the differences that make gradients
WIDE = 2e-2  # of those that make the Hessian at the optimum
NEAR = 1e-1  # gradient at which the observed Hessian takes over
TIGHT = 1e-6  # gradient at which the search is over
MOST_STEPS = 200


@dataclass(frozen=True)
class Target:
    """The posterior density of one person's deviates, up to a constant.

    names   (p,) parameters that are estimated
    mean    (d,) and sd (d,) of the deviates among people, before this person's data: 0 and 1 unless a population
            was fitted; the last d - p belong to the symptoms' readiness and are always 0 and 1
    """

    person: Person
    predictor: Predictor
    names: tuple[str, ...]
    mean: Array
    sd: Array

    @property
    def data(self) -> Data:
        """What was observed."""
        return self.person.data

    @property
    def size(self) -> int:
        """Number of deviates d, readiness included."""
        return len(self.mean)

    def group(self, z: Array, others: dict[str, Array] | None = None) -> Patients:
        """Candidates (n, d) as patients; `others` holds deviates (n,) of parameters that are not estimated."""
        own = {name: z[:, i] for i, name in enumerate(self.names)}
        return patients_at((others or {}) | own, len(z), self.person.patient)

    def latent(self, z: Array, others: dict[str, Array] | None = None, threads: int | None = None) -> Array:
        """Latent values (n, m) of the observations for candidates (n, d)."""
        predicted = self.data.chosen(self.predictor(self.group(z, others), threads))
        return latent(self.data, predicted, z[:, len(self.names) :])

    def log_likelihood(self, z: Array, others: dict[str, Array] | None = None) -> Array:
        """Log-likelihood of all observations together, (n,)."""
        return log_likelihood(self.data, self.latent(z, others)).sum(axis=1)

    def log_prior(self, z: Array) -> Array:
        """Log density of the deviates (n, d) among people, (n,)."""
        rest = (z - self.mean) / self.sd
        return -0.5 * (rest**2).sum(axis=1) - float(np.log(np.sqrt(2.0 * np.pi) * self.sd).sum())


@dataclass(frozen=True)
class Optimum:
    """The most probable deviates (d,), their covariance (d, d) after Laplace, and the objective there.

    objective  -log(likelihood x prior), the constant included
    observed   whether the covariance is from the observed Hessian; else from the Gauss-Newton one
    """

    z: Array
    covariance: Array
    objective: float
    observed: bool
    steps: int


@dataclass
class Search:
    """The objective with gradient and Hessian, evaluated together in lanes and remembered for one point."""

    target: Target
    point: Array | None = None
    value: float = 0.0
    gradient: Array = field(default_factory=lambda: np.empty(0))
    hessian: Array = field(default_factory=lambda: np.empty((0, 0)))

    def at(self, z: Array) -> Search:
        """Evaluate at deviates (d,), unless that was the last point."""
        if self.point is None or not np.array_equal(self.point, z):
            self.point = z.copy()
            self._evaluate(z)
        return self

    def _evaluate(self, z: Array) -> None:
        t, d = self.target, len(z)
        lanes = np.concatenate((z[None], z + STEP * np.eye(d), z - STEP * np.eye(d)))
        values = t.latent(lanes)
        jacobian = (values[1 : d + 1] - values[d + 1 :]) / (2.0 * STEP)
        first, information = slopes(t.data, values[0])
        self.value = -float(log_likelihood(t.data, values[:1]).sum() + t.log_prior(z[None])[0])
        self.gradient = -jacobian @ first + (z - t.mean) / t.sd**2
        self.hessian = (jacobian * information) @ jacobian.T + np.diag(1.0 / t.sd**2)


def optimum(target: Target, begin: Array | None = None) -> Optimum:
    """Search from the typical person, or from deviates (d,).

    SciPy's trust region comes near with Gauss-Newton curvature; the observed Hessian then ends the search and is the
    Laplace approximation. Where that Hessian is not sound, the trust region goes all the way.
    """
    search = Search(target)
    z, steps = within_trust(search, target.mean if begin is None else begin, NEAR)
    hessian, is_sound = curvature(target, z)
    if is_sound:
        z, is_sound = refined(search, z, hessian)
    if not is_sound:
        z, more = within_trust(search, z, TIGHT)
        steps, hessian = steps + more, search.at(z).hessian
    covariance = np.asarray(np.linalg.inv(hessian), dtype=float)
    return Optimum(z, covariance, search.at(z).value, is_sound, steps)


def within_trust(search: Search, begin: Array, tolerance: float) -> tuple[Array, int]:
    """SciPy's trust-region Newton method until the gradient is below a tolerance: deviates (d,), number of steps."""
    from scipy.optimize import minimize

    found = minimize(
        lambda z: search.at(z).value,
        begin,
        jac=lambda z: search.at(z).gradient,
        hess=lambda z: search.at(z).hessian,
        method="trust-exact",
        options={"gtol": tolerance, "maxiter": MOST_STEPS, "initial_trust_radius": 2.0, "max_trust_radius": 8.0},
    )
    return found.x, int(found.nit)


def refined(search: Search, z: Array, hessian: Array) -> tuple[Array, bool]:
    """Newton steps with one Hessian to a gradient below TIGHT; False where the gradient stops falling."""
    best = float(np.linalg.norm(search.at(z).gradient))
    while best > TIGHT:
        ahead = z - np.linalg.solve(hessian, search.at(z).gradient)
        size = float(np.linalg.norm(search.at(ahead).gradient))
        if not size < 0.5 * best:
            return z, False
        z, best = ahead, size
    return z, True


def curvature(target: Target, z: Array) -> tuple[Array, bool]:
    """The observed Hessian (d, d) of the objective by second differences, and whether it is sound.

    Not sound is a curve that bends down somewhere, as at a kink (a sample at the moment when a tablet starts to act).
    """
    d = len(z)
    rows, columns = np.triu_indices(d, 1)
    ends = [(a, b) for a in (1.0, -1.0) for b in (1.0, -1.0)]
    corners = [a * np.eye(d)[rows] + b * np.eye(d)[columns] for a, b in ends]
    lanes = z + WIDE * np.concatenate((np.zeros((1, d)), np.eye(d), -np.eye(d), *corners))
    value = -(target.log_likelihood(lanes) + target.log_prior(lanes))
    middle, up, down = value[0], value[1 : d + 1], value[d + 1 : 2 * d + 1]
    both = value[2 * d + 1 :].reshape(4, -1)
    hessian = np.diag((up - 2.0 * middle + down) / WIDE**2)
    hessian[rows, columns] = sum(a * b * v for (a, b), v in zip(ends, both, strict=True)) / (4.0 * WIDE**2)
    hessian[columns, rows] = hessian[rows, columns]
    is_sound = bool(np.isfinite(hessian).all() and np.linalg.eigvalsh(hessian).min() > 0.1 / target.sd.max() ** 2)
    return hessian, is_sound


def target_of(person: Person, names: tuple[str, ...], predictor: Predictor) -> Target:
    """The target of one person among people as the parameter files describe them."""
    d = len(names) + len(person.data.symptoms)
    return Target(person, predictor, names, np.zeros(d), np.ones(d))
