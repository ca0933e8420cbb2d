"""The tab of plans: taper, titrate, rescue, convert; emergency signs first, then the calendar, the odds, the rules."""

from __future__ import annotations

import asyncio

from nicegui import ui
from pydantic import ValidationError

from ...errors import BaclosimError
from ...figures.svg import to_svg
from ...plan.plan import Comparison, Plan
from ...plan.tables import step_rows
from ...report.planning import band_in_words, rows_in_words
from ..bench import Bench, without_empty
from ..elements.parts import caution_list, chip, halves, picture, plain, plain_table, refusal, soon
from ..elements.takeaway import plan_files, to_take
from ..elements.upload import file_chip
from ..estimates import LARGEST, opened
from ..live import Latest, Stale
from ..sections.planforms import FORMS, fill, said
from ..work.planning import KINDS

WIDE = 7.4  # inches


def panel(bench: Bench) -> None:
    """Build the tab."""
    left, right = halves("What to plan", "The plan")
    with right:
        plain("Here the plan will stand: calendar, odds, other ways, a sheet to print.", "p", "muted")
    tab = Tab(bench, left, right)
    bench.takers.append(tab.taken)
    tab.taken()


class Tab:
    """The elements of the tab, and what happens when something is asked."""

    def __init__(self, bench: Bench, left: ui.element, right: ui.element) -> None:
        self.bench, self.left, self.right = bench, left, right
        self.kind = "taper"
        self.held = {kind: dict(form.first) for kind, form in FORMS.items()}
        self.requests = Latest()
        ui.context.client.on_delete(self.requests.cancel)

    def fill(self) -> None:
        """The form of the kind of plan that is chosen."""
        self.left.clear()
        with self.left:
            with ui.element("div").classes("chips"):
                for kind, form in FORMS.items():
                    chip(form.label, kind == self.kind, lambda kind=kind: self.choose(kind))
            self.problems = ui.element("div")
            fill(FORMS[self.kind], self.held[self.kind], self.fill)
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
            file_chip("Or open a kept estimate (ZIP)", ".zip", LARGEST, self.open)
            return
        plain(f"For the very person whom the Fit tab estimated: {self.bench.estimated.known.says}.", "p", "muted")
        chip("For people like the patient of the Simulate tab instead", False, lambda: self.bench.hand_over(None))

    def taken(self) -> None:
        """A person was handed over, and with them what they take; or there is none."""
        if self.bench.estimated is not None:
            self.held["taper"]["treatment"] = self.bench.estimated.therapy
            self.kind = "taper"
        self.fill()

    async def open(self, name: str, content: bytes) -> None:
        """An estimate that was kept."""
        self.problems.clear()
        try:
            person = await asyncio.to_thread(opened, name, content)
        except BaclosimError as error:
            self.refuse(error)
            return
        self.bench.hand_over(person)

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
            given = said(self.kind, self.held[self.kind], self.bench)
            wanted = KINDS[self.kind].model_validate({**without_empty(given), "patient": patient})
            if person:
                wanted.for_person(person.known)
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
        to_take(plan_files(plan))
    plain_table(*step_rows(plan), is_calendar=True)
    if plan.odds:
        plain("What is predicted", "h3")
        columns = ("", plan.crowd, "typical patient, 95 % interval")
        plain_table(columns, [(o.says, band_in_words(o, o.patients), band_in_words(o, o.typical)) for o in plan.odds])
        for verdict in plan.verdicts:
            plain(f"{'Met' if verdict.is_met else 'Not met'}: {verdict.goal}", "p")
    for comparison in plan.comparisons:
        compared(comparison)
    for chart in plan.charts:
        picture(to_svg(chart.draw(WIDE), chart.name), chart.alt)
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
    plain_table(one.columns, rows_in_words(one))
    for note in one.notes:
        plain(note, "p", "muted")
