"""How the numbers of a typical 70 kg adult become those of a person: one small law per parameter.

Plain arithmetic only, so that each law serves floats, arrays over patients and SymPy. Volumes go with weight
(the facts are stated per kg), flows with weight to the power 3/4 (Holford and Anderson, Adv Drug Deliv Rev
2017;112:110-121), renal clearance with creatinine clearance. Children clear and hold more per kg than these
laws say (He 2014), and their tissues follow more slowly; ratios say how much, and a Hill function of age fades
them out around 14 years.
"""

from __future__ import annotations

from typing import Any

ADULT_WEIGHT = 70.0  # kg, of the adult whose values the parameter files hold
ADULT_HEIGHT = 170.0  # cm
ADULT_CREATININE_CLEARANCE = 110.0  # mL/min
FADES_AT = 14.0  # years; half of the children's excess is left
FADES_WITH = 10  # Hill exponent: 98 % left at 9.5 years, 2 % at 20


def childhood(age: Any) -> Any:
    """Share of the children's excess that is present at an age [years]: 1 in a child, 0 in an adult."""
    return 1.0 / (1.0 + (age / FADES_AT) ** FADES_WITH)


def child_factor(age: Any, child_ratio: Any) -> Any:
    """Factor on a clearance or volume at an age [years], from `child_ratio` in a child to 1 in an adult."""
    return 1.0 + (child_ratio - 1.0) * childhood(age)


def flow_factor(weight: Any) -> Any:
    """Factor on a clearance at a weight [kg], against 70 kg."""
    return (weight / ADULT_WEIGHT) ** 0.75


def volume_factor(weight: Any) -> Any:
    """Factor on a volume at a weight [kg], against 70 kg."""
    return weight / ADULT_WEIGHT


def renal_clearance(renal_per_creatinine: Any, creatinine_clearance: Any, age: Any, child_clearance_ratio: Any) -> Any:
    """Clearance into urine [mL/h] from the person's own creatinine clearance [mL/min]."""
    adult = renal_per_creatinine * creatinine_clearance * 60.0
    return adult * child_factor(age, child_clearance_ratio)


def nonrenal_clearance(nonrenal_clearance: Any, weight: Any, age: Any, child_clearance_ratio: Any) -> Any:
    """Clearance by metabolism [mL/h]."""
    return nonrenal_clearance * flow_factor(weight) * child_factor(age, child_clearance_ratio)


def central_volume(central_volume: Any, weight: Any, age: Any, child_volume_ratio: Any) -> Any:
    """Volume of blood and what mixes with it at once [mL]."""
    return central_volume * volume_factor(weight) * child_factor(age, child_volume_ratio)


def peripheral_volume(peripheral_volume: Any, weight: Any, age: Any, child_volume_ratio: Any) -> Any:
    """Volume of the tissues that follow slowly [mL]."""
    return peripheral_volume * volume_factor(weight) * child_factor(age, child_volume_ratio)


def exchange(exchange: Any, weight: Any, age: Any, child_exchange_ratio: Any) -> Any:
    """Flow between blood and tissues [mL/h]."""
    return exchange * flow_factor(weight) * child_factor(age, child_exchange_ratio)


def canal_length(canal_length: Any, height: Any) -> Any:
    """Length of the spinal canal [cm], in proportion to height [cm] (assumed: no growth table was found)."""
    return canal_length * height / ADULT_HEIGHT


def spinal_csf_volume(spinal_csf_volume: Any, weight: Any, age: Any) -> Any:
    """Fluid in the spinal canal [mL]; adults keep it whatever they weigh, children hold more per kg.

    Lumbosacral fluid is 0.85 mL/kg in infants, 0.71 at school age and 0.54 in adolescents, whose bodies are near
    an adult's (anat.lumbosacral-csf-children.jang-2019): a child is given 1.4 times an adult's per kg.
    """
    child = spinal_csf_volume * volume_factor(weight) * CHILD_CSF_PER_KG
    return spinal_csf_volume + (child - spinal_csf_volume) * childhood(age)


def overdose_ceiling(overdose_ceiling: Any, weight: Any) -> Any:
    """How much the gut takes up within hours without holding anything back [ug]."""
    return overdose_ceiling * volume_factor(weight)


def uraemic_factor(creatinine_clearance: Any, uraemic_ratio: Any, uraemic_at: Any) -> Any:
    """How many times more a plasma concentration does in the brain when kidneys fail; 1 at 110 mL/min.

    creatinine_clearance  mL/min; half of the excess is there at `uraemic_at`
    """
    usual = uraemic_excess(ADULT_CREATININE_CLEARANCE, uraemic_ratio, uraemic_at)
    return uraemic_excess(creatinine_clearance, uraemic_ratio, uraemic_at) / usual


def uraemic_excess(clearance: Any, uraemic_ratio: Any, uraemic_at: Any) -> Any:
    """The same against no failure at all: `uraemic_ratio` without kidneys, 1 far above `uraemic_at` [mL/min]."""
    return 1.0 + (uraemic_ratio - 1.0) / (1.0 + (clearance / uraemic_at) ** 4)


def brain_blood_weight(brain_blood_weight: Any, creatinine_clearance: Any, uraemic_ratio: Any, uraemic_at: Any) -> Any:
    """Share of the plasma concentration that acts in the brain."""
    return brain_blood_weight * uraemic_factor(creatinine_clearance, uraemic_ratio, uraemic_at)


def brain_resistance(drinkers_resistance: Any, drinks: Any) -> Any:
    """Factor on every concentration that acts in the brain; `drinks` is 1 with an alcohol use disorder, otherwise 0."""
    return 1.0 + (drinkers_resistance - 1.0) * drinks


CHILD_CSF_PER_KG = 1.4
CHILD_RATIOS = ("child_clearance_ratio", "child_volume_ratio", "child_exchange_ratio")

LAWS = {
    law.__name__: law
    for law in (
        renal_clearance,
        nonrenal_clearance,
        central_volume,
        peripheral_volume,
        exchange,
        canal_length,
        spinal_csf_volume,
        overdose_ceiling,
        brain_blood_weight,
        brain_resistance,
    )
}
"""Every parameter that depends on who the patient is; argument names are parameters and covariates."""
