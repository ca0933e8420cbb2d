"""The tab of the pump: device, catheter, program as a strip of the day, faults by a click, and what follows."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

from nicegui import ui

from ...errors import BaclosimError
from ...figures.display import readable, time_in_words
from ...pump.deliver import Delivery
from ...pump.device import DEVICES
from ...pump.faults import KINDS
from ..bench import Bench
from ..charts.parts import Look
from ..charts.volume import volume_options
from ..elements.drafted import Drafted
from ..elements.parts import chip, choice, entry, halves, nothing, plain, plain_table, redraw, soon
from ..elements.rooms import Rooms
from ..elements.strip import Strip
from ..live import Latest, Stale
from ..sections import loop, sums

USUAL = {
    "device": "synchromed-ii-40",
    "concentration": "2000 ug/mL",
    "catheter": {"length": "66 cm", "tip": "T10"},
    "program": [{"at": "0 h", "mode": "simple continuous", "dose": "350 ug/day"}],
    "refill": "at low reservoir",
}
BY_DAY = ("06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h")
MORNING = "08:00"
MODES = ("simple continuous", "flex", "stopped")
REFILLS = ("at low reservoir", "never", "every 90 days", "4 days before low reservoir")


def panel(bench: Bench) -> None:
    """Build the tab: this pump, the sums of a nurse, and the pump in a closed loop."""
    Rooms(bench, {"This pump": machine, "Sums": sums.panel, "Closed loop": loop.panel}, "What of the pump")


def machine(bench: Bench) -> None:
    """Build the room of the pump of this therapy."""
    left, right = halves("Pump", "What the pump does")
    tab = Tab(bench, left, right)
    bench.listeners.append(tab.told)
    tab.fill()


class Tab(Drafted):
    """The elements of the tab, and what happens when something is changed."""

    def __init__(self, bench: Bench, left: ui.element, right: ui.element) -> None:
        super().__init__(bench)
        self.left, self.right = left, right
        self.requests = Latest()

    @property
    def pump(self) -> dict[str, Any] | None:
        """The table of the pump in the therapy that the form shows."""
        return self.bench.therapy().get("pump")

    def told(self, by: object) -> None:
        """Something else is applied."""
        if by is not self:
            self.fill()
        else:
            soon(self.compute)

    def fill(self) -> None:
        """The tab anew."""
        self.left.clear()
        self.right.clear()
        with self.left:
            self.problems = ui.element("div")
            if self.pump is None:
                self.offer()
                return
            self.machine()
            self.programs()
            self.faults()
        with self.right:
            self.status = plain("", "div", "status").props('role="status"')
            self.head = ui.element("div")
            self.chart = ui.echart({"series": []}).style("width:100%;height:230px")
            self.chart.props('role="img" aria-label="Volume in the reservoir"')
            self.log = ui.element("div")
        self.show_problems()
        soon(self.compute)

    def offer(self) -> None:
        """A therapy without a pump."""
        plain("This therapy has no pump.", "p", "muted")
        ui.button("Implant a pump", on_click=self.implant).classes("main").props("unelevated")
        plain("Tablets stay as they are; take them out in the Simulate tab if the pump replaces them.", "p", "muted")

    def implant(self) -> None:
        """A usual pump on a usual program."""
        self.bench.therapy()["pump"] = copy.deepcopy(USUAL)
        if "oral" in self.bench.therapy() and not self.bench.therapy()["oral"]:
            del self.bench.therapy()["oral"]
        self.changed()
        self.fill()

    def machine(self) -> None:
        """Device, drug and catheter."""
        pump = self.pump
        assert pump is not None
        catheter = pump.setdefault("catheter", {})
        with ui.element("div").classes("stack"):
            plain("Pump and catheter", "h3")
            choice("Device", list(DEVICES), pump, "device", self.changed, needed=True)
            with ui.element("div").classes("pair"):
                entry("Concentration", pump, "concentration", self.changed, hint="2000 ug/mL")
                entry("Volume at the start", pump, "volume", self.changed, hint="full")
                entry("Catheter length", catheter, "length", self.changed, hint="66 cm")
                entry("Level of the tip", catheter, "tip", self.changed, hint="T10")
                choice("Refill", list(REFILLS), pump, "refill", self.changed, needed=True)
                entry("Age of the pump", pump, "age", self.changed, hint="new")

    def programs(self) -> None:
        """What the pump is told, entry by entry."""
        pump = self.pump
        assert pump is not None
        entries = pump.setdefault("program", [{}])
        with ui.element("div").classes("stack"):
            plain("Program", "h3")
            for number, table in enumerate(entries):
                self.program(entries, number, table)
            chip("Add a change of program", False, lambda: self.append(entries, {"at": "30 days", **latest(entries)}))

    def program(self, entries: list[Any], number: int, table: dict[str, Any]) -> None:
        """One entry of the program."""
        with ui.element("div").classes("triple program"):
            entry("At", table, "at", self.changed, hint="0 h")
            modes = [*MODES, *({str(table["mode"])} - set(MODES) if table.get("mode") else ())]
            choice("Mode", modes, table, "mode", lambda: self.mode_changed(table), needed=True)
            entry("Dose", table, "dose", self.changed, hint="350 ug/day")
            button = ui.button(icon="close", on_click=functools.partial(self.take, entries, number))
            button.props(f'flat dense round size=sm aria-label="Remove program {number + 1}"')
            button.set_enabled(len(entries) > 1)
        if table.get("mode") == "flex":
            Strip(table, self.changed)

    def mode_changed(self, table: dict[str, Any]) -> None:
        """Another mode needs other entries."""
        if table.get("mode") == "flex":
            table.setdefault("steps", list(BY_DAY))
            self.bench.draft["simulate"].setdefault("start", MORNING)  # clock times need one
            table.pop("dose", None)
        else:
            table.pop("steps", None)
            if table.get("mode") == "stopped":
                table.pop("dose", None)
            else:
                table.setdefault("dose", "350 ug/day")
        self.changed()
        self.fill()

    def faults(self) -> None:
        """What goes wrong: chosen from a list, each with its time."""
        pump = self.pump
        assert pump is not None
        entries = pump.setdefault("faults", [])
        held = {"kind": "catheter disconnection"}
        with ui.element("div").classes("stack"):
            plain("What goes wrong", "h3")
            for number, table in enumerate(entries):
                with ui.element("div").classes("triple"):
                    where = "refill" if "refill" in table else "at"
                    entry("At refill" if where == "refill" else "At", table, where, self.changed, hint="45 days")
                    plain(str(table.get("kind", "")), "div")
                    if where == "at":
                        entry("Until", table, "until", self.changed, hint="it stays")
                    else:
                        plain("", "div")
                    button = ui.button(icon="close", on_click=functools.partial(self.take, entries, number))
                    button.props(f'flat dense round size=sm aria-label="Remove fault {number + 1}"')
            says = {name: f"{name}: {kind.says}" for name, kind in KINDS.items()}
            choice("Kind of fault", says, held, "kind", nothing, needed=True)
            ui.button("Let it happen", on_click=lambda: self.inject(entries, held["kind"])).props("outline")

    def inject(self, entries: list[Any], kind: str) -> None:
        """A fault half-way through the run, or at the first refill."""
        hours = self.bench.study.scenario(self.bench.chosen).duration
        when = {"refill": 1} if KINDS[kind].lasts == "refill" else {"at": time_in_words(hours / 2.0)}
        self.append(entries, {**when, "kind": kind})

    def append(self, entries: list[Any], table: dict[str, Any]) -> None:
        """One entry more."""
        entries.append(table)
        self.changed()
        self.fill()

    def take(self, entries: list[Any], number: int) -> None:
        """One entry less."""
        del entries[number]
        self.changed()
        self.fill()

    async def compute(self) -> None:
        """Let the pump run, and show what it did."""
        if self.pump is None:
            return
        study, number = self.bench.study, min(self.bench.chosen, len(self.bench.study.therapies) - 1)
        try:
            delivery, duration, gap = await self.requests.run(delivered, study.scenario, number)
        except Stale:
            return
        except BaclosimError as error:
            self.status.text = str(error)
            return
        if delivery is None:
            return
        self.show(delivery, duration, gap, self.bench.look)

    def show(self, delivery: Delivery, duration: float, gap: str, look: Look) -> None:
        """Numbers, reservoir and log."""
        reached = "All that was programmed reached the spinal fluid, within the pump's accuracy."
        self.status.text = (
            "What reached the spinal fluid is not what was programmed: the sum stands below." if gap else reached
        )
        self.head.clear()
        with self.head:
            with ui.element("div").classes("tiles"):
                for what, number, note in headline(delivery, duration):
                    with ui.element("div").classes("tile"):
                        plain(what, "div", "what")
                        plain(number, "div", "number")
                        plain(note, "div", "range")
            if gap:
                plain(gap, "p", "muted")
        redraw(self.chart, volume_options(delivery, duration, look))
        self.log.clear()
        with self.log:
            plain("Log", "h3")
            seen = {"truth": "nobody saw it", "person": "a person", "device": "the pump"}
            rows = [(time_in_words(e.time), e.priority, e.text, seen[e.source]) for e in delivery.log]
            plain_table(("when", "how urgent", "what", "who knows"), rows, is_calendar=True)


def delivered(scenario: Callable[[int], Any], number: int) -> tuple[Delivery | None, float, str]:
    """What the typical pump of a therapy gave, over how long [h], and what lies between programmed and given."""
    study = scenario(number)
    pump = study.therapy.pump
    if pump is None:
        return None, study.duration, ""
    delivery = pump.delivery(study.duration, seed=study.seed)
    return delivery, study.duration, pump.explained(delivery)


def headline(delivery: Delivery, duration: float) -> list[tuple[str, str, str]]:
    """What people look for first: what, the number, a note."""
    alarms = delivery.alarms()
    first = f"first at {time_in_words(alarms[0].time)}: {alarms[0].values['alarm']}" if alarms else "none in this time"
    usable = delivery.pump.true_volume - delivery.pump.device.residual_volume
    return [
        ("Programmed", f"{readable(delivery.programmed)} ug", f"in {time_in_words(duration)}"),
        (
            "Into the spinal fluid",
            f"{readable(delivery.delivered)} ug",
            f"lost outside {readable(delivery.balance.lost)} ug",
        ),
        ("Usable at the end", f"{readable(max(usable, 0.0))} mL", "in the reservoir"),
        ("Alarms", str(len(alarms)), first),
    ]


def latest(entries: list[Any]) -> dict[str, Any]:
    """Mode and dose of the last entry, to begin a further one with."""
    return {key: value for key, value in entries[-1].items() if key in ("mode", "dose", "steps")}
