"""How likely each sign is at a moderate deficit, from how often published cases show it.

The cases were published because they were ill: the virtual patients who stand for them are those who reach the same
tier. Rare words in short reports are no rates; every interval is that of a share of so few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import beta

from _withdrawal_runs import Array, Felt

Entry = dict[str, Any]
Usable = Callable[[str], Any]

PSYCHIATRIC = {"hallucinations": "visual hallucinations", "delirium": "confusion", "agitation": "agitation"}
INTRATHECAL = {
    "rigidity": "raised tone, rigidity or dystonia",
    "fever": "fever (37.8 C or more, or 'hyperthermia')",
    "tachycardia": "tachycardia",
    "hypertension": "hypertension",
    "seizures": "seizure",
}
DRIVERS = {
    "cord": ("itching", "rigidity", "tachycardia", "hypertension"),
    "brain": ("hallucinations", "delirium"),
    "both": ("hypotension", "agitation", "seizures", "fever"),
}
MUSCLE, ORGANS = "rhabdomyolysis or raised CK", "multi-organ failure"
OF_HELD_OUT = (INTRATHECAL["rigidity"], INTRATHECAL["fever"], INTRATHECAL["tachycardia"])
"""Signs of the tally that the patient held out for checks contributed to."""
ITCHING = (0.5, 0.2, 0.8)  # proposed, not counted: reports leave it out; differential.itb-withdrawal.pruritus
HYPOTENSION = 1  # of the tallied cases: differential.vignette-train.itb-bmjcr-41m
NORMAL = 37.0  # degrees C, recalled
CASES_WITH_PEAKS = (
    "withdrawal.case-itb.samson-fang-2000",
    "withdrawal.case-itb.alden-2002",
    "withdrawal.case-itb.ajhp-salvage-51m",
    "withdrawal.case-itb.radcliffe-23m",
    "withdrawal.case-oral.mandac-1993",
    "withdrawal.case-oral.paul-2021",
)
CASES_WITH_KINASE = ("withdrawal.case-itb.samson-fang-2000", "withdrawal.case-itb.salazar-2008")


def share_of(count: float, of: float) -> tuple[float, float, float]:
    """A share with its 95 % interval (Jeffreys)."""
    low, high = beta.ppf([0.025, 0.975], count + 0.5, of - count + 0.5)
    return count / of, float(low), float(high)


def frequencies(usable: Usable) -> dict[str, tuple[float, float, float]]:
    """Share of published cases with each sign, with its interval, without the patient held out."""
    leo = usable("withdrawal.sign-frequency-psychiatric.leo-2005")
    tally = usable("withdrawal.sign-tally.itb-shared-cases")
    named = {sign: (count - (sign in OF_HELD_OUT), of - 1.0) for sign, count, of in tally.rows}
    shares = dict(leo.rows)
    found = {sign: share_of(shares[word] * leo.n, leo.n) for sign, word in PSYCHIATRIC.items()}
    found |= {sign: share_of(*named[word]) for sign, word in INTRATHECAL.items()}
    of = named[MUSCLE][1]
    return found | {
        "itching": ITCHING,
        "hypotension": share_of(HYPOTENSION, of),
        "muscle": share_of(*named[MUSCLE]),
        "organs": share_of(named[ORGANS][0], named[MUSCLE][0]),
    }


def chance(at_moderate: float, deficits: Array, moderate: float, slope: float) -> float:
    """Mean probability of a sign over deficits, as effects/withdrawal.py has it."""
    rise = (deficits / moderate) ** slope
    return float((at_moderate * rise / (1.0 - at_moderate + at_moderate * rise)).mean())


def at_moderate(frequency: float, deficits: Array, moderate: float, slope: float) -> float:
    """Probability at a moderate deficit that makes a sign so frequent among these deficits."""
    return brentq(lambda p: chance(p, deficits, moderate, slope) - frequency, 1e-9, 1.0 - 1e-9)


def sign_values(usable: Usable, oral: Felt, pumped: Felt, tiers: dict[str, float]) -> dict[str, Entry]:
    """Entries of every sign's parameter; `oral` and `pumped` are felt after a stop by those who stand for the cases."""
    moderate, severe = tiers["moderate_withdrawal"], tiers["severe_withdrawal"]
    told = oral.peak("brain") >= moderate
    ill = pumped.peak("both") >= severe
    seen = frequencies(usable)
    found = {}
    for driver, signs in DRIVERS.items():
        slope = tiers["cord_sign_slope" if driver == "cord" else "sign_slope"]
        for sign in signs:
            felt, among = (oral, told) if sign in PSYCHIATRIC else (pumped, ill)
            deficits = felt.peak(driver)[among]
            value, low, high = (at_moderate(f, deficits, moderate, slope) for f in seen[sign])
            found[f"{sign}_at_moderate"] = _entry(value, low, high, _interval_is(sign))
    return found


def _interval_is(sign: str) -> str:
    return "assumed" if sign == "itching" else "share of the cases, 95% CI"


def _entry(value: float, low: float, high: float, interval_is: str) -> Entry:
    return {"value": value, "interval": [min(low, value), max(high, value)], "interval_is": interval_is, "spread": 0.0}


def numbers_in(usable: Usable, cases: tuple[str, ...], unit: str) -> Array:
    """Largest number in this unit that each case gives."""
    return np.array([max(row[2] for row in usable(name).rows if row[3] == unit) for name in cases])


def muscle_values(usable: Usable, pumped: Felt, tiers: dict[str, float], normal_kinase: float) -> dict[str, Entry]:
    """Entries of fever's height, creatine kinase, muscle breakdown and organ failure."""
    ill = pumped.peak("both") >= tiers["severe_withdrawal"]
    some = slice(0, len(ill), 4)
    damage = pumped.damage(tiers["moderate_withdrawal"], tiers["muscle_damage_rate_constant"], some)[ill[some]]
    peaks = numbers_in(usable, CASES_WITH_PEAKS, "degC") - NORMAL
    error = 1.96 * peaks.std(ddof=1) / len(peaks) ** 0.5
    kinase = np.log(numbers_in(usable, CASES_WITH_KINASE, "U/L"))
    rise = (np.exp(kinase.mean()) - normal_kinase) / np.median(damage)
    factor = np.exp(1.96 * kinase.std(ddof=1) / len(kinase) ** 0.5)
    seen = frequencies(usable)
    half = [_half(damage, share) for share in seen["muscle"]]
    share, low, high = seen["organs"]
    likely = (share * 4.0 + 0.5) / 5.0
    return {
        "fever_height": _entry(peaks.mean(), peaks.mean() - error, peaks.mean() + error, "95% CI of a mean of cases"),
        "creatine_kinase_rise": _entry(rise, rise / factor, rise * factor, "95% CI of a mean of two cases"),
        "muscle_damage_half": _entry(half[0], half[2], half[1], "share of the cases, 95% CI"),
        "organ_failure_share": _entry(likely, low, min(high, 0.999), "share of the cases, 95% CI"),
    }


def _half(damage: Array, share: float) -> float:
    """Breakdown at which half are diagnosed, so that this share of these patients is."""
    return brentq(lambda half: float((damage / (damage + half)).mean()) - share, 1e-9, 1e3)
