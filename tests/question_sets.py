"""The sets of questions, how well they are answered, and the page that says so.

python tests/question_sets.py      rewrites the measured part of docs/ask.md
"""

from __future__ import annotations

import fnmatch
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import binomtest

from baclosim.ask import Answer, ask
from baclosim.ask.calculation import QUANTITIES
from baclosim.ask.topics import topics

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "ask.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PARTS = {"development": "development", "held_out": "held out"}
FIRST = 3


@dataclass(frozen=True)
class Asked:
    """A question and whether its answer was right."""

    question: str
    right: bool


def questions(part: str) -> dict:
    return tomllib.loads((HERE / "questions" / f"{part}.toml").read_text(encoding="utf-8"))


def is_urgent(answer: Answer) -> bool:
    """Whether emergency advice (which rests on facts) goes first, not only a general warning."""
    return any(sentence.facts for sentence in answer.urgent)


def recalled(part: str) -> Iterator[Asked]:
    """Questions that the evidence answers: whether one of the first facts of the answer is a right one."""
    for about in questions(part)["about"]:
        for question in about["asks"]:
            facts = ask(question, compute=False).facts[:FIRST]
            yield Asked(question, any(fnmatch.fnmatch(fact, name) for fact in facts for name in about["facts"]))


def calm(part: str) -> Iterator[Asked]:
    """The same questions: whether no emergency was seen where there is none."""
    for about in questions(part)["about"]:
        yield from (Asked(question, not is_urgent(ask(question, compute=False))) for question in about["asks"])


def refused(part: str) -> Iterator[Asked]:
    """Questions that the evidence does not hold: whether that is said."""
    for question in questions(part)["unknown"]["asks"]:
        yield Asked(question, ask(question, compute=False).kind in ("not in the evidence", "another drug"))


def warned(part: str) -> Iterator[Asked]:
    """Emergencies: whether advice goes first."""
    yield from (Asked(q, is_urgent(ask(q, compute=False))) for q in questions(part)["emergency"]["asks"])


def declined(part: str) -> Iterator[Asked]:
    """Questions for a personal dose: whether it is declined."""
    yield from (Asked(q, bool(ask(q, compute=False).refusal)) for q in questions(part)["instruction"]["asks"])


MEASURES = {
    "right fact among the first three": recalled,
    "no emergency seen where there is none": calm,
    "not held, or another drug: said so": refused,
    "emergency: advice first": warned,
    "personal dose: declined": declined,
}


def counted(measure: str, part: str) -> tuple[int, int]:
    asked = list(MEASURES[measure](part))
    return sum(one.right for one in asked), len(asked)


def interval(right: int, of: int) -> tuple[float, float]:
    """The exact 95 % interval of Clopper and Pearson."""
    found = binomtest(right, of).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)


def measured_text() -> str:
    """The measured part of the page, generated."""
    lines = ["| what | part | right | of | 95 % interval |", "| --- | --- | --- | --- | --- |"]
    for measure in MEASURES:
        for part, name in PARTS.items():
            right, of = counted(measure, part)
            low, high = interval(right, of)
            lines.append(f"| {measure} | {name} | {right} | {of} | {100 * low:.1f} to {100 * high:.1f} % |")
    lines += ["", f"Topics ({len(topics().all)}): {'; '.join(topic.title for topic in topics().all)}."]
    lines += ["", f"Computed by the model: {', '.join(QUANTITIES)}.", ""]
    return "\n".join(lines)


def rewritten(page: str) -> str:
    before, rest = page.split(BEGIN)
    return before + BEGIN + measured_text() + rest[rest.index(END) :]


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
