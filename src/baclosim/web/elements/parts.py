"""Small elements that several tabs use. Text from people or files always goes through labels, which escape it."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from nicegui import background_tasks, ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.elements.mixins.value_element import ValueElement
from pydantic import ValidationError

from ...cautions import Caution
from ...errors import BaclosimError, InputError, Problem
from ...mistaken import allowed_shape

_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+")


def plain(text: str, tag: str = "span", css: str = "") -> TextElement:
    """Text in an element, escaped."""
    made = TextElement(tag=tag, text=text)
    return made.classes(css) if css else made


def halves(form: str, results: str) -> tuple[ui.element, ui.element]:
    """The two sides of a tab, what is asked and what came of it, each with the name that a reader of screens tells."""
    with ui.element("div").classes("split"):
        left = ui.element("section").classes("form").props(f'aria-label="{form}"')
        right = ui.element("section").classes("results").props(f'aria-label="{results}"')
    return left, right


def entry(
    label: str, table: dict[str, Any], key: str, changed: Callable[[], Any], *, hint: str = "", lines: int = 1
) -> ui.input | ui.textarea:
    """A text field on one key of a table; `changed` is called when it is left or Enter is pressed."""
    value = table.get(key)
    shown = "" if value is None else str(value)
    made = (
        ui.textarea(label, value=shown, placeholder=hint)
        if lines > 1
        else ui.input(label, value=shown, placeholder=hint)
    )
    made.props("outlined dense" + (f" rows={lines} autogrow" if lines > 1 else "") + (" stack-label" if hint else ""))

    def store() -> None:
        table[key] = made.value

    made.on_value_change(store)
    made.on("change", changed)
    return made


def choice(
    label: str, options: Sequence[str] | dict[str, str], table: dict[str, Any], key: str, changed: Callable[[], Any],
    *, needed: bool = False,
) -> ui.select:  # fmt: skip
    """A list to choose from, on one key of a table; nothing may be chosen unless it is `needed`."""
    value = table.get(key) or None
    listed = dict(options) if isinstance(options, dict) else {o: o for o in options}
    if value is not None and value not in listed:
        listed[str(value)] = str(value)

    def store(event: Any) -> None:
        table[key] = event.value
        changed()

    made = ui.select(listed, label=label, value=value, on_change=store, clearable=not needed)
    return made.props("outlined dense options-dense")


class Slider(ValueElement[float]):
    """A slider that tells its value at most ten times a second while it is dragged, and where it is let go."""

    def __init__(self, label: str, least: float, most: float, value: float) -> None:
        super().__init__(tag="q-slider", value=value, throttle=0.1)
        for name, given in (("min", least), ("max", most), ("step", 1.0), ("aria-label", label)):
            self._props[name] = given


def redraw(chart: ui.echart, options: dict[str, Any], height: int | None = None) -> None:
    """Give a chart other options and, if it is to be another, its height [px].

    Where all is drawn as before and only numbers under "dataset" are others, no more than these is sent.
    """
    if "dataset" in options and layout(chart.options) == layout(options):
        with chart.props.suspend_updates():
            chart.options["dataset"] = options["dataset"]
        chart.run_chart_method("setOption", {"dataset": options["dataset"]})
        return
    if height is not None:
        chart.style(f"height:{height}px")
    chart.options.clear()
    chart.options.update(options)
    chart.update()
    chart.run_chart_method("resize")


def layout(options: dict[str, Any]) -> dict[str, Any]:
    """How a chart draws its numbers."""
    return {key: value for key, value in options.items() if key != "dataset"}


@contextmanager
def more(label: str = "More") -> Iterator[None]:
    """Entries that are seldom needed, out of sight until they are asked for."""
    with ui.expansion(label).props("dense"), ui.element("div").classes("stack"):
        yield


def numbered(table: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A table in which what was typed under these keys is a whole number, where it reads as one."""
    found = {key: whole(str(table.get(key, ""))) for key in keys}
    return {**table, **{key: number for key, number in found.items() if number is not None}}


def whole(text: str) -> int | None:
    """The whole number that a text is, None when it is none; its commas can only part thousands.

    >>> whole("1,500"), whole("20"), whole("1,5")
    (1500, 20, None)
    """
    text = text.strip()
    digits = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else None


def nothing() -> None:
    """A form that is read when its button is pressed needs nothing to happen before."""


def soon(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Begin work that goes on after the handler that asked for it, whatever becomes of the element it was asked by."""
    background_tasks.create(work())


DRAFT = "Not applied yet. The curves still show what was valid before."
ASKED = "This cannot be done as it was asked."


def problem_list(problems: Iterable[Problem], lead: str = DRAFT) -> None:
    """What is wrong with a form, each with what is allowed."""
    with ui.element("div").classes("problems").props('role="alert"'):
        plain(lead, "b")
        with ui.element("ul"):
            for problem in problems:
                plain(str(problem), "li")


def refusal(error: ValidationError | BaclosimError, lead: str = ASKED) -> None:
    """Why something that was asked for is not there: every problem, or the error itself."""
    if isinstance(error, ValidationError):
        problem_list(
            [worded(Problem(".".join(map(str, e["loc"])), e["input"], allowed_shape(e))) for e in error.errors()], lead
        )
    elif isinstance(error, InputError) and error.problems:
        problem_list(map(worded, error.problems), lead)
    else:
        with ui.element("div").classes("problems").props('role="alert"'):
            plain(str(error), "p")


def worded(problem: Problem) -> Problem:
    """A problem whose key is said in words."""
    return replace(problem, where=problem.where.replace("_", " "))


def caution_list(cautions: Iterable[Caution | str]) -> None:
    """What the reader must know."""
    with ui.element("ul").classes("cautions"):
        for caution in cautions:
            plain(str(caution), "li")


def plain_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, is_calendar: bool = False) -> ui.element:
    """A table of text; of a calendar each row stands as a list of its own where the screen is narrow."""
    css = "plain calendar" if is_calendar else "plain"
    with ui.element("div").classes("scroll") as made, ui.element("table").classes(css):
        with ui.element("thead"), ui.element("tr"):
            for name in columns:
                plain(name, "th").props('scope="col"')
        with ui.element("tbody"):
            for row in rows:
                with ui.element("tr"):
                    for name, cell in zip(columns, row, strict=True):
                        made_cell = plain(str(cell), "td", "" if str(cell) else "empty")
                        made_cell.props["data-label"] = name
    return made


def picture(svg: str, label: str) -> None:
    """A figure in the dress of the page, which is scrolled where the screen is narrow."""
    from ...figures.svg import inline

    ui.html(inline(svg, label), sanitize=False).classes("figure scroll")


def chip(text: str, pressed: bool, clicked: Callable[[], Any] | str, colour: str = "") -> ui.element:
    """A small button that can be on or off; `clicked` is a function of the server, or JavaScript for the browser."""
    with ui.element("button").classes("chip").props(f'type="button" aria-pressed="{str(pressed).lower()}"') as made:
        if colour:
            ui.element("span").classes("dot").style(f"background:{colour}")
        plain(text)
    made.on("click", js_handler=clicked) if isinstance(clicked, str) else made.on("click", clicked)
    return made
