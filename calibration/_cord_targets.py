"""The findings that the cord is fitted to, each with its standard deviation and how it is predicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, log1p
from typing import Any

import numpy as np

from _cord_cohort import HELD, Array, Cohort
from _cord_model import Cord
from _evidence import fact, number, table
from baclosim.parameters import parameters

MODEL_ERROR = 0.05  # what the model leaves out, of a share
SCORE_ERROR = 0.15  # the same, of a score in points
READING = 0.02  # error of a reading of H/M, which smooths a share below a bound: assumed


@dataclass(frozen=True)
class Target:
    """A finding, its standard deviation, and how it is predicted."""

    facts: str
    about: str
    found: float
    deviation: float
    predict: Callable[[Cord], float]


def share_error(share: float, n: int) -> float:
    """Standard error of a share of n people, joined to the model's own."""
    return hypot((share * (1.0 - share) / n) ** 0.5, MODEL_ERROR)


def mean_error(sd: float, n: int) -> float:
    """Standard error of a mean score, joined to the model's own."""
    return hypot(sd / n**0.5, SCORE_ERROR)


def rows(name: str) -> list[tuple[Any, ...]]:
    """Rows of a series; refuses one that is held out."""
    return [tuple(row) for row in table(name).rows]


class Cohorts:
    """Everyone whom the trials are compared with."""

    def __init__(self) -> None:
        self.typical = Cohort("spinal cord injury", 1)
        self.spinal = Cohort("spinal cord injury")
        self.cerebral = Cohort("brain injury")


def targets(who: Cohorts) -> list[Target]:
    """Every finding that enters the fit."""
    return [*reflex_targets(who), *cerebral_targets(who), *spinal_targets(who), *weakness_targets(who)]


def reflex_targets(who: Cohorts) -> list[Target]:
    """The monosynaptic reflex: pump doses, a bolus, and tablets."""
    pump, bolus = "reflex.hm-vs-citb-dose.stokic-2006", "reflex.bolus50-abi.stokic-2005"
    plateau, oral = "reflex.hm-plateau-dose.stokic-2006", "reflex.passive-stretch-vs-plasma.mclellan-1977"
    base = parameters()["baseline_hm_ratio"]

    def before(c: Cohort) -> Array:
        spread = log1p(base.spread**2) ** 0.5
        return np.clip(base.value * np.exp(spread * c.draws.hm_ratio - spread**2 / 2.0), *base.within)

    def ratio(m: Cord) -> Array:
        return before(who.cerebral) * m.bolus_reflex(who.cerebral, 50.0, 5.0)

    def below(m: Cord) -> float:
        left = before(who.spinal) * m.residual_reflex(who.spinal, 150.0)
        return float((1.0 / (1.0 + np.exp((left - 0.3) / READING))).mean())

    found = {row[0]: row for row in rows(bolus) if row[1] == 5.0}
    left, spread = found["hm_percent"][2] / 100.0, found["hm_percent"][3] / 100.0
    return [
        *(
            Target(
                pump,
                f"H/M, share of baseline, {dose:.0f} ug/day",
                share,
                0.07,
                lambda m, d=dose: float(m.residual_reflex(who.typical, d)[0]),
            )
            for share, dose in rows(pump)
        ),
        Target(plateau, "share with H/M below 0.3, 150 ug/day", 0.9, 0.1, below),
        Target(
            bolus, "H/M, mean 5 h after 50 ug", left, hypot(spread / 30**0.5, 0.03), lambda m: float(ratio(m).mean())
        ),
        Target(bolus, "H/M, SD 5 h after 50 ug", spread, 0.04, lambda m: float(ratio(m).std())),
        *(
            Target(
                oral,
                f"stretch reflex lost, plasma {plasma:.0f} ng/mL",
                lost / 100.0,
                0.1,
                lambda m, c=plasma / 1e3: m.oral(who.typical, c),
            )
            for plasma, lost in rows(oral)
        ),
    ]


def cerebral_targets(who: Cohorts) -> list[Target]:
    """Tone after a bolus of fixed dose in brain injury and stroke."""
    stokic, meythaler, screen = (
        "reflex.bolus50-abi.stokic-2005",
        "spasticity.bolus-abi-4h.meythaler-1996",
        "screen.response-rate.yoon-2017",
    )
    c = who.cerebral
    tone = {row[1]: row for row in rows(stokic) if row[0] == "ashworth"}
    legs = {row[0]: row for row in rows(meythaler)}

    def after(m: Cord, before: float, sd: float, hours: float, floor: float) -> Array:
        start = np.clip(before + sd * c.draws.ashworth, floor, 5.0)
        return floor + (start - floor) * (1.0 - m.bolus_relief(c, 50.0, hours))

    def course(hours: float) -> Callable[[Cord], float]:
        return lambda m: float(after(m, tone[0.0][2], tone[0.0][3], hours, 1.0).mean())

    def spread_after(m: Cord) -> float:
        return float(after(m, tone[0.0][2], tone[0.0][3], 4.0, 1.0).std())

    def leg(name: str, floor: float) -> Target:
        _, start, sd, found, sd_found = legs[name]
        return Target(
            meythaler,
            f"{name}, mean 4 h after 50 ug",
            found,
            mean_error(sd_found, 11),
            lambda m: float(after(m, start, sd, 4.0, floor).mean()),
        )

    people, positive = next((n, k) for group, n, k, _ in rows(screen) if group == "all")
    share = positive / people
    return [
        *(
            Target(stokic, f"Ashworth, mean {h:.0f} h after 50 ug", tone[h][2], mean_error(tone[h][3], 30), course(h))
            for h in (4.0, 6.0)
        ),
        Target(stokic, "Ashworth, SD 4 h after 50 ug", tone[4.0][3], 0.1, spread_after),
        leg("leg Ashworth", 1.0),
        leg("leg spasm", 0.0),
        Target(screen, "responders, cerebral", share, share_error(share, people), lambda m: m.responders(c)),
    ]


def spinal_targets(who: Cohorts) -> list[Target]:
    """Screening of fixed doses, and trials that titrated each patient."""
    hedley, trials, coffey, penn = (
        "spasticity.oral-hedley.hedley-1975",
        "spasticity.itb-trials.fit-set",
        "spasticity.itb-responder-rate.coffey-1993",
        "spasticity.penn-sd.penn-1989",
    )
    c = who.spinal
    spread = fact(penn)
    spread_found = 0.5 * ((spread.high or 0.0) - (spread.low or 0.0))
    found = {row[0]: row for row in rows(trials)}
    rate, people = number(coffey), fact(coffey).n or 0
    stopped = sum(k / n for outcome, k, n in rows(hedley) if outcome.startswith("stopped"))

    def titrated(m: Cord, before: float, sd: float, z: Array, floor: float, top: float) -> Array:
        start = np.clip(before + sd * z, floor, top)
        return floor + (start - floor) * (1.0 - HELD * m.removable(c))

    def of_trial(name: str) -> list[Target]:
        _, _, n, before, after, spasms, spasms_after = found[name]
        tone = Target(
            trials,
            f"Ashworth, titrated, {name}",
            after,
            mean_error(0.6, n),
            lambda m: float(titrated(m, before, 1.0, c.draws.ashworth, 1.0, 5.0).mean()),
        )
        spasm = Target(
            trials,
            f"spasms, titrated, {name}",
            spasms_after,
            mean_error(0.8, n),
            lambda m: float(titrated(m, spasms, 1.2, c.draws.spasms, 0.0, 4.0).mean()),
        )
        return [tone, spasm]

    return [
        Target(
            f"{coffey} {hedley}",
            "responders, spinal, tablets having failed",
            rate,
            share_error(rate, people),
            lambda m: m.responders(c, failed=m.oral_failure(c, stopped)),
        ),
        *of_trial("Penn 1989 crossover"),
        *of_trial("Coffey 1993"),
        Target(
            penn,
            "Ashworth, SD, titrated, Penn",
            spread_found,
            0.12,
            lambda m: float(titrated(m, 4.0, 1.0, c.draws.ashworth, 1.0, 5.0).std()),
        ),
    ]


def weakness_targets(who: Cohorts) -> list[Target]:
    """Strength from the F wave; reports of weakness on tablets, R-baclofen counted twice."""
    wave, label, r_form, hedley = (
        "reflex.bolus50-abi.stokic-2005",
        "adverse.oral-frequency.fda-label",
        "adverse.arbaclofen-openlabel.okuda-3005",
        "spasticity.oral-hedley.hedley-1975",
    )
    persistence = [row[2] for row in rows(wave) if row[0] == "fwave_persistence_percent"]
    low, high = next((a / 100.0, b / 100.0) for event, a, b in rows(label) if event == "weakness")
    weak = next(percent / 100.0 for event, _, percent in rows(r_form) if event == "muscular weakness")
    stopped = next(k / n for outcome, k, n in rows(hedley) if outcome == "stopped for weakness")

    def lost(m: Cord) -> float:
        slow = 50.0 * who.cerebral.exposure.bolus("lumbar_slow", 5.0)
        return 1.0 - float(m.strength(who.cerebral, slow).mean())

    return [
        Target(wave, "F wave lost 5 h after 50 ug", 1.0 - persistence[1] / persistence[0], 0.06, lost),
        Target(
            label, "weakness, 60 mg/day by mouth", (low * high) ** 0.5, 0.05, lambda m: m.reported(who.spinal, 60e3)
        ),
        Target(r_form, "weakness, 80 mg/day of the R-form", weak, 0.1, lambda m: m.reported(who.spinal, 160e3)),
        Target(hedley, "stopped for weakness, near 60 mg/day", stopped, 0.1, lambda m: m.reported(who.spinal, 60e3)),
    ]
