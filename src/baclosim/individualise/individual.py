"""`fit`: one person's data in, an individual out: who is most probable, who may it be, how far to trust that."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..parameters import Parameter, parameters
from ..patient import Patients
from ..patient.spread import at_deviate
from ..simulate.parts import routes_of
from .conflict import Conflict, cautions_of, conflict_of
from .estimated import checked, estimated_for
from .observations import Person
from .optimum import Optimum, Target, optimum, target_of
from .posterior import DRAWS, FEW, Posterior, Told, posterior, untold
from .prediction import predictor_of

Array = NDArray[np.float64]
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Estimate:
    """One parameter of one person, in its own unit, as that of a 70 kg adult before covariates act.

    prior      5, 50 and 95 % of people like this one
    best       in the most probable person
    posterior  5, 50 and 95 % after the data
    shrinkage  posterior over prior variance of the deviate: 1 where the data say nothing, 0 where they say all
    """

    parameter: Parameter
    prior: tuple[float, float, float]
    best: float
    posterior: tuple[float, float, float]
    shrinkage: float


@dataclass(frozen=True)
class Individual:
    """What is known of one person after the data.

    best      the most probable person
    draws     weighted draws of who the person may be
    """

    person: Person
    target: Target
    best: Optimum
    draws: Posterior
    seed: int = 0

    @functools.cached_property
    def conflict(self) -> Conflict:
        """How the data compare with people like this one."""
        return conflict_of(self.target, seed=self.seed)

    @functools.cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every estimated parameter before and after the data."""
        table = parameters()
        return tuple(self._estimate(table[name], i) for i, name in enumerate(self.target.names))

    def _estimate(self, parameter: Parameter, i: int) -> Estimate:
        mean, sd = self.target.mean[i], self.target.sd[i]
        before = at_deviate(parameter, mean + sd * np.array([-1.6449, 0.0, 1.6449]))
        after = self.draws.quantile(at_deviate(parameter, self.draws.z[:, i]), *LEVELS)
        best = float(at_deviate(parameter, self.best.z[i : i + 1])[0])
        shrinkage = float(self.draws.covariance[i, i] / sd**2)
        return Estimate(parameter, triple(before), best, triple(after), shrinkage)

    @functools.cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """Everything the reader must know: who, what was given, how data and model agree, how sure the numbers are."""
        about = [*self.person.notes, *self.person.patient.cautions, *getattr(self.person.therapy, "notes", ())]
        about += cautions_of(self.conflict, self.person.observations, self.draws)
        if self.draws.effective < FEW:
            says = f"Only {self.draws.effective:.0f} effective draws: ask for more, or trust no tails."
            about.append(Caution("posterior", says))
        return tuple(dict.fromkeys(about))

    @functools.cached_property
    def latent_best(self) -> Array:
        """Latent values (m,) of the observations in the most probable person."""
        return self.target.latent(self.best.z[None])[0]

    def patients(self, n: int = 1000) -> Patients:
        """n equally likely versions of this person: a cohort for simulate, plan and cohort."""
        return self.draws.patients(n, self.seed)

    @property
    def rests_on(self) -> str:
        """What the estimate rests on, in words."""
        person = self.person
        return f"{len(person.observations)} observations until {person.last:.4g} h of {person.therapy}"

    @property
    def most_probable(self) -> Patients:
        """The most probable person, as a group of one."""
        return self.target.group(self.best.z[None])

    def __repr__(self) -> str:
        return "\n".join(_card(self))


def triple(values: Array) -> tuple[float, float, float]:
    """Three numbers."""
    low, middle, high = values.tolist()
    return low, middle, high


def fit(
    person: Person, *, parameters: Sequence[str] | None = None, draws: int = DRAWS, seed: int = 0, told: Told = untold
) -> Individual:  # fmt: skip
    """Estimate who a person is from what was observed.

    parameters  names of what is estimated; by default what the kinds of data can inform (see estimated.py)
    draws       number of weighted draws of the posterior
    told        called with the draws done and their number
    Raises InputError for parameters that do not differ between people, and for doses that are left to chance.
    """
    target = prepared(person, parameters)
    best = optimum(target)
    return Individual(person, target, best, posterior(target, best, draws, seed, told), seed)


def prepared(person: Person, names: Sequence[str] | None = None) -> Target:
    """The density to be explored: predictor and parameters of one person."""
    data = person.data
    predictor = predictor_of(person.patient, person.therapy, data.quantities, data.times, person.before)
    chosen = estimated_for(person, routes_of(predictor.doses)) if names is None else checked(names)
    return target_of(person, chosen, predictor)


def _card(found: Individual):
    person = found.person
    yield f"{person.name or 'one person'}: {len(person.observations)} observations, {person.therapy}"
    for e in found.estimates:
        low, middle, high = e.posterior
        name, unit = e.parameter.name.replace("_", " "), e.parameter.unit.replace("dimensionless", "")
        before = f"{e.prior[1]:.3g} ({e.prior[0]:.3g} to {e.prior[2]:.3g})"
        yield f"  {name:<24} {middle:.3g} ({low:.3g} to {high:.3g}) {unit}, before {before}"
    yield f"  {found.draws.n} draws worth {found.draws.effective:.0f}; p of the data {found.conflict.overall:.2g}"
    for caution in found.cautions:
        yield f"  caution   {caution}"
