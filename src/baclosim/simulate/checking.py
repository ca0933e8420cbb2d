"""What is asked of a run, read and checked: patients, therapy, times and precision."""

from __future__ import annotations

import math
from typing import Any

from ..errors import InputError, Problem, Problems, nearest
from ..patient import Patient, Patients
from ..units import read

LONGEST_STEP = 2.0  # h; effects are within 1e-3 at 15 min, 1e-2 at 1 h, 1e-1 at 2 h, and diverge from 6 h on


def whole_steps(hours: float, step: float) -> float:
    """The least multiple of the step that is not shorter [h]."""
    return math.ceil(hours / step - 1e-9) * step


def understood(therapy: Any) -> Any:
    """A therapy, read where it is plain words; raises InputError for what has no doses."""
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


def gathered(patients: Any) -> Patients:
    """One patient as a group of one; raises InputError for anything that is no patient."""
    if isinstance(patients, Patients):
        return patients
    if not isinstance(patients, Patient):
        raise InputError(Problem("patients", patients, "a Patient, or Patients such as virtual_patients(100)"))
    return Patients.of(patients)
