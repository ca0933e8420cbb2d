"""Treatments that end: what the checks of withdrawal run."""

from __future__ import annotations

from ..trajectory import Trajectory
from .clinic import Clinic

YEAR = 365.0  # days
TABLETS = "20 mg four times daily by mouth"
FELT = ("withdrawal", "brain_deficit", "cord_deficit")


def ended(
    clinic: Clinic, therapy: str, days: float, after: str, lasts: float, *names: str, who: str = "cohort"
) -> Trajectory:
    """What follows a treatment that went on for so many days; `after` is how it ends, `lasts` [days] is recorded.

    Time 0 of the result is the end of full treatment. The treatment itself is run once for all its ends.
    """
    run = clinic.cohort if who == "cohort" else clinic.typical
    whole = f"{therapy} for {days:g} days, then {after}"
    treated = run(f"{therapy} for {days:g} days, then stop", days * 24.0, *names, every="24 h")
    course = run(whole, (days + lasts) * 24.0, *names, every="1 h", since=treated)
    return Trajectory(course.time - days * 24.0, course.values, course.therapy)
