"""The fit of blood: it reproduces its file, uses no held-out fact, and the estimator does what it says."""

from __future__ import annotations

import importlib.util
import json
import math
from importlib import resources
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from baclosim.body.fit import (
    ABSORPTION_LAG,
    NAMES,
    START,
    between_studies,
    blood,
    fit,
    leave_one_out,
    predicted,
    residuals,
    to_line,
)
from baclosim.body.readings import KINDS, READ, Reading, log_standard_error, one_compartment_peak, readings
from baclosim.body.summary import Blood
from baclosim.evidence.library import library
from baclosim.parameters import parameters
from baclosim.patient import Patient

SCRIPT = Path(__file__).parents[1] / "calibration" / "systemic.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("calibration_systemic", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_reproduces_the_stored_values_to_four_digits(script):
    file = resources.files("baclosim") / "values" / "calibrated" / "systemic.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    _, found = script.calibrate()
    assert set(found) == set(stored)
    for name, entry in stored.items():
        assert found[name]["value"] == pytest.approx(entry["value"], rel=6e-4), name
        assert found[name]["interval"] == pytest.approx(entry["interval"], rel=6e-4), name
        assert found[name]["spread"] == pytest.approx(entry["spread"], rel=6e-4), name
        assert found[name].get("correlation") == pytest.approx(entry.get("correlation"), abs=2e-3), name


def test_the_lag_held_in_the_fit_is_the_parameter():
    assert parameters()["absorption_lag"].value == ABSORPTION_LAG


def test_only_facts_marked_for_fitting_enter(script):
    children = (*script.CHILD_CLEARANCES, *script.CHILD_VOLUMES, *script.CHILD_HALF_LIVES)
    used = [row[0] for row in READ] + [*script.CLEARANCE_SPREADS, *children]
    assert all(library().fact(name).use == "fit" for name in used)


def test_every_fact_that_enters_is_named_by_a_parameter():
    behind = {fact for p in parameters().values() if p.script == "systemic" for fact in p.facts}
    assert {row[0] for row in READ} <= behind


def test_readings_made_from_known_values_give_them_back():
    """Perfect readings of another person: the fit must find that person."""
    truth = {
        name: value * factor
        for (name, value), factor in zip(START.items(), (2, 0.8, 1.3, 2, 0.9, 1.2, 0.9), strict=True)
    }
    x = np.array([to_line(name, truth[name]) for name in NAMES])
    rows = readings()
    perfect = tuple(
        Reading(r.fact, r.kind, math.exp(value), r.standard_error, r.source)
        for r, value in zip(rows, predicted(rows, x), strict=True)
    )
    found = fit(perfect)
    assert found.values == pytest.approx(truth, rel=1e-5)
    assert found.chi_square < 1e-10


def test_between_study_spread_is_that_of_dersimonian_and_laird():
    """Two studies of equal precision s: tau^2 is half the squared difference minus s^2, then drawn to the pooled."""
    rows = tuple(Reading(f"x.y.{n}", "half-life", v, 0.1, n) for n, v in (("a", 4.0), ("b", 6.0)))
    own = math.log(1.5) ** 2 / 2 - 0.01
    assert between_studies(rows)["half-life"] == pytest.approx(math.sqrt(own))


def test_studies_that_agree_have_no_spread_between_them():
    rows = tuple(Reading(f"x.y.{n}", "half-life", 5.0, 0.1, n) for n in "abc")
    assert between_studies(rows) == {"half-life": 0.0}


def test_standard_errors_follow_the_printed_interval():
    assert log_standard_error(library().fact("oral.clearance.simon-2018")) == pytest.approx(
        math.log(12.3 / 10.8) / 3.92
    )
    assert log_standard_error(library().fact("oral.fraction_unchanged.wuis-1989")) == pytest.approx(0.14 / 0.69 / 2)
    assert log_standard_error(library().fact("oral.clearance.chevillard-2018")) == pytest.approx(0.274 / 143**0.5)
    assert log_standard_error(library().fact("oral.alpha.kochak-1985")) == pytest.approx(0.25 / 6**0.5)


def test_a_one_compartment_peak_is_a_peak():
    time, ka, k = one_compartment_peak(1.64, 0.16), 1.64, 0.16
    assert ka * math.exp(-ka * time) == pytest.approx(k * math.exp(-k * time))


def test_the_fit_misses_no_reading_by_more_than_two_standard_deviations():
    rows = readings()
    assert max(abs(row.deviation) for row in residuals(rows, fit(rows))) < 2.0


def test_a_source_left_out_is_predicted_without_it():
    """Making Chevillard's clearance ten times larger must not change what the others say of it."""
    rows = {row.reading.fact: row for row in leave_one_out()}
    assert set(rows) == {row[0] for row in READ}
    assert math.isnan(rows["oral.alpha.kochak-1985"].predicted), "no other source separated the phases"
    others = tuple(r for r in readings() if r.source != "chevillard-2018")
    alone = blood(fit(others, pull=2.0).values).apparent_clearance
    assert rows["oral.clearance.chevillard-2018"].predicted == pytest.approx(alone)


def test_the_fitted_adult_keeps_the_books():
    person = blood(fit(readings()).values)
    assert person.fraction_unchanged + person.fraction_metabolised == pytest.approx(person.bioavailability)


def test_the_stored_adult_is_the_fitted_adult():
    stored, fitted = Blood.of(Patient().parameters()), blood(fit(readings()).values)
    for name, kind in KINDS.items():
        assert kind.predict(stored, 110.0) == pytest.approx(kind.predict(fitted, 110.0), rel=2e-3), name


def test_virtual_people_vary_as_the_published_ones():
    """CL/F varies by the pooled CV and V/F by Simon's 22 %, within sampling."""
    from baclosim.patient import virtual_patients

    group = Blood.of(virtual_patients(20_000, Patient()).parameters)
    assert np.log(group.apparent_clearance).std() == pytest.approx(0.254, abs=0.015)
    volume = group.steady_state_volume / group.bioavailability
    assert np.log(volume).std() == pytest.approx(0.22, abs=0.02)
