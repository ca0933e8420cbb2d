"""Scenarios as bundles are the same again when they are read back, dose for dose."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from baclosim.errors import ScenarioError
from baclosim.exchange.fhir import read
from baclosim.exchange.fhir.scenarios import MONDAY, export
from baclosim.patient import Patient
from baclosim.scenario import Scenario, examples, load, loads
from fhir_cases import TODAY, assert_same_doses, written


def again(scenario: Scenario) -> Scenario:
    return read(written(scenario), "again", today=TODAY).scenario


def assert_same_person(one: Patient, other: Patient) -> None:
    known, found = one.covariates, other.covariates
    assert abs(known.age - found.age) <= 0.5 / 365.25 + 0.005
    for name in ("sex", "condition", "ashworth", "spasms"):
        assert getattr(known, name) == getattr(found, name)
    for name in ("weight", "height", "creatinine_clearance"):
        if name not in known.assumed:
            assert getattr(found, name) == pytest.approx(getattr(known, name), rel=2e-4)


NOT_CARRIED = {
    "haemodialysis-10-mg-twice": ["dialysis"],
    "overdose-charcoal": ["activated charcoal"],
    "overdose-failing-kidneys-dialysis": ["dialysis"],
    "pump-catheter-break-520": ["faults of the pump"],
    "pump-catheter-disconnection": ["faults of the pump"],
    "pump-flex-cerebral-palsy": ["the plan of refills"],
    "pump-missed-refill": ["faults of the pump", "what is in the reservoir"],
    "pump-refill-concentration-change": ["the plan of refills"],
    "pump-replacement-due": ["the age of the pump"],
    "pump-tenfold-error": ["spinal fluid drawn off", "faults of the pump"],
    "pump-until-relief": ["the policy of the pump"],
}


@pytest.mark.parametrize("name", sorted(set(examples()) - set(NOT_CARRIED)))
def test_an_example_comes_back_as_it_was(name):
    scenario = load(name)
    assert export(scenario).notes == ()
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert_same_doses(scenario, found)
    settings_of = ("title", "before", "duration", "patients", "seed", "every")
    assert [getattr(found, key) for key in settings_of] == [getattr(scenario, key) for key in settings_of]
    assert found.start == (scenario.start or MONDAY)


@pytest.mark.parametrize("name", NOT_CARRIED)
def test_what_a_bundle_cannot_carry_is_named_and_the_rest_comes_back(name):
    scenario = load(name)
    assert list(export(scenario).notes) == [f"not carried: {what}" for what in NOT_CARRIED[name]]
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert str(found.therapy.regimens) == str(scenario.therapy.regimens)


AMOUNTS = st.sampled_from([2.5, 5, 7.5, 10, 12.5, 20, 25])
WHEN = st.sampled_from(
    ["every 8 h", "every 6 h", "twice daily", "three times daily", "at 08:00, 14:00 and 22:00", "at night",
     "at 07:30 on Mondays and Thursdays", "twice daily on weekdays", "at 22:00 every other day", "every 36 h"]
)  # fmt: skip
ONE = st.one_of(
    st.builds("{:g} mg {}".format, AMOUNTS, WHEN),
    st.builds("{} tablets of {} mg {}".format, st.integers(1, 3), st.sampled_from([5, 10, 25]), WHEN),
    st.builds("{:g} mg/day in {} doses".format, st.sampled_from([15, 30, 60]), st.integers(2, 4)),
    st.builds("{:g} mg/kg three times daily".format, st.sampled_from([0.1, 0.2])),
    st.builds("{:g} mg at 08:00 and {:g} mg at 22:00".format, AMOUNTS, AMOUNTS),
)
STEPS = st.lists(st.tuples(ONE, st.integers(1, 20)), min_size=1, max_size=4)
ENDS = st.sampled_from(["", ", then stop", ", then reduce by 20 % every 3 days down to 2.5 mg per dose"])
CONDITIONS = ["multiple sclerosis", "cerebral palsy", "stroke", "spinal cord injury", "Parkinson's disease"]


@st.composite
def regimens(draw, *, ends: bool = False) -> str:
    *first, (last, days) = draw(STEPS)
    said = [f"{text} for {count} days" for text, count in first]
    return ", then ".join([*said, f"{last} for {days} days" if ends else last])


@st.composite
def scenarios(draw) -> str:
    age = draw(st.integers(18, 90))
    lines = [f'[patient]\nage = "{age} years"\nsex = "{draw(st.sampled_from(["female", "male"]))}"']
    lines += [f'weight = "{draw(st.integers(400, 1200)) / 10} kg"', f'height = "{draw(st.integers(150, 200))} cm"']
    lines += [f'condition = "{draw(st.sampled_from(CONDITIONS))}"', f"ashworth = {draw(st.integers(10, 50)) / 10}"]
    kidneys = [f'creatinine_clearance = "{draw(st.integers(20, 140))} mL/min"',
               f'serum_creatinine = "{draw(st.integers(40, 200))} umol/L"', ""]  # fmt: skip
    lines += [draw(st.sampled_from(kidneys)), "[therapy]"]
    history = draw(st.sampled_from(["none", "earlier", "before"]))
    lines += [f'earlier = "{draw(regimens(ends=True))}"'] if history == "earlier" else []
    lines += [f'oral = "{draw(regimens())}"']
    lines += draw(
        st.sampled_from([[], ['alongside = ["diazepam 5 mg at night", "gabapentin 300 mg three times daily"]']])
    )
    lines += ['[simulate]\nduration = "20 days"', f'start = "2026-0{draw(st.integers(1, 9))}-14 07:00"']
    lines += [f'before = "{draw(st.integers(1, 400))} days"'] if history == "before" else []
    return "\n".join(lines)


@given(scenarios())
@settings(max_examples=30)
def test_any_scenario_comes_back_dose_for_dose(text):
    scenario = loads(text)
    found = again(scenario)
    assert_same_person(scenario.patient, found.patient)
    assert found.before == scenario.before
    assert_same_doses(scenario, found, 20 * 24.0)


PUMP = """
[patient]
age = "38 years"
sex = "male"
weight = "76 kg"
[therapy.pump]
device = "{device}"
concentration = "{concentration} ug/mL"
catheter = {{ length = "{length} cm", tip = "{tip}" }}
program = [{program}]
[simulate]
duration = "20 days"
start = "2026-03-02 08:00"
{before}
"""
RATES = st.builds('mode = "simple continuous", dose = "{} ug/day"'.format, st.integers(50, 900))
FLEX = st.builds(
    'mode = "flex", steps = ["Mon-Fri 06:00-10:00 {} ug/h", "Mon-Fri 10:00-06:00 {} ug/h", '
    '"Sat,Sun 06:00-06:00 {} ug/h"]'.format,
    st.integers(5, 25), st.integers(5, 25), st.integers(5, 25),
)  # fmt: skip


@given(
    st.sampled_from(["synchromed-ii-40", "synchromed-ii-20", "prometra-ii-20"]),
    st.sampled_from([500, 1000, 2000]),
    st.integers(30, 90),
    st.sampled_from(["T10", "C7", "L1", "T6"]),
    st.lists(st.one_of(RATES, FLEX, st.just('mode = "stopped"')), min_size=1, max_size=4),
    st.sampled_from(["", 'before = "90 days"']),
)
@settings(max_examples=25)
def test_any_pump_program_comes_back(device, concentration, length, tip, modes, before):
    if "stopped" in modes[0]:
        before = ""
    program = ", ".join(f'{{ at = "{3 * i} days", {mode} }}' for i, mode in enumerate(modes))
    try:
        scenario = loads(PUMP.format(**locals()))
    except ScenarioError:
        assume(False)
    assume(any("stopped" not in mode for mode in modes))
    pump = again(scenario).therapy.pump
    assert pump is not None
    assert scenario.therapy.pump is not None
    wanted = scenario.therapy.pump.system
    assert (pump.system.device, pump.system.catheter) == (wanted.device, wanted.catheter)
    assert merged(str(pump.system.program)) == merged(str(wanted.program))
    assert pump.before == scenario.therapy.pump.before


def merged(program: str) -> list[str]:
    """A program in words, without entries that change nothing and without the time of the first."""
    kept: list[str] = []
    for entry in program.split("; "):
        if not kept or entry.split(" ", 3)[-1] != kept[-1].split(" ", 3)[-1]:
            kept.append(entry)
    return kept
