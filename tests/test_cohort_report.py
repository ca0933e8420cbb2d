"""A study on paper: its numbers are those of the summary, its pages are full, and nothing given is ignored."""

from __future__ import annotations

import json
import re

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from baclosim.cli.app import app
from baclosim.cli.schema import What, schema_of
from baclosim.cohort import open_results, run_study, study_of
from baclosim.cohort.baseline import baseline, flow
from baclosim.cohort.power import power
from baclosim.cohort.results import Results
from baclosim.cohort.summary import compare, scale, summary
from baclosim.errors import InputError
from baclosim.report import html, pdf
from baclosim.report.document import Document, Picture, References, Table
from baclosim.report.study import document_of
from baclosim.report.study.resting import behind
from read_back import bare, filled, opened, written
from small_study import ORAL, RANDOMISED, REPORTED, TEXT

COMMENT = "# Which way is better (it.dose-range.penn-1985)?\n# Nobody knows.\n\n"
NUMBER = re.compile(r"−?\d[\d\u202f]*(?:\.\d+)?")


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Results:
    study = study_of(COMMENT + TEXT + REPORTED, "mine")
    return open_results(run_study(study, tmp_path_factory.mktemp("shared") / "r", threads=2))


@pytest.fixture(scope="module")
def randomised(tmp_path_factory) -> Results:
    study = study_of(RANDOMISED, patients=300)
    return open_results(run_study(study, tmp_path_factory.mktemp("apart") / "r", threads=2))


@pytest.fixture(scope="module")
def document(shared: Results) -> Document:
    return document_of(shared, "pump", powers=power(shared, "sleepy", "much at once", "tablets", [20, 40]))


def table(document: Document, caption: str) -> Table:
    (found,) = (b for s in document.sections for b in s.blocks if isinstance(b, Table) and caption in b.caption)
    return found


def numbers(text: str) -> list[float]:
    return [float(word.replace("\u202f", "").replace("−", "-")) for word in NUMBER.findall(text)]


def shows(text: str, *values: float) -> bool:
    """Whether a text shows these numbers, rounded to the digits that it has; great ones to three."""
    words = NUMBER.findall(text)
    steps = [
        max(10.0 ** -len(word.partition(".")[2]), abs(v) * 0.01 * (abs(v) >= 1e3))
        for word, v in zip(words, values, strict=False)
    ]
    return len(words) == len(values) and all(
        abs(shown - value) <= 0.5001 * step for shown, value, step in zip(numbers(text), values, steps, strict=True)
    )


def test_the_table_of_outcomes_holds_the_numbers_of_the_summary(shared: Results, document: Document):
    rows = iter(summary(shared))
    less = {(one.label, one.arm): one for one in compare(shared, "pump")}
    for group in table(document, "Outcomes by arm").groups:
        for arm, mean, patients, difference in group.rows:
            row = next(rows)
            factor, unit = scale(row)
            assert (arm.text, group.title[1:]) == (row.arm, f"{row.label}, {unit}"[1:] if unit else row.label[1:])
            assert shows(mean.text.partition(" (")[0], factor * row.mean)
            low, high = numbers(mean.text)[1:]
            assert low <= factor * row.mean <= high
            if row.kind == "number":
                assert shows(patients.text, *(factor * x for x in (row.median, row.low, row.high)))
            other = less.get((row.label, row.arm))
            assert (other is None) == (difference.text == "–") == (row.arm == "pump")
            if other is not None:
                assert shows(difference.text, *(factor * x for x in (other.difference, other.low, other.high)))
    assert next(rows, None) is None


def test_times_of_events_are_told_in_hours_or_days(shared: Results, document: Document):
    row = next(r for r in summary(shared) if r.label == "soft" and r.arm == "tablets")
    cell = table(document, "Outcomes by arm").groups[1].rows[0][2].text
    assert cell.startswith("at ")
    assert " h (" in cell
    assert shows(cell, row.median, row.low, row.high)


def test_who_the_patients_are_is_counted_once_for_arms_that_share_them(shared: Results, randomised: Results):
    own = shared.table("patients").filter(pl.col("arm") == "pump").collect()
    (all_of_them,) = baseline(shared)
    assert (all_of_them.patients, all_of_them.women) == (700, int(own["female"].sum()))
    spread = all_of_them.spreads["weight_kg"]
    weights = own["weight_kg"].to_numpy()
    assert (spread.low, spread.median, spread.high) == pytest.approx(np.quantile(weights, (0.05, 0.5, 0.95)).tolist())
    assert (spread.least, spread.most) == (weights.min(), weights.max())
    apart = baseline(randomised)
    assert [one.arm for one in apart] == randomised.arms
    assert sum(one.patients for one in apart) == 300


def test_who_left_is_told_of_every_arm(shared: Results, document: Document):
    left = shared.table("patients").group_by("arm").agg(pl.col("left_h").is_not_null().sum()).collect()
    told = {row["arm"]: row["left_h"] for row in left.to_dicts()}
    assert {one.arm: one.left for one in flow(shared)} == told
    (rows,) = table(document, "Arms").groups
    assert [numbers(row[3].text)[0] for row in rows.rows] == [told[arm] for arm in shared.arms]


def test_all_of_it_is_on_paper_and_no_page_is_half_empty(document: Document, randomised: Results):
    content = pdf.render(document)
    text = written(content)
    for section in document.sections:
        assert bare(section.title) in text
        for block in section.blocks:
            if isinstance(block, Table):
                for cell in (c for group in block.groups for row in group.rows for c in row):
                    assert bare(cell.text) in text
    assert text.index("Beforeyoureadthenumbers") < text.index("Thequestion") < text.index("Whatcameofit")
    for one in (content, pdf.render(document_of(randomised), "letter")):
        shares = filled(one)
        assert all(share > 0.55 for share in shares[:-1]), shares
        assert len(shares) == len(opened(one).pages)


def test_figures_and_tables_are_numbered_in_their_order(document: Document):
    blocks = [block for section in document.sections for block in section.blocks]
    for kind, name in ((Table, "Table"), (Picture, "Figure")):
        captions = [block.caption for block in blocks if isinstance(block, kind)]
        assert [caption.partition(".")[0] for caption in captions] == [
            f"{name} {number}" for number in range(1, len(captions) + 1)
        ]


def test_the_page_needs_nothing_from_elsewhere(document: Document):
    page = html.render(document)
    assert not re.search(r'src="|@import|url\(http|<script|<link', page)
    assert page.count('role="img"') == 2 * len(document.pictures)


def test_what_the_study_file_says_first_is_the_question_with_its_sources(document: Document):
    design = next(section for section in document.sections if section.name == "design")
    (listed,) = document.sections[-1].blocks
    assert isinstance(listed, References)
    (number,) = (item.number for item in listed.items if "it.dose-range.penn-1985" in item.facts)
    assert design.blocks[0].text == f"Which way is better [{number}]? Nobody knows."
    reported = table(document, "Reported").groups[0].rows[0]
    (number,) = (item.number for item in listed.items if "sedation.drowsiness-drug.fda-label" in item.facts)
    assert reported[-1].text == f"[{number}]"


def test_a_study_leans_only_on_what_its_numbers_need():
    plain = {p.name for p in behind(study_of(ORAL))}
    assert {"central_volume", "absorption_rate", "absorption_lag"} <= plain
    assert not {name for name in plain if "withdrawal" in name or "canal" in name or "opioid" in name}
    ends = '[[endpoint]]\nname = "ill"\nquantity = "withdrawal"\nmeasure = "first above"\nlevel = 0.3\n'
    more = {p.name for p in behind(study_of(ORAL + ends))}
    assert {"moderate_withdrawal", "withdrawal_gain"} <= more
    assert plain < more


ENDS = '[[endpoint]]\nname = "peak"\nquantity = "plasma"\nmeasure = "highest"\n'
SMALL = {
    "one patient": (ORAL, 1, "1 virtual patient with multiple sclerosis"),
    "an arm that nobody is in": (RANDOMISED, 2, "no patient was allocated to this arm"),
    "draws": (ORAL.replace("[design]", "[design]\ndraws = 3") + ENDS, 8, "3 draws of the typical values"),
    "alike": (ORAL.replace("[design]", '[design]\ncovariates = "fixed"'), 3, "all alike"),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_study_of_any_shape_can_be_printed(tmp_path, name: str):
    text, patients, says = SMALL[name]
    results = open_results(run_study(study_of(text, patients=patients), tmp_path / "r", threads=1))
    page = html.render(document_of(results))
    assert says in page.replace("\u00a0", " ")


def run(*words: object):
    return CliRunner().invoke(app, ["cohort", "report", *map(str, words)])


def test_the_command_writes_page_and_paper_and_tells_so(shared: Results, tmp_path):
    seen = shared.table("courses").filter(pl.col("arm") == "tablets").select("time_h", value="plasma_ug_per_mL")
    seen.collect().write_csv(tmp_path / "seen.csv")
    asked = ("--data", tmp_path / "seen.csv", "--power", "sleepy", "--size", 20, "--reference", "pump")
    result = run(shared.store.folder, "--out", tmp_path / "out", *asked, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert set(told) == set(schema_of(What.cohort_report)["properties"])
    assert told["reference"] == "pump"
    assert {"Power of a trial", "Beside what was observed"} <= set(told["sections"])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.html", "report.pdf"}
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert run(shared.store.folder, "--out", tmp_path / "page", "--no-pdf", "--quiet").exit_code == 0
    assert {path.name for path in (tmp_path / "page").iterdir()} == {"report.html"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--unit", "ng/mL", "--size", "20"], ["--unit", "--data", "--size", "--power"]),
        (["--power", "sleepy"], ["--size"]),
        (["--reference", "plump"], ["Did you mean 'pump'?"]),
        (["--paper", "leter"], ["letter"]),
        (["--no-pdf", "--paper", "a4"], ["--paper"]),
    ],
)
def test_mistakes_are_named_before_anything_is_written(shared: Results, tmp_path, words: list[str], told: list[str]):
    result = run(shared.store.folder, "--out", tmp_path / "out", *words)
    assert result.exit_code == 2
    assert all(word in result.output for word in told), result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_results_is_refused(tmp_path):
    assert run(tmp_path).exit_code == 2
    with pytest.raises(InputError):
        open_results(tmp_path)
