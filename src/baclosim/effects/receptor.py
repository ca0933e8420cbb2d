"""GABA-B receptors in cord and brain: occupancy, and how far a concentration at the cord quiets its reflexes.

The monosynaptic reflex follows the fast site of the cord, tone and polysynaptic reflexes the slow one, so the first
falls before the others. Tolerance (tolerance.py) shifts the potency at the whole cord; the arms share the legs' shift.
"""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill


def cord_occupancy(lumbar_slow, active_share, receptor_dissociation):
    """Share of the GABA-B receptors of the lumbar cord that hold R-baclofen, the only active form."""
    active = active_share * lumbar_slow
    return active / (active + receptor_dissociation)


def brain_occupancy(brain_fast, active_share, receptor_dissociation):
    """Share of the GABA-B receptors of the brain that hold R-baclofen."""
    active = active_share * brain_fast
    return active / (active + receptor_dissociation)


def potency_shift(spinal_shift, receptor_number):
    """How many times the first-day concentration the cord now needs; fewer receptors need proportionally more."""
    return (1.0 + spinal_shift) / receptor_number


def monosynaptic_effect(lumbar_fast, spinal_half_effective, potency_shift, spinal_slope):
    """Suppression of the monosynaptic reflex of the legs, 0 to 1."""
    return hill(lumbar_fast, spinal_half_effective * potency_shift, spinal_slope)


def polysynaptic_effect(lumbar_slow, tone_half_effective, potency_shift, spinal_slope):
    """Suppression of polysynaptic reflexes and tone of the legs, 0 to 1."""
    return hill(lumbar_slow, tone_half_effective * potency_shift, spinal_slope)


def arm_monosynaptic_effect(cervical_fast, spinal_half_effective, potency_shift, spinal_slope):
    """Suppression of the monosynaptic reflexes of the arms, 0 to 1."""
    return hill(cervical_fast, spinal_half_effective * potency_shift, spinal_slope)


def arm_effect(cervical_slow, tone_half_effective, potency_shift, spinal_slope):
    """Suppression of polysynaptic reflexes and tone of the arms, 0 to 1."""
    return hill(cervical_slow, tone_half_effective * potency_shift, spinal_slope)


RECEPTOR = Part(
    quantities=(
        cord_occupancy,
        brain_occupancy,
        potency_shift,
        monosynaptic_effect,
        polysynaptic_effect,
        arm_monosynaptic_effect,
        arm_effect,
    )
)
