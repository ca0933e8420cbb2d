"""A group simulated again and again: what is kept changes no number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from baclosim.patient import virtual_patients
from baclosim.scenario import load, loads
from baclosim.simulate import simulate
from baclosim.simulate.kept import Kept
from baclosim.simulate.repeated import Repeated

SHOWN = ("plasma", "csf_lumbar", "ashworth", "drowsiness", "withdrawal")
TAPER = """
[patient]
condition = "multiple sclerosis"
[therapy]
earlier = "20 mg four times daily for 60 days"
oral = "{} mg four times daily for 4 days, then nothing"
[simulate]
duration = "10 days"
"""


@pytest.mark.parametrize(
    "name", ["taper-80-mg-1-week", "pump-catheter-disconnection", "haemodialysis-10-mg-twice", "oral-until-relief"]
)
def test_a_repeated_run_equals_the_first_to_the_last_bit(name):
    study = load(name)
    group = virtual_patients(20, like=study.patient, seed=3)
    run = {"every": 2.0, "step": 0.5, "before": min(study.before, 480.0), "quantities": SHOWN, "seed": 3}
    plain = simulate(group, study.therapy, 96.0, threads=1, **run)
    again = Repeated(group)
    for _ in range(2):
        course = again.simulate(study.therapy, 96.0, **run)
        assert np.array_equal(course.time, plain.time)
        assert all(np.array_equal(course[quantity], plain[quantity]) for quantity in SHOWN)
        assert course.cautions == plain.cautions
        assert course.parameters_used == plain.parameters_used


@pytest.mark.parametrize("n", [16, 20, 32])
def test_the_first_of_a_group_share_its_body_and_are_the_same_to_the_last_bit(n):
    study = load("taper-80-mg-1-week")
    group = virtual_patients(40, like=study.patient, seed=3)
    run = {"every": 2.0, "step": 0.5, "before": 240.0, "quantities": SHOWN, "seed": 3}
    again = Repeated(group)
    whole = again.simulate(study.therapy, 96.0, **run)
    part = again.simulate(study.therapy, 96.0, first=n, **run)
    assert part.patients == n
    assert all(np.array_equal(part[quantity], whole[quantity][:n]) for quantity in SHOWN)
    assert (part.cautions, part.parameters_used) == (whole.cautions, whole.parameters_used)
    assert len(again.bodies) == 1


def test_the_past_is_marched_once_while_what_follows_is_dragged():
    first = loads(TAPER.format(15))
    again = Repeated(virtual_patients(20, like=first.patient, seed=1))
    for dose in (15, 12, 9):
        study = loads(TAPER.format(dose))
        run = {"every": 2.0, "step": 0.5, "before": study.before, "quantities": SHOWN}
        course = again.simulate(study.therapy, study.duration, **run)
        plain = simulate(again.group, study.therapy, study.duration, threads=1, **run)
        assert np.array_equal(course["withdrawal"], plain["withdrawal"])
    assert (len(again.bodies), len(again.pasts)) == (1, 1)
    other = loads(TAPER.format(15).replace("20 mg four", "25 mg four"))
    run = {"every": 2.0, "step": 0.5, "before": other.before, "quantities": SHOWN}
    course = again.simulate(other.therapy, other.duration, **run)
    assert np.array_equal(
        course["withdrawal"], simulate(again.group, other.therapy, 240.0, threads=1, **run)["withdrawal"]
    )
    assert len(again.pasts) == 2


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    kept: Kept[str, str] = Kept(2)
    for name in ("a", "b", "a", "c"):
        assert kept.of(name, name.upper) == name.upper()
    assert ("a" in kept, "b" in kept, "c" in kept, len(kept)) == (True, False, True, 2)


def test_many_threads_may_ask_at_once():
    kept: Kept[int, int] = Kept(4)

    def ask() -> None:
        assert all(kept.of(i % 7, lambda i=i: i % 7) == i % 7 for i in range(500))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(ask) for _ in range(4)]:
            done.result()
    assert len(kept) == 4
