"""The results: numbers at a glance, curves linked in time, what to be careful about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ...errors import BaclosimError, InputError
from ...outcome import Outcome
from ...report import build
from ...report.document import Tile
from ...report.results import at_a_glance
from ..bench import Bench
from ..charts.curves import Drawn, chart_height, course_options
from ..charts.parts import Look, Options
from ..elements.parts import caution_list, chip, plain, redraw, soon
from ..elements.takeaway import report_files, to_take
from ..live import PATIENTS, Latest, Stale, outcomes, previews
from ..study import Study
from .form import NAMES

BANDS = {"between": "Spread between patients", "uncertain": "Uncertainty of the typical patient"}


@dataclass(frozen=True)
class Picture:
    """Curves ready to be shown, and what is said of them.

    says   each therapy in words
    tiles  a few results of the therapy that is chosen; none while something is dragged
    """

    options: Options
    status: str
    says: tuple[str, ...]
    tiles: tuple[Tile, ...] = ()


class Results:
    """The elements of the results, and how they are kept in step with what is applied."""

    def __init__(self, bench: Bench, place: ui.element) -> None:
        self.bench, self.place = bench, place
        self.found: Sequence[Outcome] = ()
        self.says: list[TextElement] = []

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
            self.says = []
            with ui.element("div").classes("chips"):
                for name, label in BANDS.items():
                    chip(label, getattr(self.bench.look, name), lambda name=name: self.toggle(name))
            with ui.element("div") as self.drawing:
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
        self.drawing.classes(add="pending")
        try:
            self.found, picture = await self.bench.curves.run(
                computed, self.bench.study, self.bench.look, self.bench.chosen
            )
        except Stale:
            return
        except BaclosimError as error:
            self.status.text = f"This study could not be simulated: {error}"
            return
        self.drawing.classes(remove="pending")
        self.show(picture)

    async def preview(self) -> None:
        """Draw the draft while something is dragged, if that is quick and it can be read."""
        try:
            picture = await self.bench.curves.in_passing(previewed, self.bench.drafted(), self.bench.look)
        except (InputError, Stale):
            return
        if picture is None:
            return
        self.status.text = picture.status
        if len(self.says) == len(picture.says):
            self.glance.classes(add="pending")
            for element, words in zip(self.says, picture.says, strict=True):
                element.text = words
        else:
            self.heading(picture)
        redraw(self.chart, picture.options, chart_height(picture.options))

    def draw(self) -> None:
        """Everything about the outcomes at hand, as they are to look now."""
        if self.found:
            self.show(pictured(self.found, self.bench.look, self.bench.chosen))

    def show(self, picture: Picture) -> None:
        """The curves, and all that stands above and below them."""
        redraw(self.chart, picture.options, chart_height(picture.options))
        self.status.text = picture.status
        self.heading(picture)
        self.foot.clear()
        with self.foot:
            with ui.element("div").classes("chips"):
                chosen = self.found[min(self.bench.chosen, len(self.found) - 1)]
                to_take(report_files("report", lambda: build(chosen)))
            caution_list(dict.fromkeys(c for o in self.found for c in o.cautions))

    def heading(self, picture: Picture) -> None:
        """Each therapy in words, and the numbers at a glance."""
        self.head.clear()
        with self.head:
            self.says = [plain(words, "p", "says") for words in picture.says]
            self.glance = tiles(picture.tiles)


def computed(study: Study, look: Look, chosen: int) -> tuple[tuple[Outcome, ...], Picture]:
    """A study simulated, and how it is shown."""
    found = outcomes(study)
    return found, pictured(found, look, chosen)


def pictured(found: Sequence[Outcome], look: Look, chosen: int) -> Picture:
    """How outcomes are shown, with the numbers of the therapy that is chosen."""
    status = (
        f"Medians of {found[0].patients.patients} virtual patients like this one; shaded: 5 to 95 % of them; "
        "dashed: 95 % interval of the typical patient."
    )
    glance = at_a_glance(found[min(chosen, len(found) - 1)]).items
    return Picture(curves(found, look), status, said(found), tuple(glance))


def previewed(study: Study, look: Look) -> Picture | None:
    """The curves of a draft while it is dragged; None where they would take long."""
    found = previews(study, len(Latest.dragging))
    if not found:
        return None
    shown = found[0].patients.patients
    fewer = "" if shown == PATIENTS else f"; {PATIENTS} when you let go"
    status = f"While you drag: medians and spread of {shown} virtual patients{fewer}."
    return Picture(curves(found, look), status, said(found))


def curves(found: Sequence[Drawn], look: Look) -> Options:
    """The options of the chart."""
    return course_options(found, list(NAMES[: len(found)]), look)


def said(found: Sequence[Drawn]) -> tuple[str, ...]:
    """Each therapy in words, named where there are several."""
    sentences = tuple(str(o.scenario.therapy) for o in found)
    return sentences if len(found) == 1 else tuple(f"{NAMES[i]}: {s}" for i, s in enumerate(sentences))


def tiles(rows: Sequence[Tile]) -> ui.element:
    """A few results, large."""
    with ui.element("div").classes("tiles") as made:
        for tile in rows:
            with ui.element("div").classes("tile"):
                plain(tile.label, "div", "what")
                plain(f"{tile.number} {tile.unit}", "div", "number")
                for line in tile.lines:
                    plain(line, "div", "range")
    return made
