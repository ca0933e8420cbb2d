"""Reflexes, tone, spasms and strength: what the examiner finds at the bedside."""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill


def hm_ratio(monosynaptic_effect, baseline_hm_ratio):
    """Soleus H reflex over the largest motor response."""
    return baseline_hm_ratio * (1.0 - monosynaptic_effect)


def flexor_reflex(polysynaptic_effect):
    """Flexor withdrawal reflex, share of its baseline."""
    return 1.0 - polysynaptic_effect


def ashworth(polysynaptic_effect, baseline_ashworth):
    """Mean Ashworth score of the legs, from 1 (normal) to 5; a continuous tone behind the ordinal score."""
    return 1.0 + (baseline_ashworth - 1.0) * (1.0 - polysynaptic_effect)


def arm_ashworth(arm_effect, baseline_arm_ashworth):
    """Mean Ashworth score of the arms."""
    return 1.0 + (baseline_arm_ashworth - 1.0) * (1.0 - arm_effect)


def spasm_score(polysynaptic_effect, baseline_spasms):
    """Penn spasm frequency score, 0 (none) to 4 (over ten an hour)."""
    return baseline_spasms * (1.0 - polysynaptic_effect)


def strength(lumbar_slow, spinal_half_effective, weakness_ratio, spinal_slope):
    """Strength of the legs, share of its baseline; lost at a multiple of the concentration that relieves tone."""
    return 1.0 - hill(lumbar_slow, spinal_half_effective * weakness_ratio, spinal_slope)


REFLEX = Part(quantities=(hm_ratio, flexor_reflex, ashworth, arm_ashworth, spasm_score, strength))
