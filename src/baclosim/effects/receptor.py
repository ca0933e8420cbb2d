"""GABA-B receptors in the cord: from concentration at a site to effect, with spinal tolerance as a shift of potency."""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill


def monosynaptic_effect(lumbar_fast, half_effective, slope):
    """Suppression of the monosynaptic reflex of the legs, 0 to 1."""
    return hill(lumbar_fast, half_effective, slope)


def polysynaptic_effect(lumbar_slow, half_effective, slope):
    """Suppression of polysynaptic reflexes and tone of the legs, 0 to 1."""
    return hill(lumbar_slow, half_effective, slope)


def arm_effect(cervical_slow, half_effective, slope):
    """Suppression of polysynaptic reflexes and tone of the arms, 0 to 1."""
    return hill(cervical_slow, half_effective, slope)


RECEPTOR = Part(quantities=(monosynaptic_effect, polysynaptic_effect, arm_effect))
