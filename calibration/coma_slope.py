"""How sharply coma begins: what counted series say of it, and how much they leave open. Nothing is stored.

`overdose.py` gives the slope of coma a prior and takes the slope of breathing and the spread between people as
assumed. Here the three are set, without a prior, and everything else is fitted anew. Each series is a binomial count in
a cohort that swallowed its doses, in the strata its authors published; what is known besides (hours, waking, confusion
on usual doses) enters as there. The table says how much worse each choice explains people than the best of them, and
what it makes of 190 mg, just below the least dose at which a series saw coma.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np
from scipy.optimize import minimize
from scipy.stats import binom

import overdose
from _overdose_runs import SPREAD, Array, Cohort, Levels, Outcome, cohort, fixed, levels, lognormal, outcome
from baclosim import Patient
from baclosim.parameters import parameters

GUT = tuple(parameters()[name].value for name in ("overdose_release_rate", "overdose_ceiling"))
DRIVE = parameters()["respiratory_slope"].value
KNOWN = 19  # of the adults told their dose; the others are counted among those of 200 mg and more: assumed
WITHOUT = 9  # of the twelve drinkers took no benzodiazepine, and none of them was in coma
COUNTED = ("coma", "tube")  # how the findings begin that are counted here instead
ALLOWED = 3.84  # how much twice the log likelihood may fall within 95 %


@dataclass(frozen=True)
class Shape:
    """Slope of coma, slope of the drive to breathe, spread of the edge of coma between people."""

    coma: float = overdose.PRIORS["coma_slope"][0]
    drive: float = DRIVE
    spread: float = SPREAD["coma_half_effective"]


SHAPES = (
    *(Shape(coma, drive) for coma in (3.0, 6.0, 9.0, 14.0) for drive in (2.0, DRIVE, 5.0, 8.0)),
    *(Shape(drive=5.0, spread=spread) for spread in (0.05, 0.3)),
)


def series() -> dict[str, Cohort]:
    """Who swallowed what, and those who swallow 190 mg."""
    return {
        "adults": cohort(Patient(), lognormal(630.0, 730.0, 80.0, 2500.0), 1),
        "adolescents": cohort(Patient(age=16, weight=58), lambda p: 60.0 + 540.0 * p, 2),
        "massive": cohort(Patient(), fixed(overdose.MASSIVE), 3),
        "drinkers": cohort(Patient(condition="alcohol use disorder"), lognormal(380.0, 190.0, 140.0, 800.0), 6),
        "190 mg": cohort(Patient(), fixed(190.0), 7),
    }


def shaped(people: Cohort, shape: Shape) -> Cohort:
    """The same people with another slope of breathing, and further apart in their edge of coma."""
    own = people.patients.parameters
    steeper = own | {"respiratory_slope": own["respiratory_slope"] * (shape.drive / DRIVE)}
    apart = sqrt(log(1.0 + shape.spread**2) / log(1.0 + SPREAD["coma_half_effective"] ** 2))
    return replace(people, patients=replace(people.patients, parameters=steeper), liability=apart * people.liability)


def counts(groups: dict[str, Cohort], made: dict[str, Outcome]) -> Iterator[tuple[str, float]]:
    """Each series, and the log of the probability to have counted what was counted."""
    coma, of = overdose.counted("overdose.signs.leung-2006", "GCS below 9")
    few = groups["adults"].dose < float(overdose.fact("overdose.threshold.leung-2006").value)  # type: ignore[arg-type]
    below = round(KNOWN * few.mean())
    adults, young = made["adults"].coma, made["adolescents"]
    tubes = overdose.fact("overdose.intubated-fraction.perry-1998")
    n = tubes.n or 1
    least, moved = overdose.counted("overdose.signs.perry-1998", "coma")
    sure = least - 1, n - (moved - least)  # of the moved we know; of the others, none to all
    overdose.fact("overdose.mild-dose.franchitto-2014")
    yield f"0 of {below} adults below 200 mg in coma", float(binom.logpmf(0, below, adults[few].mean()))
    yield f"{coma} of {of - below} adults above", float(binom.logpmf(coma, of - below, adults[~few].mean()))
    yield f"tube, {n} adolescents", float(binom.logpmf(round(tubes.value * n), n, young.ventilated.mean()))  # type: ignore[operator]
    yield f"coma, {least} to {sure[1]} of them", log(float(np.diff(binom.cdf(sure, n, young.coma.mean()))[0]))
    yield f"0 of {WITHOUT} drinkers", float(binom.logpmf(0, WITHOUT, made["drinkers"].coma.mean()))


def misfit(groups: dict[str, Cohort], seen: dict[str, Levels], x: Array) -> float:
    """Minus twice the log likelihood of all that is known, with the priors of what is fitted here."""
    made = {name: outcome(groups[name], seen[name], x) for name in ("adults", "adolescents", "drinkers")}
    other = [f for f in overdose.findings(groups, seen, x) if not f[0].startswith(COUNTED)]
    centres, widths = overdose.logs_of(overdose.PRIORS)
    prior = ((x - centres) / widths)[[0, 1, 2, 4]]
    known = sum(((predicted - found) / error) ** 2 for _, found, error, predicted in other)
    return known + float((prior**2).sum()) - 2.0 * sum(value for _, value in counts(groups, made))


def explained(shape: Shape, people: dict[str, Cohort]) -> tuple[float, Array, dict[str, Cohort], dict[str, Levels]]:
    """How badly people are explained at best with this shape, by which parameters (logs), and in whom."""
    groups = {name: shaped(group, shape) for name, group in people.items()}
    seen = {name: levels(group, *GUT) for name, group in groups.items()}
    start = np.log([parameters()[name].value for name in overdose.PRIORS])

    def whole(free: Array) -> Array:
        """What is fitted, with the slope that is set."""
        return np.array([*free[:3], log(shape.coma), free[3]])

    best = minimize(lambda free: misfit(groups, seen, whole(free)), start[[0, 1, 2, 4]], method="Nelder-Mead",
                    options={"xatol": 0.02, "fatol": 0.02, "maxiter": 200})  # fmt: skip
    return float(best.fun), whole(best.x), groups, seen


@dataclass(frozen=True)
class Row:
    """How badly a shape explains people at best (minus twice the log likelihood), and what it then predicts: shares in
    coma and ventilated after 190 mg, mean hours on a ventilator of the adolescents."""

    shape: Shape
    misfit: float
    coma: float
    ventilated: float
    hours: float


def row(shape: Shape, people: dict[str, Cohort]) -> Row:
    """One shape with everything else fitted to it."""
    worse, x, groups, seen = explained(shape, people)
    little, young = (outcome(groups[name], seen[name], x) for name in ("190 mg", "adolescents"))
    hours = float(young.ventilator_hours[young.ventilator_hours > 0.0].mean())
    return Row(shape, worse, float(little.coma.mean()), float(little.ventilated.mean()), hours)


def main() -> None:
    """Print, for each shape, what the likelihood loses against the best of all, and what that shape predicts."""
    people = series()
    rows = [row(shape, people) for shape in SHAPES]
    least = min(r.misfit for r in rows)
    kept = [r for r in rows if r.misfit - least < ALLOWED]
    print("slope of coma  of breathing  spread  worse by  coma at 190 mg  ventilated  hours, adolescents")
    for r in rows:
        print(f"{r.shape.coma:13g}  {r.shape.drive:12g}  {r.shape.spread:6g}  {r.misfit - least:8.1f}  {r.coma:14.2f}"
              f"  {r.ventilated:10.2f}  {r.hours:18.0f}{'' if r in kept else '  outside 95 %'}")  # fmt: skip
    for name in ("coma", "ventilated"):
        values = [getattr(r, name) for r in kept]
        print(f"within 95 %: {name} after 190 mg in {min(values):.2f} to {max(values):.2f}")


if __name__ == "__main__":
    main()
