"""Programs of a pump carried out to the last microgram."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baclosim.pump.catheter import Catheter, MixedLine, PlugLine
from baclosim.pump.deliver import Delivery, begin, deliver, delivery_of
from baclosim.pump.device import device
from baclosim.pump.system import read_pump
from baclosim.therapy.doses import CHANNELS
from baclosim.therapy.intrathecal.program import (
    Flex,
    FlexStep,
    PatientBolus,
    PeriodicBolus,
    Program,
    ProgramEntry,
    RefillPlan,
    RefillVisit,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)
from pump_table import table

PUMP = device("synchromed-ii-40")
CATHETER = Catheter(0.15, "T10")
NEVER = RefillPlan("never")


def program(*modes: object, concentration: float = 1000.0, **more: object) -> Program:
    """Modes one after another, each with its time [h]: (0.0, mode), (24.0, mode)."""
    entries = tuple(ProgramEntry(at, mode) for at, mode in modes)
    return Program(entries, concentration, **({"refill": NEVER} | more))


def given_by(result: Delivery, time: float, channel: str = "catheter") -> float:
    """Drug given into a channel by a time [ug]."""
    doses = result.doses
    chosen = doses.channel == CHANNELS.index(channel)
    start, amount, duration = doses.time[chosen], doses.amount[chosen], doses.duration[chosen]
    share = np.clip((time - start) / np.where(duration > 0.0, duration, 1.0), 0.0, 1.0)
    return float((amount * np.where(duration > 0.0, share, start <= time)).sum())


def rate_at(result: Delivery, time: float) -> float:
    """Rate at which drug reaches the canal [ug/h]."""
    doses = result.doses
    now = (doses.channel == CHANNELS.index("catheter")) & (doses.time <= time) & (time < doses.time + doses.duration)
    return float((doses.amount[now] / doses.duration[now]).sum())


# --- carrying out -----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    starts=st.lists(st.integers(0, 23), min_size=1, max_size=5, unique=True),
    rates=st.lists(st.floats(0.5, 40.0), min_size=5, max_size=5),
    start_clock=st.integers(0, 23),
    weekday=st.integers(0, 6),
    weekend_rate=st.floats(0.5, 40.0),
    hours=st.floats(1.0, 500.0),
)
def test_flex_delivers_its_integral(
    starts: list[int], rates: list[float], start_clock: int, weekday: int, weekend_rate: float, hours: float
) -> None:
    starts = sorted(starts)
    week = tuple(range(5))
    ends = [*starts[1:], 24]
    steps = [FlexStep(a, b, r, week) for a, b, r in zip(starts, ends, rates, strict=False)]
    steps += [FlexStep(0.0, starts[0], 1.0, week)] if starts[0] else []
    steps += [FlexStep(0.0, 24.0, weekend_rate, (5, 6))]
    start_date = dt.date(2026, 1, 5) + dt.timedelta(weekday)
    made = program((0.0, Flex(tuple(steps))), start_clock=float(start_clock), start_date=start_date)
    result = deliver(made, PUMP, CATHETER, (), hours, flow_ratio=1.0)
    expected = integral(steps, start_clock, weekday, hours)
    assert result.delivered == pytest.approx(expected, rel=1e-11)
    assert result.programmed == pytest.approx(expected, rel=1e-11)


def integral(steps: list[FlexStep], start_clock: int, weekday: int, hours: float) -> float:
    """The slow way: every quarter of an hour looked up by itself."""
    total, time = 0.0, 0.0
    while time < hours:
        until = min(np.floor(time) + 1.0, hours)
        now = (start_clock + time) % 24.0
        day = int(weekday + (start_clock + time) // 24.0) % 7
        step = next(s for s in steps if day in s.weekdays and s.start <= now < s.end)
        total += step.dose_rate * (until - time)
        time = until
    return total


def test_dead_volume_delays_the_first_drug_by_volume_over_flow() -> None:
    """csf claim pump.site: a fresh catheter gives nothing before its volume has passed, then all at once."""
    result = deliver(program((0.0, SimpleContinuous(10.0)), primed=False), PUMP, CATHETER, (), 48.0, flow_ratio=1.0)
    arrives = CATHETER.volume / (10.0 / 1000.0)
    assert rate_at(result, arrives - 1e-6) == 0.0
    assert rate_at(result, arrives + 1e-6) == pytest.approx(10.0)
    assert given_by(result, 48.0) == pytest.approx((48.0 - arrives) * 10.0)


def test_a_change_of_rate_acts_at_once_and_a_change_of_concentration_after_volume_over_flow() -> None:
    ideal = replace(PUMP, residual_volume=0.0)
    change = RefillPlan("never", 0.0, (RefillVisit(24.0, 500.0, bridge=False),))
    made = program((0.0, SimpleContinuous(10.0)), (12.0, SimpleContinuous(20.0)), refill=change)
    result = deliver(made, ideal, CATHETER, (), 96.0, flow_ratio=1.0)
    assert rate_at(result, 11.999) == pytest.approx(10.0)
    assert rate_at(result, 12.001) == pytest.approx(20.0)
    arrives = 24.0 + (ideal.tubing_volume + CATHETER.volume) / (20.0 / 500.0)
    assert rate_at(result, 24.001) == pytest.approx(40.0)  # the old, stronger drug at the new, faster flow
    assert rate_at(result, arrives - 1e-3) == pytest.approx(40.0)
    assert rate_at(result, arrives + 1e-3) == pytest.approx(20.0)


@pytest.mark.parametrize("new", [500.0, 2000.0])
def test_a_bridge_bolus_keeps_the_dose_constant_across_a_change_of_concentration(new: float) -> None:
    ideal = replace(PUMP, residual_volume=0.0)
    change = RefillPlan("never", 0.0, (RefillVisit(24.0, new),))
    result = deliver(program((0.0, SimpleContinuous(15.0)), refill=change), ideal, CATHETER, (), 240.0, flow_ratio=1.0)
    for time in np.linspace(0.5, 239.5, 101):
        assert rate_at(result, float(time)) == pytest.approx(15.0)


def test_a_priming_bolus_fills_the_catheter_and_no_more() -> None:
    entries = [{"mode": "simple continuous", "dose": "240 ug/day"}, {"mode": "priming bolus"}]
    system = read_pump(table(program=entries, primed=False, catheter={"volume": "0.15 mL"}))
    result = system.deliver(48.0, is_typical=True)
    assert given_by(result, 0.15 - 1e-9) == 0.0
    assert rate_at(result, 0.2) == pytest.approx(10.0)


def test_a_single_bolus_gives_way_to_the_program_before_it_or_to_nothing() -> None:
    for then, after in (("resume", 10.0), ("stopped", 0.0)):
        made = program((0.0, SimpleContinuous(10.0)), (10.0, SingleBolus(50.0, 0.5, then)))
        result = deliver(made, PUMP, CATHETER, (), 24.0, flow_ratio=1.0)
        assert rate_at(result, 10.25) == pytest.approx(100.0)
        assert rate_at(result, 11.0) == pytest.approx(after)


def test_a_periodic_bolus_comes_round() -> None:
    made = program((0.0, PeriodicBolus(24.0, 1.0, 6.0, background=2.0, first=3.0)))
    result = deliver(made, PUMP, CATHETER, (), 48.0, flow_ratio=1.0)
    assert result.delivered == pytest.approx(8 * 24.0 + 2.0 * 48.0)
    assert rate_at(result, 9.5) == pytest.approx(26.0)
    assert rate_at(result, 10.5) == pytest.approx(2.0)


@settings(max_examples=40, deadline=None)
@given(
    lockout=st.floats(0.6, 12.0),
    per_day=st.integers(1, 8),
    pressed=st.sampled_from(["always", 20.0, 2.0, (6.0, 6.5, 12.0, 20.0)]),
    seed=st.integers(0, 99),
)
def test_patient_boluses_keep_lock_out_and_daily_limit(
    lockout: float, per_day: int, pressed: object, seed: int
) -> None:
    mode = PatientBolus(20.0, 0.5, lockout, per_day, 5.0, pressed)  # type: ignore[arg-type]
    result = deliver(program((0.0, mode)), PUMP, CATHETER, (), 240.0, flow_ratio=1.0, seed=seed)
    asked = [event for event in result.log if event.kind == "bolus"]
    times = np.array([event.time for event in asked if event.values["granted"]])
    assert (np.diff(times) >= lockout - 1e-9).all()
    assert all(np.sum((times > t - 24.0 + 1e-9) & (times <= t)) <= per_day for t in times)
    whole = times[times + 0.5 <= 240.0]
    part = float(np.sum(np.clip(240.0 - times[times + 0.5 > 240.0], 0.0, 0.5))) / 0.5
    assert result.delivered == pytest.approx(20.0 * (len(whole) + part) + 5.0 * 240.0)
    if pressed == "always":
        assert len(times) == len(asked) > 0


def test_a_refused_press_says_why() -> None:
    mode = PatientBolus(20.0, 0.5, 2.0, 2, 5.0, (6.0, 7.0, 12.0, 20.0))
    result = deliver(program((0.0, mode), start_clock=0.0), PUMP, CATHETER, (), 24.0, flow_ratio=1.0)
    said = [event.text for event in result.log if event.kind == "bolus"]
    given, refused = "patient bolus given", "patient bolus refused"
    assert said == [given, f"{refused}: lock-out", given, f"{refused}: daily limit"]


def test_a_stopped_pump_gives_nothing_and_the_minimum_rate_nearly_nothing() -> None:
    assert deliver(program((0.0, Stopped())), PUMP, CATHETER, (), 1000.0).delivered == 0.0
    system = read_pump(table(program=[{"mode": "minimum rate"}]))
    assert system.deliver(24.0, is_typical=True).delivered == pytest.approx(0.006 * 2000.0)


@given(cuts=st.lists(st.floats(0.0, 2000.0), max_size=6))
@settings(max_examples=25, deadline=None)
def test_the_result_does_not_depend_on_how_time_is_cut(cuts: list[float]) -> None:
    mode = PatientBolus(20.0, 0.5, 3.0, 4, 12.0, 6.0)
    whole = deliver(program((0.0, mode), primed=False), PUMP, CATHETER, (), 2000.0, seed=3)
    pieces = deliver(program((0.0, mode), primed=False), PUMP, CATHETER, (), 0.0, seed=3).pump
    for cut in [*sorted(cuts), 2000.0]:
        pieces.advance(cut)
    assert pieces.canal.total == pytest.approx(whole.delivered, rel=1e-12)
    assert pieces.estimated_volume == pytest.approx(whole.pump.estimated_volume, rel=1e-12)


def test_a_course_in_parts_is_the_course_in_one_and_a_policy_can_change_the_program_between() -> None:
    whole = deliver(program((0.0, SimpleContinuous(10.0)), (240.0, SimpleContinuous(12.0))), PUMP, CATHETER, (), 480.0)
    agenda = begin(program((0.0, SimpleContinuous(10.0))), PUMP, CATHETER, (), 480.0)
    agenda.run(240.0)
    kept = copy.deepcopy(agenda)
    for course in (agenda, kept):
        course.program(SimpleContinuous(12.0))
        course.run(480.0)
        assert delivery_of(course.pump).delivered == pytest.approx(whole.delivered, rel=1e-13)


def test_each_patient_of_a_cohort_has_a_pump_of_their_own_however_the_cohort_is_cut() -> None:
    system = read_pump(table(hazards="published"))
    together = system.doses(4320.0, 4, seed=5)
    alone = system.doses(4320.0, 1, seed=5, first=2)
    mine = together.patient == 2
    np.testing.assert_array_equal(together.amount[mine], alone.amount)
    ratios = [system.deliver(24.0, seed=5, patient=i).pump.flow_ratio for i in range(300)]
    assert np.std(ratios) == pytest.approx(0.07, abs=0.01)


def test_delivered_mass_is_programmed_mass_within_the_flow_error() -> None:
    system = read_pump(table())
    for patient in range(50):
        result = system.deliver(2000.0, seed=1, patient=patient)
        assert abs(result.delivered / result.programmed - 1.0) <= 0.1451


# --- the line ---------------------------------------------------------------------------------------------


@given(pushes=st.lists(st.tuples(st.floats(0.0, 0.5), st.sampled_from([0.0, 500.0, 1000.0, 2000.0])), max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_line_gives_out_what_it_takes_in(pushes: list[tuple[float, float]]) -> None:
    for tube in (PlugLine.filled(0.2, 1000.0), MixedLine.filled(0.2, 1000.0, 8)):
        taken = tube.amount
        for volume, concentration in pushes:
            out = tube.push(volume, concentration)
            taken += volume * concentration - sum(v * c for v, c in out)
            assert sum(v for v, _ in out) == pytest.approx(volume, abs=1e-15)
            assert all(-1e-12 <= c <= 2000.0 * (1.0 + 1e-12) for _, c in out)
            assert tube.amount == pytest.approx(taken, abs=1e-9)


def test_more_mixing_cells_approach_plug_flow_and_the_mean_delay_stays() -> None:
    def delay_and_width(cells: int) -> tuple[float, float]:
        tube = MixedLine.filled(0.2, 0.0, cells)
        out = [tube.push(0.001, 1000.0)[0] for _ in range(2000)]
        rise = np.diff([0.0, *(c / 1000.0 for _, c in out)])
        at = 0.001 * (np.arange(len(rise)) + 0.5)
        mean = float((rise * at).sum())
        return mean, float(np.sqrt((rise * (at - mean) ** 2).sum()))

    (few, wide), (many, narrow) = delay_and_width(4), delay_and_width(100)
    assert few == pytest.approx(0.2, rel=0.01)
    assert many == pytest.approx(0.2, rel=0.01)
    assert wide == pytest.approx(0.2 / 2.0, rel=0.02)  # cells in series: volume over the square root of their number
    assert narrow == pytest.approx(0.2 / 10.0, rel=0.02)
