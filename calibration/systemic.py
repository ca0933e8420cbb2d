"""Fit the blood of the typical adult and child, and the spread between people, to published summary quantities.

python calibration/systemic.py        prints the fit and writes values/calibrated/systemic.json
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from baclosim.body.fit import ABSORPTION_LAG, NAMES, Fit, Residual, blood, fit, leave_one_out, residuals
from baclosim.body.readings import log_standard_error, readings
from baclosim.body.summary import Blood
from baclosim.evidence.library import library
from baclosim.parameters import store_calibrated
from baclosim.patient.kidney import normal_for
from baclosim.patient.scaling import CHILD_RATIOS, LAWS

FIELDS = Blood.__dataclass_fields__
REFERENCE_CHILD = {"age": 8.0, "weight": 25.0}  # the middle of He 2014's 2 to 17 years, assumed
CHILD_KIDNEY_SD = 0.15  # of the logarithm of the reference child's creatinine clearance, assumed

CHILD_CLEARANCES = {"paediatric.clearance.he-2014": "mL/h/kg", "paediatric.clearance.wiersma-2003": "mL/h/kg"}
CHILD_VOLUMES = {"paediatric.volume.he-2014": "mL/kg"}
CHILD_HALF_LIVES = {
    "paediatric.half_life.he-2014": "h",
    "paediatric.half_life.wiersma-2003": "h",
    "route.rectal.kriel-1997": "h",
}

CLEARANCE_SPREADS = (
    "oral.clearance.simon-2018",
    "oral.clearance.chevillard-2018",
    "oral.clearance.wuis-1990",
    "iv.auc_variability.agarwal-2015",
)
"""Marsot's 56 % is left out: its note puts it down to adherence and sampling times."""


def number(fact_id: str, unit: str = "") -> float:
    value = library().fact(fact_id).amount(unit).value
    assert isinstance(value, float)
    return value


def clearance_spread() -> float:
    """Coefficient of variation of CL/F between people, pooled by number of people."""
    facts = [library().fact(name) for name in CLEARANCE_SPREADS]
    people = [fact.n or 0 for fact in facts]
    spread = [fact.between_subject_cv or number(fact.id) for fact in facts]
    return math.sqrt(sum(n * cv**2 for n, cv in zip(people, spread, strict=True)) / sum(people))


def bioavailability_spread() -> float:
    """Half of the largest CV of F that the AUC spreads of the two routes (18 to 24 %) leave room for."""
    fact = library().fact("iv.auc_variability.agarwal-2015")
    assert fact.low is not None
    assert fact.high is not None
    return 0.5 * math.sqrt(fact.high**2 - fact.low**2)


def spreads(adult: Blood) -> dict[str, float]:
    """Between-patient spread of each parameter, so that CL/F, V/F and ka vary as published.

    The two clearances have one CV, the two volumes another; F takes its share of each. How exchange varies is not
    known, so it does not.
    """
    of_f = bioavailability_spread()
    renal = adult.renal_clearance / adult.clearance
    central = adult.central_volume / adult.steady_state_volume
    volume_cv = library().fact("oral.volume.simon-2018").between_subject_cv or 0.0
    clearance = math.sqrt(clearance_spread() ** 2 - of_f**2) / math.hypot(renal, 1.0 - renal)
    volume = math.sqrt(volume_cv**2 - of_f**2) / math.hypot(central, 1.0 - central)
    return {
        "absorption_rate": library().fact("oral.absorption_rate.simon-2018").between_subject_cv or 0.0,
        "central_volume": volume,
        "peripheral_volume": volume,
        "exchange": 0.0,
        "renal_per_creatinine": clearance,
        "nonrenal_clearance": clearance,
        "bioavailability": of_f / (1.0 - adult.bioavailability),  # on the logit scale
    }


def child(result: Fit, clearance: float = 1.0, volume: float = 1.0, exchange: float = 1.0) -> Blood:
    """The reference child with these ratios to the adult laws."""
    covariates = REFERENCE_CHILD | {"creatinine_clearance": normal_for(**REFERENCE_CHILD, height=None)}
    ratios = dict(zip(CHILD_RATIOS, (clearance, volume, exchange), strict=True))
    known = dict(result.values) | covariates | ratios
    laws = {name: law for name, law in LAWS.items() if name in FIELDS}
    scaled = {name: law(**{k: known[k] for k in arguments(law)}) for name, law in laws.items()}
    return Blood.of(known | scaled | {"absorption_lag": ABSORPTION_LAG})


def arguments(law: Any) -> tuple[str, ...]:
    return law.__code__.co_varnames[: law.__code__.co_argcount]


def pooled(facts: dict[str, str], between: float) -> tuple[float, float]:
    """Mean over studies and its standard error, of the logarithm, each study with its between-study variance."""
    variance = np.array([log_standard_error(library().fact(name)) ** 2 + between**2 for name in facts])
    logs = np.log([number(name, unit) for name, unit in facts.items()])
    return float(np.average(logs, weights=1.0 / variance)), float(np.sum(1.0 / variance) ** -0.5)


def entry(values: Iterable[float]) -> dict[str, Any]:
    """A parameter as it is stored, from its lower, typical and upper value in any order."""
    low, value, high = sorted(values)
    return {"value": value, "interval": [low, high], "spread": 0.0}


def child_ratio(facts: dict[str, str], small_adult: float, between: float) -> dict[str, Any]:
    """How far children exceed the adult laws, with the uncertainty of their kidneys added."""
    mean, error = pooled(facts, between)
    half = 1.96 * math.hypot(error, CHILD_KIDNEY_SD)
    return entry(math.exp(mean + shift) / small_adult for shift in (-half, 0.0, half))


def exchange_ratio(result: Fit, clearance: float, volume: float) -> dict[str, Any]:
    """The exchange that gives the reference child the published half-life, within a factor of ten."""
    from scipy.optimize import brentq

    mean, error = pooled(CHILD_HALF_LIVES, result.between["half-life"])

    def found(half_life: float) -> float:
        def excess(log_ratio: float) -> float:
            return child(result, clearance, volume, math.exp(log_ratio)).half_life - half_life

        ends = (-math.log(10.0), math.log(10.0))
        if excess(ends[0]) * excess(ends[1]) > 0.0:
            return math.exp(min(ends, key=lambda end: abs(excess(end))))
        return math.exp(float(brentq(excess, *ends, xtol=1e-12)))

    return entry(found(math.exp(mean + shift)) for shift in (-1.96 * error, 0.0, 1.96 * error))


def children(result: Fit) -> dict[str, dict[str, Any]]:
    """Ratios of children's clearance, volumes and exchange to the adult laws."""
    weight, small = REFERENCE_CHILD["weight"], child(result)
    clearance = child_ratio(CHILD_CLEARANCES, small.apparent_clearance / weight, result.between["apparent clearance"])
    volume = child_ratio(
        CHILD_VOLUMES,
        small.steady_state_volume / small.bioavailability / weight,
        result.between["steady-state volume"],
    )
    exchange = exchange_ratio(result, clearance["value"], volume["value"])
    return dict(zip(CHILD_RATIOS, (clearance, volume, exchange), strict=True))


def calibrate() -> tuple[Fit, dict[str, dict[str, Any]]]:
    """The fit, and every calibrated parameter as it is stored."""
    result = fit(readings())
    spread = spreads(blood(result.values))
    stored: dict[str, dict[str, Any]] = {
        name: {
            "value": result.values[name],
            "interval": list(result.interval(name)),
            "spread": spread[name],
            "correlation": {other: round(rho, 4) for other, rho in result.correlation(name).items()},
        }
        for name in NAMES
    }
    return result, stored | children(result)


def line(row: Residual) -> str:
    return (
        f"{row.reading.fact:40} {row.reading.kind:31} {row.reading.observed:9.4g} {row.predicted:9.4g}"
        f"  [{row.low:.4g}, {row.high:.4g}] {row.unit:13} {row.deviation:+.2f}"
    )


def main() -> None:
    result, stored = calibrate()
    for name, entry in stored.items():
        low, high = entry["interval"]
        print(f"{name:24} {entry['value']:9.4g}  [{low:.4g}, {high:.4g}]  spread {entry['spread']:.3g}")
    print(f"\nchi-square {result.chi_square:.1f} on {result.degrees_of_freedom}: observed, predicted, 95 %, SDs")
    print(*map(line, residuals(readings(), result)), sep="\n")
    print("\nleaving each source out")
    print(*map(line, leave_one_out()), sep="\n")
    print(store_calibrated("systemic", stored))


if __name__ == "__main__":
    main()
