"""Groups of patients: identity under slicing, moments of the spread, covariate laws, changes of the kidneys."""

from __future__ import annotations

import time

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.body.summary import Blood
from baclosim.body.systemic import BLOOD
from baclosim.parameters import Parameter, calibrated_values, parameters
from baclosim.patient import Patient, Patients, typical_draws, virtual_patients
from baclosim.patient.scaling import LAWS, child_factor, childhood

ADULT = Patient(age=43, sex="female", weight=68, creatinine_clearance=95, ashworth=3.2, spasms=2)
N = 20_000


def parameter(**changes) -> Parameter:
    known = {
        "name": "made_up", "says": "", "value": 2.0, "unit": "1/h", "spread": 0.4, "interval": (1.5, 2.6),
        "interval_is": "95% CI", "facts": (), "grade": "assumed",
    }  # fmt: skip
    return Parameter(**(known | changes))


def with_extra(**changes) -> dict[str, Parameter]:
    return parameters() | {"made_up": parameter(**changes)}


def test_the_reference_adult_has_the_values_of_the_files():
    typical = Patient(ashworth=3, spasms=2).parameters()
    for name, p in parameters().items():
        assert typical[name] == pytest.approx(p.value, rel=2e-5), name
    assert typical["renal_clearance"] == pytest.approx(parameters()["renal_per_creatinine"].value * 6600, rel=2e-5)
    assert typical["dialysis_clearance"] == 0.0


def test_everything_that_blood_asks_for_is_there():
    assert set(Patient().parameters()) >= BLOOD.parameter_names


@settings(max_examples=25, deadline=None)
@given(first=st.integers(0, 700), n=st.integers(1, 400))
def test_a_patient_is_the_same_however_the_cohort_is_cut(first: int, n: int):
    whole, part = virtual_patients(first + n, ADULT, seed=5), virtual_patients(n, ADULT, seed=5, first=first)
    for name, values in whole[first : first + n].parameters.items():
        np.testing.assert_array_equal(values, part.parameters[name])


def test_another_parameter_changes_no_patient():
    alone = virtual_patients(300, ADULT, seed=2)
    beside = virtual_patients(300, ADULT, seed=2, table=with_extra())
    for name, values in alone.parameters.items():
        np.testing.assert_array_equal(values, beside.parameters[name])
    assert np.ptp(beside.parameters["made_up"]) > 0


def test_lognormal_spread_has_its_median_and_cv():
    x = virtual_patients(N, ADULT, table=with_extra()).parameters["made_up"]
    assert np.median(x) == pytest.approx(2.0, rel=0.02)
    assert x.std() / x.mean() == pytest.approx(0.4, rel=0.04)


def test_logit_spread_has_its_median_and_sd_and_stays_a_fraction():
    table = with_extra(value=0.8, interval=(0.7, 0.9), distribution="logit", within=(0.0, 1.0))
    x = virtual_patients(N, ADULT, table=table).parameters["made_up"]
    assert np.median(x) == pytest.approx(0.8, abs=0.005)
    assert np.log(x / (1 - x)).std() == pytest.approx(0.4, rel=0.03)
    assert 0 < x.min() < x.max() < 1


def test_normal_spread_has_its_moments_and_is_clipped():
    table = with_extra(distribution="normal", within=(1.5, 9.0))
    x = virtual_patients(N, ADULT, table=table).parameters["made_up"]
    assert x.min() == 1.5
    assert np.median(x) == pytest.approx(2.0, abs=0.015)
    assert np.mean(x == 1.5) == pytest.approx(0.106, abs=0.01)  # below -1.25 standard deviations


def test_fixed_parameters_never_vary():
    table = with_extra(distribution="fixed")
    for group in (virtual_patients(50, ADULT, table=table), typical_draws(50, ADULT, table=table)):
        assert np.ptp(group.parameters["made_up"]) == 0.0


def test_draws_of_the_typical_person_fill_the_interval():
    x = typical_draws(N, ADULT, table=with_extra()).parameters["made_up"]
    low, high = np.quantile(x, (0.025, 0.975))
    assert high / low == pytest.approx(2.6 / 1.5, rel=0.04)
    assert np.median(x) == pytest.approx(2.0, rel=0.01)


def test_parameters_fitted_together_are_drawn_together():
    drawn = typical_draws(N, ADULT).parameters
    centre = {name: np.log(drawn[name]) for name in ("central_volume", "exchange", "absorption_rate")}
    stored = calibrated_values()["central_volume"]["correlation"]
    for other in ("exchange", "absorption_rate"):
        found = np.corrcoef(centre["central_volume"], centre[other])[0, 1]
        assert found == pytest.approx(stored[other], abs=0.03)


def test_drawn_together_the_apparent_clearance_is_better_known_than_its_parts():
    """CL/F is what the studies measured; F and the two clearances were only inferred from it."""
    p = typical_draws(N, ADULT).parameters
    clearance = p["renal_clearance"] + p["nonrenal_clearance"]
    apart = np.hypot(np.log(clearance).std(), np.log(p["bioavailability"]).std())
    assert np.log(clearance / p["bioavailability"]).std() < apart


def test_the_same_seed_is_the_same_group_and_another_is_not():
    one, same, other = (typical_draws(20, ADULT, seed=s).parameters["central_volume"] for s in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_covariates_stay_as_given():
    group = virtual_patients(100, ADULT)
    assert {name: float(np.ptp(values)) for name, values in group.covariates.items()} == dict.fromkeys(
        group.covariates, 0.0
    )
    assert group.covariates["weight"][0] == 68
    assert group.parameters["baseline_ashworth"][0] == 3.2


def test_a_score_that_nobody_gave_is_that_of_the_condition_and_varies():
    spinal = virtual_patients(500, Patient(condition="multiple sclerosis")).parameters["baseline_ashworth"]
    cerebral = virtual_patients(500, Patient(condition="stroke")).parameters["baseline_ashworth"]
    assert np.median(spinal) > np.median(cerebral) > 1
    assert np.ptp(spinal) > 1
    assert 1 <= spinal.min() <= spinal.max() <= 5
    assert Patient(condition="healthy").parameters()["baseline_ashworth"] == 1.0


def test_kidneys_drive_renal_clearance_in_proportion():
    half, full = (Patient(creatinine_clearance=x).parameters() for x in (55, 110))
    assert full["renal_clearance"] == pytest.approx(2 * half["renal_clearance"])
    assert full["nonrenal_clearance"] == half["nonrenal_clearance"]


@pytest.mark.parametrize("name", LAWS)
def test_growing_up_is_smooth(name: str):
    """From 2 to 30 years in steps of a week no parameter jumps, nor does it at 18."""
    age = np.arange(2.0, 30.0, 1 / 52)
    arguments = {"age": age, "weight": 40.0, "height": 150.0, "creatinine_clearance": 80.0, "drinks": 1.0}
    base = {n: p.value for n, p in parameters().items()}
    known = base | arguments
    law = LAWS[name]
    values = np.broadcast_to(
        law(**{a: known[a] for a in law.__code__.co_varnames[: law.__code__.co_argcount]}), age.shape
    )
    assert np.max(np.abs(np.diff(np.log(values)))) < 0.005


def test_childhood_ends():
    assert childhood(8.0) > 0.99
    assert childhood(14.0) == 0.5
    assert childhood(30.0) < 0.001
    assert child_factor(40.0, 1.3) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(("age", "weight"), [(4, 16), (8, 25), (12, 40)])
def test_children_clear_per_kg_as_published(age: int, weight: float):
    """He 2014 gives 0.273 L/h/kg and 1.16 L/kg from 2 to 17 years; within 25 % over the ages."""
    p = Patient(age=age, weight=weight).parameters()
    per_kg = (p["renal_clearance"] + p["nonrenal_clearance"]) / p["bioavailability"] / weight
    volume = (p["central_volume"] + p["peripheral_volume"]) / p["bioavailability"] / weight
    assert per_kg == pytest.approx(273, rel=0.25)
    assert volume == pytest.approx(1160, rel=0.05)


def test_a_child_keeps_the_drug_for_about_four_hours():
    """Published half-lives: 4.5 (He 2014), 5.1 (Wiersma 2003), 2.3 to 3.4 h (Kriel 1997)."""
    half_life = Blood.of(Patient(age=8, weight=25).parameters()).half_life
    assert half_life == pytest.approx((4.5 * 5.1 * 2.85) ** (1 / 3), rel=0.05)


@pytest.mark.parametrize("name", LAWS)
def test_laws_serve_sympy_too(name: str):
    law = LAWS[name]
    symbols = sympy.symbols(law.__code__.co_varnames[: law.__code__.co_argcount], positive=True)
    expression = law(*symbols)
    numbers = [1.3 + i for i in range(len(symbols))]
    assert float(expression.subs(dict(zip(symbols, numbers, strict=True)))) == pytest.approx(law(*numbers))


def test_kidneys_and_dialysis_change_during_a_run():
    person = Patient(
        kidney="20 mL/min at 5 days, 90 mL/min at 10 days", dialysis=[("130 h", "4 h"), ("200 h", "4 h", 60)]
    )
    group = virtual_patients(3, person)
    times, values = zip(*group.stretches(), strict=True)
    assert times == (0.0, 120.0, 130.0, 134.0, 200.0, 204.0, 240.0)
    renal = np.array([v["renal_clearance"][0] for v in values])
    np.testing.assert_allclose(renal / renal[0], np.array([110, 20, 20, 20, 20, 20, 90]) / 110)
    machine = group.parameters["haemodialysis_clearance"][0]
    assert [v["dialysis_clearance"][0] for v in values] == [0, 0, machine, 0, 3600, 0, 0]
    np.testing.assert_array_equal(values[2]["central_volume"], group.parameters["central_volume"])


def test_a_result_names_the_parameters_with_facts_behind_it():
    adult, child = Patients.of(ADULT), Patients.of(Patient(age=8, weight=25))
    names = ("renal_clearance", "dialysis_clearance", "central_volume", "baseline_ashworth")
    assert adult.behind(names) == ("central_volume", "renal_per_creatinine")
    assert child.behind(names) == (
        "baseline_ashworth_spinal", "central_volume", "child_clearance_ratio", "child_volume_ratio",
        "renal_per_creatinine",
    )  # fmt: skip
    assert "haemodialysis_clearance" in Patients.of(Patient(dialysis="4 h at 30 h")).behind(names)
    assert set(child.behind(child.parameters)) <= set(parameters())


def test_a_slice_is_a_view_of_some_patients():
    group = virtual_patients(600, ADULT)
    some = group[100:110]
    assert len(some) == some.n == 10
    assert np.shares_memory(some.parameters["central_volume"], group.parameters["central_volume"])


def test_ten_thousand_patients_without_a_loop_over_them():
    """Fifty times the patients take far less than fifty times as long: the work is in arrays, not in a loop."""

    def seconds(n: int) -> float:
        virtual_patients(n, ADULT)
        times = []
        for _ in range(5):
            start = time.process_time()
            virtual_patients(n, ADULT)
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(10_000) < 25 * seconds(200)


def test_a_group_prints_as_a_short_card():
    told = repr(virtual_patients(200, like=Patient(age=43, weight=68, condition="multiple sclerosis"))).splitlines()
    assert told[0].startswith("200 patients like: adult of 43 years, 68 kg, multiple sclerosis")
    assert told[1].startswith("  ashworth ")
    assert len(told) == 4
    assert "the same parameters in each" in repr(Patients.of(ADULT))
