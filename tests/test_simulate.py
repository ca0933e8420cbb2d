"""The main path as a whole: amounts, superposition, history, changes on the way."""

from __future__ import annotations

import numpy as np
import pytest

import baclosim as bs
from baclosim.body.whole import BLOOD_BODY, WHOLE_BODY
from baclosim.therapy.doses import Doses

ADULT = bs.Patient(age=40, weight=70, creatinine_clearance=110, condition="spinal cord injury", ashworth=4, spasms=3)
AMOUNTS = ("gut", "unabsorbed", "skin", "pocket", "central", "peripheral", "urine", "metabolised", "dialysate")


class Given:
    """A therapy that is a plain list of doses."""

    notes = ()

    def __init__(self, doses: Doses, tips=()) -> None:
        self._doses, self._tips = doses, tips

    def __str__(self) -> str:
        return "doses as listed"

    def doses(self, until, **_):
        """The list."""
        return self._doses

    def tips(self, until):
        """Where the catheter tip lies."""
        return self._tips


TABLETS = Given(Doses.of("mouth", np.arange(0.0, 48.0, 8.0), 20_000.0))
PUMP = Given(Doses.of("catheter", 0.0, 700.0, 48.0))


def held(course, body) -> np.ndarray:
    """All drug in the body and what has left it, per patient [ug]."""
    return course.final.amounts[:, : len(body.compartments)].sum(axis=1)


def test_every_microgram_swallowed_is_somewhere():
    cohort = bs.virtual_patients(50, like=ADULT)
    course = bs.simulate(cohort, TABLETS, 200.0)
    np.testing.assert_allclose(held(course, BLOOD_BODY), 120_000.0, rtol=1e-9)


def test_every_microgram_pumped_is_somewhere():
    course = bs.simulate(bs.virtual_patients(50, like=ADULT), PUMP, 400.0)
    np.testing.assert_allclose(held(course, WHOLE_BODY), 700.0, rtol=1e-9)


def test_dialysis_and_kidney_failure_lose_nothing_and_show_where_it_went():
    patient = bs.Patient(
        age=60,
        weight=70,
        creatinine_clearance=8,
        ashworth=3,
        spasms=1,
        dialysis="4 h at 24 h",
        kidney="60 mL/min at 3 days",
    )
    course = bs.simulate(patient, "10 mg every 12 h", "5 days", quantities="all")
    swallowed = 10 * 10_000.0
    total = held(course, BLOOD_BODY)[0]
    assert total == pytest.approx(swallowed, rel=1e-9) or total == pytest.approx(swallowed + 10_000.0, rel=1e-9)
    dialysed = course["dialysate"][0]
    assert dialysed[24] == 0.0
    assert dialysed[28] > 0.0
    assert dialysed[-1] == pytest.approx(dialysed[28])
    urine = np.diff(course["urine"][0])
    assert urine[80:96].mean() > 3 * urine[50:66].mean()


def test_tablets_and_pump_together_just_add():
    both = Given(TABLETS.doses(0) + PUMP.doses(0))
    names = ("plasma", "csf_lumbar", "csf_cervical")
    together = bs.simulate(ADULT, both, 72.0, quantities=names)
    pump = bs.simulate(ADULT, PUMP, 72.0, quantities=names)
    whole = Given(TABLETS.doses(0) + Doses.of("catheter", 0.0, 0.0))
    tablets = bs.simulate(ADULT, whole, 72.0, quantities=names)
    for name in names:
        np.testing.assert_allclose(together[name], pump[name] + tablets[name], rtol=1e-9, atol=1e-12)


def test_earlier_treatment_equals_a_longer_run():
    long = bs.simulate(ADULT, "20 mg every 8 h", "40 days")
    late = bs.simulate(ADULT, "20 mg every 8 h", "10 days", before="30 days")
    assert late.time[0] == 0.0
    assert late.time[-1] == 240.0
    for name in ("plasma", "ashworth", "drowsiness"):
        np.testing.assert_allclose(late[name], long[name][:, 720:], rtol=1e-9, atol=1e-12)


def test_a_later_run_resumes_an_earlier_one():
    whole = bs.simulate(ADULT, "20 mg every 8 h", "4 days")
    first = bs.simulate(ADULT, "20 mg every 8 h", "2 days")
    rest = bs.simulate(ADULT, "20 mg every 8 h", "4 days", resume=first.final)
    np.testing.assert_allclose(rest["ashworth"], whole["ashworth"][:, 49:], rtol=1e-10)


def test_raising_the_catheter_tip_on_the_way_raises_the_neck():
    low = bs.simulate(ADULT, Given(PUMP.doses(0), ((0.0, "T10"),)), 48.0)
    moved = bs.simulate(ADULT, Given(PUMP.doses(0), ((0.0, "T10"), (24.0, "C5"))), 48.0)
    np.testing.assert_allclose(moved["csf_cervical"][0, :25], low["csf_cervical"][0, :25], rtol=1e-9, atol=1e-15)
    assert moved["csf_cervical"][0, -1] > 1.5 * low["csf_cervical"][0, -1]


def test_a_dose_of_nothing_does_nothing():
    course = bs.simulate(ADULT, Given(Doses.of("mouth", 0.0, 0.0)), "2 days")
    np.testing.assert_array_equal(course["plasma"], 0.0)
    assert np.ptp(course["ashworth"]) < 1e-12
    assert course["ashworth"][0, 0] == pytest.approx(4.0)


@pytest.mark.parametrize("dose", ["10 mg every 8 h", "50 ug intrathecally once", "300 ug/day intrathecally"])
def test_every_effect_answers_to_the_drug(dose):
    course = bs.simulate(ADULT, dose, "3 days")
    nothing = bs.simulate(ADULT, Given(Doses.of("mouth", 0.0, 0.0)), "3 days")
    for name in ("ashworth", "spasm_score", "hm_ratio", "flexor_reflex"):
        assert course[name].min() < nothing[name].min(), name
    assert course["drowsiness"].max() > nothing["drowsiness"].max()


def test_an_unknown_quantity_is_named_with_its_neighbour():
    with pytest.raises(bs.InputError, match="Did you mean 'ashworth'"):
        bs.simulate(ADULT, "10 mg every 8 h", "1 day", quantities=("ashwort", "plasma"))


def test_a_run_tells_what_it_rests_on():
    course = bs.simulate(ADULT, "10 mg every 8 h", "1 day")
    assert "bioavailability" in course.parameters_used
    library = bs.library()
    assert course.facts()
    assert all(fact in library for fact in course.facts())
    assert "Trajectory of 1 patient" in repr(course)
    assert {p.grade for p in course.weak_parameters()} <= {"assumed", "recalled"}


def test_tables_carry_units_and_labels(tmp_path):
    course = bs.simulate(ADULT, "10 mg every 8 h", "1 day", quantities=("plasma", "ashworth"))
    table = course.to_polars()
    assert table.columns == ["patient", "time_h", "plasma_ug_per_mL", "ashworth"]
    assert len(table) == 25
    labelled = course.to_xarray()
    assert labelled["plasma"].attrs["units"] == "ug/mL"
    assert labelled["plasma"].dims == ("patient", "time")
    import polars

    assert polars.read_parquet(course.to_parquet(tmp_path / "course.parquet")).equals(table)
    assert course.at("plasma", 1.5)[0] == pytest.approx((course["plasma"][0, 1] + course["plasma"][0, 2]) / 2)
    with pytest.raises(KeyError, match="this run holds plasma, ashworth"):
        course["drowsiness"]


def test_public_names_stay_functions_once_their_modules_are_imported():
    import subprocess
    import sys

    code = "import baclosim.outcome, baclosim as bs; assert callable(bs.simulate) and callable(bs.parameters)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_registered_quantity_can_be_told_by_some_run():
    from baclosim.body.companions import with_companions
    from baclosim.body.drain import DRAIN
    from baclosim.body.systemic import CHARCOAL, CLUMP
    from baclosim.effects.whole import EFFECTS_WITH_SEROTONIN
    from baclosim.quantities import QUANTITIES
    from baclosim.simulate import recordable

    everything = with_companions(WHOLE_BODY + CLUMP + CHARCOAL + DRAIN, set())
    assert set(QUANTITIES) - set(recordable(everything, EFFECTS_WITH_SEROTONIN)) == set()


def test_an_overdose_does_not_depend_on_the_company():
    draws = bs.typical_draws(6, like=ADULT, seed=1)
    together = bs.simulate(draws, "400 mg once", "12 h", quantities=("plasma",))
    for i in range(6):
        alone = bs.simulate(draws[i : i + 1], "400 mg once", "12 h", quantities=("plasma",))
        np.testing.assert_allclose(alone["plasma"][0], together["plasma"][i], rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"until": -1.0}, "until"),
        ({"until": float("nan")}, "until"),
        ({"until": 0}, "above zero"),
        ({"until": "2 days", "every": "7 min"}, "whole number of steps"),
        ({"until": "2 days", "step": 0}, "step"),
        ({"until": "2 days", "therapy": None}, "therapy"),
        ({"until": "2 days", "patients": "me"}, "patients"),
        ({"until": "2 kg", "every": "never"}, "every"),
    ],
)
def test_what_cannot_be_simulated_is_refused_by_name(options, words):
    given = {"patients": ADULT, "therapy": "10 mg every 8 h"} | options
    with pytest.raises(bs.InputError, match=words):
        bs.simulate(**given)


def test_every_effect_in_single_precision_is_within_one_in_a_thousand_of_its_peak():
    group = bs.virtual_patients(32, seed=4)
    double, single = (
        bs.simulate(
            group, "20 mg every 8 h for 30 days, then stop", until="36 days", quantities="all", precision=precision
        )
        for precision in ("double", "single")
    )
    for name in double:
        largest = max(np.abs(double[name]).max(), 1e-6)
        np.testing.assert_allclose(single[name], double[name], rtol=0.0, atol=1e-3 * largest, err_msg=name)


@pytest.mark.parametrize("words", ["20 mg every 8 h", "300 ug/day intrathecally"])
def test_a_run_that_need_not_be_resumed_solves_less_and_tells_the_same(words):
    group = bs.virtual_patients(20, seed=6)
    asked = {"until": "3 days", "quantities": ("plasma", "ashworth", "drowsiness", "withdrawal")}
    whole, part = (bs.simulate(group, words, resumable=resumable, **asked) for resumable in (True, False))
    assert (whole.final is None, part.final is None) == (False, True)
    for name in whole:
        np.testing.assert_allclose(part[name], whole[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_a_precision_that_does_not_exist_is_refused():
    with pytest.raises(bs.InputError, match="double or single"):
        bs.simulate(bs.Patient(), "20 mg every 8 h", until="1 day", precision="half")  # type: ignore[arg-type]
