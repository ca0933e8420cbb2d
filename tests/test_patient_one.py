"""One patient: text and numbers read alike, every problem named at once with its likely slip, cautions with ranges."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest
from hypothesis import given as drawing
from hypothesis import settings
from hypothesis import strategies as st

from baclosim.errors import PatientError
from baclosim.evidence.library import library
from baclosim.patient import DialysisSession, KidneyChange, Patient


def problems_of(**given) -> dict[str, str]:
    with pytest.raises(PatientError) as caught:
        Patient(**given)
    return {problem.where: str(problem) for problem in caught.value.problems}


def test_text_and_numbers_are_the_same_person():
    text = Patient(age="43 years", weight="149.914 lb", height="1.7 m", creatinine_clearance="95 mL/min")
    number = Patient(age=43, weight=68, height=170, creatinine_clearance=95)
    for name in ("age", "weight", "height", "creatinine_clearance"):
        assert getattr(text.covariates, name) == pytest.approx(getattr(number.covariates, name), rel=1e-4)


def test_months_are_an_age():
    assert Patient(age="18 months", weight="11 kg").covariates.age == pytest.approx(1.5)


def test_nobody_described_is_the_typical_adult():
    known = Patient().covariates
    assert (known.age, known.weight, known.height, known.creatinine_clearance) == (40.0, 70.0, 170.0, 110.0)
    assert set(known.assumed) == {"age", "weight", "height", "creatinine_clearance", "ashworth", "spasms"}


def test_all_problems_come_at_once():
    found = problems_of(
        age="430 months long",
        sex="femal",
        weight="minus 3",
        height=1.68,
        serum_creatinine=90,
        condition="multipel sclerosis",
        ashworth=7,
        spasms=-1,
        kidney=[("5 days", "-20 mL/min"), ("soon", "20 mL/min")],
        dialysis=[("30 h", "400 h")],
    )
    assert {"age", "sex", "weight", "height", "serum_creatinine", "condition", "ashworth", "spasms"} <= set(found)
    assert {"kidney[0]", "kidney[1]", "dialysis[0]"} <= set(found)
    assert "1.68 m" in found["height"]
    assert "90 umol/L" in found["serum_creatinine"]
    assert "female" in found["sex"]
    assert "multiple sclerosis" in found["condition"]


@pytest.mark.parametrize(
    ("given", "where", "slip"),
    [
        ({"age": 200, "weight": 40}, "age", "200 months"),
        ({"age": 8, "weight": 110}, "weight", "50 kg"),
        ({"weight": 240, "height": 170}, "weight", "109 kg"),
        ({"ashworth": 0}, "ashworth", "modified scale"),
        ({"creatinine_clearance": float("nan")}, "creatinine_clearance", "finite"),
        ({"serum_creatinine": "0.9.1 umol/L", "sex": "male"}, "serum_creatinine", "creatinine"),
        ({"kidney": 5}, "kidney", "a list"),
        ({"dialysis": [{"begin": 1}]}, "dialysis[0]", "a start and a duration"),
        ({"age": 8}, "weight", "below 18 years"),
        ({"age": 8, "weight": 25, "serum_creatinine": 0.4}, "height", "Schwartz"),
        ({"serum_creatinine": 1.0}, "sex", "cockcroft"),
        ({"serum_creatinine": 1.0, "creatinine_clearance": 90, "sex": "male"}, "serum_creatinine", "not both"),
        ({"kidney": "worse on Friday"}, "kidney[0]", "such as"),
        ({"dialysis": [("30 h", "4 h"), ("32 h", "4 h")]}, "dialysis", "34 h"),
        ({"kidney": [("2 d", 30), ("48 h", 40)]}, "kidney", "one change at a time"),
    ],
)
def test_a_slip_is_named(given, where, slip):
    assert slip in problems_of(**given)[where]


def test_kidney_changes_and_dialysis_in_words_or_pairs():
    words = Patient(kidney="20 mL/min at 5 days, then 90 mL/min from 14 days", dialysis="4 h at 30 h")
    pairs = Patient(kidney=[("14 days", 90), ("5 days", "20 mL/min")], dialysis=[{"start": "30 h", "duration": 4}])
    assert words.kidney_changes == pairs.kidney_changes == (KidneyChange(120.0, 20.0), KidneyChange(336.0, 90.0))
    assert words.dialysis_sessions == pairs.dialysis_sessions == (DialysisSession(30.0, 4.0),)
    machine = Patient(dialysis=[("30 h", "4 h", "100 mL/min")]).dialysis_sessions[0]
    assert (machine.clearance, machine.end) == (6000.0, 34.0)


@pytest.mark.parametrize(
    ("given", "about", "says"),
    [
        ({"age": 1, "weight": 9}, "age", "2 to 17"),
        ({"age": 80}, "age", "68"),
        ({"weight": 150}, "weight", "42 to 128"),
        ({"creatinine_clearance": 5}, "creatinine clearance", "below 30 mL/min"),
        ({"creatinine_clearance": 60}, "creatinine clearance", "80 to 130"),
        ({"kidney": "12 mL/min at 5 days"}, "creatinine clearance", "12 mL/min"),
    ],
)
def test_outside_the_evidence_a_caution_names_its_range(given, about, says):
    cautions = [c for c in Patient(**given).cautions if c.about == about and says in c.says]
    assert cautions
    assert all(fact in library() for caution in cautions for fact in caution.evidence)


def test_inside_the_evidence_nothing_is_said():
    person = Patient(age=43, weight=68, creatinine_clearance=95, ashworth=3.2, spasms=2)
    assert person.cautions == ()


def test_what_was_filled_in_is_said():
    about = {caution.about for caution in Patient(condition="stroke").cautions}
    assert about == {"age", "weight", "creatinine clearance", "Ashworth score and spasm score"}
    assert all("score" not in caution.about for caution in Patient(condition="healthy").cautions)


texts = st.text(max_size=20)
odd = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(), texts, st.lists(texts))


@settings(max_examples=150, deadline=None)
@drawing(st.dictionaries(st.sampled_from([f.name for f in fields(Patient) if f.init]), odd, max_size=6))
def test_whatever_is_given_is_a_patient_or_a_patient_error(given):
    """No other exception, and a patient who passes has finite parameters."""
    try:
        parameters = Patient(**given).parameters()
    except PatientError:
        return
    assert all(math.isfinite(value) for value in parameters.values())
