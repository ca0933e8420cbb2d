"""Every parameter stands on facts that may carry it, and is graded no better than the weakest of them."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources

import pytest

from baclosim.evidence import show
from baclosim.evidence.library import library
from baclosim.parameters import parameters
from baclosim.units import parses

WITHOUT_FACTS = ("assumed", "recalled")


def test_every_fact_behind_a_parameter_exists():
    unknown = [(p.name, name) for p in parameters().values() for name in p.facts if name not in library()]
    assert not unknown


def test_no_fact_held_out_for_checking_sets_a_parameter():
    leaning = [(p.name, name) for p in parameters().values() for name in p.facts if library().get(name).use == "check"]
    assert not leaning


def test_every_parameter_has_a_fact_unless_its_grade_says_that_it_needs_none():
    bare = [p.name for p in parameters().values() if not p.facts and p.grade not in WITHOUT_FACTS]
    assert not bare


def test_a_parameter_is_graded_recalled_when_one_of_its_facts_is():
    flattered = [
        (p.name, p.grade, name)
        for p in parameters().values()
        for name in p.facts
        if not library().get(name).is_verified and p.grade != "recalled"
    ]
    assert not flattered


def test_names_are_unique_over_all_files():
    folder = resources.files("baclosim") / "values"
    files = [f for f in folder.iterdir() if f.name.endswith(".toml")]
    names = Counter(name for f in files for name in tomllib.loads(f.read_text(encoding="utf-8")))
    assert not [name for name, count in names.items() if count > 1]


def test_every_unit_parses():
    assert not [(p.name, p.unit) for p in parameters().values() if not parses(p.unit)]


@pytest.mark.parametrize("grade", ["measured in people", "fitted to people"])
def test_a_parameter_from_people_does_not_lean_on_animals_alone(grade: str):
    animals = ("rat", "mouse", "cat", "dog", "pig", "rabbit", "sheep", "monkey", "rodent", "animal")
    for p in parameters().values():
        if p.grade == grade:
            species = [library().get(name).species for name in p.facts]
            assert not all(any(animal in s for animal in animals) for s in species), p.name


def test_every_parameter_has_a_page():
    for p in parameters().values():
        page = show.parameter_card(p, library())
        assert dict(page)["grade"] == p.grade
        assert sum(label == "fact" for label, _ in page) == len(p.facts)
