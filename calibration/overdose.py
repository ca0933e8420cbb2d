"""Overdose: how slowly the gut lets go of it, where coma begins, and how long the brain holds on.

Cohorts of virtual patients swallow the doses of the published series. First their levels in blood are compared with
people's, which tells how much the gut takes up at once and how slowly it lets go of the rest; then how many
were in coma and ventilated, each series a binomial of its own doses, and hours on the ventilator, with the same
probabilities that a run reports. Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log, sqrt
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.stats import spearmanr

from _overdose_findings import Count, Finding, counts, fact, findings, outcomes, series
from _overdose_runs import HOURS, PEOPLE, SPREAD, Array, Cohort, Outcome, cohort, fixed, levels, outcome
from baclosim import Patient
from baclosim.parameters import store_calibrated

Entry = dict[str, Any]

PRESENTED = np.arange(2, 13)  # h after swallowing, when people were seen and sampled: assumed
SAMPLED = 9  # adolescents whose highest level was published: those who needed a tube
LEVEL_PRIORS = {"overdose_release_rate": (0.1, 1.0), "overdose_ceiling": (1e5, 0.7)}
PRIORS = {
    "coma_half_effective": (0.3, 1.5),
    "slow_weight": (2.0, 1.5),
    "brain_slow_rate": (0.05, 0.7),
    "coma_slope": (6.0, 0.5),
    "respiratory_ratio": (1.2, 0.2),
    "respiratory_slope": (3.0, 0.5),
    "encephalopathy_ratio": (0.6, 0.2),
}
"""Weak priors of what is fitted: centre, and standard deviation on the log scale. Proportional uptake was seen up to
about 80 mg at once and nobody looked beyond."""
STEP = 0.15  # of a log, for slopes


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


def fit(residuals: Callable[[Array], Sequence[float]], priors: dict[str, tuple[float, float]]) -> tuple[Array, Array]:
    """Logs of the priors' parameters that leave the least squares of residuals, and their covariance."""
    centres, widths = logs_of(priors)

    def misfits(x: Array) -> Array:
        return np.array([*residuals(x), *((x - centres) / widths)])

    axes = np.eye(len(centres))
    start = np.array([centres, *(centres + 0.6 * widths * axes)])
    best = minimize(lambda x: (misfits(x) ** 2).sum(), centres, method="Nelder-Mead",
                    options={"initial_simplex": start, "xatol": 0.005, "fatol": 0.005, "maxiter": 900}).x  # fmt: skip
    slopes = np.array([(misfits(best + STEP * e) - misfits(best - STEP * e)) / (2 * STEP) for e in axes])
    return best, np.linalg.inv(slopes @ slopes.T)


def missed(found: Sequence[Finding]) -> list[float]:
    """By how many standard errors each finding is missed."""
    return [(made - seen) / error for _, seen, error, made in found]


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


def predictions(taken_up: tuple[float, float], x: Array, poland: Outcome) -> None:
    """What was not fitted: early levels against hours, late recovery, and doses."""
    on = poland.ventilator_hours > 0.0
    span = np.quantile(poland.ventilator_hours[on], [0.05, 0.95])
    print(f"hours in Poland, 5 to 95 %: {span[0]:.0f} to {span[1]:.0f} (people 6 to 96)")
    rank = spearmanr(poland.plasma[on, 14], poland.ventilator_hours[on])[0]
    print(f"rank correlation of level at 14 h and hours {rank:.2f}")
    later = [w > HOURS[p > 0.4].max(initial=0.0) for w, p in zip(poland.awake[on], poland.plasma[on], strict=True)]
    print(f"share who wake after serum is below 0.4 ug/mL: {np.mean(later):.2f}")
    for dose in (60, 100, 150, 190, 250, 400, 800, 1500, 3000):
        people = cohort(Patient(), fixed(float(dose)), 7)
        one = outcome(people, levels(people, *taken_up), x)
        print(f"{dose} mg: coma {one.coma.mean():.2f}, ventilated {one.ventilated.mean():.2f}, "
              f"median hours of coma {np.median(one.coma_hours):.0f}")  # fmt: skip


def told(found: Sequence[Finding], seen: Sequence[Count] = ()) -> None:
    """Print what was found, its error, what was fitted, and the misfit."""
    for (what, found_, error, made), off in zip(found, missed(found), strict=True):
        print(f"{what:34} found {found_:5.2f} ({error:.2f})  fitted {made:5.2f}  {off:+.1f}")
    for c in seen:
        number = f"{c.least}" if c.least == c.most else f"{c.least} to {c.most}"
        print(f"{c.what:34} found {number} of {c.of}, fitted {c.share:.2f}  {c.residual:+.1f}")


def main() -> None:
    """Fit levels, then comas; print residuals and predictions; store."""
    groups = series()
    uptake = fit(lambda x: missed(level_findings(groups, *np.exp(x))), LEVEL_PRIORS)
    release, ceiling = (float(f"{value:.4g}") for value in np.exp(uptake[0]))
    seen = {name: levels(people, release, ceiling) for name, people in groups.items()}

    def residuals(x: Array) -> list[float]:
        made = outcomes(groups, seen, x)
        return [*missed(findings(groups, made, x)), *(count.residual for count in counts(groups, made))]

    depth = fit(residuals, PRIORS)
    stored = stored_from(*uptake, LEVEL_PRIORS) | stored_from(*depth, PRIORS)
    made = outcomes(groups, seen, depth[0])
    told(level_findings(groups, release, ceiling))
    told(findings(groups, made, depth[0]), tuple(counts(groups, made)))
    for name, found in stored.items():
        print(f"{name:24} {found['value']:8.4g} {np.round(found['interval'], 4)}")
    predictions((release, ceiling), depth[0], made["poland"])
    print(store_calibrated("overdose", stored))


if __name__ == "__main__":
    main()
