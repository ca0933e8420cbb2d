"""Event tables as people bring them, and every refusal by row and name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import NumericalError, RecordError
from baclosim.linear import LinearModel, one_compartment_oral, population, solve, two_compartment_oral

PATIENT = {"CL": 7.8, "V": 46.5, "KA": 1.6}
DOSE = {"TIME": [0.0, 1.0, 2.0], "AMT": [20.0, 0.0, 0.0]}


def refused(events, **parameters) -> dict[str, str]:
    """Where and why an event table was refused."""
    with pytest.raises(RecordError) as caught:
        solve(one_compartment_oral(), events, PATIENT | parameters)
    return {p.where: str(p) for p in caught.value.problems}


def test_the_same_table_in_any_form_gives_the_same_result(tmp_path):
    expected = solve(one_compartment_oral(), DOSE, PATIENT)
    path = tmp_path / "doses.csv"
    path.write_text("ID,TIME,AMT,DV\n1,0,20,.\n1,1,.,0.4\n1, 2 ,0,0.3\n")
    for events in (
        pl.DataFrame(DOSE),
        pd.DataFrame(DOSE),
        {"time": [0, 1, 2], "amt": ["20", ".", None]},
        path,
        str(path),
    ):
        found = solve(one_compartment_oral(), events, PATIENT)
        assert found.select(expected.columns).equals(expected)
    assert found["DV"].to_list()[1:] == [0.4, 0.3]


def test_pandas_missing_values_are_missing():
    events = pd.DataFrame({"TIME": [0.0, 1.0], "AMT": pd.array([20, None], dtype="Int64"), "SS": [None, np.nan]})
    assert solve(one_compartment_oral(), events, PATIENT)["gut"][0] == 20


def test_several_subjects_with_numbers_or_names():
    events = {"ID": ["ann", "ann", "bob", "bob"], "TIME": [0, 1, 5, 6], "AMT": [10, 0, 20, 0]}
    found = solve(one_compartment_oral(), events, PATIENT | {"CL": [7.8, 2.0]})
    assert found["ID"].to_list() == ["ann", "ann", "bob", "bob"]
    one = solve(one_compartment_oral(), {"TIME": [5, 6], "AMT": [20, 0]}, PATIENT | {"CL": 2.0})
    assert found["central"][3] == one["central"][1]


def test_compartments_by_name_and_the_default_one():
    model = LinearModel([[-1.0, 0.0], [1.0, -0.2]], ("gut", "blood"), default_dose="blood")
    events = {"TIME": [0, 0, 0], "AMT": [1, 2, 4], "CMT": ["gut", "blood", "."]}
    assert solve(model, events).row(2)[3:] == (1.0, 6.0)


def test_outputs_are_weighted_sums_with_parameters():
    model = LinearModel(
        lambda k: [[-k, 0.0], [k, 0.0]], ("a", "b"), outputs={"both": {"a": 1.0, "b": lambda V: 1.0 / V}}
    )
    row = solve(model, {"TIME": [0, 1], "AMT": [8, 0]}, {"k": 0.5, "V": 4.0}).row(1, named=True)
    assert row["both"] == pytest.approx(row["a"] + row["b"] / 4.0, rel=1e-14)


def test_every_problem_is_found_at_once_and_named_by_row():
    found = refused({
        "TIME": [0, 5, 4, "soon"], "AMT": [-1, 10, 0, 0], "RATE": [-3, 0, 0, 0], "CMT": [1, 7, -1, 0],
        "II": [0, 0, 8, 0], "ADDL": [0, 1.5, 0, 0], "SS": [0, 3, 0, 0], "EVID": [1, 1, 0, 9], "WEIGHT": 70,
    })  # fmt: skip
    assert list(found) == ["column WEIGHT"]
    found = refused({
        "TIME": [0, 5, 4, "soon"], "AMT": [-1, 10, 0, 0], "RATE": [-3, 0, 0, 0], "CMT": [1, 7, -1, 0],
        "II": [0, 0, 8, 0], "ADDL": [0, 1.5, 0, 0], "SS": [0, 3, 0, 0], "EVID": [1, 1, 0, 9],
    })  # fmt: skip
    assert set(found) >= {
        "row 1, AMT", "row 1, RATE", "row 2, CMT", "row 2, ADDL", "row 2, SS", "row 3, TIME", "row 3, CMT", "row 3, II",
        "row 4, TIME", "row 4, EVID",
    }  # fmt: skip
    assert "off is not supported" in found["row 3, CMT"]


@pytest.mark.parametrize(
    ("events", "where", "says"),
    [
        (DOSE | {"RATES": 0}, "column RATES", "'rate'"),
        (DOSE | {"DATE": "1/41"}, "row 1, DATE", "a date: month, day, year"),
        (DOSE | {"DATE": "1/1", "DAT1": "1/1"}, "column DAT1", "which DATE is"),
        (DOSE | {"F3": 1.0}, "column F3", "one of"),
        ({"AMT": [1]}, "column TIME", "the time of every record"),
        ({"TIME": [], "AMT": []}, "events", "at least one record"),
        (DOSE | {"EVID": [1, 0, 0], "AMT": [20, 5, 0]}, "row 2, AMT", "0 where EVID"),
        (DOSE | {"EVID": [1, 0, 0], "AMT": [0, 0, 0]}, "row 1, AMT", "more than 0"),
        (DOSE | {"SS": [1, 0, 0]}, "row 1, II", "more than 0"),
        (DOSE | {"ADDL": [3, 0, 0]}, "row 1, II", "more than 0"),
        (DOSE | {"II": [8, 0, 0]}, "row 1, II", "ADDL"),
        (DOSE | {"II": [8, 0, 0], "ADDL": [-4, 0, 0]}, "row 1, ADDL", "negative ADDL is not supported"),
        (DOSE | {"RATE": [-2, 0, 0]}, "row 1, RATE", "parameter D1"),
        (DOSE | {"RATE": [-2, 0, 0], "D1": [0.0, 1, 1]}, "row 1, D1", "more than 0"),
        (DOSE | {"RATE": [-1, 0, 0]}, "row 1, RATE", "parameter R1"),
        (DOSE | {"F1": [1, ".", 1]}, "row 2, F1", "finite number on every row"),
        (DOSE | {"ALAG1": -0.5}, "row 1, ALAG1", "0 or more"),
        (DOSE | {"ID": [1, 2, 1]}, "row 3, ID", "together"),
        (DOSE | {"CL": 5.0}, "parameter CL", "not both"),
        (DOSE | {"MDV": [1, 2, 0]}, "row 2, MDV", "0 or 1"),
        (DOSE | {"time": [0, 1, 2]}, "column time", "one column TIME"),
        (DOSE | {"AMT": [20, 0]}, "column AMT", "3 cells"),
        ({"TIME": [0], "RATE": [5.0], "SS": [1], "II": [8.0], "EVID": [1]}, "row 1, II", "constant infusion"),
        (7, "events", "a CSV path"),
    ],
)
def test_refusals(events, where, says):
    assert says in refused(events)[where]


def test_parameters_must_be_there_known_positive_and_of_the_right_length():
    with pytest.raises(RecordError, match="parameter KA"):
        solve(one_compartment_oral(), DOSE, {"CL": 1, "V": 1})
    assert "'cl'" in refused(DOSE, CLL=1.0)["parameter CLL"]
    assert "more than 0" in refused(DOSE, V=0.0)["row 1, V"]
    assert "one for each of the 1 subjects" in refused(DOSE, KA=[1.0, 2.0])["parameter KA"]


def test_a_missing_file_and_a_ragged_file_are_refused(tmp_path):
    assert "CSV" in refused(tmp_path / "none.csv")["events"]
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("TIME,AMT\n0,20\n1,0,5,6\n")
    assert "CSV" in refused(ragged)["events"]


def test_many_wrong_rows_are_counted_not_listed():
    found = refused({"TIME": np.arange(100.0), "AMT": -1.0, "EVID": 1})
    assert "80 more rows" in found["column AMT"]


def test_a_steady_state_that_does_not_exist_is_refused_by_row():
    model = LinearModel([[-1.0, 0.0], [1.0, 0.0]], ("blood", "urine"))
    events = {"ID": [4, 4], "TIME": [0, 1], "AMT": [5, 5], "II": [0, 8], "SS": [0, 1]}
    with pytest.raises(RecordError, match="ID 4, row 2, SS"):
        solve(model, events)
    with pytest.raises(RecordError, match="accumulates"):
        solve(model, {"TIME": [0], "RATE": [5.0], "SS": [1], "EVID": [1]})


def test_a_result_that_overflows_is_named():
    with pytest.raises(NumericalError, match="ID 1, row 2, a"):
        solve(LinearModel([[50.0]], ("a",)), {"TIME": [0, 100], "AMT": [1, 0]})


@pytest.mark.parametrize(
    "model",
    [
        {"rate_matrix": [[1.0, 2.0]], "compartments": ("a",)},
        {"rate_matrix": [[np.nan]], "compartments": ("a",)},
        {"rate_matrix": [[1.0]], "compartments": ("a",), "default_dose": "b"},
        {"rate_matrix": [[1.0]], "compartments": ("a",), "outputs": {"c": {"b": 1.0}}},
        {"rate_matrix": [[1.0]], "compartments": ("a",), "outputs": {"a": {"a": 1.0}}},
        {"rate_matrix": np.eye(2), "compartments": ("a", "a")},
    ],
)
def test_impossible_models_are_refused(model):
    with pytest.raises(RecordError):
        LinearModel(**model)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("TIME", "AMT", "RATE", "CMT", "EVID", "II", "ADDL", "SS", "MDV", "F1", "X", "ID")),
        st.lists(st.sampled_from((0, 1, 2, -1, 0.5, ".", "", "x", None, float("nan"), float("inf"), 8)), max_size=3),
    )
)
def test_any_table_is_solved_or_refused(table):
    try:
        found = solve(one_compartment_oral(), table, PATIENT)
    except RecordError:
        return
    assert np.isfinite(found["central"].to_numpy()).all()


def test_a_population_refuses_what_it_cannot_do():
    with pytest.raises(RecordError, match="one subject"):
        population(one_compartment_oral(), {"ID": [1, 2], "TIME": [0, 0], "AMT": [1, 1]}, PATIENT)
    with pytest.raises(RecordError, match="patient 2, CL"):
        population(one_compartment_oral(), DOSE, PATIENT | {"CL": [1.0, -1.0]})
    with pytest.raises(RecordError, match="parameter CL"):
        population(one_compartment_oral(), DOSE, PATIENT | {"CL": [1.0, 1.0], "V": [1.0, 2.0, 3.0]})
    with pytest.raises(RecordError, match="outputs"):
        population(two_compartment_oral(), DOSE, PATIENT | {"Q": 1.0, "V3": 2.0}, outputs=("concentrate",))
