"""Serotonin syndrome: when it begins, when it ends, and who gets it after an overdose."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...effects.syndrome_course import onset_probability, resolved_across, toxicity_risk
from ..clinic import Clinic
from .comparing import ASSUMED_PEOPLE, Comparison, Prediction, compared, people, rows_of, share

SITUATIONS: dict[str, tuple[float, dict[str, bool]]] = {
    "1 DDD (therapeutic)": (1.0, {}),
    "15 DDD (median overdose)": (15.0, {}),
    "420 DDD": (420.0, {}),
    "15 DDD plus moclobemide": (15.0, {"moclobemide": True}),
    "15 DDD plus olanzapine": (15.0, {"olanzapine": True}),
    "15 DDD plus risperidone": (15.0, {"risperidone": True}),
}


def counted(value: float, count: int | None) -> Prediction:
    """A share of so many people: binomial; the uncertainty of the model is not in it."""
    return share(value, math.sqrt(value * (1.0 - value) / (count or ASSUMED_PEOPLE)))


def comparisons(clinic: Clinic) -> Iterator[Comparison]:
    """All rows about the syndrome."""
    for fact, what, value in (
        ("serotonin.onset.within-6h.werneke-2016", "begun by 6 h, later series", onset_probability(6.0)),
        ("serotonin.onset.within-6h.boyer-2005", "begun by 6 h", onset_probability(6.0)),
        ("serotonin.onset.within-24h.mason-2000", "begun by 24 h", onset_probability(24.0)),
        ("serotonin.onset.within-1h.mason-2000", "begun by 1 h", onset_probability(1.0)),
        ("serotonin.course.resolved-24h.mason-2000", "resolved at 24 h", resolved_across(24.0)),
    ):
        yield compared(fact, what, counted(float(value), people(fact)), scale="linear")
    series = "serotonin.risk.probabilities.clintox-2023"
    for row in rows_of(series):
        doses, beside = SITUATIONS[row["situation"]]
        made = counted(toxicity_risk(doses, **beside), people(series))
        yield compared(series, f"toxicity, {row['situation']}", made, observed=row["probability"], scale="linear")
