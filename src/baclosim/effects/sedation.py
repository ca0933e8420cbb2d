"""Drowsiness: the probability of it, from the brain's exposure, with tolerance over days."""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import log, logistic


def brain_effect(brain_fast, brain_half_effective, brain_tolerance):
    """Effect in the brain, 0 to 1."""
    return brain_fast / (brain_fast + brain_half_effective * brain_tolerance)


def drowsiness(brain_effect, drowsiness_placebo, drowsiness_gain):
    """Probability that the patient reports drowsiness; that on placebo without drug."""
    return logistic(log(drowsiness_placebo / (1.0 - drowsiness_placebo)) + drowsiness_gain * brain_effect)


def brain_tolerance_rate(brain_tolerance, brain_effect, brain_tolerance_gain, brain_tolerance_rate_constant):
    """Potency in the brain drifts towards 1 + gain x effect."""
    return brain_tolerance_rate_constant * (1.0 + brain_tolerance_gain * brain_effect - brain_tolerance)


SEDATION = Part(
    quantities=(brain_effect, drowsiness),
    states=(State("brain_tolerance", brain_tolerance_rate, start=1.0),),
)
