"""baclosim: an in-silico clinic for baclofen.

    import baclosim as bs
    patient = bs.Patient(age=43, sex="female", weight="68 kg", creatinine_clearance="95 mL/min")
    course = bs.simulate(patient, "10 mg by mouth every 8 h", until="14 days")
    course["ashworth"], course.plot(), course.facts()

Names are loaded when first used, so that importing baclosim stays quick.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from .ask import Answer as Answer
    from .ask import ask as ask
    from .cautions import Caution as Caution
    from .cohort import load_study as load_study
    from .cohort import open_results as open_results
    from .cohort import run_study as run_study
    from .errors import BaclosimError as BaclosimError
    from .errors import InputError as InputError
    from .errors import NumericalError as NumericalError
    from .errors import PlanError as PlanError
    from .evidence.library import library as library
    from .outcome import Outcome as Outcome
    from .outcome import run_scenario as run_scenario
    from .parameters import parameters as parameters
    from .patient import Patient as Patient
    from .patient import Patients as Patients
    from .patient import population as population
    from .patient import typical_draws as typical_draws
    from .patient import virtual_patients as virtual_patients
    from .plan.plan import Plan as Plan
    from .plan.tapering.taper import taper as taper
    from .quantities import QUANTITIES as QUANTITIES
    from .scenario import Scenario as Scenario
    from .scenario import load as load
    from .simulate import simulate as simulate
    from .syndromes import Assessment as Assessment
    from .syndromes import assess as assess
    from .therapy.language import parse as parse
    from .therapy.policies.reading import prescription as prescription
    from .trajectory import Trajectory as Trajectory

_HOME = {
    "Assessment": "syndromes",
    "assess": "syndromes",
    "Answer": "ask",
    "BaclosimError": "errors",
    "Caution": "cautions",
    "InputError": "errors",
    "NumericalError": "errors",
    "Outcome": "outcome",
    "Patient": "patient",
    "Patients": "patient",
    "Plan": "plan.plan",
    "PlanError": "errors",
    "QUANTITIES": "quantities",
    "Scenario": "scenario",
    "Trajectory": "trajectory",
    "ask": "ask",
    "library": "evidence.library",
    "load": "scenario",
    "load_study": "cohort",
    "open_results": "cohort",
    "parameters": "parameters",
    "parse": "therapy.language",
    "population": "patient",
    "prescription": "therapy.policies.reading",
    "run_scenario": "outcome",
    "run_study": "cohort",
    "simulate": "simulate",
    "taper": "plan.tapering.taper",
    "typical_draws": "patient",
    "virtual_patients": "patient",
}

__all__ = [
    "QUANTITIES",
    "Answer",
    "Assessment",
    "BaclosimError",
    "Caution",
    "InputError",
    "NumericalError",
    "Outcome",
    "Patient",
    "Patients",
    "Plan",
    "PlanError",
    "Scenario",
    "Trajectory",
    "__version__",
    "ask",
    "assess",
    "library",
    "load",
    "load_study",
    "open_results",
    "parameters",
    "parse",
    "population",
    "prescription",
    "run_scenario",
    "run_study",
    "simulate",
    "taper",
    "typical_draws",
    "virtual_patients",
]


class _Package(ModuleType):
    """Keeps `baclosim.simulate` the function once the module of that name has been imported, in whatever order."""

    def __setattr__(self, name: str, value: Any) -> None:
        is_home = isinstance(value, ModuleType) and name in _HOME
        super().__setattr__(name, getattr(value, name) if is_home else value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("baclosim")
    if name not in _HOME:
        raise AttributeError(f"module 'baclosim' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
