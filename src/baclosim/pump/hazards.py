"""How often a cohort of implanted patients meets each fault: published rates, and faults drawn at them."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..parameters import typical
from ..streams import BLOCK, stream
from .faults import Fault


@dataclass(frozen=True)
class Hazard:
    """How often a fault is met: `rate` per year, refill or pump, between two ages of the pump [h]."""

    kind: str
    per: Literal["year", "refill", "pump"]
    rate: float
    earliest: float = 0.0
    latest: float = math.inf


# Kinds of catheter fault and the first word of the parameter that gives each its share of them all.
CATHETER_SHARES = {
    "subdural tip": "subdural",
    "catheter disconnection": "disconnection",
    "catheter occlusion": "occlusion",
    "catheter kink": "kink",
    "catheter leak": "leak",
    "catheter micro-fracture": "fracture",
    "epidural tip": "migration",
}


@functools.cache
def published_hazards() -> tuple[Hazard, ...]:
    """The hazards for which a rate was published; refill and programming errors have none and are left out."""
    value = typical()
    catheter = value["system_complication_rate"] * value["catheter_share_of_complications"]
    life, short = value["pump_life_longest"], value["feedthrough_share_of_stalls"]
    stalls = value["motor_stall_rate"]
    return (
        *(Hazard(k, "year", catheter * value[f"{s}_share_of_catheter_faults"]) for k, s in CATHETER_SHARES.items()),
        Hazard("motor stall", "year", stalls * (1.0 - short)),
        Hazard("feed-through short", "year", stalls * short),
        Hazard(
            "battery film", "pump", value["battery_film_per_pump"],
            value["battery_film_earliest"], value["battery_film_latest"],
        ),
        Hazard("overinfusion", "pump", value["overinfusion_per_pump"], value["overinfusion_earliest"], life),
        Hazard("flipped pump", "pump", value["flipped_per_pump"], 0.0, life),
        Hazard("pocket fill", "refill", value["pocket_fill_per_refill"]),
    )  # fmt: skip


YEAR = 8766.0  # h
DRAWS = 8  # events of one kind that one patient can meet


def sample_faults(
    hazards: Sequence[Hazard] | None, until: float, seed: int = 0, patient: int = 0, *, age: float = 0.0
) -> tuple[Fault, ...]:
    """Faults one patient meets before `until` [h], drawn at the given rates (None: the published ones).

    `age` is that of the pump at hour 0 [h]. Each fault is mended after the `fault_repair_delay`. A patient's draws
    depend on seed, kind and patient number alone.
    """
    repair = typical(("fault_repair_delay",))["fault_repair_delay"]
    found: list[Fault] = []
    for hazard in published_hazards() if hazards is None else hazards:
        draws = _draws(seed, hazard.kind, patient // BLOCK)[patient % BLOCK]
        found += _met(hazard, draws, until, age, repair)
    return tuple(sorted(found, key=lambda fault: fault.at))


def _met(hazard: Hazard, draws: Sequence[float], until: float, age: float, repair: float) -> list[Fault]:
    if hazard.rate <= 0.0:
        return []
    if hazard.per == "refill":
        return [
            Fault(hazard.kind, refill=math.ceil(math.log1p(-draws[0]) / math.log1p(-min(hazard.rate, 0.999999))) or 1)
        ]
    if hazard.per == "pump":
        at = hazard.earliest + draws[1] * (hazard.latest - hazard.earliest) - age
        return [Fault(hazard.kind, at, at + repair)] if draws[0] < hazard.rate and 0.0 <= at < until else []
    found, at = [], 0.0
    for draw in draws:
        at -= math.log1p(-draw) * YEAR / hazard.rate
        if at >= until:
            break
        found.append(Fault(hazard.kind, at, at + repair))
    return found


@functools.lru_cache(maxsize=512)
def _draws(seed: int, kind: str, block: int) -> list[list[float]]:
    return stream(seed, f"pump fault {kind}", block).random((BLOCK, DRAWS)).tolist()
