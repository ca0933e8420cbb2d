"""A regimen as rows of a table and back: the table and the sentence in plain words say the same and stay in step.

A row that is one dose at one rhythm has its own cells; any other step (a taper, two intakes at once) is kept as words.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..therapy import speech
from ..therapy.language import parse
from ..therapy.steps import Dosing, Ramp, Step
from ..therapy.timing import Divided

USUAL = "by mouth "  # goes without saying


@dataclass(frozen=True)
class Row:
    """One step: `amount`, `when` and `lasting` in words, or all of it in `words`."""

    amount: str = ""
    when: str = ""
    lasting: str = ""
    words: str = ""

    @property
    def says(self) -> str:
        """The row in plain words."""
        if self.words:
            return self.words
        lasting = f" for {self.lasting}" if self.lasting else ""
        return f"{self.amount} {self.when}{lasting}".strip()


def rows_of(sentence: str) -> tuple[Row, ...]:
    """The steps of a regimen as rows; raises TherapyError for words that cannot be read."""
    regimen = parse(sentence)
    found, route = [], "mouth"
    for step in regimen.steps:
        route = step.intakes[0].route if isinstance(step, Dosing) else route
        found.append(row_of(step, route))
    missed = speech.adherence(regimen.adherence)
    if missed:
        found[-1] = Row(words=found[-1].says + missed)
    return tuple(found)


def row_of(step: Step, route: str) -> Row:
    """One step as a row."""
    said = speech.step(step, route)
    if isinstance(step, Ramp) or not isinstance(step, Dosing) or len(step.intakes) != 1 or step.from_day is not None:
        return Row(words=said)
    intake = step.intakes[0]
    if isinstance(intake.timing, Divided):
        return Row(words=said)
    amount = speech.amount(intake.amount, intake.route)
    lasting = speech.span(step.span).removeprefix(" for ")
    when = said.removeprefix(amount).removesuffix(speech.span(step.span)).strip().removeprefix(USUAL)
    if not said.startswith(amount) or lasting.startswith(" until"):
        return Row(words=said)
    return Row(amount, when, lasting)


def sentence_of(rows: tuple[Row, ...]) -> str:
    """The rows as one sentence; empty rows are left out."""
    return ", then ".join(row.says for row in rows if row.says)
