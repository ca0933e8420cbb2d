"""The nine rules of dose records, each against a closed form."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim.linear import LinearModel, one_compartment_oral, solve, two_compartment_oral

K = 0.3
BLOOD = LinearModel([[-K]], ("blood",))


def blood(events: dict, **parameters) -> np.ndarray:
    """Amounts in one compartment that loses 0.3 per hour."""
    return solve(BLOOD, events, parameters)["blood"].to_numpy()


def left(hours: float) -> float:
    return float(np.exp(-K * hours))


def infused(rate: float, duration: float, after: float) -> float:
    """Amount `after` hours after the start of an infusion."""
    given = min(duration, after)
    return rate / K * (1 - left(given)) * left(after - given)


def steady(value_at_age, interval: float, age: float = 0.0) -> float:
    """Sum of the contributions of all past doses."""
    return sum(value_at_age(age + k * interval) for k in range(4000))


def test_1_f_scales_the_amount_and_lengthens_a_given_infusion():
    events = {"TIME": [0, 3, 6, 12], "AMT": [60, 0, 0, 0], "RATE": [10, 0, 0, 0], "F1": 0.5}
    assert blood(events) == pytest.approx([0, *(infused(10, 3, t) for t in (3, 6, 12))], rel=1e-12)


def test_1_modelled_duration_and_modelled_rate():
    events = {"TIME": [0, 3, 6], "AMT": [60, 0, 0], "F1": 0.5, "D1": 4.0, "R1": 15.0}
    duration = blood(events | {"RATE": [-2, 0, 0]})
    rate = blood(events | {"RATE": [-1, 0, 0]})
    assert duration == pytest.approx([0, infused(7.5, 4, 3), infused(7.5, 4, 6)], rel=1e-12)
    assert rate == pytest.approx([0, infused(15, 2, 3), infused(15, 2, 6)], rel=1e-12)


def test_2_f_and_lag_belong_to_the_compartment():
    model = LinearModel([[-1.0, 0.0], [0.0, -2.0]], ("a", "b"))
    events = {"TIME": [0, 0, 3], "AMT": [10, 10, 0], "CMT": [1, 2, 1]}
    found = solve(model, events, {"F1": 0.5, "ALAG2": 1.0})
    assert found["a"].to_list() == pytest.approx([5, 5, 5 * np.exp(-3)], rel=1e-12)
    assert found["b"].to_list() == pytest.approx([0, 0, 10 * np.exp(-2 * 2)], rel=1e-12)


def test_3_scheduled_doses_act_before_the_records_of_their_time_in_file_order():
    events = {"TIME": [0, 8, 8, 8], "AMT": [1, 0, 10, 0], "II": [8, 0, 0, 0], "ADDL": [1, 0, 0, 0]}
    assert blood(events) == pytest.approx([1, left(8) + 1, left(8) + 11, left(8) + 11], rel=1e-12)


def test_3_a_scheduled_dose_acts_before_a_reset_of_its_time():
    events = {"TIME": [0, 8, 8], "AMT": [1, 0, 0], "II": [8, 0, 0], "ADDL": [1, 0, 0], "EVID": [1, 3, 0]}
    assert blood(events).tolist() == [1, 0, 0]


def test_3_times_that_differ_by_rounding_are_the_same_time():
    events = {"TIME": [0.0, 0.3], "AMT": [1, 0], "II": [0.1, 0], "ADDL": [3, 0]}
    assert 3 * 0.1 > 0.3
    assert blood(events)[1] == pytest.approx(sum(left(0.1 * k) for k in range(4)), rel=1e-12)


def test_4_ss_1_starts_from_the_periodic_solution_and_forgets_the_past():
    events = {
        "TIME": [0, 0, 5, 6, 20], "AMT": [500, 90, 10, 0, 0], "RATE": [0, 1, 0, 0, 0],
        "II": [6, 0, 6, 0, 0], "ADDL": [9, 0, 0, 0, 0], "SS": [0, 0, 1, 0, 0],
    }  # fmt: skip
    trough_and_dose = 10 / (1 - left(6))
    expected = [trough_and_dose, trough_and_dose * left(1), trough_and_dose * left(15)]
    assert blood(events)[2:] == pytest.approx(expected, rel=1e-12)


def test_4_infusions_longer_than_the_interval_run_on():
    events = {
        "TIME": [10, 11, 13, 40],
        "AMT": [20, 0, 0, 0],
        "RATE": [2, 0, 0, 0],
        "II": [4, 0, 0, 0],
        "SS": [1, 0, 0, 0],
    }
    expected = [steady(lambda age: infused(2, 10, age), 4, age) for age in (0, 1, 3)]
    found = blood(events)
    # after the record no dose follows: those of age 0, 4 and 8 h run on for 10, 6 and 2 h more, and then no more
    last = sum(infused(2, 10, 30 + 4 * k) for k in range(4000))
    assert found[0] == pytest.approx(expected[0], rel=1e-12)
    assert found[1:] == pytest.approx([*(steady(lambda a: infused(2, 10, a), 4, t) for t in (1, 3)), last], rel=1e-12)


def test_4_and_5_lag_shifts_the_cycle_and_holds_doses_back():
    events = {"TIME": [0, 1, 5, 9.5, 30], "AMT": [10, 0, 0, 0, 0], "II": [4, 0, 0, 0, 0], "SS": [1, 0, 0, 0, 0]}
    found = blood(events, ALAG1=9.0)
    entries = [9.0 - 4 * k for k in range(4000)]  # of the dose at 0 and all before it
    expected = [sum(10 * left(t - e) for e in entries if e <= t) for t in events["TIME"]]
    assert found == pytest.approx(expected, rel=1e-12)


def test_5_additional_doses_follow_those_held_back():
    events = {
        "TIME": [0, 7, 20], "AMT": [10, 0, 0], "II": [4, 0, 0], "SS": [1, 0, 0], "ADDL": [2, 0, 0], "RATE": [5, 0, 0],
    }  # fmt: skip
    found = blood(events, ALAG1=6.0)
    entries = [6.0 + 4 * j for j in range(-4000, 3)]
    expected = [sum(infused(5, 2, t - e) for e in entries if e <= t) for t in events["TIME"]]
    assert found == pytest.approx(expected, rel=1e-12)


def test_6_ss_2_adds_to_the_present_state():
    events = {"TIME": [0, 3, 7], "AMT": [50, 10, 0], "II": [0, 6, 0], "SS": [0, 2, 0]}
    at_3 = 50 * left(3) + 10 / (1 - left(6))
    assert blood(events) == pytest.approx([50, at_3, at_3 * left(4)], rel=1e-12)


def test_7_a_constant_infusion_of_the_past_ends_at_its_record():
    events = {"TIME": [0, 2, 5], "AMT": [80, 0, 0], "RATE": [0, 6, 0], "SS": [0, 1, 0], "EVID": [1, 1, 0], "F1": 0.5}
    assert blood(events) == pytest.approx([40, 6 / K, 6 / K * left(3)], rel=1e-12)


def test_7_in_the_oral_model_too():
    found = solve(two_compartment_oral(), {"TIME": [0], "RATE": [6.0], "SS": [1], "EVID": [1]}, {
        "CL": 7.8, "V2": 28.0, "Q": 5.9, "V3": 18.5, "KA": 1.6})  # fmt: skip
    row = found.row(0, named=True)
    assert row["gut"] == pytest.approx(6 / 1.6, rel=1e-12)
    assert row["concentration"] == pytest.approx(6 / 7.8, rel=1e-12)
    assert row["peripheral"] == pytest.approx(6 / 7.8 * 18.5, rel=1e-12)


def test_8_reset_empties_and_cancels_and_evid_4_doses_after_it():
    events = {
        "TIME": [0, 1, 2, 4, 7, 9], "AMT": [10, 60, 0, 0, 5, 0], "RATE": [0, 2, 0, 0, 0, 0],
        "II": [3, 0, 0, 0, 0, 0], "ADDL": [9, 0, 0, 0, 0, 0], "EVID": [1, 1, 3, 0, 4, 0],
    }  # fmt: skip
    assert blood(events)[2:] == pytest.approx([0, 0, 5, 5 * left(2)], rel=1e-12)


def test_8_time_may_start_again_at_a_reset():
    events = {"TIME": [100, 101, 0, 2], "AMT": [10, 0, 10, 0], "EVID": [1, 0, 4, 0]}
    assert blood(events) == pytest.approx([10, 10 * left(1), 10, 10 * left(2)], rel=1e-12)


def test_9_a_parameter_holds_back_to_the_record_before():
    events = {"TIME": [0, 2, 5], "AMT": [10, 0, 0], "CMT": 2, "CL": [9.0, 1.0, 2.0], "V": 10.0, "KA": 1.0}
    found = solve(one_compartment_oral(), events)["central"].to_numpy()
    assert found[1:] == pytest.approx([10 * np.exp(-0.2), 10 * np.exp(-0.2 - 0.6)], rel=1e-12)


def test_9_holds_for_the_f_of_additional_doses_while_the_lag_is_the_records_own():
    events = {
        "TIME": [0, 5, 12], "AMT": [10, 0, 0], "II": [4, 0, 0], "ADDL": [2, 0, 0],
        "F1": [1.0, 0.5, 0.2], "ALAG1": [0.5, 2.0, 9.0],
    }  # fmt: skip
    shares = ((0.5, 0.5), (4.5, 0.5), (8.5, 0.2))
    expected = [sum(10 * f * left(t - e) for e, f in shares if e <= t) for t in events["TIME"]]
    assert blood(events) == pytest.approx(expected, rel=1e-12)


def test_mass_is_conserved_into_a_compartment_that_keeps_everything():
    model = LinearModel([[-1.6, 0.0], [1.6, 0.0]], ("gut", "urine"))
    found = solve(model, {"TIME": [0, 1, 200], "AMT": [10, 0, 0], "II": [8, 0, 0], "ADDL": [5, 0, 0]})
    total = found["gut"] + found["urine"]
    assert total.to_list() == pytest.approx([10, 10, 60], rel=1e-12)
