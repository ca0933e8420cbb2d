"""Files to take along: made on a thread beside the server's own, which is said meanwhile, and handed to the browser."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ...plan.plan import Plan
from ...report.document import Document
from ..live import pool
from .parts import chip, plain

LETTER = ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
"""Where paper is Letter, as the Unicode locale data have it; elsewhere it is A4."""


@dataclass(frozen=True)
class File:
    """A file that can be asked for: what the button says, its name, and how it is made for a paper."""

    label: str
    name: str
    make: Callable[[str], bytes]


def to_take(files: Sequence[File]) -> None:
    """A chip for each file, and a line that says what is being made."""
    status = plain("", "span", "muted").props('role="status" aria-live="polite"').style("order:1")  # after the chips
    for file in files:
        chip(file.label, False, functools.partial(give, file, status))


async def give(file: File, status: TextElement) -> None:
    """Make a file and hand it out; nothing while another is being made."""
    if status.text:
        return
    client = ui.context.client
    status.text = f"Making {file.name}…"
    try:
        languages = client.request.headers.get("accept-language", "")
        content = await asyncio.get_running_loop().run_in_executor(pool(), file.make, usual_paper(languages))
    finally:
        status.text = ""
    with client:
        ui.download(content, file.name)


def usual_paper(languages: str) -> str:
    """The paper that is usual where a visitor is at home, by the languages that the browser asks for.

    >>> usual_paper("en-US,en;q=0.9"), usual_paper("en-GB"), usual_paper("")
    ('letter', 'a4', 'a4')
    """
    first = languages.split(",")[0].split(";")[0].strip()
    return "letter" if first.rpartition("-")[2].upper() in LETTER and "-" in first else "a4"


def report_files(stem: str, document: Callable[[], Document]) -> tuple[File, File]:
    """A report as page and as paper, under names that begin alike."""

    def page(_: str) -> bytes:
        from ...report.html import render

        return render(document()).encode()

    def paper(size: str) -> bytes:
        from ...report.pdf import render

        return render(document(), size)

    return File("Report as page", f"{stem}.html", page), File("Report as PDF", f"{stem}.pdf", paper)


def sheet_files(plan: Plan) -> tuple[File, ...]:
    """The sheet of a plan for the patient as page and as paper, and its dates for a calendar when it has any."""

    def page(_: str) -> bytes:
        from ...report.sheet import render

        return render(plan).encode()

    def paper(size: str) -> bytes:
        from ...report.pdf import render_sheet

        return render_sheet(plan, size)

    def dates(_: str) -> bytes:
        from ...plan.tables import calendar_entries
        from ...pump.calendar import calendar

        return calendar(list(calendar_entries(plan)), about=plan.kind)

    sheets = (
        File("Sheet to print", f"{plan.kind}-sheet.html", page),
        File("Sheet as PDF", f"{plan.kind}-sheet.pdf", paper),
    )
    return (*sheets, *((File("Calendar file", f"{plan.kind}.ics", dates),) if plan.begins else ()))


def plan_files(plan: Plan) -> tuple[File, ...]:
    """All that the command line writes of a plan: sheets, dates, reports, its steps as a table, the record."""

    def steps(_: str) -> bytes:
        from ...plan.tables import steps_frame

        return steps_frame(plan).write_csv().encode()

    def kept(_: str) -> bytes:
        from ...plan.record import record

        return record(plan).model_dump_json(indent=1).encode()

    def document() -> Document:
        from ...report.planning import document_of

        return document_of(plan)

    data = (File("Steps as CSV", f"{plan.kind}.csv", steps), File("All as JSON", f"{plan.kind}.json", kept))
    return (*sheet_files(plan), *report_files(f"{plan.kind}-report", document), *data)
