"""Who the patient is: covariates to parameters, one person or many.

`one` reads and checks a person, `kidney`, `scaling` and `laws` hold how covariates act, `spread` how people differ,
`many` makes groups, `population` draws who they are, `speech` says who one is.
"""

from .course import DialysisSession, KidneyChange
from .covariates import CONDITIONS, Covariates
from .many import Patients, typical_draws, virtual_patients
from .one import Patient
from .population import population
from .spread import typical_values

__all__ = [
    "CONDITIONS",
    "Covariates",
    "DialysisSession",
    "KidneyChange",
    "Patient",
    "Patients",
    "population",
    "typical_draws",
    "typical_values",
    "virtual_patients",
]
