"""The fit of the cord: it reproduces its files, leans on no held-out fact, and misses little."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from baclosim.evidence.library import library
from baclosim.parameters import parameters
from calibration_scripts import imported


@pytest.fixture(scope="module")
def script():
    with imported("reflex") as module:
        yield module


@pytest.fixture(scope="module")
def fitted(script):
    who = script.Cohorts()
    findings = script.targets(who)
    return who, findings, script.fit(findings)


def stored(script: str) -> dict:
    return json.loads((resources.files("baclosim") / "values" / "calibrated" / f"{script}.json").read_text("utf-8"))


def test_the_script_reproduces_the_stored_values(script, fitted):
    who, _, fit = fitted
    found = script.everything(fit, who)
    assert set(found) == set(stored("reflex"))
    for name, entry in stored("reflex").items():
        assert found[name]["value"] == pytest.approx(entry["value"], rel=1e-3), name
        assert found[name]["spread"] == pytest.approx(entry["spread"], rel=1e-3), name


def test_no_finding_is_missed_by_more_than_two_and_a_half_standard_deviations(script, fitted):
    _, findings, fit = fitted
    rest = script.residuals(fit.x, findings)
    assert np.abs(rest).max() < 2.5
    assert 2.0 * fit.cost < 2.0 * (len(rest) - len(fit.x)), "chi-square over degrees of freedom"


def test_only_facts_that_may_set_a_parameter_enter(script, fitted):
    used = {name for t in fitted[1] for name in t.facts.split()} | {p[0] for p in script.PRIORS if p[0]}
    assert all(library().get(name).use != "check" for name in used)
    behind = {fact for p in parameters().values() if p.script == "reflex" for fact in p.facts}
    assert used <= behind


def test_another_start_ends_at_the_same_fit(script, fitted):
    _, findings, fit = fitted
    other = script.fit(
        findings, {name: value * 1.15 if value > 1.0 else value * 0.9 for name, value in script.START.items()}
    )
    assert other.cost == pytest.approx(fit.cost, rel=1e-3)
    np.testing.assert_allclose(other.x, fit.x, atol=0.02)


def test_a_held_out_fact_is_refused(script):
    with pytest.raises(SystemExit, match="held out"):
        script.usable("dose.first-year.skoog-2019")


def test_the_tolerance_script_reproduces_the_stored_values(script, monkeypatch, capsys):
    kept = {}
    with imported("tolerance") as module:
        monkeypatch.setattr(module, "store_calibrated", lambda name, values: kept.update(values) or name)
        module.main()
    capsys.readouterr()
    assert set(kept) == set(stored("tolerance"))
    for name, entry in stored("tolerance").items():
        assert kept[name]["value"] == pytest.approx(entry["value"], rel=1e-3), name
        assert kept[name]["interval"] == pytest.approx(entry["interval"], rel=1e-3), name
