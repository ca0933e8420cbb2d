"""GABA-B receptors in the cord: from concentration at a site to effect, with spinal tolerance as a shift of potency."""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill


def monosynaptic_effect(lumbar_fast, spinal_half_effective, spinal_slope):
    """Suppression of the monosynaptic reflex of the legs, 0 to 1."""
    return hill(lumbar_fast, spinal_half_effective, spinal_slope)


def polysynaptic_effect(lumbar_slow, spinal_half_effective, spinal_slope):
    """Suppression of polysynaptic reflexes and tone of the legs, 0 to 1."""
    return hill(lumbar_slow, spinal_half_effective, spinal_slope)


def arm_effect(cervical_slow, spinal_half_effective, spinal_slope):
    """Suppression of polysynaptic reflexes and tone of the arms, 0 to 1."""
    return hill(cervical_slow, spinal_half_effective, spinal_slope)


RECEPTOR = Part(quantities=(monosynaptic_effect, polysynaptic_effect, arm_effect))
