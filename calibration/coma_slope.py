"""How sharply coma begins and breathing fails: what the series say of it, what they leave open. Nothing is stored.

`overdose.py` gives the slopes of coma and of breathing priors and takes the spread of the edge of coma between people
as assumed. Here the three are set, without a prior, and everything else is fitted anew to the same series and findings.
The table says how much worse each choice explains people than the best of them, and what it makes of 190 mg, just
below the least dose at which a series saw coma.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np
from scipy.optimize import minimize

import overdose
from _overdose_findings import counts, findings, outcomes, series
from _overdose_runs import SPREAD, Array, Cohort, Levels, cohort, fixed, levels, outcome
from baclosim import Patient
from baclosim.parameters import parameters

GUT = tuple(parameters()[name].value for name in ("overdose_release_rate", "overdose_ceiling"))
FREE = [i for i, name in enumerate(overdose.PRIORS) if name not in ("coma_slope", "respiratory_slope")]
ALLOWED = 3.84  # how much twice the log likelihood may fall within 95 %


@dataclass(frozen=True)
class Shape:
    """Slope of coma, slope of the drive to breathe, spread of the edge of coma between people."""

    coma: float = parameters()["coma_slope"].value
    drive: float = parameters()["respiratory_slope"].value
    spread: float = SPREAD["coma_half_effective"]


SHAPES = (
    *(Shape(coma, drive) for coma in (3.0, 6.0, 9.0, 14.0) for drive in (2.0, 3.0, 5.0, 8.0)),
    *(Shape(spread=spread) for spread in (0.05, 0.3)),
)


def people() -> dict[str, Cohort]:
    """Who swallowed what, and those who swallow 190 mg."""
    return series() | {"190 mg": cohort(Patient(), fixed(190.0), 7)}


def shaped(group: Cohort, shape: Shape) -> Cohort:
    """The same people further apart, or closer together, in their edge of coma."""
    apart = sqrt(log(1.0 + shape.spread**2) / log(1.0 + SPREAD["coma_half_effective"] ** 2))
    return replace(group, liability=apart * group.liability)


def whole(shape: Shape, free: Array) -> Array:
    """Logs of all parameters of `overdose.PRIORS`: what is fitted, with the slopes that are set."""
    x = np.empty(len(overdose.PRIORS))
    x[FREE] = free
    x[list(overdose.PRIORS).index("coma_slope")] = log(shape.coma)
    x[list(overdose.PRIORS).index("respiratory_slope")] = log(shape.drive)
    return x


def misfit(groups: dict[str, Cohort], seen: dict[str, Levels], x: Array) -> float:
    """Minus twice the log likelihood of all that is known, with the priors of what is fitted here."""
    made = outcomes({name: group for name, group in groups.items() if name != "190 mg"}, seen, x)
    centres, widths = overdose.logs_of(overdose.PRIORS)
    prior = ((x - centres) / widths)[FREE]
    known = np.array(overdose.missed(findings(groups, made, x)))
    return float((known**2).sum() + (prior**2).sum()) - 2.0 * sum(c.log_likelihood for c in counts(groups, made))


def explained(shape: Shape, everyone: dict[str, Cohort]) -> tuple[float, Array, dict[str, Cohort], dict[str, Levels]]:
    """How badly people are explained at best with this shape, by which parameters (logs), and in whom."""
    groups = {name: shaped(group, shape) for name, group in everyone.items()}
    seen = {name: levels(group, *GUT) for name, group in groups.items()}
    start = np.log([parameters()[name].value for name in overdose.PRIORS])[FREE]
    best = minimize(lambda free: misfit(groups, seen, whole(shape, free)), start, method="Nelder-Mead",
                    options={"xatol": 0.02, "fatol": 0.02, "maxiter": 200})  # fmt: skip
    return float(best.fun), whole(shape, best.x), groups, seen


@dataclass(frozen=True)
class Row:
    """How badly a shape explains people at best (minus twice the log likelihood), and what it then predicts: shares in
    coma and ventilated after 190 mg, mean hours on a ventilator of the adolescents."""

    shape: Shape
    misfit: float
    coma: float
    ventilated: float
    hours: float


def row(shape: Shape, everyone: dict[str, Cohort]) -> Row:
    """One shape with everything else fitted to it."""
    worse, x, groups, seen = explained(shape, everyone)
    little, young = (outcome(groups[name], seen[name], x) for name in ("190 mg", "adolescents"))
    hours = float(young.ventilator_hours[young.ventilator_hours > 0.0].mean())
    return Row(shape, worse, float(little.coma.mean()), float(little.ventilated.mean()), hours)


def main() -> None:
    """Print, for each shape, what the likelihood loses against the best of all, and what that shape predicts."""
    everyone = people()
    rows = [row(shape, everyone) for shape in SHAPES]
    least = min(r.misfit for r in rows)
    kept = [r for r in rows if r.misfit - least < ALLOWED]
    print("slope of coma  of breathing  spread  worse by  coma at 190 mg  ventilated  hours, adolescents")
    for r in rows:
        print(f"{r.shape.coma:13.3g}  {r.shape.drive:12.3g}  {r.shape.spread:6g}  {r.misfit - least:8.1f}"
              f"  {r.coma:14.2f}  {r.ventilated:10.2f}  {r.hours:18.0f}"
              f"{'' if r in kept else '  outside 95 %'}")  # fmt: skip
    for name in ("coma", "ventilated"):
        values = [getattr(r, name) for r in kept]
        print(f"within 95 %: {name} after 190 mg in {min(values):.2f} to {max(values):.2f}")


if __name__ == "__main__":
    main()
