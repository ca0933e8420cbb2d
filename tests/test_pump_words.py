"""Programs of a pump read from words, said back, and refused with what would be right; junk never breaks anything."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import InputError, TherapyError
from baclosim.pump.system import read_pump
from baclosim.therapy.intrathecal.reading import MODES, read_program
from pump_table import table


def test_a_scenario_reads_and_says_itself() -> None:
    flex = {"at": "30 days", "mode": "flex", "steps": ["06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h"]}
    system = read_pump(
        table(program=[{"mode": "simple continuous", "dose": "350 ug/day"}, flex]), start="2026-01-05 08:00"
    )
    assert str(system) == (
        "synchromed-ii-40, catheter 66 cm, 0.1452 mL, tip at T10; pump filled with 2000 ug/mL; "
        "from 0 h simple continuous 350 ug/day; "
        "from 30 days flex 06:00-10:00 20 ug/h, 10:00-06:00 12 ug/h (320 ug/day); refill at low reservoir"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"program": [{"mode": "simple continuous", "dose": "350 mg/day"}]}, "Did you mean 350 ug/day?"),
        ({"program": [{"mode": "simple continuous", "dose": "0.35 ug/day"}]}, "Did you mean 350 ug/day?"),
        ({"program": [{"mode": "simple continuous", "dose": "3500 ug/day"}]}, "misplaced decimal point"),
        ({"program": [{"mode": "simple continuous", "dose": "350 ug"}]}, "a unit of dose rate"),
        ({"program": [{"mode": "simple continuous", "dose": "-350 ug/day"}]}, "not negative"),
        ({"program": [{"mode": "single bolus", "dose": "50 mg", "duration": "10 min"}]}, "Did you mean 50 ug?"),
        ({"program": [{"mode": "simpel continuous", "dose": "350 ug/day"}]}, "Did you mean 'simple continuous'?"),
        ({"program": [{"mode": "simple continuous", "does": "350 ug/day"}]}, "Did you mean 'dose'?"),
        ({"program": [{"at": "1 h", "mode": "stopped"}]}, "first program at '0 h'"),
        ({"concentration": "2 mg/L"}, "Did you mean 2000 ug/mL?"),
        ({"device": "synchromed-ii-30"}, "Did you mean 'synchromed-ii-"),
        ({"catheter": {"tip": "T13"}}, "The nearest is 'T12'"),
        ({"catheter": {"tip": "X4"}}, "a vertebra from C1 to S1"),
        ({"catheter": {"length": "660 cm"}}, "5 to 140 cm"),
        ({"volume": "45 mL"}, "at most 40 mL"),
        ({"refills": [{"at": "60 days", "volume": "400 mL"}]}, "at most 40 mL"),
        ({"refill": "at low reservior"}, "Did you mean 'at low reservoir'?"),
        ({"faults": [{"at": "1 day", "kind": "catheter disconnect"}]}, "Did you mean 'catheter disconnection'?"),
        ({"faults": [{"at": "2 days", "until": "1 day", "kind": "motor stall"}]}, "later than its beginning"),
        ({"faults": [{"at": "2 days", "kind": "catheter leak", "share": 3}]}, "0 to 1"),
        ({"concentrations": "2000 ug/mL"}, "Did you mean 'concentration'?"),
    ],
)
def test_a_slip_is_refused_with_what_would_be_right(change: dict[str, object], says: str) -> None:
    with pytest.raises(TherapyError, match=says.replace("?", r"\?").replace("'", ".")):
        read_pump(table(**change), start="2026-01-05 08:00")


def test_all_problems_come_at_once() -> None:
    wrong = table(
        device="synchromed", catheter={"tip": "T13"}, faults=[{"at": "1 day", "kind": "flood"}],
        program=[{"mode": "simple continuous", "dose": "350 mg/day"}],
    )  # fmt: skip
    with pytest.raises(TherapyError) as caught:
        read_pump(wrong)
    assert {problem.where for problem in caught.value.problems} == {
        "device", "catheter.tip", "faults[1].kind", "program[1].dose",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        (["06:00-10:00 20 ug/h", "11:00-06:00 12 ug/h"], "10:00-11:00 every day is a gap: lengthen the step"),
        (["06:00-10:00 20 ug/h", "09:00-06:00 12 ug/h"], "09:00-10:00 every day is covered twice"),
        (["Mon-Fri 00:00-24:00 20 ug/h"], "00:00-24:00 on Sat, Sun is a gap"),
        (["06:00-10:00 20 ug/h", "10:00-06:00 12"], "a unit as well"),
        (["six to ten 20 ug/h"], "days, clock times and a rate"),
    ],
)
def test_flex_steps_cover_the_week_once(steps: list[str], says: str) -> None:
    entry = {"mode": "flex", "steps": steps}
    with pytest.raises(TherapyError, match=says):
        read_program({"concentration": "1000 ug/mL", "program": [entry]}, start="2026-01-05 08:00")


def test_clock_times_need_a_start_and_weekdays_a_date() -> None:
    daily = {"mode": "flex", "steps": ["06:00-10:00 20 ug/h", "10:00-06:00 12 ug/h"]}
    weekly = {"mode": "flex", "steps": ["Mon-Fri 00:00-24:00 20 ug/h", "Sat,Sun 00:00-24:00 12 ug/h"]}
    made = {"concentration": "1000 ug/mL"}
    with pytest.raises(TherapyError, match="clock times only when hour 0 has one"):
        read_program(made | {"program": [daily]})
    with pytest.raises(TherapyError, match="weekdays only when hour 0 has a date"):
        read_program(made | {"program": [weekly]}, start="08:00")
    assert read_program(made | {"program": [daily]}, start="08:00").start_clock == 8.0
    assert read_program(made | {"program": [weekly]}, start=dt.datetime(2026, 1, 5, 8)).start_date == dt.date(
        2026, 1, 5
    )


@pytest.mark.parametrize(("dose", "is_caught"), [("35 ug/day", True), ("3500 ug/day", True), ("500 ug/day", False)])
def test_a_tenfold_step_is_caught_in_both_directions_unless_it_is_meant(dose: str, is_caught: bool) -> None:
    entries = [{"mode": "simple continuous", "dose": "350 ug/day"}]
    entries += [{"at": "5 days", "mode": "simple continuous", "dose": dose}]
    if is_caught:
        with pytest.raises(TherapyError, match="decimal point"):
            read_pump(table(program=entries, concentration="500 ug/mL"))
    entries[1]["deliberate"] = True  # type: ignore[assignment]
    system = read_pump(table(program=entries, concentration="500 ug/mL"))
    assert len(system.program.entries) == 2


def test_a_flow_outside_the_device_is_refused_with_the_nearest_dose() -> None:
    slow = [{"mode": "simple continuous", "dose": "30 ug/day"}]
    with pytest.raises(
        TherapyError, match=r"at least 0.048 mL/day, which at 2000 ug/mL is 96 ug/day.*at most 625 ug/mL"
    ):
        read_pump(table(program=slow))
    fast = [{"mode": "single bolus", "dose": "100 ug", "duration": "1 min"}]
    with pytest.raises(TherapyError, match="Give it over at least 12 min"):
        read_pump(table(program=fast, concentration="500 ug/mL"))


def test_a_gas_driven_pump_gives_its_factory_flow_and_nothing_else() -> None:
    gas = table(device="constant-flow-20", concentration="500 ug/mL")
    with pytest.raises(TherapyError, match=r"250 ug/day, which is 500 ug/mL at 0.5 mL/day.*Or fill with 700 ug/mL"):
        read_pump(gas)
    with pytest.raises(TherapyError, match="cannot be programmed"):
        read_pump(gas | {"program": [{"mode": "stopped"}]})
    result = read_pump(gas | {"program": [{"mode": "simple continuous", "dose": "250 ug/day"}]}).deliver(
        240.0, is_typical=True
    )
    assert result.delivered == pytest.approx(2500.0, rel=1e-4)


JUNK = st.sampled_from(
    [None, True, 0, -1, 3.5, float("nan"), float("inf"), "", "x", "350 ug/day", "1e999 ug/day", "-3 h", "10 min",
     "24:00-24:00 3 ug/h", [], [1], ["a"], {}, {"a": 1}, "1e9 days", "always", "99:99", [None], "flex", "stopped"]
)  # fmt: skip
WHERE = {
    (): "device concentration catheter program refill refills faults volume age",
    ("catheter",): "length volume tip kind space mixing_cells",
    ("program", 0): "at mode dose steps duration every lock_out per_day pressed",
    ("refills", 0): "at concentration volume",
    ("faults", 0): "at until kind share refill",
}
PLACES = st.sampled_from([(*path, key) for path, keys in WHERE.items() for key in keys.split()])


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(PLACES, JUNK), min_size=1, max_size=3),
    mode=st.sampled_from(["simple continuous", "flex", "single bolus", "periodic bolus", "patient bolus"]),
    start=st.sampled_from([None, "2026-01-05 08:00", "junk", 3]),
)
def test_junk_is_refused_and_never_breaks_anything(changes: list, mode: str, start: object) -> None:
    entry = {"mode": mode, "dose": "100 ug/day" if mode == "simple continuous" else "20 ug", "duration": "10 min"}
    entry |= {"steps": ["06:00-06:00 20 ug/h"], "every": "4 h", "lock_out": "4 h", "per_day": 3}
    keys = {"at", "mode", *{k for ks in MODES[mode] for k in ks}}
    given_table: Any = table(
        program=[{k: v for k, v in entry.items() if k in keys}],
        refills=[{"at": "60 days"}],
        faults=[{"at": "1 day", "kind": "catheter leak", "share": 0.2}],
    )
    for path, junk in changes:
        with suppress(KeyError, IndexError, TypeError):  # an earlier change took the place away
            inner = given_table
            for part in path[:-1]:
                inner = inner[part]
            inner[path[-1]] = junk
    with suppress(InputError):
        read_pump(given_table, start=start).deliver(100.0)
