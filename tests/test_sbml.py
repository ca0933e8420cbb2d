"""The SBML export: valid, consistent in its units, and the same in libRoadRunner as here."""

from __future__ import annotations

from dataclasses import dataclass

import libsbml
import numpy as np
import pytest
import roadrunner

from baclosim.body.transfers import assemble
from baclosim.engine.march import march
from baclosim.errors import ScenarioError
from baclosim.exchange.sbml import sbml
from baclosim.exchange.sbml.course import course_of
from baclosim.exchange.sbml.model import sbml_text
from baclosim.scenario import load, loads
from baclosim.scenario.reading import examples
from baclosim.simulate.run import doses_of, inputs_for, recordable, stretches_for

LIMIT = 1e-5
NEGLIGIBLE = 1e-9  # of a quantity's own unit: below it only rounding is left


@dataclass(frozen=True)
class Both:
    """One scenario in libRoadRunner and here: quantity -> course (t,)."""

    there: dict[str, np.ndarray]
    here: dict[str, np.ndarray]

    def worst(self):
        """The largest difference of any quantity, relative to its maximum, and its name."""
        found = {}
        for name, ours in self.here.items():
            scale = max(np.abs(ours).max(), NEGLIGIBLE)
            found[name] = float(np.abs(self.there[name] - ours).max() / scale)
        return max(zip(found.values(), found, strict=True))


def simulated(course, hours, every):
    """The exported model in libRoadRunner, by CVODE at tight tolerances."""
    names = [*recordable(course.body, course.effects)]
    run = roadrunner.RoadRunner(sbml_text(course))
    run.integrator.relative_tolerance, run.integrator.absolute_tolerance = 1e-10, 1e-12
    run.integrator.maximum_num_steps = 10**6
    run.timeCourseSelections = ["time", *names]
    found = np.array(run.simulate(0.0, hours, round(hours / every) + 1))
    return dict(zip(names, found.T[1:], strict=True))


def marched(course, hours, every, step):
    """The same here, at two steps, the second half of the first: the error of order two is extrapolated away."""
    scenario, therapy = course.scenario, course.scenario.therapy.typical()
    doses = doses_of(therapy, course.duration, course.group, scenario.seed)
    (first, *later) = stretches_for(course.group, therapy, scenario.duration)
    stretches = [first, *((time + scenario.before, known) for time, known in later)]
    bodies = [(time, assemble(course.body, known)) for time, known in stretches]
    inputs = inputs_for(doses, course.body, course.group, shift=0.0)
    coarse, fine = (
        march(
            bodies, inputs, course.effects, course.group.parameters, until=hours, step=h, every=every,
            record=recordable(course.body, course.effects), threads=1,
        ).values
        for h in (step, step / 2.0)
    )  # fmt: skip
    return {name: (4.0 * fine[name][0] - coarse[name][0]) / 3.0 for name in fine}


def both(name, hours, every=1.0, step=1.0 / 60.0):
    course = course_of(load(name))
    return Both(simulated(course, hours, every), marched(course, hours, every, step))


@pytest.mark.parametrize("name", ["oral-titration-ms", "pump-tenfold-error", "fluoxetine-tramadol"])
def test_libsbml_finds_no_error_and_no_inconsistent_unit(name):
    document = libsbml.readSBMLFromString(sbml_text(course_of(load(name))))
    document.checkConsistency()
    assert [document.getError(i).getMessage() for i in range(document.getNumErrors())] == []


@pytest.mark.parametrize("name", ["oral-until-relief", "pump-until-relief"])
def test_visits_are_refused_by_name(name):
    with pytest.raises(ScenarioError, match="no visits at which a policy decides"):
        sbml(load(name))


def test_what_is_random_is_refused_together():
    text = examples()["pump-steady-spinal"].replace("refill =", 'hazards = "published"\nrefill =')
    text = text.replace("[therapy.pump]", '[therapy]\noral = "5 mg at night, missing 10 % of doses"\n[therapy.pump]')
    with pytest.raises(ScenarioError, match=r"(?s)missed at random.*hazards"):
        sbml(loads(text))


def test_tablets_agree_with_libroadrunner():
    assert both("oral-titration-ms", 7 * 24.0).worst() < (LIMIT, "")
