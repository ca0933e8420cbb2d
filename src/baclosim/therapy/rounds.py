"""When people who sleep at night take so many doses a day: the hours behind "three times daily" on a plan's sheet.

The dosing language spaces "three times daily" evenly, as trials and data files do. Nobody takes tablets so: a plan says
"morning, afternoon, night", and simulates, prints and exports those very hours. They are those that the language gives
to these words, the rounds of a ward from 08 to 22 o'clock; FHIR leaves the hour of such a word to the institution.
"""

from __future__ import annotations

from dataclasses import replace

from .language.words import PARTS_OF_DAY
from .regimen import Regimen
from .steps import Dosing, Intake
from .timing import Clock, Divided, TimesADay, Timing

ROUNDS = {
    1: ("morning",),
    2: ("morning", "evening"),
    3: ("morning", "afternoon", "night"),
    4: ("morning", "midday", "evening", "night"),
}


def rounds(timing: Timing) -> dict[float, str]:
    """The hours after midnight at which so many doses a day are taken, with their names; none for another timing."""
    names = ROUNDS.get(timing.count, ()) if isinstance(timing, TimesADay | Divided) else ()
    return {PARTS_OF_DAY[name]: name for name in names}


def at_rounds(regimen: Regimen) -> Regimen:
    """The regimen with so many doses a day at the hours of their rounds; any other timing as it is."""
    return replace(regimen, steps=tuple(_step(step) if isinstance(step, Dosing) else step for step in regimen.steps))


def _step(step: Dosing) -> Dosing:
    return replace(step, intakes=tuple(map(_intake, step.intakes)))


def _intake(intake: Intake) -> Intake:
    hours = tuple(rounds(intake.timing))
    if not hours:
        return intake
    return replace(intake, amount=intake.amount.scaled(intake.timing.share), timing=Clock(hours))
