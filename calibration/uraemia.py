"""Failing kidneys: how much more the same level clouds the mind, from how many users were seen to be ill.

Cases are published because somebody fell ill, so single reports cannot say how often. Two cohorts counted everybody
who began baclofen in one province: older people with reduced kidney function, by bands of filtration, and people on
dialysis. Virtual patients take what they took. An admission is counted when the mind was clouded and the hospital saw
it, admitted for it and wrote it down as the main diagnosis; the share of that is fitted beside, below what the codes of
the same hospitals find of delirium. A hospital that read charts saw more of what there was, but did not publish doses:
they are fitted beside as well. Nothing of what is stored enters: what reaches the brain past the fluid is taken apart
from what reaches it straight from blood, which alone grows as kidneys fail. Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import binom

from _evidence import fact, table
from baclosim import Patient, simulate
from baclosim.effects.breathing import depression
from baclosim.effects.sedation import brain_effect, brain_load, brain_tolerance_rate
from baclosim.parameters import Parameter, parameters, store_calibrated
from baclosim.patient import Patients, virtual_patients
from baclosim.patient.scaling import uraemic_factor

Array = NDArray[np.float64]

PEOPLE = 96  # in a cohort
DAYS = 14  # of the 30 that were counted: levels and sessions only repeat themselves afterwards
UNIT = "10 mg twice daily"  # what is simulated; other doses are multiples of it
UNIT_DOSE = 20.0  # mg/day
AROUND = (0.5, 1.0, 1.5)  # doses about a published median, equally many people each: assumed
LOWEST = 22.0  # mL/min, of those below 30 and not on dialysis: assumed
STAGE_5 = 10.0  # mL/min, without dialysis: assumed
RESIDUAL = 5.0  # mL/min that people on dialysis have left: assumed
SESSIONS = ", ".join(f"4 h at {24 * (7 * week + day) + 36} h" for week in range(5) for day in (0, 2, 4))
PRIORS = {
    "excess": (2.0, 1.5),  # uraemic_ratio - 1
    "uraemic_at": (20.0, 0.7),
    "admitted": (1.0, 1.0),  # odds that delirium which a code would find is admitted as such
    "without": (6e-4, 1.0),  # 30-day risk of users that has nothing to do with the drug
    "dialysis": (1.0, 0.7),  # those odds for people who are seen at sessions, over those of others
    "charted": (1.0, 1.0),  # odds that a clouded mind is found in a chart
    "charted_dose": (10.0, 0.5),  # mg/day of the users whose charts were read
}
"""Weak priors of what is fitted: centre, and standard deviation on the log scale. `without` is the risk of people
who do not take the drug; users differ from them."""
STEP = 0.2  # of a log, for curvatures


@dataclass(frozen=True)
class Users:
    """People of one kidney function, and their fast brain site on the unit dose (t, 1, n) [ug/mL]: what reaches it
    through the fluid over the brain, and what reaches it from blood as if kidneys did not matter to the brain.

    own    each person's parameters
    apart  each person's uraemic ratio over the typical one (n,)
    """

    own: Mapping[str, Array]
    clearance: float
    fluid: Array
    blood: Array
    apart: Array

    def risk(self, median: float, ratio: float, at: float) -> float:
        """Mean probability that the mind is clouded at some time in 30 days, doses spread about a median [mg/day]."""
        fast = self.fluid + self.blood * factor(self.clearance, ratio * self.apart, at)
        doses = median / UNIT_DOSE * np.array(AROUND)
        return float(clouded(self.own, fast * doses[None, :, None]).mean())


def factor(clearance: float, ratio: Any, at: Any) -> Any:
    """Uraemic factor at a clearance [mL/min]; no ratio below 1."""
    return uraemic_factor(clearance, np.maximum(ratio, 1.0), at)


def users(clearance: float, dialysis: str | None = None, table: Mapping[str, Parameter] | None = None) -> Users:
    """Older people of one kidney function on the unit dose."""
    table = table or parameters()
    like = Patient(age=77, weight=70, creatinine_clearance=clearance, dialysis=dialysis)
    people = virtual_patients(PEOPLE, like, seed=11, table=table)
    own = people.parameters
    neutral = own["brain_blood_weight"] / factor(clearance, own["uraemic_ratio"], own["uraemic_at"])
    fluid, both = (brain_fast(people, weight) for weight in (0.0 * neutral, neutral))
    return Users(own, clearance, fluid, both - fluid, own["uraemic_ratio"] / table["uraemic_ratio"].value)


def everyone(known: Evidence) -> dict[float, Users]:
    """Who was counted, by clearance [mL/min], the lowest on dialysis."""
    groups = {clearance: users(clearance) for clearance in (*(band[0] for band in known.bands), STAGE_5)}
    return groups | {RESIDUAL: users(RESIDUAL, SESSIONS)}


def brain_fast(people: Patients, weight: Array) -> Array:
    """Fast brain site (t, 1, n) [ug/mL] on the unit dose where this share of plasma acts in the brain (n,)."""
    some = replace(people, parameters=people.parameters | {"brain_blood_weight": weight})
    return simulate(some, UNIT, f"{DAYS} days", every="1 h", quantities=("brain_fast",))["brain_fast"].T[:, None, :]


def clouded(own: Any, fast: Array) -> Array:
    """Highest probability of a clouded mind (doses, n) in hourly steps, tolerance on its way; fast (t, doses, n)."""
    slow, tolerance, highest = np.zeros(fast.shape[1:]), np.ones(fast.shape[1:]), np.zeros(fast.shape[1:])
    kept, resistance = np.exp(-own["brain_slow_rate"]), own["brain_resistance"]
    rate, gain = own["brain_tolerance_rate_constant"], own["brain_tolerance_gain"]
    for now in fast:
        deep = depression(now, slow, own["slow_weight"], own["coma_half_effective"], resistance, tolerance)
        highest = np.maximum(highest, deep)
        effect = brain_effect(brain_load(now, own["brain_half_effective"], resistance, tolerance))
        tolerance = tolerance + brain_tolerance_rate(tolerance, effect, gain, rate)
        slow = now + (slow - now) * kept
    return 1.0 / (1.0 + (own["encephalopathy_ratio"] / highest) ** own["coma_slope"])


@dataclass(frozen=True)
class Evidence:
    """What was counted: users and admissions by dose; differences of risk by band, high dose against low; dialysis.

    doses   (median mg/day, users, admitted) of the high and the low dose
    bands   (clearance mL/min, share of users, difference of risk, its standard error)
    codes   share of delirium that the codes find
    machine (median mg/day, users, admitted) on dialysis
    charts  users at stage 4, at stage 5, on dialysis; how many of them were ill
    """

    doses: tuple[tuple[float, int, int], ...]
    bands: tuple[tuple[float, float, float, float], ...]
    codes: float
    machine: tuple[float, int, int]
    charts: tuple[tuple[int, int, int], int]


def evidence() -> Evidence:
    """The counts as published."""
    doses = tuple(
        (float(row[1]), int(row[2]), int(row[3])) for row in table("renal.encephalopathy_users.muanda-2019").rows
    )
    shares = {int(row[0]): row[2] / 100.0 for row in table("renal.egfr_shares.muanda-2019").rows}
    bands = tuple(
        (max((low + high) / 2.0, LOWEST), shares[int(low)], found / 100.0, (most - least) / 392.0)
        for low, high, found, least, most in table("renal.encephalopathy_risk.muanda-2019").rows
    )
    dialysed = fact("renal.encephalopathy_dialysis.chauvin-2020")
    count = dialysed.n or 0
    codes = float(fact("delirium.code_sensitivity.sheehan-2024").value)  # type: ignore[arg-type]
    read = fact("renal.neurotoxicity.cheong-2020")
    ill = round(float(read.value) * (read.n or 0))  # type: ignore[arg-type]
    machine = (20.0, count, round(float(dialysed.value) * count))  # type: ignore[arg-type]
    return Evidence(doses, bands, codes, machine, ((174, 97, 130), ill))


@dataclass(frozen=True)
class Predicted:
    """Risks of admission in 30 days: differences by band, all on the low and on the high dose, people on dialysis; and
    the share of those whose charts were read."""

    bands: Array
    low: float
    high: float
    dialysis: float
    charts: float


def predicted(groups: dict[float, Users], known: Evidence, x: Array) -> Predicted:
    """What the model makes of the cohorts; groups by clearance [mL/min], the lowest on dialysis; x: logs of PRIORS."""
    excess, at, odds, without, seen, charted, charted_dose = np.exp(x)
    admitted, followed = (known.codes * o / (1.0 + o) for o in (odds, odds * seen))

    def risk(clearance: float, median: float) -> float:
        return groups[clearance].risk(median, 1.0 + excess, at)

    high, low = (
        admitted * np.array([risk(band[0], median) for band in known.bands]) + without for median, _, _ in known.doses
    )
    share = np.array([band[1] for band in known.bands])
    machine = followed * risk(RESIDUAL, known.machine[0]) + without
    stages = np.average([risk(c, charted_dose) for c in (LOWEST, STAGE_5, RESIDUAL)], weights=known.charts[0])
    found = charted / (1.0 + charted) * float(stages)
    return Predicted(high - low, float(share @ low), float(share @ high), machine, found)


def misfit(groups: dict[float, Users], known: Evidence, x: Array) -> float:
    """Minus twice the log likelihood of what was counted, with the priors."""
    made = predicted(groups, known, x)
    bands = sum(((made.bands[i] - band[2]) / band[3]) ** 2 for i, band in enumerate(known.bands))
    low = binom.logpmf(known.doses[1][2], known.doses[1][1], made.low)
    machine = binom.logpmf(known.machine[2], known.machine[1], made.dialysis)
    charts = binom.logpmf(known.charts[1], sum(known.charts[0]), made.charts)
    centres, widths = np.array(list(PRIORS.values())).T
    return float(bands - 2.0 * (low + machine + charts) + (((x - np.log(centres)) / widths) ** 2).sum())


def curvature(of: Any, x: Array) -> Array:
    """Second derivatives of a function of logs, by differences."""
    step = STEP * np.eye(len(x))
    return np.array([[of(x + a + b) - of(x + a - b) - of(x - a + b) + of(x - a - b) for a in step] for b in step]) / (
        4.0 * STEP**2
    )


def told(groups: dict[float, Users], known: Evidence, x: Array) -> None:
    """Print what was counted beside what is predicted."""
    made = predicted(groups, known, x)
    for i, (clearance, _, found, error) in enumerate(known.bands):
        print(f"high over low dose, {clearance:g} mL/min  found {found:.4f} ({error:.4f})  fitted {made.bands[i]:.4f}")
    for what, (median, n, count), p in zip(
        ("high dose", "low dose", "dialysis"),
        (*known.doses, known.machine),
        (made.high, made.low, made.dialysis),
        strict=True,
    ):
        print(f"admitted, {what}, {median:g} mg/day  found {count / n:.4f} of {n}  fitted {p:.4f}")
    n = sum(known.charts[0])
    print(f"ill by their charts  found {known.charts[1] / n:.4f} of {n}  fitted {made.charts:.4f}")


def stored_from(x: Array, errors: Array, correlation: float) -> dict[str, dict[str, Any]]:
    """Entries of the two parameters; what else was fitted belongs to the cohorts, not to patients."""
    ends = np.exp(x + np.outer([-1.96, 0.0, 1.96], errors))
    found = {"uraemic_ratio": 1.0 + ends[:, 0], "uraemic_at": ends[:, 1]}
    return {
        name: {
            "value": float(value),
            "interval": [float(low), float(high)],
            "interval_is": "curvature of the likelihood, with weak priors",
            "spread": parameters()[name].spread,
            "correlation": {other: round(correlation, 4) for other in found if other != name},
        }
        for name, (low, value, high) in found.items()
    }


def main() -> None:
    """Fit, print, store."""
    known = evidence()
    groups = everyone(known)
    centres = np.log([centre for centre, _ in PRIORS.values()])
    start = np.array([centres, *(centres + 0.5 * np.eye(len(centres)))])
    best = minimize(lambda x: misfit(groups, known, x), centres, method="Nelder-Mead",
                    options={"initial_simplex": start, "xatol": 1e-4, "fatol": 1e-6, "maxiter": 3000}).x  # fmt: skip
    covariance = np.linalg.inv(curvature(lambda x: misfit(groups, known, x), best) / 2.0)
    errors = np.sqrt(np.diag(covariance))
    told(groups, known, best)
    for name, x, error in zip(PRIORS, best, errors, strict=True):
        print(f"{name:12} {exp(x):8.4g}  {exp(x - 1.96 * error):8.4g} to {exp(x + 1.96 * error):8.4g}")
    stored = stored_from(best, errors, float(covariance[0, 1] / errors[0] / errors[1]))
    print(store_calibrated("uraemia", stored))


if __name__ == "__main__":
    main()
