"""Dopamine of the mesolimbic path: what a stimulus evokes is cut, what flows at rest is nearly left alone.

Everything is relative to basal dopamine of the accumbens without drug. The numbers come from rodents; nobody measured
dopamine release in people on baclofen. Tolerance is left out: chronic baclofen still cut the response in rats, while
receptors in slices desensitise within the hour.
"""

from __future__ import annotations

from ..engine.network import Part
from ..engine.vocabulary import hill


def dopamine_inhibition(brain_fast, dopamine_half_effective, dopamine_slope):
    """How far baclofen holds back the dopamine neurons' answer to a stimulus, 0 to 1."""
    return hill(brain_fast, dopamine_half_effective, dopamine_slope)


def evoked_dopamine(dopamine_inhibition):
    """What a stimulus evokes, as a share of what it evokes without baclofen."""
    return 1.0 - dopamine_inhibition


def basal_dopamine(dopamine_inhibition, basal_dopamine_reach):
    """Dopamine at rest, as a share of that without baclofen."""
    return 1.0 - basal_dopamine_reach * dopamine_inhibition


def alcohol_rise(dopamine_inhibition, alcohol_dopamine_rise, alcohol_baclofen_share):
    """Rise of dopamine that 1-2 g/kg of alcohol would evoke now, over basal; without baclofen `alcohol_dopamine_rise`.

    `alcohol_baclofen_share` is the share of alcohol's drive that baclofen can reach: 1 as for other drugs of reward,
    0 as in mice bred to be stirred by alcohol.
    """
    return alcohol_dopamine_rise * (1.0 - alcohol_baclofen_share * dopamine_inhibition)


def alcohol_dopamine(basal_dopamine, alcohol_rise):
    """Dopamine after that alcohol, over basal without any drug."""
    return basal_dopamine + alcohol_rise


DOPAMINE = Part(quantities=(dopamine_inhibition, evoked_dopamine, basal_dopamine, alcohol_rise, alcohol_dopamine))
