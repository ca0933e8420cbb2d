"""Every quantity a run can report: its name, label, unit and kind, so that all rooms speak of it in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["concentration", "profile", "site", "amount", "effect", "score", "probability", "state", "rate"]


@dataclass(frozen=True)
class Quantity:
    """A named output: `label` for people, `unit` for axes, `limits` when it can never leave them."""

    name: str
    label: str
    unit: str
    kind: Kind
    limits: tuple[float, float] = (0.0, float("inf"))

    def is_felt(self, lowest: float, highest: float) -> bool:
        """Whether it is worth showing to people when it reaches these values; only DANGERS may not be."""
        rest, least = DANGERS.get(self.name, (lowest, 0.0))
        return max(highest - rest, rest - lowest) >= least


def _table(*rows: tuple[Any, ...]) -> dict[str, Quantity]:
    return {row[0]: Quantity(*row) for row in rows}


SHARE = (0.0, 1.0)
CANAL = tuple(f"csf_{i:02d}" for i in range(1, 27))  # from the foramen magnum down
EITHER_SIGN = (-float("inf"), float("inf"))

QUANTITIES: dict[str, Quantity] = _table(
    ("plasma", "Plasma", "ug/mL", "concentration"),
    ("csf_lumbar", "Lumbar CSF", "ug/mL", "concentration"),
    ("csf_thoracic", "Thoracic CSF", "ug/mL", "concentration"),
    ("csf_cervical", "Cervical CSF", "ug/mL", "concentration"),
    ("csf_cisternal", "Cisternal CSF", "ug/mL", "concentration"),
    ("cerebral", "Fluid over the brain", "ug/mL", "concentration"),
    *((name, f"CSF along the canal, cell {name[4:]}", "ug/mL", "profile") for name in CANAL),
    ("lumbar_fast", "Lumbar cord, fast site", "ug/mL", "site"),
    ("lumbar_slow", "Lumbar cord, slow site", "ug/mL", "site"),
    ("cervical_fast", "Cervical cord, fast site", "ug/mL", "site"),
    ("cervical_slow", "Cervical cord, slow site", "ug/mL", "site"),
    ("brain_fast", "Brain, fast site", "ug/mL", "site"),
    ("brain_slow", "Brain, slow site", "ug/mL", "site"),
    ("gut", "In the gut", "ug", "amount"),
    ("clump", "Held back in the gut", "ug", "amount"),
    ("unabsorbed", "Not absorbed", "ug", "amount"),
    ("skin", "In the skin", "ug", "amount"),
    ("pocket", "In the tissue around the pump", "ug", "amount"),
    ("central", "In blood", "ug", "amount"),
    ("peripheral", "In tissues", "ug", "amount"),
    ("urine", "In urine, unchanged", "ug", "amount"),
    ("metabolised", "Metabolised", "ug", "amount"),
    ("dialysate", "Dialysed", "ug", "amount"),
    ("bound", "Bound to charcoal", "ug", "amount"),
    ("withdrawn", "Drawn with spinal fluid", "ug", "amount"),
    ("cord_occupancy", "GABA-B receptors occupied, cord", "dimensionless", "effect", SHARE),
    ("brain_occupancy", "GABA-B receptors occupied, brain", "dimensionless", "effect", SHARE),
    ("monosynaptic_effect", "Monosynaptic effect", "dimensionless", "effect", SHARE),
    ("polysynaptic_effect", "Polysynaptic effect", "dimensionless", "effect", SHARE),
    ("arm_monosynaptic_effect", "Monosynaptic effect on the arms", "dimensionless", "effect", SHARE),
    ("arm_effect", "Effect on the arms", "dimensionless", "effect", SHARE),
    ("relief", "Tone and spasms taken away, share", "dimensionless", "effect", SHARE),
    ("hm_ratio", "H/M ratio", "dimensionless", "score", SHARE),
    ("flexor_reflex", "Flexor reflex, share of baseline", "dimensionless", "score", SHARE),
    ("arm_reflex", "Tendon reflexes of the arms, share of baseline", "dimensionless", "score", SHARE),
    ("ashworth", "Ashworth score, legs", "dimensionless", "score", (1.0, 5.0)),
    ("arm_ashworth", "Ashworth score, arms", "dimensionless", "score", (1.0, 5.0)),
    ("spasm_score", "Spasm frequency score", "dimensionless", "score", (0.0, 4.0)),
    ("strength", "Strength of the legs, share of baseline", "dimensionless", "effect", SHARE),
    ("weakness", "Probability of reported weakness", "dimensionless", "probability", SHARE),
    ("function_lost", "Probability that a walker walks worse", "dimensionless", "probability", SHARE),
    ("potency_shift", "Tolerance of the cord, potency shift", "dimensionless", "state"),
    ("receptor_signal", "Signal to lose GABA-B receptors, cord", "dimensionless", "state", SHARE),
    ("receptor_number", "GABA-B receptors of the cord, share of baseline", "dimensionless", "state", SHARE),
    ("spinal_shift", "Slow tolerance of the cord", "dimensionless", "state"),
    ("escalating", "Whether tolerance goes on rising", "dimensionless", "state", SHARE),
    ("sedative_load", "Other sedatives, usual regimen = 1", "dimensionless", "site"),
    ("opioid_load", "Opioids, usual regimen = 1", "dimensionless", "site"),
    ("reuptake_load", "Reuptake inhibitors, usual regimen = 1", "dimensionless", "site"),
    ("breakdown_load", "MAO inhibitors, usual regimen = 1", "dimensionless", "site"),
    ("benzodiazepine_load", "Benzodiazepines, usual regimen = 1", "dimensionless", "site"),
    ("propofol_load", "Propofol, usual regimen = 1", "dimensionless", "site"),
    ("dexmedetomidine_load", "Dexmedetomidine, usual regimen = 1", "dimensionless", "site"),
    ("dantrolene_load", "Dantrolene, usual regimen = 1", "dimensionless", "site"),
    ("cyproheptadine_load", "Cyproheptadine, usual regimen = 1", "dimensionless", "site"),
    ("tizanidine_load", "Tizanidine, usual regimen = 1", "dimensionless", "site"),
    ("brain_load", "Load on the brain, half effective = 1", "dimensionless", "state"),
    ("brain_effect", "Effect in the brain", "dimensionless", "effect", SHARE),
    ("brain_tolerance", "Tolerance of the brain, potency shift", "dimensionless", "state"),
    ("sedation", "Effect in the brain, with companions", "dimensionless", "effect", SHARE),
    ("drowsiness", "Probability of drowsiness", "dimensionless", "probability", SHARE),
    ("depression", "Depression of the brain, edge of coma = 1", "dimensionless", "state"),
    ("total_depression", "Depression of the brain, with companions", "dimensionless", "state"),
    ("breathing_depression", "Depression of breathing, with companions", "dimensionless", "state"),
    ("respiratory_drive", "Drive to breathe, share of normal", "dimensionless", "score", SHARE),
    ("encephalopathy", "Probability of a clouded mind", "dimensionless", "probability", SHARE),
    ("coma", "Probability of coma", "dimensionless", "probability", SHARE),
    ("ventilation", "Probability of ventilation", "dimensionless", "probability", SHARE),
    ("brain_inhibition", "Inhibition that the brain adapts to", "dimensionless", "effect", SHARE),
    ("cord_adaptation", "Adaptation of the cord", "dimensionless", "state", SHARE),
    ("brain_adaptation", "Adaptation of the brain", "dimensionless", "state", SHARE),
    ("cord_fast_adaptation", "Fast adaptation of the cord", "dimensionless", "state", SHARE),
    ("cord_slow_adaptation", "Slow adaptation of the cord", "dimensionless", "state", SHARE),
    ("brain_fast_adaptation", "Fast adaptation of the brain", "dimensionless", "state", SHARE),
    ("brain_slow_adaptation", "Slow adaptation of the brain", "dimensionless", "state", SHARE),
    ("cord_shortfall", "What the cord misses", "dimensionless", "state", (-1.0, 1.0)),
    ("brain_shortfall", "What the brain misses", "dimensionless", "state", (-1.0, 1.0)),
    ("cord_felt", "What the cord misses, as it is felt", "dimensionless", "state", SHARE),
    ("brain_felt", "What the brain misses, as it is felt", "dimensionless", "state", SHARE),
    ("muscle_damage", "Muscle breakdown", "dimensionless", "state", SHARE),
    ("cord_sign_rise", "Odds of the cord's withdrawal signs, relative", "dimensionless", "state"),
    ("brain_sign_rise", "Odds of the brain's withdrawal signs, relative", "dimensionless", "state"),
    ("severity_rise", "Odds of withdrawal signs of both, relative", "dimensionless", "state"),
    ("cord_deficit", "Deficit of the cord", "dimensionless", "effect", SHARE),
    ("brain_deficit", "Deficit of the brain", "dimensionless", "effect", SHARE),
    ("withdrawal", "Severity of withdrawal", "dimensionless", "effect", SHARE),
    ("rebound_tone", "Ashworth score, rebound above baseline", "dimensionless", "score", (0.0, 4.0)),
    ("benzodiazepine_factor", "Benzodiazepines, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("propofol_factor", "Propofol, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("dexmedetomidine_factor", "Dexmedetomidine, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("dantrolene_factor", "Dantrolene, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("cyproheptadine_factor", "Cyproheptadine, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("tizanidine_factor", "Tizanidine, odds of withdrawal signs", "dimensionless", "state", SHARE),
    ("withdrawal_itching", "Probability of itching, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_rigidity", "Probability of rebound rigidity, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_tachycardia", "Probability of tachycardia, withdrawal", "dimensionless", "probability", SHARE),
    (
        "withdrawal_hypertension",
        "Probability of high blood pressure, withdrawal",
        "dimensionless",
        "probability",
        SHARE,
    ),
    ("withdrawal_hypotension", "Probability of low blood pressure, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_agitation", "Probability of agitation, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_seizures", "Probability of seizures, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_fever", "Probability of fever, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_hallucinations", "Probability of hallucinations, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_delirium", "Probability of delirium, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_rhabdomyolysis", "Probability of rhabdomyolysis, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_organ_failure", "Probability of organ failure, withdrawal", "dimensionless", "probability", SHARE),
    ("withdrawal_temperature", "Rise of temperature, withdrawal", "delta_degC", "score"),
    ("creatine_kinase", "Creatine kinase", "U/L", "score"),
    ("raphe_exposure", "Raphe, concentration less tolerance", "ug/mL", "state"),
    ("raphe_disinhibition", "Raphe, inhibiting inputs quieted", "dimensionless", "effect", SHARE),
    ("raphe_inhibition", "Raphe, serotonin cells quieted", "dimensionless", "effect", SHARE),
    ("raphe_firing", "Raphe firing, share of rest", "dimensionless", "effect"),
    ("serotonin_drive", "Serotonin release before feedback, share of rest", "dimensionless", "state"),
    ("serotonin_supply", "Serotonin release before feedback", "umol/L/h", "rate"),
    ("autoreceptor_gain", "Autoreceptor, hold on release", "dimensionless", "state"),
    ("autoreceptor_highest", "Autoreceptor, activity at which release stops", "dimensionless", "state"),
    ("autoreceptor_guess", "Autoreceptor, first step of the solution", "dimensionless", "state"),
    ("autoreceptor_odds", "Autoreceptor, second step of the solution", "dimensionless", "state"),
    ("autoreceptor_activity", "Active G protein of the autoreceptor", "dimensionless", "state"),
    ("extracellular_serotonin", "Extracellular serotonin, share of rest", "dimensionless", "effect"),
    ("resting_bound", "Bound autoreceptor at rest", "dimensionless", "state"),
    ("resting_serotonin", "Extracellular serotonin at rest", "umol/L", "state"),
    ("resting_vesicles", "Vesicular serotonin at rest", "umol/L", "state"),
    ("serotonin_synthesis", "Serotonin made", "umol/L/h", "rate"),
    ("serotonin_breakdown", "Serotonin broken down", "umol/L/h", "rate"),
    ("serotonin_store", "Vesicular serotonin, share of rest", "dimensionless", "state"),
    ("autoreceptor_sensitivity", "Autoreceptors' hold, share of rest", "dimensionless", "state", SHARE),
    ("serotonin_index", "Serotonin index (empirical)", "dimensionless", "effect"),
    ("reuptake_block", "Serotonin transporter held by other drugs", "dimensionless", "effect", SHARE),
    ("mao_block", "Monoamine oxidase held by other drugs", "dimensionless", "effect", SHARE),
    ("serotonergic_load", "Toxic load, one usual drug = 1", "dimensionless", "state"),
    ("untolerated_load", "Toxic load above what was tolerated", "dimensionless", "state"),
    ("above_tolerated", "How clearly the toxic load is above what was tolerated", "dimensionless", "state", SHARE),
    ("syndrome_height", "Toxic load above what was tolerated, highest so far", "dimensionless", "state"),
    ("toxic_excess", "Toxic load above what was tolerated, relative", "dimensionless", "state"),
    ("lasting_excess", "Toxic load above what was tolerated, relative, lingering", "dimensionless", "state"),
    ("syndrome_clock", "Time above what was tolerated", "hour", "state"),
    ("syndrome_trail", "What lingers of the toxic load", "dimensionless", "state"),
    ("syndrome_begun", "Cases of serotonin syndrome that have begun", "dimensionless", "state", SHARE),
    ("syndrome_signs", "Serotonin syndrome, of those who fall ill", "dimensionless", "probability", SHARE),
    ("syndrome_moderate", "Serotonin syndrome, moderate or worse", "dimensionless", "probability", SHARE),
    ("syndrome_severe", "Serotonin syndrome, severe", "dimensionless", "probability", SHARE),
    ("amygdala_reactivity", "Amygdala reactivity (hypothesis)", "dimensionless", "effect", SHARE),
    ("anxiety_raphe", "Anxiety drive from the raphe (hypothesis)", "dimensionless", "effect", EITHER_SIGN),
    ("anxiety_amygdala", "Anxiety drive from the amygdala (hypothesis)", "dimensionless", "effect", EITHER_SIGN),
    ("anxiety_drive", "Anxiety drive (hypothesis)", "dimensionless", "effect", EITHER_SIGN),
    ("dopamine_inhibition", "Dopamine neurons held back", "dimensionless", "effect", SHARE),
    ("evoked_dopamine", "Evoked dopamine, share of normal", "dimensionless", "effect", SHARE),
    ("basal_dopamine", "Basal dopamine, share of normal", "dimensionless", "effect", SHARE),
    ("alcohol_rise", "Rise of dopamine that alcohol would evoke", "dimensionless", "effect"),
    ("alcohol_dopamine", "Dopamine after alcohol, share of basal", "dimensionless", "effect"),
)


DANGERS: dict[str, tuple[float, float]] = {
    "withdrawal": (0.0, 0.05),
    "cord_deficit": (0.0, 0.05),
    "brain_deficit": (0.0, 0.05),
    "encephalopathy": (0.0, 0.05),
    "coma": (0.0, 0.05),
    "ventilation": (0.0, 0.05),
    "respiratory_drive": (1.0, 0.05),
    "withdrawal_rigidity": (0.0, 0.05),
    "withdrawal_hallucinations": (0.0, 0.05),
    "withdrawal_fever": (0.0, 0.05),
    "withdrawal_seizures": (0.0, 0.05),
    "syndrome_signs": (0.0, 0.05),
    "syndrome_moderate": (0.0, 0.05),
    "syndrome_severe": (0.0, 0.05),
    "reuptake_block": (0.0, 0.05),
    "mao_block": (0.0, 0.05),
}
"""What is shown to people only where it is felt: its value without drug, and how far from it that begins."""


def known(name: str) -> Quantity:
    """The quantity of this name; raises KeyError listing near names."""
    from .errors import nearest

    try:
        return QUANTITIES[name]
    except KeyError:
        raise KeyError(f"no quantity is called {name!r}. {nearest(name, QUANTITIES)}".strip()) from None
