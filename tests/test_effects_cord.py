"""The cord: what must hold whatever the numbers, what people showed, tolerance over days to years, and the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from baclosim.body.transfers import assemble
from baclosim.body.whole import BLOOD_BODY
from baclosim.effects.bedside import observed_ashworth, observed_spasms, outcome, responded, response_probability
from baclosim.effects.receptor import RECEPTOR
from baclosim.effects.reflex import BEDSIDE
from baclosim.effects.tolerance import TOLERANCE, receptor_number_rate, spinal_shift_rate
from baclosim.engine.inputs import prepare
from baclosim.engine.march import march
from baclosim.engine.network import Network, Part
from baclosim.parameters import parameters
from baclosim.patient import Patient, Patients, virtual_patients
from baclosim.quantities import QUANTITIES
from baclosim.simulate import simulate
from reference import integrate

SITES = ("lumbar_fast", "lumbar_slow", "cervical_fast", "cervical_slow", "brain_fast", "brain_slow")


def rebound_tone(baseline_ashworth):
    """No withdrawal here: that is another room's."""
    return 0.0 * baseline_ashworth


CORD = Network((RECEPTOR, *BEDSIDE, TOLERANCE, Part((rebound_tone,))), SITES)
PERSON = Patient(condition="spinal cord injury").parameters()
STARTS = {s.name: s.start for s in CORD.states}
CONCENTRATIONS = np.geomspace(1e-4, 30.0, 60)
YEAR = 8766.0
FALLING = ("hm_ratio", "flexor_reflex", "arm_reflex", "ashworth", "arm_ashworth", "spasm_score", "strength")
RISING = ("cord_occupancy", "monosynaptic_effect", "polysynaptic_effect", "arm_effect", "weakness", "function_lost")


def seen(concentration: float, person=PERSON, **states: float):
    """Every quantity of the cord when all sites are at one concentration [ug/mL]."""
    return CORD.evaluate({**person, **STARTS, **dict.fromkeys(SITES, concentration), **states})


# --- what must hold -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("concentration", [0.0, 1e-6, 0.05, 1.0, 1e3, 1e6])
def test_nothing_leaves_its_limits(concentration):
    group = virtual_patients(4, Patient(condition="brain injury"), seed=3).parameters
    for i in range(4):
        for name, value in seen(concentration, {k: float(v[i]) for k, v in group.items()}).items():
            low, high = QUANTITIES[name].limits
            assert low - 1e-12 <= value <= high + 1e-12, name


@pytest.mark.parametrize("name", [*FALLING, *RISING])
def test_more_drug_does_more(name):
    course = np.array([seen(c)[name] for c in CONCENTRATIONS])
    steps = np.diff(course) * (1.0 if name in RISING else -1.0)
    assert np.all(steps >= -1e-14)
    assert steps.sum() > 0.1 * abs(course).max(), "a dose must show"


def test_without_drug_nothing_is_different():
    none = seen(0.0)
    assert none["ashworth"] == PERSON["baseline_ashworth"]
    assert none["spasm_score"] == PERSON["baseline_spasms"]
    assert none["hm_ratio"] == PERSON["baseline_hm_ratio"]
    assert none["strength"] == none["flexor_reflex"] == none["arm_reflex"] == 1.0
    assert none["weakness"] < 1e-12
    assert none["function_lost"] < 1e-12
    rates = CORD.rates({**PERSON, **STARTS, **dict.fromkeys(SITES, 0.0)})
    assert max(abs(rate) for rate in rates.values()) < 1e-12


def test_someone_without_spasticity_has_none_to_lose():
    healthy = seen(0.0, Patient(condition="healthy").parameters())
    assert healthy["ashworth"] == healthy["arm_ashworth"] == 1.0
    assert healthy["spasm_score"] == 0.0


def test_strength_goes_after_tone():
    """Half of the strength takes over twice the concentration that halves the reflex."""
    half = PERSON["spinal_half_effective"]
    assert seen(half)["hm_ratio"] == pytest.approx(0.5 * PERSON["baseline_hm_ratio"])
    assert seen(half)["strength"] > 0.9
    assert seen(half * PERSON["weakness_ratio"])["strength"] == pytest.approx(0.5)


def test_tolerance_shifts_the_curve_without_changing_its_top():
    assert seen(0.1, receptor_number=0.7)["ashworth"] > seen(0.1)["ashworth"]
    shifted = seen(0.1 * 1.5 / 0.7, receptor_number=0.7, spinal_shift=0.5)
    assert shifted["ashworth"] == pytest.approx(seen(0.1)["ashworth"])
    assert seen(1e3, receptor_number=0.7, spinal_shift=3.0)["relief"] == pytest.approx(seen(1e3)["relief"], abs=1e-3)


def test_half_of_the_receptors_are_held_at_the_dissociation_constant_of_the_r_form():
    assert seen(2.0 * PERSON["receptor_dissociation"])["cord_occupancy"] == pytest.approx(0.5)


# --- what the examiner writes down --------------------------------------------------------------------------------


def test_scores_are_whole_numbers_in_their_range():
    np.testing.assert_array_equal(observed_ashworth([1.0, 1.49, 1.5, 3.2, 5.0]), [1, 1, 2, 3, 5])
    np.testing.assert_array_equal(observed_ashworth([1.0, 4.9], error=[-2.0, 2.0]), [1, 5])
    np.testing.assert_array_equal(observed_spasms([0.2, 0.5, 3.9], error=0.2), [0, 1, 4])


def test_a_response_is_a_point_less_of_either():
    np.testing.assert_array_equal(responded([1.0, 0.9, 0.2], [0.0, 0.9, 1.5]), [True, False, True])
    chance = response_probability([0.0, 1.0, 3.0], [0.0, 0.0, 0.0])
    assert chance[1] == pytest.approx(0.5)
    assert chance[0] < 1e-4
    assert chance[2] > 0.9999


def test_who_cannot_take_it_is_no_responder():
    found = outcome([True, True, False], [False, True, False])
    assert found.tolist() == ["responder", "intolerant", "non-responder"]


# --- what people showed -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bolus():
    injured = Patient(condition="brain injury")
    names = ("hm_ratio", "flexor_reflex", "ashworth", "arm_reflex")
    return simulate(injured, "50 ug bolus by lumbar puncture", until="12 h", every="15 min", quantities=names)


def test_the_monosynaptic_reflex_falls_first(bolus):
    """15 min for the H reflex and 60 min for tone were the first samples that differed (Kumru 2011)."""
    first = {
        name: bolus.time[np.argmax(bolus[name][0] < 0.8 * bolus[name][0, 0])] for name in ("hm_ratio", "flexor_reflex")
    }
    assert first["hm_ratio"] <= 1.0
    assert first["hm_ratio"] < first["flexor_reflex"] <= 2.0


def test_the_arms_reflexes_are_spared_early(bolus):
    """No significant fall within three hours of a lumbar bolus (Kumru 2011)."""
    assert np.all(bolus["arm_reflex"][0, bolus.time <= 3.0] > 0.75)


def test_tone_is_lowest_about_four_hours_after_a_bolus(bolus):
    assert 3.0 <= bolus.time[np.argmin(bolus["ashworth"][0])] <= 7.0


def test_the_h_reflex_after_a_bolus_is_a_quarter_of_what_it_was(bolus):
    """23 % at 5 h of the cohort's mean (Stokic 2005), used in the fit; the typical patient is near it."""
    left = bolus["hm_ratio"][0, bolus.time == 5.0][0] / bolus["hm_ratio"][0, 0]
    assert 0.05 < left < 0.35


def test_tablets_help_about_half_of_those_with_multiple_sclerosis():
    """16 of 35 less spastic, 13 of 21 with fewer spasms (Hedley 1975); not used in the fit."""
    group = virtual_patients(400, Patient(condition="multiple sclerosis"), seed=1)
    course = simulate(
        group, "20 mg by mouth every 8 h", until="14 days", quantities=("ashworth", "spasm_score", "weakness")
    )
    fall = {name: course[name][:, 0] - course[name][:, -25:].mean(axis=1) for name in ("ashworth", "spasm_score")}
    assert 0.29 < response_probability(fall["ashworth"], 0.0).mean() < 0.63, "95 % of 16 in 35"
    assert 0.38 < response_probability(0.0, fall["spasm_score"]).mean() < 0.82, "95 % of 13 in 21"
    assert 0.05 < course["weakness"][:, -25:].mean() < 0.15, "the label's range"


# --- tolerance ----------------------------------------------------------------------------------------------------


def hold(relief: float, hours: float, liability: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Time [h] and shift of potency of someone whose dose is raised to hold the effect on tone."""
    person = {**PERSON, "tolerance_liability": liability}
    step, states, course = 12.0, dict(STARTS), []
    for _ in range(int(hours / step) + 1):
        values = {**person, **states, **dict.fromkeys(SITES, 0.0)}
        shift = CORD.evaluate(values)["potency_shift"]
        course.append(shift)
        slope = (relief / (1.0 - relief)) ** (1.0 / person["spinal_slope"])
        at = person["tone_half_effective"] * shift * slope
        rates = CORD.rates({**values, **dict.fromkeys(SITES, at)})
        states = {name: value + step * rates[name] for name, value in states.items()}
    return np.arange(len(course)) * step, np.array(course)


def test_receptors_are_lost_as_in_rats():
    """74 and 66 % left on days 3 and 7 of a saturating infusion (Kroin 1993)."""
    values, number, signal, course = PERSON, 1.0, 0.0, {}
    for quarter in range(7 * 96 + 1):
        course[quarter / 96] = number
        rate = receptor_number_rate(number, signal, values["receptor_turnover"], values["receptor_loss"])
        number, signal = number + 0.25 * rate, signal + 0.25 * values["receptor_signal_rate_constant"] * (1.0 - signal)
    assert course[1.0] > 0.9
    assert course[3.0] == pytest.approx(0.74, abs=0.05)
    assert course[7.0] == pytest.approx(0.66, abs=0.03)


def test_the_dose_that_holds_tone_rises_for_a_year_or_so_then_levels():
    """Claim tolerance.exists: 12 to 18 months (Heetla 2009, Akman 1993)."""
    time, shift = hold(0.9, 4.0 * YEAR)
    grown = np.interp([0.04, 1.0, 1.5, 4.0], time / YEAR, shift)
    assert grown[1] / grown[0] == pytest.approx(1.68, rel=0.1), "Stampacchia 2016"
    assert (grown[2] - grown[0]) / (grown[3] - grown[0]) > 0.95
    assert grown[3] / grown[2] < 1.02


def test_about_a_fifth_go_on_rising():
    group = virtual_patients(4000, Patient(), seed=5).parameters
    rising = group["tolerance_liability"] > group["tolerance_threshold"]
    assert 0.114 < rising.mean() < 0.372, "95 % of 8 in 37"
    assert rising.mean() == pytest.approx(0.216, abs=0.02)


def test_those_who_go_on_rising_need_over_100_ug_a_day_more_each_year():
    """Over a plateau of 350 ug/day, between the second and the third year (Heetla 2009)."""
    _, ordinary = hold(0.9, 3.0 * YEAR)
    time, rising = hold(0.9, 3.0 * YEAR, liability=2.0)
    assert ordinary[-1] == pytest.approx(np.interp(2.0 * YEAR, time, ordinary), rel=0.01)
    per_year = 350.0 * (rising[-1] - np.interp(2.0 * YEAR, time, rising)) / ordinary[-1]
    assert 100.0 < per_year < 400.0


def test_a_holiday_restores_the_response():
    """Three weeks without drug let a low dose hold (de la Fuente 2024): most of the shift is gone."""
    values = {name: PERSON[name] for name in ("tolerance_gain", "tolerance_onset_rate", "tolerance_recovery_rate")}
    values |= {"tolerance_rise": PERSON["tolerance_rise"], "tolerance_ceiling": PERSON["tolerance_ceiling"]}
    shift = 2.0
    for _ in range(21 * 24):
        shift += spinal_shift_rate(shift, polysynaptic_effect=0.0, escalating=1.0, **values)
    assert shift < 0.4


# --- the engine ---------------------------------------------------------------------------------------------------


def test_the_engine_equals_an_independent_integrator():
    group = virtual_patients(2, Patient(condition="multiple sclerosis"), seed=2)
    group = replace(group, parameters={**group.parameters, "tolerance_liability": np.array([0.0, 3.0])})
    system = assemble(BLOOD_BODY, group.parameters)
    dose = np.arange(0.0, 40.0, 8.0)
    regimen = prepare(
        dose,
        np.array(["mouth"] * len(dose)),
        np.full(len(dose), 40e3),
        np.zeros(len(dose)),
        channels=BLOOD_BODY.channels,
        lag={"mouth": np.full(2, 0.2)},
        patients=2,
    )
    states = tuple(s.name for s in CORD.states)
    course = march([(0.0, system)], regimen, CORD, group.parameters, until=48.0, step=0.25, every=12.0, record=states)
    for patient in (0, 1):
        _, truth = integrate(system, regimen, CORD, group.parameters, course.time, patient=patient, rtol=1e-7)
        for name, exact in zip(states, truth, strict=True):
            error = np.abs(course.values[name][patient] - exact).max() / np.abs(exact).max()
            assert error < 1e-3, (patient, name)


def test_every_quantity_and_state_of_the_cord_is_registered_and_every_parameter_known():
    assert {*CORD.quantities, *(s.name for s in CORD.states)} <= set(QUANTITIES)
    assert set(CORD.parameters) <= set(Patients.of(Patient()).parameters)
    assert all(p.facts or p.is_weak for p in parameters().values())
