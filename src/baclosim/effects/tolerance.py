"""Tolerance of the cord: receptors lost within days, a slow shift over months, and the minority that goes on rising.

All three follow the effect on tone, so a dose that is raised to hold tone holds their drive, and a dose left alone
limits it. A liability that is standard normal between people decides who goes on rising: those above a threshold.
Without drug the slow shift fades within weeks, which is what a drug holiday is for and why a restart is dangerous.
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import positive, select


def escalating(tolerance_liability, tolerance_threshold):
    """1 in those whose tolerance goes on rising, 0 in the others."""
    return select(tolerance_liability - tolerance_threshold, 1.0, 0.0)


def receptor_signal_rate(receptor_signal, polysynaptic_effect, receptor_signal_rate_constant):
    """The cell's signal to lose receptors follows the effect with a day's delay."""
    return receptor_signal_rate_constant * (polysynaptic_effect - receptor_signal)


def receptor_number_rate(receptor_number, receptor_signal, receptor_turnover, receptor_loss):
    """GABA-B receptors of the cord, share of their number without drug."""
    return receptor_turnover * (1.0 - receptor_loss * receptor_signal - receptor_number)


def spinal_shift_rate(
    spinal_shift,
    polysynaptic_effect,
    escalating,
    tolerance_gain,
    tolerance_onset_rate,
    tolerance_recovery_rate,
    tolerance_rise,
    tolerance_ceiling,
):
    """Slow shift of potency: up to `gain` in all, steadily on in some, back within weeks when the effect goes."""
    plateau = tolerance_gain * polysynaptic_effect
    most = plateau + tolerance_ceiling * escalating * polysynaptic_effect
    rising = tolerance_onset_rate * positive(plateau - spinal_shift) + tolerance_rise * escalating * polysynaptic_effect
    return rising - tolerance_recovery_rate * positive(spinal_shift - most)


TOLERANCE = Part(
    quantities=(escalating,),
    states=(
        State("receptor_signal", receptor_signal_rate),
        State("receptor_number", receptor_number_rate, start=1.0),
        State("spinal_shift", spinal_shift_rate),
    ),
)
