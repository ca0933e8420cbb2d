"""The brain at therapeutic doses: invariants, published figures, the engine against the reference."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim import Patient, simulate
from baclosim.body.transfers import assemble
from baclosim.body.whole import BLOOD_BODY
from baclosim.effects.adverse import reported
from baclosim.effects.sedation import together
from baclosim.effects.whole import EFFECTS
from baclosim.errors import InputError
from baclosim.parameters import parameters
from baclosim.patient import Patients
from baclosim.simulate import body_for, doses_of, inputs_for
from baclosim.therapy.language import parse
from reference import integrate

TITRATED = (
    "5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 15 mg every 8 h for 3 days, then 20 mg every 8 h"
)
ADULT = Patient()


def highest(words: str, until: str = "28 days", patient: Patient = ADULT, quantity: str = "drowsiness") -> float:
    return float(simulate(patient, words, until, quantities=(quantity,))[quantity].max())


def values(**given: float) -> dict[str, float]:
    known = {name: p.value for name, p in parameters().items()} | dict.fromkeys(EFFECTS.drives, 0.0)
    states = {s.name: s.start for s in EFFECTS.states}
    person = {name: float(v[0]) for name, v in Patients.of(ADULT).parameters.items()}
    return known | states | person | given


def test_without_drug_nothing_but_the_placebo():
    without = EFFECTS.evaluate(values())
    assert without["drowsiness"] == pytest.approx(0.36)
    assert without["brain_effect"] == without["sedation"] == 0.0
    assert without["coma"] == without["ventilation"] == without["encephalopathy"] == pytest.approx(0.0, abs=1e-12)
    assert without["respiratory_drive"] == 1.0
    assert EFFECTS.rates(values())["brain_tolerance"] == 0.0


@pytest.mark.parametrize("quantity", ["drowsiness", "coma", "ventilation", "encephalopathy", "brain_effect"])
def test_more_drug_never_does_less(quantity: str):
    course = [EFFECTS.evaluate(values(brain_fast=c, brain_slow=c))[quantity] for c in np.geomspace(1e-4, 10, 60)]
    assert np.all(np.diff(course) >= 0.0)
    assert 0.0 <= course[0] <= course[-1] <= 1.0


def test_titrated_tablets_make_as_many_drowsy_as_the_label_says():
    assert highest(TITRATED) == pytest.approx(0.63, abs=0.06)


def test_drowsiness_fades_under_a_constant_dose():
    course = simulate(ADULT, "20 mg by mouth every 8 h", "28 days", quantities=("drowsiness",))["drowsiness"][0]
    first, last = course[:48].max() - 0.36, course[-48:].max() - 0.36
    assert last < 0.9 * first


def test_three_times_the_dose_makes_drinkers_no_drowsier():
    drinker = Patient(condition="alcohol use disorder")
    slowly = "20 mg every 8 h for 5 days, then 40 mg every 8 h for 10 days, then 60 mg every 8 h"
    assert highest(slowly, patient=drinker) == pytest.approx(highest(TITRATED), abs=0.08)


def test_one_tablet_peaks_in_the_brain_within_two_hours():
    course = simulate(ADULT, "60 mg by mouth once", "8 h", every="6 min", step="6 min", quantities=("brain_fast",))
    assert 1.0 <= course.time[course["brain_fast"][0].argmax()] <= 2.0


@pytest.mark.parametrize("daily", [300, 400, 800])
def test_a_pump_sedates_less_than_tablets_and_leaves_breathing_alone(daily: int):
    pump = simulate(ADULT, f"{daily} ug/day intrathecally", "28 days", quantities=("drowsiness", "respiratory_drive"))
    tablets = simulate(ADULT, "20 mg by mouth every 8 h", "28 days", quantities=("drowsiness",))
    assert pump["drowsiness"].max() < tablets["drowsiness"].max()
    assert pump["respiratory_drive"].min() > 0.95


def test_a_single_tablet_hardly_touches_breathing():
    assert simulate(ADULT, "25 mg by mouth once", "24 h")["respiratory_drive"].min() > 0.95


def test_loads_join_by_the_named_interaction():
    assert together(3.0, 2.0, 0.0) == 3.0
    assert together(2.0, 3.0, 1.0) == 5.0
    assert together(3.0, 2.0, 2.0) == 7.0


def test_labels_are_quoted_by_route():
    label = {r.event: (r.low, r.high) for r in reported("mouth") if r.setting == "up to 80 mg/day"}
    assert label["drowsiness"] == (10, 63)
    assert {r.fact for r in reported("intrathecal")} >= {"adverse.itb-spinal.gablofen-label"}
    with pytest.raises(InputError):
        reported("skin")


def test_the_engine_agrees_with_the_reference():
    group = Patients.of(ADULT)
    regimen = parse("20 mg by mouth every 8 h for 1 day, then 300 mg once")
    names = ("brain_tolerance", "depression", "coma", "respiratory_drive")
    run = simulate(group, regimen, "48 h", every="8 h", quantities=names)
    doses = doses_of(regimen, 48.0, group, 0)
    body = body_for(doses)
    system = assemble(body, group.parameters)
    inputs = inputs_for(doses, body, group, shift=0.0)
    times = np.arange(0.0, 49.0, 8.0)
    amounts, states = integrate(system, inputs, EFFECTS, group.parameters, times)
    row = [s.name for s in EFFECTS.states].index("brain_tolerance")
    assert run["brain_tolerance"][0] == pytest.approx(states[row], rel=1e-3)
    drives = system.C[0] @ amounts
    for i, _ in enumerate(times):
        known = {s.name: states[k, i] for k, s in enumerate(EFFECTS.states)}
        known |= dict(zip(system.outputs, drives[:, i], strict=True))
        expected = EFFECTS.evaluate(values(**known))
        for name in names[1:]:
            assert run[name][0, i] == pytest.approx(expected[name], rel=2e-3, abs=1e-6)


def test_blood_alone_carries_no_companion():
    assert not [name for name in BLOOD_BODY.compartments if "alcohol" in name or name == "clump"]
