"""An implanted pump whose program is changed at visits: each patient's pump runs on from visit to visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import Problem, TherapyError
from ..pump.agenda import Agenda
from ..pump.catheter import Outflow
from ..pump.earlier import earlier
from ..pump.system import PumpSystem
from ..therapy.doses import Doses
from ..therapy.intrathecal.program import (
    Flex,
    Mode,
    PatientBolus,
    PeriodicBolus,
    Program,
    ProgramEntry,
    SimpleContinuous,
    scaled,
)
from ..therapy.policies.guided_doses import chosen, cut
from ..therapy.policies.policy import Dosage, Policy
from ..therapy.policies.reading import read_policy

Array = NDArray[np.float64]
CHANGEABLE = (SimpleContinuous, Flex, PeriodicBolus, PatientBolus)


def policy_of(text: str, program: Program) -> Policy:
    """The policy of a pump; raises TherapyError for words that cannot be read, or a mode that has no dose to change."""
    last = program.entries[-1].mode
    if not isinstance(last, CHANGEABLE):
        raise TherapyError(Problem("policy", text, "a program that ends in a mode with a dose to change"))
    return read_policy(text, usual(program), "intrathecal")


def usual(program: Program) -> Dosage:
    """The daily dose that a policy changes: that of the last entry [ug]."""
    dose = program.entries[-1].mode.daily_dose
    return Dosage(dose, dose)


def decided(program: Program, times: Sequence[float], doses: Sequence[float]) -> Program:
    """The program as it came to be: with an entry at each visit [h] that changed the dose [ug/day].

    doses  before the first visit and after each
    """
    last = program.entries[-1].mode
    before = program.entries[-1].mode.daily_dose
    changes = [
        ProgramEntry(time, scaled(last, dose / before))
        for time, dose, earlier in zip(times, doses[1:], doses, strict=False)
        if dose != earlier
    ]
    return replace(program, entries=(*program.entries, *changes))


@dataclass
class PumpCourse:
    """n pumps, run from visit to visit. Times are those of the therapy: the program begins after `before` hours.

    earlier  what each gave before its program began, in order of the patients
    level    of each pump's program now
    told     how many pieces of outflow have been handed on, to the canal and outside
    """

    pumps: list[Agenda]
    mode: Mode
    before: float
    earlier: list[Doses]
    level: Array
    told: NDArray[np.int64]

    @classmethod
    def of(
        cls, system: PumpSystem, before: float, until: float, numbers: Sequence[int], seed: int, *, is_typical: bool
    ) -> PumpCourse:
        """The pumps of these patients, by their numbers in the cohort, at the start of their program.

        until  h after the pumps began, the hours `before` included
        """
        pumps = [system.begin(until - before, seed=seed, patient=i, is_typical=is_typical) for i in numbers]
        past: list[Doses] = []
        if before:
            settled = earlier(system, before)
            past = [settled.deliver(before, seed=seed, patient=i, is_typical=is_typical).doses for i in numbers]
        mode, n = system.program.entries[-1].mode, len(numbers)
        return cls(pumps, mode, before, past, np.ones(n), np.zeros((n, 2), dtype=np.int64))

    def between(self, start: float, end: float, level: Array) -> Doses:
        """Doses given in [start, end) h at each patient's level (n,) of the program."""
        if end <= self.before:
            return numbered([_part(doses, start, end) for doses in self.earlier])
        for i in np.flatnonzero(level != self.level):
            self.pumps[i].program(scaled(self.mode, float(level[i])))
        self.level = level.copy()
        return numbered([self._run(i, end - self.before) for i in range(len(self.pumps))])

    def _run(self, i: int, until: float) -> Doses:
        """Run one pump on and hand over what has come out since."""
        agenda = self.pumps[i]
        agenda.run(until)
        outflows = (("catheter", agenda.pump.canal), ("subcutaneous", agenda.pump.outside))
        fresh = [self._fresh(channel, outflow, i, place) for place, (channel, outflow) in enumerate(outflows)]
        return fresh[0] + fresh[1]

    def _fresh(self, channel: str, outflow: Outflow, i: int, place: int) -> Doses:
        told, count = int(self.told[i, place]), len(outflow.times)
        self.told[i, place] = count
        if told == count:
            return Doses.none()
        columns = (outflow.times, outflow.amounts, outflow.durations)
        times, amounts, durations = (np.concatenate(column[told:]) for column in columns)
        return Doses.of(channel, times + self.before, amounts, durations)


def _part(doses: Doses, start: float, end: float) -> Doses:
    overlaps = (doses.time < end) & (doses.time + doses.duration >= start)
    return cut(chosen(doses, overlaps), start, end)


def numbered(given: list[Doses]) -> Doses:
    """Doses of several patients, each list given to the patient of its number."""
    return Doses(
        np.concatenate([doses.time for doses in given]),
        np.concatenate([doses.channel for doses in given]),
        np.concatenate([doses.amount for doses in given]),
        np.concatenate([doses.duration for doses in given]),
        np.repeat(np.arange(len(given)), [len(doses) for doses in given]),
    )
