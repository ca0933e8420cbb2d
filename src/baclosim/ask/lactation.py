"""From a mother's plasma to the milk, and from the milk to the infant."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..evidence.library import library

Numbers = TypeVar("Numbers", float, NDArray[np.float64])

MILK_INTAKE = 0.15  # L/kg/day, what a fully breast-fed infant drinks: the convention behind a relative infant dose
ACCEPTED_SHARE = 0.10  # of the mother's dose by weight, the conventional limit below which nursing is accepted
RATIO = "lactation.milk_plasma_ratio.elactancia"
PRINTED = "regulatory.lactation.rid"


def milk(plasma: Numbers) -> Numbers:
    """Level in milk from that in plasma, in the same unit (lactation.milk_plasma_ratio.elactancia)."""
    ratio = library().fact(RATIO).value
    assert isinstance(ratio, float)
    return ratio * plasma


def infant_dose(milk_level: Numbers) -> Numbers:
    """What a fully breast-fed infant gets [mg/kg/day] from a level in milk [mg/L]."""
    return MILK_INTAKE * milk_level
