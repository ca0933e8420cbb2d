"""Policies: read and printed back, carried out at visits, within their limits whatever happens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import baclosim as bs
from baclosim.effects.bedside import EXACT, Examiner
from baclosim.engine.inputs import prepare
from baclosim.errors import InputError, TherapyError
from baclosim.simulate.deciding import Standing, conditions_of, decide, moved
from baclosim.simulate.decisions import OUTCOMES
from baclosim.simulate.visits import legs
from baclosim.therapy.policies.guided import Guided
from baclosim.therapy.policies.policy import Dosage, levels
from baclosim.therapy.policies.reading import prescription, read_policy
from baclosim.therapy.policies.rules import Condition

ORAL = "5 mg every 8 h, raise by 15 mg/day every 3 days until ashworth below 2 or drowsiness, at most 80 mg/day"
PUMP = "300 ug/day intrathecally, raise by 15 % every 24 h until ashworth below 2 or drowsiness"
STIFF = bs.Patient(condition="multiple sclerosis", ashworth=3.2, spasms=2)

SENTENCES = {
    ORAL: "5 mg by mouth every 8 h, raise by 15 mg/day every 3 days until ashworth below 2 or drowsiness, "
    "at most 80 mg/day",
    PUMP: "300 ug/day intrathecally, raise by 15 % every day until ashworth below 2 or drowsiness, at most 1000 ug/day",
    "5 mg tds, raise by 5 mg every 3 days until drowsy, lower by 5 mg if the patient is drowsy": (
        "5 mg by mouth three times daily, raise by 5 mg per dose every 3 days until drowsiness, "
        "lower by 5 mg per dose if drowsiness, at most 80 mg/day"
    ),
    "1 mg/kg/day in 3 doses, raise by 0.3 mg/kg/day weekly unless weak, at most 2 mg/kg/day": (
        "1 mg/kg/day by mouth in 3 doses, raise by 0.3 mg/kg/day every week unless weakness, at most 2 mg/kg/day"
    ),
    "200 ug/day intrathecally; raise by 10 % every 90 days if tone is above 2.2 and spasms above 1, hold when walking "
    "worse, stop if coma, no less than 50 ug/day, no more than 900 ug/day": (
        "200 ug/day intrathecally, raise by 10 % every 90 days if ashworth above 2.2 and spasms above 1, "
        "hold if worse walking, stop if coma, at most 900 ug/day, at least 50 ug/day"
    ),
}


@pytest.mark.parametrize(("said", "sentence"), SENTENCES.items())
def test_a_policy_prints_as_one_sentence_that_reads_back_as_itself(said: str, sentence: str) -> None:
    read = prescription(said)
    assert isinstance(read, Guided)
    assert str(read) == sentence
    assert prescription(sentence) == read


WRONG = {
    "5 mg every 8 h, raise by 15 % every 3 days until ashworth below 7": "ashworth goes from 1 to 5",
    "5 mg every 8 h, raise by 15 % until drowsiness": "how often the patient is seen",
    "5 mg every 8 h, raise by 15 % evry 3 days until drowsiness": "Did you mean 'every'?",
    "5 mg every 8 h, raise every 3 days until drowsiness": "by how much",
    "5 mg every 8 h, raise by 5 mg every 3 days until ashworth": "a level, such as 'below 2'",
    "5 mg every 8 h, raise by 5 mg every 3 days until drowsiness below 3": "is seen or it is not",
    "90 mg/day in 3 doses, raise by 5 % every week until ashworth below 2": "Say 'at most' with the dose",
    "5 mg every 8 h for 3 days, raise by 5 mg every week until drowsiness": "Leave out how long the last step lasts",
    "raise by 5 mg every week until drowsiness": "a dose before the rules",
    "5 mg every 8 h, raise by 5 mg every 3 days if tone above 2 or spasms above 1 and drowsy": "could mean either",
    "1 mg/kg/day in 3 doses, raise by 5 mg/day every week until drowsiness": "all per kg of body weight or none",
    "5 mg every 8 h, raise by 5 g every 3 days until drowsiness": "10 times the dose",
    "300 ug/day intravenously, raise by 5 % every day until drowsiness": "a highest dose",
    "5 mg every 8 h, hold, raise by 5 mg every 3 days until drowsiness": "when to hold",
}


@pytest.mark.parametrize(("said", "why"), WRONG.items())
def test_what_is_wrong_with_a_policy_is_named(said: str, why: str) -> None:
    with pytest.raises(TherapyError, match=why):
        prescription(said)


def test_every_problem_of_regimen_and_policy_is_listed_at_once() -> None:
    with pytest.raises(TherapyError) as caught:
        prescription("5 mg evry 8 h, raise by 500 % every 3 days until ashworth below 9")
    assert len(caught.value.problems) == 3


def test_a_misspelt_rule_is_told_as_such() -> None:
    with pytest.raises(TherapyError, match="Did you mean 'raise'"):
        prescription("5 mg tds, rais by 5 mg every 3 days until tone below 2 or drowsy")


def test_what_a_policy_may_do_is_told_beside_the_result() -> None:
    bold = prescription("10 mg tds, raise by 10 % every 3 days until drowsiness, stop if coma, at most 120 mg/day")
    said = " ".join(str(note) for note in bold.notes)
    assert "above the label's maximum" in said
    assert "stops the drug at once" in said
    assert not prescription("10 mg tds, raise by 10 % every 3 days until drowsiness").notes


def test_a_ramp_that_observes_nothing_stays_a_regimen() -> None:
    assert not isinstance(prescription("5 mg tds, increase by 5 mg every 3 days up to 20 mg"), Guided)


def decided(policy: str, *seen: tuple[float, float], level: float = 1.0) -> list[tuple[str, float]]:
    """Outcome and level of one patient at visits with these Ashworth scores and signs of drowsiness."""
    rules = read_policy(policy, Dosage(5e3, 15e3), "mouth")
    standing = Standing(np.array([level]), Standing.first(rules, 1).over)
    found = []
    for ashworth, drowsy in seen:
        met = {
            c: np.array([drowsy > 0.0 if c.relation == "seen" else ashworth < c.value]) for c in conditions_of(rules)
        }
        decision = decide(rules, Dosage(5e3, 15e3), np.ones(len(rules.rules), bool), standing, met)
        standing = decision.standing
        found.append((OUTCOMES[decision.outcome[0]], round(float(standing.level[0]), 9)))
    return found


def test_until_ends_a_rule_for_good_and_if_does_not() -> None:
    seen = ((3.0, 0.0), (1.5, 0.0), (3.0, 0.0))
    until = decided("raise by 15 mg/day every 3 days until ashworth below 2", *seen)
    assert until == [("raised", 2.0), ("finished", 2.0), ("finished", 2.0)]
    unless = decided("raise by 15 mg/day every 3 days unless ashworth below 2", *seen)
    assert unless == [("raised", 2.0), ("kept", 2.0), ("raised", 3.0)]


def test_the_most_careful_rule_acts() -> None:
    policy = "raise by 15 mg/day every 3 days, lower by 5 mg/day if drowsiness, hold if ashworth below 2"
    assert decided(policy, (3.0, 0.0), (1.5, 0.0), (1.5, 1.0)) == [
        ("raised", 2.0),
        ("held", 2.0),
        ("lowered", 1.666666667),
    ]
    assert decided("raise by 10 % daily, stop if drowsiness", (3.0, 1.0), (3.0, 0.0)) == [("stopped", 0.0)] * 2


def test_tablets_stay_whole_at_a_limit_and_percentages_are_cut_short() -> None:
    tablets = decided("raise by 15 mg/day every 3 days, at most 40 mg/day, hold if drowsiness", (3.0, 0.0), (3.0, 0.0))
    assert tablets == [("raised", 2.0), ("at the limit", 2.0)]
    percent = decided("raise by 80 % every 3 days, at most 40 mg/day, hold if drowsiness", (3.0, 0.0), (3.0, 0.0))
    assert percent == [("raised", 1.8), ("raised", round(40 / 15, 9))]


@settings(max_examples=60, deadline=None)
@given(
    percent=st.floats(1.0, 100.0),
    lower=st.floats(1.0, 99.0),
    most=st.floats(15.0, 200.0),
    least=st.floats(0.5, 15.0),
    in_mg=st.booleans(),
    seen=st.lists(st.tuples(st.floats(1.0, 5.0), st.sampled_from((0.0, 1.0))), min_size=1, max_size=25),
)
def test_no_policy_ever_leaves_its_limits(
    percent: float, lower: float, most: float, least: float, in_mg: bool, seen: list[tuple[float, float]]
) -> None:
    by = f"{percent / 4:.4f} mg/day" if in_mg else f"{percent:.4f} %"
    policy = (
        f"raise by {by} every day until ashworth below 2, lower by {lower:.4f} % if drowsiness, "
        f"at most {most:.4f} mg/day, at least {least:.4f} mg/day"
    )
    rules = read_policy(policy, Dosage(5e3, 15e3), "mouth")
    high, low = levels(rules.most, Dosage(5e3, 15e3)), levels(rules.least, Dosage(5e3, 15e3)) if rules.least else 0.0
    for _, level in decided(policy, *seen):
        assert low - 1e-8 <= level <= high + 1e-8


def test_the_typical_patient_climbs_the_label_ladder_known_by_hand() -> None:
    """5 mg three times daily, 5 mg more per dose every 3 days: days 3, 6, 9, 12 lead to 30, 45, 60, 75 mg/day."""
    ladder = "5 mg every 8 h, raise by 5 mg per dose every 3 days until ashworth below 1.1"
    course = bs.simulate(STIFF, ladder, until="20 days", quantities=("ashworth",))
    (log,) = course.decisions
    assert log.time.tolist() == [72.0 * k for k in range(1, 7)]
    assert log.dose[0] == pytest.approx([15, 30, 45, 60, 75, 75, 75])
    assert [OUTCOMES[o] for o in log.outcome[0]] == ["raised"] * 4 + ["at the limit"] * 2
    by_hand = "5 mg every 8 h for 3 days, then 10 mg every 8 h for 3 days, then 15 mg every 8 h for 3 days, then "
    same = bs.simulate(STIFF, by_hand + "20 mg every 8 h for 3 days, then 25 mg every 8 h", "20 days",
                       quantities=("ashworth",))  # fmt: skip
    assert course["ashworth"] == pytest.approx(same["ashworth"], abs=1e-9)


@pytest.mark.parametrize(
    "regimen",
    [
        "5 mg every 8 h for 2 days, then 10 mg every 8 h",
        "200 ug/day intrathecally",
        "10 mg at 07:00 and 20 mg at 22:00",
    ],
)
def test_visits_at_which_nothing_is_done_change_nothing(regimen: str) -> None:
    cohort = bs.virtual_patients(20, like=STIFF, seed=3)
    names = ("plasma", "ashworth", "drowsiness", "withdrawal")
    alone = bs.simulate(cohort, regimen, "6 days", quantities=names, before="2 days")
    visited = bs.simulate(
        cohort, f"{regimen}, raise by 10 % every 7 h if coma, at most 900 mg/day".replace("900 mg", "900 ug" if "ug" in
        regimen else "900 mg"), "6 days", quantities=names, before="2 days",
    )  # fmt: skip
    assert not visited.decisions[0].share("raised").any()
    assert visited.time.tolist() == alone.time.tolist()
    for name in names:
        assert visited[name] == pytest.approx(alone[name], rel=1e-6, abs=1e-9), name


def test_a_patient_is_the_same_however_the_cohort_is_cut() -> None:
    whole = bs.virtual_patients(40, like=STIFF, seed=5)
    run = {"until": "12 days", "quantities": ("ashworth",), "seed": 5}
    all_at_once = bs.simulate(whole, ORAL, **run)
    for part in (slice(0, 7), slice(7, 40)):
        course = bs.simulate(whole[part], ORAL, **run)
        assert np.array_equal(course.decisions[0].dose, all_at_once.decisions[0].dose[part])
        assert np.array_equal(course["ashworth"], all_at_once["ashworth"][part])
    again = bs.simulate(bs.virtual_patients(33, like=STIFF, seed=5, first=7), ORAL, **run)
    assert np.array_equal(again.decisions[0].dose, all_at_once.decisions[0].dose[7:])
    other = bs.simulate(whole, ORAL, until="12 days", quantities=("ashworth",), seed=6)
    assert not np.array_equal(other.decisions[0].dose, all_at_once.decisions[0].dose)


def test_what_was_seen_explains_what_was_done() -> None:
    course = bs.simulate(bs.virtual_patients(60, like=STIFF, seed=2), ORAL, "15 days", quantities=("ashworth",))
    (log,) = course.decisions
    raised = log.outcome == OUTCOMES.index("raised")
    assert raised.any()
    assert (log.observed["ashworth"][raised] >= 2.0).all()
    assert not log.observed["drowsiness"][raised].any()
    assert (np.diff(log.dose, axis=1)[raised] > 0.0).all()
    assert (np.diff(log.dose, axis=1)[~raised] == 0.0).all()
    assert log.observed["ashworth"] * 8 == pytest.approx(np.rint(log.observed["ashworth"] * 8))
    assert log.first_met(Condition("drowsiness"))[log.observed["drowsiness"][:, 0] > 0.0] == pytest.approx(72.0)
    assert set(log.baseline) == {"ashworth", "drowsiness"}
    lines = list(log.log(0))
    assert len(lines) == 4
    assert lines[0].startswith("day 3: ashworth ")


def test_an_examiner_rounds_and_errs_and_an_exact_one_does_not() -> None:
    assert Examiner(0.0, 1).reads(2.49, 0.0, (1.0, 5.0)) == 2.0
    assert Examiner(0.5, 4).reads(2.0, 1.0, (1.0, 5.0)) == 2.5
    assert Examiner(0.5, 4).reads(4.9, 1.0, (1.0, 5.0)) == 5.0
    assert EXACT.reads(2.4321, 3.0, (1.0, 5.0)) == 2.4321


def test_visits_fall_on_the_grid_and_rules_are_due_at_their_own() -> None:
    plan = legs([(0.0, [24.0, None]), (12.0, [36.0])], 96.0, 0.25)
    assert [leg.end * 0.25 for leg in plan] == [24.0, 48.0, 72.0, 84.0, 96.0]
    assert [[flags.tolist() for flags in leg.due] for leg in plan[:2]] == [
        [[True, True], [False]],
        [[True, True], [True]],
    ]
    assert not any(flags.any() for flags in plan[-1].due)


def test_a_policy_is_not_resumed_and_does_not_visit_without_end() -> None:
    begun = bs.simulate(STIFF, "5 mg every 8 h", "1 day", quantities=("ashworth",))
    with pytest.raises(InputError, match="without a policy"):
        bs.simulate(STIFF, ORAL, "2 days", resume=begun.final)
    with pytest.raises(InputError, match="at most 20000 visits"):
        bs.simulate(STIFF, ORAL.replace("3 days", "1 h"), "10 years")


def test_doses_told_apart_become_the_same_events_as_patient_by_patient() -> None:
    rng, channels = np.random.default_rng(1), ("mouth", "vein", "catheter")
    for kind in range(40):
        n, m = 4, int(rng.integers(0, 40))
        time, duration = rng.integers(0, 40, m) / 2.0, rng.choice([0.0, 0.5, 1.0, 3.0 if kind % 2 else 0.5], m)
        amount, patient = rng.uniform(1.0, 5.0, m), rng.integers(0, n, m)
        channel, lag = np.array(channels)[rng.integers(0, 3, m)], {"mouth": rng.choice([0.0, 0.2, 0.5], n)}
        both = prepare(time, channel, amount, duration, channels=channels, lag=lag, patients=n, patient=patient)
        for i in range(n):
            own = patient == i
            alone = prepare(
                time[own], channel[own], amount[own], duration[own], channels=channels,
                lag={"mouth": lag["mouth"][i : i + 1]}, patients=1,
            )  # fmt: skip
            mine = slice(both.first[i], both.first[i + 1])
            assert np.array_equal(both.time[mine], alone.time)
            assert np.array_equal(both.channel[mine], alone.channel)
            assert np.array_equal(both.kind[mine], alone.kind)
            assert both.value[mine] == pytest.approx(alone.value, rel=1e-14)


def test_a_step_never_overshoots_by_rounding() -> None:
    rules = read_policy("raise by 5 mg/day every day until drowsiness, at most 45 mg/day", Dosage(5e3, 15e3), "mouth")
    level = np.array([1.0])
    for _ in range(20):
        level = moved(rules.rules[0], rules, Dosage(5e3, 15e3), level)
    assert level[0] * 15.0 == pytest.approx(45.0, abs=1e-9)
    assert rules.observed == ("drowsiness",)
    assert rules.rules[0].clauses[0].conditions == (Condition("drowsiness"),)


def test_lowering_never_ends_in_nothing() -> None:
    assert decided("lower by 15 mg/day every day if drowsiness", (3.0, 1.0)) == [("at the limit", 1.0)]
    assert decided("lower by 99 % every day if drowsiness", (3.0, 1.0))[0][1] > 0.0
