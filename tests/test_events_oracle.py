"""Every combination of dose records that can be drawn must equal the independent oracle to 1e-9."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import events_oracle as oracle
from baclosim.linear import LinearModel, solve

EIGHTHS = st.integers(0, 40).map(lambda n: n / 8)
SOME_TIME = st.one_of(EIGHTHS, st.floats(0.01, 6.0))
RATE = st.one_of(st.sampled_from((0.25, 0.5, 1.0, 1.6)), st.floats(0.05, 3.0))

NOTHING = {"cmt": 0, "rate": 0.0, "ss": 0, "amt": 0.0, "addl": 0, "ii": 0.0}
CHAIN = ("one", "two", "three")
SYSTEMS = ("chain", "equal chain", "loop")


def rate_matrix(kind: str, k: tuple[float, float, float, float]):
    """A chain, a chain of equal rates (defective), or a loop with exchange (where the spectrum may be complex)."""
    a, b, c, d = k
    if kind == "equal chain":
        b = c = a
    A = np.array([[-a, 0.0, 0.0], [a, -b, 0.0], [0.0, b, -c]])
    if kind == "loop":
        A[2, 2] -= d
        A[0, 2] += c
    return A


@st.composite
def entry_parameters(draw):
    """F, lag, duration and rate for each of the three compartments, sometimes absent."""
    values: dict[str, float] = {}
    for c in (1, 2, 3):
        values[f"D{c}"] = draw(st.one_of(st.sampled_from((0.5, 2.0, 9.0)), st.floats(0.1, 12.0)))
        values[f"R{c}"] = draw(st.floats(0.5, 20.0))
        if draw(st.booleans()):
            values[f"F{c}"] = draw(st.sampled_from((0.0, 0.25, 0.7, 1.0, 2.0)))
        if draw(st.booleans()):
            values[f"ALAG{c}"] = draw(st.one_of(st.sampled_from((0.0, 0.5, 3.0, 12.5)), st.floats(0.001, 15.0)))
    return values


@st.composite
def dose_record(draw, time: float):
    """A dose or reset-and-dose record with everything that is allowed together."""
    record = {"time": time, "evid": draw(st.sampled_from((1, 1, 1, 4))), "cmt": draw(st.integers(0, 2))}
    record["rate"] = draw(st.sampled_from((0.0, 0.0, -1.0, -2.0, 1.5, 10.0)))
    record["ss"] = draw(st.sampled_from((0, 0, 1, 2)))
    endless = record["ss"] and record["rate"] in (-1.0, 1.5, 10.0) and draw(st.integers(0, 3)) == 0
    record["amt"] = 0.0 if endless else draw(st.sampled_from((1.0, 5.0, 20.0)))
    record["addl"] = 0 if endless else draw(st.sampled_from((0, 0, 1, 3)))
    repeated = not endless and (record["ss"] or record["addl"])
    record["ii"] = draw(st.one_of(st.sampled_from((0.5, 2.0, 6.0)), st.floats(0.5, 9.0))) if repeated else 0.0
    return record


@st.composite
def record_list(draw):
    """Records of one subject: doses, observations, other events and resets, with ties in time."""
    time, records = draw(st.sampled_from((0.0, -3.0, 100.0))), []
    for _ in range(draw(st.integers(2, 7))):
        time += draw(SOME_TIME)
        if draw(st.booleans()):
            records.append(draw(dose_record(time)))
        else:
            evid = draw(st.sampled_from((0, 0, 2, 3)))
            records.append({"time": time, "evid": evid, **NOTHING})
    return records


def table_of(records: list[dict], subject: int = 1) -> dict[str, list]:
    """The records as the columns of an event table."""
    names = {"TIME": "time", "EVID": "evid", "RATE": "rate", "SS": "ss", "AMT": "amt", "ADDL": "addl", "II": "ii"}
    columns: dict[str, list] = {column: [r[key] for r in records] for column, key in names.items()}
    return columns | {"CMT": [r["cmt"] + 1 for r in records], "ID": [subject] * len(records)}


def agree(found: np.ndarray, expected: np.ndarray) -> None:
    """Equal to 1e-9 relative; values far below the largest only as far as the oracle itself is exact."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11 * max(np.abs(expected).max(), 1e-30))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(record_list(), st.sampled_from(SYSTEMS), st.tuples(RATE, RATE, RATE, RATE), entry_parameters())
def test_any_records_equal_the_oracle(records, kind, rates, entries):
    A = rate_matrix(kind, rates)
    default = {"F": 1.0, "ALAG": 0.0}
    found = solve(LinearModel(A, CHAIN), table_of(records), entries).select(CHAIN).to_numpy()
    agree(
        found,
        oracle.solve(
            records,
            lambda row: A,
            lambda kind, c, row: entries.get(f"{kind}{c + 1}", default.get(kind)),
            3,
        ),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(record_list(), st.data())
def test_parameters_that_change_between_records_equal_the_oracle(records, data):
    per_row = {
        name: [data.draw(values) for _ in records]
        for name, values in {
            "a": RATE, "b": RATE, "F1": st.sampled_from((0.5, 1.0)), "ALAG2": st.sampled_from((0.0, 1.25, 7.0)),
            "D1": st.floats(0.5, 5.0), "R1": st.floats(1.0, 9.0),
        }.items()
    }  # fmt: skip
    fixed = {"D2": 2.0, "R2": 3.0, "D3": 2.0, "R3": 3.0}

    def matrix(row):
        return rate_matrix("loop", (per_row["a"][row], per_row["b"][row], 0.8, 0.3))

    def entry(kind, c, row):
        name = f"{kind}{c + 1}"
        return per_row[name][row] if name in per_row else fixed.get(name, {"F": 1.0, "ALAG": 0.0}.get(kind))

    model = LinearModel(lambda a, b: rate_matrix("loop", (a, b, 0.8, 0.3)), CHAIN)
    found = solve(model, table_of(records) | per_row, fixed).select(CHAIN).to_numpy()
    agree(found, oracle.solve(records, matrix, entry, 3))


@pytest.mark.parametrize("difference", [0.0, 1e-12, 1e-9, 1e-6, 1e-3])
def test_nearly_equal_absorption_and_elimination(difference):
    mpmath = pytest.importorskip("mpmath")
    ka, ke = 0.5 + difference, 0.5
    found = solve(
        LinearModel([[-ka, 0.0], [ka, -ke]], ("gut", "central")),
        {"TIME": [0.0, 1e-6, 1.0, 50.0], "AMT": [100.0, 0.0, 0.0, 0.0]},
    )["central"].to_numpy()
    with mpmath.workdps(60):
        ka, ke = mpmath.mpf(ka), mpmath.mpf(ke)
        for time, value in zip((1e-6, 1.0, 50.0), found[1:], strict=True):
            t = mpmath.mpf(time)
            limit = 100 * ka * t * mpmath.exp(-ke * t)
            exact = limit if ka == ke else 100 * ka / (ka - ke) * (mpmath.exp(-ke * t) - mpmath.exp(-ka * t))
            assert value == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("stages", [2, 8, 30])
def test_a_transit_chain_of_equal_rates_is_an_erlang_distribution(stages):
    from scipy.stats import gamma

    k, times = 1.3, np.array([0.0, 0.01, 0.5, 4.0, 30.0])
    A = -k * np.eye(stages) + k * np.eye(stages, k=-1)
    names = tuple(f"stage {i}" for i in range(stages))
    found = solve(LinearModel(A, names), {"TIME": times, "AMT": np.append(1.0, 0 * times[1:])})
    expected = gamma.pdf(times[1:], stages, scale=1 / k) / k
    np.testing.assert_allclose(found[names[-1]].to_numpy()[1:], expected, rtol=1e-10)
