"""What must hold whatever is legal: the laws of a linear body, and possible numbers at the edges of the legal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baclosim as bs
from baclosim.body.whole import WHOLE_BODY
from baclosim.therapy.doses import Doses

CONCENTRATIONS = ("plasma", "csf_lumbar", "csf_cervical", "csf_cisternal", "lumbar_slow", "brain_slow")
AMOUNTS = ("gut", "unabsorbed", "skin", "pocket", "central", "peripheral", "urine", "metabolised", "dialysate")
DAYS = 72.0  # h of every run below
FEW = settings(max_examples=15, deadline=None)

people = st.builds(
    bs.Patient,
    age=st.floats(18.0, 100.0),
    sex=st.sampled_from(("female", "male")),
    weight=st.floats(45.0, 150.0),
    creatinine_clearance=st.floats(0.0, 180.0),
    ashworth=st.floats(1.0, 5.0),
)
instants = st.floats(0.0, 48.0)
swallowed = st.lists(st.tuples(instants, st.floats(1.0, 8_000.0)), min_size=1, max_size=6)
pumped = st.lists(st.tuples(instants, st.floats(1.0, 800.0), st.floats(0.1, 24.0)), min_size=1, max_size=4)


class Listed:
    """A therapy that is a plain list of doses [ug], by mouth and through the catheter."""

    notes = ()

    def __init__(self, by_mouth=(), by_catheter=(), delay=0.0) -> None:
        mouth = [Doses.of("mouth", time + delay, amount) for time, amount in sorted(by_mouth)]
        catheter = [Doses.of("catheter", time + delay, amount, lasts) for time, amount, lasts in sorted(by_catheter)]
        self.listed = sum([*mouth, *catheter], Doses.none())

    def __str__(self) -> str:
        return "doses as listed"

    def doses(self, until, **_):
        """The list."""
        return self.listed


def course(patient, therapy, names=CONCENTRATIONS, **options):
    return bs.simulate(patient, therapy, DAYS, quantities=names, **options)


def close(found, expected, scale, within=1e-9):
    np.testing.assert_allclose(found, expected, rtol=within, atol=within * max(float(np.max(scale)), 1e-30))


# --- the laws of a linear body -----------------------------------------------------------------------------------


@FEW
@given(people, swallowed, pumped, pumped)
def test_what_is_given_together_is_the_sum_of_what_is_given_apart(patient, tablets, first, second):
    both = course(patient, Listed(tablets, [*first, *second]))
    one, other = course(patient, Listed(tablets, first)), course(patient, Listed((), second))
    for name in CONCENTRATIONS:
        close(both[name], one[name] + other[name], both[name], within=1e-8)


@FEW
@given(people, swallowed, st.integers(1, 20))
def test_doses_given_later_act_later_and_just_so(patient, tablets, delay):
    now, later = course(patient, Listed(tablets)), course(patient, Listed(tablets, delay=float(delay)))
    for name in CONCENTRATIONS:
        close(later[name][:, delay:], now[name][:, :-delay], now[name])
        assert np.abs(later[name][:, :delay]).max() <= 1e-12 * now[name].max()


@FEW
@given(people, swallowed, pumped)
def test_every_microgram_is_somewhere_and_nothing_is_negative(patient, tablets, infusions):
    run = course(patient, Listed(tablets, infusions), names="all")
    given = sum(amount for _, amount in tablets) + sum(amount for _, amount, _ in infusions)
    for name in (*AMOUNTS, *CONCENTRATIONS):
        assert run[name].min() >= -1e-9 * given
    compartments = len(WHOLE_BODY.compartments)
    assert run.final.amounts[0, :compartments].sum() == pytest.approx(given, rel=1e-9)


@FEW
@given(people, swallowed, st.floats(1.01, 3.0))
def test_more_drug_never_does_less(patient, tablets, factor):
    names = (*CONCENTRATIONS, "polysynaptic_effect", "brain_occupancy")
    less = course(patient, Listed(tablets), names)
    more = course(patient, Listed([(time, factor * amount) for time, amount in tablets]), names)
    for name in names:
        assert (more[name] >= less[name] * (1.0 - 1e-9) - 1e-12).all(), name


@FEW
@given(people, st.floats(1.0, 20.0), st.sampled_from((4.0, 6.0, 8.0, 12.0)))
def test_in_a_steady_state_one_interval_holds_the_area_of_one_dose(patient, milligrams, interval):
    every = 0.25
    single = bs.simulate(patient, f"{milligrams} mg once", "60 days", every=every, quantities=("plasma",))
    steady = bs.simulate(
        patient,
        f"{milligrams} mg every {interval:g} h",
        interval,
        before="60 days",
        every=every,
        quantities=("plasma",),
    )
    whole, part = (np.trapezoid(run["plasma"][0], run.time) for run in (single, steady))
    assert part == pytest.approx(whole, rel=0.02)  # of the trapezium rule at a quarter of an hour


# --- the edges of the legal --------------------------------------------------------------------------------------

NEWBORN = {"age": "1 day", "weight": "3 kg"}
EDGES = {
    "no kidneys": ({"creatinine_clearance": "0 mL/min"}, "10 mg every 8 h", {"until": "60 days"}),
    "hardly a kidney": ({"creatinine_clearance": "0.001 mL/min"}, "10 mg every 8 h", {"until": "60 days"}),
    "the best kidneys": ({"creatinine_clearance": "250 mL/min"}, "10 mg every 8 h", {"until": "10 days"}),
    "a newborn by mouth": (NEWBORN, "0.1 mg every 8 h", {"until": "10 days"}),
    "a newborn's canal": (NEWBORN, "20 ug/day intrathecally", {"until": "10 days"}),
    "very old and thin": ({"age": "110 years", "weight": "25 kg"}, "5 mg every 8 h", {"until": "10 days"}),
    "very heavy": ({"weight": "400 kg"}, "300 ug/day intrathecally", {"until": "10 days"}),
    "ten years of tablets": ({}, "10 mg every 8 h", {"until": "10 years", "every": "7 days"}),
    "ten years of a pump": ({}, "300 ug/day intrathecally", {"until": "10 years", "every": "7 days"}),
    "a minute's steps": ({}, "10 mg every 8 h", {"until": "5 days", "every": "1 h", "step": "1 min"}),
    "a second's steps": ({}, "10 mg every 8 h", {"until": "5 h", "every": "1 min", "step": "1 s"}),
    "the longest steps": ({}, "20 mg every 8 h", {"until": "30 days", "every": "4 h", "step": "2 h"}),
    "ten thousand doses": ({}, "0.1 mg every 0.1 h", {"until": "1000 h", "every": "1 day"}),
    "hardly any drug": ({}, "0.1 mg once", {"until": "10 days"}),
    "an enormous bolus": ({}, "20 mg intrathecal bolus", {"until": "10 days"}),
}


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("edge", EDGES)
def test_at_the_edges_every_number_is_finite_and_within_the_limits_of_its_quantity(edge, precision):
    covariates, words, options = EDGES[edge]
    run = bs.simulate(bs.Patient(**covariates), words, precision=precision, quantities="all", **options)
    for quantity in run.quantities:
        values, (low, high) = run[quantity.name], quantity.limits
        slack = 1e-6 * max(1.0, float(np.abs(values).max()))
        assert np.isfinite(values).all(), quantity.name
        assert values.min() >= low - slack, quantity.name
        assert values.max() <= high + slack, quantity.name


def test_a_step_at_which_effects_would_diverge_is_refused():
    with pytest.raises(bs.InputError, match="at most 2 h"):
        bs.simulate(bs.Patient(), "20 mg every 8 h", "20 days", every="12 h", step="12 h")
