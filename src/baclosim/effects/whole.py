"""All effects as one network. To add an effect: write its file, and add its part here."""

from __future__ import annotations

from ..engine.network import Network
from .adaptation import ADAPTATION
from .breathing import BREATHING
from .receptor import RECEPTOR
from .reflex import REFLEX
from .sedation import SEDATION
from .tolerance import TOLERANCE
from .withdrawal import WITHDRAWAL

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow", "brain_fast", "brain_slow")
COMPANIONS = ("sedative_load", "opioid_load")

EFFECTS = Network(
    parts=(RECEPTOR, REFLEX, TOLERANCE, SEDATION, BREATHING, ADAPTATION, WITHDRAWAL), drives=(*SITES, *COMPANIONS)
)
