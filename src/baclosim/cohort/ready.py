"""Imported by the process from which workers are forked: all that a shard needs, compiled functions included."""

from __future__ import annotations

import contextlib

from ..effects.whole import EFFECTS
from ..engine.kernel import LANES, is_compiled
from ..patient import virtual_patients
from ..simulate import simulate
from . import workers as workers
from .patients import PRECISION


def first_hour() -> None:
    """Simulate a few patients for an hour, if that needs no compiling: the functions are loaded when first called."""
    if is_compiled(EFFECTS, PRECISION):
        few, usual = virtual_patients(LANES), "10 mg by mouth every 8 h"
        simulate(few, usual, "1 h", quantities=("plasma",), threads=1, precision=PRECISION, resumable=False)


with contextlib.suppress(Exception):  # a worker would meet the same, and tell
    first_hour()
