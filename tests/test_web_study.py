"""What a page holds: its address, undo and redo, drafts that never replace what is valid, tables in step with words."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import threading
import time
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baclosim.engine.march import available_cores
from baclosim.errors import InputError
from baclosim.scenario.reading import examples
from baclosim.therapy.language import parse
from baclosim.web.bench import Bench, without_empty
from baclosim.web.charts.curves import course_options
from baclosim.web.charts.parts import Look
from baclosim.web.daystrip import rates_of, steps_of, with_rate
from baclosim.web.dosetable import Row, rows_of, sentence_of
from baclosim.web.live import COARSE, WHILE_DRAGGED, Latest, Stale, outcomes, pool, previews, quick, repeated
from baclosim.web.study import History, Study, from_address, from_example, to_address


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_fits_into_an_address_and_comes_back_as_the_same_scenario(name):
    study = from_example(name)
    word = to_address(study)
    assert len(word) < 2000
    again = from_address(word)
    assert str(again.scenario().therapy) == str(study.scenario().therapy)
    assert again.scenario().patient == study.scenario().patient


@given(st.text(max_size=300))
def test_a_made_up_address_is_one_clear_error(word):
    with pytest.raises(InputError, match="address"):
        from_address(word)


def packed(plain: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(plain).encode())).decode().rstrip("=")


@pytest.mark.parametrize(
    "plain",
    [
        [],
        {"p": {}},
        {"p": {}, "t": [], "s": {}, "n": ""},
        {"p": {}, "t": [{}] * 5, "s": {}, "n": ""},
        {"p": [], "t": [{}], "s": {}, "n": ""},
        {"p": {}, "t": ["x"], "s": {}, "n": ""},
    ],
)
def test_an_address_of_another_shape_is_refused(plain):
    with pytest.raises(InputError):
        from_address(packed(plain))


def test_an_address_that_unpacks_without_end_is_refused():
    bomb = base64.urlsafe_b64encode(zlib.compress(b'{"p":"' + b" " * 10_000_000 + b'"}', 9)).decode().rstrip("=")
    with pytest.raises(InputError):
        from_address(bomb)


def test_undo_and_redo_walk_through_what_was_applied():
    first = from_example("sci-80-mg")
    second = first.with_therapy(0, {"oral": "10 mg every 8 h"})
    third = first.with_therapy(0, {"oral": "15 mg every 8 h"})
    history = History(first)
    history.apply(second)
    history.apply(second)
    assert len(history.past) == 1
    history.apply(third)
    assert history.undo()
    assert history.present == second
    assert history.undo()
    assert not history.undo()
    assert history.present == first
    assert history.redo()
    history.apply(third)
    assert not history.redo()


def test_a_draft_with_a_mistake_never_replaces_what_is_applied():
    bench = Bench(History(from_example("oral-titration-ms")))
    before = bench.study
    bench.draft["patient"]["weight"] = "68 furlongs"
    bench.draft["therapies"][0]["oral"] = "10 every 8 h"
    assert not bench.apply()
    assert bench.study == before
    assert {p.where.split(".")[0] for p in bench.problems} == {"patient", "therapy"}
    bench.draft["patient"]["weight"] = "70 kg"
    bench.draft["therapies"][0]["oral"] = "10 mg every 8 h"
    assert bench.apply()
    assert bench.study.patient["weight"] == "70 kg"
    bench.undo()
    assert bench.draft["patient"]["weight"] == before.patient["weight"]


def test_two_pages_share_nothing():
    one, other = (Bench(History(from_example("oral-titration-ms"))) for _ in range(2))
    one.draft["patient"]["age"] = "20 years"
    one.apply()
    assert other.draft["patient"]["age"] != "20 years"
    assert other.study.patient["age"] != "20 years"


def test_a_preview_shows_the_same_patients_as_the_result():
    study = from_example("oral-titration-ms")
    study = replace(study, simulate={**study.simulate, "duration": "8 days"})
    (quick,), (whole,) = previews(study), outcomes(study)
    for name in ("plasma", "ashworth", "drowsiness"):
        shared = whole.patients[name][:, :: round(COARSE)]
        assert quick.patients.time == pytest.approx(whole.patients.time[:: round(COARSE)])
        assert np.abs(quick.patients[name] - shared).max() < 0.02 * np.ptp(shared), name


def test_a_long_time_or_a_crowd_is_previewed_with_fewer_of_the_same_patients():
    study = from_example("oral-titration-ms")
    (alone,), (among_many,) = previews(study), previews(study, at_once=40)
    assert alone.patients.patients > among_many.patients.patients == WHILE_DRAGGED[-1]
    assert np.array_equal(among_many.patients["ashworth"], alone.patients["ashworth"][: WHILE_DRAGGED[-1]])
    assert not previews(replace(study, simulate={**study.simulate, "duration": "3 years"}))


def test_the_past_of_a_taper_is_marched_once_while_its_end_is_dragged():
    study = from_example("taper-80-mg-8-weeks")
    study = replace(study, patient={**study.patient, "weight": "71 kg"})
    for dose in (5, 10):
        (quick,) = previews(study.with_therapy(0, {**study.therapies[0], "oral": f"{dose} mg every 8 h"}))
    group = repeated(quick.scenario.patient, quick.patients.patients, quick.scenario.seed, canal=False)
    assert quick.scenario.before > 24.0 * 300
    assert (len(group.bodies), len(group.pasts)) == (1, 1)


def test_while_a_dose_is_dragged_only_numbers_change():
    study = from_example("oral-titration-ms")
    study = replace(study, simulate={**study.simulate, "duration": "8 days"})
    one, other = (
        course_options(previews(study.with_therapy(0, {"oral": f"{dose} mg every 8 h"})), ["A"], Look())
        for dose in (14, 15)
    )
    assert {k: v for k, v in one.items() if k != "dataset"} == {k: v for k, v in other.items() if k != "dataset"}
    (table,), (changed,) = ([numbers["source"] for numbers in options["dataset"]] for options in (one, other))
    assert table.shape == changed.shape == (1 + len(one["series"]), 97)
    assert np.array_equal(table[0], changed[0])
    assert (changed[3] > table[3])[1:].all()  # the median of plasma


def test_a_drag_shows_what_has_begun_and_then_the_newest():
    shown, begun = [], threading.Event()

    def work(number: int) -> int:
        begun.set()
        time.sleep(0.05)
        return number

    async def ask(page: Latest, number: int, *, passing: bool = True) -> None:
        with contextlib.suppress(Stale):
            shown.append(await (page.in_passing if passing else page.run)(work, number))

    async def drag(*, let_go: bool) -> None:
        page = Latest()
        moves = [asyncio.create_task(ask(page, 0))]
        await asyncio.to_thread(begun.wait)
        moves += [asyncio.create_task(ask(page, number)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        if let_go:
            moves.append(asyncio.create_task(ask(page, 4, passing=False)))
        await asyncio.gather(*moves)

    asyncio.run(drag(let_go=False))
    assert shown == [0, 3]
    shown.clear()
    begun.clear()
    asyncio.run(drag(let_go=True))
    assert shown == [4]


def test_a_page_whose_turn_comes_shows_the_newest_that_it_asked_for_by_then():
    shown, free = [], threading.Event()

    async def ask(page: Latest, number: int) -> None:
        with contextlib.suppress(Stale):
            shown.append(await page.in_passing(lambda: number))

    async def drag() -> None:
        busy = [quick().submit(free.wait) for _ in range(available_cores())]
        page = Latest()
        moves = []
        for number in range(5):
            moves.append(asyncio.create_task(ask(page, number)))
            await asyncio.sleep(0.01)
        free.set()
        await asyncio.gather(*moves)
        await ask(page, 5)
        assert all(thread.result() for thread in busy)

    asyncio.run(drag())
    assert shown == [4, 5]


def test_what_is_dragged_never_waits_behind_what_is_long():
    long = threading.Event()

    async def drag() -> int:
        busy = [pool().submit(long.wait) for _ in range(available_cores() + 1)]
        found = await asyncio.wait_for(Latest().in_passing(lambda: 7), 10.0)
        long.set()
        assert all(thread.result() for thread in busy)
        return found

    assert asyncio.run(drag()) == 7


def test_whoever_asked_within_a_second_is_counted_as_dragging(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("baclosim.web.live.monotonic", lambda: now[0])
    monkeypatch.setattr(Latest, "dragging", {})

    async def drag() -> list[int]:
        counts = []
        for page, later in ((Latest(), 0.0), (first := Latest(), 0.5), (first, 0.4), (Latest(), 0.3)):
            now[0] += later
            counts.append(await page.in_passing(lambda: len(Latest.dragging)))
        return counts

    assert asyncio.run(drag()) == [1, 2, 2, 2]


def test_empty_entries_say_nothing():
    assert without_empty({"a": "", "b": {"c": None}, "d": [], "e": " x ", "f": 0}) == {"e": "x", "f": 0}


def test_the_last_therapy_stays():
    study = Study({}, ({"oral": "10 mg once"},), {})
    assert study.without_therapy(0) == study


SENTENCES = (
    "5 mg every 8 h for 3 days, then 10 mg every 8 h",
    "20 mg four times daily, then reduce by 5 mg per dose every week to zero",
    "10 mg at 08:00 and 20:00 for 2 weeks, then nothing for 2 days, then 30 mg/day in 3 doses",
    "10 mg every 8 h and 5 mg at 22:00",
    "0.3 mg/kg three times daily, missing 10 % of doses at random",
    "5 mg once on day 3, then 10 mg daily with food until day 9",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_table_and_sentence_say_the_same(sentence):
    rows = rows_of(sentence)
    assert parse(sentence_of(rows)) == parse(sentence)
    assert rows_of(sentence_of(rows)) == rows


def test_a_changed_cell_changes_the_sentence():
    rows = rows_of("5 mg every 8 h for 3 days, then 10 mg every 8 h")
    changed = (Row("7.5 mg", rows[0].when, "4 days"), rows[1])
    assert sentence_of(changed) == "7.5 mg every 8 h for 4 days, then 10 mg every 8 h"


@given(st.lists(st.sampled_from([0.0, 5.0, 12.0, 12.5, 20.0]), min_size=24, max_size=24))
def test_bars_and_steps_say_the_same(rates):
    assert rates_of(steps_of(tuple(rates))) == tuple(rates)


def test_programs_that_bars_cannot_show_are_left_as_words():
    assert rates_of(["Mon-Fri 06:00-09:00 18 ug/h"]) is None
    assert rates_of(["06:30-10:00 20 ug/h", "10:00-06:30 12 ug/h"]) is None
    assert rates_of(["06:00-10:00 20 ug/h"]) is None


def test_no_bar_is_dragged_below_nothing():
    assert with_rate((1.0,) * 24, 3, -2.0)[3] == 0.0
