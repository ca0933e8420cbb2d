"""Bodies and parameters shared by the tests of the spine."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from baclosim.body.geometry import cells
from baclosim.body.spine import spine
from baclosim.body.systemic import BLOOD
from baclosim.body.transfers import Body, LinearSystem, assemble
from baclosim.body.whole import CORD_SITES, WHOLE_BODY
from baclosim.parameters import DEFAULT_VARIANT, parameters

Array = NDArray[np.float64]
SINKS = ("urine", "metabolised", "unabsorbed", "dialysate")


def typical_body(variant: str = DEFAULT_VARIANT, **changed: float) -> dict[str, float]:
    """Typical parameters of an adult with a creatinine clearance of 110 mL/min."""
    known = parameters(variant)
    values = {name: p.value for name, p in known.items() if name in WHOLE_BODY.parameter_names}
    renal = known["renal_per_creatinine"].value * 110.0 * 60.0
    return values | {"renal_clearance": renal, "dialysis_clearance": 0.0} | changed


def population(n: int, seed: int = 1, **changed: float) -> dict[str, Array]:
    """Patients drawn about the typical adult, each parameter (n,)."""
    rng, known = np.random.default_rng(seed), parameters()
    made = {}
    for name, value in typical_body().items():
        spread = known[name].spread if name in known else 0.2
        z = rng.standard_normal(n)
        if name in known and known[name].distribution == "logit":
            odds = value / (1.0 - value) * np.exp(spread * z)
            made[name] = odds / (1.0 + odds)
        else:
            made[name] = value * np.exp(np.sqrt(np.log1p(spread**2)) * z)
    made["cranial_loss_rate"] = made["spinal_loss_rate"]
    return made | {name: np.full(n, x) for name, x in changed.items()}


@cache
def refined(per_level: int) -> Body:
    """The whole body with more cells per vertebral level."""
    return BLOOD + spine(cells(per_level)) + CORD_SITES


def system(values: dict[str, float], body: Body = WHOLE_BODY) -> LinearSystem:
    """One patient's linear system."""
    return assemble(body, {name: np.array([x]) for name, x in values.items()})


def after_bolus(made: LinearSystem, channel: str, dose: float, hours: float) -> Array:
    """State at a time after a dose, (s,)."""
    return expm(made.A[0] * hours) @ made.B[0][:, made.channels.index(channel)] * dose


def steady(made: LinearSystem, channel: str, rate: float) -> Array:
    """State in balance with a constant rate, (s,); the sinks, which only fill, are left at 0."""
    keep = [i for i, name in enumerate(made.states) if name not in SINKS]
    state = np.zeros(len(made.states))
    state[keep] = -np.linalg.solve(made.A[0][np.ix_(keep, keep)], made.B[0][keep, made.channels.index(channel)] * rate)
    return state


def seen(made: LinearSystem, state: Array) -> dict[str, float]:
    """Reported quantities of a state [ug/mL]."""
    return dict(zip(made.outputs, (made.C[0] @ state).tolist(), strict=True))
