"""What the Assess tab shows beside a case: how well published cases are told, and every word that a case may hold."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from ...syndromes.weighing.calibration import CALIBRATED, CASES, Calibration, bin_rows, calibrated, case_rows
from ...syndromes.words import VOCABULARY, vocabulary_rows
from ..elements.parts import chip, plain, plain_table, soon
from ..live import Latest, Stale

TOLD = "How well published cases are told"
WORDS = "Every finding and value that is known"


class Casebook:
    """A chip for each; what is asked takes the place of what stands in `right`, unless something newer is asked.

    requests  of all that stands there
    back      shows the case again
    """

    def __init__(self, right: ui.element, requests: Latest, back: Callable[[], None]) -> None:
        self.right, self.requests, self.back = right, requests, back
        with ui.element("div").classes("chips"):
            chip(TOLD, False, lambda: soon(self.judge))
            chip(WORDS, False, self.words)
            self.status = plain("", "span", "muted").props('role="status" aria-live="polite"')

    async def judge(self) -> None:
        """Judge every case on a thread, and show how that went."""
        self.status.text = "Judging every published case…"
        try:
            found = await self.requests.run(calibrated)
        except Stale:
            return
        finally:
            self.status.text = ""
        self.instead(TOLD, lambda: show(found))

    def words(self) -> None:
        """Every finding, circumstance and value."""
        self.requests.cancel()
        self.instead(WORDS, lambda: plain_table(VOCABULARY[1:], [row[1:] for row in vocabulary_rows()]))

    def instead(self, title: str, fill: Callable[[], object]) -> None:
        """Something in place of the case, with a way back."""
        self.right.clear()
        with self.right:
            plain(title, "h2")
            with ui.element("div").classes("chips"):
                chip("Back to the case", False, self.back)
            fill()


def show(found: Calibration) -> None:
    """Shares with their intervals, claims beside what came true, and every case."""
    plain(
        f"The published diagnosis stands first in {found.within(1)}, among the first three in {found.within(3)}.", "p"
    )
    plain(f"Log score: {found.log_score:.2f} bits a case. Nothing was fitted to these cases.", "p", "muted")
    plain_table(CALIBRATED, bin_rows(found))
    plain_table(CASES, case_rows(found))
