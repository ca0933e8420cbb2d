"""Properties of the dosing language: every regimen prints as one sentence and back; no text breaks the reader."""

import time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from baclosim.errors import TherapyError
from baclosim.therapy.amounts import Gel, Mass, MassPerWeight, Tablets, tidy
from baclosim.therapy.language import parse
from baclosim.therapy.language.words import vocabulary
from baclosim.therapy.regimen import Regimen
from baclosim.therapy.steps import Adherence, Dosing, For, ForDoses, Intake, Nothing, Percent, Ramp, Until
from baclosim.therapy.timing import Clock, Continuous, Divided, Every, EveryNthDay, Once, TimesADay, Weekdays


def numbers(low, high):
    """Numbers as a regimen holds them: twelve significant digits."""
    return st.floats(low, high, allow_nan=False).map(tidy) | st.integers(int(low) + 1, int(high)).map(float)


hours = numbers(0.1, 2000.0)
clocks = st.sets(st.integers(0, 1439), min_size=1, max_size=4).map(
    lambda minutes: Clock(tuple(sorted(tidy(m / 60) for m in minutes)))
)
repeated = (
    st.builds(Every, numbers(0.1, 200.0))
    | st.builds(TimesADay, st.integers(1, 12))
    | st.builds(Divided, st.integers(1, 12))
    | clocks
)
patterns = (
    st.none()
    | st.builds(EveryNthDay, st.integers(2, 9))
    | st.sets(st.integers(0, 6), min_size=1).map(lambda days: Weekdays(tuple(sorted(days))))
)
by_mouth = st.builds(
    Intake,
    amount=st.builds(Mass, numbers(2000.0, 1e5))
    | st.builds(Tablets, st.sampled_from([0.25, 0.5, 1.0, 1.5, 2.0, 3.0]), st.sampled_from([5e3, 1e4, 2e4]))
    | st.builds(MassPerWeight, numbers(100.0, 3000.0)),
    timing=st.builds(Every, numbers(3.0, 200.0))
    | st.builds(TimesADay, st.integers(1, 9))
    | st.builds(Divided, st.integers(1, 12))
    | clocks,
    days=patterns,
    food=st.sampled_from(["", "with food", "without food"]),
)
on_skin = st.builds(
    Intake,
    amount=st.builds(Mass, numbers(1e3, 1e5)) | st.builds(Gel, numbers(0.5, 20.0), st.sampled_from([0.01, 0.025, 0.1])),
    timing=repeated,
    route=st.just("skin"),
    area=numbers(1.0, 2000.0),
    wear=st.none() | numbers(0.1, 12.0),
)
in_vein = st.builds(
    Intake,
    amount=st.builds(Mass, numbers(1e3, 2e4)),
    timing=st.just(Once()) | repeated,
    route=st.just("vein"),
    over=st.just(0.0) | numbers(0.02, 2.0),
)
in_canal = st.builds(
    Intake,
    amount=st.builds(Mass, numbers(20.0, 2000.0)),
    timing=st.just(Continuous()) | st.just(Once()) | repeated,
    route=st.just("intrathecal"),
)
spans = st.builds(For, hours) | st.builds(ForDoses, st.integers(1, 40)) | st.builds(Until, st.integers(1, 400))
dosings = st.builds(
    Dosing,
    intakes=st.lists(by_mouth | on_skin | in_vein | in_canal, min_size=1, max_size=3).map(tuple),
    span=st.none() | spans,
    from_day=st.none() | st.integers(1, 60),
)
pauses = st.builds(Nothing, span=st.none() | st.builds(For, hours), from_day=st.none() | st.integers(1, 200))
ramps = st.builds(
    Ramp,
    upward=st.booleans(),
    change=st.builds(Mass, numbers(500.0, 2e4)) | st.builds(Percent, numbers(5.0, 60.0)),
    basis=st.sampled_from(["dose", "day"]),
    every=hours,
    target=st.none() | st.builds(Mass, numbers(500.0, 2e5)),
    span=st.none() | st.builds(For, hours),
)
missed = st.builds(
    Adherence,
    random=st.sampled_from([0.0, 0.1, 0.25]),
    numbers=st.sets(st.integers(1, 50), max_size=3).map(lambda found: tuple(sorted(found))),
)


@st.composite
def regimens(draw):
    steps = (draw(dosings), *draw(st.lists(dosings | pauses | ramps, max_size=3)))
    try:
        return Regimen(steps, draw(missed))
    except TherapyError:
        assume(False)


@settings(max_examples=300, deadline=None)
@given(regimens())
def test_a_regimen_prints_as_one_sentence_and_back(regimen):
    said = str(regimen)
    again = parse(said)
    assert again == regimen
    assert str(again) == said


@settings(max_examples=100, deadline=None)
@given(regimens(), st.floats(1.0, 800.0), st.sampled_from([0.0, 7.5, 8.0, 100.0]))
def test_doses_lie_in_the_run_and_are_finite(regimen, until, clock):
    try:
        given_ = regimen.given(until, start_clock=clock, weight=70.0)
    except TherapyError:
        assume(False)
    doses = given_.doses
    assert np.all((doses.time >= -1e-9) & (doses.time < until))
    for column in (doses.amount, doses.duration):
        assert np.all(np.isfinite(column) & (column >= 0))
    assert np.all(doses.amount <= given_.applied * (1 + 1e-12))


@settings(max_examples=60, deadline=None)
@given(regimens(), st.floats(10.0, 400.0))
def test_a_longer_run_begins_with_the_shorter_one(regimen, until):
    assume(not any(isinstance(i.timing, Continuous) for s in regimen.steps if isinstance(s, Dosing) for i in s.intakes))
    short, long = (regimen.doses(u, weight=70.0, seed=1) for u in (until, until + 200.0))
    sooner = until - 1e-6  # doses at the very end belong to neither side
    np.testing.assert_allclose(short.time[short.time < sooner], long.time[long.time < sooner])


@st.composite
def reductions(draw):
    """A reducing ramp by mouth, its interval [h]; levels may end between two doses."""
    timing = draw(st.builds(Every, st.integers(1, 96).map(lambda n: n / 2)) | st.builds(TimesADay, st.integers(1, 6)))
    target = draw(st.none() | st.just(Mass(5e3)))
    ramp = Ramp(False, Mass(draw(numbers(1e3, 8e3))), "dose", draw(numbers(0.5, 100.0)), target)
    span = draw(st.none() | st.builds(For, numbers(1.0, 100.0)))
    return Regimen((Dosing((Intake(Mass(2e4), timing),), span), ramp)), timing.gap


@settings(max_examples=200, deadline=None)
@given(reductions())
def test_a_reduction_never_gives_more_than_the_level_before(case):
    regimen, gap = case
    doses = regimen.doses(1000.0)
    assert np.all(np.diff(doses.amount) <= 0)
    assert np.all(np.diff(doses.time) >= gap - 1e-6)
    ends = np.searchsorted(doses.time, doses.time + 24.0 - 1e-6)
    summed = np.concatenate(([0.0], np.cumsum(doses.amount)))
    most = np.ceil(24.0 / gap - 1e-6) * doses.amount
    assert np.all(summed[ends] - summed[:-1] <= most * (1 + 1e-9))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 24), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_steps_of_whole_intervals_begin_with_a_dose(interval, counts):
    steps = [Dosing((Intake(Mass(1e4), Every(interval / 1.7)),), For(tidy(n * interval / 1.7))) for n in counts]
    end = sum(counts) * interval / 1.7
    times = Regimen(tuple(steps)).doses(end - 1e-6).time
    np.testing.assert_allclose(times, np.arange(sum(counts)) * interval / 1.7, atol=1e-6)


words = st.sampled_from(sorted(vocabulary())) | st.sampled_from(
    ["10", "5 mg", "08:00", "25:61", "0", "1e400", "1/0", "½", "2.5.1", "3rd", "99th", "q8h", "%", ",", ";", "-",
     "/", "(", "cm2", "²", "mg/kg", "99999999", "q0h", "0 mg", "then", "and", "every 8 h", "\t", "\n", "é", "٣"]
)  # fmt: skip


def reads_or_refuses(text):
    started = time.perf_counter()
    try:
        regimen = parse(text)
    except TherapyError:
        regimen = None
    if regimen is not None:
        assert parse(str(regimen)) == regimen
        assert isinstance(regimen.notes, tuple)
    assert time.perf_counter() - started < 5.0


@settings(max_examples=1500, deadline=None)
@given(st.lists(words, max_size=14).map(" ".join))
def test_any_words_are_read_or_refused(text):
    reads_or_refuses(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    reads_or_refuses(text)


SEEDS = (
    "5 mg every 8 h for 3 days, then 10 mg at 08:00 and 20 mg at night, then stop",
    "2 % gel, 5 g on 100 cm2 twice daily worn for 6 h, missing 10 % of doses at random",
    "20 mg tds, increase by 5 mg every 3 days up to 40 mg three times daily, reduce by 10 % every week to 5 mg",
    "350 ug/day intrathecally until day 30, then 50 ug bolus intrathecally, nothing for 2 days, 2 mg/kg/day in 3 doses",
)


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_a_damaged_sentence_is_read_or_refused(data):
    text = data.draw(st.sampled_from(SEEDS)).split(" ")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.just("") | words | st.sampled_from(text))
    reads_or_refuses(" ".join(text))


@pytest.mark.parametrize(
    "text",
    [
        "zxcvb " * 300,
        "10 " * 600,
        "1 mg and " * 200,
        "every " * 300,
        "at 08:00 and " * 150,
        "½" * 2000,
        "10 mg every 1 minute on Mondays for 10000 doses, then 5 mg tds",
        "1 mg intravenously every 1 minute on Mondays for 10000 doses, then 5 mg tds",
        "10 mg every 366 days for 10000 doses, then 5 mg tds",
        "5 mg tds, increase by 1 mg every 3 days up to 900 mg",
        "(" * 2000,
    ],
)
def test_hard_texts_take_no_time(text):
    reads_or_refuses(text)
