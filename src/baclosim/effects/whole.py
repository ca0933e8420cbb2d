"""All effects as one network. To add an effect: write its file, and add its part here."""

from __future__ import annotations

from ..drugs.companions import LOADS
from ..engine.network import Network
from .adaptation import ADAPTATION
from .breathing import BREATHING
from .dopamine import DOPAMINE
from .easing import EASING
from .receptor import RECEPTOR
from .reflex import BEDSIDE
from .sedation import SEDATION
from .serotonin import SEROTONIN
from .syndrome import SYNDROME
from .tolerance import TOLERANCE
from .withdrawal import WITHDRAWAL

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow", "brain_fast", "brain_slow")


def names(network: Network) -> tuple[str, ...]:
    """Every quantity and state of a network."""
    return (*network.quantities, *(s.name for s in network.states))


PARTS = (RECEPTOR, *BEDSIDE, TOLERANCE, SEDATION, BREATHING, ADAPTATION, EASING, *WITHDRAWAL)

EFFECTS = Network(parts=PARTS, drives=(*SITES, *LOADS))
"""What every run carries."""

EFFECTS_WITH_SEROTONIN = Network(parts=(*PARTS, SEROTONIN, SYNDROME, DOPAMINE), drives=(*SITES, *LOADS))
"""The same with serotonin, its syndrome and dopamine, compiled apart and used only by runs that ask for them."""

SEROTONIN_ONLY = frozenset({*names(EFFECTS_WITH_SEROTONIN)} - {*names(EFFECTS)})
"""Quantities and states that only that network knows."""
