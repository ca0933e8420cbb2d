"""What overdoses taught: series counted as binomials of their own doses, and what else is known of depth and hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import atanh, copysign, exp, log, sqrt

import numpy as np
from scipy.stats import binom

from _evidence import fact, table
from _overdose_runs import (
    PEOPLE,
    Array,
    Cohort,
    Levels,
    Outcome,
    cohort,
    fixed,
    hill,
    lognormal,
    marched,
    on_tablets,
    outcome,
)
from baclosim import Patient
from baclosim.body.transfers import assemble
from baclosim.body.whole import WHOLE_BODY
from baclosim.effects.breathing import depression
from baclosim.effects.sedation import brain_effect, brain_load
from baclosim.patient import Patients

UNCHANGED = 0.02  # of the drive to breathe: what nobody would notice in usual treatment: assumed
MASSIVE = 2500.0  # mg, of two "massive" overdoses without a stated dose: the top of leung-2006, assumed
LABELLED = (
    "5 mg by mouth every 8 h for 3 days, then 10 mg by mouth every 8 h for 3 days, "
    "then 15 mg by mouth every 8 h for 3 days, then 20 mg by mouth every 8 h"
)
"""How the label raises the dose: three tablets a day, three days each; that its users came to 60 mg is assumed."""
KNOWN = 19  # of the adults told their dose; the others are counted among those of 200 mg and more: assumed
WITHOUT = 9  # of the twelve drinkers took no benzodiazepine, and none of them was in coma
Finding = tuple[str, float, float, float]
"""What, found, its standard error on the scale of the fit, predicted."""


@dataclass(frozen=True)
class Count:
    """How many of how many showed something, at least and at most, and the predicted share."""

    what: str
    least: int
    most: int
    of: int
    share: float

    @property
    def log_likelihood(self) -> float:
        """Log of the probability to have counted this."""
        share = min(max(self.share, 1e-9), 1.0 - 1e-9)
        return log(max(float(binom.cdf(self.most, self.of, share) - binom.cdf(self.least - 1, self.of, share)), 1e-300))

    @property
    def residual(self) -> float:
        """Signed root of what twice the log likelihood falls short of the best share for these counts."""
        middle = (self.least + self.most) / 2.0 / self.of
        best = Count(self.what, self.least, self.most, self.of, middle).log_likelihood
        return copysign(sqrt(max(2.0 * (best - self.log_likelihood), 0.0)), self.share - middle)


def number(name: str, at: int | None = None) -> float:
    """A fact's value, or one of its values."""
    value = fact(name).value
    return float(value if at is None else value[at])  # type: ignore[arg-type, index]


def counted(series: str, sign: str) -> tuple[int, int]:
    """How many of how many showed a sign."""
    return next((int(row[1]), int(row[2])) for row in table(series).rows if row[0] == sign)


def series() -> dict[str, Cohort]:
    """Who swallowed what; doses of a series are spread as its authors say."""
    return {
        "adults": cohort(Patient(), lognormal(630.0, 730.0, 80.0, 2500.0), 1),
        "adolescents": cohort(Patient(age=16, weight=58), lambda p: 60.0 + 540.0 * p, 2),
        "massive": cohort(Patient(), fixed(MASSIVE), 3),
        "poland": cohort(Patient(), lognormal(444.8, 317.8, 100.0, 1500.0), 5),
        "drinkers": cohort(Patient(condition="alcohol use disorder"), lognormal(380.0, 190.0, 140.0, 800.0), 6),
    }


def counts(groups: dict[str, Cohort], made: dict[str, Outcome]) -> Iterator[Count]:
    """Each series, in the strata its authors published."""
    coma, of = counted("overdose.signs.leung-2006", "GCS below 9")
    few = groups["adults"].dose < number("overdose.threshold.leung-2006")
    below = round(KNOWN * few.mean())
    adults, young, poland = made["adults"].coma, made["adolescents"], made["poland"]
    yield Count("coma, adults below 200 mg", 0, 0, below, float(adults[few].mean()))
    yield Count("coma, adults from 200 mg", coma, coma, of - below, float(adults[~few].mean()))
    tubes = fact("overdose.intubated-fraction.perry-1998")
    n = tubes.n or 1
    tubed = round(number(tubes.id) * n)
    least, moved = counted("overdose.signs.perry-1998", "coma")
    yield Count("tube, adolescents", tubed, tubed, n, float(young.ventilated.mean()))
    # of the moved we know who was in coma; of the others, none to all
    yield Count("coma, adolescents", least, n - (moved - least), n, float(young.coma.mean()))
    for what, name, share in (
        ("coma, Poland", "overdose.deep_coma.poland-2005", poland.coma),
        ("ventilated, Poland", "overdose.coma_rate.poland-2005", poland.ventilated),
    ):
        n = fact(name).n or 1
        seen = round(number(name) * n)
        yield Count(what, seen, seen, n, float(share.mean()))
    fact("overdose.mild-dose.franchitto-2014")
    yield Count("coma, drinkers", 0, 0, WITHOUT, float(made["drinkers"].coma.mean()))


def logit(p: float) -> float:
    """Log of the odds, of shares kept away from none and all."""
    inside = min(max(p, 1e-3), 1.0 - 1e-3)
    return log(inside / (1.0 - inside))


def confusion_on_label() -> tuple[float, float]:
    """Logits of the ends of the label's range."""
    told = table("adverse.oral-frequency.fda-label")
    row = next(row for row in told.rows if row[0] == "confusion")
    return logit(row[1] / 100.0), logit(row[2] / 100.0)


def clouded(people: Cohort, x: Array) -> float:
    """Share of a cohort whose mind is ever clouded on tablets as the label raises them: the mean of each one's highest
    probability, as a run reports it and as `sedation` reads the shares of a trial."""
    own = people.own("encephalopathy_ratio", exp(x[6]))[:, None]
    return float(hill(marched(people, on_tablets(people, LABELLED), x), own, exp(x[3])).max(axis=1).mean())


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
    brain = np.full(PEOPLE, on_pump(daily))
    ratio = people.own("respiratory_ratio", exp(x[4]))
    return float(np.mean(hill(settled(people, brain, x), ratio, exp(x[5]))))


def settled(people: Cohort, brain: Array, x: Array) -> Array:
    """Depression at a lasting level of both sites of the brain (n,) [ug/mL], with the tolerance that comes with it."""
    own, tolerance = people.patients.parameters, np.ones(PEOPLE)
    for _ in range(60):
        effect = brain_effect(brain_load(brain, own["brain_half_effective"], own["brain_resistance"], tolerance))
        tolerance = (tolerance + 1.0 + own["brain_tolerance_gain"] * effect) / 2.0
    edge = people.spread("coma_half_effective", exp(x[0]), people.liability)
    return depression(brain, brain, exp(x[1]), edge, own["brain_resistance"], tolerance)


def stay(people: Outcome) -> float:
    """Mean hours on a ventilator of those who needed one."""
    on = people.ventilator_hours > 0.0
    return float(people.ventilator_hours[on].mean()) if on.any() else 0.5


def findings(groups: dict[str, Cohort], made: dict[str, Outcome], x: Array) -> list[Finding]:
    """What is known besides counts: usual doses that leave people alone, hours, waking."""
    days = [24.0 * number("overdose.brain-death-mimic.sullivan-2012", i) for i in (0, 1)]
    young, massive = made["adolescents"], made["massive"]
    on = young.ventilator_hours > 0.0
    agreed = atanh(sqrt(number("overdose.level-vs-vent.perry-1998")))
    along = np.corrcoef(young.plasma[on, 14], young.ventilator_hours[on])[0, 1] if on.sum() > 5 else 0.0
    low, high = confusion_on_label()
    top = number("it.maintenance-dose.label-us", 1)
    hours, polish = (
        log(number(f"overdose.{name}")) for name in ("vent-duration.perry-1998", "ventilation_time.poland-2004")
    )
    return [
        ("confusion, up to 60 mg/day", (low + high) / 2.0, (high - low) / 3.92, logit(clouded(groups["adults"], x))),
        (f"drive lost on {top:g} ug/day by pump", 0.0, UNCHANGED, breathless(groups["adults"], top, x)),
        ("hours of ventilation, adolescents", hours, 0.3, log(stay(young))),
        ("hours of ventilation, Poland", polish, 0.3, log(stay(made["poland"]))),
        ("level at 14 h with hours, z", agreed, 1.0, atanh(min(along, 0.999))),
        ("hours to waking, massive", log(sqrt(days[0] * days[1])), 0.4, log(max(np.median(massive.awake), 1.0))),
    ]  # fmt: skip


def outcomes(groups: dict[str, Cohort], seen: dict[str, Levels], x: Array) -> dict[str, Outcome]:
    """What becomes of every cohort; x: logs of the parameters that are fitted."""
    return {name: outcome(people, seen[name], x) for name, people in groups.items()}
