"""The sums of a pump nurse: refill, another concentration, priming, a gap in volume; each with its working."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from ...errors import BaclosimError
from ...pump import sums
from ...pump.arithmetic import Answer, RefillDates
from ...pump.asked import Asked, with_units
from ...pump.device import DEVICES
from ..bench import Bench, without_empty
from ..elements.parts import caution_list, chip, choice, entry, halves, nothing, plain, refusal
from ..elements.takeaway import File, to_take

Table = dict[str, Any]
USUAL: Table = {"device": "synchromed-ii-40", "concentration": "2000 ug/mL", "dose": "350 ug/day"}


@dataclass(frozen=True)
class Sum:
    """One kind of sum: its label, which entries it takes, whether boxes to tick, and how it is done."""

    label: str
    keys: tuple[str, ...]
    work: Callable[..., Answer]
    ticks: tuple[str, ...] = ()


ENTRIES = {
    "concentration": ("Concentration", "2000 ug/mL"),
    "old": ("Concentration before", "500 ug/mL"),
    "new": ("Concentration after", "2000 ug/mL"),
    "dose": ("Daily dose", "350 ug/day"),
    "volume": ("Filled in", "full"),
    "filled_on": ("Day of the fill", "2026-01-05"),
    "catheter_length": ("Catheter, implanted length", "usual"),
    "catheter_volume": ("Or its dead volume", "0.2 mL"),
    "expected": ("The pump expects", "4.2 mL"),
    "aspirated": ("Drawn back", "9 mL"),
    "filled": ("Last fill", "full"),
}
TICKS = {"new_pump": "The pump is new: its tubing is empty, too", "full": "The catheter already holds drug"}
CATHETER = ("catheter_length", "catheter_volume")
SUMS = {
    "refill": Sum("Refill", ("concentration", "dose", "volume", "filled_on"), sums.refill),
    "bridge": Sum("Another concentration", ("old", "new", "dose", *CATHETER, "volume", "filled_on"), sums.bridge),
    "prime": Sum("Priming bolus", ("concentration", *CATHETER), sums.prime, ("new_pump", "full")),
    "gap": Sum("A gap in volume", ("expected", "aspirated", "filled"), sums.discrepancy),
}


def panel(bench: Bench) -> None:
    """Build the room."""
    left, right = halves("What is asked of the pump", "The answer")
    with right:
        plain("Refill dates, boluses and volumes, each with its working to follow by hand.", "p", "muted")
    Tab(left, right, {**USUAL, **of_pump(bench.therapy().get("pump") or {})}).fill()


def of_pump(pump: Table) -> Table:
    """What the pump of the therapy says already."""
    dose = (pump.get("program") or [{}])[0].get("dose")
    known = {"device": pump.get("device"), "concentration": pump.get("concentration"), "dose": dose}
    return {key: value for key, value in known.items() if value}


class Tab:
    """The elements of the room, and what happens when something is asked."""

    def __init__(self, left: ui.element, right: ui.element, held: Table) -> None:
        self.left, self.right = left, right
        self.held = {**held, "old": held["concentration"]}
        self.kind = "refill"

    def fill(self) -> None:
        """The form of the sum that is chosen."""
        one = SUMS[self.kind]
        self.left.clear()
        with self.left:
            with ui.element("div").classes("chips"):
                for kind, other in SUMS.items():
                    chip(other.label, kind == self.kind, lambda kind=kind: self.choose(kind))
            self.problems = ui.element("div")
            with ui.element("div").classes("stack"):
                choice("Pump", list(DEVICES), self.held, "device", nothing, needed=True)
                with ui.element("div").classes("pair"):
                    for key in one.keys:
                        label, hint = ENTRIES[key]
                        entry(label, self.held, key, nothing, hint=hint)
                for key in one.ticks:
                    ui.checkbox(TICKS[key], value=bool(self.held.get(key))).bind_value(self.held, key)
            with ui.element("div").classes("chips"):
                ui.button("Work it out", on_click=self.work).classes("main").props("unelevated")

    def choose(self, kind: str) -> None:
        """Another sum."""
        self.kind = kind
        self.fill()

    def work(self) -> None:
        """Do the sum and show its working."""
        self.problems.clear()
        one = SUMS[self.kind]
        asked = without_empty({key: self.held.get(key) for key in ("device", *one.keys, *one.ticks)})
        given = {**dict.fromkeys(needed(one), ""), **asked}
        try:
            answer = one.work(Asked(lambda key: key.replace("-", " ")), **given)
        except BaclosimError as error:
            with self.problems:
                refusal(error)
            return
        self.right.clear()
        with self.right:
            self.show(answer, one.label)

    def show(self, answer: Answer, title: str) -> None:
        """Working, warnings, what to take along."""
        plain(title, "h2")
        with ui.element("div").classes("chips"):
            to_take(files(answer, self.kind))
        for line in answer.first:
            plain(line, "p", "says")
        caution_list(answer.warnings)
        plain("Working", "h3")
        with ui.element("ol").classes("working"):
            for line in answer.rest:
                plain(line, "li")


def needed(one: Sum) -> tuple[str, ...]:
    """The entries that a sum cannot do without."""
    return tuple(key for key in one.keys if key in ("concentration", "old", "new", "dose", "expected", "aspirated"))


def files(answer: Answer, kind: str) -> list[File]:
    """The sheet of a refill and its dates for a calendar, and every answer as JSON."""

    def sheet(paper: str) -> bytes:
        from ...report.pdf import render
        from ...report.refill import document_of

        assert isinstance(answer, RefillDates)
        return render(document_of(answer), paper)

    def dates(_: str) -> bytes:
        from ...pump.calendar import calendar, refill_entries

        assert isinstance(answer, RefillDates)
        return calendar(refill_entries(answer))

    def record(_: str) -> bytes:
        import json

        return json.dumps(with_units(dataclasses.asdict(answer)), indent=1, default=str).encode()

    found = [File("All as JSON", f"{kind}.json", record)]
    if isinstance(answer, RefillDates):
        found.insert(0, File("Sheet as PDF", "refill-sheet.pdf", sheet))
        if answer.filled_on:
            found.insert(1, File("Calendar file", "refill.ics", dates))
    return found
