"""Fluid drawn from the canal: nothing is lost, and what is drawn is what flows past the needle."""

from __future__ import annotations

import numpy as np
import pytest

import baclosim as bs
from baclosim.body.drain import DRAIN
from baclosim.errors import Problems
from baclosim.simulate import body_for
from baclosim.therapy.removal import Removal, rates, read_removals

ADULT = bs.Patient(age=40, weight=70, creatinine_clearance=110, condition="spinal cord injury", ashworth=4, spasms=3)


class Punctured:
    """A bolus into the canal, and fluid drawn off."""

    notes = ()

    def __init__(self, *removals: Removal, sentence: str = "2000 ug bolus intrathecally") -> None:
        from baclosim.therapy.language import parse

        self.regimen, self.drawn = parse(sentence), rates(removals)

    def doses(self, until, **known):
        """The bolus."""
        return self.regimen.doses(until, **known)


def run(*removals: Removal, until: float = 24.0, group=ADULT, **more):
    return bs.simulate(group, Punctured(*removals), until, quantities="all", every="15 min", **more)


def test_every_microgram_is_somewhere_also_what_was_drawn():
    cohort = bs.virtual_patients(40, like=ADULT)
    course = run(Removal(1.0, 30.0), Removal(4.1, 20.0, 0.3), until=100.0, group=cohort)
    held = course.final.amounts[:, : len(_body().compartments)].sum(axis=1)
    np.testing.assert_allclose(held, 2000.0, rtol=1e-9)
    assert (course["withdrawn"][:, -1] > 50.0).all()


def _body():
    return body_for(Punctured().regimen.doses(1.0), draws=True)


def test_what_is_drawn_is_the_fluid_that_passes_the_needle():
    course = run(Removal(6.0, 10.0, 0.5))
    drawn = course["withdrawn"][0]
    while_drawn = (course.time >= 6.0) & (course.time <= 6.5)
    assert drawn[course.time <= 6.0].max() == 0.0
    assert np.ptp(drawn[course.time >= 6.5]) < 1e-9 * drawn[-1]
    mean = np.trapezoid(course["csf_lumbar"][0, while_drawn], course.time[while_drawn]) / 0.5
    assert drawn[-1] == pytest.approx(10.0 * mean, rel=0.05)


def test_more_fluid_takes_more_drug_and_early_takes_more_than_late():
    final = {r: run(r)["withdrawn"][0, -1] for r in (Removal(1.0, 10.0), Removal(1.0, 30.0), Removal(8.0, 30.0))}
    small, large, late = final.values()
    assert small < large < 3.0 * small
    assert late < large < 2000.0


def test_without_a_removal_the_body_is_the_usual_one():
    assert "withdrawn" not in run()
    assert "withdrawn" in DRAIN.compartments
    with_zero = bs.simulate(ADULT, Punctured(Removal(30.0, 30.0)), 24.0)
    usual = bs.simulate(ADULT, Punctured(), 24.0)
    np.testing.assert_allclose(with_zero["csf_lumbar"], usual["csf_lumbar"], rtol=1e-9, atol=1e-15)


def test_drawing_fluid_dilutes_what_stays():
    course = run(Removal(1.0, 30.0))
    usual = run()
    at = course.time == 1.25
    assert course["csf_lumbar"][0, at] < 0.8 * usual["csf_lumbar"][0, at]


def test_overlapping_removals_add():
    assert rates((Removal(1.0, 10.0, 1.0), Removal(1.5, 10.0, 1.0))) == (
        (0.0, 0),
        (1.0, 10.0),
        (1.5, 20.0),
        (2.0, 10.0),
        (2.5, 0),
    )


def test_removals_are_read_in_order_and_every_fault_is_named():
    problems = Problems()
    given = ({"at": "5 h", "volume": "20 mL"}, {"at": "180 min", "volume": "30 cc", "over": "10 min"})
    assert read_removals(given, "removed", problems) == (Removal(3.0, 30.0, 1 / 6), Removal(5.0, 20.0))
    bad = ({"at": "3 h"}, {"at": "-1 h", "volume": "300 mL", "over": "2 days"}, {"at": "1", "volume": "30 mg"})
    assert read_removals(bad, "removed", problems) == ()
    assert len(problems.found) == 6
    assert str(Removal(3.0, 30.0)) == "30 mL of spinal fluid removed at 3 h"
