"""J, L. What document F asks: fifteen questions, in their own and in other words; what treats serotonin syndrome."""

from __future__ import annotations

import fnmatch
import functools
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from ..ask import ask
from ..evidence.library import library
from .answers import answered, whole
from .clinic import Clinic
from .findings import Finding, Table, at_least, measured, told

FIRST = 3  # facts of an answer among which the right one must be
TABLES = {
    "serotonin.severity.classes.boyer-2005": ("mild", "moderate", "severe"),
    "serotonin.treatment.doses.etg": ("diazepam", "midazolam", "cyproheptadine"),
}
"""What is done by severity, and the doses; and the rows that each must have."""


def no_quick_way(clinic: Clinic) -> Iterator[Finding]:
    """How to lower serotonin quickly: emergency advice, then that there is no quick way."""
    question = "How can I lower serotonin quickly?"
    advice = " ".join(sentence.text for sentence in ask(question, compute=False).urgent)
    yield told("before the answer", advice, [], needs=("emergency", "hospital now"))
    yield from answered("the answer", question, ("no quick way", "stop the causal drug", "seek care", "24-72 h"))


def treatment(clinic: Clinic) -> Iterator[Finding]:
    """Treatments by severity with doses; which relaxants, and which never."""
    for name, needs in TABLES.items():
        series = library().table(name)
        rows = ", ".join(str(row[0]) for row in series.rows)
        yield told(series.statement, rows, [name], needs=needs, table=Table(series.columns, series.rows))
    needs = (
        "benzodiazepine", "cyproheptadine", "non-depolarising", "not succinylcholine", "intubat", "cool",
        "dantrolene not shown to be effective", "metaxalone", "tizanidine", "would itself imitate the syndrome",
    )  # fmt: skip
    yield from answered("the answer", "How is serotonin syndrome treated?", needs)
    relaxants = ("never suxamethonium", "metaxalone", "dantrolene not shown", "diazepam")
    yield from answered("muscle relaxants", "Which muscle relaxants can be given in serotonin syndrome?", relaxants)


def all_questions(clinic: Clinic) -> Iterator[Finding]:
    """Each question in every wording: a right fact among the first three, what it must say, and a source."""
    for entry in questions():
        right = [wording for wording in entry["asks"] if is_right(wording, entry)]
        wrong = tuple((wording,) for wording in entry["asks"] if wording not in right)
        facts = ask(entry["asks"][0], compute=False).facts[:FIRST]
        table = Table(("answered wrongly",), wrong) if wrong else None
        share = len(right) / len(entry["asks"])
        what = f"{entry['asks'][0]} ({len(entry['asks'])} wordings)"
        yield measured(what, share, "of them answered rightly", at_least(1.0), facts=facts, table=table)
    yield measured("questions", len(questions()), "", at_least(15.0))


def is_right(wording: str, entry: Mapping[str, Any]) -> bool:
    """Whether a wording gets an answer that rests on a right fact, says what it must, and links to a source."""
    answer = ask(wording, compute=False)
    rests = any(fnmatch.fnmatch(fact, right) for fact in answer.facts[:FIRST] for right in entry["facts"])
    says = all(word.lower() in whole(answer).lower() for word in entry["needs"])
    return answer.kind == "answer" and rests and says and any("http" in source for source in answer.sources)


@functools.cache
def questions() -> tuple[dict[str, Any], ...]:
    """The fifteen questions, each with other wordings, the facts that answer it and what the answer must say."""
    text = (resources.files("baclosim") / "claims" / "faq.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["question"])


CHECKS = {
    "syndrome.no-quick-way": no_quick_way,
    "syndrome.treatment": treatment,
    "faq.all": all_questions,
}
