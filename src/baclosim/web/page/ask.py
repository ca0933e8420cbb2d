"""The tab of questions: plain English in, what the evidence says out, emergency advice first."""

from __future__ import annotations

from collections.abc import Iterator

from nicegui import ui

from ...ask import ask as answered
from ...ask.answer import FOUND, NOT_HELD, Answer
from ...ask.computed import Computed, Figure
from ...errors import BaclosimError
from ...evidence.library import library
from ...evidence.show import series_table
from ...figures.display import readable
from ..bench import Bench
from ..elements.parts import chip, plain, plain_table
from ..live import Latest, Stale
from .evidence import reference

FIRST = (
    "Do you need to taper baclofen?",
    "How long until withdrawal if a pump at 400 ug/day stops?",
    "Does baclofen affect serotonin?",
    "What plasma level will 60 mg a day give with clearance 30?",
)
ROWS = 20  # of a table
NONE = "–"


def panel(_: Bench) -> None:
    """Build the tab."""
    requests = Latest()
    with ui.element("div").classes("sheet narrow"):
        plain("Ask the evidence", "h2")
        plain("Answers are composed from cited facts, offline. It gives no dose for one person.", "p", "muted")
        box = ui.input("Your question", placeholder=FIRST[0]).props("outlined clearable maxlength=2000 stack-label")
        with ui.element("div").classes("chips"):
            for question in FIRST:
                chip(question, False, lambda question=question: asked(question))
        ui.button("Ask", on_click=lambda: answer()).classes("main").props("unelevated")
        status = plain("", "div", "status").props('role="status" aria-live="polite"')
        place = ui.element("div").props('aria-live="polite"')

    async def asked(question: str) -> None:
        box.value = question
        await answer()

    async def answer() -> None:
        if not (box.value or "").strip():
            return
        status.text = "Looking it up…"
        try:
            found = await requests.run(answered, box.value)
        except Stale:
            return
        except BaclosimError as error:
            status.text = str(error)
            place.clear()
            return
        status.text = ""
        place.clear()
        with place:
            show(found)

    box.on("keydown.enter", answer)


def show(answer: Answer) -> None:
    """One answer, what is urgent first."""
    if answer.urgent:
        with ui.element("div").classes("urgent").props('role="alert"'):
            for sentence in answer.urgent:
                plain(sentence.text, "p")
    if answer.refusal:
        plain(answer.refusal, "p").style("font-weight:600")
    if answer.title:
        plain(answer.title, "h3")
    if answer.read_as:
        plain(f"Read as: {answer.read_as}", "p", "muted")
    if answer.kind == "not in the evidence":
        near = f" Nearest to it: {'; '.join(answer.near)}." if answer.near else ""
        plain(NOT_HELD + near, "p")
    if answer.kind == "found by search":
        plain(FOUND, "p", "muted")
    for line in cited(answer):
        plain(line, "p")
    if answer.computed:
        show_computed(answer.computed)
    if answer.not_computed:
        plain(f"The model was not run: {answer.not_computed}", "p", "muted")
    if answer.table:
        header, rows = series_table(library().table(answer.table))
        plain_table(header, rows[:ROWS])
    if answer.strength:
        plain(answer.strength, "p", "muted")
    for number, line in enumerate(answer.sources, 1):
        reference(f"[{number}] {line}")


def cited(answer: Answer) -> Iterator[str]:
    """What the evidence says, then what speaks against it, each sentence with the numbers of its sources."""
    numbers = answer.numbered
    for prefix, sentences in (("", answer.says), ("But: ", answer.disagreement)):
        for sentence in sentences:
            own = sorted({numbers[fact] for fact in sentence.facts if fact in numbers})
            yield f"{prefix}{sentence.text}" + (f" [{', '.join(map(str, own))}]" if own else "")


def show_computed(made: Computed) -> None:
    """What the model makes of the numbers in the question."""
    plain(f"The model, for {', '.join(part for part in (made.regimen, made.patient) if part)}", "h3")
    columns = ("", "typical patient", "95 % interval", "90 % of patients")
    plain_table(columns, [figure_row(figure) for figure in made.figures])
    for note in (*made.notes, *weak(made)):
        plain(note, "p", "muted")


def figure_row(figure: Figure) -> tuple[str, str, str, str]:
    """One number with its ranges."""
    unit = f" {figure.unit}" if figure.unit else ""
    people = figure.least == figure.least
    return (
        figure.what,
        f"{readable(figure.typical)}{unit}",
        f"{readable(figure.low)} to {readable(figure.high)}",
        f"{readable(figure.least)} to {readable(figure.most)}" if people else NONE,
    )


def weak(made: Computed) -> tuple[str, ...]:
    """What the numbers lean on, if anything."""
    return (f"It leans on assumed or recalled values: {', '.join(made.weak)}.",) if made.weak else ()
