"""The main path: patients and a therapy in, a trajectory out.

simulate(patients, therapy, until)
  therapy.doses()            what is prescribed             -> doses on channels of the body
  body.assemble(parameters)  gut, skin, blood, CSF, sites   -> one linear system per patient
  engine.march(...)          the one numerical loop
-> Trajectory
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..body.relevant import only
from ..body.transfers import assemble
from ..patient import Patient, Patients
from ..trajectory import Trajectory
from .checking import check_precision, checked_times, gathered, understood, whole_steps
from .parts import (
    body_for,
    charcoal_by,
    chosen_quantities,
    doses_of,
    drawn_by,
    effects_for,
    guided_by,
    inputs_for,
    knowing_serotonin,
    part_for,
    recordable,
    routes_of,
    stretches_for,
    trajectory,
)

if TYPE_CHECKING:
    from ..effects.bedside import Examiner
    from ..engine.kernel import Precision
    from ..engine.march import Digest, Present


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
    digest: Digest | None = None,
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
      digest      what is kept of the courses in place of the courses themselves, for cohorts larger than a cache: given
                  the times, what makes something smaller of the records (quantity, time, patient) of each 16 patients,
                  found in `digests` of the trajectory

    A therapy with a policy ("..., raise by 15 % every 24 h until ashworth below 2 or drowsiness") is decided on at
    visits, patient by patient; `decisions` of the trajectory tells what was seen and done.

    Raises InputError for text that cannot be read and NumericalError when a result is not finite.
    """
    # convert
    group = gathered(patients)
    regimen = understood(therapy)
    hours, record_step, time_step, earlier = checked_times(until, every, step, before)
    check_precision(precision)
    if guided_by(regimen):
        from .guided import with_visits

        course = with_visits(
            group, regimen, quantities, hours=hours, earlier=earlier, every=record_step, step=time_step, seed=seed,
            resume=resume, examiner=examiner, march={"threads": threads, "precision": precision},
        )  # fmt: skip
        return course if digest is None else course.digested(digest)
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
        digest=digest,
    )
    # return
    final = marched.final if resumable else None
    course = trajectory(group, regimen, routes_of(doses), body, effects, marched, final)
    return replace(course, digests=marched.digests)
