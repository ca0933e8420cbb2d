"""The bundled scenarios run, and show what they are there to show."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest

import baclosim as bs
from baclosim.outcome.running import presented, run_scenario
from baclosim.scenario import examples, load
from baclosim.trajectory import Trajectory

TAPERS = ("stop-80-mg", *(f"taper-80-mg-{weeks}" for weeks in ("1-week", "2-weeks", "4-weeks", "8-weeks")))


@functools.cache
def course_of(name: str, patients: int = 8) -> Trajectory:
    scenario = load(name)
    group = bs.virtual_patients(patients, like=scenario.patient, seed=scenario.seed)
    return bs.simulate(
        group, scenario.therapy, scenario.duration, every=scenario.every, before=scenario.before, seed=scenario.seed
    )


def hours(name: str, quantity: str, level: float) -> np.ndarray:
    course = course_of(name)
    return (course[quantity] >= level).sum(axis=1) * (course.time[1] - course.time[0])


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_runs_and_stays_within_the_limits_of_its_quantities(name: str):
    course = course_of(name)
    for quantity in course.quantities:
        low, high = quantity.limits
        values = course[quantity.name]
        assert values.min() >= low - 1e-9, quantity.name
        assert values.max() <= high + 1e-9, quantity.name


def test_the_slower_the_taper_the_milder_the_withdrawal():
    worst = [float(np.median(course_of(name)["withdrawal"].max(axis=1))) for name in TAPERS]
    assert worst == sorted(worst, reverse=True)
    assert worst[-1] < 0.6 * worst[0]


def test_dialysis_shortens_the_coma_of_failing_kidneys_and_healthy_ones_end_it_sooner():
    healthy, dialysed, failing = (
        np.median(hours(f"overdose-{name}", "coma", 0.5))
        for name in ("normal-kidneys", "failing-kidneys-dialysis", "failing-kidneys")
    )
    assert healthy < dialysed < failing


def test_drawing_fluid_lowers_what_the_tenfold_error_left():
    scenario = load("pump-tenfold-error")
    without = dataclasses.replace(scenario.therapy, removed=())
    more = {"before": scenario.before, "quantities": ("csf_lumbar", "drowsiness"), "every": "1 h"}
    drawn, left = (bs.simulate(scenario.patient, t, 24.0, **more) for t in (scenario.therapy, without))
    assert drawn["csf_lumbar"][0, 14] < 0.8 * left["csf_lumbar"][0, 14]
    np.testing.assert_allclose(drawn["csf_lumbar"][0, :13], left["csf_lumbar"][0, :13], rtol=1e-9)


def test_a_broken_catheter_brings_withdrawal_within_a_day_or_two_and_its_repair_ends_it():
    course = course_of("pump-catheter-break-520")
    severity = np.median(course["withdrawal"], axis=0)
    assert severity[course.time <= 24.0].max() < 0.02
    assert severity[(course.time > 48.0) & (course.time < 192.0)].max() > 0.05
    assert severity[-1] < 0.02


def test_tolerance_of_the_cord_rises_over_four_years():
    scenario = load("pump-four-years")
    group = bs.virtual_patients(8, like=scenario.patient, seed=1)
    more = {"every": "1 day", "quantities": ("spinal_shift",)}
    shift = bs.simulate(group, scenario.therapy, scenario.duration, **more)["spinal_shift"].mean(axis=0)
    assert shift[30] < shift[365] < shift[-1]


def test_the_first_days_after_a_holiday_sedate_more_than_the_dose_did_before():
    course = course_of("pump-restart-after-holiday")
    drowsiness = np.median(course["drowsiness"], axis=0)
    assert drowsiness.max() > drowsiness[-1] > drowsiness[0]


def test_serotonin_is_recorded_only_beside_drugs_that_act_on_it():
    with_drugs, without = (load(name) for name in ("fluoxetine-tramadol", "sci-80-mg"))
    assert "serotonin_index" in presented(with_drugs)
    assert not {"serotonin_index", "raphe_firing"} & set(presented(without))
    outcome = run_scenario(dataclasses.replace(with_drugs, patients=16))
    assert outcome.typical["extracellular_serotonin"][0].max() > 1.2
    assert {row.quantity for row in outcome.summary} >= {"raphe_firing", "serotonin_index", "syndrome_signs"}


def test_the_syndrome_follows_the_drug_that_was_added_and_its_stop():
    """Tramadol is added on day 42 and stopped on day 46; fluoxetine is stopped on day 49."""
    scenario = load("fluoxetine-tramadol")
    asked = ("syndrome_signs", "reuptake_block")
    course = bs.simulate(scenario.patient, scenario.therapy, scenario.duration, quantities=asked)
    signs, held = course["syndrome_signs"][0], course["reuptake_block"][0]
    day = course.time / 24.0
    assert signs[day < 42.0].max() < 0.01
    assert signs[(day > 43.0) & (day < 46.0)].min() > 0.7
    assert signs[day > 48.0].max() < 0.05
    assert held[day < 45.0].max() < held[(day > 45.0) & (day < 46.0)].max()
    assert 0.2 < held[-1] < 0.5  # five weeks on, norfluoxetine still holds a quarter


def test_alcohol_adds_to_drowsiness():
    course = course_of("alcohol-on-60-mg")
    drowsiness = np.median(course["drowsiness"], axis=0)
    assert drowsiness[course.time < 6.0].max() > drowsiness[course.time > 24.0].max() + 0.03
