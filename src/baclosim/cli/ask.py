"""`baclosim ask`: a question in plain English, answered from the evidence, offline."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, Problem
from .output import AsJson, console, table

if TYPE_CHECKING:
    from ..ask.answer import Answer
    from ..ask.computed import Computed, Figure
    from ..ask.sentences import Sentence

ROWS = 14  # of a table, in the terminal
COLUMNS = 8


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("ask")(ask)


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help='Such as "Do you need to taper baclofen?"; - reads it.'),
    ] = None,
    no_model: Annotated[bool, typer.Option("--no-model", help="Only cite; do not run the model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question in plain English, with its sources."""
    from ..ask import ask as answered

    answer = answered(question_of(words), compute=not no_model)
    if as_json:
        from ..ask.record import record

        typer.echo(record(answer).model_dump_json(indent=2))
    else:
        show(answer)


def question_of(words: list[str] | None) -> str:
    """The question as typed, or from standard input, of which no more is read than a question may have."""
    from ..ask.understanding import LONGEST

    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise InputError(Problem("question", None, "a question, such as 'Do you need to taper baclofen?'"))
    return sys.stdin.buffer.read(4 * LONGEST + 4).decode("utf-8", "replace").strip()


def show(answer: Answer) -> None:
    """Emergency advice first, then the answer, what disagrees, what the model computes, the sources."""
    screen = console()
    for sentence in answer.urgent:
        screen.print(f"! {sentence.text}", style="bold red", markup=False)
        screen.print()
    for line, style in head(answer):
        screen.print(line, style=style, markup=False)
    for line in body(answer):
        screen.print(line, markup=False)
    if answer.table:
        show_table(answer.table)
    for line in foot(answer):
        screen.print(line, style="dim", markup=False, soft_wrap=True)


def head(answer: Answer) -> Iterator[tuple[str, str]]:
    """How the question was read, what kind of answer it is, and its title."""
    from ..ask.answer import FOUND, NOT_HELD

    if answer.read_as:
        yield f"(read as: {answer.read_as})", "dim"
    if answer.refusal:
        yield answer.refusal, "bold"
    if answer.title:
        yield answer.title, "bold"
    if answer.kind == "not in the evidence":
        near = f" Nearest to it: {'; '.join(answer.near)}." if answer.near else ""
        yield NOT_HELD + near, ""
    if answer.kind == "found by search":
        yield FOUND, ""


def body(answer: Answer) -> Iterator[str]:
    """The sentences with the numbers of their sources, and what the model computes."""
    numbers = answer.numbered
    for sentence in answer.says:
        yield marked(sentence, numbers)
    for sentence in answer.disagreement:
        yield f"But: {marked(sentence, numbers)}"
    if answer.computed:
        yield from computed_lines(answer.computed)
    if answer.not_computed:
        yield f"The model was not run: {answer.not_computed}"
    if answer.strength:
        yield answer.strength


def marked(sentence: Sentence, numbers: dict[str, int]) -> str:
    """A sentence with the numbers of its sources, such as "... [1, 3]"."""
    own = sorted({numbers[fact] for fact in sentence.facts if fact in numbers})
    return f"{sentence.text} [{', '.join(map(str, own))}]" if own else sentence.text


def computed_lines(made: Computed) -> Iterator[str]:
    """What the model says, of whom, with its uncertainty and what it leans on."""
    yield ""
    yield f"The model, for {', '.join(part for part in (made.regimen, made.patient) if part)}:"
    for figure in made.figures:
        yield hanging(figure_line(figure), "  ")
    for note in made.notes:
        yield hanging(note, "  - ")
    if made.weak:
        yield hanging(f"It leans on assumed or recalled values: {', '.join(made.weak)}.", "  ")
    yield ""


def hanging(text: str, begins: str) -> str:
    """A paragraph whose later lines stand in."""
    import textwrap

    return textwrap.fill(text, console().width, initial_indent=begins, subsequent_indent="    ")


def figure_line(figure: Figure) -> str:
    """One number: typical patient with interval, and 90 % of patients."""
    unit = f" {figure.unit}" if figure.unit else ""
    said = f"{figure.what}: {amount(figure.typical)}{unit}"
    if figure.low != figure.high:
        said += f" (95 % interval {amount(figure.low)} to {amount(figure.high)}"
        people = (
            f"; 90 % of patients {amount(figure.least)} to {amount(figure.most)}"
            if figure.least == figure.least
            else ""
        )
        said += f"{people})"
    return said


def amount(value: float) -> str:
    """A number with three digits; an hour that never comes is "never"."""
    return "never" if math.isinf(value) else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def show_table(name: str) -> None:
    """The first rows and columns of a table of the evidence."""
    from ..evidence.library import library
    from ..evidence.show import series_table

    header, rows = series_table(library().table(name))
    console().print(table(header[:COLUMNS], [row[:COLUMNS] for row in rows[:ROWS]]))
    if len(rows) > ROWS or len(header) > COLUMNS:
        console().print(f"`baclosim evidence {name}` shows the whole table.", markup=False)


def foot(answer: Answer) -> Iterator[str]:
    """Sources, commands, disclaimer."""
    from ..plan.safety import DISCLAIMER

    yield from (f"[{number}] {line}" for number, line in enumerate(answer.sources, 1))
    if answer.see:
        yield f"More: {'; '.join(f'`{command}`' for command in answer.see)}"
    yield DISCLAIMER
