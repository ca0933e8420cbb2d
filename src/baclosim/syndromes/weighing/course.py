"""What the simulator predicts at that time: withdrawal after baclofen was stopped, depression after an overdose.

Thirty-two virtual patients are run under the dose that was told. The share in whom the predicted severity passes its
mild threshold about that time moves the prior of the syndrome, within limits. The first three days count as one, as
published withdrawal evolves over one to three days and the model is known to begin late in single cases; when within
them signs began is judged by the onset window alone. Without a dose, a route or a time nothing is simulated.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import InputError
from ...units import read
from ..case import GIVEN, Case, Drug
from ..words import hours_in_words, percent
from .likelihood import method

COHORT = 32
USUAL_PAST = 8.0 * 730.5  # h of treatment, where nobody said how long
MOST_PAST = 365.0 * 24.0  # h; by then adaptation is complete but for a twentieth
LONGEST = 30.0 * 24.0  # h after the change; later nothing acute is expected
EARLY = {"baclofen_overdose": 6.0}  # h that count as one from the start; three days for withdrawal
EVOLVES = 72.0  # h; withdrawal.evolution-itb.coffey-2002
ABOUT = 24.0  # h before the presentation that count with it, later
ADULT = 18.0  # years
STEP = "1 h"  # severity within 0.01 of that at 15 min


@dataclass(frozen=True)
class Predicted:
    """One prediction.

    syndrome  which it bears on; therapy: what was simulated, in words; hours: from the change to the presentation
    share     of the patients in whom it is predicted about then; now: at that hour exactly
    factor    on the prior of the syndrome
    time      (t,) h since the change; low, middle, high: (t,) 5, 50 and 95 % of the patients' severity, 0 to 1
    assumed   what was not told and taken as usual
    parameters  names of the parameters behind it
    """

    syndrome: str
    therapy: str
    hours: float
    share: float
    now: float
    factor: float
    time: NDArray[np.float64]
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    assumed: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """The prediction as a sentence."""
        what = "coma or clouding" if self.syndrome == "baclofen_overdose" else "withdrawal"
        assumed = f" ({self.assumed})" if self.assumed else ""
        return (
            f"{self.therapy}{assumed}: {hours_in_words(self.hours)} later {what} is predicted in "
            f"{percent(self.now)} of such patients, about that time in {percent(self.share)}; this changes its prior "
            f"by a factor of {self.factor:.2g}."
        )


def predicted(case: Case) -> tuple[Predicted, ...]:
    """Every prediction that the history of baclofen allows, the first for each syndrome."""
    found: dict[str, Predicted] = {}
    for syndrome, words, since, hours, assumed in told_courses(case):
        if 0.0 < hours <= LONGEST and syndrome not in found:
            about, stand_in = _about(case)
            taken = "; ".join(part for part in (assumed, stand_in) if part)
            found[syndrome] = _predicted(syndrome, words, since, hours, taken, about)
    return tuple(found.values())


def told_courses(case: Case) -> Iterator[tuple[str, str, float, float, str]]:
    """Syndrome, dosing in words, hours of treatment before the change, hours since, and what was assumed."""
    for drug in case.baclofen():
        stopped = drug.change == "stopped" or (drug.route == "intrathecal" and case.pump == "interrupted")
        hours = _hours(case, drug)
        if hours is None or not drug.dose:
            continue
        if drug.change == "overdose":
            words = _single_dose(drug)
            if words:
                yield "baclofen_overdose", words, 0.0, hours, ""
        elif stopped and drug.route:
            words, since, assumed = _daily(drug)
            if words:
                code = "itb_withdrawal" if drug.route == "intrathecal" else "oral_baclofen_withdrawal"
                yield code, f"{words} for {since / 24.0:g} days, then stop", since, hours, assumed


def _hours(case: Case, drug: Drug) -> float | None:
    """Hours from the change to the presentation, as far as they are told."""
    own = case.pump_ago if drug.change in GIVEN and drug.change != "overdose" else drug.ago
    onset = case.onset.high + (case.signs_for or 0.0) if case.onset else None
    return own if own is not None else drug.ago if drug.ago is not None else onset


def _daily(drug: Drug) -> tuple[str, float, str]:
    """A daily dose in the words of the dosing language, and how long it was taken; no words when it cannot be read."""
    try:
        per_day = 24.0 * read(drug.dose, "dose rate")
    except InputError:
        return "", 0.0, ""
    since = drug.since or USUAL_PAST
    assumed = "" if drug.since else f"for how long was not told: {hours_in_words(USUAL_PAST)}"
    if since > MOST_PAST:
        assumed = f"the last year of {hours_in_words(since)}"
    days = max(round(min(since, MOST_PAST) / 24.0), 1) * 24.0
    if drug.route == "intrathecal":
        return f"{per_day:g} ug/day intrathecally", days, assumed
    return f"{per_day / 4e3:g} mg every 6 h", days, assumed


def _single_dose(drug: Drug) -> str:
    """One dose in the words of the dosing language; nothing when it cannot be read."""
    try:
        amount = read(drug.dose, "mass")
    except InputError:
        return ""
    return f"{amount:g} ug intrathecally once" if drug.route == "intrathecal" else f"{amount / 1e3:g} mg once"


def _about(case: Case) -> tuple[tuple[tuple[str, float], ...], str]:
    """What of the patient the simulator can use, as a key, and what stands in for what is not told."""
    allowed = ("age", "weight", "creatinine_clearance")
    about = {name: number for name, number in case.patient.items() if name in allowed}
    stand_in = ""
    if about.get("age", ADULT) < ADULT and "weight" not in about:
        about.pop("age")
        stand_in = "an adult stands in for a child whose weight was not told"
    return tuple(sorted(about.items())), stand_in


@functools.lru_cache(maxsize=256)
def _predicted(
    syndrome: str, words: str, since: float, hours: float, assumed: str, about: tuple[tuple[str, float], ...]
) -> Predicted:
    from ...parameters import typical
    from ...patient import Patient, virtual_patients
    from ...simulate import simulate

    patients = virtual_patients(COHORT, like=Patient(**_with_units(dict(about))), seed=1)
    overdose = syndrome == "baclofen_overdose"
    names = ("coma", "encephalopathy") if overdose else ("withdrawal",)
    early = EARLY.get(syndrome, EVOLVES)
    until = since + np.ceil(max(hours, early))
    course = simulate(patients, words, until, every="1 h", step=STEP, quantities=names)
    after = course.time >= since
    time = course.time[after] - since
    severity = np.maximum.reduce([course[name][:, after] for name in names])
    reached = severity if overdose else severity >= typical(("mild_withdrawal",))["mild_withdrawal"]
    window = time <= early if hours <= early else (time >= hours - ABOUT) & (time <= hours + 1.0)
    share = float(reached[:, window].max(axis=1).mean())
    now = float(reached[:, np.argmin(np.abs(time - hours))].mean())
    least, most = method("simulated")
    factor = float(np.clip(share / method("simulated_usual"), least, most))
    low, middle, high = np.quantile(severity, (0.05, 0.5, 0.95), axis=0)
    return Predicted(
        syndrome, words, hours, share, now, factor, time, low, middle, high, assumed, course.parameters_used
    )


def _with_units(about: dict[str, float]) -> dict[str, str]:
    units = {"age": "years", "weight": "kg", "creatinine_clearance": "mL/min"}
    return {name: f"{number:g} {units[name]}" for name, number in about.items()}
