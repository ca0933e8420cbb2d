"""Overdose: how slowly the gut lets go of it, where coma begins, and how long the brain holds on.

Cohorts of virtual patients swallow the doses of the published series; shares in coma, shares ventilated and hours on
the ventilator are compared with people. Series that are only context are predicted, not fitted. Run it to rewrite the
calibrated values.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import atanh, exp, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import norm, spearmanr

from _unit_courses import unit_course
from baclosim import Patient
from baclosim.body.systemic import CLUMP
from baclosim.body.whole import BLOOD_BODY
from baclosim.effects.breathing import depression
from baclosim.effects.sedation import brain_effect, brain_load, brain_tolerance_rate
from baclosim.evidence.library import library
from baclosim.evidence.records import Fact
from baclosim.parameters import store_calibrated
from baclosim.patient import Patients, virtual_patients

Array = NDArray[np.float64]
Entry = dict[str, Any]

PEOPLE = 160  # in a cohort
HOURS = np.arange(0.0, 337.0)
BODY = BLOOD_BODY + CLUMP
PRESENTED = 4  # h after swallowing: assumed
SPREAD = {"coma_half_effective": 0.1, "brain_slow_rate": 0.3, "overdose_release_rate": 0.5}
"""Between patients, assumed. Of the edge of coma the misfit is least at the smallest spread (below)."""
MASSIVE = 2500.0  # mg, of two "massive" overdoses without a stated dose: the top of leung-2006, assumed
PRIORS = {"coma_half_effective": (0.3, 1.5), "slow_weight": (2.0, 1.5), "brain_slow_rate": (0.05, 0.7)}
"""Weak priors of what is fitted: centre, and standard deviation on the log scale."""


def fact(name: str) -> Fact:
    """A fact that may set a parameter."""
    found = library().fact(name)
    if found.use == "check":
        raise SystemExit(f"{name} is held out for checks and may not set a parameter")
    return found


def counted(series: str, sign: str) -> tuple[int, int]:
    """How many of how many showed a sign."""
    return next((int(row[1]), int(row[2])) for row in library().table(series).rows if row[0] == sign)


@dataclass(frozen=True)
class Cohort:
    """People who swallowed something: the patients, doses (n,) mg, and a standard normal liability to coma (n,)."""

    patients: Patients
    dose: Array
    liability: Array
    pace: Array

    def levels(self, release: float) -> tuple[Array, Array]:
        """Plasma and fast brain site [ug/mL], (n, t), the clump released at a median rate [1/h]."""
        return _levels(self, release)

    def __hash__(self) -> int:
        return id(self)


@cache
def _levels(cohort: Cohort, release: float) -> tuple[Array, Array]:
    own = cohort.patients.parameters | {"overdose_release_rate": release * cohort.pace}
    hours = HOURS[None, :] - own["absorption_lag"][:, None]
    outputs = ("plasma", "brain_fast")
    taken = np.minimum(1e3 * cohort.dose, own["overdose_ceiling"])
    held = 1e3 * cohort.dose - taken
    course = taken[:, None, None] * unit_course(BODY, own, "mouth", outputs, hours)
    course += held[:, None, None] * unit_course(BODY, own, "clump", outputs, hours)
    return course[:, 0], course[:, 1]


def cohort(like: Patient, quantile: Any, seed: int) -> Cohort:
    """A cohort whose doses are the quantile function [mg] at evenly spaced shares, in random order."""
    draw = np.random.default_rng(seed)
    share = (np.arange(PEOPLE) + 0.5) / PEOPLE
    scores = [norm.ppf(draw.permutation(share)) for _ in range(2)]
    pace = np.exp(sqrt(log(1.0 + SPREAD["overdose_release_rate"] ** 2)) * scores[1])
    return Cohort(virtual_patients(PEOPLE, like, seed=seed), quantile(draw.permutation(share)), scores[0], pace)


def lognormal(mean: float, sd: float, least: float, most: float) -> Any:
    """Quantile function of doses with this mean and SD, cut to the range."""
    spread = sqrt(log(1.0 + (sd / mean) ** 2))
    middle = log(mean) - spread**2 / 2.0
    low, high = (norm.cdf((log(x) - middle) / spread) for x in (least, most))
    return lambda p: np.exp(middle + spread * norm.ppf(low + p * (high - low)))


def fixed(dose: float) -> Any:
    """Everyone takes the same [mg]."""
    return lambda p: np.full(len(p), dose)


@dataclass(frozen=True)
class Outcome:
    """What became of a cohort, (n,) each: hours in coma and on the ventilator, hour of waking, and plasma (n, t)."""

    coma: Array
    ventilated: Array
    awake: Array
    plasma: Array


def outcome(people: Cohort, release: float, threshold: float, weight: float, slow_rate: float) -> Outcome:
    """March a cohort through its overdose with tolerance on its way, in steps of an hour."""
    plasma, fast = people.levels(release)
    own = people.patients.parameters
    edge = threshold * np.exp(sqrt(log(1.0 + SPREAD["coma_half_effective"] ** 2)) * people.liability)
    kept = np.exp(-slow_rate)
    slow, tolerance, deep = np.zeros(len(fast)), np.ones(len(fast)), np.empty_like(fast)
    for i, now in enumerate(fast.T):
        deep[:, i] = depression(now, slow, weight, edge, own["brain_resistance"], tolerance)
        effect = brain_effect(brain_load(now, own["brain_half_effective"], own["brain_resistance"], tolerance))
        rate = own["brain_tolerance_rate_constant"]
        tolerance = tolerance + brain_tolerance_rate(tolerance, effect, own["brain_tolerance_gain"], rate)
        slow = now + (slow - now) * kept
    apnoea = deep > own["respiratory_ratio"][:, None]
    asleep = deep > 1.0
    last = np.where(asleep.any(axis=1), HOURS[-1] - asleep[:, ::-1].argmax(axis=1), 0.0)
    return Outcome(asleep.sum(axis=1).astype(float), apnoea.sum(axis=1).astype(float), last, plasma)


def release_rate(poisoned: Cohort) -> Entry:
    """Rate at which the level at presentation is, in the middle, that of acute poisonings."""
    low, high = (float(x) / 1e3 for x in fact("overdose.conc_range.review-fr").value)  # type: ignore[union-attr]
    rates = np.exp(np.linspace(log(0.02), log(1.5), 40))
    severe = poisoned.dose >= float(fact("overdose.threshold.leung-2006").value)  # type: ignore[arg-type]
    levels = np.array([poisoned.levels(float(r))[0][severe, PRESENTED] for r in rates])
    middle = np.log(np.median(levels, axis=1))

    def at(level: float) -> float:
        return float(exp(np.interp(log(level), middle, np.log(rates))))

    wanted, error = sqrt(low * high), exp(log(high / low) / 3.92)
    best = at(wanted)
    seen = poisoned.levels(best)[0][severe, PRESENTED]
    print(f"release {best:.3g} 1/h: plasma at {PRESENTED} h {np.quantile(seen, 0.025):.2f} to "
          f"{np.quantile(seen, 0.975):.2f} ug/mL, median {np.median(seen):.2f} (people {low} to {high})")  # fmt: skip
    return entry(best, at(wanted / error), at(wanted * error), "one SD of the published range", "overdose_release_rate")


def logit(p: float) -> float:
    return log(p / (1.0 - p))


def smooth(share: float) -> float:
    """A share of a cohort away from 0 and 1."""
    return (share * PEOPLE + 0.5) / (PEOPLE + 1.0)


def confusion_on_label() -> tuple[float, float]:
    """Logits of the ends of the label's range."""
    table = library().table("adverse.oral-frequency.fda-label")
    row = next(row for row in table.rows if row[0] == "confusion")
    return logit(row[1] / 100.0), logit(row[2] / 100.0)


def clouded(people: Cohort, daily: float, x: Array) -> float:
    """Mean probability of a clouded mind on a daily dose [mg] for good, tolerance settled."""
    own = people.patients.parameters
    clearance = own["renal_clearance"] + own["nonrenal_clearance"]
    brain = daily * 1e3 / 24.0 * own["bioavailability"] / clearance * own["brain_blood_weight"]
    tolerance = np.ones(PEOPLE)
    for _ in range(60):
        effect = brain_effect(brain_load(brain, own["brain_half_effective"], own["brain_resistance"], tolerance))
        tolerance = (tolerance + 1.0 + own["brain_tolerance_gain"] * effect) / 2.0
    edge = exp(x[0]) * np.exp(sqrt(log(1.0 + SPREAD["coma_half_effective"] ** 2)) * people.liability)
    deep = depression(brain, brain, exp(x[1]), edge, own["brain_resistance"], tolerance)
    return float(np.mean(1.0 / (1.0 + (own["encephalopathy_ratio"] / deep) ** own["coma_slope"])))


def findings(release: float, x: Array, groups: dict[str, Cohort]) -> list[tuple[str, float, float, float]]:
    """What, found, its standard error on the scale of the fit, predicted."""
    made = {name: outcome(people, release, *np.exp(x)) for name, people in groups.items()}
    coma, of = counted("overdose.signs.leung-2006", "GCS below 9")
    tubes = fact("overdose.intubated-fraction.perry-1998")
    hours = float(fact("overdose.vent-duration.perry-1998").value)  # type: ignore[arg-type]
    days = [24.0 * float(d) for d in fact("overdose.brain-death-mimic.sullivan-2012").value]  # type: ignore[union-attr]
    few = groups["adults"].dose < float(fact("overdose.threshold.leung-2006").value)  # type: ignore[arg-type]
    p, n = float(tubes.value), tubes.n or 1  # type: ignore[arg-type]
    adults, young, massive = made["adults"], made["adolescents"], made["massive"]
    on = young.ventilated > 0.0
    stay = float(young.ventilated[on].mean()) if on.any() else 0.5
    agreed = atanh(sqrt(float(fact("overdose.level-vs-vent.perry-1998").value)))  # type: ignore[arg-type]
    along = np.corrcoef(young.plasma[on, 14], young.ventilated[on])[0, 1] if on.sum() > 5 else 0.0
    low, high = confusion_on_label()
    return [
        ("confusion on 60 mg/day", (low + high) / 2.0, (high - low) / 3.92, logit(clouded(groups["adults"], 60.0, x))),
        ("coma, adults", logit(coma / of), sqrt(of / coma / (of - coma)), logit(smooth((adults.coma > 0.0).mean()))),
        ("coma below 200 mg, share", 0.0, 0.15, float((adults.coma[few] > 0.0).mean())),
        ("tube, adolescents", logit(p), sqrt(1.0 / n / p / (1.0 - p)), logit(smooth(on.mean()))),
        ("hours of ventilation", log(hours), 0.3, log(stay)),
        ("level at 14 h with hours, z", agreed, 1.0, atanh(min(along, 0.999))),
        ("hours to waking, massive", log(sqrt(days[0] * days[1])), 0.4, log(max(np.median(massive.awake), 1.0))),
    ]  # fmt: skip


def entry(value: float, low: float, high: float, interval_is: str, name: str) -> Entry:
    """A parameter as it is stored."""
    return {"value": value, "interval": [low, high], "interval_is": interval_is, "spread": SPREAD.get(name, 0.0)}


def fit(release: float, groups: dict[str, Cohort]) -> tuple[Array, Array]:
    """Logs of PRIORS' parameters and their covariance."""
    centres = np.log([centre for centre, _ in PRIORS.values()])
    widths = np.array([width for _, width in PRIORS.values()])

    def misfits(x: Array) -> Array:
        seen = findings(release, x, groups)
        return np.array([*((made - found) / error for _, found, error, made in seen), *((x - centres) / widths)])

    axes = np.eye(len(centres))
    start = np.array([centres, *(centres + 0.6 * axes)])
    best = minimize(lambda x: (misfits(x) ** 2).sum(), centres, method="Nelder-Mead",
                    options={"initial_simplex": start, "xatol": 0.005, "fatol": 0.005, "maxiter": 400}).x  # fmt: skip
    step = 0.15
    slopes = np.array([(misfits(best + step * e) - misfits(best - step * e)) / (2 * step) for e in axes])
    return best, np.linalg.inv(slopes @ slopes.T)


def predictions(release: float, x: Array) -> None:
    """Series that were not fitted, and the two claims about early levels and late recovery."""
    poland = outcome(cohort(Patient(), lognormal(444.8, 317.8, 100.0, 1500.0), 5), release, *np.exp(x))
    on = poland.ventilated > 0.0
    span = np.quantile(poland.ventilated[on], [0.05, 0.95])
    shares = f"coma {np.mean(poland.coma > 0):.2f} (people 0.54), ventilated {on.mean():.2f} (0.35 and 0.56)"
    print(f"held out, Poland 100 to 1500 mg: {shares}")
    print(f"hours {poland.ventilated[on].mean():.0f}, 5 to 95 % {span[0]:.0f} to {span[1]:.0f} (53, 6 to 96)")
    rank = spearmanr(poland.plasma[on, 14], poland.ventilated[on])[0]
    print(f"rank correlation of level at 14 h and hours {rank:.2f}")
    later = [w > HOURS[p > 0.4].max(initial=0.0) for w, p in zip(poland.awake[on], poland.plasma[on], strict=True)]
    print(f"share who wake after serum is below 0.4 ug/mL: {np.mean(later):.2f}")
    drinkers = cohort(Patient(condition="alcohol use disorder"), lognormal(380.0, 190.0, 140.0, 800.0), 6)
    print(
        f"drinkers, median 340 mg, coma {np.mean(outcome(drinkers, release, *np.exp(x)).coma > 0):.2f} (people 0 of 9)"
    )
    for dose in (100, 200, 400, 800, 1500, 3000):
        made = outcome(cohort(Patient(), fixed(float(dose)), 7), release, *np.exp(x))
        print(f"{dose} mg: coma {np.mean(made.coma > 0):.2f}, ventilated {np.mean(made.ventilated > 0):.2f}, "
              f"median hours of coma {np.median(made.coma):.0f}")  # fmt: skip


def main() -> None:
    """Fit, print residuals and predictions, store."""
    groups = {
        "adults": cohort(Patient(), lognormal(630.0, 730.0, 80.0, 2500.0), 1),
        "adolescents": cohort(Patient(age=16, weight=58), lambda p: 60.0 + 540.0 * p, 2),
        "massive": cohort(Patient(), fixed(MASSIVE), 3),
    }
    slow = release_rate(groups["adults"])
    release = float(f"{slow['value']:.4g}")
    x, covariance = fit(release, groups)
    errors = np.sqrt(np.diag(covariance))
    stored = {"overdose_release_rate": slow}
    for i, name in enumerate(PRIORS):
        low, high = (exp(x[i] + side * 1.96 * errors[i]) for side in (-1, 1))
        stored[name] = entry(exp(x[i]), low, high, "delta method, with weak priors", name)
        stored[name]["correlation"] = {
            other: round(float(covariance[i, j] / errors[i] / errors[j]), 4) for j, other in enumerate(PRIORS) if j != i
        }
    for what, found, error, made in findings(release, x, groups):
        print(f"{what:26} found {found:5.2f} ({error:.2f})  fitted {made:5.2f}  {(made - found) / error:+.1f}")
    for name, found in stored.items():
        print(f"{name:24} {found['value']:8.4g} {found['interval']}")
    predictions(release, x)
    print(store_calibrated("overdose", stored))


if __name__ == "__main__":
    main()
