"""All effects as one network. To add an effect: write its file, and add its part here."""

from __future__ import annotations

from ..engine.network import Network
from .receptor import RECEPTOR
from .reflex import REFLEX
from .sedation import SEDATION

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow", "brain_fast", "brain_slow")

EFFECTS = Network(parts=(RECEPTOR, REFLEX, SEDATION), drives=SITES)
