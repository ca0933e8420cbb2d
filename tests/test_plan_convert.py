"""Doses of equal effect: there and back, against one run, never an oral dose above the labelled maximum."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import baclosim as bs
from baclosim.plan.converting.convert import convert
from baclosim.plan.converting.sources import by_mouth
from baclosim.plan.equivalence import SETTLED, START, exchange, highest_by_mouth, words_for
from baclosim.plan.people import People, people_like, share, told
from baclosim.plan.record import record
from baclosim.plan.switch import average, gone_on
from baclosim.plan.treatment import read_treatment

MONTHS = 120 * 24.0
PERSON = bs.Patient(condition="multiple sclerosis", age=45, weight="70 kg", creatinine_clearance="100 mL/min")


@pytest.fixture(scope="module")
def people() -> People:
    return people_like(PERSON, 24, 8, seed=3)


def exchanged(people: People, words: str):
    return exchange(people.virtual, read_treatment(words, MONTHS, 70.0))


@pytest.fixture(scope="module")
def by_pump(people):
    return exchanged(people, "150 ug/day intrathecally")


@pytest.fixture(scope="module")
def on_tablets(people):
    return exchanged(people, "60 mg/day by mouth in 3 doses")


def test_the_equal_dose_has_the_equal_effect_when_it_is_simulated(on_tablets):
    dose = float(np.median(on_tablets.equal()))
    course = gone_on(
        on_tablets.held, ((START, words_for("intrathecal", dose)),), SETTLED, ("polysynaptic_effect",), step=1.0
    )
    simulated, interpolated = average(course, "polysynaptic_effect"), on_tablets.pump.at(dose, "cord")
    assert np.abs(simulated - interpolated).max() < 0.02


def test_there_and_back_leads_to_the_same_dose(people, on_tablets):
    there = on_tablets.equal()
    back = exchanged(people, f"{np.median(there):.4g} ug/day intrathecally")
    i = int(np.argmin(np.abs(there - np.median(there))))
    assert back.equal()[i] == pytest.approx(60e3, rel=0.15)  # tolerance after months on either is not quite the same


def test_more_by_pump_is_worth_more_by_mouth(people, by_pump):
    more = exchanged(people, "300 ug/day intrathecally")
    assert (more.equal() > by_pump.equal()).all()
    assert (more.kept(80e3, "cord") < by_pump.kept(80e3, "cord")).all()


def test_effects_rise_with_the_dose_by_either_route(by_pump):
    for answer in (by_pump.pump, by_pump.tablets):
        for place in ("cord", "brain"):
            assert (np.diff(answer.effects[place], axis=1) > 0.0).all()


def test_tablets_reach_the_brain_more_than_a_pump_at_equal_relief(on_tablets):
    assert (on_tablets.kept(on_tablets.equal(), "brain") < 0.6).all()


@pytest.mark.parametrize("words", ["30 ug/day intrathecally", "350 ug/day intrathecally", "1500 ug/day intrathecally"])
def test_no_oral_dose_above_the_labelled_maximum_is_ever_printed(words):
    plan = convert(words, since=MONTHS, patient=PERSON, patients=16, draws=4)
    text = record(plan).model_dump_json()
    assert not [m for m in re.findall(r"(\d+(?:\.\d+)?) ?mg(?:/day)?", text) if float(m) > 80.0]
    oral = [step["daily_dose_ug"] for step in json.loads(text)["steps"] if step["route"] == "mouth"]
    assert max(oral) <= 80e3
    assert oral == sorted(oral)


def test_what_cannot_be_covered_is_said(by_pump):
    plan = convert("350 ug/day intrathecally", since=MONTHS, patient=PERSON, patients=16, draws=4)
    assert any("cannot be covered by mouth" in reason for reason in plan.reasons)
    assert plan.comparisons[0].rows[0][1] == "above 80 mg/day: never by mouth"
    assert plan.emergencies[0].kind == "pump withdrawal"
    assert by_mouth(80e3) == "80 mg/day"
    assert by_mouth(80.1e3) == "above 80 mg/day: never by mouth"


def test_a_child_gets_a_childs_dose_by_mouth():
    child = bs.Patient(age=7, weight="22 kg", condition="cerebral palsy")
    assert highest_by_mouth(child.covariates) == 40e3
    plan = convert("150 ug/day intrathecally", since=MONTHS, patient=child, patients=8, draws=4)
    oral = [step.daily_dose for step in plan.steps if step.route == "mouth"]
    assert oral[0] == 10e3
    assert max(oral) <= 40e3
    weighed = convert("1 mg/kg/day by mouth in 3 doses", since=MONTHS, patient=child, patients=8, draws=4)
    assert weighed.odds[0].patients.value > 0.0


def test_the_way_to_a_pump_begins_with_the_published_bolus():
    plan = convert("60 mg/day by mouth in 3 doses", since=MONTHS, patient=PERSON, patients=16, draws=4)
    assert [step.says for step in plan.steps[:3]] == [f"{dose} ug intrathecally once" for dose in (50, 75, 100)]
    assert plan.steps[3].daily_dose == 100.0
    shares = [odds.patients.value for odds in plan.odds if odds.says.startswith("respond")]
    assert 0.0 < shares[0] < shares[1] < 1.0
    assert {"titrate.initial-multiple.boster-2016", "screen.test-doses.drugscom"} <= set(plan.cited())


def test_the_sources_disagree_and_it_shows(on_tablets):
    rows = {row[0]: row[1] for row in convert("60 mg/day by mouth in 3 doses", since=MONTHS, patients=8, draws=4)
            .comparisons[0].rows}  # fmt: skip
    assert rows["one hundredth [oral.csf-level.derived]"] == "600 ug/day"
    assert rows["case Daleo 2007, patient 3"] == "480 ug/day"  # 12.5 mg for each 100 ug/day
    assert float(str(rows["this model: equal effect on tone"]).split()[0]) < 150.0


def test_the_same_seed_gives_the_same_plan():
    one, same = (convert("100 ug/day intrathecally", since=MONTHS, patients=8, draws=4, seed=5) for _ in range(2))
    assert one == same


@pytest.mark.parametrize(
    "words", ["2 ug/day intrathecally", "1 mg three times daily", "20 mg by mouth once", "10 mg as"]
)
def test_what_cannot_be_compared_is_refused(words):
    with pytest.raises(bs.InputError):
        convert(words, since=MONTHS)


def test_shares_and_bands_say_who_they_are_about():
    half = share("half", np.array([True] * 20 + [False] * 20))
    assert half.patients.value == 0.5
    assert half.patients.low == pytest.approx(0.352, abs=0.002)  # Wilson
    assert half.patients.high == pytest.approx(0.648, abs=0.002)
    known = told("x", "h", np.array([1.0, 2.0, np.inf]), np.array([np.inf, 1.0, 2.0]))
    assert known.patients.value == 1.5
    assert known.typical is None
