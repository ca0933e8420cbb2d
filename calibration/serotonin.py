"""Serotonin: the constants of the quasi-steady synapse, release without impulses, and the course of the syndrome.

The synapse's constants are taken from the published model, some as the ratios that are left when its fast parts have
settled. Release without impulses is the one that leaves the measured share of extracellular serotonin when impulses
are blocked. Onset is the log-logistic through the two published shares; its interval comes from the number of cases.
The excess of the median case is the one with which the published share is resolved in a day over an even mix of drugs.
Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

from scipy.optimize import root_scalar
from scipy.stats import beta

from baclosim.effects.serotonin import bound_at, outside_at
from baclosim.effects.synapse import autoinhibition, constants, removal
from baclosim.effects.syndrome_course import case_mix, resolved_with
from baclosim.evidence.library import library
from baclosim.parameters import parameters, store_calibrated

Entry = dict[str, Any]

SIX, DAY = 6.0, 24.0  # h
BLOCKED = "serotonin.striatum.local-modulators.abellan-2000b"
WITHIN = (0.15, 0.2)  # share left under tetrodotoxin, the range that the series' note gives


def synapse() -> dict[str, Entry]:
    """Constants of the quasi-steady synapse, as published."""
    k = constants()
    values = {
        "reuptake_vmax": k.reuptake_vmax,
        "reuptake_km": k.reuptake_km,
        "serotonin_loss_rate": k.loss_rate,
        "serotonin_made": k.made,
        "catabolism_rate": k.catabolism_vmax / k.catabolism_km,
        "vesicle_vmax": k.vesicle_vmax,
        "vesicle_km": k.vesicle_km,
        "g_protein_basal": k.g_protein_basal,
        "autoreceptor_total": k.total,
        "autoreceptor_dissociation": k.unbinding / k.binding,
        "g_reversal_ratio": k.g_reversal / k.g_activation,
        "regulator_half": k.regulator_decay / k.regulator_activation,
    }
    entries: dict[str, Entry] = {
        name: {"value": value, "interval": [value, value], "interval_is": "one published model", "spread": 0.0}
        for name, value in values.items()
    }
    known = library().fact("serotonin.model.sert-km.best-2020")
    entries["reuptake_km"] |= {"interval": [known.low, known.high], "interval_is": known.interval}
    return entries


def release_left(share: float) -> float:
    """Release, over that at rest, that leaves this share of extracellular serotonin, store and sensitivity at rest."""
    k = constants()
    chain = (k.g_reversal / k.g_activation, k.regulator_decay / k.regulator_activation)
    dissociation = k.unbinding / k.binding

    def outside(g: float) -> float:
        return outside_at(bound_at(g, k.total, *chain), k.total, dissociation)

    def leaving(g: float) -> float:
        return removal(outside(g), 0.0, k.reuptake_vmax, k.reuptake_km, k.loss_rate)

    rest = k.g_protein_basal
    g = float(root_scalar(lambda g: outside(g) / outside(rest) - share, bracket=(1e-6, rest)).root)
    return leaving(g) / leaving(rest) / autoinhibition(g, rest, k.release_gain)


def impulse_free_release() -> dict[str, Entry]:
    """What is released when impulses are blocked."""
    found = next(float(str(row[2])) for row in library().table(BLOCKED).rows if row[0] == "tetrodotoxin")
    low, high = (release_left(share) for share in WITHIN)
    return {
        "impulse_free_release": {
            "value": release_left(found),
            "interval": [low, high],
            "interval_is": "of the share left, 15-20 %",
            "spread": 0.0,
        }
    }


def onset() -> dict[str, Entry]:
    """The log-logistic through both shares; intervals from binomial limits of each, one at a time."""
    six, day = (library().fact(f"serotonin.onset.within-{name}") for name in ("6h.boyer-2005", "24h.mason-2000"))
    n = day.n or 0
    shares = float(str(six.value)), float(str(day.value))
    median, slope = log_logistic(*shares)
    turns = [log_logistic(s, shares[1]) for s in limits(shares[0], n)] + [
        log_logistic(shares[0], s) for s in limits(shares[1], n)
    ]
    medians, slopes = ([t[i] for t in turns if t[1] > 0.0] for i in (0, 1))
    return {
        "syndrome_onset_median": entry(median, medians),
        "syndrome_onset_slope": entry(slope, slopes),
    }


def log_logistic(by_six: float, by_day: float) -> tuple[float, float]:
    """Median [h] and slope, through the shares at 6 and 24 h."""
    six, day = (log(share / (1.0 - share)) for share in (by_six, by_day))
    slope = (day - six) / log(DAY / SIX)
    return SIX * exp(-six / slope), slope


def limits(share: float, n: int) -> tuple[float, float]:
    """Exact limits of a binomial proportion that hold two thirds of its certainty."""
    k = share * n
    return float(beta.ppf(0.16, k, n - k + 1.0)), float(beta.ppf(0.84, k + 1.0, n - k))


def entry(value: float, others: list[float]) -> Entry:
    """A value with the range that the other readings span."""
    return {
        "value": value,
        "interval": [min(value, *others), max(value, *others)],
        "interval_is": "binomial, one standard error of each share",
        "spread": 0.0,
    }


def excess() -> dict[str, Entry]:
    """The median case's excess, with the slope between cases and the settling as assumed."""
    fact = library().fact("serotonin.course.resolved-24h.mason-2000")
    share, n = float(str(fact.value)), fact.n or 0
    k = share * n
    wide = float(beta.ppf(0.975, k + 1.0, n - k)), float(beta.ppf(0.025, k, n - k + 1.0))
    low, high = (excess_for(s) for s in wide)
    found = {"value": excess_for(share), "interval": [low, high], "interval_is": "95% CI of the share", "spread": 0.0}
    return {"syndrome_excess": found}


def excess_for(share: float) -> float:
    """Excess with which this share is resolved a day after stopping."""
    p = parameters()
    slope, settling = p["syndrome_excess_slope"].value, p["syndrome_settling"].value

    def miss(value: float) -> float:
        done = [float(resolved_with(value, slope, settling, DAY, (drug,))) for drug in case_mix()]
        return sum(done) / len(done) - share

    return float(root_scalar(miss, bracket=(1.0 + 1e-6, 1e4)).root)


def main() -> None:
    """Write the calibrated values and print what is not synapse."""
    found = synapse() | impulse_free_release() | onset() | excess()
    store_calibrated("serotonin", found)
    for name, values in found.items():
        print(f"{name:28s} {values['value']:10.4g}  {values['interval'][0]:.4g} to {values['interval'][1]:.4g}")


if __name__ == "__main__":
    main()
