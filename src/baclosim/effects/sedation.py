"""Drowsiness: the brain's exposure, tolerance over days, and what other sedatives add.

A probability of drowsiness is that of a patient who says so when asked. One person keeps one liability, so the share
who ever report it in a trial is the highest probability of that trial, not the sum over its days. Trials differ in how
they ask (36 % on placebo in one, 5 % in another): `drowsiness_placebo` is the background, the drug shifts its logit.
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import log, logistic, positive


def together(drug, companions, interaction_weight):
    """Load of the drug and of its companions under the named interaction.

    The larger load counts in full and the smaller one with a weight: 0 when nothing adds to the stronger of the two,
    1 when loads add, above 1 when together they do more than that.
    """
    smaller = drug - positive(drug - companions)
    return drug + companions + (interaction_weight - 1.0) * smaller


def brain_load(brain_fast, brain_half_effective, brain_resistance, brain_tolerance):
    """Concentration in the brain over the one that now has half of the effect."""
    return brain_fast / (brain_half_effective * brain_resistance * brain_tolerance)


def brain_effect(brain_load):
    """Effect in the brain of the drug alone, 0 to 1."""
    return brain_load / (1.0 + brain_load)


def sedation(brain_load, sedative_load, opioid_load, sedative_potency, opioid_potency, interaction_weight):
    """Effect in the brain of the drug and its companions, 0 to 1."""
    companions = sedative_potency * sedative_load + opioid_potency * opioid_load
    load = together(brain_load, companions, interaction_weight)
    return load / (1.0 + load)


def drowsiness(sedation, drowsiness_placebo, drowsiness_gain):
    """Probability that the patient reports drowsiness; that on placebo without drug."""
    return logistic(log(drowsiness_placebo / (1.0 - drowsiness_placebo)) + drowsiness_gain * sedation)


def brain_tolerance_rate(brain_tolerance, brain_effect, brain_tolerance_gain, brain_tolerance_rate_constant):
    """Potency in the brain drifts towards 1 + gain x effect."""
    return brain_tolerance_rate_constant * (1.0 + brain_tolerance_gain * brain_effect - brain_tolerance)


SEDATION = Part(
    quantities=(brain_load, brain_effect, sedation, drowsiness),
    states=(State("brain_tolerance", brain_tolerance_rate, start=1.0),),
)
