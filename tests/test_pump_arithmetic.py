"""The nurse's sums: right by hand, the same as what the simulated pump does, and with their working shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from baclosim.errors import TherapyError
from baclosim.pump.arithmetic import bridge_bolus, concentration_change, priming_bolus, refill_dates
from baclosim.pump.asked import with_units
from baclosim.pump.battery import battery_life
from baclosim.pump.calendar import calendar, refill_entries, replacement_entries
from baclosim.pump.catheter import read_catheter
from baclosim.pump.deliver import deliver
from baclosim.pump.device import device
from baclosim.pump.discrepancy import gap_explained, volume_discrepancy
from baclosim.therapy.intrathecal.program import (
    DAY,
    Program,
    ProgramEntry,
    RefillPlan,
    RefillVisit,
    SimpleContinuous,
    SingleBolus,
)

PUMP = device("synchromed-ii-40")
CATHETER = read_catheter({"length": "66 cm", "tip": "T10"})


def test_refill_dates_by_hand() -> None:
    """40 mL of 2000 ug/mL at 350 ug/day: 0.175 mL/day; 38 mL to the alarm."""
    dates = refill_dates(PUMP, 2000.0, 350.0, filled_on=dt.date(2026, 1, 5))
    assert dates.alarm / DAY == pytest.approx(38.0 / 0.175)
    assert dates.empty / DAY == pytest.approx(40.0 / 0.175)
    assert dates.empty_earliest / DAY == pytest.approx(40.0 / 0.175 / 1.145)
    assert dates.empty_latest / DAY == pytest.approx(40.0 / 0.175 / 0.855)
    assert dates.refill_by / DAY == 180.0
    assert dates.date(dates.refill_by) == dt.date(2026, 7, 4)
    assert dates.working[:2] == (
        "Flow: 350 ug/day / 2000 ug/mL = 0.175 mL/day",
        "To the low-reservoir alarm: (40 mL - 2 mL) / 0.175 mL/day = 217.1 days, on Mon 10 Aug 2026",
    )
    assert "Refill by Sat 4 Jul 2026 (after 180 days): the longest advised interval" in dates.working[-1]
    assert "empty 17.5 days before its own alarm" in str(dates)


def test_the_refill_comes_four_days_before_alarm_and_earliest_empty() -> None:
    dates = refill_dates(device("synchromed-ii-20"), 500.0, 400.0)
    assert dates.alarm / DAY == pytest.approx(22.5)
    assert dates.refill_by / DAY == pytest.approx(25.0 / 1.145 - 4.0)
    assert "4 days before it may be empty (4 days before the alarm: 18.5 days" in dates.working[-1]
    early = refill_dates(device("synchromed-ii-20"), 500.0, 400.0, low_reservoir=5.0)
    assert early.refill_by / DAY == pytest.approx((20.0 - 5.0) / 0.8 - 4.0)
    assert dates.date(0.0) is None
    with pytest.raises(ValueError, match="above 0"):
        refill_dates(PUMP, 500.0, 0.0)


@settings(max_examples=40, deadline=None)
@given(dose=st.floats(100.0, 1000.0), volume=st.floats(0.5, 40.0))
def test_no_pump_within_its_accuracy_is_empty_before_the_refill(dose: float, volume: float) -> None:
    dates = refill_dates(PUMP, 2000.0, dose, volume=volume)
    assert 0.0 <= dates.refill_by <= min(dates.empty_earliest, 180.0 * DAY)
    assert concentration_change(PUMP, CATHETER, 500.0, 2000.0, dose, volume=volume).dates == dates


def test_a_fill_within_the_alarm_volume_is_said_plainly() -> None:
    dates = refill_dates(PUMP, 2000.0, 350.0, volume=1.0)
    assert dates.alarm == dates.refill_by == 0.0
    assert "1 mL is no more than the alarm volume of 2 mL" in dates.warnings[0]


def test_a_pump_of_one_flow_has_its_own_dose_and_no_alarm_and_no_bolus() -> None:
    model = device("constant-flow-20")
    dates = refill_dates(model, 2000.0, 1000.0, filled_on=dt.date(2026, 1, 5))
    assert dates.alarm == math.inf
    assert dates.date(dates.alarm) is None
    assert not any("low-reservoir alarm" in line for line in dates.working)
    assert "no alarm" in dates.warnings[0]
    assert [entry.title for entry in refill_entries(dates)][:2] == ["Pump refill", "Pump: empty at the earliest"]
    with pytest.raises(TherapyError, match="Or fill with 700 ug/mL"):
        refill_dates(model, 2000.0, 350.0)
    for bolus in (
        lambda: bridge_bolus(model, CATHETER, 500.0, 2000.0, 350.0),
        lambda: priming_bolus(model, CATHETER, 500.0),
    ):
        with pytest.raises(TherapyError, match="no bolus"):
            bolus()


@settings(max_examples=30, deadline=None)
@given(
    concentration=st.sampled_from([500.0, 1000.0, 2000.0]), dose=st.floats(100.0, 1000.0), ratio=st.floats(0.855, 1.145)
)
def test_the_simulated_pump_keeps_the_dates(concentration: float, dose: float, ratio: float) -> None:
    dates = refill_dates(PUMP, concentration, dose)
    made = Program((ProgramEntry(0.0, SimpleContinuous(dose / DAY)),), concentration, RefillPlan("never"))
    result = deliver(made, PUMP, CATHETER, (), dates.empty_latest + 1.0, flow_ratio=ratio)
    alarm = next(event.time for event in result.alarms() if event.values["alarm"] == "low reservoir")
    empty = next(event.time for event in result.log if event.kind == "empty")
    assert alarm == pytest.approx(dates.alarm)
    assert dates.empty_earliest - 1e-6 <= empty <= dates.empty_latest + 1e-6


def test_the_bridge_bolus_by_hand_and_as_the_pump_programs_it() -> None:
    """0.199 mL of tubing and 0.1452 mL of catheter at 2000 ug/mL last 0.6884 mg / 350 ug/day."""
    answer = bridge_bolus(PUMP, CATHETER, 2000.0, 1000.0, 350.0)
    assert answer.volume == pytest.approx(0.3442)
    assert answer.duration / DAY == pytest.approx(0.3442 * 2000.0 / 350.0)
    assert answer.dose == pytest.approx(344.2)
    assert "gets 700 ug/day instead of 350 ug/day" in answer.warnings[0]
    plan = RefillPlan("never", 0.0, (RefillVisit(24.0, 1000.0),))
    made = Program((ProgramEntry(0.0, SimpleContinuous(350.0 / DAY)),), 2000.0, plan)
    running = deliver(made, PUMP, CATHETER, (), 25.0).pump.running.mode
    assert isinstance(running, SingleBolus)
    assert running.dose == pytest.approx(answer.dose)
    assert running.duration == pytest.approx(answer.duration)


def test_priming_by_hand_and_the_warning_when_the_catheter_is_full() -> None:
    fresh = priming_bolus(PUMP, CATHETER, 500.0)
    assert fresh.volume == pytest.approx(0.1452)
    assert fresh.dose == pytest.approx(72.6)
    assert fresh.duration == pytest.approx(0.1452)
    assert fresh.warnings == ()
    new_pump = priming_bolus(PUMP, CATHETER, 500.0, is_pump_primed=False)
    assert new_pump.volume == pytest.approx(0.1452 + 0.199)
    assert "straight into the canal" in str(priming_bolus(PUMP, CATHETER, 500.0, is_catheter_full=True))


def test_a_change_of_concentration_joins_bridge_mixing_and_dates() -> None:
    answer = concentration_change(PUMP, CATHETER, 500.0, 2000.0, 350.0)
    assert answer.mixed == pytest.approx((1.4 * 500.0 + 40.0 * 2000.0) / 41.4)
    assert answer.dates.alarm == refill_dates(PUMP, 2000.0, 350.0).alarm
    assert answer.bridge == bridge_bolus(PUMP, CATHETER, 500.0, 2000.0, 350.0)
    small = concentration_change(device("synchromed-ii-20"), CATHETER, 2000.0, 500.0, 350.0)
    assert any("stronger than entered" in warning for warning in small.warnings)


@pytest.mark.parametrize(
    ("aspirated", "verdict", "cause"),
    [(5.0, "in order", ""), (9.0, "too little given", "blocked"), (1.0, "too much given", "overinfusion")],
)
def test_a_gap_in_volume_says_what_it_may_mean(aspirated: float, verdict: str, cause: str) -> None:
    answer = volume_discrepancy(PUMP, 5.2, aspirated)
    assert answer.verdict == verdict
    assert answer.gap == pytest.approx(aspirated - 5.2)
    assert answer.ratio == pytest.approx((40.0 - aspirated) / 34.8)
    assert cause in " ".join(answer.causes)
    assert "does not prove delivery" in str(answer)


def test_a_small_gap_after_little_flow_is_outside_the_accuracy_too() -> None:
    assert volume_discrepancy(PUMP, 36.0, 35.0).verdict == "too much given"  # 5 mL given where 4 mL were programmed
    assert volume_discrepancy(PUMP, 36.0, 35.6).verdict == "in order"


def test_every_line_of_working_carries_units() -> None:
    answers = (
        refill_dates(PUMP, 2000.0, 350.0),
        bridge_bolus(PUMP, CATHETER, 2000.0, 1000.0, 350.0),
        priming_bolus(PUMP, CATHETER, 500.0),
        volume_discrepancy(PUMP, 5.0, 6.0),
    )
    units = ("mL", "ug", "days", "min", "%")
    for answer in answers:
        lines = [line for line in answer.working if not line.startswith("Verdict")]
        assert all(any(unit in line for unit in units) for line in lines)


def test_dates_become_a_calendar() -> None:
    dates = refill_dates(PUMP, 2000.0, 350.0, filled_on=dt.date(2026, 1, 5))
    entries = refill_entries(dates) + replacement_entries(0.175 / DAY, dt.date(2024, 1, 5))
    read = Calendar.from_ical(calendar(entries, made_on=dt.date(2026, 1, 5)))
    events = {str(event["summary"]): event["dtstart"].dt for event in read.walk("VEVENT")}
    assert events["Pump refill"] == dt.date(2026, 7, 4)
    assert events["Pump: low-reservoir alarm expected"] == dt.date(2026, 1, 5) + dt.timedelta(days=217)
    life = battery_life(0.175 / DAY)
    assert events["Pump: end of service, delivery stops"] == dt.date(2024, 1, 5) + dt.timedelta(days=int(life / DAY))
    ninety = events["Pump: end of service, delivery stops"] - events["Pump: replacement due"]
    assert abs(ninety.days - 90) <= 1
    with pytest.raises(TherapyError, match="date of the fill"):
        refill_entries(refill_dates(PUMP, 2000.0, 350.0))


def test_json_keys_carry_their_units_and_dates_once_the_fill_is_known() -> None:
    change = concentration_change(PUMP, CATHETER, 500.0, 2000.0, 350.0, filled_on=dt.date(2026, 1, 5))
    told = with_units(dataclasses.asdict(change))
    assert told["bridge"]["dose_ug"] == pytest.approx(688.4)
    assert told["dates"]["refill_by_h"] == 180.0 * DAY
    assert told["dates"]["refill_by_date"] == dt.date(2026, 7, 4)
    assert not {"mixed", "dates_h"} & set(told)
    unknown = with_units(dataclasses.asdict(refill_dates(PUMP, 2000.0, 350.0)))
    assert unknown["refill_by_date"] is None


def test_calendars_of_two_pumps_do_not_collide_and_one_keeps_its_own() -> None:
    day = dt.date(2026, 1, 5)

    def events(
        concentration: float, dose: float, filled_on: dt.date, volume: float | None = None
    ) -> dict[str, dt.date]:
        dates = refill_dates(PUMP, concentration, dose, volume=volume, filled_on=filled_on)
        file = Calendar.from_ical(calendar(refill_entries(dates)))
        return {str(event["uid"]): event["dtstamp"].dt.date() for event in file.walk("VEVENT")}

    first = events(2000.0, 350.0, day)
    assert first == events(2000.0, 350.0, day)
    assert set(first.values()) == {day}
    others = (events(2000.0, 351.0, day), events(1000.0, 350.0, day), events(2000.0, 350.0, day, 39.0))
    later = events(2000.0, 350.0, day + dt.timedelta(days=1))
    assert len({uid for one in (first, *others, later) for uid in one}) == 20


def test_what_lies_between_programmed_and_delivered_adds_up() -> None:
    plan = RefillPlan("never", 0.0, (RefillVisit(15.0 * DAY, 2000.0),))
    made = Program((ProgramEntry(0.0, SimpleContinuous(200.0 / DAY)),), 500.0, plan)
    start, result = (deliver(made, PUMP, CATHETER, (), until, flow_ratio=1.0) for until in (0.0, 30.0 * DAY))
    line = gap_explained(result, start)
    terms = [float(term) for term in re.findall(r"(?:: |[-+=] )([\d.]+) ug", line)]
    assert terms[0] - sum(terms[1:-1]) == pytest.approx(terms[-1], abs=0.05)
    assert terms[-1] == pytest.approx(result.delivered, abs=0.01)
    assert "bridge bolus" in line
    assert "mixes with the fill" in line
    assert gap_explained(start, start) == ""


def test_a_catheter_holds_its_length_times_its_bore() -> None:
    assert CATHETER.volume == pytest.approx(66.0 * 0.0022)
    assert read_catheter({"length": "80 cm", "kind": "prometra"}).volume == pytest.approx(0.208)
    assert read_catheter({"tip": "l3/l4"}).tip == "L3/L4"
    assert np.isclose(read_catheter().volume, 66.0 * 0.0022)
    with pytest.raises(TherapyError, match="5 to 110 cm"):
        read_catheter({"length": "120 cm", "kind": "prometra"})
