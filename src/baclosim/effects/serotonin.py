"""Serotonin: raphe firing under baclofen, what comes out at the terminals, and an anxiety drive as a hypothesis.

Baclofen does two things to the raphe. Low concentrations quiet the cells that inhibit it, so it fires more; high ones
hyperpolarise the serotonin cells themselves. Extracellular serotonin follows from the published varicosity model
(synapse.py), whose seconds and minutes are taken as settled within a step: what remains over hours is the store in
the vesicles, and over days how far autoreceptors give way.

Everything is relative to rest without drug, which is 1, unless a unit says otherwise. `reuptake_block` and
`mao_block`, the shares of transporter and monoamine oxidase that other drugs hold, are parameters; a run without
other drugs has both at 0.
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import exp, hill, log, positive, root
from .synapse import VESICLE_LEAK, autoinhibition, removal, reuptake, saturable


def raphe_exposure(brain_fast, brain_tolerance):
    """Concentration that the raphe answers to [ug/mL]: it is taken to share the brain's tolerance."""
    return brain_fast / brain_tolerance


def raphe_disinhibition(raphe_exposure, presynaptic_half_effective):
    """How far the inputs that inhibit the raphe are quieted, 0 to 1."""
    return raphe_exposure / (raphe_exposure + presynaptic_half_effective)


def raphe_inhibition(raphe_exposure, raphe_half_effective):
    """How far the serotonin cells themselves are hyperpolarised, 0 to 1."""
    return raphe_exposure / (raphe_exposure + raphe_half_effective)


def raphe_firing(raphe_disinhibition, raphe_inhibition, disinhibition_gain):
    """Firing of the raphe: raised at low concentrations, silenced at high ones."""
    return (1.0 + disinhibition_gain * raphe_disinhibition) * (1.0 - raphe_inhibition)


def serotonin_drive(raphe_firing, raphe_disinhibition, serotonin_store, impulse_free_release, terminal_reach):
    """Release that firing and store would bring if the autoreceptor stayed at rest.

    Receptors at the terminals are taken to be as sensitive as those at the inhibiting inputs; `terminal_reach` says how
    much of release they can stop.
    """
    impulses = impulse_free_release + (1.0 - impulse_free_release) * raphe_firing
    return impulses * serotonin_store * (1.0 - terminal_reach * raphe_disinhibition)


def bound_at(g_protein, autoreceptor_total, g_reversal_ratio, regulator_half):
    """Bound autoreceptor at which the G protein settles at this activity."""
    squared = g_protein * g_protein
    regulator = autoreceptor_total * squared / (squared + regulator_half)
    return root(g_reversal_ratio * regulator * g_protein / (autoreceptor_total - g_protein))


def outside_at(bound, autoreceptor_total, autoreceptor_dissociation):
    """Extracellular serotonin [umol/L] that binds so much autoreceptor."""
    return autoreceptor_dissociation * bound / (autoreceptor_total - bound)


def refined(
    odds,
    autoreceptor_highest,
    serotonin_supply,
    autoreceptor_gain,
    reuptake_block,
    reuptake_vmax,
    reuptake_km,
    serotonin_loss_rate,
    autoreceptor_total,
    autoreceptor_dissociation,
    g_reversal_ratio,
    regulator_half,
):
    """One step of Newton's method towards the activity at which removal equals release.

    `odds` is the activity over what it falls short of the highest, at which release would stop. In logarithms both
    sides of the balance are nearly straight lines in those of the odds, so that few steps are needed.
    """
    g = autoreceptor_highest * odds / (1.0 + odds)
    bound = bound_at(g, autoreceptor_total, g_reversal_ratio, regulator_half)
    outside = outside_at(bound, autoreceptor_total, autoreceptor_dissociation)
    leaving = removal(outside, reuptake_block, reuptake_vmax, reuptake_km, serotonin_loss_rate)
    km = reuptake_km / (1.0 - reuptake_block)
    steepness = (reuptake_vmax * km / ((km + outside) * (km + outside)) + serotonin_loss_rate) * outside / leaving
    by_g = 0.5 * (1.0 + 2.0 * regulator_half / (g * g + regulator_half) + g / (autoreceptor_total - g))
    slope = (steepness * autoreceptor_total / (autoreceptor_total - bound) * by_g + odds) / (1.0 + odds)
    release = serotonin_supply * autoreceptor_gain * (autoreceptor_highest - g)
    return odds * exp(log(release / leaving) / slope)


def autoreceptor_gain(release_gain, autoreceptor_sensitivity):
    """Fall of release per unit of active G protein above rest, as sensitive as the autoreceptor is now."""
    return release_gain * autoreceptor_sensitivity


def autoreceptor_highest(g_protein_basal, autoreceptor_gain):
    """Active G protein at which release would stop."""
    return g_protein_basal + 1.0 / autoreceptor_gain


def serotonin_supply(serotonin_drive, resting_serotonin, reuptake_vmax, reuptake_km, serotonin_loss_rate):
    """Release [umol/L/h] if the autoreceptor stayed at rest; at rest it equals removal."""
    return serotonin_drive * removal(resting_serotonin, 0.0, reuptake_vmax, reuptake_km, serotonin_loss_rate)


def autoreceptor_guess(
    serotonin_drive,
    g_protein_basal,
    autoreceptor_highest,
    serotonin_supply,
    autoreceptor_gain,
    reuptake_block,
    reuptake_vmax,
    reuptake_km,
    serotonin_loss_rate,
    autoreceptor_total,
    autoreceptor_dissociation,
    g_reversal_ratio,
    regulator_half,
):
    """Odds of the activity after one step of Newton's from a first guess."""
    return refined(
        g_protein_basal * autoreceptor_gain * root(serotonin_drive),
        autoreceptor_highest,
        serotonin_supply,
        autoreceptor_gain,
        reuptake_block,
        reuptake_vmax,
        reuptake_km,
        serotonin_loss_rate,
        autoreceptor_total,
        autoreceptor_dissociation,
        g_reversal_ratio,
        regulator_half,
    )


def autoreceptor_odds(
    autoreceptor_guess,
    autoreceptor_highest,
    serotonin_supply,
    autoreceptor_gain,
    reuptake_block,
    reuptake_vmax,
    reuptake_km,
    serotonin_loss_rate,
    autoreceptor_total,
    autoreceptor_dissociation,
    g_reversal_ratio,
    regulator_half,
):
    """Odds of the activity after the second step, within a thousandth."""
    return refined(
        autoreceptor_guess,
        autoreceptor_highest,
        serotonin_supply,
        autoreceptor_gain,
        reuptake_block,
        reuptake_vmax,
        reuptake_km,
        serotonin_loss_rate,
        autoreceptor_total,
        autoreceptor_dissociation,
        g_reversal_ratio,
        regulator_half,
    )


def autoreceptor_activity(
    autoreceptor_odds,
    autoreceptor_highest,
    serotonin_supply,
    autoreceptor_gain,
    reuptake_block,
    reuptake_vmax,
    reuptake_km,
    serotonin_loss_rate,
    autoreceptor_total,
    autoreceptor_dissociation,
    g_reversal_ratio,
    regulator_half,
):
    """Active G protein of the autoreceptor, in the published model's units, where removal equals release.

    After the third step what is left is below 1e-6 wherever the model is used (a test shows it). The steps are
    quantities of their own so that each remains an equation short enough to print.
    """
    odds = refined(
        autoreceptor_odds,
        autoreceptor_highest,
        serotonin_supply,
        autoreceptor_gain,
        reuptake_block,
        reuptake_vmax,
        reuptake_km,
        serotonin_loss_rate,
        autoreceptor_total,
        autoreceptor_dissociation,
        g_reversal_ratio,
        regulator_half,
    )
    return autoreceptor_highest * odds / (1.0 + odds)


def extracellular_serotonin(autoreceptor_activity, resting_bound, autoreceptor_total, g_reversal_ratio, regulator_half):
    """Serotonin outside the terminals over that at rest."""
    now = bound_at(autoreceptor_activity, autoreceptor_total, g_reversal_ratio, regulator_half)
    return now * (autoreceptor_total - resting_bound) / (resting_bound * (autoreceptor_total - now))


def resting_bound(g_protein_basal, autoreceptor_total, g_reversal_ratio, regulator_half):
    """Bound autoreceptor at rest without drug, in the published model's units."""
    return bound_at(g_protein_basal, autoreceptor_total, g_reversal_ratio, regulator_half)


def resting_serotonin(resting_bound, autoreceptor_total, autoreceptor_dissociation):
    """Extracellular serotonin at rest without drug [umol/L]."""
    return outside_at(resting_bound, autoreceptor_total, autoreceptor_dissociation)


def resting_vesicles(
    resting_serotonin,
    serotonin_made,
    serotonin_loss_rate,
    reuptake_vmax,
    reuptake_km,
    catabolism_rate,
    vesicle_vmax,
    vesicle_km,
):
    """Serotonin in vesicles at rest without drug [umol/L]: what they take up less what is released and lost."""
    cytosol = (serotonin_made - serotonin_loss_rate * resting_serotonin) / catabolism_rate
    released = removal(resting_serotonin, 0.0, reuptake_vmax, reuptake_km, serotonin_loss_rate)
    return (saturable(cytosol, vesicle_vmax, vesicle_km) - released) / VESICLE_LEAK


def serotonin_synthesis(
    autoreceptor_activity, autoreceptor_sensitivity, g_protein_basal, serotonin_made, synthesis_gain
):
    """Serotonin made [umol/L/h]."""
    return serotonin_made * autoinhibition(
        autoreceptor_activity, g_protein_basal, synthesis_gain * autoreceptor_sensitivity
    )


def broken_down(coming, rate, vesicle_vmax, vesicle_km):
    """What is broken down at a rate [1/h] of what comes into the cytosol, shared with the vesicles [umol/L/h]."""
    spare = vesicle_vmax + rate * vesicle_km - coming
    spread = root(spare * spare + 4.0 * rate * coming * vesicle_km)
    return rate * 2.0 * coming * vesicle_km / (spare + spread)


def serotonin_breakdown(
    serotonin_synthesis,
    extracellular_serotonin,
    serotonin_store,
    resting_serotonin,
    resting_vesicles,
    reuptake_block,
    mao_block,
    reuptake_vmax,
    reuptake_km,
    catabolism_rate,
    vesicle_vmax,
    vesicle_km,
):
    """Serotonin broken down in the cytosol [umol/L/h], whose amount settles between what comes in and the vesicles."""
    taken = reuptake(extracellular_serotonin * resting_serotonin, reuptake_block, reuptake_vmax, reuptake_km)
    coming = serotonin_synthesis + taken + VESICLE_LEAK * serotonin_store * resting_vesicles
    return broken_down(coming, (1.0 - mao_block) * catabolism_rate, vesicle_vmax, vesicle_km)


def serotonin_store_rate(
    serotonin_synthesis,
    serotonin_breakdown,
    extracellular_serotonin,
    resting_serotonin,
    resting_vesicles,
    serotonin_loss_rate,
):
    """The store in the vesicles grows by what is made and neither broken down nor lost."""
    lost = serotonin_loss_rate * extracellular_serotonin * resting_serotonin
    return (serotonin_synthesis - serotonin_breakdown - lost) / resting_vesicles


def autoreceptor_sensitivity_rate(
    autoreceptor_sensitivity,
    autoreceptor_activity,
    g_protein_basal,
    autoreceptor_loss,
    autoreceptor_half_busy,
    autoreceptor_rate,
):
    """Autoreceptors that are kept busier than at rest give way within days, and recover when they are not."""
    busier = positive(autoreceptor_activity / g_protein_basal - 1.0)
    kept = 1.0 - autoreceptor_loss * busier / (busier + autoreceptor_half_busy)
    return autoreceptor_rate * (kept - autoreceptor_sensitivity)


def serotonin_index(extracellular_serotonin, reuptake_block, mao_block, mao_reuptake_odds):
    """An empirical index, no concentration: extracellular serotonin times what people show of the two blocks together.

    In the published synapse breakdown outside the cell is no sink that a MAO inhibitor could close, so it cannot tell
    why a MAO inhibitor with a reuptake inhibitor is dangerous. The index takes the odds of toxicity that people show,
    in the proportion in which both targets are held.
    """
    return extracellular_serotonin * exp(log(mao_reuptake_odds) * reuptake_block * mao_block)


def amygdala_reactivity(brain_fast, amygdala_half_effective, amygdala_reach):
    """Response of the amygdala to what matters to it, over that without drug; hypothesis-grade."""
    return 1.0 - amygdala_reach * hill(brain_fast, amygdala_half_effective, 1.0)


def anxiety_raphe(raphe_firing, anxiety_raphe_weight):
    """What the raphe adds to the anxiety drive, of either sign; hypothesis-grade."""
    return anxiety_raphe_weight * (raphe_firing - 1.0)


def anxiety_amygdala(amygdala_reactivity, anxiety_amygdala_weight):
    """What the amygdala adds to the anxiety drive, of either sign; hypothesis-grade."""
    return anxiety_amygdala_weight * (amygdala_reactivity - 1.0)


def anxiety_drive(anxiety_raphe, anxiety_amygdala):
    """Drive to anxiety, 1 without drug; no score of any scale, hypothesis-grade."""
    return 1.0 + anxiety_raphe + anxiety_amygdala


SEROTONIN = Part(
    quantities=(
        raphe_exposure,
        raphe_disinhibition,
        raphe_inhibition,
        raphe_firing,
        serotonin_drive,
        autoreceptor_gain,
        autoreceptor_highest,
        serotonin_supply,
        autoreceptor_guess,
        autoreceptor_odds,
        autoreceptor_activity,
        extracellular_serotonin,
        resting_bound,
        resting_serotonin,
        resting_vesicles,
        serotonin_synthesis,
        serotonin_breakdown,
        serotonin_index,
        amygdala_reactivity,
        anxiety_raphe,
        anxiety_amygdala,
        anxiety_drive,
    ),
    states=(
        State("serotonin_store", serotonin_store_rate, start=1.0),
        State("autoreceptor_sensitivity", autoreceptor_sensitivity_rate, start=1.0),
    ),
)
