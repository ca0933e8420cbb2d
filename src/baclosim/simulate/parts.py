"""What a run is made of, each found from patients and therapy: doses, body, effects, inputs, and what is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..body.relevant import entered_by, relevant_states
from ..body.transfers import Body
from ..drugs.companions import COMPANIONS
from ..errors import InputError, Problems, nearest
from ..patient import Patients
from ..patient.suitability import cautions_for_routes
from ..quantities import QUANTITIES
from ..trajectory import Trajectory

if TYPE_CHECKING:
    from ..engine.inputs import Inputs
    from ..engine.march import Present
    from ..therapy.doses import Doses

Array = NDArray[np.float64]

INTRATHECAL = ("catheter", "lumbar puncture")
LAGGED = ("mouth", "clump")
"""Channels in which a dose appears after the patient's lag of absorption."""


def trajectory(
    group: Patients, regimen: Any, routes: set[str], body: Body, effects: Any, recorded: Any, final: Present | None,
    decisions: tuple[Any, ...] = (), behind: tuple[str, ...] | None = None,
) -> Trajectory:  # fmt: skip
    """What was recorded (`time`, `values`), with what the reader must know and the parameters behind it, if known."""
    condition = group.like.covariates.condition
    return Trajectory(
        time=recorded.time,
        values=recorded.values,
        therapy=str(regimen),
        parameters_used=parameters_behind(group, body, effects) if behind is None else behind,
        cautions=(*group.cautions, *cautions_for_routes(condition, routes), *regimen.notes),
        decisions=decisions,
        final=final,
    )


def parameters_behind(group: Patients, body: Body, effects: Any) -> tuple[str, ...]:
    """The parameters that a run of this group in this body rests on."""
    return group.behind({*body.parameter_names, *effects.parameters, "absorption_lag"})


def guided_by(regimen: Any) -> tuple[Any, ...]:
    """The parts of a therapy that a policy changes at visits; none when it is fixed beforehand."""
    return getattr(regimen, "guided", ())


def effects_for(quantities: Sequence[str] | str) -> Any:
    """The smallest network of effects that tells what is asked; serotonin and dopamine only when they are named."""
    from ..effects.whole import EFFECTS, EFFECTS_WITH_SEROTONIN, SEROTONIN_ONLY

    asked = (quantities,) if isinstance(quantities, str) else quantities
    return EFFECTS if SEROTONIN_ONLY.isdisjoint(asked) else EFFECTS_WITH_SEROTONIN


def doses_of(regimen: Any, until: float, group: Patients, seed: int) -> Doses:
    """Every dose of a therapy up to `until` [h], with what the gut holds back of a great one set apart."""
    from ..therapy.overdose import held_back

    doses = regimen.doses(until, patients=group.n, seed=seed, **known_of(group))
    return held_back(doses, group.parameters["overdose_ceiling"])


def knowing_serotonin(group: Patients, doses: Doses, until: float) -> Patients:
    """The patients with the serotonergic loads that they tolerated and that made ill; unchanged without such drugs."""
    if routes_of(doses).isdisjoint(name for name, drug in COMPANIONS.items() if drug.is_serotonergic):
        return group
    from ..effects.change_of_drugs import loads_about

    return replace(group, parameters={**group.parameters, **loads_about(doses, until, group.parameters)})


def routes_of(doses: Doses) -> set[str]:
    """The channels by which something is given."""
    from ..therapy.doses import CHANNELS

    return {CHANNELS[i] for i in np.flatnonzero(np.bincount(doses.channel))}


def body_for(doses: Doses, *, draws: bool = False, charcoal: bool = False) -> Body:
    """The smallest body that holds every dose: the canal cell by cell, a clump, companions only when they are used.

    draws, charcoal  whether spinal fluid is drawn, and whether activated charcoal is given
    """
    from ..body.companions import with_companions
    from ..body.drain import DRAIN
    from ..body.systemic import CHARCOAL, CLUMP, CLUMP_CHARCOAL
    from ..body.whole import BLOOD_BODY, WHOLE_BODY
    from ..therapy.doses import ROUTES

    used = routes_of(doses)
    body = WHOLE_BODY if draws or used & set(INTRATHECAL) else BLOOD_BODY
    body = body + CLUMP if "clump" in used else body
    body = body + DRAIN if draws else body
    if charcoal:
        body = body + CHARCOAL + (CLUMP_CHARCOAL if "clump" in used else Body())
    return with_companions(body, used - set(ROUTES)) if used - set(ROUTES) else body


def part_for(
    body: Body, channels: set[str], effects: Any, recorded: Sequence[str]
) -> tuple[Body, NDArray[np.bool_] | None]:
    """The body with no way in but these channels, and which of its states matter to what is recorded; None when none.

    The effects count with all that moves their states.
    """
    kept = relevant_states(body, {*recorded, *effects.drives_for(recorded)}, channels)
    return (entered_by(body, channels), kept) if kept.any() else (body, None)


def inputs_for(doses: Doses, body: Body, group: Patients, shift: float) -> Inputs:
    """Events of every patient, with that patient's absorption lag."""
    from ..engine.inputs import prepare
    from ..therapy.doses import CHANNELS

    return prepare(
        doses.time + shift,
        np.array(CHANNELS)[doses.channel],
        doses.amount,
        doses.duration,
        channels=body.channels,
        lag=dict.fromkeys(LAGGED, group.parameters["absorption_lag"]),
        patients=group.n,
        patient=doses.patient,
    )


def recordable(body: Body, effects: Any) -> tuple[str, ...]:
    """Every registered quantity that this body and these effects can tell."""
    names = {*body.compartments, *(c.name for c in body.concentrations), *(s.name for s in body.sites)}
    names |= {*effects.quantities, *(s.name for s in effects.states)}
    return tuple(name for name in QUANTITIES if name in names)


def stretches_for(group: Patients, regimen: Any, until: float) -> list[tuple[float, dict[str, Array]]]:
    """Times [h] from which the body is another, with the parameters from then on: kidneys, tip, puncture, charcoal."""
    kidneys = list(group.stretches())
    tips = regimen.tips(until) if hasattr(regimen, "tips") else ()
    drawn, charcoal = drawn_by(regimen), charcoal_by(regimen)
    found = []
    for time in sorted({t for t, _ in (*kidneys, *tips, *drawn, *charcoal)}):
        parameters = [p for t, p in kidneys if t <= time][-1]
        level = [name for t, name in tips if t <= time][-1:]
        if level:
            from ..body.geometry import tip_position

            parameters = parameters | {"catheter_tip_cm": tip_position(level[0], group.parameters["canal_length"])}
        for rate in [rate for t, rate in drawn if t <= time][-1:]:
            parameters = parameters | {"csf_removal_rate": np.full(group.n, rate)}
        for given in [given for t, given in charcoal if t <= time][-1:]:
            parameters = parameters | {"charcoal_given": np.full(group.n, given)}
        found.append((time, parameters))
    return found


def drawn_by(regimen: Any) -> tuple[tuple[float, float], ...]:
    """Times [h] from hour 0 on and the rate [mL/h] at which spinal fluid is drawn from then on; none when never."""
    return regimen.drawn if hasattr(regimen, "drawn") else ()


def charcoal_by(regimen: Any) -> tuple[tuple[float, float], ...]:
    """Times [h] from hour 0 on and whether activated charcoal binds from then on (1) or not (0); none when never."""
    return regimen.binding if hasattr(regimen, "binding") else ()


def known_of(group: Patients) -> dict[str, Any]:
    """What a therapy may need to know of the patients: weight for doses per kg, flux for what is rubbed on, number."""
    known = {"weight": group.covariates["weight"], "topical_flux": group.parameters["topical_flux"]}
    return {**known, "first": group.first}


def chosen_quantities(asked: Sequence[str] | str, possible: Sequence[str]) -> tuple[str, ...]:
    """What to record; raises InputError naming what this run cannot tell."""
    if asked == "all":
        return tuple(possible)
    if asked == "main":
        return tuple(name for name in possible if QUANTITIES[name].kind not in ("profile", "site", "amount", "state"))
    names = (asked,) if isinstance(asked, str) else tuple(asked)
    problems = Problems()
    for name in names:
        if name not in possible:
            problems.add("quantities", name, "a quantity that this run can tell", nearest(name, possible))
    problems.raise_as(InputError)
    return names
