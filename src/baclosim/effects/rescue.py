"""Tiers of withdrawal, and drugs that ease its signs: read from a result, not part of the network.

Baclofen itself, by mouth or pump, needs no entry here: a restart is a dose, and the model answers it. Every other drug
acts on some signs only, by a factor on their odds that is assumed; its parameter names the facts and their conflict.
A run whose therapy names such a drug alongside eases the signs itself, as its level rises and falls (easing.py);
`eased` here is for a result of a run without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError, Problems, nearest
from ..parameters import typical

Array = NDArray[np.float64]

TIERS = ("none", "mild", "moderate", "severe")

SIGNS = (
    "withdrawal_itching",
    "withdrawal_rigidity",
    "withdrawal_tachycardia",
    "withdrawal_hypertension",
    "withdrawal_hypotension",
    "withdrawal_agitation",
    "withdrawal_seizures",
    "withdrawal_fever",
    "withdrawal_hallucinations",
    "withdrawal_delirium",
    "withdrawal_rhabdomyolysis",
    "withdrawal_organ_failure",
)


@dataclass(frozen=True)
class Rescue:
    """A class of drugs: the parameter with its factor on the odds, the signs that it acts on, and its members."""

    factor: str
    acts_on: tuple[str, ...]
    members: tuple[str, ...] = ()


RESCUES: dict[str, Rescue] = {
    "benzodiazepine": Rescue(
        "benzodiazepine_easing",
        ("rigidity", "tachycardia", "hypertension", "agitation", "seizures"),
        ("diazepam", "lorazepam", "midazolam", "clonazepam", "clorazepate"),
    ),
    "propofol": Rescue("propofol_easing", ("rigidity", "seizures", "agitation")),
    "dexmedetomidine": Rescue("dexmedetomidine_easing", ("tachycardia", "hypertension", "agitation", "rigidity")),
    "dantrolene": Rescue("dantrolene_easing", ("rigidity", "fever", "rhabdomyolysis")),
    "cyproheptadine": Rescue("cyproheptadine_easing", ("rigidity", "fever", "tachycardia", "agitation")),
    "tizanidine": Rescue("tizanidine_easing", ("rigidity", "tachycardia", "hypertension")),
}


def tier(severity: ArrayLike) -> NDArray[np.str_]:
    """Tier of each severity, "none" to "severe", of the same shape.

    Of `withdrawal` it is the tier of the whole picture; of `brain_deficit`, that of the mental signs alone, which the
    cord never sets.
    """
    thresholds = list(typical(f"{name}_withdrawal" for name in TIERS[1:]).values())
    return np.array(TIERS)[np.searchsorted(thresholds, np.asarray(severity, dtype=float), side="right")]


def eased(signs: Mapping[str, ArrayLike], drugs: Iterable[str]) -> dict[str, Array]:
    """Probabilities of signs of withdrawal under drugs that ease them.

    signs  name as in SIGNS -> probabilities of any shape
    drugs  names of drugs or classes; drugs of one class count once, classes multiply

    Raises InputError naming every drug without an entry and every name that is no sign.
    """
    classes = _classes(drugs, signs)
    factors = typical(RESCUES[name].factor for name in classes)
    found = {}
    for sign, probability in signs.items():
        p = np.asarray(probability, dtype=float)
        acting = (r.factor for r in map(RESCUES.__getitem__, classes) if sign.removeprefix("withdrawal_") in r.acts_on)
        factor = np.prod([factors[name] for name in acting])
        found[sign] = factor * p / (1.0 - p + factor * p)
    return found


def _classes(drugs: Iterable[str], signs: Iterable[str]) -> tuple[str, ...]:
    """The classes of these drugs, each once; raises InputError as `eased` says."""
    problems = Problems()
    known = {member: name for name, rescue in RESCUES.items() for member in (name, *rescue.members)}
    found = {}
    for drug in drugs:
        name = known.get(drug.strip().lower())
        if name is None:
            problems.add("rescue drug", drug, "a drug with evidence in withdrawal", _hint(drug, known))
        found[name] = None
    for sign in signs:
        if sign not in SIGNS:
            problems.add("sign", sign, "a sign of withdrawal", nearest(sign, SIGNS))
    problems.raise_as(InputError)
    return tuple(name for name in found if name is not None)


def _hint(drug: str, known: Iterable[str]) -> str:
    if "baclofen" in drug.lower():
        return "Baclofen is given as a dose: simulate the restart."
    return nearest(drug, known)
