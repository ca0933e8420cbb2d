"""The files of an SBML export: the model, and an archive that holds how it is simulated as well."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import BaclosimError
from ..combine import SPECIFICATIONS, Entry, omex
from ..parcel import File, Parcel
from .course import course_of

if TYPE_CHECKING:
    from ...scenario import Scenario
    from .course import Course

TYPICAL = "one typical patient: virtual patients and the uncertainty of values are no part of SBML"
SBML_FORM = f"{SPECIFICATIONS}/sbml.level-3.version-2"
SEDML_FORM = f"{SPECIFICATIONS}/sed-ml.level-1.version-4"
TOML_FORM = "https://purl.org/NET/mediatypes/application/toml"


def sbml(scenario: Scenario, *, archive: bool = False) -> Parcel:
    """The model under a scenario as SBML Level 3 Version 2; with `archive` a COMBINE archive as well.

    Raises ScenarioError naming all that SBML cannot express, BaclosimError where the extra `exchange` is missing.
    """
    course = course_of(scenario)
    check_installed()
    from .model import sbml_text

    model = File(f"{stem(scenario)}.xml", "the model as SBML, doses as events", sbml_text(course).encode())
    files = (model, combine(course, model)) if archive else (model,)
    return Parcel("sbml", scenario.name, files, notes(course), facts(course))


def check_installed() -> None:
    """Raise BaclosimError naming what the extra `exchange` would bring along."""
    for library in ("libsbml", "libsedml"):
        if importlib.util.find_spec(library) is None:
            raise BaclosimError(f"SBML needs python-{library}: pip install 'baclosim[exchange]'")


def combine(course: Course, model: File) -> File:
    """Model, simulation and scenario as a COMBINE archive."""
    from .preamble import notes as about
    from .sedml import sedml_text

    scenario = course.scenario
    simulation = File("simulation.sedml", "", sedml_text(course, model.name).encode())
    entries = [Entry(model, SBML_FORM), Entry(simulation, SEDML_FORM, master=True)]
    if scenario.text:
        entries.append(Entry(File("scenario.toml", "", scenario.text.encode()), TOML_FORM))
    content = omex(entries, scenario.title, " ".join(about(course)))
    return File(f"{stem(scenario)}.omex", "COMBINE archive: model, simulation in SED-ML, scenario", content)


def stem(scenario: Scenario) -> str:
    """What the names of the files begin with."""
    return Path(scenario.name).stem.replace(" ", "-")


def notes(course: Course) -> tuple[str, ...]:
    """What a reader of the files must know."""
    begun = course.scenario.before
    time = (f"time begins with the treatment: hour 0 of the scenario is hour {begun:g} of the model",) if begun else ()
    return (TYPICAL, *time)


def facts(course: Course) -> tuple[str, ...]:
    """Ids of the evidence behind its parameters, each once."""
    from ..numbers import known

    return tuple(dict.fromkeys(fact for name in course.values for fact in known(name, course.group).facts))
