"""How strongly people feel the drug's absence, how soon, and which signs they show. Rewrites the calibrated values.

Published cases are selected: only those who fell ill enough were written up. So each case's onset is compared with the
onsets of those virtual patients who reach the tier at which it was reported, over the whole spread of gain; only the
shares of pump patients who fall severely ill, or stay well, speak of everybody. Five numbers are fitted at once: the
typical gain, its spread, the rates at which cord and brain answer, and the one at which signs go after a restart. One
rate for both ways cannot give signs within 25 to 31 h of a stop and 43 h until they have gone. The signs follow, each
from one equation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from _evidence import usable
from _withdrawal_runs import (
    DAY,
    YEAR,
    Array,
    Felt,
    Run,
    across_placenta,
    even_taper,
    pump,
    quantile,
    run,
    tablets,
    within,
)
from _withdrawal_signs import frequencies, muscle_values, sign_values
from baclosim.parameters import store_calibrated, typical
from baclosim.patient import Patient, Patients, virtual_patients

PEOPLE = 96
QUANTILES = (np.arange(60) + 0.5) / 60.0  # of the gain
HELD_OUT = ("saveika-2007",)  # the patient of a fact kept for checks
OVER_CASES = 0.2  # SD of the log of a mean over many cases: assumed
VAGUE = 0.5  # SD of the log of a statement that names no patients: assumed
CLOCK = 0.3  # relative error of a clocked onset, either way: assumed
CORD_RATE = (0.3, 1.0)  # 1/h, weak prior and SD of its log: assumed, for no case tells quick from quicker
RESTART_ORAL, RESTART_PUMP = 72.0, 48.0  # h after the stop: assumed, cases do not say
START = np.log([0.3, 0.8, 0.2, 0.1, 0.03])  # gain, spread, cord's rate, brain's rate, rate of recovery
FIRST_GUESS = np.vstack((START, START + np.diag([-0.4, 0.3, 0.7, 0.7, 0.5])))
WIDTH = np.array([0.2, 0.2, 0.7, 0.3, 0.3])  # of the quadratic about the best, in logs
TIERS = typical(
    (
        "withdrawal_cord_share",
        "mild_withdrawal",
        "moderate_withdrawal",
        "severe_withdrawal",
        "sign_slope",
        "cord_sign_slope",
        "muscle_damage_rate_constant",
    )
)
MILD, MODERATE, SEVERE = (TIERS[f"{tier}_withdrawal"] for tier in ("mild", "moderate", "severe"))
CASES = {
    "daleo-2007-pt1": ("75 mg", "brain", MODERATE, ("brain", MODERATE)),
    "daleo-2007-pt3": ("100 mg", "brain", MODERATE, ("brain", MODERATE)),
    "ccm-2018-61m": ("75 mg", "brain", MODERATE, ("brain", MODERATE)),
    "bmjcr-2014-41m": ("pump", "both", SEVERE, ("both", SEVERE)),
    "ajhp-salvage-51m": ("pump", "cord", MILD, ("both", SEVERE)),
    "sru-60f": ("pump", "cord", MODERATE, ("both", MODERATE)),
}
"""Case -> treatment, what was seen by its clock (place and tier), and the tier that made it worth a report.

Doses that were not published are taken as 75 mg and as the plateau of pump doses.
"""


@dataclass(frozen=True)
class Theory:
    """One trial of the five numbers; `spread` is the SD of the log of the gain, rates in 1/h."""

    gain: float
    spread: float
    cord_rate: float
    brain_rate: float
    recovery: float

    def felt(self, course: Run) -> Felt:
        """What is felt in a run."""
        cord = course.felt("cord", self.cord_rate, self.recovery)
        brain = course.felt("brain", self.brain_rate, self.recovery)
        gains = self.gain * np.exp(self.spread * norm.ppf(QUANTILES))
        return Felt(course.time, cord, brain, brain + TIERS["withdrawal_cord_share"] * cord, gains)


class Runs:
    """A year of treatment at a published dose, then the event."""

    def __init__(self) -> None:
        self.people = virtual_patients(PEOPLE, Patient(), seed=4)
        self.plateau = usable("dose.plateau.heetla-2009").value
        before = tablets(-YEAR, 0.0, 75.0)
        self.oral = {
            "75 mg": run(self.people, before, 6 * DAY),
            "100 mg": run(self.people, tablets(-YEAR, 0.0, 100.0, 4), 6 * DAY),
        }
        self.oral_again = run(self.people, before.then(tablets(RESTART_ORAL, 8 * DAY, 75.0)), 8 * DAY)
        self.pump = run(self.people, pump(-YEAR, self.plateau), 6 * DAY)
        self.pump_again = run(self.people, pump(-YEAR, self.plateau, RESTART_PUMP), 8 * DAY)


@dataclass(frozen=True)
class Reading:
    """One comparison, published and predicted, and their distance in standard deviations."""

    name: str
    published: float
    predicted: float
    misfit: float


def of_size(name: str, published: float, predicted: float, spread: float) -> Reading:
    """A positive quantity, compared on the log scale."""
    return Reading(name, published, predicted, (np.log(predicted) - np.log(published)) / spread)


def logit(p: float) -> float:
    """Log odds, kept finite."""
    inside = min(max(p, 1e-4), 1.0 - 1e-4)
    return float(np.log(inside / (1.0 - inside)))


def of_share(name: str, published: float, predicted: float, spread: float) -> Reading:
    """A share of people, compared on the logit scale."""
    return Reading(name, published, predicted, (logit(predicted) - logit(published)) / spread)


def shares(felt: Felt) -> list[Reading]:
    """What speaks of everybody whose pump stops."""
    severe = usable("withdrawal.incidence-severe-itb.greenberg-handbook")
    free = usable("withdrawal.persistent-relief.dressnandt-1996")
    known = (logit(severe.high) - logit(severe.low)) / 3.92
    sampled = (free.n * free.value * (1.0 - free.value)) ** -0.5
    return [
        of_share("severe after a pump stops, share", severe.value, felt.share("both", SEVERE), known),
        of_share("no rebound after a pump stops, share", free.value, 1.0 - felt.share("cord", MILD), sampled),
    ]


def onsets(pumped: Felt, oral: Felt) -> list[Reading]:
    """Published ranges: their ends are read as the 10th and 90th percentile of those who notice, or are reported."""
    pump_range, oral_range = usable("withdrawal.onset-itb.barcelona-2009"), usable("withdrawal.onset-oral.mobedi-2025")
    evolved = usable("withdrawal.evolution-itb.coffey-2002")
    first, noticed = pumped.onset("cord", MILD), pumped.peak("both") >= MILD
    mind, told = oral.onset("brain", MODERATE), oral.peak("brain") >= MODERATE
    found = []
    for end, at, share in (("earliest", "low", 0.1), ("latest", "high", 0.9)):
        for what, fact, times, among in (
            ("first signs after a pump stops", pump_range, first, noticed),
            ("mental signs after tablets stop", oral_range, mind, told),
        ):
            found.append(of_size(f"{what}, {end} [h]", getattr(fact, at), quantile(times, among, share), VAGUE))
    worst = quantile(pumped.worst("both"), pumped.peak("both") >= MODERATE, 0.5)
    return [*found, of_size("worst after a pump stops, median [h]", evolved.value, worst, VAGUE)]


def resolutions(runs: Runs, theory: Theory) -> list[Reading]:
    """From a restart at the former dose until signs are below mild, in those who had moderate ones."""
    seen = usable("withdrawal.resolution-psychiatric.leo-2005").value
    restored = usable("withdrawal.resolution-itb.barcelona-2009").value
    mind, whole = theory.felt(runs.oral_again), theory.felt(runs.pump_again)
    gone = quantile(mind.relief("brain", MILD, RESTART_ORAL), mind.peak("brain") >= MODERATE, 0.5)
    eased = quantile(whole.relief("both", MILD, RESTART_PUMP), whole.peak("both") >= MODERATE, 0.5)
    return [
        of_size("mental signs gone after tablets restart [h]", seen, gone, OVER_CASES),
        of_size("signs gone after the pump restarts [h]", restored, eased, VAGUE),
    ]


def readings(runs: Runs, theory: Theory) -> list[Reading]:
    """Every comparison but the single cases."""
    pumped = theory.felt(runs.pump)
    return [*shares(pumped), *onsets(pumped, theory.felt(runs.oral["75 mg"])), *resolutions(runs, theory)]


@dataclass(frozen=True)
class Case:
    """A clocked case: bounds of its onset [h], the median of its like, and the share of them within the bounds."""

    name: str
    low: float
    high: float
    median: float
    probability: float


def cases(runs: Runs, theory: Theory) -> list[Case]:
    """Every clocked case but those held out."""
    felt = {name: theory.felt(course) for name, course in (*runs.oral.items(), ("pump", runs.pump))}
    found = []
    for name, _, _, _, low, high, _ in usable("withdrawal.cases.onset-summary-shared").rows:
        if name not in CASES or name in HELD_OUT:
            continue
        treatment, place, tier, reported = CASES[name]
        if low == high:
            low, high = low * (1.0 - CLOCK), high * (1.0 + CLOCK)
        among, onset = felt[treatment].peak(reported[0]) >= reported[1], felt[treatment].onset(place, tier)
        found.append(Case(name, low, high, quantile(onset, among, 0.5), within(onset, among, low, high)))
    return found


def cost(x: Array, runs: Runs) -> float:
    """Minus the log likelihood of the five numbers, given as logs."""
    theory = Theory(*np.exp(x))
    prior = (np.log(theory.cord_rate / CORD_RATE[0]) / CORD_RATE[1]) ** 2
    squares = prior + sum(r.misfit**2 for r in readings(runs, theory))
    return 0.5 * squares - sum(np.log(max(c.probability, 1e-4)) for c in cases(runs, theory))


def fit(runs: Runs) -> tuple[Theory, Array]:
    """The most likely five numbers and the standard errors of their logs, from a quadratic about the best."""
    options = {"xatol": 2e-3, "fatol": 2e-3, "initial_simplex": FIRST_GUESS}
    best = minimize(cost, FIRST_GUESS[0], args=(runs,), method="Nelder-Mead", options=options)
    steps = np.diag(WIDTH)
    curvature = [[_twice(best.x, a, b, runs) for b in steps] for a in steps]
    information = np.array(curvature) / 4.0 / np.outer(WIDTH, WIDTH)
    if np.linalg.eigvalsh(information)[0] <= 0.0:
        raise SystemExit("the evidence leaves one of the five numbers open: no minimum was found")
    return Theory(*np.exp(best.x)), np.diag(np.linalg.inv(information)) ** 0.5


def _twice(x: Array, a: Array, b: Array, runs: Runs) -> float:
    """Four times the second difference of the cost along two steps."""
    return sum(i * j * cost(x + i * a + j * b, runs) for i in (-1.0, 1.0) for j in (-1.0, 1.0))


def fitted_values(theory: Theory, error: Array) -> dict[str, dict[str, Any]]:
    """Entries of the gain and of the three rates."""
    names = {
        "withdrawal_gain": (theory.gain, 0),
        "cord_withdrawal_rate": (theory.cord_rate, 2),
        "brain_withdrawal_rate": (theory.brain_rate, 3),
        "withdrawal_recovery_rate": (theory.recovery, 4),
    }
    found = {}
    for name, (value, place) in names.items():
        factor = np.exp(1.96 * error[place])
        found[name] = {
            "value": value,
            "interval": [value / factor, value * factor],
            "interval_is": "quadratic about the most likely",
            "spread": 0.0,
        }
    found["withdrawal_gain"]["spread"] = np.expm1(theory.spread**2) ** 0.5
    return found


def main() -> None:
    """Fit, print what was missed and what follows, store."""
    runs = Runs()
    theory, error = fit(runs)
    print(f"SD of the log of the gain {theory.spread:.3f}, standard errors of the logs {np.round(error, 2)}")
    for r in readings(runs, theory):
        print(f"{r.name:46} published {r.published:7.3g} predicted {r.predicted:7.3g}  {r.misfit:+.1f} SD")
    for c in cases(runs, theory):
        like = f"median of its like {c.median:5.1f} h, within {c.probability:.2f}"
        print(f"{c.name:18} onset {c.low:3.0f}-{c.high:3.0f} h, {like}")
    oral, pumped = theory.felt(runs.oral["75 mg"]), theory.felt(runs.pump)
    normal = typical(("creatine_kinase_normal",))["creatine_kinase_normal"]
    stored = (
        fitted_values(theory, error)
        | sign_values(usable, oral, pumped, TIERS)
        | muscle_values(usable, pumped, TIERS, normal)
    )
    for sign, (seen, low, high) in frequencies(usable).items():
        print(f"{sign:16} in cases {seen:.2f} ({low:.2f} to {high:.2f})")
    for name, found in stored.items():
        print(f"{name:28} {found['value']:10.4g} {np.round(found['interval'], 4)}")
    not_fitted(runs, theory)
    print(store_calibrated("withdrawal", stored))


def not_fitted(runs: Runs, theory: Theory) -> None:
    """Print what follows for facts that set nothing here, and the tiers of a cohort."""
    low = theory.felt(run(runs.people, pump(-YEAR, 123.0), 72.0))
    ill = theory.felt(runs.oral["75 mg"]).peak("brain") >= MODERATE
    free = 1.0 - (low.peak("brain") >= MODERATE)[ill].mean()
    print(f"who hallucinated after 75 mg: share free of it after 72 h without 123 ug/day {free:.2f}")
    newborns(theory)
    courses = {
        f"even taper of {w} weeks from 80 mg": run(runs.people, even_taper(-YEAR, 80.0, w), (7 * w + 7) * DAY)
        for w in (1, 2, 4, 8)
    }
    courses = {"80 mg stopped": run(runs.people, tablets(-YEAR, 0.0, 80.0), 8 * DAY)} | courses
    courses |= {"60 mg stopped": run(runs.people, tablets(-YEAR, 0.0, 60.0), 8 * DAY), "350 ug/day stopped": runs.pump}
    for name, course in courses.items():
        felt = theory.felt(course)
        reached = ", ".join(f"{felt.share('both', tier):.3f}" for tier in (MILD, MODERATE, SEVERE))
        print(f"{name:32} median peak {np.median(felt.peak('both')):.3f}; mild, moderate, severe or worse: {reached}")


def newborns(theory: Theory) -> None:
    """Print what follows for newborns, whose clearance lies outside the evidence."""
    mother = Patients.of(Patient(sex="female")).parameters
    child = Patients.of(Patient(age="1 day", weight="3.3 kg"))
    clears, cleared = ({k: float(v[0]) for k, v in p.items()} for p in (mother, child.parameters))
    total = clears["renal_clearance"] + clears["nonrenal_clearance"]
    own = cleared["renal_clearance"] + cleared["nonrenal_clearance"]
    for name, per_hour in (
        ("80 mg", 80_000.0 * clears["bioavailability"] / 24.0),
        ("400 ug/day by pump", 400.0 / 24.0),
    ):
        felt = theory.felt(run(child, across_placenta(-270 * DAY, per_hour / total, own), 8 * DAY))
        told = felt.peak("brain") >= MODERATE
        onset = quantile(felt.onset("brain", MODERATE), told, 0.5)
        print(f"newborn, mother on {name}: ill {told.mean():.3f}, onset {onset:.0f} h")


if __name__ == "__main__":
    main()
