"""The form: who is treated and how. What cannot be read yet is a draft; it never changes a curve."""

from __future__ import annotations

import copy
import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from ...errors import InputError
from ...figures.style import SERIES
from ...patient import CONDITIONS
from ...scenario.reading import examples
from ..bench import Bench
from ..dosetable import Row, rows_of, sentence_of
from ..elements.drafted import Drafted
from ..elements.parts import Slider, chip, choice, entry, plain
from ..study import MOST_THERAPIES, from_example

NAMES = "ABCD"
LARGEST_DOSE = 60.0  # mg, the least that the slider reaches


class Form(Drafted):
    """The elements of the form, and what happens when something is typed, dragged or pressed."""

    def __init__(
        self, bench: Bench, place: ui.element, preview: Callable[[], Awaitable[None]], restore: Callable[[], None]
    ) -> None:
        super().__init__(bench)
        self.place, self.preview, self.restore = place, preview, restore

    def told(self, by: object) -> None:
        """Something else is applied; the form follows unless it said so itself."""
        if by is not self:
            self.fill()

    def fill(self) -> None:
        """The form anew, from the draft."""
        self.place.clear()
        with self.place:
            ui.select(
                titles(),
                label="Start from an example",
                on_change=lambda e: e.value and self.bench.open(from_example(e.value)),
            ).props("outlined dense options-dense")
            self.problems = ui.element("div")
            self.patient()
            self.therapies()
            self.run()
        self.show_problems()

    def patient(self) -> None:
        """Who is treated."""
        table = self.bench.draft["patient"]
        with ui.element("div").classes("stack"):
            plain("Patient", "h3")
            with ui.element("div").classes("pair"):
                entry("Age", table, "age", self.changed, hint="typical")
                choice("Sex", ["female", "male"], table, "sex", self.changed)
                entry("Weight", table, "weight", self.changed, hint="typical")
                entry("Height", table, "height", self.changed, hint="typical")
                choice("Condition", list(CONDITIONS), table, "condition", self.changed).classes("whole")
                entry("Creatinine clearance", table, "creatinine_clearance", self.changed, hint="typical").classes(
                    "whole"
                )
                entry("Ashworth, 1 to 5", table, "ashworth", self.changed, hint="by condition")
                entry("Spasms, 0 to 4", table, "spasms", self.changed, hint="by condition")

    def therapies(self) -> None:
        """What is prescribed, up to four to compare."""
        bench = self.bench
        count = len(bench.draft["therapies"])
        with ui.element("div").classes("stack"):
            plain("Therapy", "h3")
            with ui.element("div").classes("chips"):
                for i in range(count):
                    colour = bench.look.ink(SERIES[i]) if count > 1 else ""
                    chip(NAMES[i], i == bench.chosen, lambda i=i: self.choose(i), colour)
                if count < MOST_THERAPIES:
                    chip("Compare another", False, self.add)
                if count > 1:
                    chip(f"Remove {NAMES[bench.chosen]}", False, self.remove)
            self.one_therapy(bench.therapy())

    def one_therapy(self, table: dict[str, Any]) -> None:
        """The entries of one therapy: words, the same as a table, and what else is given."""
        self.words = entry(
            "By mouth, in plain words", table, "oral", self.words_changed, hint="10 mg every 8 h", lines=2
        )
        self.doses = ui.element("div").classes("stack")
        self.fill_doses()
        if "pump" in table:
            plain(f"With a pump: {pump_says(table['pump'])}. The Pump tab changes it.", "p", "muted")
        with (
            ui.expansion("Other routes, earlier treatment, other drugs").props("dense"),
            ui.element("div").classes("stack"),
        ):
            entry("Taken until hour 0", table, "earlier", self.changed, hint="20 mg four times daily for 12 months")
            entry("Into the spinal fluid, by needle", table, "intrathecal", self.changed, hint="50 ug once")
            entry("On the skin", table, "topical", self.changed, hint="1 g of 5 % cream three times daily")
            entry("Into a vein", table, "intravenous", self.changed, hint="5 mg over 1 h")
            self.alongside(table)

    def alongside(self, table: dict[str, Any]) -> None:
        """Other drugs, one a line."""
        held = {"lines": "\n".join(table.get("alongside", []))}

        def store() -> None:
            table["alongside"] = [line.strip() for line in held["lines"].splitlines() if line.strip()]
            self.changed()

        entry("Other drugs, one a line", held, "lines", store, hint="diazepam 5 mg at night", lines=2)

    def run(self) -> None:
        """How long it is followed."""
        table = self.bench.draft["simulate"]
        with ui.element("div").classes("stack"):
            plain("Follow for", "h3")
            with ui.element("div").classes("pair"):
                entry("Duration", table, "duration", self.changed, hint="14 days")
                entry("Treated so before", table, "before", self.changed, hint="not at all")
                entry("Hour 0 is at", table, "start", self.changed, hint="not told")

    # the sentence as a table, and a slider on its last dose

    def fill_doses(self) -> None:
        """The rows of the sentence, when it can be read."""
        self.doses.clear()
        try:
            rows = rows_of(self.bench.therapy().get("oral") or "")
        except InputError:
            return
        with self.doses:
            for number, row in enumerate(rows):
                self.dose_row(rows, number, row)
            chip("Add a step", False, lambda: self.store((*rows, Row("10 mg", "every 8 h"))))
            self.dose_slider(rows)

    def dose_row(self, rows: Sequence[Row], number: int, row: Row) -> None:
        """One step of the regimen."""
        held = asdict(row)

        def store() -> None:
            self.store((*rows[:number], Row(**held), *rows[number + 1 :]))

        with ui.element("div").classes("triple"):
            if row.words:
                entry(f"Step {number + 1}", held, "words", store).style("grid-column: span 3")
            else:
                entry("Dose", held, "amount", store)
                entry("When", held, "when", store)
                entry("For", held, "lasting", store, hint="on")
            rest = (*rows[:number], *rows[number + 1 :])
            button = ui.button(icon="close", on_click=lambda: self.store(rest))
            button.props(f'flat dense round size=sm aria-label="Remove step {number + 1}"').set_enabled(len(rows) > 1)

    def dose_slider(self, rows: Sequence[Row]) -> None:
        """The last dose, to drag; curves follow."""
        last = milligrams(rows[-1].amount)
        if last is None or any(row.words for row in rows):
            return
        label = plain(f"Last dose: {last:g} mg", "div", "muted")
        slider = Slider("Last dose in mg", 1.0, max(LARGEST_DOSE, 2.0 * last), last)

        def sentence(dose: float) -> str:
            return sentence_of((*rows[:-1], replace(rows[-1], amount=f"{dose:g} mg")))

        async def dragged() -> None:
            label.text = f"Last dose: {slider.value:g} mg"
            self.bench.therapy()["oral"] = sentence(slider.value)
            await self.preview()

        def let_go(event: GenericEventArguments) -> None:
            before = self.bench.study
            self.bench.therapy()["oral"] = self.words.value = sentence(float(event.args))
            self.words_changed()
            if self.bench.study == before:  # dragged back to where it was
                self.restore()

        slider.on_value_change(dragged)
        slider.on("change", let_go)

    def store(self, rows: Sequence[Row]) -> None:
        """Write the rows as the sentence."""
        self.bench.therapy()["oral"] = self.words.value = sentence_of(tuple(rows))
        self.words_changed()

    def words_changed(self) -> None:
        """The sentence is another: its rows too."""
        self.fill_doses()
        self.changed()

    # what happens

    def choose(self, number: int) -> None:
        """Show another therapy in the form."""
        self.bench.chosen = number
        self.fill()

    def add(self) -> None:
        """A further therapy, like the one shown."""
        self.bench.draft["therapies"].append(copy.deepcopy(self.bench.therapy()))
        self.bench.chosen = len(self.bench.draft["therapies"]) - 1
        self.fill()
        self.changed()

    def remove(self) -> None:
        """Take the therapy shown away."""
        del self.bench.draft["therapies"][self.bench.chosen]
        self.bench.chosen = 0
        self.fill()
        self.changed()


@functools.cache
def titles() -> dict[str, str]:
    """The bundled examples: name -> what they show."""
    return {name: from_example(name).title for name in sorted(examples())}


def milligrams(amount: str) -> float | None:
    """A dose in mg, or None when it is something else."""
    number, _, unit = amount.partition(" ")
    try:
        return float(number) if unit == "mg" else None
    except ValueError:
        return None


def pump_says(pump: dict[str, Any]) -> str:
    """A pump in a few words."""
    program = pump.get("program") or [{}]
    return f"{pump.get('device', 'a pump')}, {program[0].get('dose', 'a program of its own')}"
