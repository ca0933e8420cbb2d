"""Overdose: how slowly the gut lets go of it, where coma begins, and how long the brain holds on.

Cohorts of virtual patients swallow the doses of the published series. First their levels in blood are compared with
people's, which tells how much the gut takes up at once and how slowly it lets go of the rest; then shares in coma,
shares ventilated and hours on the ventilator, with the same probabilities that a run reports. Series that are only
context are predicted, not fitted. Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import atanh, exp, log, sqrt
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import spearmanr

from _overdose_runs import (
    HOURS,
    PEOPLE,
    SPREAD,
    Array,
    Cohort,
    Levels,
    Outcome,
    cohort,
    fixed,
    hill,
    levels,
    lognormal,
    outcome,
)
from baclosim import Patient
from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.effects.breathing import depression
from baclosim.effects.sedation import brain_effect, brain_load
from baclosim.evidence.library import library
from baclosim.evidence.records import Fact
from baclosim.parameters import store_calibrated
from baclosim.patient import Patients

Entry = dict[str, Any]

PRESENTED = np.arange(2, 13)  # h after swallowing, when people were seen and sampled: assumed
UNCHANGED = 0.02  # of the drive to breathe: what nobody would notice in usual treatment: assumed
PAIRED = 0.4  # standard error of a difference of logits in fourteen of whom one or two differ
SAMPLED = 9  # adolescents whose highest level was published: those who needed a tube
MASSIVE = 2500.0  # mg, of two "massive" overdoses without a stated dose: the top of leung-2006, assumed
LEVEL_PRIORS = {"overdose_release_rate": (0.1, 1.0), "overdose_ceiling": (1e5, 0.7)}
PRIORS = {
    "coma_half_effective": (0.3, 1.5),
    "slow_weight": (2.0, 1.5),
    "brain_slow_rate": (0.05, 0.7),
    "coma_slope": (6.0, 0.35),
    "respiratory_ratio": (1.2, 0.2),
}
"""Weak priors of what is fitted: centre, and standard deviation on the log scale. Proportional uptake was seen up to
about 80 mg at once and nobody looked beyond."""
STEP = 0.15  # of a log, for slopes
Finding = tuple[str, float, float, float]
"""What, found, its standard error on the scale of the fit, predicted."""


def fact(name: str) -> Fact:
    """A fact that may set a parameter."""
    found = library().fact(name)
    if found.use == "check":
        raise SystemExit(f"{name} is held out for checks and may not set a parameter")
    return found


def counted(series: str, sign: str) -> tuple[int, int]:
    """How many of how many showed a sign."""
    return next((int(row[1]), int(row[2])) for row in library().table(series).rows if row[0] == sign)


def level_findings(groups: dict[str, Cohort], release: float, ceiling: float) -> list[Finding]:
    """Levels of those who took enough to be ill: in the middle at presentation, and the highest of the adolescents."""
    low, high = (float(x) / 1e3 for x in fact("overdose.conc_range.review-fr").value)  # type: ignore[union-attr]
    most = float(fact("overdose.serum-range.perry-1998").value[1])  # type: ignore[index]
    adults, young = groups["adults"], groups["adolescents"]
    severe = adults.dose >= float(fact("overdose.threshold.leung-2006").value)  # type: ignore[arg-type]
    early = levels(adults, release, ceiling)[0][severe][:, PRESENTED]
    tubes = fact("overdose.intubated-fraction.perry-1998").value
    peaks = np.sort(levels(young, release, ceiling)[0].max(axis=1))
    worst = peaks[-round(float(tubes) * PEOPLE) :]  # type: ignore[arg-type]
    highest = np.quantile(worst, SAMPLED / (SAMPLED + 1.0))
    return [
        ("level when seen, log ug/mL", log(sqrt(low * high)), log(high / low) / 3.92, float(np.log(early).mean())),
        ("highest of the adolescents, log", log(most), 0.3, float(np.log(highest))),
    ]


def logs_of(priors: dict[str, tuple[float, float]]) -> tuple[Array, Array]:
    """Centres and standard deviations of priors, as logs."""
    return np.log([centre for centre, _ in priors.values()]), np.array([width for _, width in priors.values()])


def fit(findings: Callable[[Array], list[Finding]], priors: dict[str, tuple[float, float]]) -> tuple[Array, Array]:
    """Logs of the priors' parameters that explain the findings best, and their covariance."""
    centres, widths = logs_of(priors)

    def misfits(x: Array) -> Array:
        return np.array([*((made - f) / error for _, f, error, made in findings(x)), *((x - centres) / widths)])

    axes = np.eye(len(centres))
    start = np.array([centres, *(centres + 0.6 * widths * axes)])
    best = minimize(lambda x: (misfits(x) ** 2).sum(), centres, method="Nelder-Mead",
                    options={"initial_simplex": start, "xatol": 0.005, "fatol": 0.005, "maxiter": 600}).x  # fmt: skip
    slopes = np.array([(misfits(best + STEP * e) - misfits(best - STEP * e)) / (2 * STEP) for e in axes])
    return best, np.linalg.inv(slopes @ slopes.T)


def logit(p: float) -> float:
    inside = min(max(p, 1e-3), 1.0 - 1e-3)
    return log(inside / (1.0 - inside))


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
    return float(np.mean(hill(settled(people, brain, x), own["encephalopathy_ratio"], exp(x[3]))))


@cache
def on_pump(daily: float) -> float:
    """Brain sites of the typical adult on a daily dose [ug] through the pump for good [ug/mL]."""
    system = assemble(WHOLE_BODY, Patients.of(Patient()).parameters)
    held = [i for i, name in enumerate(system.states) if system.A[0, i, i] < 0.0]
    entry = system.B[0, held, system.channels.index("catheter")] * daily / 24.0
    amounts = np.linalg.solve(system.A[0][np.ix_(held, held)], -entry)
    return float(amounts[[system.states[i] for i in held].index("brain_fast")])


def breathless(people: Cohort, daily: float, x: Array) -> float:
    """Mean share of the drive to breathe that is lost on a daily dose [ug] through the pump for good."""
    own, brain = people.patients.parameters, np.full(PEOPLE, on_pump(daily))
    ratio = people.own("respiratory_ratio", exp(x[4]))
    return float(np.mean(hill(settled(people, brain, x), ratio, own["respiratory_slope"])))


def settled(people: Cohort, brain: Array, x: Array) -> Array:
    """Depression at a lasting level of both sites of the brain (n,) [ug/mL], with the tolerance that comes with it."""
    own, tolerance = people.patients.parameters, np.ones(PEOPLE)
    for _ in range(60):
        effect = brain_effect(brain_load(brain, own["brain_half_effective"], own["brain_resistance"], tolerance))
        tolerance = (tolerance + 1.0 + own["brain_tolerance_gain"] * effect) / 2.0
    edge = people.spread("coma_half_effective", exp(x[0]), people.liability)
    return depression(brain, brain, exp(x[1]), edge, own["brain_resistance"], tolerance)


def findings(groups: dict[str, Cohort], seen: dict[str, Levels], x: Array) -> list[Finding]:
    """Comas, tubes, hours."""
    made = {name: outcome(people, seen[name], x) for name, people in groups.items()}
    coma, of = counted("overdose.signs.leung-2006", "GCS below 9")
    tubes = fact("overdose.intubated-fraction.perry-1998")
    hours = float(fact("overdose.vent-duration.perry-1998").value)  # type: ignore[arg-type]
    days = [24.0 * float(d) for d in fact("overdose.brain-death-mimic.sullivan-2012").value]  # type: ignore[union-attr]
    few = groups["adults"].dose < float(fact("overdose.threshold.leung-2006").value)  # type: ignore[arg-type]
    p, n = float(tubes.value), tubes.n or 1  # type: ignore[arg-type]
    comatose, tubed = float(made["adolescents"].coma.mean()), float(made["adolescents"].ventilated.mean())
    least = counted("overdose.signs.perry-1998", "coma")[0]
    known = (least + round(p * n)) / 2.0 / n  # those moved were in coma, of others with a tube it is not said
    adults, young, massive = made["adults"], made["adolescents"], made["massive"]
    on = young.ventilator_hours > 0.0
    stay = float(young.ventilator_hours[on].mean()) if on.any() else 0.5
    agreed = atanh(sqrt(float(fact("overdose.level-vs-vent.perry-1998").value)))  # type: ignore[arg-type]
    along = np.corrcoef(young.plasma[on, 14], young.ventilator_hours[on])[0, 1] if on.sum() > 5 else 0.0
    low, high = confusion_on_label()
    top = float(fact("it.maintenance-dose.label-us").value[1])  # type: ignore[index]
    return [
        ("confusion on 60 mg/day", (low + high) / 2.0, (high - low) / 3.92, logit(clouded(groups["adults"], 60.0, x))),
        (f"drive lost on {top:g} ug/day by pump", 0.0, UNCHANGED, breathless(groups["adults"], top, x)),
        ("coma, adults", logit(coma / of), sqrt(of / coma / (of - coma)), logit(float(adults.coma.mean()))),
        ("coma below 200 mg, share", 0.0, 0.15, float(adults.coma[few].mean())),
        ("coma, adolescents", logit(known), sqrt(1.0 / n / known / (1.0 - known)), logit(comatose)),
        ("tube rather than coma, of the same", logit(p) - logit(known), PAIRED, logit(tubed) - logit(comatose)),
        ("hours of ventilation", log(hours), 0.3, log(stay)),
        ("level at 14 h with hours, z", agreed, 1.0, atanh(min(along, 0.999))),
        ("hours to waking, massive", log(sqrt(days[0] * days[1])), 0.4, log(max(np.median(massive.awake), 1.0))),
    ]  # fmt: skip


def entry(value: float, low: float, high: float, interval_is: str, name: str) -> Entry:
    """A parameter as it is stored."""
    return {"value": value, "interval": [low, high], "interval_is": interval_is, "spread": SPREAD.get(name, 0.0)}


def stored_from(x: Array, covariance: Array, priors: dict[str, tuple[float, float]]) -> dict[str, Entry]:
    """Entries of the priors' parameters."""
    errors, found = np.sqrt(np.diag(covariance)), {}
    for i, name in enumerate(priors):
        low, high = (exp(x[i] + side * 1.96 * errors[i]) for side in (-1, 1))
        found[name] = entry(exp(x[i]), low, high, "delta method, with weak priors", name)
        found[name]["correlation"] = {
            other: round(float(covariance[i, j] / errors[i] / errors[j]), 4) for j, other in enumerate(priors) if j != i
        }
    return found


def predictions(taken_up: tuple[float, float], x: Array) -> None:
    """Series that were not fitted, the claims about early levels, late recovery, and doses."""

    def made(people: Cohort) -> Outcome:
        return outcome(people, levels(people, *taken_up), x)

    poland = made(cohort(Patient(), lognormal(444.8, 317.8, 100.0, 1500.0), 5))
    on = poland.ventilator_hours > 0.0
    span = np.quantile(poland.ventilator_hours[on], [0.05, 0.95])
    shares = f"coma {poland.coma.mean():.2f} (people 0.54), ventilated {poland.ventilated.mean():.2f} (0.35 and 0.56)"
    print(f"held out, Poland 100 to 1500 mg: {shares}")
    print(f"hours {poland.ventilator_hours[on].mean():.0f}, 5 to 95 % {span[0]:.0f} to {span[1]:.0f} (53, 6 to 96)")
    rank = spearmanr(poland.plasma[on, 14], poland.ventilator_hours[on])[0]
    print(f"rank correlation of level at 14 h and hours {rank:.2f}")
    later = [w > HOURS[p > 0.4].max(initial=0.0) for w, p in zip(poland.awake[on], poland.plasma[on], strict=True)]
    print(f"share who wake after serum is below 0.4 ug/mL: {np.mean(later):.2f}")
    drinkers = made(cohort(Patient(condition="alcohol use disorder"), lognormal(380.0, 190.0, 140.0, 800.0), 6))
    print(f"drinkers, median 340 mg, coma {drinkers.coma.mean():.2f} (people 0 of 9)")
    for dose in (60, 100, 150, 190, 250, 400, 800, 1500, 3000):
        one = made(cohort(Patient(), fixed(float(dose)), 7))
        print(f"{dose} mg: coma {one.coma.mean():.2f}, ventilated {one.ventilated.mean():.2f}, "
              f"median hours of coma {np.median(one.coma_hours):.0f}")  # fmt: skip


def told(found: list[Finding]) -> None:
    """Print what was found, its error, what was fitted, and the misfit."""
    for what, seen, error, made in found:
        print(f"{what:32} found {seen:5.2f} ({error:.2f})  fitted {made:5.2f}  {(made - seen) / error:+.1f}")


def main() -> None:
    """Fit levels, then comas; print residuals and predictions; store."""
    groups = {
        "adults": cohort(Patient(), lognormal(630.0, 730.0, 80.0, 2500.0), 1),
        "adolescents": cohort(Patient(age=16, weight=58), lambda p: 60.0 + 540.0 * p, 2),
        "massive": cohort(Patient(), fixed(MASSIVE), 3),
    }
    uptake = fit(lambda x: level_findings(groups, *np.exp(x)), LEVEL_PRIORS)
    release, ceiling = (float(f"{value:.4g}") for value in np.exp(uptake[0]))
    seen = {name: levels(people, release, ceiling) for name, people in groups.items()}
    depth = fit(lambda x: findings(groups, seen, x), PRIORS)
    stored = stored_from(*uptake, LEVEL_PRIORS) | stored_from(*depth, PRIORS)
    told(level_findings(groups, release, ceiling))
    told(findings(groups, seen, depth[0]))
    for name, found in stored.items():
        print(f"{name:24} {found['value']:8.4g} {np.round(found['interval'], 4)}")
    predictions((release, ceiling), depth[0])
    print(store_calibrated("overdose", stored))


if __name__ == "__main__":
    main()
