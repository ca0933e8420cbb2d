"""Reports: an outcome becomes a document, a document becomes a page (and, from the same model, paper).

document  the model: sections, paragraphs, tables, pictures as data;  citing: ids of facts become numbers of sources
words, results, evidence, leaning  what a simulation report says
planning, sheet  what the report of a plan says, and the page that the patient takes home
assessment  what the report of a case says;  summary  the same on a page or two
person      what the report of an individual estimate says;  follow_up: what comes next, as a plan
refill      the sheet of a pump refill, with its working
study       what the report of a study of many patients says
html      the document as one self-contained page
pdf       the document, and the patient's page, on paper
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

__all__ = [
    "Document",
    "build",
    "write",
    "write_assessment",
    "write_document",
    "write_html",
    "write_individual",
    "write_pdf",
    "write_plan",
]


def build(outcome: Outcome) -> Document:
    """The report of a simulated scenario, as a document."""
    from .simulation import document_of

    return document_of(outcome)


def write_html(document: Document, path: str | Path) -> Path:
    """Write a document as one self-contained page, whole or not at all; returns the path."""
    from .html import render

    return _write(Path(path), render(document))


def write_pdf(document: Document, path: str | Path, paper: str = "a4") -> Path:
    """Write a document as PDF on "a4" or "letter" paper, whole or not at all; returns the path."""
    from .pdf import render

    return _write(Path(path), render(document, paper))


def write(outcome: Outcome, folder: str | Path, paper: str | None = None) -> tuple[Path, ...]:
    """Write report.html, each figure as SVG and, when there is a paper, report.pdf into a folder; returns the paths."""
    return _write_all(build(outcome), Path(folder), paper)


def write_plan(plan: Plan, folder: str | Path, paper: str | None = None) -> tuple[Path, ...]:
    """Write what `write` does, and the sheet as HTML and, when there is a paper, as PDF; returns the paths."""
    from .planning import document_of

    home = Path(folder)
    return (*_write_sheet(plan, home, paper), *_write_all(document_of(plan), home, paper))


def write_individual(
    individual: Individual, ahead: Forecast, plan: Plan, folder: str | Path, paper: str | None = None, stem: str = ""
) -> tuple[Path, ...]:
    """Write the same for an estimate, whose follow-up is the plan; `stem` begins the names of the files."""
    from .person import document_of

    home = Path(folder)
    return (
        *_write_sheet(plan, home, paper, stem),
        *_write_all(document_of(individual, ahead, plan), home, paper, stem),
    )


def write_assessment(found: Assessment, folder: str | Path, paper: str | None = None) -> tuple[Path, ...]:
    """Write what `write` does and, when there is a paper, the summary as summary.pdf; returns the paths."""
    from . import summary
    from .assessment import document_of

    home = Path(folder)
    short = (write_pdf(summary.document_of(found), home / "summary.pdf", paper),) if paper else ()
    return (*short, *_write_all(document_of(found), home, paper))


def write_document(document: Document, folder: str | Path, paper: str | None = None) -> tuple[Path, ...]:
    """Write a document as report.html and, when there is a paper, as report.pdf into a folder; returns the paths."""
    home = Path(folder)
    printed = (write_pdf(document, home / "report.pdf", paper),) if paper else ()
    return (write_html(document, home / "report.html"), *printed)


def _write_sheet(plan: Plan, home: Path, paper: str | None, stem: str = "") -> tuple[Path, ...]:
    from . import sheet

    page = _write(home / f"{stem}sheet.html", sheet.render(plan))
    if not paper:
        return (page,)
    from .pdf import render_sheet

    return page, _write(home / f"{stem}sheet.pdf", render_sheet(plan, paper))


def _write_all(document: Document, home: Path, paper: str | None, stem: str = "") -> tuple[Path, ...]:
    from ..figures.stack import WIDE

    pictures = tuple(_write(home / f"{stem}{p.name}.svg", p.svg(WIDE)) for p in document.pictures)
    printed = (write_pdf(document, home / f"{stem}report.pdf", paper),) if paper else ()
    return (write_html(document, home / f"{stem}report.html"), *printed, *pictures)


def _write(target: Path, content: str | bytes) -> Path:
    part = target.with_name(target.name + ".part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(target)
    return target
