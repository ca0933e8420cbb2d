"""Adaptation: cord and brain come to count on the drug's inhibition, so that its absence is felt.

At each place a fast part follows the effect within days; a slow part follows the fast one over months and is lost
within weeks. What adaptation expects and the drug no longer gives is the shortfall; the nervous system answers it with
a lag, of hours in the cord and longer in the brain. The shortfall is signed and lagged before it is cut at zero, so
the swings between tablets average out and are no withdrawal. What is felt follows that with the same lag upwards, and
lingers: once the drug is back the shortfall is repaid within hours, but people stay ill for a day or three.
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import exp, positive


def brain_inhibition(brain_fast, adaptation_half_effective):
    """Inhibition in the brain that it adapts to, 0 to 1; sedation and its tolerance are another matter."""
    return brain_fast / (brain_fast + adaptation_half_effective)


def cord_adaptation(cord_fast_adaptation, cord_slow_adaptation, adaptation_fast_share):
    """Inhibition that the cord counts on, 0 to 1."""
    return adaptation_fast_share * cord_fast_adaptation + (1.0 - adaptation_fast_share) * cord_slow_adaptation


def brain_adaptation(brain_fast_adaptation, brain_slow_adaptation, adaptation_fast_share):
    """Inhibition that the brain counts on, 0 to 1."""
    return adaptation_fast_share * brain_fast_adaptation + (1.0 - adaptation_fast_share) * brain_slow_adaptation


def cord_deficit(cord_felt, withdrawal_gain):
    """How much of the cord's balance is lost, 0 to 1: what is felt times the gain while it is small."""
    return 1.0 - exp(-withdrawal_gain * cord_felt)


def brain_deficit(brain_felt, withdrawal_gain):
    """How much of the brain's balance is lost, 0 to 1."""
    return 1.0 - exp(-withdrawal_gain * brain_felt)


def cord_fast_adaptation_rate(cord_fast_adaptation, polysynaptic_effect, adaptation_fast_rate):
    """The fast part follows the effect on tone."""
    return adaptation_fast_rate * (polysynaptic_effect - cord_fast_adaptation)


def brain_fast_adaptation_rate(brain_fast_adaptation, brain_inhibition, adaptation_fast_rate):
    """The fast part follows the inhibition."""
    return adaptation_fast_rate * (brain_inhibition - brain_fast_adaptation)


def cord_slow_adaptation_rate(cord_slow_adaptation, cord_fast_adaptation, adaptation_slow_rate, adaptation_loss_rate):
    """The slow part follows the fast one, up over months and down over weeks."""
    gained = adaptation_slow_rate * positive(cord_fast_adaptation - cord_slow_adaptation)
    return gained - adaptation_loss_rate * positive(cord_slow_adaptation - cord_fast_adaptation)


def brain_slow_adaptation_rate(
    brain_slow_adaptation, brain_fast_adaptation, adaptation_slow_rate, adaptation_loss_rate
):
    """The slow part follows the fast one, up over months and down over weeks."""
    gained = adaptation_slow_rate * positive(brain_fast_adaptation - brain_slow_adaptation)
    return gained - adaptation_loss_rate * positive(brain_slow_adaptation - brain_fast_adaptation)


def cord_shortfall_rate(cord_shortfall, cord_adaptation, polysynaptic_effect, cord_withdrawal_rate):
    """The lagged difference between what the cord counts on and what the drug gives; negative while it gives more."""
    return cord_withdrawal_rate * (cord_adaptation - polysynaptic_effect - cord_shortfall)


def brain_shortfall_rate(brain_shortfall, brain_adaptation, brain_inhibition, brain_withdrawal_rate):
    """The same in the brain, with a longer lag."""
    return brain_withdrawal_rate * (brain_adaptation - brain_inhibition - brain_shortfall)


def lingering(felt, shortfall, rate, recovery_rate):
    """Rate of change of what is felt: after a rising shortfall at one rate, after a falling one at another."""
    gap = positive(shortfall) - felt
    return rate * positive(gap) - recovery_rate * positive(-gap)


def cord_felt_rate(cord_felt, cord_shortfall, cord_withdrawal_rate, withdrawal_recovery_rate):
    """What the cord misses, as it is felt."""
    return lingering(cord_felt, cord_shortfall, cord_withdrawal_rate, withdrawal_recovery_rate)


def brain_felt_rate(brain_felt, brain_shortfall, brain_withdrawal_rate, withdrawal_recovery_rate):
    """What the brain misses, as it is felt."""
    return lingering(brain_felt, brain_shortfall, brain_withdrawal_rate, withdrawal_recovery_rate)


ADAPTATION = Part(
    quantities=(brain_inhibition, cord_adaptation, brain_adaptation, cord_deficit, brain_deficit),
    states=(
        State("cord_fast_adaptation", cord_fast_adaptation_rate),
        State("cord_slow_adaptation", cord_slow_adaptation_rate),
        State("brain_fast_adaptation", brain_fast_adaptation_rate),
        State("brain_slow_adaptation", brain_slow_adaptation_rate),
        State("cord_shortfall", cord_shortfall_rate),
        State("brain_shortfall", brain_shortfall_rate),
        State("cord_felt", cord_felt_rate),
        State("brain_felt", brain_felt_rate),
    ),
)
