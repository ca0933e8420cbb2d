"""Alarms, battery, magnets: raised when they should be, no later, no louder, and only on what the device can know."""

from __future__ import annotations

import math
import tomllib
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.errors import TherapyError
from baclosim.parameters import parameters
from baclosim.pump.alarms import ALARMS, sounds
from baclosim.pump.battery import battery, battery_life
from baclosim.pump.catheter import Catheter
from baclosim.pump.deliver import Delivery, deliver
from baclosim.pump.device import DEVICES, device, with_factory_flow
from baclosim.pump.faults import Fault
from baclosim.pump.implant import implanted
from baclosim.pump.log import printed, replay
from baclosim.therapy.intrathecal.program import (
    DAY,
    Flex,
    FlexStep,
    Program,
    ProgramEntry,
    RefillPlan,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)

PUMP = device("synchromed-ii-20")
CATHETER = Catheter(0.15, "T10")
YEAR = 8766.0
MODE = SimpleContinuous(400.0 / DAY)


def run(until: float, *faults: Fault, name: str = "synchromed-ii-20", mode: object = MODE, **more: object) -> Delivery:
    """A pump with 1000 ug/mL; keyword arguments of Program, and flow_ratio and age of the pump."""
    how = {key: more.pop(key) for key in ("flow_ratio", "age") if key in more}
    made = Program((ProgramEntry(0.0, mode),), 1000.0, **({"refill": RefillPlan("never")} | more))  # type: ignore[arg-type]
    return deliver(made, device(name), CATHETER, faults, until, **({"flow_ratio": 1.0} | how))  # type: ignore[arg-type]


def when(result: Delivery, alarm: str) -> float:
    """When an alarm began [h]."""
    return next(event.time for event in result.alarms() if event.values["alarm"] == alarm)


def dry(result: Delivery) -> float:
    """When the reservoir truly ran empty [h]."""
    return next(event.time for event in result.log if event.kind == "empty")


@settings(max_examples=50, deadline=None)
@given(day=st.floats(5.0, 60.0), night=st.floats(5.0, 60.0), ratio=st.floats(0.86, 1.14), setting=st.floats(0.5, 6.0))
def test_reservoir_alarms_come_at_the_computed_volume_and_emptiness_at_the_true_one(
    day: float, night: float, ratio: float, setting: float
) -> None:
    mode = Flex((FlexStep(6.0, 18.0, day), FlexStep(18.0, 6.0, night)))
    result = run(8000.0, mode=mode, start_clock=6.0, flow_ratio=ratio, low_reservoir=setting)
    for volume, time in (
        (20.0 - setting, when(result, "low reservoir")),
        (20.0, when(result, "empty reservoir")),
        (20.0 / ratio, dry(result)),
    ):
        cycles, rest = divmod(time, 24.0)
        programmed = cycles * 12.0 * (day + night) + min(rest, 12.0) * day + max(rest - 12.0, 0.0) * night
        assert programmed / 1000.0 == pytest.approx(volume, rel=1e-9)


def test_an_overinfusing_pump_runs_dry_in_silence() -> None:
    result = run(1500.0, Fault("overinfusion", 0.0, settings=(("factor", 2.0),)))
    assert dry(result) < when(result, "low reservoir") < when(result, "empty reservoir")
    before = [event for event in result.log if event.time <= dry(result) and event.source == "device"]
    assert all(event.priority == "information" for event in before)
    assert result.delivered == pytest.approx(20.0 * 1000.0 + 0.0, rel=1e-9)


def test_a_dry_pump_gives_nothing_until_it_is_refilled() -> None:
    result = run(2400.0, refill=RefillPlan("every", 2000.0))
    doses = result.doses
    empty_from, refilled = dry(result), 2000.0
    assert not ((doses.time >= empty_from) & (doses.time < refilled)).any()
    assert (doses.time >= refilled).any()


def test_the_refill_at_low_reservoir_silences_the_alarm_and_repeats() -> None:
    result = run(4400.0, refill=RefillPlan("at low reservoir", 0.0))
    lows = [event.time for event in result.alarms()]
    assert len(lows) == len([event for event in result.log if event.kind == "refilled"]) == 4
    assert np.diff(lows) == pytest.approx(18.0 / 0.4 * 24.0)
    assert "low reservoir" not in result.pump.alarms.raised


def test_a_refill_before_the_alarm_date_leaves_no_alarm_and_follows_a_change_of_dose() -> None:
    made = Program(
        (ProgramEntry(0.0, MODE), ProgramEntry(240.0, SimpleContinuous(800.0 / DAY))),
        1000.0,
        RefillPlan("before low reservoir", 96.0),
    )
    result = deliver(made, PUMP, CATHETER, (), 4320.0, flow_ratio=1.0)
    assert result.alarms() == ()
    first = next(event.time for event in result.log if event.kind == "refilled")
    assert first == pytest.approx(240.0 + (18.0 - 4.0) / 0.8 * 24.0 - 96.0)


def test_a_small_refill_does_not_bring_a_refill_every_moment() -> None:
    result = run(240.0, volume=2.5, refill=RefillPlan("at low reservoir", 0.0))
    assert len([event for event in result.log if event.kind == "refilled"]) == 1


# --- battery ----------------------------------------------------------------------------------------------


def test_battery_life_falls_with_flow_from_seven_to_five_years_and_never_passes_seven() -> None:
    flows = np.linspace(0.006, 24.0, 200) / DAY
    lives = np.array([battery_life(float(flow)) for flow in flows]) / YEAR
    assert (np.diff(lives) <= 0.0).all()
    assert lives.max() <= 7.0
    usual = lives[flows <= 1.5 / DAY]
    assert usual.min() >= 5.0
    assert battery_life(1.5 / DAY) / YEAR == pytest.approx(5.0)


@pytest.mark.parametrize("rate", [0.1, 0.4, 1.0])
def test_replacement_is_due_ninety_days_ahead_and_end_of_service_stops_delivery(rate: float) -> None:
    result = run(7.5 * YEAR, mode=SimpleContinuous(rate * 1000.0 / DAY), refill=RefillPlan("at low reservoir", 0.0))
    due, over = when(result, "replacement due"), when(result, "end of service")
    assert over - due == pytest.approx(90.0 * DAY)
    assert over == pytest.approx(battery_life(rate / DAY), rel=1e-9)
    assert float((result.doses.time + result.doses.duration).max()) <= over + 1e-6
    assert 5.0 <= over / YEAR <= 7.0


def test_an_old_pump_ends_at_seven_years_whatever_its_charge() -> None:
    result = run(2.0 * YEAR, mode=SimpleContinuous(1.0), age=6.0 * YEAR, refill=RefillPlan("at low reservoir", 0.0))
    assert when(result, "end of service") + 6.0 * YEAR <= 7.0 * YEAR + 1e-6


def test_the_charge_used_is_counted_over_a_varying_program() -> None:
    mode = Flex((FlexStep(6.0, 18.0, 20.0), FlexStep(18.0, 6.0, 60.0)))
    result = run(7.0 * YEAR, mode=mode, start_clock=6.0, refill=RefillPlan("at low reservoir", 0.0))
    assert when(result, "end of service") == pytest.approx(battery_life(0.04), rel=1e-3)


# --- stops and stalls -------------------------------------------------------------------------------------


def test_a_stopped_pump_alarms_after_forty_eight_hours_and_not_before() -> None:
    assert run(47.9, mode=Stopped()).alarms() == ()
    assert when(run(60.0, mode=Stopped()), "pump stopped") == pytest.approx(48.0)
    made = Program((ProgramEntry(0.0, Stopped()), ProgramEntry(40.0, MODE)), 1000.0, RefillPlan("never"))
    assert deliver(made, PUMP, CATHETER, (), 100.0).alarms() == ()


def test_a_bolus_that_ends_in_a_stop_starts_the_clock_of_the_stopped_pump() -> None:
    made = Program(
        (ProgramEntry(0.0, MODE), ProgramEntry(10.0, SingleBolus(20.0, 1.0, "stopped"))), 1000.0, RefillPlan("never")
    )
    assert when(deliver(made, PUMP, CATHETER, (), 100.0), "pump stopped") == pytest.approx(59.0)


@pytest.mark.parametrize("kind", ["motor stall", "feed-through short"])
def test_a_stall_stops_delivery_is_detected_and_ends_with_the_restart(kind: str) -> None:
    result = run(100.0, Fault(kind, 10.0, 30.0))
    delay = parameters()["stall_detection_delay"].value
    assert when(result, "motor stall") == pytest.approx(10.0 + delay)
    assert result.delivered == pytest.approx(80.0 * MODE.dose_rate)
    assert [event.time for event in result.log if event.kind == "alarm ends"] == [30.0]


def test_a_lost_battery_stops_delivery_at_once() -> None:
    result = run(100.0, Fault("battery film", 40.0))
    assert when(result, "low-battery reset") == 40.0
    assert result.delivered == pytest.approx(40.0 * MODE.dose_rate)


# --- magnets ----------------------------------------------------------------------------------------------


def test_a_scan_stalls_a_rotor_which_restarts_after_it() -> None:
    result = run(100.0, Fault("mri", 50.0))
    assert result.delivered == pytest.approx((100.0 - 1.25) * MODE.dose_rate)
    assert when(result, "motor stall") == pytest.approx(50.5)
    assert not result.pump.alarms.raised


def test_a_scan_during_an_alarm_leaves_the_pump_stopped_until_it_is_interrogated() -> None:
    result = run(1400.0, Fault("mri", 1100.0))  # low-reservoir alarm since 1080 h
    assert result.delivered == pytest.approx(1100.0 * MODE.dose_rate)
    pump = result.pump
    pump.interrogate()
    pump.advance(1410.0)
    assert pump.canal.total == pytest.approx(1110.0 * MODE.dose_rate)


def test_a_scan_empties_a_valve_pump_into_the_patient_unless_it_was_emptied() -> None:
    result = run(100.0, Fault("mri", 50.0), name="prometra-20")
    bolus = float(result.doses.amount[result.doses.duration == 0.0].sum())
    assert bolus == pytest.approx(20.0 * 1000.0 - 50.0 * MODE.dose_rate)
    spared = run(100.0, Fault("mri", 50.0, settings=(("emptied", True),)), name="prometra-20")
    assert (spared.doses.duration > 0.0).all()


def test_a_flow_activated_valve_lets_ten_microlitres_pass_and_stays_shut() -> None:
    result = run(100.0, Fault("mri", 50.0), name="prometra-ii-20")
    assert result.delivered == pytest.approx(50.0 * MODE.dose_rate + 0.01 * 1000.0)
    result.pump.interrogate()
    result.pump.advance(110.0)
    assert result.pump.canal.total == pytest.approx(60.0 * MODE.dose_rate + 10.0)


# --- the alarm table and the log --------------------------------------------------------------------------


def test_alarm_priorities_are_those_of_the_evidence() -> None:
    text = (resources.files("baclosim") / "evidence" / "facts" / "pump_and_practice.toml").read_text(encoding="utf-8")
    series = {entry["id"]: entry for entry in tomllib.loads(text)["series"]}
    rows = dict(series["pump.alarm-conditions.gillette"]["rows"])
    pairs = {
        "low reservoir": "low reservoir volume reached",
        "replacement due": "estimated (elective) replacement date reached",
        "empty reservoir": "empty reservoir",
        "end of service": "end of service (battery)",
        "motor stall": "motor stall",
        "pump stopped": "pump stopped longer than 48 h",
    }
    assert {name: ALARMS[name][0] for name in pairs} == {name: rows[row] for name, row in pairs.items()}


def test_alarms_sound_at_their_intervals() -> None:
    assert sounds("low reservoir", 0.0, 10.0) == 11
    assert sounds("motor stall", 0.0, 1.0) == 6
    assert sounds("motor stall", 5.0, 4.0) == 0


def test_interrogation_silences_and_the_log_replays_to_what_the_pump_believes() -> None:
    pump = run(1400.0).pump
    assert set(pump.alarms.sounding) == {"low reservoir", "empty reservoir"}
    pump.interrogate()
    assert pump.alarms.sounding == ()
    found = replay(pump.log)
    assert found.estimated_volume == pump.estimated_volume
    assert found.alarms == {"low reservoir", "empty reservoir"}
    assert found.program == str(MODE)


def test_the_log_prints_in_order_with_units_and_can_hide_what_nobody_saw() -> None:
    result = run(1400.0, Fault("catheter leak", 100.0, 200.0))
    shown, known = printed(result.log), printed(result.log, truth=False)
    assert "catheter leak begins (not seen by the device)" in shown
    assert "leak" not in known
    assert "20 mL of 1000 ug/mL" in known
    assert [event.time for event in result.log] == sorted(event.time for event in result.log)


def test_a_gas_driven_pump_has_no_alarm_and_no_battery() -> None:
    result = run(12 * YEAR, name="constant-flow-20", mode=SimpleContinuous(500.0 / DAY))
    assert result.alarms() == ()
    assert dry(result) == pytest.approx(20.0 / 0.5 * DAY, rel=1e-6)


def test_heat_speeds_a_gas_driven_pump_and_no_other() -> None:
    fever = Fault("warming", 0.0, settings=(("degrees", 2.0),))
    for name, factor in (("constant-flow-20", 1.2), ("synchromed-ii-20", 1.0)):
        mode = SimpleContinuous(500.0 / DAY)
        assert run(48.0, fever, name=name, mode=mode).delivered == pytest.approx(1000.0 * factor, rel=1e-6)


@pytest.mark.parametrize("name", DEVICES)
def test_every_device_balances_and_names_its_weak_numbers(name: str) -> None:
    result = run(2000.0, name=name)
    assert abs(result.balance.residue) < 1e-9
    assert result.balance.put_in > 0.0
    assert all(parameter.grade in ("recalled", "assumed") for parameter in device(name).weak)
    assert "to the canal" in repr(result)


def test_a_factory_flow_can_be_chosen() -> None:
    fast = with_factory_flow(device("constant-flow-20"), 1.0 / DAY)
    pump = implanted(fast, CATHETER, SimpleContinuous(1.0), 500.0)
    pump.advance(24.0)
    assert pump.canal.total == pytest.approx(500.0)
    with pytest.raises(TherapyError, match="programmable"):
        with_factory_flow(PUMP, 1.0)


def test_battery_constants_agree_with_the_maker() -> None:
    cell = battery()
    assert cell.warning == 90.0 * DAY
    assert cell.longest == pytest.approx(7.0 * YEAR)
    assert math.isclose(cell.life(0.0), cell.longest)
