"""Published cases of the evidence, as cases: to test the classifier, and as examples. They set nothing in it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..evidence.library import library
from ..evidence.records import Series
from .case import Case, Onset
from .text.language import heard
from .vocabulary import findings, value_named, value_names

MARK = "differential.vignette"
NOT_SIGNS = ("age_y", "sex", "exposure", "onset_h", "pupils", "diagnosis", "hunter_literal")


@dataclass(frozen=True)
class Vignette:
    """A published case with its published diagnosis.

    hunter  verdict of the Hunter rule as the evidence derived it; fact: id of its entry
    """

    name: str
    case: Case
    diagnosis: str
    hunter: str
    fact: str


@functools.cache
def vignettes() -> dict[str, Vignette]:
    """Every vignette of the evidence that is not held out, by name."""
    series = [s for s in library().series.values() if s.id.startswith(MARK) and s.use == "fit"]
    found = [vignette(entry) for entry in series]
    return {one.name: one for one in found}


def vignette(entry: Series) -> Vignette:
    """A vignette out of a series of findings and states."""
    told = {str(name): state for name, state in entry.rows}
    title = title_of(entry.statement)
    return Vignette(
        entry.id.split(".")[-1],
        replace(case_of(told), title=title),
        str(told["diagnosis"]),
        str(told.get("hunter_literal", "")),
        entry.id,
    )


def title_of(statement: str) -> str:
    """What a series says of its case: "Training vignette (teaching case): x" is "Teaching case: x"."""
    said = statement.removeprefix("Training vignette").strip(" :.")
    if said.startswith("(") and "):" in said:
        said = said[1:].replace("):", ":", 1)
    return said[:1].upper() + said[1:]


def case_of(told: Mapping[str, object]) -> Case:
    """A case from findings in the vocabulary of the evidence: states, numbers, and the exposure as text."""
    case = heard(str(told.get("exposure", "")), "exposure").case()
    measured = {value_named(n, n): float(str(s)) for n, s in told.items() if n.lower() in value_names()}
    signs = {name: state == "present" for name, state in told.items() if name in findings()}
    hours = told.get("onset_h")
    onset = Onset(float(str(hours)), float(str(hours))) if hours is not None else case.onset
    age = {"age": float(str(told["age_y"]))} if "age_y" in told else {}
    return replace(case, findings=signs, values=measured, onset=onset, patient=age)
