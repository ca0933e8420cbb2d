"""The drug along the canal of the typical patient, at a few telling moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..body.geometry import cells, tip_position
from ..figures.display import time_in_words
from ..figures.spine import Canal, Profile, canal_figure
from ..patient import Patients
from ..quantities import CANAL
from .document import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..outcome import Outcome
    from ..trajectory import Trajectory

AFTER_A_BOLUS = (0.5, 1.0, 4.0, 12.0, 24.0)  # h
SHORT = 72.0  # h; up to here a run is shown at the hours after a bolus
NEGLIGIBLE = 1e-6  # ug/mL


def canal_picture(outcome: Outcome) -> Picture:
    """Concentration from neck to sacrum beside the spine, at the moments that tell most."""
    course = outcome.typical
    moments = telling_moments(course)
    profiles = [
        Profile(f"at {time_in_words(hour)}" if hour else "at the start", along_canal(course, hour)) for hour in moments
    ]
    canal = canal_of(outcome)
    caption = "Spinal fluid of the typical patient from the neck down, at the start or soon after a dose and later."
    peak = max((profile.median.max() for profile in profiles), default=0.0)
    alt = f"Concentration along the spinal canal at {len(profiles)} times; at most {1000.0 * peak:.3g} ng/mL."
    return Picture("canal", caption, alt, lambda width: canal_figure(canal, canal.middles, profiles, width))


def along_canal(course: Trajectory, hour: float) -> NDArray[np.float64]:
    """Concentration in each cell of the canal (26,) at a time [ug/mL], from the neck down."""
    return np.array([course.at(name, hour)[0] for name in CANAL])


def telling_moments(course: Trajectory) -> tuple[float, ...]:
    """Hours worth drawing: after a bolus the first day; in a long run the start, the extremes and the end."""
    lumbar, time = course["csf_lumbar"][0], course.time
    if time[-1] <= SHORT:
        return tuple(hour for hour in AFTER_A_BOLUS if hour <= time[-1])
    found = {float(time[0]), float(time[lumbar.argmax()]), float(time[lumbar.argmin()]), float(time[-1])}
    distinct: list[float] = []
    for hour in sorted(found):
        now = along_canal(course, hour)
        old = [along_canal(course, other) for other in distinct]
        if now.max() > NEGLIGIBLE and not any(np.allclose(now, other, rtol=0.02) for other in old):
            distinct.append(hour)
    return tuple(distinct)


def canal_of(outcome: Outcome) -> Canal:
    """The canal of the typical patient, with the catheter tip when there is one [cm]."""
    length = float(Patients.of(outcome.scenario.patient).parameters["canal_length"][0])
    stretches = cells()
    edges = np.array([*(cell.top for cell in stretches), stretches[-1].bottom]) * length
    tips = outcome.scenario.therapy.tips(outcome.scenario.duration)
    tip = float(tip_position(tips[0][1], length)) if tips else None
    return Canal(tuple(cell.levels[0] for cell in stretches), edges, float(tip_position("L1", length)), tip)
