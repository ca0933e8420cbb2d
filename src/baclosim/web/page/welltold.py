"""How well the published cases of the evidence are told, each judged without itself."""

from __future__ import annotations

from nicegui import ui

from ...syndromes.calibration import CALIBRATED, CASES, Calibration, bin_rows, calibrated, case_rows
from ..live import Latest, Stale
from .parts import chip, plain, plain_table, soon

WHAT = "How well published cases are told"


class WellTold:
    """A chip that asks for it; the answer takes the place of what stands in `right`, unless something newer is asked.

    requests  of all that stands there
    """

    def __init__(self, right: ui.element, requests: Latest) -> None:
        with ui.element("div").classes("chips"):
            chip(WHAT, False, lambda: soon(self.ask))
            self.status = plain("", "span", "muted").props('role="status" aria-live="polite"')
        self.right, self.requests = right, requests

    async def ask(self) -> None:
        """Judge every case on a thread, and show how that went."""
        self.status.text = "Judging every published case…"
        try:
            found = await self.requests.run(calibrated)
        except Stale:
            return
        finally:
            self.status.text = ""
        self.right.clear()
        with self.right:
            show(found)


def show(found: Calibration) -> None:
    """Shares with their intervals, claims beside what came true, and every case."""
    plain(WHAT, "h2")
    plain(
        f"The published diagnosis stands first in {found.within(1)}, among the first three in {found.within(3)}.", "p"
    )
    plain(f"Log score: {found.log_score:.2f} bits a case. Nothing was fitted to these cases.", "p", "muted")
    plain_table(CALIBRATED, bin_rows(found))
    plain_table(CASES, case_rows(found))
