"""The tab of the differential: findings as chips, probabilities as bars that move, reasons, the next best question."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nicegui import ui

from ...errors import BaclosimError
from ...report import summary
from ...report.assessment import document_of
from ...report.pdf import render
from ...syndromes import assess
from ...syndromes.assessment import Assessment, Chance
from ...syndromes.case import STATUSES
from ...syndromes.reading import Reading, examples, load_case
from ...syndromes.typed import case_from_options
from ...syndromes.vocabulary import findings
from ...syndromes.words import percent
from ..bench import Bench
from ..elements.parts import caution_list, chip, choice, entry, halves, more, plain, plain_table, refusal, soon
from ..elements.takeaway import File, report_files, to_take
from ..live import Latest, Stale
from ..sections.casebook import Casebook

COMMON = (
    "hyperthermia", "agitation", "confusion", "rigidity", "hyperreflexia", "clonus", "tremor", "diaphoresis",
    "tachycardia", "hypertension", "hallucinations", "seizure", "pruritus", "diarrhoea", "mydriasis", "coma",
)  # fmt: skip
STATE = {True: "there", False: "not there", None: "not known"}
NEXT = {None: True, True: False, False: None}
SHOWN, ASKED = 6, 3


@dataclass
class Told:
    """What was told of a case: findings by name (True, False or not in it), and the rest in words."""

    text: str = ""
    values: str = ""
    drugs: str = ""
    pump: str = ""
    onset: str = ""
    example: str = ""
    simulate: bool = True
    findings: dict[str, bool] = field(default_factory=dict)

    def reading(self) -> Reading:
        """The case; raises InputError with every mistake."""
        base = load_case(self.example) if self.example else None
        return case_from_options(
            base,
            text=self.text,
            present=[name for name, there in self.findings.items() if there],
            absent=[name for name, there in self.findings.items() if not there],
            values=lines(self.values),
            drugs=lines(self.drugs),
            pump=self.pump or "",
            onset=self.onset,
        )


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def panel(_: Bench) -> None:
    """Build the tab."""
    left, right = halves("The case", "What it could be")
    Tab(left, right).fill()


class Tab:
    """The elements of the tab, and what happens when something is told."""

    def __init__(self, left: ui.element, right: ui.element) -> None:
        self.left, self.right = left, right
        self.told = Told()
        self.known: dict[str, bool] = {}
        self.requests = Latest()

    def fill(self) -> None:
        """The form."""
        self.left.clear()
        with self.left:
            held = self.told.__dict__
            self.problems = ui.element("div")
            cases = examples()
            choice("A published case", {n: t or n for n, t in cases.items()}, held, "example", self.begin)
            entry("The case in plain English", held, "text", self.changed, lines=4,
                  hint="40-year-old, pump stopped yesterday, fever 39.6 C, rigid, no clonus")  # fmt: skip
            with ui.element("div").classes("stack"):
                plain("Findings: click once for there, twice for not there", "h3")
                self.chips = ui.element("div").classes("chips")
                others = {name: finding.label for name, finding in findings().items()}
                ui.select(others, label="Another finding", with_input=True, on_change=self.add).props(
                    "outlined dense options-dense"
                )
            with ui.element("div").classes("stack"):
                entry("Measured, one a line", held, "values", self.changed, hint="temperature 39.6 C", lines=2)
                entry("Drugs, one a line", held, "drugs", self.changed, hint="sertraline started 2 days ago", lines=2)
                choice("Baclofen pump", list(STATUSES), held, "pump", self.changed)
                entry("From change to signs", held, "onset", self.changed, hint="within 24 h")
            with more():
                label = "The simulated course of baclofen informs what is likely"
                ui.checkbox(label, value=self.told.simulate, on_change=self.changed).bind_value(held, "simulate")
                self.casebook = Casebook(self.right, self.requests, self.changed)
            ui.button("Begin anew", on_click=self.anew).props("outline")
        self.fill_chips()
        self.changed()

    def begin(self) -> None:
        """A published case: what was told before is forgotten."""
        self.told = Told(example=self.told.example or "")
        self.fill()

    def anew(self) -> None:
        """Nothing is told."""
        self.told = Told()
        self.fill()

    def add(self, event: Any) -> None:
        """Another finding is there."""
        if event.value:
            self.set(event.value, True)

    def set(self, name: str, there: bool | None) -> None:
        """Say of a finding whether it is there."""
        self.told.findings.pop(name, None)
        if there is not None:
            self.told.findings[name] = there
        self.fill_chips()
        self.changed()

    def fill_chips(self) -> None:
        """The findings, those told first among others that are common."""
        known = findings()
        said = {**{n: there for n, there in self.known.items() if n in known}, **self.told.findings}
        self.chips.clear()
        with self.chips:
            for name in dict.fromkeys((*(n for n in COMMON if n in known), *said)):
                there = said.get(name)
                mark = {True: "✓ ", False: "✗ ", None: ""}[there]
                made = chip(mark + known[name].label, there is True, lambda n=name, t=there: self.set(n, NEXT[t]))
                made.props(f'aria-label="{known[name].label}: {STATE[there]}"')
                made.classes("absent" if there is False else "")

    def changed(self) -> None:
        """Something else is told."""
        soon(self.assess)

    async def assess(self) -> None:
        """Weigh what was told."""
        try:
            reading = self.told.reading()
            self.problems.clear()
            weigh = functools.partial(assess, reading.case, simulate=self.told.simulate)
            found = await self.requests.run(weigh)
        except Stale:
            return
        except BaclosimError as error:
            self.refuse(error)
            return
        self.known = dict(reading.case.known())
        self.fill_chips()
        self.right.clear()
        with self.right:
            self.show(found, reading)

    def refuse(self, error: BaclosimError) -> None:
        """Say what is wrong with what was told."""
        self.problems.clear()
        with self.problems:
            refusal(error, "Not weighed yet. What is shown is what was understood before.")

    # --- what it could be -------------------------------------------------------------------------------------------

    def show(self, found: Assessment, reading: Reading) -> None:
        """What is urgent, bars, reasons, questions, criteria, drugs, cautions."""
        with ui.element("div").classes("urgent").props('role="note"'):
            plain("Urgent", "h3")
            for action in found.actions:
                plain(f"{action.says} ({action.why})", "p")
        for line in heard(reading):
            plain(line, "p", "muted")
        plain("What it could be", "h3")
        for chance in found.ranking[:SHOWN]:
            bar(chance)
        with ui.element("div").classes("chips"):
            short = File(
                "Summary as PDF", "assessment-summary.pdf", lambda paper: render(summary.document_of(found), paper)
            )
            kept = File("All as JSON", "assessment.json", lambda _: as_json(found, reading))
            to_take((short, *report_files("assessment", lambda: document_of(found)), kept))
        plain("Alone or with another, so that the sum may exceed 100 %; light: 90 % interval.", "p", "muted")
        self.ask_next(found)
        if any(found.reasons.values()):
            plain("Why", "h3")
        for line in why(found):
            plain(line, "p")
        plain("Criteria", "h3")
        plain_table(("criteria", "verdict", "why"), [(j.name, j.verdict, j.reason) for j in found.criteria])
        drugs = list(serotonergic(found))
        if drugs:
            plain("Serotonergic drugs", "h3")
            plain_table(("drug", "what"), drugs)
        for course in found.predicted:
            plain(course.says, "p", "muted")
        caution_list(found.cautions)

    def ask_next(self, found: Assessment) -> None:
        """The questions that would tell most, to be answered by a click."""
        if not found.questions:
            return
        plain("Look for next", "h3")
        names = findings()
        for question in found.questions[:ASKED]:
            with ui.element("div").classes("chips"):
                plain(f"{question.how}: {question.says}")
                if question.name in names:
                    chip("it is there", False, lambda n=question.name: self.set(n, True))
                    chip("it is not", False, lambda n=question.name: self.set(n, False))


def as_json(found: Assessment, reading: Reading) -> bytes:
    """The record that the command line prints."""
    from ...syndromes.record import record

    return record(found, reading).model_dump_json(indent=1).encode()


def bar(chance: Chance) -> None:
    """One syndrome with its probability and interval."""
    with ui.element("div").classes("chance"):
        plain(chance.name, "span", "name")
        with ui.element("div").classes("track").props('aria-hidden="true"'):
            left, right = 100.0 * chance.low, 100.0 * chance.high
            ui.element("div").classes("reach").style(f"left:{left:.1f}%;width:{right - left:.1f}%")
            ui.element("div").classes("filled").style(f"width:{100.0 * chance.probability:.1f}%")
        plain(f"{percent(chance.probability)} ({percent(chance.low)} to {percent(chance.high)})", "span", "number")


def heard(reading: Reading) -> Iterator[str]:
    """What a text told, and what it left open."""
    if reading.heard is not None:
        yield f"Understood: {'; '.join(reading.heard.understood) or 'nothing'}."
        if reading.heard.unclear:
            yield f"Unclear, not used: {'; '.join(reading.heard.unclear)}."
        if reading.heard.left:
            yield f"Not understood: {'; '.join(reading.heard.left[:5])}."
        yield "Whatever was not said is unknown, not absent."


def why(found: Assessment) -> Iterator[str]:
    """What speaks for and against each leading syndrome."""
    names = {chance.code: chance.name for chance in found.ranking}
    for code, reasons in found.reasons.items():
        for title, sign in (("For", 1.0), ("Against", -1.0)):
            told = [f"{r.says} (×{2 ** abs(r.bits):.2g})" for r in reasons if sign * r.bits > 0.0]
            if told:
                yield f"{title} {names[code]}: {'; '.join(told)}."


def serotonergic(found: Assessment) -> Iterator[Sequence[str]]:
    """Serotonergic drugs and dangerous pairs."""
    yield from ((item.name, f"{item.kind}: {item.says}") for item in found.load.items if item.counts)
    yield from ((f"{p.first} with {p.second}", f"{p.danger}: {p.says}") for p in found.load.pairs)
