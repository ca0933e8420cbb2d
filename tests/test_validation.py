"""Held-out facts stay apart from fitted ones; errors, verdicts and files of the comparison."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from baclosim.claims.clinic import Clinic
from baclosim.claims.validation import comparisons, unpredicted
from baclosim.claims.validation.brain import ventilation
from baclosim.claims.validation.comparing import (
    GROUPS,
    TWINS,
    Comparison,
    Prediction,
    behind_parameters,
    expected,
    share,
)
from baclosim.claims.validation.writing import MEASURED, page, record, rewrite, write
from baclosim.evidence.library import library
from baclosim.trajectory import Trajectory

CHECK = "label.cmax_auc.swiss"
FIT = "oral.clearance.simon-2018"


@pytest.fixture(scope="module")
def rows() -> tuple[Comparison, ...]:
    return comparisons(Clinic(n=24))


def row(fact: str = CHECK, observed: float = 1.0, made: Prediction | None = None, **more: object) -> Comparison:
    return Comparison(fact, "a", "h", observed, None, made, **more)


def about(value: float, sd: float = 0.1) -> Prediction:
    return Prediction(value, value * math.exp(-1.96 * sd), value * math.exp(1.96 * sd), sd)


# --- which group a fact belongs to ----------------------------------------------------------------------------


def test_no_fit_fact_is_listed_as_held_out_and_no_held_out_one_elsewhere(rows: tuple[Comparison, ...]) -> None:
    for one in rows:
        assert (one.group == "held out") == (library().get(one.fact).use == "check")


def test_no_held_out_fact_is_behind_a_parameter() -> None:
    held = {e.id for e in (*library().facts.values(), *library().series.values()) if e.use == "check"}
    assert not held & behind_parameters()


def test_every_held_out_fact_appears(rows: tuple[Comparison, ...]) -> None:
    held = {e.id for e in (*library().facts.values(), *library().series.values()) if e.use == "check"}
    assert held <= {one.fact for one in rows}


def test_groups() -> None:
    assert row(CHECK).group == "held out"
    assert row(FIT).group == "fitted"
    assert row(FIT, left_out=True).group == "source left out"
    assert row("label.cmax_auc.swiss").twin == ""
    assert {one.group for one in unpredicted(set())} == {"held out"}


def test_repeated_facts_exist_and_are_marked(rows: tuple[Comparison, ...]) -> None:
    assert all(name in library() and twin in library() for name, twin in TWINS.items())
    assert {one.fact for one in rows if one.twin} == set(TWINS)


# --- errors and verdicts --------------------------------------------------------------------------------------


def test_verdicts_on_ratios() -> None:
    assert row(made=about(1.1)).verdict == "agrees"
    assert row(made=about(1.5)).verdict == "near"
    assert row(made=about(3.0)).verdict == "misses"
    assert row(made=about(3.0, sd=1.0)).verdict == "too wide to tell"
    assert row(made=None).verdict == "not predicted"
    assert row(made=about(0.5), limit=True).verdict == "agrees"
    assert row(made=about(1.5), limit=True).verdict == "near"


def test_verdicts_on_shares() -> None:
    assert row(observed=0.5, made=share(0.55, 0.05), scale="linear").verdict == "agrees"
    assert row(observed=0.5, made=share(0.62, 0.02), scale="linear").verdict == "near"
    assert row(observed=0.5, made=share(0.80, 0.02), scale="linear").verdict == "misses"


def test_a_mean_is_expected_from_spread_people_and_uncertainty() -> None:
    between, typical = np.exp(np.array([-0.4, 0.0, 0.4])), np.exp(np.array([-0.1, 0.1]))
    made = expected(between, typical, 4)
    assert made.value == pytest.approx(float(between.mean()))
    assert made.sd == pytest.approx(math.hypot(0.1, float(np.std([-0.4, 0.0, 0.4])) / 2.0))
    assert made.low < made.value < made.high
    assert expected(between, typical, 400).sd < made.sd


# --- what the model says --------------------------------------------------------------------------------------


def test_the_swiss_label_is_predicted(rows: tuple[Comparison, ...]) -> None:
    label = [one for one in rows if one.fact == CHECK]
    assert len(label) == 6
    assert all(one.verdict == "agrees" for one in label)


def test_every_fitted_source_is_also_left_out(rows: tuple[Comparison, ...]) -> None:
    from baclosim.body.readings import readings

    left_out = {one.fact for one in rows if one.group == "source left out"}
    assert left_out == {reading.fact for reading in readings()}


# --- files ----------------------------------------------------------------------------------------------------


def test_table_and_figures(rows: tuple[Comparison, ...], tmp_path: Path) -> None:
    names = {path.name for path in write(rows, tmp_path)}
    assert names >= {"validation.csv", "held-out.svg", "fitted.svg", "source-left-out.svg", "shares.svg"}
    with (tmp_path / "validation.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(rows)
    assert {line["group"] for line in table} <= set(GROUPS)
    assert set(record(rows[0])) == set(table[0])


def test_the_page_keeps_its_words_and_gets_new_tables(rows: tuple[Comparison, ...], tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"# Title\n\nWords.\n\n{MEASURED}\n\nyesterday\n", encoding="utf-8")
    rewrite(path, rows)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Title\n\nWords.\n")
    assert "yesterday" not in text
    assert text.endswith(page(rows) + "\n")


def test_the_page_in_docs_lists_every_row_of_today() -> None:
    from baclosim.claims.validation.comparing import TWINS

    text = (Path(__file__).parent.parent / "docs" / "validation.md").read_text(encoding="utf-8")
    held = [e.id for e in (*library().facts.values(), *library().series.values()) if e.use == "check"]
    assert all(f"`{name}`" in text for name in held)
    assert all(f"not independent of `{twin}`" in text for twin in TWINS.values())


def test_where_nobody_needs_a_ventilator_the_row_says_so_instead_of_a_number() -> None:
    class Untouched(Clinic):
        """A clinic whose every patient keeps breathing."""

        def nobody(self, *_: object, **__: object) -> Trajectory:
            return Trajectory(np.arange(3.0), {"ventilation": np.zeros((4, 3)), "plasma": np.ones((4, 3))}, "", (), ())

        cohort = uncertain = typical = nobody

    told = list(ventilation(Untouched(n=4)))
    assert told
    assert {one.verdict for one in told} == {"not predicted"}
    assert any(one.what.endswith("nobody in the model needs one") for one in told)
