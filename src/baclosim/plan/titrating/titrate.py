"""How to begin and raise baclofen: checked against the patient first, then tried on patients like this one.

titrate(request)
  findings()        what speaks against it; a refusal ends here
  oral_arms() ...   the published ways to raise the dose
  follow()          each tried on the same virtual patients, by the policies of `simulate`
  chosen()          the published way, or the best that keeps every goal and limit
-> Plan
"""

from __future__ import annotations

from ...errors import PatientError, Problem
from ...patient import Patient
from ..plan import Plan
from .prescribing import findings, refuse
from .request import Request
from .titrate_pump import by_pump
from .titrate_tablets import by_mouth


def titrate(request: Request) -> Plan:
    """The plan of a titration.

    Raises InputError for what is not known, PlanError where baclofen is refused or no way keeps the goals and limits,
    the nearest then named.
    """
    found = findings(request.patient, request.route, request.drugs, request.history)
    refuse(found, request.despite)
    check_spasticity(request.patient)
    return by_mouth(request, found) if request.route == "mouth" else by_pump(request, found)


def check_spasticity(patient: Patient) -> None:
    """Raise PatientError for somebody who has no tone to lower."""
    known = patient.covariates
    if known.origin == "none" and (known.ashworth is None or known.ashworth <= 1.0):
        allowed = "a condition with spasticity, or an Ashworth score above 1, because tone decides the dose"
        raise PatientError(Problem("patient.condition", known.condition, allowed))
