"""The taper: rungs of tablets, the search against brute force, published rules, refusals, the command."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.errors import InputError, PlanError, TherapyError
from baclosim.patient import Patient, virtual_patients
from baclosim.plan.goals import judged, read_goal
from baclosim.plan.tablets import STRENGTHS, Supply, ladder, read_supply
from baclosim.plan.tapering.bounds import bounds, least_of_pump, read_bridge, spaces_for, with_bridge
from baclosim.plan.tapering.guarding import Found, tried
from baclosim.plan.tapering.rules import published
from baclosim.plan.tapering.search import (
    Path,
    Space,
    Walk,
    at_level,
    course_of,
    farthest,
    may_be_walked,
    merged,
    reach,
    soonest,
    worst_of,
)
from baclosim.plan.tapering.taper import best_of, is_allowed, plan_taper
from baclosim.plan.tapering.trial import LEAD, Trial, follow, treated
from baclosim.plan.tapering.wish import Weighed, Wish
from baclosim.plan.treatment import Course, Stage, read_treatment
from baclosim.simulate import simulate
from baclosim.therapy.language import parse

MONTHS = 8 * 730.5


def trial_of(text: str, n: int, seed: int = 3, like: Patient | None = None) -> Trial:
    who = like or Patient()
    return treated(virtual_patients(n, like=who, seed=seed), read_treatment(text, MONTHS, who.covariates.weight))


@pytest.fixture(scope="module")
def small() -> Trial:
    return trial_of("10 mg three times daily", 40)


@given(
    st.lists(st.sampled_from(range(1, 16)), min_size=1, max_size=4),
    st.sets(st.sampled_from(STRENGTHS), min_size=1),
    st.booleans(),
)
def test_a_ladder_goes_down_in_doses_that_tablets_make(fives: list[int], strengths: set[float], halves: bool) -> None:
    present = tuple(5000.0 * k for k in fives)
    supply = Supply(tuple(sorted(strengths, reverse=True)), halves)
    rungs = ladder(present, supply)
    made = set(supply.makes())
    assert rungs[0] == present
    assert not any(rungs[-1])
    for upper, lower in itertools.pairwise(rungs):
        assert all(b <= a for a, b in zip(upper, lower, strict=True))
        assert sum(lower) < sum(upper)
        assert set(lower) <= made


@given(st.integers(0, 40), st.booleans())
def test_tablets_in_words_add_up_to_the_amount(halves_of_five: int, halves: bool) -> None:
    supply = Supply((10_000.0, 5_000.0), halves)
    amount = 2500.0 * halves_of_five
    if amount not in supply.makes():
        return
    words = supply.in_words(amount)
    total = 0.0
    for part in words.split(" + ") if words != "–" else ():
        count, _, piece = part.rpartition(" × ")
        size = float(piece.removeprefix("half of ").removesuffix(" mg"))
        total += float(count or 1) * size / (2.0 if piece.startswith("half") else 1.0)
    assert total * 1000.0 == pytest.approx(amount)


def test_what_was_walked_is_remembered_and_changes_nothing(small: Trial) -> None:
    space = spaces_for(Wish(Patient(), small.treatment, within=28))[1]
    limit = read_goal("withdrawal below moderate in all patients")
    begin, levels = Walk(small, space), (0.3, 0.2, 0.15)
    found = [soonest(small, space, at_level(limit, level), begin) for level in levels]
    assert found == [soonest(small, space, at_level(limit, level)) for level in levels]
    for path in found:
        assert path is not None
        whole = worst_of(small, course_of(small, space, path), limit).max()
        assert reach(begin, path, limit) == pytest.approx(whole, rel=1e-9)


def test_a_course_is_followed_as_simulate_follows_it(small: Trial) -> None:
    course = Course(small.treatment, (Stage(0, (5000.0, 5000.0, 5000.0)), Stage(7, (0.0, 0.0, 0.0))))
    ours = follow(small, course, 14, quantities=("withdrawal", "rebound_tone"))
    theirs = simulate(
        small.patients, course, ours.time[-1], every=2.0, step=1.0, quantities=("withdrawal", "rebound_tone"),
        resume=small.present,
    )  # fmt: skip
    np.testing.assert_array_equal(ours.time, theirs.time)
    for name in ("withdrawal", "rebound_tone"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-12, atol=1e-15)


def test_tablets_that_are_not_sold_are_refused() -> None:
    with pytest.raises(InputError, match="5, 10, 20, 25 mg"):
        read_supply("15,10", False)


@pytest.mark.parametrize(
    "text",
    [
        "10 mg once",
        "10 mg every 7 h",
        "10 mg daily for 3 days, then stop",
        "10 mg on Mondays",
        "5 mg intravenously daily",
    ],
)
def test_only_what_is_taken_day_after_day_is_tapered(text: str) -> None:
    with pytest.raises(TherapyError):
        read_treatment(text, MONTHS, 70.0)


def test_the_doses_of_a_day_are_those_of_the_words() -> None:
    now = read_treatment("10 mg at 07:00 and 20 mg at 21:00", MONTHS, 70.0)
    assert [slot.at for slot in now.slots] == ["07:00", "21:00"]
    assert now.doses == (10_000.0, 20_000.0)
    assert now.slots[1].hour == 14.0


def test_a_course_gives_the_doses_of_the_same_words() -> None:
    """Resumed, with only the recent doses listed, a course does what the dosing language says."""
    group = virtual_patients(3, seed=1)
    trial = treated(group, read_treatment("20 mg three times daily", 240.0, 70.0))
    course = Course(trial.treatment, (Stage(0, (10_000.0,) * 3), Stage(3, (0.0,) * 3)))
    ours = follow(trial, course, 10, quantities=("withdrawal",), every=1.0, step=0.25)
    rounds = "in the morning, in the afternoon and at night"
    words = f"20 mg {rounds} for 10 days, then 10 mg {rounds} for 3 days, then stop"
    whole = simulate(group, words, 480.0 - LEAD, every=1.0, quantities=("withdrawal",))
    same = np.searchsorted(whole.time, ours.time)
    assert np.allclose(whole["withdrawal"][:, same], ours["withdrawal"], atol=2e-3)
    assert whole["withdrawal"].max() > 0.02


def every_path(space: Space) -> Iterator[Path]:
    """Every path that may be walked, each once."""
    days = list(space.step_days())
    for steps in range(1, len(days)):
        for rungs in itertools.combinations_with_replacement(range(space.last), steps):
            if may_be_walked(space, tuple(days[: steps + 1]), (*rungs, space.last)):
                yield merged(zip(days[: steps + 1], (*rungs, space.last), strict=True))


@pytest.fixture(scope="module")
def everything(small: Trial) -> tuple[Space, list[Found]]:
    """A small space of tapers and how every single path in it fares."""
    rungs = ladder(small.treatment.doses, Supply((5_000.0,)))
    space = Space(rungs, farthest(rungs, 0.25, 15_000.0), (3, 4), 7, 14)
    paths = dict.fromkeys(every_path(space))
    return space, [tried(small, space, path, read_goal("withdrawal below 50 %", share=0.9)) for path in paths]


@pytest.mark.parametrize("strictness", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("within", [None, 14])
def test_brute_force_finds_nothing_better(
    small: Trial, everything: tuple[Space, list[Found]], within: int | None, strictness: float
) -> None:
    space, found = everything
    level = float(np.quantile([f.verdict.reachable for f in found], strictness))
    goal = read_goal(f"withdrawal below {level!r}", share=0.9)
    wish = Wish(Patient(), small.treatment, Supply((5_000.0,)), goal, within, (space.gaps,), patients=small.n)
    ours = best_of(wish, (space,), small, [])
    kept = [f for f in found if judged(goal, f.worst).is_met]
    assert 20 < len(kept) < len(found)
    assert ours is not None
    assert ours.verdict.is_met
    if within is None:
        assert ours.days == min(f.days for f in kept)
    gentlest = min(f.verdict.reachable for f in kept if within or f.days == ours.days)
    assert ours.verdict.reachable <= gentlest * 1.02


@pytest.mark.parametrize("seed", range(3))
def test_never_worse_than_a_published_rule_within_the_same_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    who = Patient(creatinine_clearance=float(rng.uniform(25, 120)), weight=float(rng.uniform(45, 100)), age=50.0)
    dose = int(rng.integers(2, 5)) * 5
    trial = trial_of(f"{dose} mg three times daily", 60, seed, who)
    wish = Wish(who, trial.treatment, limit=read_goal("withdrawal below 20 % in 90 %"), patients=60)
    spaces = spaces_for(wish)
    ruled = [Weighed(r, tried(trial, spaces[0], r.path, wish.limit)) for r in published(spaces[0].rungs)]
    ours = best_of(wish, spaces, trial, [])
    assert ours is not None
    rivals = [w.found for w in ruled if w.found.verdict.is_met and is_allowed(w.found, spaces[0])]
    assert all(ours.days <= rival.days for rival in rivals)


def test_published_rules_end_at_nothing_and_keep_their_time() -> None:
    rungs = ladder((25_000.0,) * 3, Supply())
    rules = {rule.says: rule for rule in published(rungs)}
    assert rules["evenly over 14 days"].days == 14
    assert rules["15 mg/day less every 2 days"].path[0] == (0, 3)  # 75 to 60 mg
    halved = rules["50 % less every 7 days"]
    assert [sum(rungs[rung]) / 1000.0 for _, rung in halved.path] == [40.0, 20.0, 10.0, 5.0, 0.0]
    assert all(rule.path[-1][1] == len(rungs) - 1 for rule in rules.values())


def test_bounds_come_from_the_published_rules() -> None:
    adult, child = bounds(70.0), bounds(14.0)
    assert (adult.least, adult.share, adult.mass) == (14, 0.25, 15_000.0)
    assert child.mass == pytest.approx(3000.0)


def test_a_taper_states_odds_comparison_reasons_and_what_to_do() -> None:
    plan = plan_taper(
        Wish(Patient(creatinine_clearance=40.0), read_treatment("20 mg three times daily", MONTHS, 70.0), patients=60)
    )
    assert plan.verdicts[0].is_met
    assert plan.steps[-1].daily_dose == 0.0
    doses = [step.daily_dose or 0.0 for step in plan.steps]
    assert doses == sorted(doses, reverse=True)
    assert plan.comparisons[0].rows[0][0] == "this plan"
    assert any("Kidneys" in reason for reason in plan.reasons)
    assert {"withdrawal_gain", "adaptation_half_effective"} <= set(plan.parameters)
    for step in plan.steps[:-1]:
        assert sum(i.per_day for s in parse(step.says).steps for i in s.intakes) == step.daily_dose  # type: ignore[union-attr]
        assert step.daily_dose == sum(take.amount for take in step.takes)
    assert 0.0 < plan.odds[0].patients.low < plan.odds[0].patients.value < plan.odds[0].patients.high
    assert plan.charts[0].draw(7.4).axes


def test_a_pump_goes_down_to_the_least_it_gives_and_hands_over_to_tablets() -> None:
    least = least_of_pump("synchromed-ii-40", "500 ug/mL")
    assert least == pytest.approx(0.048 * 500.0)
    pump = read_treatment("200 ug/day intrathecally", MONTHS, 70.0)
    over = read_bridge("10 mg three times daily", 70.0)
    wish = Wish(Patient(), with_bridge(pump, over), pump_least=least, bridge=over.doses, patterns=((7,),), patients=24)
    plan = plan_taper(wish)
    assert plan.emergencies[0].kind == "pump withdrawal"
    given = [{take.at: take.amount for take in step.takes} for step in plan.steps]
    pumped = [one.get("pump", 0.0) for one in given]
    swallowed = [sum(one.values()) - one.get("pump", 0.0) for one in given]
    assert pumped == sorted(pumped, reverse=True)
    assert all(dose == 0.0 or dose >= least - 1e-9 for dose in pumped)
    off = pumped.index(0.0)
    assert swallowed[: off + 1] == sorted(swallowed[: off + 1])
    assert swallowed[off] == pytest.approx(30_000.0)
    assert swallowed[off:] == sorted(swallowed[off:], reverse=True)
    assert not given[-1]


def test_without_a_smaller_piece_the_present_dose_stands_first_and_it_is_said() -> None:
    plan = plan_taper(Wish(Patient(), read_treatment("10 mg daily", MONTHS, 70.0), Supply((10_000.0,)), patients=20))
    assert [step.daily_dose for step in plan.steps] == [10_000.0, 0.0]
    assert any("smaller pieces" in reason for reason in plan.reasons)


def test_step_days_that_were_asked_for_are_kept() -> None:
    now = read_treatment("15 mg three times daily", MONTHS, 70.0)
    plan = plan_taper(Wish(Patient(), now, patterns=((14,),), step_share=0.5, patients=20))
    assert all((step.first_day - 1) % 14 == 0 for step in plan.steps)


def test_kidneys_that_change_at_set_times_are_refused() -> None:
    now = read_treatment("10 mg three times daily", MONTHS, 70.0)
    with pytest.raises(InputError, match=r"patient\.kidney"):
        plan_taper(Wish(Patient(kidney="20 mL/min at 5 days"), now, patients=5))


def test_more_than_the_label_by_mouth_is_no_bridge() -> None:
    with pytest.raises(InputError, match="at most 80 mg a day"):
        read_bridge("30 mg four times daily", 70.0)


def test_an_infant_is_weaned_by_drops_and_compared_with_the_rules_for_the_newborn() -> None:
    child = Patient(age="3 months", weight="5 kg")
    now = read_treatment("0.25 mg/kg every 6 h", 60.0 * 24.0, 5.0)
    plan = plan_taper(Wish(child, now, read_supply(None, False, "0.1 mg"), patients=24))
    assert all(round(take.amount, 6) % 100.0 == 0.0 for step in plan.steps for take in step.takes)
    names = [str(row[0]) for row in plan.comparisons[0].rows]
    assert "one dose a day fewer every 3 days" in names
    assert not any("mg/day less" in name for name in names)


def test_contradictory_goals_say_what_binds_and_what_comes_nearest() -> None:
    now = read_treatment("25 mg three times daily", MONTHS, 70.0)
    wish = Wish(Patient(), now, limit=read_goal("no mild withdrawal"), within=14, patients=40)
    with pytest.raises(PlanError, match=r"withdrawal below mild.*\n.*days instead of 14"):
        plan_taper(wish)
    with pytest.raises(PlanError, match="at most 5 days"):
        plan_taper(replace(wish, within=5))


def test_the_command_prints_the_plan_and_writes_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "plan"
    args = ["taper", "10 mg three times daily", "--since", "8 months", "--patients", "40", "--start", "2026-11-30"]
    done = CliRunner().invoke(app, [*args, "--out", str(out), "--json", "--quiet"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["kind"] == "taper"
    assert told["steps"][0]["date"] == "2026-11-30"
    assert {p.name for p in out.iterdir()} == {
        "sheet.html",
        "report.html",
        "plan.csv",
        "plan.ics",
        "plan.json",
        "taper.svg",
    }


@pytest.mark.parametrize("since", ["8", "8 moths", "-3 months"])
def test_a_wrong_time_is_told_once_and_only_as_it_was_typed(since: str) -> None:
    done = CliRunner().invoke(app, ["taper", "25 mg tid", f"--since={since}"])
    assert done.exit_code == 2
    assert done.output.count("is not allowed") == 1
    assert f"--since: '{since}'" in done.output


def test_every_slip_of_the_command_is_told_at_once() -> None:
    args = [
        "taper",
        "10 mg on Mondays",
        "--since",
        "soon",
        "--tier",
        "mildd",
        "--probability",
        "95",
        "--every",
        "blue moon",
    ]
    done = CliRunner().invoke(app, [*args, "--tablets", "7", "--start", "tomorrow"])
    assert done.exit_code == 2
    for said in (
        "--since",
        "Did you mean 'mild'",
        "Did you mean '95 %'",
        "--every",
        "--tablets",
        "--start",
        "every day",
    ):
        assert said in done.output
