"""From a clouded mind to coma and the ventilator: the deep end of the drug's action in the brain.

Two sites of the brain carry it. The fast one brings coma within two hours of an overdose; the slow one holds it for
days after blood has cleared. Their sum over the concentration of coma is `depression`: 1 is the edge of coma for the
typical patient without tolerance.
"""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill
from .sedation import together


def depression(brain_fast, brain_slow, slow_weight, coma_half_effective, brain_resistance, brain_tolerance):
    """Depression of the brain by the drug alone; 1 is the edge of coma."""
    return (brain_fast + slow_weight * brain_slow) / (coma_half_effective * brain_resistance * brain_tolerance)


def total_depression(
    depression, sedative_load, opioid_load, sedative_depression, opioid_depression, interaction_weight
):
    """Depression of consciousness by the drug and its companions."""
    companions = sedative_depression * sedative_load + opioid_depression * opioid_load
    return together(depression, companions, interaction_weight)


def breathing_depression(
    depression, sedative_load, opioid_load, sedative_depression, opioid_breathing, interaction_weight
):
    """Depression of breathing by the drug and its companions; opioids weigh more here than on consciousness."""
    companions = sedative_depression * sedative_load + opioid_breathing * opioid_load
    return together(depression, companions, interaction_weight)


def encephalopathy(total_depression, encephalopathy_ratio, coma_slope):
    """Probability of a clouded mind: confusion, delirium, hard to rouse, or worse."""
    return hill(total_depression, encephalopathy_ratio, coma_slope)


def coma(total_depression, coma_slope):
    """Probability of coma, a Glasgow score below 9."""
    return hill(total_depression, 1.0, coma_slope)


def respiratory_drive(breathing_depression, respiratory_ratio, respiratory_slope):
    """Drive to breathe, 1 without drug."""
    return 1.0 - hill(breathing_depression, respiratory_ratio, respiratory_slope)


def ventilation(respiratory_drive, ventilation_slope):
    """Probability that breathing must be taken over: half when half of the drive is lost, none without drug."""
    return hill(1.0 - respiratory_drive, 0.5, ventilation_slope)


BREATHING = Part(
    quantities=(
        depression,
        total_depression,
        breathing_depression,
        encephalopathy,
        coma,
        respiratory_drive,
        ventilation,
    )
)
