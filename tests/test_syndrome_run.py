"""Serotonin syndrome in a run: levels that follow their doses, stops, treatment, and the distribution over cases."""

from __future__ import annotations

import numpy as np
import pytest

from baclosim import Patient, simulate
from baclosim.effects.change_of_drugs import TOGETHER, last_change, loads_about, serotonergic
from baclosim.effects.syndrome import held
from baclosim.effects.syndrome_course import HOLDING, load, onset_probability, resolved
from baclosim.parameters import typical
from baclosim.patient import Patients, typical_draws
from baclosim.scenario.prescribed import Therapy
from baclosim.therapy.alongside import alongside
from baclosim.therapy.language import parse

DAY = 24.0
SEEN = ("syndrome_signs", "syndrome_moderate", "syndrome_severe", "reuptake_block", "mao_block", "serotonergic_load")
ADDED = "tramadol nothing for 30 days, then 50 mg four times daily for 4 days, then stop"


def run(*beside: str, days: float = 60.0, every: str = "1 h"):
    therapy = Therapy((parse("10 mg three times daily by mouth"),), beside=tuple(alongside(text) for text in beside))
    return simulate(Patients.of(Patient()), therapy, days * DAY, quantities=SEEN, every=every)


def at(course, name: str, day: float) -> float:
    return float(course[name][0, np.argmin(np.abs(course.time - day * DAY))])


@pytest.fixture(scope="module")
def added():
    return run("fluoxetine 20 mg in the morning for 60 days", ADDED)


def test_without_such_drugs_nothing_is_shown():
    course = run(days=3.0)
    assert all(course[name].max() < 1e-12 for name in SEEN)


def test_the_transporter_is_held_as_the_level_goes(added):
    assert at(added, "reuptake_block", 2.0) < at(added, "reuptake_block", 29.0)
    assert at(added, "reuptake_block", 32.0) > at(added, "reuptake_block", 29.0) + 0.03
    usual = typical(("usual_reuptake_block",))["usual_reuptake_block"]
    assert at(added, "reuptake_block", 59.0) == pytest.approx(usual, abs=0.02)
    assert held(1.0, usual) == pytest.approx(usual)


def test_what_was_tolerated_makes_no_one_ill_and_the_change_does(added):
    before = added.time < 30.0 * DAY
    assert added["syndrome_signs"][0, before].max() < 1e-4
    assert at(added, "syndrome_signs", 31.0) == pytest.approx(float(onset_probability(DAY)), abs=0.01)
    assert at(added, "syndrome_signs", 30.25) == pytest.approx(float(onset_probability(6.0)), abs=0.02)
    assert added["syndrome_moderate"].max() < 0.05
    assert added["syndrome_severe"].max() < 0.01


def test_a_drug_added_to_a_tolerated_one_ends_with_it(added):
    """The stop of tramadol after 4 days; fluoxetine goes on."""
    assert at(added, "syndrome_signs", 33.9) > 0.75
    assert at(added, "syndrome_signs", 36.0) < 0.05


def test_two_drugs_begun_together_last_as_long_as_the_one_that_stays():
    """Stopping tramadol frees little of a transporter that fluoxetine holds."""
    both = run("fluoxetine 20 mg in the morning for 30 days", "tramadol 50 mg four times daily for 30 days", days=75.0)
    one = run("fluoxetine 20 mg in the morning for 75 days", "tramadol 50 mg four times daily for 30 days", days=75.0)
    assert at(both, "syndrome_signs", 31.0) > 0.7
    assert at(both, "syndrome_signs", 33.0) > 0.6
    assert at(both, "syndrome_signs", 37.0) > 0.2
    assert at(both, "syndrome_signs", 60.0) < 0.05
    assert at(one, "syndrome_signs", 60.0) > 0.7


def test_the_run_ends_as_the_distribution_over_cases_does():
    """Fluoxetine to its plateau, stopped: signs fall as `resolved` says of a drug taken for long."""
    course = run("fluoxetine 20 mg in the morning for 120 days", days=150.0, every="6 h")
    last = 119.0 * DAY + 9.0  # h, about the level's last top
    for days in (3.0, 7.0, 14.0):
        left = at(course, "syndrome_signs", last / DAY + days) / float(onset_probability(120.0 * DAY))
        expected = 1.0 - float(resolved(days * DAY, ("fluoxetine",)))
        assert left == pytest.approx(expected, abs=0.08)  # a run counts from the low end of a day's swing


def test_an_enzyme_inhibitor_beside_a_reuptake_inhibitor_is_severe():
    course = run("phenelzine 15 mg three times daily", "paroxetine nothing for 30 days, then 20 mg daily", days=40.0)
    assert at(course, "syndrome_severe", 39.0) > 0.7
    assert at(course, "serotonergic_load", 39.0) > 15.0


def test_both_blocks_at_once_stay_finite_for_every_draw_of_the_typical_patient():
    beside = tuple(alongside(t) for t in ("phenelzine 15 mg three times daily", "paroxetine 40 mg daily"))
    therapy = Therapy((parse("10 mg three times daily by mouth"),), beside=beside)
    draws = typical_draws(200, Patient(), seed=1)
    course = simulate(draws, therapy, "10 days", quantities=("extracellular_serotonin", "syndrome_severe"), every="6 h")
    assert np.isfinite(course["extracellular_serotonin"]).all()


def test_a_serotonin_blocker_helps_while_it_is_given():
    drugs = ("citalopram 40 mg in the morning for 20 days",)
    plain = run(*drugs, days=24.0)
    blocked = run(
        *drugs, "cyproheptadine nothing for 19 days, then 8 mg three times daily for 3 days, then stop", days=24.0
    )
    assert at(blocked, "syndrome_signs", 20.5) < 0.5 * at(plain, "syndrome_signs", 20.5)
    assert at(blocked, "syndrome_signs", 18.0) == pytest.approx(at(plain, "syndrome_signs", 18.0))


def test_the_change_is_the_last_start_or_raise():
    def change(*texts: str) -> float:
        doses = sum(
            (alongside(text).doses(60.0 * DAY) for text in texts[1:]), start=alongside(texts[0]).doses(60.0 * DAY)
        )
        return last_change(dict(serotonergic(doses)))

    assert change("fluoxetine 20 mg in the morning for 60 days") < DAY
    assert change("fluoxetine 20 mg in the morning for 60 days", ADDED) == pytest.approx(30.0 * DAY, abs=DAY)
    raised = "sertraline 50 mg in the morning for 14 days, then 100 mg in the morning"
    assert change(raised) == pytest.approx(14.0 * DAY, abs=DAY)
    again = "tramadol 50 mg four times daily for 3 days, then nothing for 5 days, then 50 mg four times daily"
    assert change(again) == pytest.approx(8.0 * DAY, abs=DAY)
    assert TOGETHER == DAY


def test_loads_about_the_change_are_those_of_the_drugs():
    doses = alongside("fluoxetine 20 mg in the morning for 60 days").doses(60.0 * DAY) + alongside(ADDED).doses(
        60.0 * DAY
    )
    found = loads_about(doses, 60.0 * DAY, Patients.of(Patient()).parameters)
    alone = float(load(("fluoxetine",), 0.0, {"fluoxetine": np.inf}))
    pair = float(load(("fluoxetine", "tramadol"), 0.0, {"fluoxetine": np.inf, "tramadol": np.inf}))
    assert found["tolerated_load"][0] == pytest.approx(alone, abs=0.03)
    assert found["toxic_load"][0] == pytest.approx(pair, abs=0.06)
    assert set(HOLDING) <= set(Patient().parameters())
