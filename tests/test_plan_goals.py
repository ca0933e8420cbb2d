"""Goals and limits: words in, verdicts out; conditions are read the same for policies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baclosim.errors import PlanError, TherapyError
from baclosim.parameters import parameters
from baclosim.plan.goals import binding, judge, judged, no_plan, read_goal
from baclosim.therapy.language.conditions import TIERS, Condition, read_condition
from baclosim.trajectory import Trajectory


@pytest.mark.parametrize(
    ("words", "quantity", "side", "level"),
    [
        ("ashworth below 2", "ashworth", "below", 2.0),
        ("tone < 2", "ashworth", "below", 2.0),
        ("Drowsiness above 30 %", "drowsiness", "above", 0.3),
        ("drowsiness", "drowsiness", "above", 0.5),
        ("plasma below 600 ng/mL", "plasma", "below", 0.6),
        ("spasms at most 1", "spasm_score", "below", 1.0),
        ("respiratory drive at least 80 %", "respiratory_drive", "above", 0.8),
        ("strength not below 0.8", "strength", "above", 0.8),
    ],
)
def test_conditions_are_read_from_plain_words(words: str, quantity: str, side: str, level: float) -> None:
    assert read_condition(words) == Condition(quantity, side, level)  # type: ignore[arg-type]


@pytest.mark.parametrize("tier", TIERS)
def test_tiers_are_levels_of_withdrawal(tier: str) -> None:
    expected = Condition("withdrawal", "below", parameters()[f"{tier}_withdrawal"].value)
    assert read_condition(f"withdrawal below {tier}") == read_condition(f"no {tier} withdrawal") == expected


@given(
    st.sampled_from(["withdrawal", "ashworth", "drowsiness", "plasma", "spasm_score", "creatine_kinase"]),
    st.sampled_from(["below", "above"]),
    st.integers(0, 100),
)
def test_a_condition_reads_back_as_itself(quantity: str, side: str, percent: int) -> None:
    low, high = Condition(quantity, "below", 0.0).about.limits
    level = low + (min(high, 5.0) - low) * percent / 100.0
    condition = Condition(quantity, side, level)  # type: ignore[arg-type]
    back = read_condition(str(condition))
    assert back.quantity == quantity
    assert back.side == side
    assert back.level == pytest.approx(level, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("ashwort below 2", "ashworth"),
        ("drowsiness below 20", "20 %"),
        ("withdrawal below modrate", "moderate"),
        ("ashworth below 7", "1 to 5"),
        ("ashworth", "a level"),
        ("happiness below 2", "a quantity"),
        ("plasma below", "concentration"),
    ],
)
def test_slips_are_named(words: str, hint: str) -> None:
    with pytest.raises(TherapyError, match=hint):
        read_condition(words)


def test_goals_carry_share_and_time() -> None:
    goal = read_goal("ashworth below 2 on the last day in half of the patients")
    assert (goal.share, goal.when) == (0.5, "on the last day")
    assert read_goal(str(goal)) == goal
    assert read_goal("no moderate withdrawal").share == 0.95
    with pytest.raises(TherapyError, match="share"):
        read_goal("ashworth below 2 in 140 % of patients")


def course(**values: list[list[float]]) -> Trajectory:
    arrays = {name: np.array(rows) for name, rows in values.items()}
    return Trajectory(np.arange(next(iter(arrays.values())).shape[1]) * 24.0, arrays)


def test_a_limit_looks_at_the_worst_and_a_goal_at_the_last_day() -> None:
    ran = course(ashworth=[[3.0, 2.0, 1.0], [3.0, 3.0, 1.5]])
    always, ends = read_goal("ashworth below 2.5"), read_goal("ashworth below 1.6 at the end")
    first, second = judge((always, ends), ran)
    assert first.attained == 0.0
    assert second.attained == 0.5  # averages of the last day are 1.5 and 2.25
    assert not first.is_met
    assert binding((first, second)) is first


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40), st.floats(0.05, 1.0))
def test_the_reachable_level_is_kept_by_as_many_as_wanted(values: list[float], share: float) -> None:
    decisive = np.array(values)
    verdict = judged(read_goal("withdrawal below moderate", share=share), decisive)
    assert (decisive <= verdict.reachable).mean() >= share - 1e-9
    assert (decisive < verdict.reachable).mean() < share + 1e-9
    assert verdict.is_met == (verdict.attained >= share - 1e-12)


def test_contradictory_goals_end_with_code_3_and_the_limit_that_binds() -> None:
    verdict = judged(read_goal("no mild withdrawal"), np.array([0.3, 0.4]))
    error = no_plan("taper", [verdict], ["8 weeks instead of 2"])
    assert isinstance(error, PlanError)
    assert error.exit_code == 3
    assert "withdrawal below mild" in str(error)
    assert "8 weeks" in str(error)
