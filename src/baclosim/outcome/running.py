"""From a scenario to its outcome: the typical patient, how uncertain that is, and how patients differ."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..cautions import Caution
from ..effects.whole import SEROTONIN_ONLY
from ..errors import Problem, ScenarioError
from ..figures.curves import MAIN as PANELS
from ..patient import Patients, typical_draws, virtual_patients
from ..quantities import CANAL
from ..scenario import Scenario
from ..scenario.guided_pump import decided
from ..simulate import simulate
from ..trajectory import Trajectory
from .summary import MAIN, PATIENT_LEVELS, TYPICAL_LEVELS, Row, known_excess, quantiles, summarise
from .visits import VisitRow, visit_rows

if TYPE_CHECKING:
    from ..pump.deliver import Delivery

Array = NDArray[np.float64]
DRAWS = 200
MEMORY = 2e9  # bytes, for the curves of the virtual patients
PRESENTED = tuple(dict.fromkeys((*MAIN, *(name for panel in PANELS for name in panel))))
"""What summary and figure show; the rest is not recorded, which halves the time of a run."""


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to.

    patients     n virtual patients like the one described: the spread between people
    typical      the one patient with the typical values
    uncertainty  draws of the typical patient: how uncertain the typical values are
    """

    scenario: Scenario
    patients: Trajectory
    typical: Trajectory
    uncertainty: Trajectory

    @functools.cached_property
    def summary(self) -> tuple[Row, ...]:
        """Measures of the main quantities."""
        return summarise(self.patients, self.typical, self.uncertainty)

    @functools.cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """What the reader must know, each once."""
        courses = (self.typical, self.patients, self.uncertainty)
        found = dict.fromkeys(caution for course in courses for caution in course.cautions)
        return (*found, *known_excess(self.summary))

    @functools.cached_property
    def delivery(self) -> Delivery | None:
        """What the typical pump gave, its program as visits have changed it, with its log; None without a pump."""
        pump = self.scenario.therapy.pump
        if pump is None:
            return None
        program = None
        if pump.policy:
            log = self.typical.decisions[-1]
            program = decided(pump.system.program, log.time.tolist(), log.dose[0].tolist())
        return pump.delivery(self.scenario.duration, seed=self.scenario.seed, decided=program)

    @functools.cached_property
    def visits(self) -> tuple[tuple[VisitRow, ...], ...]:
        """The visits under each policy, in the order of the decisions; none without a policy."""
        pairs = zip(self.typical.decisions, self.patients.decisions, strict=True)
        return tuple(visit_rows(typical, cohort) for typical, cohort in pairs)

    @functools.cached_property
    def _quantiles(self) -> dict[str, Array]:
        return {}

    def band(self, name: str) -> Array:
        """5, 50 and 95 % of the patients over time, (3, t)."""
        return self._remembered(f"band {name}", self.patients[name], PATIENT_LEVELS)

    def interval(self, name: str) -> Array:
        """95 % interval of the typical patient over time, (2, t)."""
        return self._remembered(f"interval {name}", self.uncertainty[name], TYPICAL_LEVELS)

    def _remembered(self, key: str, values: Array, levels: tuple[float, ...]) -> Array:
        if key not in self._quantiles:
            self._quantiles[key] = quantiles(values, levels)
        return self._quantiles[key]


def presented(scenario: Scenario) -> tuple[str, ...]:
    """What is recorded; serotonin only beside drugs that act on it."""
    return PRESENTED if scenario.therapy.serotonergic else tuple(n for n in PRESENTED if n not in SEROTONIN_ONLY)


def most_patients(scenario: Scenario) -> int:
    """How many virtual patients fit into MEMORY with this many recorded values."""
    times = scenario.duration / scenario.every + 1.0
    return max(DRAWS, int(MEMORY / (8.0 * times * len(PRESENTED))))


def run_scenario(scenario: Scenario, *, shown: tuple[str, ...] = (), draws: int = DRAWS) -> Outcome:
    """Simulate the virtual patients, the typical patient and the draws of the typical patient.

    shown  quantities to record; those that summary and figure show when none are named
    draws  how many times the typical patient is drawn

    Raises ScenarioError when their curves would not fit into MEMORY.
    """
    most = most_patients(scenario)
    if scenario.patients > most:
        hint = "Take fewer patients, a longer 'every', or a shorter duration."
        raise ScenarioError(Problem("simulate.patients", scenario.patients, f"at most {most} at this length", hint))
    like, seed = scenario.patient, scenario.seed
    cohort = virtual_patients(scenario.patients, like=like, seed=seed)
    uncertain = typical_draws(draws, like=like, seed=seed)
    typical = scenario.therapy.typical()
    shown = shown or presented(scenario)
    along = (*shown, *CANAL) if scenario.therapy.enters_canal else shown
    courses = (
        simulate(
            group,
            therapy,
            scenario.duration,
            every=scenario.every,
            before=scenario.before,
            quantities=quantities,
            seed=seed,
        )
        for group, therapy, quantities in (
            (cohort, scenario.therapy, shown),
            (Patients.of(like), typical, along),
            (uncertain, typical, shown),
        )
    )
    return Outcome(scenario, *courses)
