"""Study files: every mistake named at once, with its line; what a sound one comes to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from baclosim.cohort import load_study, studies, study_of
from baclosim.errors import ScenarioError
from small_study import ORAL, TEXT


def refused(text: str, **given) -> str:
    with pytest.raises(ScenarioError) as caught:
        study_of(text, **given)
    return str(caught.value)


def test_a_sound_study_says_what_it_is():
    study = study_of(TEXT, patients=10_000, seed=9)
    assert [arm.name for arm in study.arms] == ["tablets", "pump", "much at once"]
    assert (study.patients, study.seed, study.visits) == (10_000, 9, (0.0, 24.0, 48.0))
    assert [e.column for e in study.endpoints] == ["sleepy", "soft_h", "exposure_ug_per_mL_h"]
    assert study.recorded == ("plasma", "ashworth", "drowsiness")


@pytest.mark.parametrize("patients", [1, 256, 257, 10_000, 131_073, 5_000_000])
def test_shards_hold_every_patient_once(patients: int):
    study = study_of(ORAL, patients=patients)
    held = [study.of_shard(n) for n in range(study.shards)]
    assert held[0][1] == 0
    assert all(before[1] + before[2] == after[1] for before, after in pairwise(held))
    assert sum(n for _, _, n in held) == patients
    assert patients < 256 * 16 or study.shards >= 16
    assert study.shard_size % 256 == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("patients = 700", "patients = 0"), "simulate.patients (line 10)"),
        (("patients = 700", "patients = -3"), "1 or more"),
        (('name = "pump"', 'name = "tablets"'), "arm[2].name (line 30): 'tablets' is not allowed; expected a name of"),
        (('oral = "70 mg once"', 'oral = "70 g once"'), "arm[3].therapy.oral"),
        (('name = "tablets"', 'name = "tablets"\nshare = 0'), "so that the arm has patients"),
        (('quantity = "drowsiness"\nmeasure', 'quantity = "drowzines"\nmeasure'), "Did you mean 'drowsiness'?"),
        (
            ("level = 2.5\n", ""),
            "endpoint[2].level (line 48): missing; expected a number for 'first below'",
        ),
        (('measure = "area"', 'measure = "area"\nat = "3 h"'), "endpoint[3].at"),
        (('measure = "area"', 'measure = "reported"'), "a quantity that is a probability"),
        (('visits = ["0 h", "1 day", "2 days"]', 'visits = ["0 h", "3 days"]'), "a time of the run, 0 to 48 h"),
        (('visits = ["0 h", "1 day", "2 days"]', 'visits = ["1 h"]'), "every 2 h"),
        (('visits = ["0 h", "1 day", "2 days"]', ""), "visits, at which patients who fare badly can leave"),
        (("share = 0.1", "share = 1.0"), "design.drop_out.share"),
        (('record = ["plasma", ', 'record = ["csf_07", "plasma", '), "a quantity that every run can tell"),
        (('every = "2 h"', 'every = "0 h"'), "simulate.every (line"),
        (("[design]", "[desing]"), "Did you mean 'design'?"),
        (('arms = "shared"', 'arms = "crossed"'), "'shared' or 'randomised'"),
    ],
)
def test_a_mistake_is_named(change: tuple[str, str], told: str):
    assert change[0] in TEXT
    assert told in refused(TEXT.replace(*change, 1))


def test_all_mistakes_are_named_at_once_in_order_of_line():
    text = TEXT.replace("patients = 700", "patients = 0").replace('"10 mg every 8 h', '"10 furlongs every 8 h')
    told = refused(text.replace("level = 2.5", 'level = "soft"'))
    assert "3 problems" in told
    assert told.index("patients") < told.index("arm[1]") < told.index("endpoint[2]")


def test_a_study_needs_an_arm_with_a_therapy():
    assert "at least one table [[arm]]" in refused('[patient]\n[simulate]\nduration = "1 day"\n')
    assert "arm[1].therapy" in refused('[simulate]\nduration = "1 day"\n[[arm]]\nname = "nothing"\n')


def test_no_patients_on_the_command_line():
    assert "--patients: 0 is not allowed" in refused(ORAL, patients=0)


def test_an_unknown_study_names_the_nearest():
    with pytest.raises(ScenarioError, match="Did you mean 'withdrawal-strategies'"):
        load_study("withdrawal-strategy")


@pytest.mark.parametrize("name", studies())
def test_every_bundled_study_is_sound(name: str):
    assert load_study(name).arms


def test_long_studies_have_bands_of_daily_means():
    short = study_of(ORAL.replace('"1 day"', '"14 days"'))
    long = study_of(ORAL.replace('"1 day"', '"90 days"'))
    assert (short.band_stride, long.band_stride) == (1, 24)
