"""What people write in a file: read whole, judged whole, every mistake in one message."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import InputError, ScenarioError
from baclosim.scenario import examples, load, loads
from baclosim.scenario.reading import LARGEST, line_of, source

GOOD = """
title = "A test"
[patient]
age = "43 years"
sex = "female"
weight = "68 kg"
creatinine_clearance = "95 mL/min"
condition = "multiple sclerosis"
ashworth = 3.2
[therapy]
oral = "10 mg every 8 h"
[simulate]
duration = "2 days"
patients = 20
"""

TEN_MISTAKES = """
titel = "Ten mistakes"
[patient]
age = "430 years"
sex = "femal"
wieght = "68 kg"
weight = "150 lg"
serum_creatinine = 88.0
ashworth = 9
[therapy]
oral = "-5 mg every 8 h"
topical = 12
[simulate]
duration = "-3 days"
patients = 0
every = nan
start = "yesterday"
"""
EXPECTED = (
    "titel", "patient.age", "patient.sex", "wieght", "patient.weight", "patient.serum_creatinine",
    "patient.ashworth", "therapy.oral", "therapy.topical", "simulate.duration", "simulate.patients",
    "simulate.every", "simulate.start",
)  # fmt: skip


def problems_of(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    return [str(problem) for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_scenario_is_read():
    scenario = loads(GOOD)
    assert scenario.title == "A test"
    assert scenario.duration == pytest.approx(48.0)
    assert scenario.patients == 20
    assert scenario.patient.covariates.weight == pytest.approx(68.0)
    assert str(scenario.therapy) == "10 mg by mouth every 8 h"


def test_ten_mistakes_are_all_listed_at_once():
    found = problems_of(TEN_MISTAKES)
    assert len(found) >= 10
    for where in EXPECTED:
        assert any(where in problem for problem in found), where


def test_each_mistake_is_listed_once_and_with_its_line():
    found = problems_of(TEN_MISTAKES)
    assert len(found) == len(set(found))
    assert any(problem.startswith("patient.age (line 4)") for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('weight = "68 kg"', 'wieght = "68 kg"', "Did you mean 'weight'?"),
        ("[simulate]", "[simulat]", "Did you mean 'simulate'?"),
        ('"2 days"', '"2 dogs"', "simulate.duration"),
        ('"2 days"', "2", "a unit as well"),
        ('"2 days"', '"200 years"', "at most 20 years"),
        ("patients = 20", "patients = 2.5", "a whole number"),
        ("patients = 20", 'patients = "20"', "a whole number"),
        ("patients = 20", "patients = 1000000000", "100000 or less"),
        ('oral = "10 mg every 8 h"', "", "at least one of oral"),
        ('"10 mg every 8 h"', "true", "text in quotes"),
        ('oral = "10 mg every 8 h"', "pump = 3", "a table"),
        ('"68 kg"', "inf", "a finite number"),
        ('"68 kg"', "[68]", "a number with its unit"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(old: str, new: str, words: str):
    assert any(words in problem for problem in problems_of(changed(old, new)))


def test_a_missing_duration_is_asked_for_once():
    (found,) = problems_of(changed('duration = "2 days"', ""))
    assert "simulate.duration" in found


def test_syntax_errors_name_the_line():
    (found,) = problems_of(GOOD + "\nfoo = = 3\n")
    assert "line 16" in found
    assert "foo = = 3" in found


def test_every_example_is_valid_and_tells_its_title():
    assert len(examples()) >= 4
    for name in examples():
        assert load(name).title != name


def test_a_file_is_read_from_disk_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load(file).title == "A test"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"a\x00b", "zero bytes"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "UTF-8"),
        (b"#" * (LARGEST + 1), "at most 1 MB"),
        (b"x = " + b"[" * 5000, "TOML"),
        (b"x = " + b"9" * 5000, "TOML"),
    ],
    ids=["empty", "blank", "binary", "picture", "enormous", "deep", "long number"],
)
def test_files_that_are_no_scenario_are_refused(tmp_path, content: bytes, words: str):
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError, match=words):
        load(file)


def test_a_folder_a_missing_file_and_a_wrong_name_are_refused_with_a_hint(tmp_path):
    (tmp_path / "inside.toml").write_text(GOOD)
    with pytest.raises(ScenarioError, match=r"inside\.toml"):
        load(tmp_path)
    with pytest.raises(ScenarioError, match="Did you mean 'oral-titration-ms'"):
        load("oral-titraton-ms")
    with pytest.raises(ScenarioError, match="file"):
        load("x" * 5000)
    with pytest.raises(ScenarioError, match="file"):
        load("a\0b")


def test_the_line_of_a_key_is_found_in_its_own_table():
    text = "[a]\nkey = 1\n[b]\nkey = 2\n[[b.c]]\nkey = 3\n[[b.c]]\n[b.c.d]\nkey = 4\n"
    assert line_of(text, ("b", "key")) == 4
    assert line_of(text, ("b", "c", "0", "key")) == 6
    assert line_of(text, ("b", "c", "1", "d", "key")) == 9
    assert line_of(text, ("z",)) is None


def test_a_clock_time_or_a_date_starts_the_run():
    assert loads(GOOD + 'start = "07:30"').start.hour == 7
    assert loads(GOOD + "start = 2026-03-01T06:00:00").start.day == 1


def test_drugs_alongside_carry_their_dispute():
    scenario = loads(changed("[simulate]", 'alongside = ["diazepam 5 mg at night"]\n[simulate]'))
    assert any("disputed" in note.says for note in scenario.therapy.notes)
    assert "diazepam 5 mg at night" in str(scenario.therapy)


def test_serotonergic_drugs_beside_are_held_and_their_danger_is_named():
    drugs = 'alongside = ["fluoxetine 20 mg daily", "phenelzine 15 mg three times daily", "lithium 300 mg daily"]'
    therapy = loads(changed("[simulate]", drugs + "\n[simulate]")).therapy
    assert therapy.serotonergic == ("fluoxetine", "phenelzine")
    notes = {note.about: note.says for note in therapy.notes}
    assert notes["fluoxetine and phenelzine"].startswith("severe")
    assert "shares of those who fall ill" in notes["serotonin syndrome"]
    assert "no run carries" in notes["lithium"]
    assert loads(GOOD).therapy.serotonergic == ()


def test_what_was_taken_until_hour_0_may_be_another_therapy():
    text = changed('oral = "10 mg every 8 h"', 'earlier = "20 mg four times daily for 12 months"\noral = "stop"')
    scenario = loads(text)
    doses = scenario.therapy.doses(scenario.before + scenario.duration)
    assert scenario.before == 360 * 24.0
    assert len(doses) == 4 * 360
    assert doses.time.max() < scenario.before
    assert str(scenario.therapy) == "20 mg by mouth four times daily for 360 days before hour 0, then stop"


def test_a_history_and_its_stop_equal_the_same_in_one_sentence():
    one = loads(changed('"10 mg every 8 h"', '"20 mg at 08:00 and 22:00 for 30 days, then 10 mg at 08:00"') + BEFORE)
    two = loads(
        changed('oral = "10 mg every 8 h"', 'earlier = "20 mg at 08:00 and 22:00 for 30 days"\noral = "10 mg at 08:00"')
    )
    for old, new in zip(*(dose_table(s.therapy.doses(32 * 24.0)) for s in (one, two)), strict=True):
        assert old == pytest.approx(new)


BEFORE = 'before = "30 days"\n'


def dose_table(doses) -> list[tuple[float, float]]:
    return sorted(zip(doses.time.tolist(), doses.amount.tolist(), strict=True))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('earlier = "20 mg tds"\noral = "stop"', "for 12 months"),
        ('earlier = "20 mgg tds"\noral = "stop"', "Did you mean 'mg'?"),
        ('earlier = "20 mg tds for 30 years"\noral = "stop"', "at most 20 years"),
        ('earlier = "20 mg tds for 30 days"', "oral = 'stop'"),
        ('oral = "stop"\nremoved = [{ at = "3 h", volum = "30 mL" }]', "Did you mean 'volume'?"),
        ('oral = "stop"\nremoved = [{ at = "3 h", volume = "300 mL" }]', "1 to 100 mL"),
    ],
)
def test_a_faulty_history_or_removal_is_named(keys: str, words: str):
    assert any(words in problem for problem in problems_of(changed('oral = "10 mg every 8 h"', keys)))


def test_a_history_and_an_earlier_start_exclude_each_other():
    text = changed('oral = "10 mg every 8 h"', 'earlier = "20 mg tds for 30 days"\noral = "stop"') + BEFORE
    assert any("not both" in problem for problem in problems_of(text))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str):
    with suppress(InputError):
        loads(text)


KEYS = [
    "age",
    "weight",
    "sex",
    "oral",
    "duration",
    "patients",
    "every",
    "start",
    "before",
    "seed",
    "pump",
    "alongside",
    "earlier",
    "removed",
]
VALUES = st.one_of(
    st.sampled_from(['"5 mg every 8 h"', '"1e400 kg"', "nan", "-inf", "1e308", "[]", "{}", "true", '""', "1979-05-27"]),
    st.integers(-(10**400), 10**400).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(st.characters(codec="ascii", exclude_characters='"\\', exclude_categories=["Cc"]), max_size=30).map(
        '"{}"'.format
    ),
)
TABLES = st.sampled_from(["patient", "therapy", "simulate", "therapy.pump", "therapy.pump.catheter"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TABLES, st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5), max_size=4))
def test_any_tables_are_read_or_refused(tables: dict[str, dict[str, str]]):
    text = "".join(f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items()) for name, keys in tables.items())
    with suppress(InputError):
        loads(text)


def test_the_source_keeps_the_text_as_written():
    assert source("oral-titration-ms").text == examples()["oral-titration-ms"]


def test_more_patients_than_memory_holds_are_refused_before_anything_runs():
    from dataclasses import replace

    from baclosim.outcome.running import most_patients, run_scenario

    scenario = load("oral-titration-ms")
    with pytest.raises(ScenarioError, match="Take fewer patients"):
        run_scenario(replace(scenario, patients=most_patients(scenario) + 1))
