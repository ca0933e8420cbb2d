"""The oral model as text: read back by readers of the tests' own, it is the simulator's model, for anybody.

Neither NONMEM nor mrgsolve can be run here. The control stream was once read by Pharmpy, an independent reader: it
found the same numbers, limits, equations and compartments.
"""

from __future__ import annotations

import math
import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from typer.testing import CliRunner

import baclosim as bs
from baclosim.cli import app
from baclosim.errors import ScenarioError
from baclosim.evidence.library import library
from baclosim.exchange import Parcel, mrgsolve, nonmem
from baclosim.exchange.oral.structure import PERSONAL, numbers, places
from baclosim.individualise import read_persons
from baclosim.patient.many import patients_at
from baclosim.scenario import loads

runner = CliRunner()
TABLETS = """
[patient]
age = {age}
weight = "{weight} kg"
creatinine_clearance = "{crcl} mL/min"
[therapy]
oral = "10 mg by mouth every 8 h"
intravenous = "1 mg intravenously over 2 h once"
[simulate]
duration = "30 h"
every = "30 min"
"""


def written(age: float = 29.0, weight: float = 78.0, crcl: float = 120.0) -> bs.Scenario:
    return loads(TABLETS.format(age=age, weight=weight, crcl=crcl), "tablets.toml")


@pytest.fixture(scope="module")
def control() -> Parcel:
    return nonmem(written())


@pytest.fixture(scope="module")
def text_of_mrgsolve() -> Parcel:
    return mrgsolve(written())


def block(text: str, name: str) -> list[str]:
    """The lines of a record or block without their comments."""
    found = re.search(rf"^\${name}\b[^\n]*\n(.*?)(?=^\$)", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return [line for line in (re.split(r";|//", raw)[0].strip() for raw in found[1].split("\n")) if line]


def nonmem_values(text: str, covariates: dict[str, float], etas: list[float]) -> dict[str, float]:
    """What the equations of $PK come to, by Python's own arithmetic."""
    records = re.findall(r"^\$THETA ([^;\n]*)", text, re.MULTILINE)
    thetas = [float(r.strip("() \n").split(",")[1] if "," in r else r.split()[0]) for r in records]
    known = {**covariates, "EXP": math.exp, "THETA": lambda i: thetas[i - 1], "ETA": lambda i: etas[i - 1]}
    for line in block(text, "PK"):
        name, _, expression = line.partition("=")
        known[name.strip()] = eval(expression, {}, known)
    return {name: value for name, value in known.items() if isinstance(value, float)}


def mrgsolve_values(text: str, covariates: dict[str, float], etas: list[float]) -> dict[str, float]:
    """What the equations of $MAIN come to, by Python's own arithmetic."""
    parameters = dict(line.split(" : ")[:2] for line in block(text, "PARAM"))
    known = {name: float(value) for name, value in parameters.items()} | covariates
    known |= {"exp": math.exp, "pow": math.pow, "ETA": lambda i: etas[i - 1]}
    for line in block(text, "MAIN"):
        name, _, expression = line.removeprefix("double ").rstrip(";").partition("=")
        known[name.strip()] = eval(expression, {}, known)
    return {name: value for name, value in known.items() if isinstance(value, float)}


@settings(max_examples=40)
@given(
    st.floats(0.5, 90.0), st.floats(4.0, 150.0), st.floats(5.0, 200.0),
    st.lists(st.floats(-1.5, 1.5), min_size=7, max_size=7),
)  # fmt: skip
def test_both_texts_make_everybody_of_the_numbers_that_the_simulator_makes(
    control, text_of_mrgsolve, age, weight, crcl, deviates
):
    covariates = {"WT": weight, "CRCL": crcl, "AGE": age}
    varying = [n for n in numbers() if n.symbol in places()]
    etas = [z * math.sqrt(n.variance) for n, z in zip(varying, deviates, strict=True)]
    z = {n.parameter.name: np.array([d]) for n, d in zip(varying, deviates, strict=True)}
    like = bs.Patient(age=max(age, 18.0), weight=70.0)
    object.__setattr__(like.covariates, "age", age)
    object.__setattr__(like.covariates, "weight", weight)
    object.__setattr__(like.covariates, "creatinine_clearance", crcl)
    own = {name: float(value[0]) for name, value in patients_at(z, 1, like).parameters.items()}
    expected = {symbol: own[law] / 1000.0 for law, symbol in PERSONAL.items()}
    expected |= {"KA": own["absorption_rate"], "FORAL": own["bioavailability"], "P_ALAG": own["absorption_lag"]}
    expected["CL"] = expected["CLR"] + expected["CLNR"]
    unclipped = {n.symbol: n.low < own[n.parameter.name] < n.high for n in varying if n.symbol in ("KA", "ALAG")}
    for found in (
        nonmem_values(control["tablets.ctl"].decode(), covariates, etas),
        mrgsolve_values(text_of_mrgsolve["tablets.cpp"].decode(), covariates, etas),
    ):
        for name, value in expected.items():
            if unclipped.get(name.removeprefix("P_"), True):
                assert found[name] == pytest.approx(value, rel=1e-9), name


def integrated(values: dict[str, float], data: pl.DataFrame) -> np.ndarray:
    """Plasma at the observations from gut, blood and tissue, by a solver of SciPy's between the doses."""
    ka, cl, v2, q, v3 = (values[name] for name in ("KA", "CL", "V2", "Q", "V3"))
    events = []
    for row in data.filter(pl.col("EVID") == 1).iter_rows(named=True):
        if row["CMT"] == 1:
            events.append((row["TIME"] + values["P_ALAG"], "gut", row["AMT"] * values["FORAL"]))
        else:
            events += [
                (row["TIME"], "rate", row["RATE"]),
                (row["TIME"] + row["AMT"] / row["RATE"], "rate", -row["RATE"]),
            ]
    times = data.filter(pl.col("EVID") == 0)["TIME"].to_numpy()
    found, state, rate, now = np.zeros(len(times)), np.zeros(3), 0.0, 0.0
    for at, what, size in [*sorted(events), (times[-1] + 1.0, "end", 0.0)]:
        until = min(at, times[-1] + 1.0)
        if until > now:

            def flow(_, x, rate=rate):
                between = q * x[1] / v2 - q * x[2] / v3
                return [-ka * x[0], ka * x[0] - cl * x[1] / v2 - between + rate, between]

            path = solve_ivp(flow, (now, until), state, "DOP853", dense_output=True, rtol=1e-9, atol=1e-12)
            inside = (times > now) & (times <= until)
            found[inside] = path.sol(times[inside])[1] / v2 if inside.any() else 0.0
            state, now = path.y[:, -1], until
        state = state + (np.array([size, 0.0, 0.0]) if what == "gut" else 0.0)
        rate += size if what == "rate" else 0.0
    return found


@pytest.mark.parametrize("who", [{}, {"age": 6.0, "weight": 20.0, "crcl": 80.0}, {"crcl": 15.0}])
def test_the_numbers_of_the_text_integrated_apart_give_the_simulators_plasma(who):
    scenario = written(**who)
    made = nonmem(scenario)
    data = pl.read_csv(made["tablets.csv"])
    covariates = dict(zip(("WT", "CRCL", "AGE"), data.select("WT", "CRCL", "AGE").row(0), strict=True))
    predicted = integrated(nonmem_values(made["tablets.ctl"].decode(), covariates, [0.0] * 7), data)
    course = bs.simulate(scenario.patient, scenario.therapy, scenario.duration, every=0.5)["plasma"][0]
    gap = np.abs(predicted - course).max() / course.max()
    told = float(re.search(r"at most ([\d.e-]+) of its peak", made.notes[0])[1])
    assert gap == pytest.approx(told, rel=0.06)  # what the file says of itself, to its two digits
    assert gap < 1e-3
    assert data.filter(pl.col("EVID") == 0)["DV"].to_numpy() == pytest.approx(course, rel=1e-12)


def test_every_number_is_cited_and_every_assumption_told(control, text_of_mrgsolve):
    known = set(library().facts)
    for text in (control["tablets.ctl"].decode(), text_of_mrgsolve["tablets.cpp"].decode()):
        joined = re.sub(r"\n(?:;|//)\s+", " ", text)
        for number in numbers():
            assert all(fact in joined for fact in number.parameter.facts)
        assert "absorption lag is assumed" in joined
        assert "not a medical device" in joined
        assert "Apache-2.0" in joined
        assert text.isascii()
    assert set(control.facts) <= known


def test_lines_are_as_short_as_nm_tran_wants_them(control):
    assert max(map(len, control["tablets.ctl"].decode().split("\n"))) <= 160


def test_a_scenario_written_as_records_and_read_back_is_the_same_course(control, tmp_path):
    path = tmp_path / "tablets.csv"
    path.write_bytes(control["tablets.csv"])
    scenario = written()
    units = {"dose": "mg", "level": "mg/L"}
    (person,) = read_persons(path, patient=scenario.patient, units=units)
    assert person.patient.covariates.creatinine_clearance == 120.0
    again = bs.simulate(person.patient, person.therapy, scenario.duration, every=0.5)
    course = bs.simulate(scenario.patient, scenario.therapy, scenario.duration, every=0.5)
    for name in course:
        np.testing.assert_allclose(again[name], course[name], rtol=1e-12, atol=1e-15, err_msg=name)
    observed = {o.time: o.value for o in person.observations}
    for time, level in zip(course.time[1:], course["plasma"][0, 1:], strict=True):
        assert observed[time] == pytest.approx(level, rel=1e-12)


@pytest.mark.parametrize(
    ("therapy", "says"),
    [
        ('[therapy]\nintrathecal = "50 ug intrathecally once"', "spinal canal export SBML"),
        ('[therapy]\noral = "600 mg once"', "overdose"),
        ('[therapy]\noral = "10 mg daily, raise by 5 mg every 3 days until drowsiness"', "policy"),
        ('[therapy]\noral = "10 mg daily"\n[[therapy.charcoal]]\nat = "1 h"', "charcoal"),
        ('[therapy]\ntopical = "100 mg on 100 cm2 daily"', "only mouth and vein"),
        ('[therapy]\noral = "stop"', "at least one dose"),
        ('[patient]\ndialysis = "4 h at 30 h"\n[therapy]\noral = "10 mg daily"', "patient.dialysis"),
    ],
)
def test_what_two_compartments_cannot_say_is_refused(therapy, says):
    scenario = loads(f'{therapy}\n[simulate]\nduration = "3 days"', "odd")
    with pytest.raises(ScenarioError, match=says):
        nonmem(scenario)


def test_other_drugs_are_told_to_be_left_out():
    made = nonmem(loads('[therapy]\noral = "10 mg daily"\nalongside = ["diazepam 5 mg at night"]\n'
                        '[simulate]\nduration = "3 days"', "two"))  # fmt: skip
    assert any("not in the model: diazepam" in note for note in made.notes)
    assert set(pl.read_csv(made["two.csv"])["CMT"]) == {1, 2}


@pytest.mark.parametrize(("form", "suffix"), [("nonmem", "ctl"), ("mrgsolve", "cpp")])
def test_the_commands_write_text_and_data_or_nothing(form, suffix, tmp_path):
    out = tmp_path / "out"
    result = runner.invoke(app, ["export", form, "sci-80-mg", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in out.iterdir()) == sorted([f"sci-80-mg.{suffix}", "sci-80-mg.csv"])
    nothing = tmp_path / "nothing"
    assert runner.invoke(app, ["export", form, "pump-steady-spinal", "--out", str(nothing)]).exit_code == 2
    assert not nothing.exists()
