"""The tab of plans: taper, titrate, rescue, convert; emergency signs first, then the calendar, the odds, the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from ...errors import BaclosimError
from ...figures.svg import inline, to_svg
from ...plan.plan import Comparison, Plan
from ...plan.tables import step_rows
from ...report.planning import band_in_words, cell_in_words, document_of
from ..bench import Bench, without_empty
from ..live import Latest, Stale
from ..planning import KINDS
from .parts import caution_list, chip, choice, entry, nothing, plain, plain_table, refusal, soon
from .takeaway import report_files, sheet_files, to_take

LABELS = {
    "taper": "Taper",
    "titrate": "Begin and raise",
    "rescue": "Interrupted",
    "overdose": "Overdose",
    "convert": "Tablets ↔ pump",
}
FIRST: dict[str, dict[str, Any]] = {
    "taper": {"treatment": "25 mg three times daily", "since": "8 months", "tablets": "10, 5", "tier": "moderate"},
    "titrate": {"route": "oral", "goal": "ashworth below 2"},
    "rescue": {"treatment": "350 ug/day intrathecally", "since": "2 years", "off": "18 h"},
    "overdose": {"treatment": "none", "taken": "800 mg by mouth once", "ago": "3 h"},
    "convert": {"treatment": "60 mg/day by mouth in 3 doses", "since": "6 months"},
}
WIDE = 7.4  # inches


def panel(bench: Bench) -> None:
    """Build the tab."""
    with ui.element("div").classes("split"):
        with ui.element("section").classes("form").props('aria-label="What to plan"') as left:
            pass
        with ui.element("section").classes("results").props('aria-label="The plan"') as right:
            plain("Here the plan will stand: calendar, odds, other ways, a sheet to print.", "p", "muted")
    tab = Tab(bench, left, right)
    bench.takers.append(tab.taken)
    tab.taken()


class Tab:
    """The elements of the tab, and what happens when something is asked."""

    def __init__(self, bench: Bench, left: ui.element, right: ui.element) -> None:
        self.bench, self.left, self.right = bench, left, right
        self.kind = "taper"
        self.held = {kind: dict(first) for kind, first in FIRST.items()}
        self.requests = Latest()

    def fill(self) -> None:
        """The form of the kind of plan that is chosen."""
        self.left.clear()
        table = self.held[self.kind]
        with self.left:
            with ui.element("div").classes("chips"):
                for kind, label in LABELS.items():
                    chip(label, kind == self.kind, lambda kind=kind: self.choose(kind))
            self.problems = ui.element("div")
            with ui.element("div").classes("stack"):
                FORMS[self.kind](table)
                entry("First day", table, "begins", nothing, hint="2026-01-05")
            self.whom()
            with ui.element("div").classes("chips"):
                ui.button("Plan it", on_click=lambda: soon(self.compute)).classes("main").props("unelevated")
                self.stop = ui.button("Cancel", on_click=self.cancel).props("outline")
            self.stop.set_visibility(False)
            self.status = plain("", "div", "status").props('role="status" aria-live="polite"')

    def whom(self) -> None:
        """For whom it is planned."""
        if self.bench.estimated is None:
            plain("For the patient of the Simulate tab.", "p", "muted")
            return
        plain("For the very person whom the Fit tab estimated.", "p", "muted")
        chip("For people like the patient of the Simulate tab instead", False, lambda: self.bench.hand_over(None))

    def taken(self) -> None:
        """A person was handed over, and with them what they take; or there is none."""
        if self.bench.estimated is not None:
            self.held["taper"]["treatment"] = str(self.bench.estimated.individual.person.therapy)
            self.kind = "taper"
        self.fill()

    def choose(self, kind: str) -> None:
        """Another kind of plan."""
        self.kind = kind
        self.fill()

    def cancel(self) -> None:
        """Forget the plan that is being made."""
        self.requests.cancel()
        self.stop.set_visibility(False)
        self.status.text = "Cancelled."

    async def compute(self) -> None:
        """Make the plan and show it."""
        self.problems.clear()
        person = self.bench.estimated
        patient = person.patient if person else self.bench.study.patient
        try:
            wanted = KINDS[self.kind].model_validate({**without_empty(self.held[self.kind]), "patient": patient})
            if person:
                wanted.for_person(person.individual)
            self.status.text = f"Trying it on {wanted.patients} virtual patients…"
            self.stop.set_visibility(True)
            plan = await self.requests.run(wanted.plan)
        except Stale:
            return
        except (ValidationError, BaclosimError) as error:
            self.refuse(error)
            return
        self.stop.set_visibility(False)
        self.status.text = "Done."
        self.right.clear()
        with self.right:
            show(plan)

    def refuse(self, error: ValidationError | BaclosimError) -> None:
        """Say why there is no plan."""
        self.stop.set_visibility(False)
        self.status.text = ""
        with self.problems:
            refusal(error)


def taper_form(table: dict[str, Any]) -> None:
    """What is tapered, of what tablets, within what."""
    entry("Taken now", table, "treatment", nothing, hint="25 mg three times daily")
    entry("Since", table, "since", nothing, hint="8 months")
    with ui.element("div").classes("pair"):
        entry("Tablets at hand, mg", table, "tablets", nothing, hint="10, 5")
        entry("Within", table, "within", nothing, hint="the soonest")
    choice("Withdrawal stays below", ["mild", "moderate", "severe"], table, "tier", nothing, needed=True)
    ui.checkbox("Tablets may be halved", value=bool(table.get("halves"))).bind_value(table, "halves")


def titrate_form(table: dict[str, Any]) -> None:
    """By which route, to what."""
    choice("Route", ["oral", "pump"], table, "route", nothing, needed=True)
    entry("Goal", table, "goal", nothing, hint="ashworth below 2")
    lines("Other drugs, one a line", table, "drugs", "levodopa")
    lines("History, one a line", table, "history", "epilepsy")


def rescue_form(table: dict[str, Any]) -> None:
    """What was interrupted, for how long."""
    entry("Prescribed", table, "treatment", nothing, hint="350 ug/day intrathecally")
    entry("Since", table, "since", nothing, hint="2 years")
    entry("Time without drug", table, "off", nothing, hint="18 h")
    entry("Really delivered until then", table, "delivered", nothing, hint="as prescribed")


def overdose_form(table: dict[str, Any]) -> None:
    """What was taken, when, on top of what."""
    entry("Taken", table, "taken", nothing, hint="800 mg by mouth once")
    entry("Ago", table, "ago", nothing, hint="3 h")
    entry("Usual treatment", table, "treatment", nothing, hint="none")
    entry("Since", table, "since", nothing, hint="1 year")


def convert_form(table: dict[str, Any]) -> None:
    """What is given now."""
    entry("Given now", table, "treatment", nothing, hint="60 mg/day by mouth in 3 doses")
    entry("Since", table, "since", nothing, hint="6 months")


FORMS: dict[str, Callable[[dict[str, Any]], None]] = {
    "taper": taper_form,
    "titrate": titrate_form,
    "rescue": rescue_form,
    "overdose": overdose_form,
    "convert": convert_form,
}


def lines(label: str, table: dict[str, Any], key: str, hint: str) -> None:
    """A list, one entry a line."""
    held = {"lines": "\n".join(table.get(key, []))}

    def store() -> None:
        table[key] = [line.strip() for line in held["lines"].splitlines() if line.strip()]

    entry(label, held, "lines", store, hint=hint, lines=2)


# --- the plan ---------------------------------------------------------------------------------------------------------


def show(plan: Plan) -> None:
    """Emergencies, calendar, odds, comparison, figures, what to do if it goes wrong, why, warnings."""
    with ui.element("div").classes("urgent").props('role="note"'):
        plain("Call for emergency help", "h3")
        for one in plan.emergencies:
            plain(f"{one.when}: {', '.join(one.signs)}. {' '.join(one.act)}", "p")
    plain(plan.title, "h2")
    plain(f"{plan.patient}; now {plan.before}", "p", "muted")
    with ui.element("div").classes("chips"):
        to_take((*sheet_files(plan), *report_files(f"{plan.kind}-report", lambda: document_of(plan))))
    plain_table(*step_rows(plan))
    if plan.odds:
        plain("What is predicted", "h3")
        columns = ("", plan.crowd, "typical patient, 95 % interval")
        plain_table(columns, [(o.says, band_in_words(o, o.patients), band_in_words(o, o.typical)) for o in plan.odds])
        for verdict in plan.verdicts:
            plain(f"{'Met' if verdict.is_met else 'Not met'}: {verdict.goal}", "p")
    for comparison in plan.comparisons:
        compared(comparison)
    for chart in plan.charts:
        ui.html(inline(to_svg(chart.draw(WIDE), chart.name), chart.alt)).classes("figure")
        plain(chart.caption, "p", "muted")
    if plan.checks:
        plain("If it goes wrong", "h3")
        rows = [(c.when, " ".join(part for part in (c.do, c.then) if part)) for c in plan.checks]
        plain_table(("if", "then"), rows)
    plain("Why this plan", "h3")
    for reason in plan.reasons:
        plain(reason, "p")
    caution_list(plan.warnings)


def compared(one: Comparison) -> None:
    """Ways that were weighed against each other."""
    plain(one.caption, "h3")
    plain_table(one.columns, [[cell_in_words(cell) for cell in row] for row in one.rows])
    for note in one.notes:
        plain(note, "p", "muted")
