"""What a reader must know about a prescription that is allowed: above a label, never studied, weakly supported."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from ..cautions import Caution
from . import speech
from .amounts import MassPerWeight
from .steps import Dosing, Intake, Nothing, Steps
from .timeline import Segment, timeline
from .timing import DAY, START_CLOCK, Continuous, dose_times

LABEL_DAY = 80e3  # ug by mouth, label.dose_range.us
STUDIED_VEIN = 15e3  # ug at once, iv.tolerance.schmitz-2017
EXPERIENCE_INTRATHECAL = 1000.0  # ug/day, dose.above-1000.recalled
SCREENING_INTRATHECAL = 100.0  # ug, the highest screening bolus


def notes(steps: Steps) -> tuple[Caution, ...]:
    """All cautions, each once, in the order of the steps."""
    found = [caution for step in steps if isinstance(step, Dosing) for i in step.intakes for caution in _of(i)]
    segments = timeline(steps, START_CLOCK)
    found += [*_oral(segments), *_intrathecal(segments), *_never_stops(steps, segments)]
    return tuple(dict.fromkeys(found))


def _of(intake: Intake) -> Iterator[Caution]:
    if intake.food:
        said = "A meal changes neither rate nor extent of absorption, so this changes nothing."
        yield Caution(intake.food, said, ("oral.food.peterson-1985",))
    if intake.route == "skin":
        yield Caution(
            "skin",
            "What gets through the skin rests on pig ear skin in vitro; no level in people after a gel is known, and a "
            "film study in two volunteers saw far more, 79 % of a tablet.",
            (
                "topical.mean_flux.microneedle",
                "topical.film_bioavailability.iraq",
                "topical.bakplo_systemic.barton-2011",
            ),
        )
    dose = 0.0 if isinstance(intake.amount, MassPerWeight) else intake.amount.measure * intake.timing.share
    if intake.route == "vein" and not isinstance(intake.timing, Continuous) and dose > STUDIED_VEIN:
        yield Caution(
            "vein", "Above 15 mg at once, the most that was studied in people.", ("iv.tolerance.schmitz-2017",)
        )
    if intake.channel == "lumbar puncture" and dose > SCREENING_INTRATHECAL:
        said = f"A bolus of {speech.mass(dose, 'intrathecal')} is above 100 ug, the highest screening dose."
        yield Caution("intrathecal", said)


def _oral(segments: list[Segment]) -> Iterator[Caution]:
    most = max((most_a_day(segment, "mouth") for segment in segments), default=0.0)
    if most > LABEL_DAY:
        said = f"{speech.mass(most)} in a day is above the label's maximum of 80 mg/day."
        yield Caution("mouth", said, ("label.dose_range.us",))


def _intrathecal(segments: list[Segment]) -> Iterator[Caution]:
    flows = [i.per_day for s in segments for i in s.intakes if i.channel == "catheter" and i.amount.basis == "mass"]
    most = max(flows, default=0.0)
    if most > EXPERIENCE_INTRATHECAL:
        said = f"{speech.mass(most, 'intrathecal')}/day is above 1000 ug/day, where there is little experience."
        yield Caution("intrathecal", said, ("dose.above-1000.recalled",))


def _never_stops(steps: Steps, segments: list[Segment]) -> Iterator[Caution]:
    if steps[-1] == Nothing() and segments and segments[-1].end == inf:
        said = "It is not said when to stop, so the last doses go on to the end; write 'for 3 days' before 'then stop'."
        yield Caution("stop", said)


def most_a_day(segment: Segment, route: str) -> float:
    """The most that is taken by a route in any of the first eight days of a segment [ug]; doses per kg are left out."""
    end = min(segment.end, segment.start + 8 * DAY)
    total = np.zeros(8)
    for intake, first in zip(segment.intakes, segment.firsts, strict=True):
        if intake.route == route and intake.amount.basis == "mass":
            times = dose_times(intake.timing, intake.days, first, end, START_CLOCK)
            day = np.minimum((times - segment.start + 1e-9) // DAY, 7).astype(int)
            np.add.at(total, day, intake.amount.measure * intake.timing.share)
    return float(total.max())
