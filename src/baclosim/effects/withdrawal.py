"""Withdrawal: how severe it is, and how likely each of its signs, from what cord and brain miss.

Which deficit sets what: the cord's alone drives itching, raised tone, fast heart and high pressure. The brain's alone
drives hallucinations and delirium, so that the cord never sets mental signs. Severity joins the two, the cord with a
share, and drives agitation, seizures, fever, unstable pressure; muscle breaks down after a day of it.
A sign's odds stand at its parameter when its driver is just moderate, and rise with a power of the driver. Drugs that
ease withdrawal lower the odds of the signs they act on (easing.py).
"""

from __future__ import annotations

from ..engine.network import Part, State
from ..engine.vocabulary import exp, positive, power


def withdrawal(brain_felt, cord_felt, withdrawal_gain, withdrawal_cord_share):
    """Severity of withdrawal, 0 to 1, as if the two deficits were independent losses, the cord's with a share."""
    return 1.0 - exp(-withdrawal_gain * (brain_felt + withdrawal_cord_share * cord_felt))


def rebound_tone(cord_deficit, baseline_ashworth, rebound_reach):
    """Points of the Ashworth score above what it would be without drug; at most up to 5."""
    return (5.0 - baseline_ashworth) * rebound_reach * cord_deficit


def cord_sign_rise(cord_deficit, moderate_withdrawal, cord_sign_slope):
    """Odds of the cord's signs over their odds when the cord's deficit is just moderate."""
    return power(cord_deficit / moderate_withdrawal, cord_sign_slope)


def brain_sign_rise(brain_deficit, moderate_withdrawal, sign_slope):
    """Odds of the brain's signs over their odds when the brain's deficit is just moderate."""
    return power(brain_deficit / moderate_withdrawal, sign_slope)


def severity_rise(withdrawal, moderate_withdrawal, sign_slope):
    """Odds of the signs of both over their odds when withdrawal is just moderate."""
    return power(withdrawal / moderate_withdrawal, sign_slope)


def likely(at_moderate, rise):
    """Probability of a sign whose odds are `rise` times those at a moderate deficit."""
    return at_moderate * rise / (1.0 - at_moderate + at_moderate * rise)


def withdrawal_itching(cord_sign_rise, itching_at_moderate):
    """Probability of itching without a rash."""
    return likely(itching_at_moderate, cord_sign_rise)


def withdrawal_rigidity(
    cord_sign_rise,
    rigidity_at_moderate,
    benzodiazepine_factor,
    propofol_factor,
    dexmedetomidine_factor,
    dantrolene_factor,
    cyproheptadine_factor,
    tizanidine_factor,
):
    """Probability of tone or rigidity above baseline."""
    eased = (
        benzodiazepine_factor
        * propofol_factor
        * dexmedetomidine_factor
        * dantrolene_factor
        * cyproheptadine_factor
        * tizanidine_factor
    )
    return likely(rigidity_at_moderate, cord_sign_rise * eased)


def withdrawal_tachycardia(
    cord_sign_rise,
    tachycardia_at_moderate,
    benzodiazepine_factor,
    dexmedetomidine_factor,
    cyproheptadine_factor,
    tizanidine_factor,
):
    """Probability of a fast heart."""
    eased = benzodiazepine_factor * dexmedetomidine_factor * cyproheptadine_factor * tizanidine_factor
    return likely(tachycardia_at_moderate, cord_sign_rise * eased)


def withdrawal_hypertension(
    cord_sign_rise, hypertension_at_moderate, benzodiazepine_factor, dexmedetomidine_factor, tizanidine_factor
):
    """Probability of high blood pressure."""
    eased = benzodiazepine_factor * dexmedetomidine_factor * tizanidine_factor
    return likely(hypertension_at_moderate, cord_sign_rise * eased)


def withdrawal_hypotension(severity_rise, hypotension_at_moderate):
    """Probability that blood pressure also falls low at some time."""
    return likely(hypotension_at_moderate, severity_rise)


def withdrawal_agitation(
    severity_rise,
    agitation_at_moderate,
    benzodiazepine_factor,
    propofol_factor,
    dexmedetomidine_factor,
    cyproheptadine_factor,
):
    """Probability of agitation."""
    eased = benzodiazepine_factor * propofol_factor * dexmedetomidine_factor * cyproheptadine_factor
    return likely(agitation_at_moderate, severity_rise * eased)


def withdrawal_seizures(severity_rise, seizures_at_moderate, benzodiazepine_factor, propofol_factor):
    """Probability of seizures."""
    eased = benzodiazepine_factor * propofol_factor
    return likely(seizures_at_moderate, severity_rise * eased)


def withdrawal_fever(severity_rise, fever_at_moderate, dantrolene_factor, cyproheptadine_factor):
    """Probability of fever, 38 degrees or more."""
    eased = dantrolene_factor * cyproheptadine_factor
    return likely(fever_at_moderate, severity_rise * eased)


def withdrawal_hallucinations(brain_sign_rise, hallucinations_at_moderate):
    """Probability of hallucinations."""
    return likely(hallucinations_at_moderate, brain_sign_rise)


def withdrawal_delirium(brain_sign_rise, delirium_at_moderate):
    """Probability of delirium: confusion, not agitation alone."""
    return likely(delirium_at_moderate, brain_sign_rise)


def withdrawal_temperature(withdrawal_fever, fever_height):
    """Rise of body temperature to be expected, fever or not [degrees C]."""
    return fever_height * withdrawal_fever


def creatine_kinase(muscle_damage, creatine_kinase_normal, creatine_kinase_rise):
    """Creatine kinase in blood [U/L]."""
    return creatine_kinase_normal + creatine_kinase_rise * muscle_damage


def withdrawal_rhabdomyolysis(muscle_damage, muscle_damage_half, dantrolene_factor):
    """Probability that muscle breaks down so far that it is diagnosed."""
    return dantrolene_factor * muscle_damage / (dantrolene_factor * muscle_damage + muscle_damage_half)


def withdrawal_organ_failure(withdrawal_rhabdomyolysis, organ_failure_share):
    """Probability of failing kidneys, liver or more."""
    return organ_failure_share * withdrawal_rhabdomyolysis


def muscle_damage_rate(muscle_damage, withdrawal, moderate_withdrawal, muscle_damage_rate_constant):
    """Muscle breaks down while withdrawal is worse than moderate, and what it lost clears from blood."""
    return muscle_damage_rate_constant * (positive(withdrawal - moderate_withdrawal) - muscle_damage)


SEVERITY = Part(quantities=(withdrawal, rebound_tone), states=(State("muscle_damage", muscle_damage_rate),))
CORD_SIGNS = Part(
    quantities=(
        cord_sign_rise,
        withdrawal_itching,
        withdrawal_rigidity,
        withdrawal_tachycardia,
        withdrawal_hypertension,
    )
)
BRAIN_SIGNS = Part(quantities=(brain_sign_rise, withdrawal_hallucinations, withdrawal_delirium))
SIGNS_OF_BOTH = Part(
    quantities=(
        severity_rise,
        withdrawal_hypotension,
        withdrawal_agitation,
        withdrawal_seizures,
        withdrawal_fever,
        withdrawal_temperature,
    )
)
MUSCLE = Part(quantities=(creatine_kinase, withdrawal_rhabdomyolysis, withdrawal_organ_failure))
WITHDRAWAL = (SEVERITY, CORD_SIGNS, BRAIN_SIGNS, SIGNS_OF_BOTH, MUSCLE)
"""Apart, because a run pays only for the parts that it records."""
