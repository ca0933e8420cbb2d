"""Serotonin syndrome in a run: the load of the drugs that raise serotonin, and the signs of those who fall ill on it.

Drugs with the same target share it, so their levels add up before they are turned into the share of the target that
they hold, and stopping one of two reuptake inhibitors frees little of the transporter while the other stays. Load of
what raises serotonin R and of MAO inhibitors M, each 1 as by a usual regimen: R + M + (odds - 2) R M, where `odds` is
what a MAO inhibitor does to the odds of toxicity in people. It is empirical; the synapse model cannot tell it.

Who falls ill was well before the last change of drugs and ill at the load that lasts after it (`tolerated_load`,
`toxic_load`: set for each run from its doses, change_of_drugs.py). Between people differs how far the load must fall
back from the one to the other until signs end, and how soon after the change they begin; both are distributions over
published cases. So the probabilities here are shares of those who fall ill, not of those who take the drugs.
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import exp, hill, log, positive
from .easing import eased


def held(load, usual):
    """Share of a target that a load holds, when the usual regimen (a load of 1) holds `usual`."""
    return usual * load / (1.0 - usual + usual * load)


def reuptake_block(reuptake_load, usual_reuptake_block):
    """Share of the serotonin transporter that other drugs hold."""
    return held(reuptake_load, usual_reuptake_block)


def mao_block(breakdown_load, usual_mao_block):
    """Share of monoamine oxidase that other drugs hold."""
    return held(breakdown_load, usual_mao_block)


def joined(raised, blocked, mao_reuptake_odds):
    """Load of drugs that raise serotonin and of MAO inhibitors together."""
    return raised + blocked + (mao_reuptake_odds - 2.0) * raised * blocked


def serotonergic_load(reuptake_block, mao_block, usual_reuptake_block, usual_mao_block, mao_reuptake_odds):
    """Toxic load, 1 for one drug as usually taken."""
    return joined(reuptake_block / usual_reuptake_block, mao_block / usual_mao_block, mao_reuptake_odds)


def untolerated_load(serotonergic_load, cyproheptadine_load, cyproheptadine_odds, tolerated_load):
    """Load above what was tolerated; a serotonin blocker lowers it. The edge is blurred by less than any drug adds."""
    return positive(serotonergic_load * eased(cyproheptadine_load, cyproheptadine_odds) - tolerated_load - 1e-5)


def above_tolerated(untolerated_load, tolerated_load, toxic_load, syndrome_edge):
    """How clearly the load is above what was tolerated: 0 at the edge, 1 from about a tenth of what made ill on.

    It rises smoothly, so that the moment at which signs may begin lies on no step.
    """
    share = untolerated_load / (syndrome_edge * (toxic_load - tolerated_load) + 1e-5)
    return 1.0 - exp(-share * share)


def toxic_excess(untolerated_load, above_tolerated, syndrome_height, tolerated_load, toxic_load):
    """The same over what made ill: 1 where the load stands as high as it has been, or as it was meant to stay.

    While the load still rises it is measured by its own height so far: those who fall ill on the first doses do so.
    """
    meant = toxic_load - tolerated_load
    height = syndrome_height + positive(untolerated_load - syndrome_height)
    return above_tolerated * untolerated_load / (meant - positive(meant - height) + 1e-5)


def lasting_excess(toxic_excess, syndrome_trail):
    """The same with what lingers of it: it is felt at once and let go slowly."""
    return toxic_excess + positive(syndrome_trail - toxic_excess)


def syndrome_begun(syndrome_clock, syndrome_onset_median, syndrome_onset_slope):
    """Share of cases that have begun by so many hours above what was tolerated."""
    return hill(syndrome_clock, syndrome_onset_median, syndrome_onset_slope)


def still(excess, times, syndrome_excess, syndrome_excess_slope):
    """Share of cases whose excess is at least so many `times` the one at which signs end.

    The median case begins at `syndrome_excess` times that; between cases its logarithm is log-logistic.
    """
    fallen = positive(log(times) - log(excess)) / log(syndrome_excess)
    return 1.0 - hill(fallen, 1.0, syndrome_excess_slope)


def syndrome_signs(lasting_excess, syndrome_begun, syndrome_excess, syndrome_excess_slope):
    """Probability of signs of serotonin syndrome, in those who fall ill."""
    return syndrome_begun * still(lasting_excess, 1.0, syndrome_excess, syndrome_excess_slope)


def syndrome_moderate(lasting_excess, syndrome_begun, moderate_excess, syndrome_excess, syndrome_excess_slope):
    """Probability that they are moderate or worse."""
    return syndrome_begun * still(lasting_excess, moderate_excess, syndrome_excess, syndrome_excess_slope)


def syndrome_severe(lasting_excess, syndrome_begun, severe_excess, syndrome_excess, syndrome_excess_slope):
    """Probability that they are severe."""
    return syndrome_begun * still(lasting_excess, severe_excess, syndrome_excess, syndrome_excess_slope)


def syndrome_clock_rate(above_tolerated):
    """Hours spent above what was tolerated."""
    return above_tolerated


def syndrome_height_rate(syndrome_height, untolerated_load, syndrome_settling):
    """The height that the load has reached, some hours behind, so that swings between first doses count little."""
    return positive(untolerated_load - syndrome_height) / syndrome_settling


def syndrome_trail_rate(syndrome_trail, toxic_excess, syndrome_settling):
    """What lingers follows the excess."""
    return (toxic_excess - syndrome_trail) / syndrome_settling


SYNDROME = Part(
    quantities=(
        reuptake_block,
        mao_block,
        serotonergic_load,
        untolerated_load,
        above_tolerated,
        toxic_excess,
        lasting_excess,
        syndrome_begun,
        syndrome_signs,
        syndrome_moderate,
        syndrome_severe,
    ),
    states=(
        State("syndrome_clock", syndrome_clock_rate),
        State("syndrome_height", syndrome_height_rate),
        State("syndrome_trail", syndrome_trail_rate),
    ),
)
