"""A taper as it is asked for in words, and the wish that these words state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...patient import Patient
from ...pump.asked import USUAL
from ...therapy.language.conditions import TIERS, Condition, tier_level
from ..asked import Reading
from ..goals import Goal
from ..tablets import read_supply
from ..treatment import Treatment, read_treatment
from .bounds import least_of_pump, read_bridge, with_bridge
from .wish import PATTERNS, PUMP_PATTERNS, TABLETS, Wish


@dataclass(frozen=True)
class TaperWords:
    """What is taken now and for how long; of what tablets, within what time and limits it is tapered.

    tablets        strengths at hand in mg, "10, 5"; liquid: its finest measure instead, "0.5 mg"
    within         the gentlest within this time; None for the soonest
    every          step days, "twice a week"; largest_step: share of the day's dose, "25 %"
    device, concentration  of a pump, which set its least dose
    bridge         tablets that take over from a pump, "20 mg 4 times daily"
    """

    treatment: str
    since: str | None
    tablets: str | None = None
    halves: bool = False
    liquid: str | None = None
    within: str | None = None
    tier: str = "moderate"
    probability: str = "95 %"
    every: str | None = None
    largest_step: str | None = None
    device: str = USUAL
    concentration: str | None = None
    bridge: str | None = None


def wish_of(words: TaperWords, read: Reading, patient: Patient, **shared: Any) -> Wish | None:
    """The wish that these words state; None, with its problems noted, where the treatment cannot be read.

    shared  the other fields of a Wish
    """
    weight = patient.covariates.weight
    hours = read.hours("since", words.since)
    limit = limit_of(words, read)
    within = None if words.within is None else int(read.hours("within", words.within) // 24)
    gaps = read.gaps("every", words.every)
    step = None if words.largest_step is None else read.part("largest-step", words.largest_step)
    supply = read.attempt(lambda: read_supply(words.tablets, words.halves, words.liquid), TABLETS)
    now = read.attempt(lambda: read_treatment(words.treatment, hours, weight), None)
    bridge = words.bridge
    over = read.attempt(lambda: read_bridge(bridge, weight), None) if bridge else None
    if now is None:
        return None
    return Wish(
        patient,
        treatment=with_bridge(now, over) if over else now,
        supply=supply,
        limit=limit,
        within=within,
        patterns=gaps or (PUMP_PATTERNS if now.is_pump else PATTERNS),
        step_share=step,
        pump_least=least_of(words, now, read),
        bridge=over.doses if over else (),
        **shared,
    )


def limit_of(words: TaperWords, read: Reading) -> Goal:
    """Below which tier withdrawal stays, and in which share of the virtual patients."""
    level = tier_level(read.one_of("tier", words.tier, TIERS))
    return Goal(Condition("withdrawal", "below", level), read.part("probability", words.probability))


def least_of(words: TaperWords, now: Treatment, read: Reading) -> float:
    """The least that the pump gives [ug/day], 0 for tablets; what is said of a pump that there is not is refused."""
    if now.is_pump:
        return read.attempt(lambda: least_of_pump(words.device, words.concentration), 0.0)
    if words.bridge or words.concentration or words.device != USUAL:
        read.refuse("treatment", words.treatment, "a pump's dose, where a device, a concentration or a bridge is told")
    return 0.0
