"""What the model predicts for one person's observations, for many candidates of who that person is at once.

The parts of `simulate` are prepared once and run for any group of patients: the doses, the smallest body, the smallest
network of effects (none at all where only levels are observed, and then one exact step leads from sample to sample).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..body.relevant import entered_by, only, relevant_states
from ..body.transfers import Body, assemble
from ..engine.inputs import Inputs
from ..engine.kernel import Precision
from ..engine.march import available_cores, march
from ..engine.network import Network
from ..errors import InputError, Problem
from ..patient import Patient, Patients
from ..simulate.parts import (
    body_for,
    charcoal_by,
    doses_of,
    drawn_by,
    effects_for,
    guided_by,
    inputs_for,
    knowing_serotonin,
    routes_of,
    stretches_for,
)
from ..therapy.doses import Doses

Array = NDArray[np.float64]

STEP = 0.25  # h, of the effects
CHUNK = 256  # candidates solved together: bounds the memory of their matrices
NO_EFFECTS = Network((), ())


@dataclass(frozen=True, eq=False)
class Predictor:
    """Predicts named quantities of one person at given times.

    like        who the person is, as far as covariates tell
    therapy     what is given
    quantities  (q,) names
    times       (t,) h, rising
    before      h for which the therapy has gone on at hour 0
    step        h, longest step of the effects, and precision: theirs, as for `simulate`
    """

    like: Patient
    therapy: Any
    quantities: tuple[str, ...]
    times: Array
    before: float = 0.0
    step: float = STEP
    precision: Precision = "double"

    def __call__(self, group: Patients, threads: int | None = None) -> Array:
        """Predictions (n, q, t) for n patients; those before the therapy begins are without drug."""
        slices = [slice(i, i + CHUNK) for i in range(0, group.n, CHUNK)]
        workers = min(threads or available_cores(), len(slices))
        if workers <= 1:
            return np.concatenate([self._run(group[s]) for s in slices])
        with ThreadPoolExecutor(workers) as pool:
            return np.concatenate(list(pool.map(lambda s: self._run(group[s]), slices)))

    def _run(self, group: Patients) -> Array:
        group = knowing_serotonin(group, self.doses, float(self.times[-1]))
        stretches = [(t, only(assemble(self.body, p), self.kept)) for t, p in self._stretches(group)]
        marched = march(
            stretches,
            self._inputs(group),
            self.effects,
            group.parameters,
            start=self.start,
            until=self.instants[-1],
            step=self.step if self.effects.states else np.inf,
            at=self.instants,
            record=self.quantities,
            threads=1,
            precision=self.precision,
        )
        return np.stack([marched.values[name][:, self.places] for name in self.quantities], axis=1)

    @functools.cached_property
    def typical(self) -> Patients:
        """The typical person with these covariates, as a group of one."""
        return Patients.of(self.like)

    @functools.cached_property
    def doses(self) -> Doses:
        """What is given up to the last observation; times count from hour 0 [h]."""
        doses = doses_of(self.therapy, float(self.times[-1]) + self.before, self.typical, seed=0)
        return Doses(doses.time - self.before, doses.channel, doses.amount, doses.duration)

    @functools.cached_property
    def start(self) -> float:
        """When the run begins [h]: with the first dose, or hour 0."""
        return float(min([0.0, -self.before, *self.doses.time]))

    @functools.cached_property
    def instants(self) -> Array:
        """The distinct times from the start of the run on [h]."""
        return np.unique(np.maximum(self.times, self.start))

    @functools.cached_property
    def places(self) -> NDArray[np.int64]:
        """Where each time stands among the instants, (t,)."""
        return np.searchsorted(self.instants, np.maximum(self.times, self.start))

    @functools.cached_property
    def body(self) -> Body:
        """The smallest body that holds every dose, with no other way in."""
        return entered_by(self._whole_body, routes_of(self.doses))

    @property
    def _whole_body(self) -> Body:
        return body_for(self.doses, draws=bool(drawn_by(self.therapy)), charcoal=bool(charcoal_by(self.therapy)))

    @functools.cached_property
    def effects(self) -> Network:
        """The smallest network that tells what is observed; none when the body alone does."""
        told = {*self.body.compartments, *(c.name for c in self.body.concentrations)}
        return NO_EFFECTS if told.issuperset(self.quantities) else effects_for(self.quantities)

    @functools.cached_property
    def kept(self) -> NDArray[np.bool_]:
        """The states of the body that matter to what is observed."""
        return relevant_states(self.body, {*self.quantities, *self.effects.drives}, self.body.channels)

    def _stretches(self, group: Patients) -> Sequence[tuple[float, dict[str, Array]]]:
        return stretches_for(group, self.therapy, float(self.times[-1]))

    def _inputs(self, group: Patients) -> Inputs:
        return inputs_for(self.doses, self.body, group, shift=0.0)


def predictor_of(
    like: Patient, therapy: Any, quantities: tuple[str, ...], times: Array, before: float, step: float = STEP
) -> Predictor:
    """A predictor; raises InputError where the doses are left to chance or to a policy, or where there are none."""
    missed = getattr(getattr(therapy, "adherence", None), "random", 0.0)
    if missed or guided_by(therapy):
        allowed = "doses that are known: name the missed doses, and say what was given instead of when to change it"
        raise InputError(Problem("therapy", str(therapy), allowed))
    found = Predictor(like, therapy, quantities, times, before, step)
    if not len(found.doses):
        raise InputError(Problem("therapy", str(therapy), f"a dose before the last observation at {times[-1]:g} h"))
    return found
