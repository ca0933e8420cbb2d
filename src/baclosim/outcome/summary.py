"""The summary of a run: a few measures of each main quantity, of the patients and of the typical patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..quantities import DANGERS, known
from ..trajectory import Trajectory

Array = NDArray[np.float64]
Measure = Literal["highest", "lowest", "peak", "trough", "average", "final"]

# What people come for, in the order of reading.
MAIN = (
    "plasma", "csf_lumbar", "csf_cisternal",
    "ashworth", "arm_ashworth", "spasm_score", "strength", "drowsiness", *DANGERS,
    "raphe_firing", "extracellular_serotonin", "serotonin_index",
)  # fmt: skip
MEASURES: dict[Measure, str] = {
    "highest": "highest value of the whole run",
    "lowest": "lowest value of the whole run",
    "peak": "highest value of the last day",
    "trough": "lowest value of the last day",
    "average": "average over the last day",
    "final": "value at the end",
}
PATIENT_LEVELS = (0.05, 0.5, 0.95)  # spread between patients
TYPICAL_LEVELS = (0.025, 0.975)  # uncertainty of the typical patient
DAY = 24.0
SORTED = 128  # times at once: those of 500 patients stay in the processor's own memory
OWN_CHANCE = (
    "A probability is each patient's own, and its band tells how patients differ; the mean of all is the share of such "
    "people who show it, to be held against the rates of labels and trials."
)
RESIDUE = 1e-9  # of the largest value of a quantity: what is less is left over from rounding
LEAST = 1e-12  # in any unit, where the largest value is itself such a rest
OVERSTATED = ("encephalopathy", "coma", "ventilation", "respiratory_drive")
EXCESS = Caution(
    "coma, a clouded mind, breathing",
    "published series conflict: the model predicts 3 % coma after 100 mg and 12 % after 190 mg, where adults in one "
    "series showed none below 200 mg, and fewer ventilated than the nine of fourteen adolescents of another "
    "(claim harm.overdose fails)",
    ("overdose.threshold.leung-2006",),
)


@dataclass(frozen=True)
class Row:
    """One measure of one quantity.

    median, low, high          of the virtual patients: median and 5 to 95 %, the spread between people
    mean                       of the virtual patients; of a probability, the share of such people who show it, which is
                               what compares with the rates that labels and trials print
    typical                    of the typical patient
    typical_low, typical_high  95 % interval of the typical patient, the uncertainty of what is known
    """

    quantity: str
    measure: Measure
    median: float
    low: float
    high: float
    mean: float
    typical: float
    typical_low: float
    typical_high: float

    @property
    def unit(self) -> str:
        """Unit of the quantity."""
        return known(self.quantity).unit

    @property
    def label(self) -> str:
        """The quantity in words."""
        return known(self.quantity).label

    @property
    def is_chance(self) -> bool:
        """Whether it is a probability, which each virtual patient has of his own."""
        return known(self.quantity).kind == "probability"


def main_quantities(course: Trajectory) -> tuple[str, ...]:
    """The main quantities among those recorded."""
    return tuple(name for name in MAIN if name in course)


def summarise(patients: Trajectory, typical: Trajectory, uncertainty: Trajectory) -> tuple[Row, ...]:
    """All measures of all main quantities."""
    return tuple(
        row
        for name in main_quantities(patients)
        for row in rows_of(name, *(measured(course.time, course[name]) for course in (patients, typical, uncertainty)))
    )


def rows_of(
    name: str, patients: dict[Measure, Array], typical: dict[Measure, Array], draws: dict[Measure, Array]
) -> Iterator[Row]:
    """The rows of one quantity from the measures of every patient."""
    largest = max(float(np.abs(patients[measure]).max()) for measure in ("highest", "lowest"))
    for measure in MEASURES:
        of_patients = np.array([*np.quantile(patients[measure], PATIENT_LEVELS), patients[measure].mean()])
        low, median, high, mean = without_residue(of_patients, largest).tolist()
        own = (typical[measure][0], *np.quantile(draws[measure], TYPICAL_LEVELS))
        value, below, above = without_residue(np.array(own), largest).tolist()
        yield Row(name, measure, median, low, high, mean, value, below, above)


def without_residue(values: Array, largest: float) -> Array:
    """Values of any shape, with 0 for those that rounding left over beside the largest of the quantity."""
    return np.where(np.abs(values) > max(RESIDUE * largest, LEAST), values, 0.0)


def felt(rows: Sequence[Row]) -> dict[str, dict[Measure, Row]]:
    """Rows by quantity and measure, without the dangers that at most one patient in twenty comes near."""
    found: dict[str, dict[Measure, Row]] = {}
    for row in rows:
        found.setdefault(row.quantity, {})[row.measure] = row
    return {name: some for name, some in found.items() if known(name).is_felt(some["lowest"].low, some["highest"].high)}


def known_excess(rows: Sequence[Row]) -> tuple[Caution, ...]:
    """What the model is known to get wrong, where one of these dangers is shown.

    Source: overdose.threshold.leung-2006.
    """
    return (EXCESS,) if any(name in OVERSTATED for name in felt(rows)) else ()


def worst(rows: Mapping[Measure, Row]) -> Row:
    """Of a danger, the measure of the whole run that lies farthest from rest."""
    rest, _ = DANGERS[rows["highest"].quantity]
    return rows["lowest"] if rest > 0.0 else rows["highest"]


def quantiles(values: Array, levels: tuple[float, ...]) -> Array:
    """Quantiles over the patients, (n, t) -> (levels, t), as numpy.quantile, three times as fast."""
    patients, times = values.shape
    place = np.array(levels) * (patients - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, patients - 1)
    share = (place - below)[:, None]
    found = np.empty((len(levels), times))
    for first in range(0, times, SORTED):
        some = slice(first, first + SORTED)
        ordered = np.array(values[:, some].T, order="C")
        ordered.sort(axis=1)
        found[:, some] = (1.0 - share) * ordered.T[below] + share * ordered.T[above]
    return found


def measured(time: Array, values: Array) -> dict[Measure, Array]:
    """Each measure of each patient: (t,) h and (n, t) -> name -> (n,)."""
    last = time >= time[-1] - DAY
    if last.sum() < 2:
        last[-2:] = True
    day = values[:, last]
    return {
        "highest": values.max(axis=1),
        "lowest": values.min(axis=1),
        "peak": day.max(axis=1),
        "trough": day.min(axis=1),
        "average": np.asarray(np.trapezoid(day, time[last], axis=1)) / np.ptp(time[last]),
        "final": values[:, -1],
    }
