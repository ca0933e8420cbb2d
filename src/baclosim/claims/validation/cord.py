"""Reflexes, tone and screening: after a bolus, on a pump, on tablets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...body.summary import Blood
from ...plan.trial_dose import screen
from ...therapy.doses import Doses
from ...trajectory import Trajectory
from ..clinic import DRAWS, Array, Clinic, adult, last_day
from ..holding import Given
from .comparing import (
    ASSUMED_PEOPLE,
    Comparison,
    Prediction,
    Reader,
    compared,
    expected,
    people,
    rows_of,
    share,
    study,
)

PUNCTURE = "50 ug once intrathecally"
CATHETER = Given(Doses.of("catheter", 0.0, 50.0, 1.0 / 6.0), "50 ug by catheter over 10 minutes")
INJURED, BRAIN = adult(condition="spinal cord injury"), adult(condition="brain injury")
OFTEN: dict[str, Any] = {"every": "15 min"}


def fallen(start: float, end: float) -> Reader:
    """A reader of the largest fall of the H/M ratio between two hours, as a share of its start."""

    def read(course: Trajectory) -> Array:
        inside = (course.time >= start) & (course.time <= end)
        return 1.0 - course["hm_ratio"][:, inside].min(axis=1) / course["hm_ratio"][:, 0]

    return read


def reflex(clinic: Clinic) -> Iterator[Comparison]:
    """The H reflex by route and mode, and its dose-response under a pump."""
    series = "mode.hreflex.stokic-2012"
    for row in rows_of(series):
        arm, which = str(row["arm"]), str(row["comparison"])
        made = None
        if "bolus, at 1 h" in which or "bolus, 1-6 h" in which:
            therapy, count = (PUNCTURE, 27) if "puncture" in arm else (CATHETER, 16)
            window = fallen(1.0, 1.0) if "at 1 h" in which else fallen(1.0, 6.0)
            made = study(clinic, therapy, "7 h", window, "hm_ratio", people=count, scale="linear", **OFTEN)
        elif arm == "simple continuous":
            made = steady_fall(clinic, 112.5, 22)
        yield compared(series, f"H/M lost, {which}, {arm}", made, observed=row["percent_fall"] / 100.0, scale="linear")
    series = "reflex.hm-vs-citb-dose.stokic-2006"
    for row in rows_of(series):
        made, dose = steady_fall(clinic, row["dose_ug_per_day"], 22), row["dose_ug_per_day"]
        seen = 1.0 - row["hm_fraction_of_baseline"]
        yield compared(series, f"H/M lost, {dose:g} ug/day", made, observed=seen, scale="linear")
    series = "reflex.bolus50-abi.stokic-2005"
    made = study(
        clinic, PUNCTURE, "6 h", lambda c: c.at("hm_ratio", 5.0), "hm_ratio", people=30, scale="linear", **OFTEN
    )
    yield compared(series, "H/M 5 h after 50 ug", made, observed=0.14, scale="linear")
    yield from oral_reflex(clinic)


def steady_fall(clinic: Clinic, dose: float, count: int) -> Prediction:
    """Share of the H/M ratio lost on a pump [ug/day] after a month."""

    def read(course: Trajectory) -> Array:
        return last_day(course, "monosynaptic_effect")

    settled: dict[str, Any] = {"every": "1 h", "before": "30 days", "people": count, "scale": "linear"}
    return study(clinic, f"{dose:g} ug/day intrathecally", "24 h", read, "monosynaptic_effect", **settled)


def oral_reflex(clinic: Clinic) -> Iterator[Comparison]:
    """Stretch reflex at plasma levels of people on tablets, reached by a day's infusion into a vein."""
    series = "reflex.passive-stretch-vs-plasma.mclellan-1977"
    clearance = float(Blood.of(clinic.patients(1).parameters).clearance[0])
    for row in rows_of(series):
        level = row["plasma_ng_per_mL"]
        rate = f"{level * clearance / 1e6:.4g} mg/h intravenously"
        made = study(
            clinic, rate, "24 h", lambda c: c["monosynaptic_effect"][:, -1], "monosynaptic_effect", scale="linear"
        )
        seen = row["suppression_percent"] / 100.0
        yield compared(series, f"stretch reflex lost at {level:g} ng/mL", made, observed=seen, scale="linear")


def tone(clinic: Clinic) -> Iterator[Comparison]:
    """Ashworth scores after a bolus in brain injury, the published start given."""
    series = "reflex.bolus50-abi.stokic-2005"
    for hours, seen in ((4.0, 1.5), (6.0, 1.4)):
        yield compared(series, f"Ashworth {hours:g} h after 50 ug", after_bolus(clinic, 2.4, hours, 30), observed=seen)
    series = "spasticity.bolus-abi-4h.meythaler-1996"
    yield compared(series, "leg Ashworth 4 h after 50 ug", after_bolus(clinic, 4.2, 4.0, 11), observed=2.2)
    series = "spasticity.itb-trials.fit-set"
    for row in rows_of(series):
        if "infusion" in row["regimen"]:
            made = titrated(clinic, row["ashworth_before"], people_of(row["n"]))
            yield compared(series, f"Ashworth, titrated, {row['study']}", made, observed=row["ashworth_after"])
    yield from stiff(clinic)


def people_of(given: object) -> int | None:
    """A number of people out of a cell that may be empty."""
    return int(given) if isinstance(given, (int, float)) and given == given else None


def after_bolus(clinic: Clinic, start: float, hours: float, count: int) -> Prediction:
    """Mean Ashworth score some hours after 50 ug, from a mean start."""
    like = adult(condition="brain injury", ashworth=start)
    return study(
        clinic, PUNCTURE, "8 h", lambda c: c.at("ashworth", hours), "ashworth", like=like, people=count, **OFTEN
    )


def titrated(clinic: Clinic, start: float, count: int | None) -> Prediction:
    """Mean Ashworth score when the dose is raised until nine tenths of the removable tone are gone, as in the fit."""
    like = adult(condition="spinal cord injury", ashworth=start)
    groups = (clinic.patients(clinic.n, like), clinic.patients(-DRAWS, like))
    left = [1.0 + (start - 1.0) * (1.0 - 0.9 * group.parameters["removable_share"]) for group in groups]
    return expected(left[0], left[1], count)


def stiff(clinic: Clinic) -> Iterator[Comparison]:
    """Stiff-man syndrome: reflex EMG read as the polysynaptic reflex, the best of the first eight hours."""
    fact = "indication.stiff-man.emg.silbert-1995"
    made = study(clinic, PUNCTURE, "8 h", lambda c: 1.0 - c["flexor_reflex"].min(axis=1), "flexor_reflex",
                 people=people(fact), scale="linear", **OFTEN)  # fmt: skip
    yield compared(fact, "reflex EMG lost after 50 ug", made, scale="linear")


def screening(clinic: Clinic) -> Iterator[Comparison]:
    """Shares who respond to 50, 75 or 100 ug."""
    for fact, what, like, seen in (
        ("spasticity.itb-responder-rate.coffey-1993", "respond to screening, spinal", INJURED, None),
        ("screen.response-rate.yoon-2017", "respond to screening, cerebral", BRAIN, 0.865),
        ("screen.response-rate.lioresal-web", "respond to screening, spinal (web)", INJURED, 0.97),
        ("screen.response-rate.lioresal-web", "respond to screening, cerebral (web)", BRAIN, 0.94),
    ):
        shares = [screen(clinic.patients(n, like)).implanted for n in (clinic.n, -DRAWS)]
        yield compared(fact, what, of_share(shares[0], shares[1], people(fact)), observed=seen, scale="linear")


def of_share(between: Array, typical: Array, count: int | None) -> Prediction:
    """The share of `count` people who respond: binomial, and as uncertain as the typical patient is."""
    made = expected(between, typical, count, "linear")
    binomial = np.sqrt(made.value * (1.0 - made.value) / (count or ASSUMED_PEOPLE))
    return share(made.value, float(np.hypot(np.std(typical), binomial)))


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about the cord."""
    yield from reflex(clinic)
    yield from tone(clinic)
    yield from screening(clinic)
