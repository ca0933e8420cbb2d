"""A scenario made ready to be written down: the typical patient, the body and effects that a run uses, every event.

Time begins with the treatment; hour 0 of the scenario is `before` hours later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import Problems, ScenarioError
from ...patient import Patients
from ...scenario import Scenario
from ...simulate.parts import body_for, charcoal_by, doses_of, drawn_by, inputs_for, knowing_serotonin, stretches_for
from ...therapy.policies.guided import Guided
from .repeats import Repeat, repeats

if TYPE_CHECKING:
    from ...body.transfers import Body
    from ...engine.network import Network


@dataclass(frozen=True)
class Change:
    """From `time` [h] on parameters have other values: kidneys, dialysis, a catheter tip, fluid drawn, charcoal."""

    time: float
    values: Mapping[str, float]


@dataclass(frozen=True)
class Course:
    """What is written down.

    scenario  the study as it was read
    group     the typical patient, a group of one
    body      the smallest body that holds every dose, as a run takes it
    effects   all effects, serotonin and dopamine included
    values    every parameter of both, at the start
    changes   what changes later
    given     doses and infusion rates, regular ones drawn together; absorption lag not yet added
    """

    scenario: Scenario
    group: Patients
    body: Body
    effects: Network
    values: Mapping[str, float]
    changes: tuple[Change, ...]
    given: tuple[Repeat, ...]

    @property
    def duration(self) -> float:
        """From the start of the treatment to the end of the scenario [h]."""
        return self.scenario.before + self.scenario.duration

    @property
    def routes(self) -> set[str]:
        """The channels by which something is given."""
        return {repeat.channel for repeat in self.given}

    @property
    def changing(self) -> frozenset[str]:
        """Parameters that change during the course."""
        return frozenset(name for change in self.changes for name in change.values)


def course_of(scenario: Scenario) -> Course:
    """Make a scenario ready; raises ScenarioError naming everything in it that SBML cannot express."""
    from ...effects.whole import EFFECTS_WITH_SEROTONIN

    refuse_what_is_left_open(scenario)
    therapy, total = scenario.therapy.typical(), scenario.before + scenario.duration
    group = Patients.of(scenario.patient)
    doses = doses_of(therapy, total, group, scenario.seed)
    body = body_for(doses, draws=bool(drawn_by(therapy)), charcoal=bool(charcoal_by(therapy)))
    group = knowing_serotonin(group, doses, total)
    inputs = inputs_for(doses, body, without_lag(group), shift=0.0)
    (_, first), *later = stretches_for(group, therapy, scenario.duration)
    names = sorted(body.parameter_names | {*EFFECTS_WITH_SEROTONIN.parameters, "absorption_lag"})
    values = {name: float(first[name][0]) for name in names}
    return Course(
        scenario=scenario,
        group=group,
        body=body,
        effects=EFFECTS_WITH_SEROTONIN,
        values=values,
        changes=tuple(_changes(values, [(time + scenario.before, known) for time, known in later])),
        given=repeats(inputs, body.channels),
    )


def without_lag(group: Patients) -> Patients:
    """The same patients, who absorb at once."""
    return replace(group, parameters={**group.parameters, "absorption_lag": np.zeros(group.n)})


def _changes(values: Mapping[str, float], later: list[tuple[float, dict[str, Any]]]) -> Iterator[Change]:
    known = dict(values)
    for time, parameters in later:
        now = {name: float(parameters[name][0]) for name in values}
        other = {name: value for name, value in now.items() if value != known[name]}
        known |= other
        if other:
            yield Change(time, other)


def refuse_what_is_left_open(scenario: Scenario) -> None:
    """Raise ScenarioError for what is decided only while a simulation runs: visits, and whatever is drawn at random."""
    problems, therapy = Problems(), scenario.therapy
    allowed = "a therapy that is fixed beforehand"
    for part in therapy.guided:
        problems.add("therapy", str(part.policy), allowed, "SBML has no visits at which a policy decides.")
    for part in filter(None, (*therapy.regimens, therapy.earlier)):
        regimen = part.regimen if isinstance(part, Guided) else part
        if regimen.adherence.random:
            given = f"{100 * regimen.adherence.random:g} % of doses missed at random"
            problems.add("therapy", given, allowed, "Name the doses that are missed by number.")
    if therapy.pump and therapy.pump.system.hazards:
        problems.add("therapy.pump.hazards", "published", allowed, "Name each fault in `faults` with its time.")
    problems.raise_as(ScenarioError, f"{scenario.name} cannot be written as SBML" if len(problems.found) > 1 else "")
