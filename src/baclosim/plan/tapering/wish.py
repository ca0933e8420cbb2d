"""What is asked of a taper, and what a published rule comes to on the same patients."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ...patient import Patient
from ..goals import Goal, read_goal
from ..people import Known
from ..tablets import Supply
from ..treatment import Treatment
from .guarding import Found
from .rules import Rule

PATTERNS = ((7,), (3, 4), (2,))
"""Days between steps that are tried, the easiest to follow first."""
PUMP_PATTERNS = PATTERNS[:2]  # each step is a visit at which the pump is programmed
TABLETS = Supply()
PATIENTS = 500
LIMIT = read_goal("withdrawal below moderate in 95 % of patients")


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    limit       what must hold throughout, in which share of the virtual patients
    within      days that it may take; None for the soonest
    patterns    days between steps, (7,) weekly, (3, 4) twice a week; the easiest to follow first
    step_share  largest part of the day's dose that one step may take away; None for the published one
    pump_least  ug/day, the least that the pump gives; bridge: doses by mouth [ug] that take over from it, if any
    begins      day 1 as a date
    known       this very person, as an individual estimate tells; else it is tried on people like the patient
    """

    patient: Patient
    treatment: Treatment
    supply: Supply = TABLETS
    limit: Goal = LIMIT
    within: int | None = None
    patterns: tuple[tuple[int, ...], ...] = PATTERNS
    step_share: float | None = None
    pump_least: float = 0.0
    bridge: tuple[float, ...] = ()
    patients: int = PATIENTS
    seed: int = 1
    begins: dt.date | None = None
    known: Known | None = None


@dataclass(frozen=True)
class Weighed:
    """A published rule and how it fares on the same patients."""

    rule: Rule
    found: Found
