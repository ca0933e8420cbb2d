"""Claims that the evidence answers: each holds or prints its disagreement, and none can hold without its facts."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from baclosim.claims.answers import answered
from baclosim.claims.clinic import Clinic
from baclosim.claims.faq import is_right, questions
from baclosim.claims.findings import verdict_of
from baclosim.claims.running import checks, run_check
from baclosim.evidence.library import library

CLAIMS = {claim.id: claim for claim in library().claims()}
OURS = [name for name, claim in CLAIMS.items() if claim.kind == "answer" and name != "syndrome.triggers"] + ["faq.all"]


@pytest.mark.parametrize("name", OURS)
def test_each_answer_holds_or_prints_its_disagreement(name: str):
    result = run_check(CLAIMS[name], checks()[name], Clinic(n=24))
    wrong = [finding.what for finding in result.findings if finding.holds is False]
    assert result.verdict in ("holds", "disagreement printed"), wrong
    assert result.facts


def test_there_are_fifteen_questions_in_several_wordings_each():
    assert len(questions()) == 15
    assert all(len(entry["asks"]) >= 3 for entry in questions())
    assert all(entry["facts"] and entry["needs"] for entry in questions())


def test_a_question_is_not_right_when_its_fact_is_another():
    entry = questions()[0]
    assert is_right(entry["asks"][0], entry)
    assert not is_right(entry["asks"][0], {**entry, "facts": ["oral.half_life.*"]})
    assert not is_right(entry["asks"][0], {**entry, "needs": ["is an SSRI"]})
    assert not is_right("what is the weather", entry)


def test_an_answer_fails_when_its_fact_says_something_else(monkeypatch: pytest.MonkeyPatch):
    book = library()
    name = "indication.palliative-spasm.etg"
    false = dataclasses.replace(book.facts[name], statement="Nothing is known of it.")
    other = dataclasses.replace(book, facts={**book.facts, name: false})
    question, needs = "baclofen for muscle spasm near the end of life", ("5 mg three times daily",)
    assert verdict_of(list(answered("palliative", question, needs))) == "holds"
    monkeypatch.setattr(sys.modules["baclosim.ask.asking"], "library", lambda: other)
    assert verdict_of(list(answered("palliative", question, needs))) == "fails"
