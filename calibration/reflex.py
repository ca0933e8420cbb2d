"""Potency at the cord, its slope and its spread between people, and how much tone can be taken away.

Weighted least squares over facts marked `fit`: each residual is (predicted - found) / s on the scale of the finding,
where s joins the finding's standard error to MODEL_ERROR. Trials with a fixed dose are predicted for that dose, as
means, spreads and shares of a cohort; trials that titrated each patient are predicted at the effect that titration
ends at (HELD). Transport and the speed of the cord sites come from spine.py. Run it to rewrite the calibrated values;
it prints the residuals, and what the fit did not use.
"""

from __future__ import annotations

from math import exp, expm1, log
from typing import Any

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import beta

from _cord_cohort import HELD, Array
from _cord_model import DAY, SCREENING, STRENGTH_SPREAD, Cord, logit
from _cord_targets import Cohorts, Target, rows, targets
from _evidence import fact, number, usable
from baclosim.effects.bedside import response_probability
from baclosim.parameters import parameters, store_calibrated

LOGIT = ("removable_share_spinal", "removable_share_cerebral")

START = {
    "spinal_half_effective": 0.09,
    "spinal_slope": 1.9,
    "tone_half_effective": 0.09,
    "removable_share_spinal": 0.9,
    "removable_share_cerebral": 0.9,
    "weakness_ratio": 4.0,
    "weakness_reporting": 4.0,
    "reflex_spread": 0.6,  # of the logarithm of potency between people
    "tone_spread": 0.5,
    "removable_spread": 1.0,  # of the logit
}
SAME_RANGE = "reflex.cat-mono-poly.scilit-1972"  # both reflexes fall over about the same doses
SAME_WITHIN = 0.35  # standard deviation of the log of the ratio of the two half effective concentrations: assumed
PRIORS = (  # (facts, parameter, value, standard deviation on the scale on which it varies)
    ("spasticity.itb-trials.fit-set", "removable_share_spinal", 0.85, 1.0),  # trials removed 0.6 to 1.0
    ("spasticity.itb-trials.fit-set", "removable_share_cerebral", 0.85, 1.0),
    ("reflex.rigidity-ed50.kawajiri", "weakness_ratio", 8.0**0.5, 0.5),
    ("", "removable_spread", 1.0, 0.5),  # nothing is known of it beforehand: a weak hold, assumed
)


def encode(values: dict[str, float]) -> Array:
    """Free parameters on the scales on which they vary: log, and logit for a share."""
    return np.array([scaled(name, x) for name, x in values.items()])


def scaled(name: str, value: float) -> float:
    """One parameter on its scale."""
    return logit(value) if name in LOGIT else log(value)


def decode(point: Array) -> dict[str, float]:
    """Back from the scales on which they vary."""
    pairs = zip(START, (float(x) for x in point), strict=True)
    return {name: 1.0 / (1.0 + exp(-x)) if name in LOGIT else exp(x) for name, x in pairs}


def residuals(point: Array, findings: list[Target]) -> Array:
    """Of every finding and prior, (targets + priors,)."""
    model = Cord(decode(point))
    at = dict(zip(START, point, strict=True))
    prior = [(at[name] - scaled(name, value)) / deviation for _, name, value, deviation in PRIORS]
    prior.append((at["tone_half_effective"] - at["spinal_half_effective"]) / SAME_WITHIN)
    return np.array([*((t.predict(model) - t.found) / t.deviation for t in findings), *prior])


def stored_values(point: Array, jacobian: Array) -> dict[str, dict[str, Any]]:
    """Value, 95 % interval, spread and correlation of every parameter, on the scale on which it was fitted."""
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    errors = np.sqrt(np.diag(covariance))
    best, low, high = (decode(point + k * errors) for k in (0.0, -1.96, 1.96))
    spread = {
        "spinal_half_effective": cv(best["reflex_spread"]),
        "tone_half_effective": cv(best["tone_spread"]),
        "weakness_ratio": cv(STRENGTH_SPREAD),
    } | dict.fromkeys(LOGIT, best["removable_spread"])
    names = [name for name in START if not name.endswith("spread")]
    index = {name: list(START).index(name) for name in names}
    rho = covariance / np.outer(errors, errors)
    return {
        name: {
            "value": best[name],
            "interval": [low[name], high[name]],
            "interval_is": "delta method",
            "spread": spread.get(name, 0.0),
            "correlation": {other: round(float(rho[index[name], index[other]]), 4) for other in names},
        }
        for name in names
    }


def cv(spread: float) -> float:
    """Coefficient of variation of a lognormal with this SD of the logarithm."""
    return expm1(spread**2) ** 0.5


def support_exponent(model: Cord, who: Cohorts) -> dict[str, Any]:
    """The power of relief that half of eight walkers lost function at, after a bolus of 50 ug; exact interval."""
    walkers = fact("adverse.weakness-itb-ambulant.yoon-2017")
    n, share = walkers.n or 0, number(walkers.id)
    relief = np.max([model.bolus_relief(who.cerebral, 50.0, hours) for hours in SCREENING], axis=0)
    k = round(share * n)
    most, least = (float(beta.ppf(q, k + a, n - k + 1 - a)) for q, a in ((0.975, 1), (0.025, 0)))

    def solved(wanted: float) -> float:
        exponents = np.geomspace(0.02, 50.0, 400)
        mean = np.array([(relief**e).mean() for e in exponents])
        return float(np.exp(np.interp(-wanted, -mean, np.log(exponents))))

    return {"value": solved(share), "interval": [solved(most), solved(least)], "interval_is": "95% CI", "spread": 0.0}


def report(point: Array, findings: list[Target], who: Cohorts) -> None:
    """Print the residual of every finding, then what was held out of the fit."""
    model = Cord(decode(point))
    print(f"{'':46s}{'found':>9s}{'model':>10s}{'(SDs)':>8s}")
    for t, r in zip(findings, residuals(point, findings), strict=False):
        print(f"{t.about:46s}{t.found:9.3g} {t.predict(model):9.3g} {r:7.2f}  {t.facts}")
    print(f"half of the summed squares: {0.5 * float(np.sum(residuals(point, findings) ** 2)):.2f}")
    for name, value in decode(point).items():
        print(f"{name:28s}{value:9.4g}")
    held_out(model, who)


def held_out(model: Cord, who: Cohorts) -> None:
    """Print predictions of findings that the fit did not use."""
    typical, c = who.typical, who.spinal
    steady = float(typical.exposure.steady("catheter", "lumbar_slow")[0]) / DAY
    shift = 1.0 / (1.0 - parameters()["receptor_loss"].value * HELD)
    half = model.tone_half_effective
    dose = half * shift * (HELD / (1.0 - HELD)) ** (1.0 / model.spinal_slope) / steady
    helped = {outcome: k / n for outcome, k, n in rows("spasticity.oral-hedley.hedley-1975")}
    tone, spasms = ((c.ashworth - 1.0), c.spasms)
    tablets = model.oral_relief(c, 60e3)
    r_form = model.oral_relief(c, 80e3)
    arms = model.arm_relief(who.cerebral, 50.0, 4.0)
    print("not used in the fit:")
    print(f"  pump dose that holds tone, typical patient, receptors settled: {dose:.0f} ug/day")
    share = float(response_probability(tone * tablets, 0.0).mean())
    print(f"  less spasticity on 60 mg/day: {share:.2f} (Hedley: {helped['less spasticity']:.2f})")
    share = float(response_probability(0.0, spasms * tablets).mean())
    print(f"  spasms relieved: {share:.2f} (Hedley: {helped['spasms relieved, of those with spasms']:.2f})")
    fall = float((tone * r_form).mean())
    print(f"  Ashworth fall on 40 mg/day of the R-form: {fall:.2f} (Okuda: 0.13 more than placebo per joint)")
    print(f"  arm relief 4 h after 50 ug: {float(arms.mean()):.2f} (Meythaler: 0.61 of tone, 0.67 of spasms)")


def fit(findings: list[Target], start: dict[str, float] = START) -> Any:
    """Least squares over findings and priors: SciPy's result, `x` on the scales of `encode`."""
    return least_squares(residuals, encode(start), args=(findings,), x_scale=0.3, diff_step=1e-4)


def everything(found: Any, who: Cohorts) -> dict[str, dict[str, Any]]:
    """Every calibrated parameter as it is stored."""
    exponent = support_exponent(Cord(decode(found.x)), who)
    return stored_values(found.x, found.jac) | {"support_exponent": exponent}


def main() -> None:
    """Fit, print and store the values."""
    who = Cohorts()
    findings = targets(who)
    for name in {name for t in findings for name in t.facts.split()} | {SAME_RANGE, *(p[0] for p in PRIORS if p[0])}:
        usable(name)
    found = fit(findings)
    report(found.x, findings, who)
    stored = everything(found, who)
    for name, entry in stored.items():
        low, high = entry["interval"]
        print(f"{name:26s}{entry['value']:9.4g}  [{low:.4g}, {high:.4g}]  spread {entry['spread']:.3g}")
    print(store_calibrated("reflex", stored))


if __name__ == "__main__":
    main()
