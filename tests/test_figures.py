"""What people look at: units on every axis, bands that hold the median, the same bytes each time, legible colours."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fake_runs
from baclosim.figures import compare, curves, daily, display, doses, draw_course, events, spine, stack
from baclosim.figures.style import INKS, PAPER_INKS
from baclosim.figures.svg import inline, to_svg
from baclosim.trajectory import Trajectory


@pytest.fixture(scope="module")
def oral():
    return fake_runs.oral_course(40, days=20)


@pytest.fixture(scope="module")
def told(oral):
    known = fake_runs.oral_course(30, days=20, spread=0.05, seed=3)
    ranges = {"plasma": curves.Reference(80.0, 400.0, "laboratory range 80 to 400 ng/mL")}
    return stack.story(oral, (), known, ranges, fake_runs.titration(20))


def titles(figure):
    return [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]


def test_every_panel_says_what_it_shows_and_in_which_unit(told):
    assert titles(stack.draw(told, stack.NARROW)) == [
        "Plasma, ng/mL",
        "Lumbar CSF, ng/mL",
        "Ashworth score, legs, 1 to 5",
        "Probability of drowsiness, %",
        "Baclofen by mouth, mg/day",
    ]


def test_time_axis_is_titled_once_and_below(told):
    bottom = [axes.get_xlabel() for axes in stack.draw(told, stack.NARROW).axes]
    assert bottom == ["", "", "", "", "days since the start"]


def test_bands_hold_the_median_and_lie_inside_each_other(told):
    for column in (told.whole, told.day):
        for curve in itertools.chain.from_iterable(p.curves for p in column.panels):
            assert np.all(curve.most[0] <= curve.half[0])
            assert np.all(curve.half[0] <= curve.median)
            assert np.all(curve.median <= curve.half[1])
            assert np.all(curve.half[1] <= curve.most[1])
            assert np.all(curve.known[0] <= curve.known[1])


def test_bands_are_quantiles():
    values = np.random.default_rng(1).normal(size=(37, 5))
    np.testing.assert_allclose(
        curves.bands(values, curves.SPREAD), np.quantile(values, curves.SPREAD, axis=0), rtol=1e-12
    )


def test_concentrations_are_shown_in_nanograms(told, oral):
    plasma = told.day.panels[0].curves[0]
    inside = (oral.time >= told.day.span[0]) & (oral.time <= told.day.span[1])
    np.testing.assert_allclose(plasma.median, 1000 * np.median(oral["plasma"][:, inside], axis=0), rtol=1e-12)


def test_a_course_that_swings_too_often_is_shown_as_daily_means_beside_its_fullest_day(told):
    assert told.whole.panels[0].is_mean
    assert told.day.span == (19 * 24.0, 20 * 24.0)
    assert not told.day.panels[0].is_mean


def test_a_short_course_is_shown_as_it_is():
    short = fake_runs.oral_course(5, days=3)
    told = stack.story(short)
    assert told.day is None
    np.testing.assert_array_equal(told.whole.panels[0].curves[0].time, short.time)


def test_daily_mean_of_a_straight_line_is_the_line_inside_and_the_edge_days_at_the_ends():
    time = np.arange(0.0, 97.0)
    means = daily.daily_mean(time, time[None, :], np.array([0.0, 20.0, 50.0, 96.0]))
    np.testing.assert_allclose(means, [[12.0, 20.0, 50.0, 84.0]])


def test_the_two_kinds_of_band_are_named_in_the_key(told):
    words = [text.get_text() for text in stack.draw(told).legends[0].get_texts()]
    assert words == [
        "median patient",
        "middle 50 % of patients",
        "90 % of patients",
        "typical patient, 95 % uncertainty",
        "laboratory range 80 to 400 ng/mL",
    ]


def test_daily_means_are_the_same_on_and_beside_the_records_and_in_any_company():
    time = np.arange(0.0, 240.5, 2.0)
    many = np.random.default_rng(1).random((daily.WIDE + 20, len(time)))
    means = daily.daily_mean(time, many, time)
    assert means == pytest.approx(daily.daily_mean(time, many, time + 1e-9), abs=1e-8)
    assert np.array_equal(means[:5], daily.daily_mean(time, many[:5], time))
    assert np.array_equal(means, daily.daily_mean(time.astype(int), many, time.astype(int)))
    day = many[:, 6:19]  # 12 to 36 h
    assert means[:, 12] == pytest.approx((day[:, 1:-1].sum(axis=1) + 0.5 * (day[:, 0] + day[:, -1])) / 12.0)


def test_one_patient_has_no_bands():
    figure = draw_course(fake_runs.oral_course(1, days=2), ["plasma"])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["the patient"]
    assert titles(figure) == ["Plasma, ng/mL"]


def test_trajectories_plot_themselves(oral):
    assert titles(oral.plot("ashworth", "plasma")) == ["Ashworth score, legs, 1 to 5", "Plasma, ng/mL"]
    with pytest.raises(KeyError, match="was not recorded"):
        oral.plot("plasmma")


def test_places_far_apart_share_a_logarithmic_panel_and_are_named_beside_it():
    told = stack.story(fake_runs.pump_course(20))
    assert told.whole.panels[1].log
    figure = stack.draw(told)
    assert [text.get_text() for text in figure.axes[1].texts] == ["cisternal", "cervical", "lumbar"]
    assert figure.axes[1].get_ylabel() == "CSF, ng/mL (logarithmic)"


def dangerous(withdrawal: float, drive: float) -> Trajectory:
    """A course with the dangers at these extremes, in 20 alike patients."""
    time = np.arange(0.0, 49.0)
    bump = np.tile(np.sin(np.pi * time / 48.0) ** 2, (20, 1))
    values = {"plasma": 0.1 * bump, "withdrawal": withdrawal * bump, "respiratory_drive": 1.0 - (1.0 - drive) * bump}
    return Trajectory(time, values, therapy="10 mg by mouth every 8 h")


def test_dangers_have_a_panel_only_where_they_are_felt():
    assert titles(draw_course(dangerous(0.2, 0.99))) == ["Plasma, ng/mL", "Severity of withdrawal, %"]
    assert titles(draw_course(dangerous(0.01, 0.5))) == ["Plasma, ng/mL", "Drive to breathe, share of normal, 0 to 1"]
    asked = titles(draw_course(dangerous(0.01, 1.0), ["withdrawal"]))
    assert asked == ["Severity of withdrawal, %"]


def test_tiers_are_lines_with_names_up_to_the_first_that_is_not_reached():
    tiers = curves.Tiers(((10.0, "mild"), (30.0, "moderate"), (45.0, "severe")))
    told = stack.story(dangerous(0.2, 1.0), ("withdrawal",), references={"withdrawal": tiers})
    axes = stack.draw(told).axes[0]
    assert [text.get_text() for text in axes.texts] == ["mild", "moderate"]
    assert axes.get_ylim()[1] > 30.0


def test_the_same_figure_gives_the_same_bytes(told):
    first, second = (to_svg(stack.draw(told), "course") for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_matplotlib_without_its_manual_draws_the_same_and_documents_what_is_made_later():
    script = """
import sys
from baclosim.figures.loading import load_matplotlib
if sys.argv[1] == "quick":
    load_matplotlib()
from matplotlib.patches import Rectangle
import fake_runs
from baclosim.figures import stack
from baclosim.figures.svg import to_svg
class Late(Rectangle): pass
print(to_svg(stack.draw(stack.story(fake_runs.oral_course(12, days=6))), "same"), Late.set.__doc__)
"""
    quick, full = (
        subprocess.run([sys.executable, "-c", script, way], cwd=Path(__file__).parent, capture_output=True, check=True)
        for way in ("quick", "full")
    )
    assert b"<svg" in quick.stdout
    assert quick.stdout == full.stdout


def test_inline_figures_name_no_outside_address_and_share_no_id(told):
    wide, narrow = (inline(to_svg(stack.draw(told, w), str(w)), 'Course "A" <b>') for w in (stack.WIDE, stack.NARROW))
    assert "http" not in wide
    assert 'aria-label="Course &quot;A&quot; &lt;b&gt;"' in wide
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert "var(--blue,#" in wide
    assert len(wide) < 200_000


def test_a_dose_per_day_keeps_the_amount_given():
    given = doses.Given("x", np.array([0.0, 8.0, 30.0]), np.array([5.0, 7.0, 48.0]), np.array([0.0, 0.0, 48.0]))
    edges = doses.day_edges(0.0, 100.0)
    rate = doses.per_day(given, edges)
    np.testing.assert_allclose(rate[:4], [12.0, 18.0, 24.0, 6.0])
    np.testing.assert_allclose(np.sum(rate * np.diff(edges)) / 24.0, 60.0)


@pytest.mark.parametrize(
    ("end", "unit", "ticks"),
    [(24.0, "hours", 9), (24.0 * 60, "days", 7), (24.0 * 365, "weeks", 7), (24.0 * 365.25 * 5, "years", 6)],
)
def test_time_is_told_in_the_unit_that_reads_best(end, unit, ticks):
    scale = display.time_scale(0.0, end)
    assert (scale.unit, len(scale.ticks)) == (unit, ticks)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (0.012345, "0.0123"),
        (41.98, "42"),
        (1234567.0, "1\u202f230\u202f000"),
        (float("inf"), "∞"),
        (-2.5, "−2.5"),
    ],
)
def test_numbers_read_well(number, text):
    assert display.readable(number) == text


def test_time_in_words():
    assert [display.time_in_words(t) for t in (0.5, 36.0, 48.0, 1440.0)] == ["30 min", "36 h", "2 days", "60 days"]


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.1."""
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dress", ["light", "dark"])
def test_everything_written_reaches_the_contrast_of_wcag_aa(dress):
    for name, ink in INKS.items():
        if name not in PAPER_INKS:
            for surface in ("paper", "shade"):
                assert contrast(getattr(ink, dress), getattr(INKS[surface], dress)) >= 4.5, (name, surface)


def test_neighbours_in_a_stack_are_moved_apart():
    assert stack_apart([0.5, 0.5, 0.51], 0.2) == [0.5, 0.7, 0.9]
    assert stack_apart([0.95, 1.0], 0.2) == [0.8, 1.0]


def stack_apart(places, least):
    from baclosim.figures.draw import spread_out

    return spread_out(places, least)


def a_canal() -> spine.Canal:
    return spine.Canal(("C1", "T10", "S2"), np.array([0.0, 10.0, 40.0, 60.0]), conus=43.0, tip=30.0)


def test_canal_figure_names_levels_times_and_unit():
    canal = a_canal()
    profiles = [spine.Profile(f"{h} h", np.array([0.01, 0.4, 0.1]) * h) for h in (1, 4)]
    curves_axes = spine.canal_figure(canal, canal.middles, profiles).axes[1]
    assert [label.get_text() for label in curves_axes.get_yticklabels()] == ["C1", "T10", "S2"]
    assert [text.get_text() for text in curves_axes.texts] == [" catheter tip", "1 h", "4 h"]
    assert "ng/mL" in curves_axes.get_xlabel()


def test_events_have_a_row_for_each_weight_and_words_only_where_they_fit():
    crowd = [events.Event(float(i), "motor stall") for i in range(4)]
    assert events.staggered(crowd, (0.0, 1000.0), 6.0) == [0, 1, None, None]
    axes = events.events_figure([*crowd, events.Event(500.0, "low reservoir", "critical")], (0.0, 1000.0)).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["critical", "non-critical", "note"]


def test_agreement_figure_has_equal_axes_with_units():
    pairs = [compare.Pair("a", 10.0, 12.0, (8.0, 13.0), (10.0, 15.0)), compare.Pair("b", 100.0, 90.0, group="it")]
    axes = compare.agreement_figure(pairs, "plasma", "ng/mL").axes[0]
    assert axes.get_xlim() == axes.get_ylim()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("observed plasma, ng/mL", "predicted plasma, ng/mL")


def test_forest_figure_writes_its_numbers():
    axes = compare.forest_figure([compare.Estimate("Simon 2018", 11.6, 10.8, 12.3)], "CL/F, L/h").axes[0]
    assert axes.texts[0].get_text() == "11.6 (10.8 to 12.3)"


def test_typed_text_is_not_read_as_mathematics():
    figure = events.events_figure([events.Event(1.0, "cost $5 and $6 <b>")], (0.0, 10.0))
    svg = to_svg(figure, "typed")
    assert "cost $5 and $6 &lt;b&gt;" in svg
