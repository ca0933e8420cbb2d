"""What comes of a study: summaries, comparisons, Kaplan-Meier, SQL, trials, power, figures; against NumPy by hand."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import scipy.stats
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.cohort import open_results, run_study, study_of
from baclosim.cohort.drawing import draw_vpc, wilson, write_all
from baclosim.cohort.events import estimate, survival
from baclosim.cohort.patients import followed, people
from baclosim.cohort.reported import side_by_side
from baclosim.cohort.results import Results
from baclosim.cohort.summary import compare, query, summary
from baclosim.errors import InputError, ScenarioError
from small_study import RANDOMISED, REPORTED, TEXT

NO_PUMP = TEXT[: TEXT.index('[[arm]]\nname = "pump"')] + TEXT[TEXT.index('[[arm]]\nname = "much at once"') :]
DRAWS = NO_PUMP.replace("courses = 3", "courses = 0\ndraws = 3")


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Results:
    return open_results(run_study(study_of(TEXT + REPORTED), tmp_path_factory.mktemp("shared") / "r", threads=2))


@pytest.fixture(scope="module")
def randomised(tmp_path_factory) -> Results:
    return open_results(run_study(study_of(RANDOMISED), tmp_path_factory.mktemp("apart") / "r", threads=2))


def values(results: Results, arm: str, column: str) -> np.ndarray:
    table = results.table("patients").filter(pl.col("arm") == arm).sort("patient").collect()
    return table[column].to_numpy()


def test_a_summary_is_that_of_the_patients(shared: Results):
    found = {(row.label, row.arm): row for row in summary(shared)}
    own = values(shared, "tablets", "exposure_ug_per_mL_h")
    row = found["exposure", "tablets"]
    assert (row.patients, row.kind) == (700, "number")
    assert (row.mean, row.sd) == pytest.approx((own.mean(), own.std(ddof=1)))
    assert (row.low, row.median, row.high) == pytest.approx(np.quantile(own, (0.05, 0.5, 0.95)).tolist())
    soft = values(shared, "pump", "soft_h")
    assert found["soft", "pump"].mean == pytest.approx(np.isfinite(soft).mean())
    assert found["sleepy", "pump"].median is None


def test_the_same_people_are_compared_with_themselves(shared: Results):
    row = next(r for r in compare(shared, "tablets") if r.arm == "pump" and r.label == "exposure")
    gap = values(shared, "pump", "exposure_ug_per_mL_h") - values(shared, "tablets", "exposure_ug_per_mL_h")
    assert row.difference == pytest.approx(gap.mean())
    assert row.high - row.low == pytest.approx(2 * 1.96 * gap.std(ddof=1) / np.sqrt(700), rel=1e-3)
    assert row.patients_low == pytest.approx(np.quantile(gap, 0.05))
    assert row.share_lower == 1.0  # a pump needs hardly any drug in blood


def test_randomised_arms_are_compared_as_different_people(randomised: Results):
    row = next(r for r in compare(randomised) if r.arm == "pump" and r.label == "exposure")
    one, two = (values(randomised, arm, "exposure_ug_per_mL_h") for arm in ("pump", "tablets"))
    assert len(one) + len(two) + len(values(randomised, "much at once", "soft_h")) == 700
    assert row.difference == pytest.approx(one.mean() - two.mean())
    assert row.patients_low is None
    assert randomised.table("patients").collect()["patient"].n_unique() == 700


def test_bands_are_the_quantiles_of_all_courses(shared: Results):
    study = study_of(TEXT)
    group = people(study, 0, 0, 700)
    seen = followed(replace(study, courses=700), study.arms[0], group, np.arange(700), 2)
    plasma = seen.kept.courses[study.record.index("plasma")]
    exact = np.quantile(plasma, (0.05, 0.5, 0.95), axis=1, method="lower")
    band = shared.band("plasma", (0.05, 0.5, 0.95))["tablets"]
    np.testing.assert_allclose(band, exact, rtol=0.5 / 64 * 1.0001, atol=1e-11)


def test_a_band_is_the_same_however_many_shards_are_in_memory(shared: Results, monkeypatch):
    whole, files = shared.band("plasma"), Results.files
    monkeypatch.setattr(Results, "files", lambda self, name: files(self, name) * 3)
    thrice = shared.band("plasma")
    monkeypatch.setattr("baclosim.cohort.results.TOGETHER", 2)
    apart = shared.band("plasma")
    for arm, band in whole.items():
        np.testing.assert_array_equal(apart[arm], thrice[arm])
        np.testing.assert_allclose(apart[arm], band, rtol=1.0 / 64)  # thrice as many of the same people


def test_chosen_courses_and_visits_are_there(shared: Results):
    kept = shared.table("courses").collect()
    assert kept["patient"].unique().sort().to_list() == [0, 1, 2]
    assert len(kept) == 3 * 3 * 25
    seen = shared.table("visits").collect()
    left = shared.table("patients").select("arm", "patient", "left_h").collect()
    both = seen.join(left, on=["arm", "patient"])
    assert both.filter(pl.col("time_h") > pl.col("left_h")).is_empty()
    assert 0.05 < left["left_h"].is_not_null().mean() < 0.4


def test_kaplan_and_meier_by_hand():
    """Ten patients: events at 1, 3, 3; one lost at 2; the rest stay to the end."""
    events, losses = np.zeros(11, dtype=int), np.zeros(11, dtype=int)
    events[[1, 3]] = 1, 2
    losses[[2, 10]] = 1, 6
    found = estimate(events, losses, 1.0, 0.0)
    free = dict(zip(found.time.tolist(), found.free.tolist(), strict=True))
    assert free[1.0] == pytest.approx(0.9)
    assert free[3.0] == pytest.approx(0.9 * 6 / 8)
    assert [found.watched(h) for h in (0.0, 1.0, 2.0, 3.0, 4.0)] == [10, 10, 9, 8, 6]
    greenwood = 1 / (10 * 9) + 2 / (8 * 6)
    low = 0.675 ** np.exp(1.959964 * np.sqrt(greenwood) / abs(np.log(0.675)))
    assert found.low[found.time.tolist().index(3.0)] == pytest.approx(low)


def test_who_leaves_before_an_event_does_not_count_as_having_had_it(shared: Results):
    for arm, found in survival(shared, "soft").items():
        event, left = values(shared, arm, "soft_h"), values(shared, arm, "left_h")
        had = np.isfinite(event) & ~(left < event)
        assert 1.0 - found.free[-1] >= had.mean() - 1e-12
    with pytest.raises(InputError, match="one of soft"):
        survival(shared, "sleepy")


def test_an_interval_of_a_share_is_wilsons():
    assert wilson(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert wilson(0.0, 10)[0] == 0.0


def test_a_trial_is_set_beside_what_it_reported(shared: Results):
    (pair,) = side_by_side(shared)
    means = {row.arm: row.mean for row in summary(shared, ["sleepy"])}
    assert pair.predicted == pytest.approx(means["pump"] - means["tablets"])
    assert (pair.reported.value, pair.reported.n, pair.reported.use) == (0.63, 175, "fit")
    half = 1.96 * np.sqrt(sum(means[a] * (1 - means[a]) for a in ("pump", "tablets")) / 175)
    assert pair.high - pair.predicted == pytest.approx(half, rel=1e-3)
    assert pair.is_within is False


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('fact = "sedation.drowsiness-drug.fda-label"', 'fact = "no.such.fact"'), "reported[1].fact"),
        (('arm = "pump"\nagainst', 'arm = "pumps"\nagainst'), "Did you mean 'pump'?"),
        (('"sedation.drowsiness-drug.fda-label"', '"spasticity.itb-trials.fit-set"'), "reported[1].column"),
    ],
)
def test_a_reported_outcome_that_is_not_there_is_named(change: tuple[str, str], told: str):
    with pytest.raises(ScenarioError) as caught:
        study_of(TEXT + REPORTED.replace(*change))
    assert told in str(caught.value)


def test_draws_change_what_is_typical_and_not_who_the_patients_are(tmp_path: Path):
    study = study_of(DRAWS, patients=300)
    results = open_results(run_study(study, tmp_path / "r", threads=2))
    table = results.table("patients").collect()
    assert len(table) == 3 * 2 * 300
    ages = table.filter(pl.col("patient") == 7)["age_years"].unique()
    assert len(ages) == 1
    row = summary(results, ["exposure"])[0]
    means = table.filter(pl.col("arm") == "tablets").group_by("draw").agg(pl.col("exposure_ug_per_mL_h").mean())
    assert row.typical_low < row.mean < row.typical_high
    low, high = np.quantile(means["exposure_ug_per_mL_h"].to_numpy(), (0.025, 0.975))
    assert (row.typical_low, row.typical_high) == pytest.approx((low, high))


def test_questions_in_sql(shared: Results):
    found = query(shared, "select arm, count(*) as n from patients group by arm order by arm")
    assert found["n"].to_list() == [700, 700, 700]
    with pytest.raises(InputError, match="SQL over patients, visits, courses, bands"):
        query(shared, "select nothing from nowhere")


def test_figures_and_tables_are_written_and_the_same_each_time(shared: Results):
    files = write_all(shared)
    names = {file.name for file in files}
    drawn = {"bands.svg", "outcomes.svg", "differences.svg", "events-soft.svg"}
    assert drawn | {"patients.csv", "summary.csv", "comparison.csv", "reported.csv"} == names
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in write_all(shared)] == before
    assert b"tablets" in before[0]


def test_a_visual_predictive_check_draws_what_was_seen(shared: Results):
    seen = (
        shared.table("courses").filter(pl.col("arm") == "tablets").select("time_h", value="plasma_ug_per_mL").collect()
    )
    figure = draw_vpc(shared, "plasma", "tablets", seen)
    axes = figure.axes[0]
    lines = [np.asarray(line.get_ydata(), dtype=float) for line in axes.lines]
    assert any(len(y) == len(seen) for y in lines)


def test_power_of_a_t_test_is_that_of_the_textbook():
    """Two normal arms half a standard deviation apart, 64 in each: power 0.80 (Cohen 1988)."""
    from baclosim.cohort.power import _p_values

    generator = np.random.default_rng(5)
    one, two = generator.normal(0.5, 1.0, 50_000), generator.normal(0.0, 1.0, 50_000)
    found = np.mean(_p_values("welch", one, two, False, 64, 4000, 1) < 0.05)
    assert found == pytest.approx(0.801, abs=0.025)
    same = np.mean(_p_values("welch", two, two, False, 64, 4000, 2) < 0.05)
    assert same == pytest.approx(0.05, abs=0.015)
    shares = [(generator.random(50_000) < p).astype(float) for p in (0.63, 0.36)]
    both = np.mean(_p_values("shares", *shares, False, 53, 4000, 3) < 0.05)
    assert both == pytest.approx(0.80, abs=0.04)


def test_trials_of_few_who_are_nearly_alike_have_their_p_values_without_a_warning():
    from baclosim.cohort.power import _judged

    one, two = np.random.default_rng(4).normal([[[5.0]], [[5.5]]], 1.0, (2, 300, 6))
    assert np.allclose(_judged("paired", one, two), scipy.stats.ttest_rel(one, two, axis=1).pvalue)
    assert np.allclose(_judged("welch", one, two), scipy.stats.ttest_ind(one, two, axis=1, equal_var=False).pvalue)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (_judged("paired", one, one + 0.1) < 1e-9).all()
        assert (_judged("paired", one, one) == 1.0).all()
        assert (_judged("welch", np.ones((4, 2)), np.ones((4, 2))) == 1.0).all()
        assert (_judged("welch", np.ones((4, 2)), np.zeros((4, 2))) == 0.0).all()


def test_more_patients_have_more_power_and_the_design_chooses_the_test(shared: Results, randomised: Results):
    from baclosim.cohort.power import power

    few, many = power(randomised, "sleepy", "much at once", "tablets", [10, 200])
    assert few.test == "two-sample z"
    assert few.found < many.found
    assert power(shared, "sleepy", "much at once", "tablets", [50])[0].test == "McNemar"
    assert power(shared, "exposure", "pump", "tablets", [20])[0].found == 1.0
    with pytest.raises(InputError) as caught:
        power(shared, "sleepy", "pumps", "tablets", [1])
    assert "Did you mean 'pump'?" in str(caught.value)
    assert "2 to 100000 patients" in str(caught.value)


def test_commands_speak_json_and_name_mistakes(shared: Results):
    folder, program = str(shared.store.folder), CliRunner()
    told = json.loads(program.invoke(app, ["cohort", "summary", folder, "--json"]).stdout)
    assert told["complete"]
    assert len(told["summary"]) == 9
    rows = json.loads(program.invoke(app, ["cohort", "compare", folder, "--json", "--reference", "pump"]).stdout)
    assert {row["reference"] for row in rows} == {"pump"}
    for command, words in (
        (["cohort", "compare", folder, "--reference", "plump"], "Did you mean 'pump'?"),
        (["cohort", "summary", folder, "--measure", "plasma_ug_per_mL_higest"], "Did you mean"),
        (["cohort", "summary", str(Path(folder) / "none")], "a folder that `baclosim cohort STUDY --out` has written"),
        (["cohort", "query", folder, "drop table patients; select"], "query"),
    ):
        answer = program.invoke(app, command)
        assert answer.exit_code == 2
        assert words in answer.stderr
