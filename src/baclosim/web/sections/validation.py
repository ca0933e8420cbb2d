"""Predicted against observed, in the tab of the claims: computed once for everybody, by verdict, with its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nicegui import ui

from ..elements.parts import chip, picture, plain, plain_table
from ..elements.working import Working
from ..work.validating import ValidationDone, known, validation_job
from .afterwards import form

if TYPE_CHECKING:
    from ...claims.validation.comparing import Comparison

MARKS = {"agrees": "✓", "near": "≈", "misses": "✗", "too wide to tell": "↔", "not predicted": "–"}
"""How a verdict looks, beside its word: no colour carries it."""


def panel() -> None:
    """The part of the tab: a button that computes, or what is known already."""
    plain("What it predicts of published numbers", "h2")
    plain(
        "Every prediction beside what was observed: facts that never set a parameter, facts whose source was left out "
        "of a fit, and facts that the model was fitted to. It takes about half a minute, once for everybody.",
        "p",
        "muted",
    )
    Working("Compare with published numbers", validation_job, lambda done: Table(done, place).fill())
    place = ui.element("div")
    done = known()
    if done:
        Table(done, place).fill()


class Table:
    """The comparisons, all of them or those of one verdict."""

    def __init__(self, done: ValidationDone, place: ui.element) -> None:
        self.done, self.place = done, place
        self.verdict = ""

    def fill(self) -> None:
        """Chips for the verdicts, files, and a table for each kind of fact."""
        from ...claims.validation.comparing import GROUPS

        counts = Counter(row.verdict for row in self.done.rows)
        self.place.clear()
        with self.place:
            with ui.element("div").classes("chips"):
                self.only("", f"All {len(self.done.rows)}")
                for verdict, mark in MARKS.items():
                    self.only(verdict, f"{mark} {counts[verdict]} {verdict}")
            for group in GROUPS:
                self.group(group, [row for row in self.done.rows if row.group == group])
            with ui.element("div").classes("chips"):
                for name, content in self.done.files.items():
                    chip(name, False, lambda name=name, content=content: ui.download(content, name))

    def only(self, verdict: str, label: str) -> None:
        """A chip that shows one verdict alone."""

        def pressed() -> None:
            self.verdict = verdict
            self.fill()

        chip(label, verdict == self.verdict, pressed)

    def group(self, group: str, rows: Sequence[Comparison]) -> None:
        """One kind of fact: what it is, its rows, its figure."""
        from ...claims.validation.comparing import GROUP_SAYS
        from ...claims.validation.writing import COLUMNS, cells, tally

        shown = [row for row in rows if self.verdict in ("", row.verdict)]
        title = f"{group.capitalize()}: {tally(rows, group)}"  # type: ignore[arg-type]
        with form(title, is_open=group == "held out" or bool(self.verdict)):
            plain(GROUP_SAYS[group], "p", "muted")  # type: ignore[index]
            if not shown:
                plain("None of them.", "p", "muted")
                return
            what, fact, verdict, *numbers = COLUMNS
            plain_table(
                (verdict, what, *numbers, fact),
                [(f"{MARKS[row.verdict]} {said[2]}", said[0], *said[3:], said[1]) for row in shown
                 for said in (cells(row),)],
            )  # fmt: skip
            figure = self.done.files.get(f"{group.replace(' ', '-')}.svg")
            if figure and not self.verdict:
                picture(figure.decode(), f"Predicted over observed, {group}")
