"""What a data file may say: both kinds of table give the same person, and every fault is told with its row."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from baclosim.errors import RecordError
from baclosim.individualise import read_persons
from baclosim.patient import Patient

BAD = """time,what,value,unit,wait
0,dose,10,mg,
9,plasma,300,ng/mL,
10,plasma,0.2,ug/mL,
7,ashworth,3,,
12,ashworth,7,,
13,asworth,2,,
14,drowsiness,perhaps,,
15,death,yes,,
16,dose,10,mg,
17,plasma,0,ng/mL,
"""


def refused(text, tmp_path, **known):
    file = tmp_path / "data.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as error:
        read_persons(file, **known)
    return {problem.where: problem for problem in error.value.problems}


def accepted(text, tmp_path, **known):
    file = tmp_path / "data.csv"
    file.write_text(text, encoding="utf-8")
    return read_persons(file, **known)


def test_every_fault_is_told_at_once_with_its_row(tmp_path):
    found = refused(BAD, tmp_path)
    assert set(found) == {
        "column WAIT", "row 3, unit", "row 4, time", "row 5, ashworth", "row 6, what", "row 7, drowsiness",
        "row 9, dose", "row 10, plasma", "row 10, value",
    }  # fmt: skip
    assert "1 to 5" in found["row 5, ashworth"].allowed
    assert "ashworth" in found["row 6, what"].hint
    assert "death in row 8" in found["row 9, dose"].allowed
    assert "<5" in found["row 10, value"].hint


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("5,ashworth,2.5,", "row 1, ashworth"),
        ("5,plasma,300,", "row 1, unit"),
        ("5,plasma,300,mg", "row 1, unit"),
        ("5,plasma,300,mg/mL", "row 1, value"),
        ("5,spasm count,3,", "row 1, unit"),
        ("5,h/m ratio,35,", "row 1, h/m ratio"),
        ("5,ashworth,2,points", "row 1, unit"),
        ("soon,ashworth,2,", "row 1, time"),
        ("2026-03-01,ashworth,2,", "row 1, time"),
        ("5,plasma,,ng/mL", "row 1, value"),
        ("5,plasma,blq,ng/mL", "row 1, limit of quantification"),
    ],
)
def test_a_wrong_row_is_named(row, where, tmp_path):
    assert where in refused(f"time,what,value,unit\n{row}\n", tmp_path, therapy="10 mg every 8 h")


def test_doses_come_from_one_place(tmp_path):
    table = "time,what,value,unit\n0,dose,10,mg\n5,plasma,100,ng/mL\n"
    assert "doses from one place" in refused(table, tmp_path, therapy="10 mg every 8 h")["data"].allowed
    assert "data" in refused("time,what,value,unit\n5,plasma,100,ng/mL\n", tmp_path)


def test_a_rectal_dose_is_refused_with_the_reason(tmp_path):
    table = "time,what,value,unit,route\n0,dose,10,mg,rectal\n5,plasma,100,ng/mL,\n"
    assert "not absorbed" in refused(table, tmp_path)["row 1, route"].hint


def test_both_kinds_of_table_give_the_same_person(tmp_path):
    simple = """ID,time,what,value,unit,WT
7,0,dose,10,mg,81
7,8,dose,10,mg,81
7,9.5,plasma,210,ng/mL,81
7,15,plasma,<20,ng/mL,81
7,15,ashworth,3,,81
"""
    nonmem = """ID,TIME,AMT,II,ADDL,EVID,DV,DVID,BLQ,LLOQ,WT
7,0,10,8,1,1,.,.,0,.,81
7,9.5,.,.,.,0,210,.,0,20,81
7,15,.,.,.,0,.,.,1,20,81
7,15,.,.,.,0,3,ashworth,0,.,81
"""
    one, other = accepted(simple, tmp_path)[0], accepted(nonmem, tmp_path)[0]
    assert one.name == other.name == "7"
    assert one.patient == other.patient == Patient(weight=81.0)
    np.testing.assert_array_equal(one.data.low, other.data.low)
    np.testing.assert_array_equal(one.data.high, other.data.high)
    np.testing.assert_array_equal(one.data.times, other.data.times)
    for a, b in zip(
        (one, other)[0].therapy.doses(99.0).__dict__.values(), other.therapy.doses(99.0).__dict__.values(), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_a_steady_state_dose_stands_for_those_before_it(tmp_path):
    person = accepted("TIME,AMT,II,SS,DV\n0,10,8,1,.\n7.9,.,.,.,90\n", tmp_path)[0]
    times = person.therapy.doses(99.0).time
    assert times.max() == 0.0
    assert np.allclose(np.diff(np.sort(times)), 8.0)
    assert len(times) > 20


def test_dates_count_from_the_start(tmp_path):
    table = "time,what,value,unit\n2026-03-02 08:00,ashworth,2,\n2026-03-03,drowsiness,began,\n"
    person = accepted(table, tmp_path, therapy="10 mg every 8 h", start=dt.datetime(2026, 3, 1, 8))[0]
    assert [(o.time, o.kind.name, o.value) for o in person.observations] == [
        (24.0, "ashworth", 2.0), (28.0, "drowsiness", 0.0), (52.0, "drowsiness", 1.0),
    ]  # fmt: skip


def test_molar_levels_are_read(tmp_path):
    person = accepted("time,what,value,unit\n5,plasma,1000,nmol/L\n", tmp_path, therapy="10 mg every 8 h")[0]
    assert person.data.low[0] == pytest.approx(0.21366)


def test_covariates_must_not_change_within_a_person(tmp_path):
    table = "ID,time,what,value,unit,CRCL\n1,5,plasma,100,ng/mL,90\n1,6,plasma,90,ng/mL,40\n2,5,plasma,80,ng/mL,40\n"
    assert set(refused(table, tmp_path, therapy="10 mg every 8 h")) == {"row 2, CRCL"}


def test_a_value_marked_as_no_observation_is_told(tmp_path):
    person = accepted("TIME,AMT,DV,MDV\n0,10,.,1\n3,.,120,0\n5,.,100,1\n", tmp_path)[0]
    assert len(person.observations) == 1
    assert "rows 3" in str(person.notes[0])
