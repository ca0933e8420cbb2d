"""The brain at therapeutic doses: how fast it follows, how drowsy people get, what tolerance and drinking change.

Least squares on logits of drowsiness, with weak priors (assumed, stated below) where the trials leave a direction open.
What is fitted is the highest effect within a trial, because people were asked whether they had ever been drowsy, and
only its shift against placebo, because trials ask in different ways. Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import exp, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from _unit_courses import course
from baclosim import Patient
from baclosim.body.whole import BLOOD_BODY, WHOLE_BODY
from baclosim.effects.sedation import brain_effect, brain_load, brain_tolerance_rate
from baclosim.evidence.library import library
from baclosim.parameters import Parameter, parameters, store_calibrated
from baclosim.patient import Patients

Array = NDArray[np.float64]
Entry = dict[str, Any]

DAY = 24.0
TRIAL = 56.0 * DAY  # h that a trial lasts: assumed; drowsiness peaks long before
GRID = 0.5  # h
SCHEDULES = {
    "label": "5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 15 mg every 8 h for 3 days, "
    "then 20 mg every 8 h",
    "80 mg/day": "10 mg every 8 h for 6 days, then 20 mg every 8 h for 6 days, then 26.7 mg every 8 h",
    "160 mg/day": "10 mg every 8 h for 6 days, then 20 mg every 8 h for 6 days, then 40 mg every 8 h for 6 days, "
    "then 53.3 mg every 8 h",
    "drinkers": "10 mg every 8 h for 5 days, then 20 mg every 8 h for 5 days, then 40 mg every 8 h for 10 days, "
    "then 60 mg every 8 h",
    "screening": "50 ug intrathecal bolus once",
    "pump": "400 ug/day intrathecally",
}
"""Doses of each trial: where its report is silent, the label's steps (assumed). 80 mg of racemate hold 40 mg of R."""

TOLERANCE = (3.0, 1.0, 8.0)  # gain at full effect: assumed, nothing human measures it
PRIORS = {"brain_half_effective": (0.06, 1.0), "drowsiness_gain": (5.0, 0.5), "drinkers_resistance": (2.0, 1.0)}
"""Centre and standard deviation on the log scale. A gain of 5 leaves 2 % awake at full effect."""
SPREADS = {"brain_half_effective": 0.6}
MODEL_ERROR = 0.3  # of a logit, for what the reports leave out about doses: assumed


@dataclass(frozen=True)
class Finding:
    """A shift of a logit against placebo or against another phase: found, its standard error, where it stands."""

    what: str
    found: float
    error: float
    fact: str


def logit(p: float) -> float:
    return log(p / (1.0 - p))


def shift(drug: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Difference of two logits and its standard error, from (share, people) each."""
    noise = sum(1.0 / (n * p) + 1.0 / (n * (1.0 - p)) for p, n in (drug, other))
    return logit(drug[0]) - logit(other[0]), sqrt(noise + MODEL_ERROR**2)


def findings() -> tuple[Finding, ...]:
    """What the trials found; refuses facts that are held out."""
    book = library()
    drug, placebo = (book.fact(f"sedation.drowsiness-{arm}.fda-label") for arm in ("drug", "placebo"))
    half = (drug.n or 0) / 2.0
    oral = shift((float(drug.value), half), (float(placebo.value), half))  # type: ignore[arg-type]
    high = book.table("sedation.high-dose-rct.rolland-2018")
    row = next(r for r in high.rows if str(r[0]).startswith("sedation"))
    drinkers = logit((row[1] + row[2]) / 200.0) - logit((row[3] + row[4]) / 200.0)
    phases = {r[0]: (r[2] / 100.0, r[1]) for r in book.table("adverse.itb-older-us.lioresal-label").rows}
    arms = {r[0]: (r[2] / r[1], r[1]) for r in book.table("sedation.arbaclofen-withdrawal.nct03290131").rows}
    return (
        Finding("tablets, label", *oral, drug.id),
        Finding("tablets, drinkers", drinkers, MODEL_ERROR, high.id),
        Finding("pump over screening", *shift(phases["maintenance"], phases["screening"]), "adverse.itb-older-us"),
        Finding("left the trial, 80 mg/day", *shift(arms[40], arms[0]), "sedation.arbaclofen-withdrawal"),
        Finding("left the trial, 160 mg/day", *shift(arms[80], arms[0]), "sedation.arbaclofen-withdrawal"),
    )


def table_with(**values: float) -> dict[str, Parameter]:
    """All parameters with some typical values replaced."""
    known = parameters()
    return {**known, **{name: replace(known[name], value=value) for name, value in values.items()}}


def brain(words: str, hours: float, fast_rate: float, every: float = GRID) -> Array:
    """Fast brain site of the typical adult [ug/mL], (t,)."""
    group = Patients.of(Patient(), table_with(brain_fast_rate=fast_rate))
    body = WHOLE_BODY if "intrathecal" in words else BLOOD_BODY
    return course(body, group, words, ("brain_fast",), hours, every)[0, 0]


def peak_time(fast_rate: float) -> float:
    """When the fast site peaks after 60 mg by mouth [h]."""
    return 0.05 * int(brain("60 mg by mouth once", 8.0, fast_rate, every=0.05).argmax())


def fast_rate() -> Entry:
    """Rate of the fast site from the peak in people, and from dogs in whom it came later.

    Dogs: the greatest effect at least 2 h after an intravenous dose that leaves plasma at 0.2 1/h.
    """
    people = library().fact("cns.effect_peak_time.durant-2018")
    least = float(library().fact("pd.effect-delay-dog.krach-2011").value)  # type: ignore[arg-type]
    early, late = (float(x) / 60.0 for x in (people.low, people.high))  # type: ignore[arg-type]
    error = log(late / early) / 3.92
    rates = np.exp(np.linspace(log(0.3), log(12.0), 75))
    peaks = np.array([peak_time(rate) for rate in rates])
    dogs = np.log(rates / 0.2) / (rates - 0.2)
    misfit = (np.log(peaks / sqrt(early * late)) / error) ** 2 + (np.minimum(np.log(dogs / least), 0.0) / log(2.0)) ** 2
    best = int(misfit.argmin())
    inside = rates[misfit < misfit[best] + 3.84]
    print(f"fast site {rates[best]:.3g} 1/h: peak {peaks[best]:.2f} h after 60 mg (people {early:g} to {late:g} h), "
          f"{dogs[best]:.2f} h in dogs (at least {least:g} h)")  # fmt: skip
    return entry(rates[best], inside[0], inside[-1], "profile likelihood", spread=0.3)


def tolerance_rate() -> Entry:
    """Half-time between one day, which is too short in mice, and the five that suffice."""
    days = float(library().fact("tolerance.hypothermia-days.gray-1987").value)  # type: ignore[arg-type]
    slow, fast = log(2.0) / (days * DAY), log(2.0) / DAY
    return entry(sqrt(slow * fast), slow, fast, "longer than a day, at most five", spread=0.3)


@cache
def exposures(rate: float) -> Array:
    """Fast brain site under every schedule, (schedules, t)."""
    return np.array([brain(words, TRIAL, rate) for words in SCHEDULES.values()])


def highest_effect(rate: float, half: float, resistance: float, gain: float, speed: float) -> dict[str, float]:
    """Highest effect within each trial, with tolerance on its way."""
    own = np.array([resistance if name == "drinkers" else 1.0 for name in SCHEDULES])
    tolerance, highest = np.ones(len(own)), np.zeros(len(own))
    for now in np.maximum(exposures(rate).T, 0.0):
        effect = brain_effect(brain_load(now, half, own, tolerance))
        highest = np.maximum(highest, effect)
        tolerance = tolerance + GRID * brain_tolerance_rate(tolerance, effect, gain, speed)
    return dict(zip(SCHEDULES, highest, strict=True))


def predicted(x: Array, rate: float, gain: float, speed: float) -> Array:
    """The five shifts; x: logs of half effective concentration, gain, resistance, weight of drowsiness in leaving."""
    half, steep, resistance, leaving = np.exp(x)
    e = highest_effect(rate, half, resistance, gain, speed)
    told = (e["label"], e["drinkers"], e["pump"] - e["screening"])
    left = (leaving * e["80 mg/day"], leaving * e["160 mg/day"])
    return steep * np.array([*told, *left])


def fit(rate: float, gain: float, speed: float) -> tuple[Array, Array, tuple[Finding, ...]]:
    """Best logs of the four parameters, their covariance, and the findings."""
    seen = findings()
    centres = np.log([centre for centre, _ in PRIORS.values()])
    widths = np.array([width for _, width in PRIORS.values()])

    def misfit(x: Array) -> Array:
        found = (predicted(x, rate, gain, speed) - [f.found for f in seen]) / [f.error for f in seen]
        return np.concatenate((found, (x[:3] - centres) / widths))

    best = least_squares(misfit, [*centres, 0.0], x_scale=0.3, diff_step=1e-3)
    return best.x, np.linalg.inv(best.jac.T @ best.jac), seen


def entry(value: float, low: float, high: float, interval_is: str, spread: float = 0.0) -> Entry:
    """A parameter as it is stored."""
    return {"value": float(value), "interval": [float(low), float(high)], "interval_is": interval_is, "spread": spread}


def main() -> None:
    """Fit, print residuals, store."""
    quick, speed = fast_rate(), tolerance_rate()
    rate = float(f"{quick['value']:.4g}")
    x, covariance, seen = fit(rate, TOLERANCE[0], speed["value"])
    errors = np.sqrt(np.diag(covariance))
    stored = {"brain_fast_rate": quick, "brain_tolerance_rate_constant": speed}
    for i, name in enumerate(PRIORS):
        low, high = (exp(x[i] + side * 1.96 * errors[i]) for side in (-1, 1))
        stored[name] = entry(exp(x[i]), low, high, "delta method, with weak priors", SPREADS.get(name, 0.0))
        others = {
            other: round(float(covariance[i, j] / errors[i] / errors[j]), 4) for j, other in enumerate(PRIORS) if j != i
        }
        stored[name]["correlation"] = others
    for finding, made in zip(seen, predicted(x, rate, TOLERANCE[0], speed["value"]), strict=True):
        residual = (made - finding.found) / finding.error
        print(
            f"{finding.what:28} found {finding.found:5.2f} ({finding.error:.2f})  fitted {made:5.2f}  {residual:+.1f}"
        )
    for name, found in stored.items():
        print(f"{name:32} {found['value']:10.4g} {found['interval']}")
    print(f"weight of drowsiness in leaving a trial {exp(x[3]):.2f}")
    for gain in TOLERANCE[1:]:
        other = np.exp(fit(rate, gain, speed["value"])[0])
        said = ", ".join(f"{name} {value:.3g}" for name, value in zip(PRIORS, other[:3], strict=True))
        print(f"with a tolerance gain of {gain:g}: {said}")
    print(store_calibrated("brain", stored))


if __name__ == "__main__":
    main()
