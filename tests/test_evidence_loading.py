"""Bad evidence files are refused with file, entry and reason, all faults at once; nothing else is ever raised."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import EvidenceError, Problems
from baclosim.evidence.library import make_fact, make_series, read_folder
from baclosim.evidence.loading import FACT, SERIES, check_entry

GOOD_FACT = """
[[fact]]
id = "oral.clearance.someone-2020"
statement = "A clearance."
quantity = "clearance"
value = 11.6
unit = "L/h"
low = 10.8
high = 12.3
interval = "95% CI"
n = 57
species = "human"
source = "Someone 2020"
seen = "abstract"
use = "fit"
"""
GOOD_SERIES = """
[[series]]
id = "oral.course.someone-2020"
statement = "A course."
columns = ["time_h", "concentration_ng_per_mL", "remark"]
rows = [[0.5, 120.0, "rising"], [1, nan, ""]]
species = "human"
source = "Someone 2020"
seen = "full-text"
use = "check"
"""
FACT_ENTRY: dict[str, Any] = tomllib.loads(GOOD_FACT)["fact"][0]
SERIES_ENTRY: dict[str, Any] = tomllib.loads(GOOD_SERIES)["series"][0]


@pytest.fixture
def write(tmp_path: Path):
    """Write evidence files into a folder of their own and read it."""

    def read(**files: str):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return read_folder(tmp_path)

    return read


def test_series_columns_keep_numbers_words_and_gaps_apart(write):
    series = write(a=GOOD_SERIES).table("oral.course.someone-2020")
    np.testing.assert_array_equal(series.column("time_h"), [0.5, 1.0])
    np.testing.assert_array_equal(series.column("concentration_ng_per_mL"), [120.0, np.nan])
    assert list(series.column("remark")) == ["rising", ""]
    assert series.rows[1] == (1, None, "")
    frame = series.to_polars()
    assert frame.columns == list(series.columns)
    assert frame["concentration_ng_per_mL"].null_count() == 1


BAD_FACTS = [
    ('unit = "L/h"', 'unit = "L/hourly"', "unit", "a unit that pint reads"),
    ('unit = "L/h"', 'unit = "9**9**9"', "unit", "a unit that pint reads"),
    ('unit = "L/h"', "", "unit", "'value' is given"),
    ("value = 11.6", 'value = "11.6"', "value", "a finite number"),
    ("value = 11.6", "value = true", "value", "a finite number"),
    ("value = 11.6", "value = inf", "value", "a finite number"),
    ("value = 11.6", "value = [1.0, nan]", "value", "a finite number"),
    ("low = 10.8", "low = 13.0", "low", "not above high"),
    ("low = 10.8", "", "low", "'high' is given"),
    ('interval = "95% CI"', "", "interval", "'low' is given"),
    ('seen = "abstract"', 'seen = "abstraxt"', "seen", "Did you mean 'abstract'"),
    ('use = "fit"', 'use = "fitting"', "use", "fit, check, context"),
    ('use = "fit"', "", "use", "the key 'use'"),
    ('species = "human"', 'specis = "human"', "specis", "Did you mean 'species'"),
    ("n = 57", "n = 0", "n", "whole number"),
    ("n = 57", "n = 5.5", "n", "whole number"),
    ("n = 57", 'doi = "doi:10.1/x"', "doi", "a DOI"),
    ("n = 57", 'url = "www.example.org"', "url", "a web address"),
    ("n = 57", "between_subject_cv = -0.2", "between_subject_cv", "a fraction"),
    ('source = "Someone 2020"', 'source = "  "', "source", "not empty"),
]


@pytest.mark.parametrize(("good", "bad", "key", "reason"), BAD_FACTS)
def test_each_fault_of_a_fact_names_file_entry_key_and_reason(write, good, bad, key, reason):
    with pytest.raises(EvidenceError) as caught:
        write(oral=GOOD_FACT.replace(good, bad))
    message = str(caught.value)
    assert all(part in message for part in ("oral.toml", "oral.clearance.someone-2020", key, reason))


@pytest.mark.parametrize("name", ["Oral.clearance", "oral", "oral..clearance", "oral.clearance ", "oral/x.y", ""])
def test_a_bad_id_is_refused(write, name):
    with pytest.raises(EvidenceError, match=r"oral\.toml.*an id such as topic\.quantity"):
        write(oral=GOOD_FACT.replace("oral.clearance.someone-2020", name))


BAD_SERIES = [
    ('[1, nan, ""]', "[1, 2.0]", "row 2", "3 cells"),
    ('[1, nan, ""]', "[1, inf, 'x']", "rows", "finite numbers"),
    ('[1, nan, ""]', "[1, [2.0], 'x']", "rows", "finite numbers"),
    ('"remark"]', '"time_h"]', "columns", "distinct names"),
    ("rows = ", "row = ", "row", "Did you mean 'rows'"),
    ('use = "check"', 'use = "check"\nvalue = 3.0', "value", "a known key"),
]


@pytest.mark.parametrize(("good", "bad", "key", "reason"), BAD_SERIES)
def test_each_fault_of_a_series_names_file_entry_key_and_reason(write, good, bad, key, reason):
    with pytest.raises(EvidenceError) as caught:
        write(courses=GOOD_SERIES.replace(good, bad))
    message = str(caught.value)
    assert all(part in message for part in ("courses.toml", "oral.course.someone-2020", key, reason))


def test_an_id_may_be_used_once_over_all_files_and_kinds(write):
    twin = GOOD_SERIES.replace("oral.course.someone-2020", "oral.clearance.someone-2020")
    with pytest.raises(EvidenceError, match=r"b\.toml: oral\.clearance\.someone-2020.*It is also in a\.toml"):
        write(a=GOOD_FACT, b=twin)


def test_all_faults_of_all_files_are_listed_at_once(write):
    with pytest.raises(EvidenceError) as caught:
        write(a=GOOD_FACT.replace("10.8", "13.0").replace('"fit"', '"fits"'), b="[[facts]]\nid = 1", c="= broken")
    places = [problem.where for problem in caught.value.problems]
    assert [p.split(":")[0] for p in places] == ["a.toml", "a.toml", "b.toml", "c.toml"]


@pytest.mark.parametrize("text", ["fact = 3", "[fact]\nid = 'a.b'", "fact = [1]", "x = 1", "id = '\x00'"])
def test_a_file_of_another_shape_is_refused(write, text):
    with pytest.raises(EvidenceError, match=r"oral\.toml"):
        write(oral=text)


def test_bytes_that_are_no_text_and_a_folder_without_files_are_refused(tmp_path):
    with pytest.raises(EvidenceError, match="a folder that holds"):
        read_folder(tmp_path / "nowhere")
    (tmp_path / "oral.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvidenceError, match=r"oral\.toml.*UTF-8"):
        read_folder(tmp_path)


# --- any mutation of an entry is either sound or refused with reasons, never a crash ---

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.sampled_from(["mg/kg", "m**9**9", "1/h", "recalled", "check", "a.b", "degC", "(" * 50]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", ["fact", "series"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_mutation_is_built_or_refused_with_reasons(kind: str, data: st.DataObject):
    entry, rules, build = (FACT_ENTRY, FACT, make_fact) if kind == "fact" else (SERIES_ENTRY, SERIES, make_series)
    keys = st.sampled_from(sorted(rules)) | st.text(max_size=12)
    dropped = data.draw(st.sets(st.sampled_from(sorted(entry)), max_size=2))
    changed = data.draw(st.dictionaries(keys, ANYTHING, max_size=3))
    mutated = {k: v for k, v in entry.items() if k not in dropped} | changed
    problems = Problems()
    check_entry(kind, mutated, "somewhere", problems)
    if problems.found:
        with pytest.raises(EvidenceError, match="somewhere"):
            problems.raise_as(EvidenceError)
    else:
        made = build(mutated)
        assert made.id == mutated["id"]
        numbers = [getattr(made, key, None) for key in ("low", "high")]
        assert all(x is None or math.isfinite(x) for x in numbers)


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_as_a_file_is_read_or_refused(tmp_path_factory, text: str):
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "oral.toml").write_text(text, encoding="utf-8", newline="")
    problems = Problems()
    try:
        read_folder(folder)
    except EvidenceError as error:
        problems.absorb(error)
    assert all(problem.where.startswith("oral.toml") for problem in problems.found)
