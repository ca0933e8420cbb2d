"""The results: numbers at a glance, curves linked in time, what to be careful about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nicegui import ui

from ...errors import BaclosimError, InputError
from ...outcome import Outcome
from ...report import build
from ...report.document import Tile
from ...report.results import at_a_glance
from ..bench import Bench
from ..charts import Drawn, chart_height, course_options
from ..live import Stale, outcomes, previews
from .form import NAMES
from .parts import caution_list, chip, plain, redraw, soon
from .takeaway import report_files, to_take

BANDS = {"between": "Spread between patients", "uncertain": "Uncertainty of the typical patient"}


class Results:
    """The elements of the results, and how they are kept in step with what is applied."""

    def __init__(self, bench: Bench, place: ui.element) -> None:
        self.bench, self.place = bench, place
        self.found: Sequence[Outcome] = ()

    def told(self, _: object) -> None:
        """Something else is applied."""
        self.fill()
        self.draw()
        soon(self.compute)

    def fill(self) -> None:
        """The frame; curves come when they are computed."""
        self.place.clear()
        with self.place:
            self.status = plain("", "div", "status").props('role="status" aria-live="polite"')
            self.head = ui.element("div")
            with ui.element("div").classes("chips"):
                for name, label in BANDS.items():
                    chip(label, getattr(self.bench.look, name), lambda name=name: self.toggle(name))
            self.chart = ui.echart({"series": []}).style("width:100%;height:760px")
            self.chart.props('role="img" aria-label="Curves over time"')
            self.foot = ui.element("div")

    def toggle(self, band: str) -> None:
        """Show a band or not."""
        look = self.bench.look
        self.bench.look = replace(look, **{band: not getattr(look, band)})
        self.fill()
        self.draw()

    async def compute(self) -> None:
        """Simulate what is applied and show what comes of it."""
        self.status.text = "Simulating…"
        self.chart.classes(add="pending")
        try:
            self.found = await self.bench.curves.run(outcomes, self.bench.study)
        except Stale:
            return
        except BaclosimError as error:
            self.status.text = f"This study could not be simulated: {error}"
            return
        self.chart.classes(remove="pending")
        self.draw()

    async def preview(self) -> None:
        """Draw the draft while something is dragged, if that is quick and it can be read."""
        try:
            found = await self.bench.curves.in_passing(previews, self.bench.drafted())
        except (InputError, Stale):
            return
        if found:
            self.draw_curves(found)

    def draw(self) -> None:
        """Everything about the outcomes at hand."""
        if not self.found:
            return
        self.draw_curves(self.found)
        self.status.text = (
            f"Medians of {self.found[0].patients.patients} virtual patients like this one; shaded: 5 to 95 % of them; "
            "dashed: 95 % interval of the typical patient."
        )
        self.head.clear()
        with self.head:
            for i, outcome in enumerate(self.found):
                name = f"{NAMES[i]}: " if len(self.found) > 1 else ""
                plain(f"{name}{outcome.scenario.therapy}", "p", "says")
            tiles(at_a_glance(self.found[min(self.bench.chosen, len(self.found) - 1)]).items)
        self.foot.clear()
        with self.foot:
            with ui.element("div").classes("chips"):
                chosen = self.found[min(self.bench.chosen, len(self.found) - 1)]
                to_take(report_files("report", lambda: build(chosen)))
            caution_list(dict.fromkeys(c for o in self.found for c in o.cautions))

    def draw_curves(self, found: Sequence[Drawn]) -> None:
        """The curves alone."""
        options = course_options(found, list(NAMES[: len(found)]), self.bench.look)
        redraw(self.chart, options, chart_height(options))


def tiles(rows: Sequence[Tile]) -> None:
    """A few results, large."""
    with ui.element("div").classes("tiles"):
        for tile in rows:
            with ui.element("div").classes("tile"):
                plain(tile.label, "div", "what")
                plain(f"{tile.number} {tile.unit}", "div", "number")
                for line in tile.lines:
                    plain(line, "div", "range")
