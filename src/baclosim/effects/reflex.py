"""Reflexes, tone, spasms, strength: what the examiner finds at the bedside, as continuous values behind the scores.

Some tone is not the reflex's (stiff muscle, contracture): only `removable_share` of it can be taken away. What an
examiner writes down is ordinal; `bedside.py` turns these values into scores.
"""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill, power


def hm_ratio(monosynaptic_effect, baseline_hm_ratio):
    """Soleus H reflex over the largest motor response."""
    return baseline_hm_ratio * (1.0 - monosynaptic_effect)


def flexor_reflex(polysynaptic_effect):
    """Flexor withdrawal reflex, share of its baseline."""
    return 1.0 - polysynaptic_effect


def arm_reflex(arm_monosynaptic_effect):
    """Tendon and H reflexes of the arms, share of their baseline."""
    return 1.0 - arm_monosynaptic_effect


def relief(polysynaptic_effect, removable_share):
    """Share of the legs' excess tone and spasms that is taken away."""
    return removable_share * polysynaptic_effect


def ashworth(relief, rebound_tone, baseline_ashworth):
    """Mean Ashworth score of the legs, from 1 (normal) to 5; a continuous tone behind the ordinal score.

    Withdrawal adds the points of `rebound_tone` (withdrawal.py), which never reaches beyond 5.
    """
    return 1.0 + (baseline_ashworth - 1.0) * (1.0 - relief) + rebound_tone


def arm_ashworth(arm_effect, baseline_ashworth, arm_share, removable_share):
    """Mean Ashworth score of the arms, whose excess tone is a share of the legs'."""
    return 1.0 + arm_share * (baseline_ashworth - 1.0) * (1.0 - removable_share * arm_effect)


def spasm_score(relief, baseline_spasms):
    """Penn spasm frequency score, 0 (none) to 4 (over ten an hour)."""
    return baseline_spasms * (1.0 - relief)


def strength(lumbar_slow, spinal_half_effective, weakness_ratio, potency_shift, spinal_slope):
    """Strength of the legs, share of its baseline; lost at a multiple of the concentration that quiets reflexes."""
    return 1.0 - hill(lumbar_slow, spinal_half_effective * weakness_ratio * potency_shift, spinal_slope)


def weakness(strength, weakness_reporting):
    """Probability that the patient reports weakness from the drug."""
    return 1.0 - power(strength, weakness_reporting)


def function_lost(relief, support_exponent):
    """Probability that someone who walks stands or walks worse, because tone that bore weight is gone."""
    return power(relief, support_exponent)


REFLEXES = Part(quantities=(hm_ratio, flexor_reflex))
TONE = Part(quantities=(relief, ashworth, spasm_score))
ARMS = Part(quantities=(arm_reflex, arm_ashworth))
STRENGTH = Part(quantities=(strength, weakness, function_lost))
BEDSIDE = (REFLEXES, TONE, ARMS, STRENGTH)
"""Apart, because a run pays only for the parts that it records."""
