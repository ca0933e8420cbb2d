"""The files of an SBML export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BaclosimError
from ..parcel import File, Parcel
from .course import course_of

if TYPE_CHECKING:
    from ...scenario import Scenario
    from .course import Course

ASSUMED = "one typical patient: virtual patients and the uncertainty of values are no part of SBML"


def sbml(scenario: Scenario) -> Parcel:
    """The model under a scenario as SBML Level 3 Version 2.

    Raises ScenarioError naming all that SBML cannot express, BaclosimError where the extra `exchange` is missing.
    """
    course = course_of(scenario)
    try:
        from .model import sbml_text
    except ModuleNotFoundError as error:
        raise BaclosimError(f"SBML needs {error.name}: pip install 'baclosim[exchange]'") from None
    stem = Path(scenario.name).stem
    file = File(f"{stem}.xml", "the model as SBML, doses as events", sbml_text(course).encode())
    return Parcel("sbml", scenario.name, (file,), notes(course), facts(course))


def notes(course: Course) -> tuple[str, ...]:
    """What a reader of the files must know."""
    begun = course.scenario.before
    time = (f"time begins with the treatment: hour 0 of the scenario is hour {begun:g} of the model",) if begun else ()
    return (ASSUMED, *time)


def facts(course: Course) -> tuple[str, ...]:
    """Ids of the evidence behind its parameters, each once."""
    from ..numbers import known

    return tuple(dict.fromkeys(fact for name in course.values for fact in known(name, course.group).facts))
