"""What a reader of the model must know first: who is treated with what, what is left out, whose facts these are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...patient.speech import patient_sentence
from ...patient.suitability import cautions_for_routes
from ...plan.safety import DISCLAIMER
from ..provenance import LICENCE
from .document import TAXON, Document, describe
from .references import HUMAN

if TYPE_CHECKING:
    from .course import Course


def write_preamble(document: Document, course: Course) -> None:
    """Notes and references of the model as a whole, and the hour that the scenario calls 0."""
    describe(document.model, tuple(notes(course)), {TAXON: (HUMAN,)})
    before = course.scenario.before
    document.parameter("hour_zero", "h", before, label="Hour 0 of the scenario, since the start of the treatment")
    document.parameter("hour", "h", -before, constant=False, label="Hour of the scenario")
    document.always("hour", "time - hour_zero")


def notes(course: Course) -> Iterator[str]:
    """Paragraphs about the model."""
    from importlib.metadata import version

    scenario = course.scenario
    yield DISCLAIMER
    yield f"Patient: {patient_sentence(scenario.patient)}. Therapy: {scenario.therapy}."
    yield (
        f"Written by baclosim {version('baclosim')} from the equations with which it computes. One typical patient: "
        "the spread between people and the uncertainty of each value stand in the notes of its parameter. Time begins "
        f"with the treatment; the scenario runs from hour {scenario.before:g} to hour {course.duration:g}."
    )
    yield (
        "Doses are events. Quantities of the body are amounts in micrograms; other drugs are counted in loads, 1 as by "
        "their usual regimen. Probabilities of serotonin syndrome are shares of those who fall ill."
    )
    yield LICENCE
    for caution in (
        *course.group.cautions,
        *cautions_for_routes(scenario.patient.covariates.condition, course.routes),
        *scenario.therapy.notes,
    ):
        yield f"Caution: {caution}"
