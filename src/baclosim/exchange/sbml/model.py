"""From a course to the text of an SBML model: what it is about, the model itself, doses and changes as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dosing import write_changes, write_doses
from .preamble import write_preamble
from .writing import Writing

if TYPE_CHECKING:
    from .course import Course


def sbml_text(course: Course) -> str:
    """The course as XML of SBML Level 3 Version 2."""
    writing = Writing(course)
    write_preamble(writing.document, course)
    writing.parameters()
    writing.places()
    writing.flows()
    writing.inputs()
    writing.other_drugs()
    writing.concentrations()
    writing.sites()
    writing.effects()
    write_doses(writing)
    write_changes(writing)
    writing.functions()
    return writing.document.text()
