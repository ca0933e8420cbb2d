"""A therapy with a policy: everything that its visits need is made ready once, then it is followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..body.transfers import Body, assemble
from ..errors import InputError, Problem
from ..patient import Patients
from ..trajectory import Trajectory
from .legs import Supply
from .observing import Observer, quantity_of
from .parts import (
    body_for,
    charcoal_by,
    chosen_quantities,
    doses_of,
    drawn_by,
    effects_for,
    knowing_serotonin,
    known_of,
    recordable,
    routes_of,
    stretches_for,
    trajectory,
)
from .visits import Setting, Visits, follow

if TYPE_CHECKING:
    from ..effects.bedside import Examiner
    from ..engine.march import Present


def with_visits(
    group: Patients, regimen: Any, quantities: Sequence[str] | str, *, hours: float, earlier: float, every: float,
    step: float, seed: int, resume: Present | None, examiner: Examiner | None, march: Mapping[str, Any],
) -> Trajectory:  # fmt: skip
    """A run that is interrupted by visits, at which the policies of the therapy decide; arguments as for `simulate`.

    march  what the march is told besides: threads and precision

    Raises InputError when it is to be resumed, for what was decided before would be forgotten.
    """
    if resume is not None:
        raise InputError(Problem("resume", "a state", "a therapy without a policy, whose visits would be forgotten"))
    total = hours + earlier
    told = {"patients": group.n, "seed": seed, **known_of(group)}
    steady, branches = regimen.steady(total, **told), regimen.branches(total, **told)
    doses = doses_of(regimen, total, group, seed)
    group = knowing_serotonin(group, doses, total)
    body = body_for(doses, draws=bool(drawn_by(regimen)), charcoal=bool(charcoal_by(regimen)))
    effects = effects_for(quantities)
    visits = tuple(watched(branch, group, seed, examiner, earlier) for branch in branches)
    setting = Setting(
        group=group,
        march=marching(group, regimen, body, effects, hours, {"step": step, **march}),
        channels=body.channels,
        until=hours,
        step=step,
        every=round(every / step),
        earlier=earlier,
        record=chosen_quantities(quantities, recordable(body, effects)),
        watched=tuple(dict.fromkeys(quantity_of(name) for each in visits for name in each.policy.observed)),
    )
    recorded, final = follow(setting, Supply(group, steady, branches, earlier), visits)
    decisions = tuple(each.log() for each in visits)
    return trajectory(group, regimen, routes_of(doses), body, effects, recorded, final, decisions)


def watched(branch: Any, group: Patients, seed: int, examiner: Examiner | None, earlier: float) -> Visits:
    """The visits to patients on one guided part, with those who look at them."""
    part = branch.part
    observer = Observer.of(group, seed, examiner, part.differs, part.window)
    return Visits.of(part, max(0.0, branch.begins - earlier), observer)


def marching(group: Patients, regimen: Any, body: Body, effects: Any, hours: float, settings: Mapping[str, Any]) -> Any:
    """The march of one leg: everything is bound but the events and the times, and coordinates are found only once."""
    from ..engine.basis import basis
    from ..engine.march import march

    stretches = [(t, assemble(body, p)) for t, p in stretches_for(group, regimen, hours)]
    bases = [basis(system.A) for _, system in stretches]

    def onwards(inputs: Any, **leg: Any) -> Any:
        return march(stretches, inputs, effects, group.parameters, bases=bases, **settings, **leg)

    return onwards
