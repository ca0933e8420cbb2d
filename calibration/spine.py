"""Transport in the spinal fluid and the rates of the cord sites, fitted to what was measured in people.

Weighted least squares over facts marked `fit`; each residual is (log predicted - log found) / s, where s joins the
standard error of the finding to 0.2 for what the model leaves out. Intervals are by the delta method. The lumbar to
cisternal ratio is held out: it is predicted, not fitted. Run it to rewrite the calibrated values; it prints the
residuals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy.optimize import least_squares

from _evidence import fact, number, usable
from _spinal_responses import (
    NOTICED,
    TIMES,
    Array,
    Responses,
    arms_to_legs,
    bolus_effect,
    clearance,
    first_time,
    half_effective,
    half_life,
    infusion_effect,
    oral_single,
    oral_steady,
    visible_from,
    wanted,
)
from baclosim.body.whole import WHOLE_BODY
from baclosim.parameters import parameters, store_calibrated, store_variant

TRACER_LOSS = 0.05  # 1/h, an inert hydrophilic tracer: assumed, 0.02 to 0.08 in it.spinal-loss-rate.derived
MODEL_ERROR = 0.2  # what the model leaves out, on the log scale
LIKELY = 1.92  # rise of half the summed squares at the ends of a 95 % interval

START = {
    "dispersion_lumbar": 200.0,
    "dispersion_rise": 4.0,  # dispersion at the neck over that at the end of the sac, less 1
    "spinal_loss_rate": 0.28,
    "cranial_mixing": 20.0,
    "cord_fast_rate": 0.4,
    "cord_slow_rate": 0.13,
    "cord_blood_weight": 0.12,
    "spinal_absorbed_share": 0.25,
}


@dataclass(frozen=True)
class Target:
    """A finding, how it is predicted, and its standard deviation on the log scale."""

    facts: str
    about: str
    found: float
    deviation: float
    predict: Callable[[Responses, Responses], float]
    one_sided: bool = False

    def residual(self, drug: Responses, tracer: Responses) -> float:
        """Log ratio of predicted to found, in standard deviations; one-sided bounds count only when passed."""
        excess = log(self.predict(drug, tracer) / self.found) / self.deviation
        return max(excess, 0.0) if self.one_sided else excess


def settled(course: Array) -> float:
    """When a course comes within 2 % of its end [h]."""
    return first_time(course, 0.98 * float(course[-1]))


def spread_of(low: float, high: float, n: int, per_range: float) -> float:
    """Standard error of a mean log from a range of n people, joined to the model's own error."""
    return float(np.hypot(log(high / low) / per_range / n**0.5, MODEL_ERROR))


def targets() -> list[Target]:
    """Every finding that enters the fit."""
    label, sallerin = "it.csf-clearance.label-us", "it.csf-clearance.sallerin-caute-1991"
    four = spread_of(0.9, 5.0, 4, 2.06)  # 2.06 standard deviations: expected range of four people
    hm, onset = "reflex.bolus50-abi.stokic-2005", "it.bolus-onset.label-us reflex.onset-order.kumru-2011"
    stretch = "reflex.passive-stretch-vs-plasma.mclellan-1977"
    kumru, meythaler = "reflex.arm-spared.kumru-2011", "spasticity.itb-trials.fit-set"
    return [
        Target("it.csf-halflife.label-us", "CSF half-life, first 4 h [h]", 1.5, 0.28, lambda d, _: half_life(d)),
        Target("it.csf-halflife.sallerin-caute-1991", "CSF half-life [h]", 2.1, four, lambda d, _: half_life(d)),
        Target(label, "lumbar clearance, infusion [mL/h]", number(label), 0.26, lambda d, _: clearance(d, "catheter")),
        Target(
            sallerin,
            "lumbar clearance, bolus [mL/h]",
            number(sallerin),
            spread_of(13.0, 80.0, 4, 2.06),
            lambda d, _: clearance(d, "lumbar puncture"),
        ),
        Target(
            "it.csf-css.label-ch",
            "rate over steady level, ends of the range [mL/h]",
            (50e3 / 24 / 130 * 1200e3 / 24 / 1240) ** 0.5,
            0.4,
            lambda d, _: clearance(d, "catheter"),
        ),
        Target(
            "tracer.in111-ascent.radiopaedia tracer.in111-ascent.mallinckrodt",
            "tracer seen in the cistern [h]",
            2.0,
            0.7,
            lambda _, t: visible_from(t, "csf_cisternal"),
        ),
        Target(
            "tracer.in111-ascent.radiopaedia tracer.in111-ascent.mallinckrodt",
            "tracer seen over the brain, first poles to all [h]",
            (6.0 * 12.0) ** 0.5,
            0.6,
            lambda _, t: visible_from(t, "cerebral"),
        ),
        Target(kumru, "arm over leg at 3 h, at most", 0.2, 0.5, lambda d, _: arms_to_legs(d, "fast", 3.0), True),
        Target(meythaler, "arm over leg tone at 4 h", 0.96, 0.7, lambda d, _: arms_to_legs(d, "slow", 4.0)),
        Target(
            hm,
            "fast site 5 h after 50 ug, over half effective",
            wanted(1.0 - 14.0 / 62.0),
            0.3,
            lambda d, _: float(
                50.0 * d.bolus("lumbar puncture", "lumbar_fast", np.array([5.0]))[0] / half_effective(d)
            ),
        ),
        Target(
            "reflex.onset-order.kumru-2011",
            "H reflex first smaller, at most [h]",
            0.25,
            0.5,
            lambda d, _: first_time(bolus_effect(d, "lumbar_fast", 50.0), NOTICED),
            True,
        ),
        Target(
            onset,
            "tone first lower after a bolus [h]",
            0.87,
            0.4,
            lambda d, _: first_time(bolus_effect(d, "lumbar_slow", 50.0), NOTICED),
        ),
        Target(
            "it.bolus-peak.label-us",
            "tone lowest after a bolus [h]",
            number("it.bolus-peak.label-us"),
            0.25,
            lambda d, _: float(TIMES[int(np.argmax(bolus_effect(d, "lumbar_slow", 50.0)))]),
        ),
        Target(
            "it.infusion-onset.label-us",
            "tone first lower, 100 ug/day [h]",
            7.0,
            0.4,
            lambda d, _: first_time(infusion_effect(d, "lumbar_slow", 100.0), NOTICED),
        ),
        Target(
            "it.infusion-max.label-us",
            "tone within 2 % of lowest, 100 ug/day [h]",
            36.0,
            0.3,
            lambda d, _: settled(infusion_effect(d, "lumbar_slow", 100.0)),
        ),
        Target(
            stretch, "oral, plasma 250 ng/mL, over half effective", wanted(0.3), 0.35, lambda d, _: oral_steady(d, 0.25)
        ),
        Target(
            stretch, "oral, plasma 400 ng/mL, over half effective", wanted(0.5), 0.35, lambda d, _: oral_steady(d, 0.4)
        ),
    ]


PRIORS = (  # findings on a parameter itself: its standard deviation is on the log scale, of a share on the logit scale
    ("csf.spinal-absorption-share.sheep", "spinal_absorbed_share", 0.25, 0.4),
    ("csf.spinal-absorption-rate.edsbagge-2004", "spinal_absorbed_share", 0.17 / 0.35, 0.6),
    ("csf.flow-along-canal.bert-2019", "dispersion_rise", 4.0, 0.8),  # only the direction is measured: size assumed
    ("csf.production-rate.review", "cranial_mixing", 20.0, 1.0),  # about as much as flows through: assumed
)


def encode(values: dict[str, float]) -> Array:
    """Free parameters on the scales on which they vary: log, and logit for a share."""
    return np.array([logit(x) if "share" in name else log(x) for name, x in values.items()])


def decode(point: Array) -> dict[str, float]:
    """Back from the scales on which they vary."""
    pairs = zip(START, point, strict=True)
    return {name: 1.0 / (1.0 + exp(-x)) if "share" in name else exp(x) for name, x in pairs}


def logit(share: float) -> float:
    """Log odds."""
    return log(share / (1.0 - share))


def complete(free: dict[str, float], **changed: float) -> dict[str, float]:
    """All parameters of the whole body; nothing is known of cranial loss, so it equals the spinal one."""
    known = parameters()
    fixed = {name: p.value for name, p in known.items() if name in WHOLE_BODY.parameter_names}
    renal = known["renal_per_creatinine"].value * 110.0 * 60.0  # mL/h at a creatinine clearance of 110 mL/min
    values = fixed | {"renal_clearance": renal, "dialysis_clearance": 0.0} | free
    neck = values["dispersion_lumbar"] * (1.0 + free["dispersion_rise"])
    return values | {"cranial_loss_rate": values["spinal_loss_rate"], "dispersion_neck": neck} | changed


def residuals(point: Array, findings: list[Target]) -> Array:
    """Of every finding and prior, (targets + priors,)."""
    free = decode(point)
    drug = Responses(complete(free))
    tracer = Responses(complete(free, spinal_loss_rate=TRACER_LOSS, cranial_loss_rate=TRACER_LOSS))
    at = dict(zip(START, point, strict=True))
    prior = [(at[name] - encode({name: found})[0]) / deviation for _, name, found, deviation in PRIORS]
    return np.array([*(t.residual(drug, tracer) for t in findings), *prior])


def single_dose_factor(best: dict[str, float]) -> float:
    """How much larger the weight from blood is when the tablet study is read as it ran, site behind plasma."""
    none, full = (oral_single(Responses(complete(best, cord_blood_weight=w)), 0.4) for w in (0.0, 1.0))
    return (1.0 - none) / (full - none) / best["cord_blood_weight"]


def brain_weight(drug: Responses, intrathecal: float) -> float:
    """Weight at which a pump dose [ug/day] reaches the brain as much as 60 mg/day by mouth."""
    mouth, pump = 60000.0 / 24.0, intrathecal / 24.0
    blood = mouth * drug.steady("mouth", "plasma") - pump * drug.steady("catheter", "plasma")
    fluid = pump * drug.steady("catheter", "cerebral") - mouth * drug.steady("mouth", "cerebral")
    return parameters()["brain_blood_weight"].value * blood / fluid


def profile(point: Array, findings: list[Target], name: str) -> list[float]:
    """95 % interval of one parameter, everything else refitted at each of its values."""
    at = list(START).index(name)
    least = half_square(point, findings)
    return [_edge(point, findings, at, step, least) for step in (-0.35, 0.35)]


def _edge(point: Array, findings: list[Target], at: int, step: float, least: float) -> float:
    others, before = np.delete(point, at), 0.0
    for k in range(1, 11):
        held = point[at] + k * step
        refit = least_squares(lambda x, h: residuals(np.insert(x, at, h), findings), others, args=(held,), max_nfev=8)
        others = refit.x
        if refit.cost - least > LIKELY:
            part = (LIKELY - before) / (refit.cost - least - before)
            return exp(held - (1.0 - part) * step)
        before = refit.cost - least
    return exp(point[at] + 10 * step)


def half_square(point: Array, findings: list[Target]) -> float:
    """Half of the summed squares."""
    found = residuals(point, findings)
    return 0.5 * float(found @ found)


def with_intervals(point: Array, jacobian: Array) -> dict[str, dict[str, object]]:
    """Value and 95 % interval of every free parameter, on the scale on which it was fitted."""
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    best, low, high = (decode(point + k * np.sqrt(np.diag(covariance))) for k in (0.0, -1.96, 1.96))
    found = {
        name: {"value": best[name], "interval": [low[name], high[name]], "interval_is": "delta method"}
        for name in START
    }
    rise = best["dispersion_rise"]
    slope = np.array(
        [{"dispersion_lumbar": 1.0, "dispersion_rise": rise / (1.0 + rise)}.get(name, 0.0) for name in START]
    )
    factor = exp(1.96 * float(np.sqrt(slope @ covariance @ slope)))
    neck = best["dispersion_lumbar"] * (1.0 + rise)
    found["dispersion_neck"] = {
        "value": neck,
        "interval": [neck / factor, neck * factor],
        "interval_is": "delta method",
    }
    del found["dispersion_rise"]
    return found


def steep_gradient(best: dict[str, float]) -> dict[str, dict[str, object]]:
    """The other reading: fluid hardly mixes, so that drug falls e-fold within 6 cm of the tip."""
    length = fact("it.distribution.bernards-2006").high or 6.0
    lumbar = best["spinal_loss_rate"] * length**2
    neck = lumbar * (1.0 + best["dispersion_rise"])
    facts = ["it.gradient.heetla-2016", "it.distribution.bernards-2006", "it.posture-baricity.flack-2010"]
    third = {"interval_is": "1 to 10 cm for an e-fold fall", "grade": "animal", "facts": facts}
    scales = {"dispersion_lumbar": lumbar, "dispersion_neck": neck}
    return {
        name: {"value": x, "interval": [x / length**2, x * (10.0 / length) ** 2], **third} for name, x in scales.items()
    }


def report(point: Array, findings: list[Target], drug: Responses, tracer: Responses) -> None:
    """Print what was found, what is predicted, and the residual of each."""
    for t in findings:
        row = f"{t.found:9.3g} {t.predict(drug, tracer):9.3g} {t.residual(drug, tracer):7.2f}"
        print(f"{t.about:52s}{row}  {t.facts}")
    print(f"half of the summed squares: {half_square(point, findings):.2f}")
    ratio = drug.steady("catheter", "csf_lumbar") / drug.steady("catheter", "csf_cisternal")
    print(f"held out: lumbar over cisternal level {ratio:.2f} (it.lumbar-cisternal-ratio.label-us: 4)")


def main() -> None:
    """Fit, print the residuals, and store the values."""
    findings = targets()
    for name in {source for t in findings for source in t.facts.split()} | {p[0] for p in PRIORS}:
        usable(name)
    fit = least_squares(residuals, encode(START), args=(findings,), x_scale=0.3, diff_step=1e-3)
    best = decode(fit.x)
    stored = with_intervals(fit.x, fit.jac)
    for name in ("cord_fast_rate", "cord_slow_rate"):
        stored[name] |= {"interval": profile(fit.x, findings, name), "interval_is": "profile likelihood"}
    loss = stored["spinal_loss_rate"]
    stored["cranial_loss_rate"] = {
        "value": loss["value"],
        "interval": [0.0, loss["interval"][1]],
        "interval_is": "assumed",
    }
    drug = Responses(complete(best))
    tracer = Responses(complete(best, spinal_loss_rate=TRACER_LOSS, cranial_loss_rate=TRACER_LOSS))
    single = best["cord_blood_weight"] * single_dose_factor(best)
    weight = stored["cord_blood_weight"]
    stored["cord_blood_weight"] |= {
        "interval": [weight["interval"][0], max(single, weight["interval"][1])],
        "interval_is": "delta method; the upper end also covers the single-dose reading",
    }
    most, least = brain_weight(drug, 300.0), brain_weight(drug, 800.0)
    stored["brain_csf_weight"] = {"value": least, "interval": [0.0, most], "interval_is": "bound from 300 ug/day"}
    report(fit.x, findings, drug, tracer)
    for name, entry in stored.items():
        print(name, *(f"{x:.4g}" for x in (entry["value"], *entry["interval"])))  # type: ignore[misc]
    store_calibrated("spine", stored)
    store_variant("steep gradient", steep_gradient(best))


if __name__ == "__main__":
    main()
