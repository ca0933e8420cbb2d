"""The comparisons of docs/validation.md read back: which output each is about, and by what factor it is missed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED: dict[str, tuple[str, ...]] = {
    "plasma": ("label.cmax_auc", "label.half_life", "label.tmax", "oral.clearance", "oral.half_life", "oral.volume",
               "oral.beta", "iv.", "oral.absorption", "cns.effect_peak", "it.plasma", "stereo."),
    "urine": ("oral.fraction_unchanged", "label.renal_recovery"),
    "metabolised": ("oral.mass_balance", "liver.metabolism"),
    "csf_lumbar": ("it.csf",),
    "csf_cisternal": ("it.lumbar-cisternal", "tracer."),
    "hm_ratio": ("mode.hreflex", "reflex.hm", "reflex.bolus50-abi"),
    "flexor_reflex": ("indication.stiff-man", "reflex.passive-stretch"),
    "ashworth": ("spasticity.", "screen.response"),
    "drowsiness": ("adverse.itb", "sedation."),
    "encephalopathy": ("renal.encephalopathy_onset", "renal.recovery"),
    "ventilation": ("overdose.",),
    "spinal_shift": ("dose.",),
    "withdrawal": ("withdrawal.",),
}  # fmt: skip
"""Output -> beginnings of the ids of facts that a comparison in docs/validation.md holds against it."""
_ROW = re.compile(
    r"^\| `(?P<fact>[^`]+)` \| [^|]* \| (?P<seen>[^|]*) \| (?P<said>[^|]*) \|[^|]*\| (?P<verdict>[^|]*) \|$"
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?")


@dataclass(frozen=True)
class Error:
    """One comparison: whether it was fitted, and the factor between prediction and observation, 1 or more."""

    fact: str
    is_fitted: bool
    factor: float


def errors(page: str) -> Iterator[Error]:
    """The comparisons on the page of validation that hold a prediction of a single number."""
    is_fitted = False
    for line in page.splitlines():
        if line.startswith("### "):
            is_fitted = line == "### Fitted"
        found = _ROW.match(line)
        if not found or "at most" in found["seen"]:
            continue
        seen, said = (_NUMBER.search(found[key]) for key in ("seen", "said"))
        if seen and said and float(seen[0]) > 0.0 < float(said[0]):
            yield Error(found["fact"], is_fitted, math.exp(abs(math.log(float(said[0]) / float(seen[0])))))
