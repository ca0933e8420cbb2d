"""All effects as one network. To add an effect: write its file, and add its part here."""

from __future__ import annotations

from ..engine.network import Network
from .adaptation import ADAPTATION
from .breathing import BREATHING
from .dopamine import DOPAMINE
from .receptor import RECEPTOR
from .reflex import BEDSIDE
from .sedation import SEDATION
from .serotonin import SEROTONIN
from .tolerance import TOLERANCE
from .withdrawal import WITHDRAWAL

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow", "brain_fast", "brain_slow")
COMPANIONS = ("sedative_load", "opioid_load")


def names(network: Network) -> tuple[str, ...]:
    """Every quantity and state of a network."""
    return (*network.quantities, *(s.name for s in network.states))


PARTS = (RECEPTOR, *BEDSIDE, TOLERANCE, SEDATION, BREATHING, ADAPTATION, WITHDRAWAL)

EFFECTS = Network(parts=PARTS, drives=(*SITES, *COMPANIONS))
"""What every run carries."""

EFFECTS_WITH_SEROTONIN = Network(parts=(*PARTS, SEROTONIN, DOPAMINE), drives=(*SITES, *COMPANIONS))
"""The same with serotonin and dopamine, compiled apart and used only by runs that ask for them."""

SEROTONIN_ONLY = frozenset({*names(EFFECTS_WITH_SEROTONIN)} - {*names(EFFECTS)})
"""Quantities and states that only that network knows."""
