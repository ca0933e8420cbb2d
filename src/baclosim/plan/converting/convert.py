"""From tablets to the pump and back: doses of equal effect over virtual patients, beside what the sources say.

Equal effect means the same mean effect on tone at the lumbar cord. No oral dose above the labelled maximum is ever
named: beyond it the plan says how much of the pump's effect tablets cannot give. The way to a pump begins with a test
bolus, whatever the computed dose.
"""

from __future__ import annotations

import datetime as dt

from ...errors import Problem, TherapyError
from ...patient import Patient
from ..equivalence import INTO_CANAL, LEAST_BY_MOUTH, exchange
from ..people import Known, check_steady, people_like
from ..plan import Plan
from ..treatment import read_treatment
from .to_pump import to_pump
from .to_tablets import to_tablets

PATIENTS, DRAWS = 200, 60
MOST_BY_MOUTH = 300e3
"""ug/day; the largest oral dose that is converted: given to people with alcohol use disorder in trials."""


def convert(
    text: str,
    *,
    since: float,
    patient: Patient | None = None,
    patients: int = PATIENTS,
    draws: int = DRAWS,
    seed: int = 1,
    begins: dt.date | None = None,
    known: Known | None = None,
) -> Plan:
    """A plan for going from tablets to a pump, or from a pump to tablets, whichever the treatment is not.

    text      what is given now: "20 mg three times daily", "350 ug/day intrathecally"
    since     how long it has been given [h]
    patients  virtual patients; `draws` of the typical one
    known     this very person, as an individual estimate tells

    Raises TherapyError for what cannot be read and for doses beyond those that can be compared.
    """
    person = patient or Patient()
    check_steady(person)
    treatment = read_treatment(text, since, person.covariates.weight)
    low, high = (INTO_CANAL[0], INTO_CANAL[-1]) if treatment.is_pump else (LEAST_BY_MOUTH, MOST_BY_MOUTH)
    if not low <= treatment.daily <= high:
        allowed = "5 to 300 mg/day by mouth, or 5 to 2000 ug/day by pump"
        raise TherapyError(Problem("treatment", text, allowed))
    people = people_like(person, patients, draws, seed, known)
    virtual, typical = (exchange(group, treatment) for group in people.groups)
    build = to_tablets if treatment.is_pump else to_pump
    return people.tried(build(people, virtual, typical, seed, begins))
