"""The most that one request to simulate may ask for, so that nobody waits for another's work."""

from __future__ import annotations

from ..errors import Problem, ScenarioError
from ..scenario import Scenario

MOST_PATIENTS = 2_000
MOST_PATIENT_YEARS = 400.0  # of one request, about a second of work on one core


def within_limits(study: Scenario) -> Scenario:
    """The same, unless it asks for more than one request may."""
    years = study.patients * (study.duration + study.before) / 8766.0
    if study.patients > MOST_PATIENTS:
        raise ScenarioError(Problem("simulate.patients", study.patients, f"at most {MOST_PATIENTS} in one request"))
    if years > MOST_PATIENT_YEARS:
        asked = f"{years:.0f} patient-years"
        allowed = f"at most {MOST_PATIENT_YEARS:g} patient-years in one request"
        raise ScenarioError(Problem("simulate", asked, allowed, "Take fewer patients or a shorter time."))
    return study
