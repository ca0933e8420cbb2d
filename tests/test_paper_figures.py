"""Figures and tables on paper and on a telephone: nothing cut off, round ticks, lines that grey tells apart."""

from __future__ import annotations

import io
from itertools import islice

import numpy as np
import pypdf
import pytest

import fake_runs
from baclosim import report
from baclosim.evidence.library import library
from baclosim.figures.cohort import ArmBands, Events, at_risk_hours, bands_figure
from baclosim.figures.cohort import events_figure as arms_figure
from baclosim.figures.compare import Estimate, forest_figure
from baclosim.figures.exchange import equal_dose_figure
from baclosim.figures.outcomes import Bar, Outcome, outcomes_figure
from baclosim.figures.side_by_side import lines_of
from baclosim.figures.spine import Canal, Profile, canal_figure
from baclosim.figures.stack import NARROW, WIDE, parted, story
from baclosim.figures.titrations import Rising, titrations_figure
from baclosim.figures.ways import ways_figure
from baclosim.report import html, pdf
from baclosim.report.document import Cell, Column, Document, Pairs, Paragraph, Picture, References, Rows, Section, Table
from baclosim.report.evidence import references

LEVELS = tuple(f"C{i}" for i in range(1, 8)) + tuple(f"T{i}" for i in range(1, 13))


def forest(width):
    names = ("oral or intrathecal baclofen overdose", "status epilepticus")
    return forest_figure([Estimate(name, 91.4, 80.1, 97.6) for name in names], "probability, %", width=width)


def rising(width):
    days = np.arange(0.0, 10.0)
    dose = np.array([50.0 + days, 60.0 + days, 300.0 + days])
    return titrations_figure([Rising(f"{n} % a day", days, dose, days[2:5], 10) for n in (20, 30)], "ug/day", width)


def equal(width):
    marks = {"start by protocol": 100.0, "one hundredth of the tablets": 600.0}
    return equal_dose_figure(np.geomspace(20.0, 200.0, 50), (45.0, 25.0, 90.0), marks, width)


def canal(width):
    depth = np.linspace(0.0, 40.0, len(LEVELS) + 1)
    made = Canal(LEVELS, depth, 30.0, 25.0)
    low = 0.05 + 0.3 * np.exp(-(((made.middles - 25.0) / 9.0) ** 2))
    return canal_figure(made, made.middles, [Profile("at 13.6 days", low)], width)


def ways(width):
    hours = np.linspace(0.0, 150.0, 30)
    names = ("nothing", "tablets alone, 80 mg/day", "the former dose at once", "from the start, then daily rises")
    return ways_figure(dict.fromkeys(names, (hours, hours / 2.0)), 36.0, width)


ARMS = ("at once", "over eight weeks by 10 mg", "as the prescriber likes")


def arms_over_time(width):
    time = np.linspace(0.0, 2000.0, 50)
    course = np.array([0.5, 1.0, 2.0])[:, None] * np.exp(-time / 900.0)
    panels = [ArmBands("Plasma, ng/mL", dict.fromkeys(ARMS, 300.0 * course), (0.0, np.inf))]
    panels += [ArmBands("Probability that a walker walks worse, %", dict.fromkeys(ARMS, 40.0 * course), (0.0, 100.0))]
    return bands_figure(time, panels, "90 % of patients; each patient’s 24 h mean", width, 2016.0)


def arms_until_events(width):
    hours = at_risk_hours(2016.0, width)
    free = np.array([1.0, 0.9, 0.7])
    one = Events(np.array([0.0, 30.0, 900.0]), free, free - 0.02, free, [20_000 - i for i in range(len(hours))])
    title = "Moderate withdrawal or worse while the tablets are tapered, % of patients who have had it"
    return arms_figure(dict.fromkeys(ARMS, one), hours, title, 2016.0, width)


def outcomes_of_arms(width):
    bars = tuple(Bar(arm, i, -0.0345 - i, -0.0382 - i, 12345.6) for i, arm in enumerate(ARMS))
    return outcomes_figure(
        [Outcome("Time in withdrawal, percentage points: difference from at once", bars, 0.0)], width
    )


DRAWN = {
    "ways": ways, "forest": forest, "rising": rising, "equal": equal, "canal": canal, "arms": arms_over_time,
    "events": arms_until_events, "outcomes": outcomes_of_arms,
}  # fmt: skip


def words_of(figure):
    """Every text that a figure shows; marks of an axis only within its limits."""
    from matplotlib.text import Text

    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden |= {tick.label1 for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high}
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text not in hidden]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", DRAWN)
def test_no_word_of_a_figure_is_cut_off(name, width):
    figure = DRAWN[name](width)
    figure.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in words_of(figure)}
    out = {said for said, box in boxes.items() if box.x0 < -2.0 or box.x1 > figure.bbox.x1 + 2.0}
    assert not out


def test_concentrations_along_the_canal_are_marked_at_round_numbers():
    figure = canal(WIDE)
    figure.draw_without_rendering()
    axes = figure.axes[1]
    low, high = axes.get_xlim()
    shown = [t for t in axes.get_xticks() if low <= t <= high]
    assert len(shown) >= 3
    assert {f"{tick:.0e}"[0] for tick in shown} <= {"1", "2", "5"}
    assert not any("×" in label.get_text() or "$" in label.get_text() for label in axes.get_xticklabels(which="both"))


def test_the_lines_of_arms_differ_without_colour():
    for figure in (arms_over_time(WIDE), arms_until_events(NARROW)):
        key = figure.legends[0].get_lines()
        assert len({(line.get_linestyle(), str(line._dash_pattern)) for line in key}) == len(ARMS)


def test_lines_side_by_side_differ_without_colour():
    lines = lines_of([f"way {i}" for i in range(8)])
    assert len({(line.weight, line.dashes) for line in lines}) == len(lines)


def test_a_course_too_tall_for_a_page_is_cut_evenly_and_loses_nothing():
    whole = story(fake_runs.outcome().patients)
    panels = whole.whole.panels
    for most in (1, 2, 3, len(panels)):
        some = parted(whole, most)
        assert [p for part in some for p in part.whole.panels] == list(panels)
        sizes = [len(part.whole.panels) for part in some]
        assert max(sizes) <= most
        assert max(sizes) - min(sizes) <= 1


def test_on_paper_the_parts_stand_for_the_whole_and_on_a_page_the_whole_does():
    document = report.build(fake_runs.outcome())
    (course,) = [p for p in document.pictures if p.name == "course"]
    part = Picture("part", "Part 1 of 2.", "A part.", course.draw)
    tall = Picture("course", "c", "The whole.", course.draw, (part, part))
    assert pdf.on_paper(tall) == (part, part)
    assert pdf.on_paper(part) == (part,)
    page = Document("t", "k", (), "n", (Section("s", "S", (tall,)),))
    assert page.pictures == (tall,)
    assert "Part 1 of 2." not in html.render(page)
    assert "Part 1 of 2." in pypdf.PdfReader(io.BytesIO(pdf.render(page))).pages[0].extract_text()


# --- tables and sources -----------------------------------------------------------------------------------------------


def test_a_short_title_and_an_amount_stay_on_one_line():
    row = (Cell("100 ug"), Cell("100 ug/day intrathecally"), Cell("word " * 40))
    table = Table("c", (Column("in a day"), Column("given"), Column("what else")), (Rows((row,) * 5),))
    first, given, more = pdf.widths(table)
    assert first >= len("in a day")
    assert given >= len("100 ug/day intrathecally")
    assert more > given


def test_the_column_with_more_words_is_the_wider_one():
    row = (Cell("name", "a long explanation " * 8), Cell("0.000174 to 0.000694", "assumed, judged " * 6), Cell("1"))
    table = Table("c", (Column("Parameter"), Column("Interval"), Column("n", is_number=True)), (Rows((row,) * 3),))
    first, second, third = pdf.widths(table)
    assert first > second > third
    assert second >= len("0.000174 to 0.000694")
    assert first + second + third <= pdf.ROOM


def test_a_heading_line_never_leaves_its_list():
    pairs = Pairs(tuple((f"label {i}.", "said") for i in range(4)))
    for before in range(30, 44):
        lead = tuple(Paragraph("A line.") for _ in range(before))
        document = Document("T", "k", (), "n", (Section("s", "S", (*lead, Paragraph("What each would."), pairs)),))
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(document))).pages]
        told = next(i for i, page in enumerate(pages) if "What each would." in page)
        assert "label 0" in pages[told], before


def test_many_sources_stand_in_two_columns():
    known = references(library(), list(islice(library().facts, 60)))
    document = Document("T", "k", (), "n", (Section("s", "S", (References(known),)),))
    lefts: list[float] = []
    page = pypdf.PdfReader(io.BytesIO(pdf.render(document))).pages[0]
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: lefts.append(tm[4] * cm[0] + cm[4]) if text.strip() else None
    )
    middle = float(page.mediabox[2]) / 2.0
    assert sum(left > middle for left in lefts) > 10
