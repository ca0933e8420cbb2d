"""Screening for a pump: test boluses of rising size, each a day after the last and only if the last one failed.

Doses and spacing are screen.test-doses.drugscom, the hours of watching screen.observation.drugscom; who fails the
largest is no candidate (screen.nonresponder.northampton). A response is that of `effects.bedside`: a fall of at least
one point of the Ashworth or the spasm score, as an examiner reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..effects.bedside import response_probability
from ..evidence.library import library
from ..patient import Patients
from ..simulate import simulate
from ..therapy.doses import Doses
from ..trajectory import Trajectory
from .advice import trial_injection
from .plan import DAY, Step

Array = NDArray[np.float64]
SETTLING = 24.0  # h of watching after the last bolus
IMPLANTED = 14 * DAY
"""Hours from the first test bolus to the pump; the true day is set by the clinic."""
BEGUN = (
    "the pump is implanted (the clinic sets the day): twice the bolus that worked, or the bolus itself when its effect "
    "outlasted 8 h"
)
"""How a pump begins after the test boluses, in words for a calendar."""


@dataclass(frozen=True)
class Protocol:
    """Test boluses by lumbar puncture: doses (k,) [ug] at times (k,) [h], watched from and until so many hours after.

    Carried out in full it is what somebody gets who fails every step.
    """

    doses_ug: tuple[float, ...]
    times: tuple[float, ...]
    watched: tuple[float, float]
    notes: tuple[Caution, ...] = ()

    @property
    def until(self) -> float:
        """End of the watching after the last bolus [h]."""
        return self.times[-1] + SETTLING

    def doses(self, until: float, **_: Any) -> Doses:
        """The boluses up to `until` [h]."""
        given = [(t, d) for t, d in zip(self.times, self.doses_ug, strict=True) if t <= until]
        return Doses.of("lumbar puncture", [t for t, _ in given], [d for _, d in given])

    def __str__(self) -> str:
        steps = ", ".join(f"{dose:g} ug at {time:g} h" for dose, time in zip(self.doses_ug, self.times, strict=True))
        return f"test boluses by lumbar puncture until one works: {steps}"


@dataclass(frozen=True)
class Screening:
    """What screening comes to, for n patients and k steps.

    falls        (n, k) largest fall of the Ashworth score while watched, and `spasm_falls` of the spasm score
    passed       (n, k) probability of a response at each step, given that those before had failed
    """

    protocol: Protocol
    course: Trajectory
    falls: Array
    spasm_falls: Array
    passed: Array

    @property
    def reached(self) -> Array:
        """Probability that each patient comes to each step, (n, k)."""
        failed = np.cumprod(1.0 - self.passed, axis=1)
        return np.hstack((np.ones((len(failed), 1)), failed[:, :-1])).astype(np.float64)

    @property
    def implanted(self) -> Array:
        """Probability that each patient passes at some step and gets a pump, (n,); the others' path ends here."""
        return 1.0 - np.prod(1.0 - self.passed, axis=1)


def published_protocol() -> Protocol:
    """50, 75 and 100 ug, each 24 h after the last, watched for 4 to 8 hours."""
    steps = library().table("screen.test-doses.drugscom")
    watched = library().fact("screen.observation.drugscom").amount("hour").value
    if not isinstance(watched, tuple):
        raise TypeError("screen.observation.drugscom gives the first and the last hour")
    doses = tuple(steps.column("dose_ug").tolist())
    times = tuple(np.cumsum(steps.column("hours_since_previous")).tolist())
    return Protocol(doses, times, (watched[0], watched[1]))


def screen(patients: Patients, protocol: Protocol | None = None) -> Screening:
    """Screen patients: simulate every step of a protocol, the published one by default, and read the responses."""
    steps = protocol or published_protocol()
    names = ("ashworth", "spasm_score", "drowsiness")
    course = simulate(patients, steps, steps.until, every="30 min", quantities=names)
    falls, spasms = (largest_falls(course, name, steps) for name in ("ashworth", "spasm_score"))
    return Screening(steps, course, falls, spasms, response_probability(falls, spasms))


def largest_falls(course: Trajectory, score: str, protocol: Protocol) -> Array:
    """Largest fall of a score below its start while each step is watched, (n, k)."""
    start, end = protocol.watched
    fall = course[score][:, :1] - course[score]
    windows = [(course.time >= t + start) & (course.time <= t + end) for t in protocol.times]
    return np.stack([fall[:, window].max(axis=1) for window in windows], axis=1)


def bolus_steps(protocol: Protocol, watch: str, home: str = "") -> Iterator[Step]:
    """The test boluses as steps of a calendar, each only if the one before failed; who fails the last gets no pump.

    watch  how each is given and watched, in words;  home: what the patient is told besides
    """
    start, end = protocol.watched
    for number, (time, dose) in enumerate(zip(protocol.times, protocol.doses_ug, strict=True)):
        before, is_last = protocol.doses_ug[number - 1] if number else None, number == len(protocol.doses_ug) - 1
        only = f"only if {before:g} ug failed; " if before else ""
        do = f"{only}{watch}{'; no response: no candidate for a pump' if is_last else ''}"
        told = f"{trial_injection(start, end, before, is_last=is_last)} {home}".rstrip()
        yield Step(time, time + DAY, f"{dose:g} ug intrathecally once", route="intrathecal", do=do, home=told)


def watched_in_words(protocol: Protocol) -> str:
    """From when until when, and where, somebody is watched after a test bolus."""
    start, end = protocol.watched
    return f"watched {start:g} to {end:g} h where breathing can be supported"
