"""The main path: patients and a therapy in, a trajectory out.

simulate(patients, therapy, until)
  therapy.doses()            what is prescribed             -> doses on channels of the body
  body.assemble(parameters)  gut, skin, blood, CSF, sites   -> one linear system per patient
  engine.march(...)          the one numerical loop
-> Trajectory
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..body.relevant import entered_by, only, relevant_states
from ..body.transfers import Body, assemble
from ..drugs.companions import COMPANIONS
from ..errors import InputError, Problem, Problems, nearest
from ..patient import Patient, Patients
from ..patient.suitability import cautions_for_routes
from ..quantities import QUANTITIES
from ..trajectory import Trajectory
from ..units import read

if TYPE_CHECKING:
    from ..effects.bedside import Examiner
    from ..engine.inputs import Inputs
    from ..engine.kernel import Precision
    from ..engine.march import Present
    from ..therapy.doses import Doses

Array = NDArray[np.float64]

LONGEST_STEP = 2.0  # h; effects are within 1e-3 at 15 min, 1e-2 at 1 h, 1e-1 at 2 h, and diverge from 6 h on
INTRATHECAL = ("catheter", "lumbar puncture")
LAGGED = ("mouth", "clump")
"""Channels in which a dose appears after the patient's lag of absorption."""


def simulate(
    patients: Patient | Patients,
    therapy: Any,
    until: str | float,
    *,
    every: str | float = "1 h",
    step: str | float = "15 min",
    before: str | float = 0.0,
    quantities: Sequence[str] | str = "main",
    seed: int = 0,
    resume: Present | None = None,
    examiner: Examiner | None = None,
    threads: int | None = None,
    precision: Precision = "double",
    resumable: bool = True,
) -> Trajectory:
    """Simulate patients under a therapy.

    Daily use:
      patients    a Patient, or Patients (n virtual patients)
      therapy     plain words ("10 mg by mouth every 8 h"), or anything with `doses(until, ...)`, `notes` and a
                  sentence; one with a catheter also has `tips(until)`: times [h] and vertebral levels; one that draws
                  spinal fluid has `drawn`: times [h] and rates [mL/h]; one with charcoal has `binding`
      until       end of the run, "14 days" or hours

    Rarely:
      every       time between records; a multiple of `step`
      step        time step of the effects; the body is exact at any step
      before      how long the same therapy has been going on before time 0; not recorded
      quantities  names of what to record; "main" is concentrations and effects, "all" adds sites and amounts
      seed        of whatever is random in the therapy (missed doses) and in what is seen at visits
      resume      `final` of an earlier trajectory of the same patients: go on from its end; doses at or before
                  that instant are taken as given
      examiner    who reads the scores at the visits of a policy; the usual one by default (effects/bedside.py)
      threads     number of threads, all cores by default
      precision   of the effects: "single" is quicker, off by up to 1e-3 of a quantity's peak; the body stays exact
      resumable   whether `final` is kept, to resume from; without it the part of the body is left out on which nothing
                  depends that is recorded (a policy, and a run that resumes, need it all)

    A therapy with a policy ("..., raise by 15 % every 24 h until ashworth below 2 or drowsiness") is decided on at
    visits, patient by patient; `decisions` of the trajectory tells what was seen and done.

    Raises InputError for text that cannot be read and NumericalError when a result is not finite.
    """
    # convert
    group = _gathered(patients)
    regimen = _understood(therapy)
    hours, record_step, time_step, earlier = checked_times(until, every, step, before)
    check_precision(precision)
    if guided_by(regimen):
        from .guided import with_visits

        return with_visits(
            group, regimen, quantities, hours=hours, earlier=earlier, every=record_step, step=time_step, seed=seed,
            resume=resume, examiner=examiner, march={"threads": threads, "precision": precision},
        )  # fmt: skip
    # doses
    doses = doses_of(regimen, hours + earlier, group, seed)
    # body
    body = body_for(doses, draws=bool(drawn_by(regimen)), charcoal=bool(charcoal_by(regimen)))
    # run
    from ..engine.march import march

    effects = effects_for(quantities)
    group = knowing_serotonin(group, doses, hours + earlier)
    recorded = chosen_quantities(quantities, recordable(body, effects))
    solved, kept = (body, None) if resumable or resume else part_for(body, routes_of(doses), effects, recorded)
    inputs = inputs_for(doses, solved, group, shift=-earlier)
    systems = ((t, assemble(solved, p)) for t, p in stretches_for(group, regimen, hours))
    stretches = [(t, system if kept is None else only(system, kept)) for t, system in systems]
    onwards = functools.partial(
        march, stretches, inputs, effects, group.parameters, step=time_step, threads=threads, precision=precision
    )
    begin = resume
    if earlier > 0.0 and resume is None:
        begin = onwards(start=-earlier, until=0.0, every=whole_steps(earlier, time_step), record=()).final
    marched = onwards(
        start=resume.time if resume else 0.0,
        until=hours,
        every=record_step,
        record=recorded,
        resume=begin,
        record_start=resume is None,
    )
    # return
    final = marched.final if resumable else None
    return trajectory(group, regimen, routes_of(doses), body, effects, marched, final)


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


def whole_steps(hours: float, step: float) -> float:
    """The least multiple of the step that is not shorter [h]."""
    return math.ceil(hours / step - 1e-9) * step


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


def _understood(therapy: Any) -> Any:
    if isinstance(therapy, str):
        from ..therapy.policies.reading import prescription

        return prescription(therapy)
    if not hasattr(therapy, "doses"):
        raise InputError(Problem("therapy", therapy, "words such as '10 mg every 8 h', or a therapy with doses"))
    return therapy


def checked_times(
    until: str | float, every: str | float, step: str | float, before: str | float
) -> tuple[float, float, float, float]:
    """End, time between records, step and earlier treatment [h]; raises InputError listing all that is wrong."""
    problems = Problems()
    given = {"until": until, "every": every, "step": step, "before": before}
    hours = {name: _hours(name, value, problems) for name, value in given.items()}
    for name in ("until", "every", "step"):
        if hours[name] == 0.0:
            problems.add(name, given[name], "a time above zero")
    if hours["step"] > LONGEST_STEP:
        slip = "The effects are inaccurate at longer ones and in the end unstable."
        problems.add("step", step, f"at most {LONGEST_STEP:g} h", slip)
    stride = hours["every"] / hours["step"] if hours["step"] > 0.0 else 1.0
    if not problems.found and abs(stride - round(stride)) > 1e-9 * stride:
        problems.add("every", every, f"a whole number of steps of {60.0 * hours['step']:g} min")
    problems.raise_as(InputError)
    return hours["until"], hours["every"], hours["step"], hours["before"]


def check_precision(asked: str) -> None:
    """Raise InputError unless the effects can be computed so."""
    from ..engine.kernel import REAL

    if asked not in REAL:
        raise InputError(Problem("precision", asked, " or ".join(REAL), nearest(asked, REAL)))


def _hours(name: str, given: str | float, problems: Problems) -> float:
    try:
        value = read(given, "time", where=name, default_unit="hour")
    except InputError as error:
        problems.absorb(error)
        return math.nan
    if value < 0.0:
        problems.add(name, given, "a time that is not negative")
    return value


def _gathered(patients: Any) -> Patients:
    if isinstance(patients, Patients):
        return patients
    if not isinstance(patients, Patient):
        raise InputError(Problem("patients", patients, "a Patient, or Patients such as virtual_patients(100)"))
    return Patients.of(patients)
