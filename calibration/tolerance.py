"""How the cord becomes tolerant: receptors in days (rats), a slow shift in months, a minority that goes on (people).

Receptors: least squares over three days of one rat study, whose noise is not known; it is taken as MEASURED. The rest
is one line of algebra each, at the effect that titration holds. Run it to rewrite the calibrated values.
"""

from __future__ import annotations

from math import exp, hypot, log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import beta, norm

from _cord_cohort import HELD
from _evidence import fact, number, table
from baclosim.parameters import store_calibrated

Array = NDArray[np.float64]

MEASURED = 0.04  # standard deviation of a density, share of control: assumed
DAY, MONTH, YEAR = 24.0, 730.5, 8766.0  # h
FOLLOW_UP = 38.0 / 12.0  # years, of tolerance.incidence.heetla-2009
Entry = dict[str, Any]


def receptors(days: Array, signal: float, turnover: float, loss: float) -> Array:
    """Share of receptors left under full effect, by day (t,); rates in 1/d, unequal."""
    lagged = (signal * np.exp(-turnover * days) - turnover * np.exp(-signal * days)) / (signal - turnover)
    return 1.0 - loss * (1.0 - lagged)


def receptor_values() -> dict[str, Entry]:
    """The signal's delay of one day is given by the study; turnover and loss are fitted."""
    rows = np.array(table("tolerance.receptor-density.kroin-1993").rows, dtype=float)
    days, density = rows[:, 0], rows[:, 1] / 100.0

    def misfit(x: Array) -> Array:
        return (receptors(days, 1.0, exp(x[0]), exp(x[1])) - density) / MEASURED

    fit = least_squares(misfit, np.log([0.7, 0.345]))
    error = [1.96 * float(x) ** 0.5 for x in np.diag(np.linalg.inv(fit.jac.T @ fit.jac))]
    turnover, loss = (float(x) for x in np.exp(fit.x))
    for day, seen, made in zip(days, density, receptors(days, 1.0, turnover, loss), strict=True):
        print(f"receptors left, day {day:.0f}: found {seen:.2f}, fitted {made:.3f}")
    return {
        "receptor_signal_rate_constant": entry(1.0 / DAY, 0.5 / DAY, 2.0 / DAY, "assumed: half a day to two days"),
        "receptor_turnover": entry(
            turnover / DAY, turnover * exp(-error[0]) / DAY, turnover * exp(error[0]) / DAY, "delta method"
        ),
        "receptor_loss": entry(loss, loss * exp(-error[1]), loss * exp(error[1]), "delta method"),
    }


def entry(value: float, low: float, high: float, interval_is: str) -> Entry:
    """A parameter as it is stored."""
    return {"value": value, "interval": [low, high], "interval_is": interval_is, "spread": 0.0}


def onset_rates() -> tuple[float, float, float]:
    """Typical, slowest and fastest rate [1/h] at which 95 % of the shift is there when doses stop rising."""
    last, first = number("tolerance.plateau-time.heetla-2009"), number("tolerance.first-year.akman-1993")
    typical = (last * first) ** 0.5
    return tuple(log(20.0) / (months * MONTH) for months in (typical, last, first))  # type: ignore[return-value]


def gain(growth: float, rate: float) -> float:
    """Shift at full effect that makes the dose grow so much over a year of held tone."""
    return (growth - 1.0) / (HELD * (1.0 - exp(-rate * 12.0 * MONTH)))


def growth() -> tuple[float, float, float]:
    """Dose after a year over dose at the start: value and 95 % interval, the two doses taken as independent."""
    course = table("dose.time-course.stampacchia-2016")
    (_, before, spread_before), (_, after, spread_after) = course.rows
    people = (course.n or 0) ** 0.5
    error = hypot(spread_before / before / people, spread_after / after / people)
    ratio = after / before
    return ratio, max(ratio * exp(-1.96 * error), 1.01), ratio * exp(1.96 * error)


def share_rising() -> tuple[float, float, float]:
    """Share of pump patients who go on rising; the exact interval reaches down to the 5.9 % of another series."""
    people = fact("tolerance.incidence.heetla-2009").n or 0
    found = round(number("tolerance.incidence.heetla-2009") * people)
    high = float(beta.ppf(0.975, found + 1, people - found))
    return found / people, min(0.059, float(beta.ppf(0.025, found, people - found + 1))), high


def rise_per_year() -> tuple[float, float, float]:
    """Rise of dose each year over the plateau dose, in those who rise: value, least and most.

    All of them rise by more than 100 ug/day a year. 13 % of another series passed 1000 ug/day, over half of the 22 %
    who rise: the middle one is taken to pass it at the end of the follow-up.
    """
    plateau = number("dose.plateau.heetla-2009")
    least, typical = 100.0 / plateau, (1000.0 - plateau) / plateau / FOLLOW_UP
    return typical, least, typical**2 / least


def main() -> None:
    """Compute, print and store the values."""
    rate, slowest, fastest = onset_rates()
    ratio, low, high = growth()
    share, fewest, most = share_rising()
    shift = 1.0 + HELD * gain(ratio, rate)
    rises = [x * shift / HELD / YEAR for x in rise_per_year()]
    stored = receptor_values() | {
        "tolerance_onset_rate": entry(rate, slowest, fastest, "two studies"),
        "tolerance_gain": entry(gain(ratio, rate), gain(low, rate), gain(high, rate), "95% CI from SDs and n"),
        "tolerance_threshold": entry(
            float(norm.isf(share)), float(norm.isf(most)), float(norm.isf(fewest)), "exact, and another series"
        ),
        "tolerance_rise": entry(*rises, "from the definition of tolerance upwards"),
    }
    for name, found in stored.items():
        print(f"{name:32} {found['value']:10.4g} {found['interval']}")
    settled = 1.0 / (1.0 - stored["receptor_loss"]["value"] * HELD)
    print(f"shift at held tone: {settled:.2f} by receptors, then {shift:.2f} times that after years")
    print(store_calibrated("tolerance", stored))


if __name__ == "__main__":
    main()
