"""A run that nobody waits for any more ends at its next blocks of patients, wherever it was begun."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

import baclosim as bs
from baclosim.engine.stopping import always, asked, asking
from baclosim.web.live import Latest, Stale
from baclosim.web.work.jobs import Job
from baclosim.web.work.planning import KINDS

LONGEST = 0.3  # s of processor between two looks at whether a plan is still wanted
PLANS = {
    "taper": {"treatment": "25 mg three times daily", "tablets": "10, 5"},
    "titrate": {"goal": "ashworth below 2"},
    "rescue": {"treatment": "350 ug/day intrathecally", "since": "2 years"},
    "overdose": {"taken": "800 mg by mouth once"},
    "convert": {"treatment": "60 mg/day by mouth in 3 doses"},
}


class Enough(Exception):
    """It is no longer wanted."""


class Counting:
    """A check that notes when it was asked, and refuses from one time on."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.times: list[float] = []
        self.most = most

    def __call__(self) -> None:
        self.times.append(time.process_time())
        if len(self.times) > self.most:
            raise Enough


def longest_gap(wanted) -> float:
    """Processor time between two looks while a plan is made [s]."""
    check = Counting()
    with asking(check):
        wanted.plan()
    return max(later - sooner for sooner, later in zip(check.times, check.times[1:], strict=False))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_ends_before_the_block_that_is_no_longer_wanted(threads):
    group, check = bs.virtual_patients(160, seed=1), Counting(4)
    with asking(check), pytest.raises(Enough):
        bs.simulate(group, "10 mg every 8 h", until="400 days", threads=threads)  # a block of a year is no small thing
    assert 5 <= len(check.times) <= 4 + 10
    assert asked() is always


def test_a_check_changes_no_result_and_holds_in_its_own_thread_alone():
    group, check = bs.virtual_patients(40, seed=1), Counting()
    with asking(check):
        watched = bs.simulate(group, "10 mg every 8 h", until="2 days")
        seen: list[object] = []
        other = threading.Thread(target=lambda: seen.append(asked()))
        other.start()
        other.join()
    assert seen == [always]
    assert check.times
    assert (watched["plasma"] == bs.simulate(group, "10 mg every 8 h", until="2 days")["plasma"]).all()


@pytest.mark.parametrize("kind", PLANS)
def test_every_plan_looks_often_enough_at_whether_it_is_still_wanted(kind):
    wanted = KINDS[kind].model_validate(PLANS[kind])
    wanted.plan()  # what is compiled and kept is there
    assert min(longest_gap(wanted) for _ in range(3)) < LONGEST  # other threads of the process may be at work
    few = Counting(5)
    with asking(few), pytest.raises(Enough):
        wanted.plan()
    assert len(few.times) < 5 + 32


def test_a_cancelled_request_ends_its_thread():
    begun, ended = threading.Event(), threading.Event()

    def work() -> None:
        try:
            while True:
                asked()()
                begun.set()
                time.sleep(0.01)
        finally:
            ended.set()

    async def cancel() -> None:
        page = Latest()
        task = asyncio.create_task(page.run(work))
        await asyncio.to_thread(begun.wait)
        page.cancel()
        with pytest.raises(Stale):
            await task

    asyncio.run(asyncio.wait_for(cancel(), 20.0))
    assert ended.is_set()


def test_a_cancelled_job_ends_within_its_step():
    begun = threading.Event()

    def work(_: object) -> None:
        while True:
            begun.set()
            bs.simulate(bs.virtual_patients(32, seed=1), "10 mg every 8 h", until="1 day")

    job = Job("plan", work, 1, "plans")
    thread = threading.Thread(target=job.run)
    thread.start()
    begun.wait()
    job.unwanted.set()
    thread.join(20.0)
    assert job.state == "cancelled"
