"""Data files as NONMEM users have them: unusual but legal ones mean what they say; all others are refused by row."""

from __future__ import annotations

import contextlib
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import RecordError
from baclosim.individualise import read_persons
from baclosim.linear import one_compartment_oral, solve
from baclosim.therapy.records.datafile import named

PARAMETERS = {"CL": 5.0, "V": 30.0, "KA": 1.0}
PLAIN = "ID,TIME,AMT,II,ADDL,DV\n1,0,20,8,2,.\n1,1,.,.,.,0.4\n1,9.5,.,.,.,0.5\n2,0,10,.,.,.\n2,2,.,.,.,0.2\n"
SAME = {
    "blanks": PLAIN.replace(",", " "),
    "wide blanks": PLAIN.replace(",", "    ").replace("\n", "\n  "),
    "tabs": PLAIN.replace(",", "\t"),
    "semicolons": PLAIN.replace(",", ";"),
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "no last line end": PLAIN.rstrip(),
    "blank lines": PLAIN.replace("\n", "\n\n"),
    "lower case": PLAIN.replace("ID,TIME,AMT,II,ADDL,DV", "id,time,amt,ii,addl,dv"),
    "Fortran exponents": PLAIN.replace("20,8", "2D1,0.8d+1").replace("2,0,10", "2,0,1.D+01"),
    "names again": PLAIN.replace("2,0,10", "ID,TIME,AMT,II,ADDL,DV\n2,0,10"),
    "comments": "# made by hand\n" + PLAIN.replace("2,0,10", "#1,10,.,.,.,7\n2,0,10"),
    "comment column": "C,"
    + PLAIN.replace("\n1", "\n.,1").replace("\n2", "\n,2").replace("\n,2,0", "\nC,9,9,9,9,9\n,2,0"),
    "short lines": "ID,TIME,AMT,II,ADDL,DV\n1,0,20,8,2\n1,1,.,.,.,0.4\n1,9.5,,,,0.5\n2,0,10\n2,2,.,.,.,0.2\n",
    "commas and blanks": PLAIN.replace(",", " , "),
    "quotes": PLAIN.replace("1,9.5", '"1","9.5"'),
    "clock": PLAIN.replace("1,0,", "1,8:30,").replace("1,1,", "1,9:30,").replace("1,9.5", "1,18:00:00"),
    "EVID and MDV": "ID,TIME,AMT,II,ADDL,DV,EVID,MDV\n1,0,20,8,2,.,1,1\n1,1,.,.,.,0.4,0,0\n1,9.5,.,.,.,0.5,0,0\n"
    "2,0,10,.,.,.,1,1\n2,2,.,.,.,0.2,0,0\n",
    "compartments by name": "ID,TIME,AMT,II,ADDL,DV,CMT\n1,0,20,8,2,.,gut\n1,1,.,.,.,0.4,central\n1,9.5,.,.,.,0.5,.\n"
    "2,0,10,.,.,.,1\n2,2,.,.,.,0.2,2\n",
}


def written(tmp_path, content: str | bytes):
    path = tmp_path / "data.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def solved(tmp_path, content: str | bytes, **layout):
    return solve(one_compartment_oral(), written(tmp_path, content), PARAMETERS, **layout)


def refused(tmp_path, content: str | bytes, **layout) -> str:
    with pytest.raises(RecordError) as caught:
        solved(tmp_path, content, **layout)
    return str(caught.value)


@pytest.mark.parametrize("form", SAME)
def test_every_legal_form_of_one_file_is_the_same_file(form, tmp_path):
    plain, other = solved(tmp_path, PLAIN), solved(tmp_path, SAME[form])
    assert other.select(plain.columns).equals(plain)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_the_encoding_are_no_part_of_the_first_name(encoding, tmp_path):
    assert solved(tmp_path, PLAIN.encode(encoding)).equals(solved(tmp_path, PLAIN))


def test_columns_may_be_named_as_input_names_them(tmp_path):
    bare = PLAIN.partition("\n")[2].replace(",", " ")
    found = solved(tmp_path, bare, columns="$INPUT ID TIME AMT II ADDL CONC=DV")
    assert found.equals(solved(tmp_path, PLAIN))
    more = "SUBJ,HOUR,DOSE,EVERY,MORE,CONC,RACE\n" + bare.replace(" ", ",").replace("\n", ",white\n")
    columns = "ID TIME AMT II ADDL DV RACE=DROP"
    assert solved(tmp_path, more, columns=columns, ignore="@").equals(found)
    assert "row 1 (line 1), TIME: .HOUR." in refused(tmp_path, more, columns=columns).replace("'", ".")


def test_lines_with_the_mark_of_ignore_are_comments(tmp_path):
    for mark in ("@", "C", "!"):
        begin = "Comment" if mark in "@C" else "!"
        text = PLAIN.replace("\n2,0", f"\n{begin},what,was,seen,and,done\n2,0").partition("\n")[2]
        found = solved(tmp_path, text, columns="ID TIME AMT II ADDL DV", ignore=mark)
        assert found.equals(solved(tmp_path, PLAIN))


def test_a_first_column_named_c_that_holds_more_than_marks_is_a_column(tmp_path):
    text = "C,TIME,AMT\n2.5,0,10\nC,1,0\n"
    assert "column C" in refused(tmp_path, text)


def test_names_of_input():
    assert named("ID TIME=DROP DROP=WT DV=CONC, AGE SKIP") == ["ID", "DROP", "DROP", "DV", "AGE", "SKIP"]


def test_dates_as_the_manual_of_nm_tran_has_them(tmp_path):
    """The table on NM-TRAN's help page on DATE, which rounds to two decimals."""
    rows = ("1 10-1-86 9:15 10", "1 10-1-86 14:40 .", "1 10-2-86 8:30 .", "2 10-12 8 10", "2 10-14 10 .")
    expected = [0.0, 5.42, 23.25, 0.0, 50.0]
    for label, order in (("DATE", (0, 1, 2)), ("DAT1", (1, 0, 2)), ("DAT2", (2, 0, 1)), ("DAT3", (2, 1, 0))):
        lines = [f"ID {label} TIME AMT"]
        for who, date, time, amount in (row.split() for row in rows):
            parts = date.split("-")
            lines.append(f"{who} {'/'.join(parts[i] for i in order if i < len(parts))} {time} {amount}")
        assert solved(tmp_path, "\n".join(lines))["TIME"].round(2).to_list() == expected, label


def test_dates_across_leap_years_centuries_and_days_alone(tmp_path):
    def times(*dates: str, label: str = "DAT2") -> list[float]:
        rows = "\n".join(f"1,{date},0,{10 if i == 0 else 0}" for i, date in enumerate(dates))
        return solved(tmp_path, f"ID,{label},TIME,AMT\n{rows}\n")["TIME"].to_list()

    assert times("2024-02-28", "2024-03-01") == [0.0, 48.0]
    assert times("2026-12-31", "2027-01-01") == [0.0, 24.0]
    assert times("99-12-31", "00-01-01") == [0.0, 24.0]  # 1999, 2000
    assert times("-1", "0", "2") == [0.0, 24.0, 72.0]
    assert times("31/12/2026", "1/1/2027", label="DAT1") == [0.0, 24.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ID,DATE,TIME,AMT\n1,2026-03-01,0,10\n", "row 1, DATE: '2026-03-01' is not allowed; expected a date: month"),
        ("ID,DATE,TIME,AMT\n1,2026-03-01,0,10\n", "it is called DAT2"),
        ("ID,DAT1,TIME,AMT\n1,1/13/2026,0,10\n", "it is called DATE"),
        ("ID,DATE,TIME,AMT\n1,.,0,10\n", "row 1, DATE: missing"),
        ("ID,TIME,AMT\n1,8:75,10\n", "minutes and seconds below 60"),
        ("ID,TIME,AMT\n1,8:15,10\n1,noon,0\n", "row 2, TIME: 'noon'"),
        ("ID,TIME,AMT\n1,23:30,10\n1,0:30,0\n", "no earlier than the row before"),
        ("1,0,10\n1,2,.\n", "Name the columns as $INPUT does"),
        ("1 0 1E3\n1 2 .\n", "line 1: '1, 0, 1E3'"),
        ("ID,TIME,AMT,AMT\n1,0,10,10\n", "AMT"),
        ("ID TIME AMT AMT\n1 0 10 10\n", "each name once"),
        ("ID TIME AMT\n1 0 10 7\n", "line 2: '4 cells'"),
        ("", "no line"),
        ("# only this\n", "no line"),
        ("ID,TIME,AMT\n", "no row"),
        ("ID,TIME,AMT,STUDY\n1,0,10,3\n", "column STUDY"),
        ("ID,TIME,AMT\n1,0,1_000\n", "row 1, AMT: '1_000'"),
        ("ID;TIME;AMT\n1;0;10\n1;0,25;\n", "'0,25' is not allowed; expected decimal points. Write '0.25'"),
        ("1;0;7,5\n", "Write '7.5'"),
        (b"ID,TIME,AMT\n1,0,\xff\n", "text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "workbook"),
    ],
)
def test_refusals(text, says, tmp_path):
    assert says in refused(tmp_path, text)


def test_a_fault_is_named_by_row_and_by_line_where_lines_were_left_out(tmp_path):
    text = "# first\nID,TIME,AMT\n1,0,10\n# second\n\n1,5,-3\n1,4,0\n"
    message = refused(tmp_path, text)
    assert "row 2 (line 6), AMT: -3" in message
    assert "row 3 (line 7), TIME: 4" in message
    assert "row 2, AMT" in refused(tmp_path, "ID,TIME,AMT\n1,0,10\n1,5,-3\n")


def test_a_fit_reads_the_same_files(tmp_path):
    plain = "ID,DAT2,TIME,AMT,DV,WT\nann,2026-03-01,8:00,10,.,68\nann,2026-03-01,10:30,.,120,68\n"
    ann = read_persons(written(tmp_path, plain))[0]
    assert [o.time for o in ann.observations] == [2.5]
    since = read_persons(written(tmp_path, plain), start=dt.datetime(2026, 2, 28, 20, 0))[0]
    assert [o.time for o in since.observations] == [14.5]
    assert since.therapy.given.time.tolist() == [12.0]
    odd = "#\r\n" + plain.partition("\n")[2].replace(",", "\t").replace("\n", "\r\n")
    again = read_persons(written(tmp_path, odd), columns="ID DAT2 TIME AMT CONC=DV WT")[0]
    assert again.observations == ann.observations
    np.testing.assert_array_equal(again.therapy.given.time, ann.therapy.given.time)


def test_a_remark_right_below_the_names_is_no_record(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("ID,TIME,DV\n# a remark\n1,2.5,0.1\n")
    assert solve(one_compartment_oral(), path, PARAMETERS)["TIME"].to_list() == [2.5]


number = st.floats(min_value=0.0, max_value=1e6, allow_subnormal=False)


@settings(max_examples=60)
@given(st.lists(st.tuples(number, number), min_size=1, max_size=6), st.sampled_from([",", " ", "\t"]), st.booleans())
def test_any_table_reads_back_to_the_last_bit(tmp_path_factory, pairs, separator, comments):
    rows = [(repr(t), repr(a)) for t, a in sorted(pairs)]
    lines = ["ID TIME DV".replace(" ", separator)]
    for t, value in rows:
        lines += ["# a remark"] if comments else []
        lines.append(separator.join(("1", t, value)))
    path = tmp_path_factory.mktemp("data") / "data.txt"
    path.write_text("\n".join(lines))
    found = solve(one_compartment_oral(), path, PARAMETERS)
    assert found["TIME"].to_list() == [float(t) for t, _ in rows]
    assert found["DV"].to_list() == [float(v) for _, v in rows]


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("ID TIMEAMTDV,.\t\n\"'#;:-/0123456789eD_é\0"), max_size=120), st.booleans())
def test_no_text_whatever_ends_in_anything_but_a_table_or_a_refusal(tmp_path_factory, text, are_named):
    path = tmp_path_factory.mktemp("fuzz") / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    with contextlib.suppress(RecordError):
        solve(one_compartment_oral(), path, PARAMETERS, columns="ID TIME AMT" if are_named else "")
    with contextlib.suppress(RecordError):
        read_persons(path, columns="ID TIME AMT DV" if are_named else "")
