"""The tab of studies: a bundled one or a file of one's own, run beside the server, its tables and figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nicegui import ui

from ...errors import InputError, Problem
from ..bench import Bench
from ..elements.parts import (
    caution_list,
    chip,
    choice,
    entry,
    halves,
    nothing,
    picture,
    plain,
    plain_table,
    refusal,
    whole,
)
from ..elements.takeaway import report_files, to_take
from ..elements.working import Working
from ..work.jobs import Job
from ..work.studying import report_of

if TYPE_CHECKING:
    from ..work.studying import StudyDone

FIRST, FEW = "drowsiness-label", "300"
_TITLE = re.compile(r'^title = "(.*)"$', re.MULTILINE)


def panel(_: Bench) -> None:
    """Build the tab."""
    left, right = halves("The study", "What came of the study")
    with right:
        plain("A study follows many virtual patients in several arms, as a trial would.", "p", "muted")
        plain("Press Run it: progress is shown, and you can go on in the other tabs meanwhile.", "p", "muted")
    Tab(left, right).fill()


class Tab:
    """The elements of the tab, and what happens when a study is run."""

    def __init__(self, left: ui.element, right: ui.element) -> None:
        self.left, self.right = left, right
        self.held: dict[str, Any] = {"name": FIRST, "patients": FEW}

    def fill(self) -> None:
        """The form."""
        from ...cohort import studies

        bundled = studies()
        titles = {name: title_of(text) or name for name, text in bundled.items()}
        with self.left:
            choice("A bundled study", titles, self.held, "name", self.chosen)
            with ui.element("div").classes("pair"):
                entry("Patients", self.held, "patients", nothing, hint="as the file says")
                entry("Seed", self.held, "seed", nothing, hint="as the file says")
            self.work = Working("Run it", self.job, self.show)
            with ui.expansion("The study file: change it, or paste your own").props("dense"):
                self.text = entry("Study file", self.held, "text", nothing, lines=16).classes("code")
        self.chosen()

    def chosen(self) -> None:
        """Another bundled study."""
        from ...cohort import studies

        self.text.set_value(studies().get(self.held["name"] or "", ""))

    def job(self) -> Job[StudyDone]:
        """The study of the form; raises InputError."""
        from ...cohort import study_of
        from ..work.studying import study_job

        numbers = {key: number_of(key, self.held.get(key)) for key in ("patients", "seed")}
        return study_job(study_of(self.held["text"], self.held["name"] or "study", **numbers), drawn=True)

    def show(self, done: StudyDone) -> None:
        """Tables, figures, what to be careful about, files to take along."""
        from ..sections.afterwards import Afterwards

        manifest = done.record.manifest
        self.right.clear()
        with self.right:
            plain(manifest["title"], "h2")
            with ui.element("div").classes("chips"):
                to_take(report_files("study", lambda: report_of(done)))
                for name, table in done.tables.items():
                    chip(name, False, lambda name=name, table=table: ui.download(table, name))
            for title, columns, rows in done.said:
                plain(title, "h3")
                plain_table(columns, rows)
            for name, svg in done.figures.items():
                picture(svg, f"Figure: {name.replace('-', ' ')}")
            try:
                Afterwards(done).fill()
            except InputError as error:  # its tables were too large to be kept, or others came meanwhile
                refusal(error)
            caution_list(f"{c['about']}: {c['says']}" for c in manifest["cautions"])
            plain(done.record.disclaimer, "p", "muted")


def title_of(text: str) -> str:
    """The title in a study file."""
    found = _TITLE.search(text)
    return found[1] if found else ""


def number_of(where: str, given: str | None) -> int | None:
    """A whole number that was typed, None when nothing was; raises InputError."""
    from ..work.studying import MOST_PATIENTS

    if not (given or "").strip():
        return None
    found, least = whole(given or ""), 1 if where == "patients" else 0
    if found is None or not least <= found < 2**63:
        allowed = f"a whole number up to {MOST_PATIENTS:,}" if where == "patients" else "a whole number"
        raise InputError(Problem(where, given, allowed))
    return found
