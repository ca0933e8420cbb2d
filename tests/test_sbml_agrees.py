"""Every bundled example that SBML can hold, in libRoadRunner and here: every quantity within 1e-5 of its maximum."""

from __future__ import annotations

import math

import pytest

from baclosim.errors import ScenarioError
from baclosim.exchange.sbml.course import course_of
from baclosim.scenario import loads
from baclosim.scenario.reading import examples
from sbml_runs import assert_equations_agree, differences, here, there

pytestmark = pytest.mark.timeout(900)  # the effects with serotonin may have to be compiled first

SHORTER = {
    "for 12 months": "for 5 days",
    "for 2 years, then nothing for 4 weeks": "for 5 days, then nothing for 4 days",
    'before = "365 days"': 'before = "5 days"',
    'before = "90 days"': 'before = "5 days"',
    "for 3 weeks": "for 5 days",
    "every 7 days to zero": "every 2 days to zero",
    "every 84 h to zero": "every 36 h to zero",
}
"""Long lead-ins: they repeat the same day."""
HOURS = {
    "fluoxetine-tramadol": 1152.0,  # past the day on which tramadol stops
    "pump-four-years": 4500.0,  # past the first raise
    "pump-missed-refill": 1080.0,
    "pump-refill-concentration-change": 960.0,
    "pump-replacement-due": 2880.0,  # past the end of the battery
}
USUAL = 432.0  # h from the start of the treatment
RECORDS = 250
REFUSED = {"oral-until-relief", "pump-until-relief"}  # a policy decides at visits


def shortened(name):
    text = examples()[name]
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    return loads(text, name)


@pytest.mark.parametrize("name", sorted(examples().keys() - REFUSED))
def test_every_quantity_agrees_with_libroadrunner(name):
    course = course_of(shortened(name))
    most = min(course.duration, HOURS.get(name, USUAL))
    every = math.ceil(most / RECORDS) if most > 24.0 else course.scenario.every
    hours = every * math.floor(most / every)
    run = there(course, hours, every)
    assert differences(run, here(course, hours, every)) == {}
    assert_equations_agree(course, run)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_others_are_refused(name):
    with pytest.raises(ScenarioError, match="policy"):
        course_of(shortened(name))
