"""A course in libRoadRunner, the same course here, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import roadrunner

from baclosim.body.transfers import assemble
from baclosim.engine.march import march
from baclosim.exchange.sbml.model import sbml_text
from baclosim.quantities import QUANTITIES
from baclosim.simulate.parts import doses_of, inputs_for, recordable, stretches_for

LIMIT = 1e-5
NEGLIGIBLE = 1e-6  # of a quantity's own unit: of less only the noise of a solver is left
NEGLIGIBLE_AMOUNT = 1e-9  # of the greatest amount
MINUTE = 1.0 / 60.0  # h

for option, value in (
    (roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT),
    (roadrunner.Config.LOADSBMLOPTIONS_MUTABLE_INITIAL_CONDITIONS, False),
):
    roadrunner.Config.setValue(option, value)  # half the time to load a model


@dataclass(frozen=True)
class Run:
    """A course in libRoadRunner: times (t,), quantity -> (t,), state of the effects -> its rate of change (t,)."""

    time: np.ndarray
    values: dict[str, np.ndarray]
    rates: dict[str, np.ndarray]


def there(course, hours, every):
    """The exported model in libRoadRunner, by CVODE at tight tolerances."""
    names = [*recordable(course.body, course.effects)]
    states = [state.name for state in course.effects.states]
    run = roadrunner.RoadRunner(sbml_text(course))
    run.integrator.relative_tolerance, run.integrator.absolute_tolerance = 1e-11, 1e-16  # it oversteps a kink by less
    run.integrator.maximum_num_steps = 10**6
    run.timeCourseSelections = ["time", *names, *(f"{state}'" for state in states)]
    found = np.array(run.simulate(0.0, hours, round(hours / every) + 1)).T
    values = dict(zip(names, found[1 : 1 + len(names)], strict=True))
    return Run(found[0], values, dict(zip(states, found[1 + len(names) :], strict=True)))


def bodies_and_doses(course):
    """The systems of a course from time to time, and its doses, on the clock of the treatment."""
    scenario, therapy = course.scenario, course.scenario.therapy.typical()
    first, *later = stretches_for(course.group, therapy, scenario.duration)
    stretches = [first, *((time + scenario.before, known) for time, known in later)]
    doses = doses_of(therapy, course.duration, course.group, scenario.seed)
    return (
        [(time, assemble(course.body, known)) for time, known in stretches],
        inputs_for(doses, course.body, course.group, shift=0.0),
    )


def here(course, hours, every, step=MINUTE):
    """The same here, at two steps, the second half of the first: the error of order two is extrapolated away."""
    bodies, inputs = bodies_and_doses(course)
    coarse, fine = (
        march(
            bodies, inputs, course.effects, course.group.parameters, until=hours, step=h, every=every,
            record=recordable(course.body, course.effects), threads=1,
        ).values
        for h in (step, step / 2.0)
    )  # fmt: skip
    return {name: (4.0 * fine[name][0] - coarse[name][0]) / 3.0 for name in fine}


def differences(run, ours):
    """The largest difference of each quantity, relative to its maximum, those beyond the limit."""
    amounts = {name for name in ours if QUANTITIES[name].kind == "amount"}
    greatest = max(np.abs(ours[name]).max() for name in amounts)
    found = {}
    for name, course in ours.items():
        least = NEGLIGIBLE_AMOUNT * greatest if name in amounts else NEGLIGIBLE
        found[name] = float(np.abs(run.values[name] - course).max() / max(np.abs(course).max(), least))
    assert len(found) > 130
    return {name: error for name, error in found.items() if error >= LIMIT}


def assert_equations_agree(course, run):
    """At the states that libRoadRunner came to, every effect and every rate of change is what our equations say."""
    for i in np.linspace(1, len(run.time) - 1, 12).astype(int):
        known = {**course.values, **{name: float(values[i]) for name, values in run.values.items()}}
        drives = {name: known.get(name, 0.0) for name in course.effects.drives}
        given = {**known, **drives}
        for name, value in course.effects.evaluate(given).items():
            assert run.values[name][i] == pytest.approx(value, rel=1e-9, abs=1e-12), (name, run.time[i])
        for name, value in course.effects.rates(given).items():
            assert run.rates[name][i] == pytest.approx(value, rel=1e-8, abs=1e-12), (name, run.time[i])
