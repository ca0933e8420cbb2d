"""Reports: an outcome becomes a document, a document becomes a page (and, from the same model, paper).

document  the model: sections, paragraphs, tables, pictures as data
words, results, evidence, leaning  what a simulation report says
planning, sheet  what the report of a plan says, and the page that the patient takes home
assessment  what the report of a case says
person      what the report of an individual estimate says
html      the document as one self-contained page
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .document import Document

if TYPE_CHECKING:
    from ..individualise import Forecast, Individual
    from ..outcome import Outcome
    from ..plan.plan import Plan
    from ..syndromes import Assessment

__all__ = ["Document", "build", "write", "write_assessment", "write_html", "write_individual", "write_plan"]


def build(outcome: Outcome) -> Document:
    """The report of a simulated scenario, as a document."""
    from .simulation import document_of

    return document_of(outcome)


def write_html(document: Document, path: str | Path) -> Path:
    """Write a document as one self-contained page, whole or not at all; returns the path."""
    from .html import render

    return _write(Path(path), render(document))


def write(outcome: Outcome, folder: str | Path) -> tuple[Path, ...]:
    """Write report.html and each figure as an SVG file into an existing folder; returns the paths."""
    from ..figures.stack import WIDE

    document = build(outcome)
    home = Path(folder)
    pictures = tuple(_write(home / f"{p.name}.svg", p.svg(WIDE)) for p in document.pictures)
    return (write_html(document, home / "report.html"), *pictures)


def write_plan(plan: Plan, folder: str | Path) -> tuple[Path, ...]:
    """Write sheet.html, report.html and each figure as an SVG file into an existing folder; returns the paths."""
    from ..figures.stack import WIDE
    from . import sheet
    from .planning import document_of

    document, home = document_of(plan), Path(folder)
    pictures = tuple(_write(home / f"{p.name}.svg", p.svg(WIDE)) for p in document.pictures)
    printed = _write(home / "sheet.html", sheet.render(plan))
    return (printed, write_html(document, home / "report.html"), *pictures)


def write_assessment(found: Assessment, folder: str | Path) -> tuple[Path, ...]:
    """Write report.html and each figure as an SVG file into an existing folder; returns the paths."""
    from ..figures.stack import WIDE
    from .assessment import document_of

    document, home = document_of(found), Path(folder)
    pictures = tuple(_write(home / f"{p.name}.svg", p.svg(WIDE)) for p in document.pictures)
    return (write_html(document, home / "report.html"), *pictures)


def write_individual(individual: Individual, ahead: Forecast, folder: str | Path, stem: str = "") -> tuple[Path, ...]:
    """Write the report of an estimate and its figure into an existing folder; `stem` begins their names."""
    from ..figures.stack import WIDE
    from .person import document_of

    document = document_of(individual, ahead)
    home = Path(folder)
    pictures = tuple(_write(home / f"{stem}{p.name}.svg", p.svg(WIDE)) for p in document.pictures)
    return (write_html(document, home / f"{stem}report.html"), *pictures)


def _write(target: Path, text: str) -> Path:
    part = target.with_name(target.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(target)
    return target
