"""Policies in whole runs: on a pump, in a scenario file, beside other drugs, and as their page tells them."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import baclosim as bs
from baclosim.errors import InputError, TherapyError
from baclosim.therapy.policies.guided import Guided
from baclosim.therapy.policies.reading import prescription

PUMP_SCENARIO = """
[patient]
condition = "spinal cord injury"
ashworth = 4
[therapy.pump]
device = "synchromed-ii-40"
concentration = "500 ug/mL"
catheter = { length = "66 cm", tip = "T10" }
program = [{ at = "0 h", mode = "simple continuous", dose = "100 ug/day" }]
policy = "POLICY"
[simulate]
duration = "6 days"
before = "3 days"
patients = 20
"""


def pump_run(policy: str) -> tuple[bs.Trajectory, bs.Scenario]:
    from baclosim.scenario import loads

    text = PUMP_SCENARIO.replace("POLICY", policy) if policy else PUMP_SCENARIO.replace('policy = "POLICY"\n', "")
    study = loads(text)
    cohort = bs.virtual_patients(12, like=study.patient, seed=1)
    names = ("ashworth", "csf_lumbar")
    course = bs.simulate(cohort, study.therapy, study.duration, before=study.before, quantities=names, seed=1)
    return course, study


def test_a_pump_that_is_visited_and_left_alone_gives_what_it_gives_unvisited() -> None:
    visited, _ = pump_run("raise by 10 % every 12 h if coma")
    alone, _ = pump_run("")
    for name in ("ashworth", "csf_lumbar"):
        assert visited[name] == pytest.approx(alone[name], rel=1e-6), name


def test_a_pump_raised_at_visits_gives_what_its_decided_program_gives() -> None:
    from baclosim.scenario.guided_pump import decided as decided_program
    from baclosim.simulate.legs import as_decided

    course, study = pump_run("raise by 20 % every 24 h until ashworth below 1.5 or drowsiness, at most 140 ug/day")
    (log,) = course.decisions
    assert log.dose.max() == pytest.approx(140.0)
    pump = study.therapy.pump
    assert pump is not None
    assert pump.policy is not None
    cohort = bs.virtual_patients(12, like=study.patient, seed=1)
    doses = as_decided(study.therapy, course.decisions, study.duration, study.before, cohort, seed=1)
    for i in (0, 7):
        program = decided_program(pump.system.program, log.time.tolist(), log.dose[i].tolist())
        assert program.entries[-1].mode.daily_dose == pytest.approx(log.dose[i, -1])
        own = dataclasses.replace(pump.system, program=program).deliver(study.duration, seed=1, patient=i)
        mine = (doses.patient == i) & (doses.time >= 0.0)
        assert doses.amount[mine].sum() == pytest.approx(own.balance.delivered, rel=1e-9)


def test_a_policy_of_a_scenario_is_checked_with_everything_else() -> None:
    from baclosim.scenario import loads

    bad = PUMP_SCENARIO.replace("POLICY", "raise by 10 % until ashworth below 7").replace(
        "ashworth = 4", "ashworth = 9"
    )
    with pytest.raises(InputError) as caught:
        loads(bad)
    message = str(caught.value)
    assert "ashworth goes from 1 to 5" in message
    assert "every 3 days" in message
    assert "patient.ashworth" in message
    stopped = PUMP_SCENARIO.replace('mode = "simple continuous", dose = "100 ug/day"', 'mode = "stopped"')
    with pytest.raises(InputError, match="a mode with a dose to change"):
        loads(stopped.replace("POLICY", "raise by 10 % daily until drowsiness"))


def test_a_policy_beside_steady_drugs_and_an_earlier_therapy_begins_at_hour_0() -> None:
    from baclosim.scenario import loads

    study = loads(
        '[patient]\ncondition = "multiple sclerosis"\nashworth = 3.2\n[therapy]\n'
        'earlier = "5 mg three times daily for 10 days"\n'
        'oral = "10 mg three times daily, raise by 5 mg per dose every 2 days until drowsiness, at most 60 mg/day"\n'
        'alongside = ["diazepam 5 mg at night"]\n[simulate]\nduration = "7 days"\n'
    )
    course = bs.simulate(bs.Patients.of(study.patient), study.therapy, study.duration, before=study.before,
                         quantities=("plasma", "sedative_load"))  # fmt: skip
    (log,) = course.decisions
    assert log.time.tolist() == [48.0, 96.0, 144.0]
    assert log.dose[0, 0] == pytest.approx(30.0)
    assert course["plasma"][0, 0] > 0.0
    assert course["sedative_load"][0].max() > 0.1


PAGE = (Path(__file__).parents[1] / "docs" / "policies.md").read_text(encoding="utf-8")


def boxes(kind: str) -> list[str]:
    return [line for box in re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL) for line in box.splitlines()]


@pytest.mark.parametrize("said", boxes("policy"))
def test_a_policy_on_the_page_is_read_and_printed_back(said: str) -> None:
    read = prescription(said)
    assert isinstance(read, Guided)
    assert prescription(str(read)) == read


@pytest.mark.parametrize("said", boxes("refused"))
def test_a_policy_on_the_page_is_refused(said: str) -> None:
    with pytest.raises(TherapyError):
        prescription(said)
