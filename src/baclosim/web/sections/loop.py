"""The pump in a closed loop: two example controllers beside the programmed dose, on the patient of the page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ..bench import Bench, without_empty
from ..charts.loop import loop_height, loop_options
from ..elements.parts import caution_list, entry, halves, more, nothing, numbered, plain, plain_table, redraw
from ..elements.working import Working
from ..work.jobs import Job
from ..work.looping import COLUMNS, LoopDone, LoopWanted
from .sums import of_pump

Table = dict[str, Any]
FIRST: Table = {"dose": "50 ug/day", "before": "90 days", "duration": "28 days", "target": "2"}
CAUTIONS = (
    "Research and education: no such controller is licensed, and none shown here may be connected to a patient.",
    "Noise and bias of the sensor are assumed; a gain and a target are choices. The safety layer is always on.",
)


def panel(bench: Bench) -> None:
    """Build the room."""
    left, right = halves("The loop", "What the controllers do")
    with right:
        plain("What would a pump do that reads tone from a sensor and sets its own dose?", "p", "muted")
        plain("Two example controllers, beside the dose as it is programmed, on the same patient.", "p", "muted")
    Tab(bench, left, right).fill()


def pump_of(bench: Bench) -> Table:
    """The pump of the therapy that is shown; an empty table when it has none."""
    return without_empty(bench.therapy().get("pump") or {})


class Tab:
    """The elements of the room, and what happens when the loop is run."""

    def __init__(self, bench: Bench, left: ui.element, right: ui.element) -> None:
        self.bench, self.left, self.right = bench, left, right
        self.held: Table = FIRST | {key: dose for key, dose in of_pump(pump_of(bench)).items() if key == "dose"}
        self.done: LoopDone | None = None
        bench.listeners.append(lambda _: self.draw())

    def fill(self) -> None:
        """The form."""
        held = self.held
        with self.left:
            with ui.element("div").classes("stack"):
                entry("Dose until now", held, "dose", nothing, hint="100 ug/day")
                with ui.element("div").classes("pair"):
                    entry("On it for", held, "before", nothing, hint="90 days")
                    entry("Follow for", held, "duration", nothing, hint="28 days")
                    entry("Ashworth aimed at", held, "target", nothing, hint="2")
                    entry("A decision every", held, "interval", nothing, hint="2 h")
            label = "Another virtual patient, pump and sensor"
            ui.checkbox(label, value=False).bind_value(held, "differs")
            with more(), ui.element("div").classes("pair"):
                entry("Gain of the proportional one", held, "gain", nothing, hint="0.1")
                entry("Seed", held, "seed", nothing, hint="1")
            plain("For the patient of the Simulate tab. A pump that is implanted there is taken with its faults, "
                  "without its program; tablets and other drugs are left out.", "p", "muted")  # fmt: skip
            self.work = Working("Run the controllers", self.job, self.show)

    def job(self) -> Job[LoopDone]:
        """The loop of the form; raises ValidationError or InputError."""
        given = numbered(without_empty(self.held), "seed")
        pump = {key: value for key, value in pump_of(self.bench).items() if key != "program"}
        return LoopWanted.model_validate({**given, "patient": self.bench.study.patient, "pump": pump}).job()

    def show(self, done: LoopDone) -> None:
        """The table, the chart, what to be careful about."""
        self.done = done
        self.right.clear()
        with self.right:
            plain("Controllers beside the programmed dose", "h2")
            plain_table(COLUMNS, list(done.rows()))
            self.chart = ui.echart({"series": []}).style(f"width:100%;height:{loop_height()}px")
            self.chart.props('role="img" aria-label="Dose, tone and drowsiness over time"')
            caution_list(CAUTIONS)
        self.draw()

    def draw(self) -> None:
        """The chart in the dress that the page wears."""
        if self.done is not None:
            redraw(self.chart, loop_options(self.done, self.bench.look))
