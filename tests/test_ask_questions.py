"""How well questions are answered: one set to build by, and one that was written first and never tuned on."""

from __future__ import annotations

import re

import pytest

from question_sets import MEASURES, PAGE, PARTS, counted, interval, measured_text, questions, recalled

WANTED = {
    "right fact among the first three": 0.95,
    "no emergency seen where there is none": 0.97,
    "not held, or another drug: said so": 0.9,
    "emergency: advice first": 0.9,
    "personal dose: declined": 0.9,
}


def test_there_are_enough_questions_and_none_is_in_both_parts():
    asked = {part: {one.question.lower() for one in recalled(part)} for part in PARTS}
    assert len(asked["development"]) + len(asked["held_out"]) >= 150
    assert not asked["development"] & asked["held_out"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("measure", MEASURES)
def test_questions_are_answered_rightly(measure: str, part: str):
    right, of = counted(measure, part)
    wrong = [one.question for one in MEASURES[measure](part) if not one.right]
    assert right >= WANTED[measure] * of, wrong


def test_expected_facts_exist():
    import fnmatch

    from baclosim.evidence.library import library

    names = [*library().facts, *library().series]
    for part in PARTS:
        for about in questions(part)["about"]:
            assert any(fnmatch.filter(names, name) for name in about["facts"]), about


def test_the_interval_is_that_of_clopper_and_pearson():
    # the lower end of n of n is the level at which n in a row are just 2.5 % likely
    assert interval(20, 20)[0] == pytest.approx(0.025 ** (1 / 20))
    assert interval(20, 20)[1] == 1.0


def test_the_page_says_what_was_measured():
    written, now = (counts_on(text) for text in (PAGE.read_text(encoding="utf-8"), measured_text()))
    assert written.keys() == now.keys()
    moved = {key: (written[key], now[key]) for key in now if abs(written[key] - now[key]) > 2}  # by new facts
    assert not moved, "the answers changed: run `python tests/question_sets.py`"


def counts_on(page: str) -> dict[tuple[str, str, str], int]:
    """How many were right, by what was measured, which part, and of how many."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    return {(what, part, of): int(right) for what, part, right, of in rows}
