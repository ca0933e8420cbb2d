"""The trial dose given to people who go on taking their tablets: who responds to each bolus of the protocol."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...effects.bedside import response_probability
from ..switch import Held, gone_on, overnight
from ..treatment import DAY
from ..trial_dose import Protocol

Array = NDArray[np.float64]

FACTS = ("screen.test-doses.drugscom", "screen.observation.drugscom", "screen.nonresponder.northampton")
SCORES = ("ashworth", "spasm_score")


def responses(now: Held, protocol: Protocol) -> Array:
    """Probability that each bolus shows a response in each patient on tablets, (n, k).

    The fall of a score is against the same patient at the same hour without the bolus, for tablets move it as well.
    """
    treatment = now.treatment
    tablets = (overnight(treatment), treatment.says)
    at = overnight(treatment) + DAY
    first, last = protocol.watched

    def scores(*bolus: tuple[float, str]) -> dict[str, Array]:
        course = gone_on(now, (tablets, *bolus), at + last, SCORES, every=0.5)
        return {name: course[name][:, course.time >= at + first] for name in SCORES}

    before = scores()
    found = []
    for dose in protocol.doses_ug:
        after = scores((at, f"{dose:g} ug intrathecally once"))
        falls = [(before[name] - after[name]).max(axis=1) for name in SCORES]
        found.append(response_probability(*falls))
    return np.stack(found, axis=1)


def passed_by(responses: Array) -> Array:
    """Probability that some bolus up to each has shown a response, (n, k)."""
    return np.asarray(1.0 - np.cumprod(1.0 - responses, axis=1), dtype=float)
