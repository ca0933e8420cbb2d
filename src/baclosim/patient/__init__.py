"""Who the patient is: covariates to parameters, one person or many.

`one` reads and checks a person, `kidney` and `scaling` hold the formulas and laws, `many` makes groups,
`population` draws who they are, `speech` says who one is.
"""

from .course import DialysisSession, KidneyChange
from .covariates import CONDITIONS, Covariates
from .many import Patients, typical_draws, typical_values, virtual_patients
from .one import Patient
from .population import population

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
