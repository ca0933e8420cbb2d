"""Calibrated values and variants: written by a script that is there, used, standing on facts that may carry them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from baclosim.evidence.library import library
from baclosim.parameters import parameters, variants

CALIBRATION = Path(__file__).parents[1] / "calibration"


def stored() -> list[tuple[str, str]]:
    """(script, parameter) of every stored value."""
    folder = resources.files("baclosim") / "values" / "calibrated"
    files = [f for f in folder.iterdir() if f.name.endswith(".json")] if folder.is_dir() else []
    return [(f.name.removesuffix(".json"), name) for f in files for name in json.loads(f.read_text(encoding="utf-8"))]


def test_every_stored_value_has_its_script_and_its_parameter():
    for script, name in stored():
        assert (CALIBRATION / f"{script}.py").is_file(), f"{name} was stored by a script that is not there"
        assert parameters()[name].script == script


def test_every_parameter_that_names_a_script_has_a_stored_value():
    named = {(p.script, p.name) for p in parameters().values() if p.script}
    assert named <= set(stored())


def test_a_parameter_fitted_to_people_has_no_assumed_interval():
    fitted = [p for p in parameters().values() if p.grade == "fitted to people"]
    assert not [p.name for p in fitted if p.interval_is == "assumed"]


def test_other_readings_of_the_evidence_stand_on_facts_that_may_carry_them():
    for variant in variants():
        for p in parameters(variant).values():
            facts = [library().get(name) for name in p.facts]
            assert all(fact.use != "check" for fact in facts), (variant, p.name)
            assert p.grade == "recalled" or all(fact.is_verified for fact in facts), (variant, p.name)
            assert facts or p.is_weak, (variant, p.name)
